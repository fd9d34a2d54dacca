"""Which code list holds the words of a field: the keys of its map, or the text that a filter tests.

A misspelt key or filter finds nothing and says nothing, so a word that no list has is a mistake of the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

import msgspec

from gateway.errors import Mistake
from gateway.mapping.bound import BlockPlan, BoundPath, BoundTest, Plan, StepKind
from gateway.mapping.code_lists import CodeList
from gateway.mapping.plan import Origin
from gateway.suggestions import suggestion

__all__ = ["unknown_words"]

_OF_RECORDS: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType(
    {
        ("AdditionalDetail", "type"): ("additional-detail",),
        ("Carrier", "ids"): ("party-id",),
        ("Charge", "kind"): ("charge-kind",),
        ("Charge", "type"): ("charge-type",),
        ("Contact", "role"): ("contact-role",),
        ("Equipment", "type"): ("equipment",),
        ("Mark", "scheme"): ("mark",),
        ("Note", "kind"): ("note", "invoice-note"),
        ("Party", "ids"): ("party-id",),
        ("Party", "role"): ("role",),
        ("Stop", "function"): ("stop",),
        ("Tax", "type"): ("tax-type",),
        ("TaxRegistration", "type"): ("tax-registration",),
        ("Terms", "type"): ("terms-type",),
    }
)
_OF_MAPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"dates": ("date-kind",), "ids": ("item-id",), "references": ("reference",)}
)  # by name, since the records of pairs have these maps too

Record = type[msgspec.Struct]
Word = tuple[Record, str, str]  # the record, its field, the word


def unknown_words(plan: Plan, lists: Mapping[str, CodeList]) -> Iterator[Mistake]:
    """Keys of maps and values of filters that are in none of the code lists of their field.

    A field without a list, or whose list the workspace lacks, takes any word. A key from the agreement is
    judged in the partner file.
    """
    for (record, field, word), origin in _words(plan.root, ()):
        names = _OF_RECORDS.get((record.__name__, field), _OF_MAPS.get(field, ()))
        if not names or any(name not in lists for name in names):
            continue
        known = {each for name in names for each in lists[name].words}
        if word not in known:
            files = " or ".join(lists[name].file for name in names)
            text = f"`{word[:40]}` is no word of `{field}` in {files}{suggestion(word, known)}"
            yield (origin.file, origin.line, text)


def _words(block: BlockPlan, around: tuple[Record, ...]) -> Iterator[tuple[Word, Origin]]:
    records = (*around, block.record)
    if block.test.field:
        yield _tested(block.test), block.origin
    for row in block.rows:
        for path in row.fields:
            yield from ((word, row.origin) for word in _in_path(path, records[-1 - path.up]))
    for inner in block.blocks:
        yield from _words(inner, records)


def _in_path(path: BoundPath, record: Record) -> Iterator[Word]:
    field = ""
    for step in path.steps:
        if step.kind is StepKind.KEY:
            if ".$" not in path.text:
                yield record, field, step.name
            continue
        field = step.name
        if step.test is not None and step.test.field:
            yield _tested(step.test)
        record = step.record or record


def _tested(test: BoundTest) -> Word:
    return test.record, test.field, test.value
