"""Documents translated with everything told: where each place of the target comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from gateway.agreements.partner import X12Style
from gateway.documents import Document
from gateway.findings import Finding, found
from gateway.formats.detect import Format
from gateway.mapping.engine import Mapper
from gateway.mapping.evaluate.sources import Target
from gateway.mapping.explain.completing import follow
from gateway.mapping.explain.join import Joined
from gateway.mapping.explain.lines import shown_target
from gateway.mapping.explain.model import Coverage, Explanation, Line, Output, Shown, Unfilled
from gateway.mapping.explain.unfilled import Naming, named_keys, named_record, named_xpath, unfilled
from gateway.mapping.places import JsonSchema
from gateway.mapping.plan import Direction
from gateway.pipeline.envelopes import delimiters_of
from gateway.pipeline.following import Followed, follow_again, shown_document
from gateway.pipeline.knowledge import Knowledge
from gateway.pipeline.names import number_of
from gateway.pipeline.tables import Sourced, ready

if TYPE_CHECKING:
    from gateway.pipeline.fixed_tables import FixedTable
    from gateway.pipeline.xml_files import XmlTable

__all__ = ["MAX_DOCUMENTS", "MAX_PLACES", "Explained", "explain"]

MAX_DOCUMENTS = 50  # of one file; a person reads far fewer
MAX_PLACES = 20_000  # of one source or target, an order of some 1,000 lines; each takes some 10 kB until told


class Explained(msgspec.Struct, frozen=True):
    """The explanations of a file's documents, and what is said about those that have none."""

    explanations: tuple[Explanation, ...]
    findings: tuple[Finding, ...] = ()


def explain(
    documents: Sequence[Sourced], source: Format, target: Format, knowledge: Knowledge, first_set: int = 1
) -> Explained:
    """Explains documents that can be written; what keeps others from it, writing them tells.

    `first_set`: the control number of the first set, of which each further one has the next.
    """
    explanations: list[Explanation] = []
    findings: list[Finding] = []
    for each in islice(documents, MAX_DOCUMENTS):
        number = f"{first_set + len(explanations):04d}"
        made = _explained(each, source, target, _Aim(type(each.document), target, knowledge, number))
        if isinstance(made, Finding):
            findings.append(made)
        elif made is not None:
            explanations.append(made)
    if len(documents) > MAX_DOCUMENTS:
        findings.append(
            found("explanation-documents", limit=f"{MAX_DOCUMENTS:,}", count=f"{len(documents):,}")
        )
    return Explained(tuple(explanations), tuple(findings))


def _explained(each: Sourced, source: Format, target: Format, aim: _Aim) -> Explanation | Finding | None:
    too_big = found("explanation-too-big", each.location, limit=f"{MAX_PLACES:,}")
    if _size(each.document) > MAX_PLACES:
        return too_big
    followed = follow_again(each)
    made = _written(followed, aim) if target is not Format.CANONICAL else _as_it_is(followed)
    if made is None:
        return None
    if max(_parts(followed.shown.lines), len(made.outputs)) > MAX_PLACES:
        return too_big
    return Explanation(
        document=type(each.document).__name__,
        number=number_of(each.document),
        location=each.location,
        source=source.value,
        target=target.value,
        outputs=made.outputs,
        coverage=Coverage(
            unread=made.joined.unread(),
            unwritten=made.joined.unwritten(made.outputs),
            implied=made.joined.implied(),
            unfilled=made.empty,
        ),
        source_lines=followed.shown.lines,
        target_lines=made.lines,
    )


class _Made(msgspec.Struct, frozen=True):
    """A target: its places, its lines, and what is empty in it."""

    joined: Joined
    outputs: tuple[Output, ...]
    lines: tuple[Line, ...]
    empty: tuple[Unfilled, ...] = ()


def _as_it_is(followed: Followed) -> _Made:
    """The canonical document itself as the target."""
    joined = _joined(followed, followed.document)
    return _Made(joined, joined.canonical(), shown_document(followed.document, "").lines)


def _written(followed: Followed, aim: _Aim) -> _Made | None:
    """The document in the format of a table; None where it cannot be written."""
    mapper = aim.mapper
    if mapper is None or ready(mapper, followed.document)[0] is None:
        return None
    completed = mapper.completed(followed.document, Direction.WRITE)
    follow(followed.trace, followed.document, completed, followed.pointer)
    joined = _joined(followed, completed.document, mapper)
    written = mapper.explained(completed.document, followed.trace, aim.marks)
    shown = aim.shown(written) if written is not None else None
    if written is None or shown is None:
        return None
    empty = unfilled(mapper.plan, written, aim.schema, aim.named)
    return _Made(joined, joined.outputs(shown), shown.lines, empty)


def _joined(followed: Followed, document: Document, mapper: Mapper | None = None) -> Joined:
    return Joined(
        document,
        followed.trace,
        read_by=followed.read_by,
        written_by=mapper.plan.pair if mapper is not None else None,
        pointer=followed.pointer,
        source=followed.shown,
    )


class _Aim:
    """What a document is to become: the table that writes it, and how that is shown.

    `schema` is what a tree is made by, and `named` says a path in it as people of the format do.
    """

    def __init__(self, document: type[Document], target: Format, knowledge: Knowledge, number: str) -> None:
        self.marks = delimiters_of(knowledge.partner.x12 if knowledge.partner else X12Style())
        self.mapper: Mapper | None = None
        self.schema: JsonSchema | None = None
        self.named: Naming = named_keys
        self.number = number
        self.tree: Callable[..., Shown | None] | None = None
        if target is Format.X12:
            segments = knowledge.written_segment_table(document)
            self.mapper = segments.mapper if segments is not None else None
        elif target is Format.SPAPI:
            vendor = knowledge.written_json_table(document)
            if vendor is not None:
                self.mapper, self.schema = vendor.mapper, knowledge.schemas[vendor.kind].schema
        elif target is Format.CSV:
            flat = next((each for each in knowledge.flat_tables() if each.document is document), None)
            self.mapper = flat.mapper if flat is not None else None
        elif target is Format.FIXED:
            fixed = next((each for each in knowledge.fixed_tables() if each.document is document), None)
            if fixed is not None:
                self.of_tree(fixed, fixed.layout.schema, named_record)
        elif target is Format.XML:
            xml = next((each for each in knowledge.xml_tables() if each.document is document), None)
            if xml is not None:
                self.of_tree(xml, xml.schema.shape, named_xpath)

    def of_tree(self, table: FixedTable | XmlTable, schema: JsonSchema, named: Naming) -> None:
        """The table writes a tree, which is not yet the file."""
        self.mapper, self.schema, self.named, self.tree = table.mapper, schema, named, table.shown

    def shown(self, written: Target) -> Shown | None:
        """What was written as it is shown; None where it makes no file."""
        if self.tree is not None:
            return self.tree(written)
        definition = self.mapper.plan.definition if self.mapper is not None else None
        return shown_target(
            written, self.marks, definition.set if definition is not None else "", self.number
        )


def _size(document: Document) -> int:
    """How many values a document has, told before anything is made of them."""
    return sum(1 for _ in _values(msgspec.to_builtins(document)))


def _values(tree: object) -> Iterator[object]:
    if isinstance(tree, dict):
        for value in tree.values():
            yield from _values(value)
    elif isinstance(tree, list | tuple):
        for value in tree:
            yield from _values(value)
    else:
        yield tree


def _parts(lines: Sequence[Line]) -> int:
    return sum(1 for line in lines for part in line.parts if part.key)
