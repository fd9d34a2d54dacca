"""What a table does not carry of what other tables of its document can; `docs/round-trip.md` shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from gateway.mapping.bound import BlockPlan
from gateway.mapping.code_lists import CodeList
from gateway.mapping.plan import Here
from tests.golden.reach import WHOLE_MAPS, Said, documents_of_tables, plan_of, reach
from tests.pipeline.knowledge import library

__all__ = [
    "Entry",
    "Loss",
    "entries",
    "holds_one",
    "is_listed",
    "losses",
    "merged_codes",
    "merged_fields",
    "merged_words",
    "refused_words",
]

_LIST = re.compile(r"\b(?:code|container|unit-price)\(([a-z-]+)")


class Loss(msgspec.Struct, frozen=True, order=True):
    """A field (or a part with all its fields) that a table cannot say. `only`: the items it can say it of.

    `told_by`: the tables that can.
    """

    path: str
    only: tuple[str, ...]
    told_by: tuple[str, ...]


def losses(table: str) -> tuple[Loss, ...]:
    """What the other tables of the document say and this one does not; whole parts stand for their fields.

    What XML alone says does not count: it is nearly all that a canonical document can hold.
    """
    mine: dict[str, set[str]] = {}
    for said in reach(table):
        mine.setdefault(said.path, set()).add(said.filters)
    others: dict[str, set[str]] = {}
    parts: dict[str, set[str]] = {}
    siblings = next(tables for tables in documents_of_tables().values() if table in tables)
    for other in siblings:
        for said in reach(other) if other != table and not other.startswith(WHOLE_MAPS) else ():
            missing = _missing(said, mine)
            if missing is None:
                continue
            others.setdefault(missing, set()).add(other)
            parts.setdefault(missing, set()).update(mine.get(said.path, set()))
    return tuple(
        sorted(Loss(path, tuple(sorted(parts[path])), tuple(sorted(others[path]))) for path in others)
    )


class Entry(msgspec.Struct, frozen=True, order=True):
    """Losses told together: a part, its fields where not all are lost, and the items that are not lost."""

    path: str
    fields: tuple[str, ...] = ()
    only: tuple[str, ...] = ()


def entries(table: str) -> tuple[Entry, ...]:
    """The losses of a table for people: fields of one list with one condition stand together."""
    found = losses(table)
    maps = {loss.path.removesuffix("*") for loss in found if loss.path.endswith(".*")}
    whole = [Entry(loss.path) for loss in found if not loss.only and not loss.path.startswith(tuple(maps))]
    whole += [Entry(f"{path}*") for path in maps]
    grouped: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for loss in found:
        if loss.only:
            part, _, name = loss.path.rpartition("[].")
            grouped.setdefault((part, loss.only), []).append(name)
    for (part, only), names in grouped.items():
        tested = {condition.split("=")[0].removesuffix("!") for condition in " ".join(only).split()}
        fields = () if tested & set(names) else tuple(sorted(names))
        implied = any(
            part != outer and part.startswith(f"{outer}[]") for outer, same in grouped if same == only
        )
        if names != ["ids.assigned"] and not implied:  # the former is told by `ids.*`
            whole.append(Entry(f"{part}[]", fields, only))
    return tuple(sorted(whole))


def holds_one(table: str) -> tuple[str, ...]:
    """The lists of which the table's format has room for one item (of each kind)."""
    return tuple(sorted(set(_single(plan_of(table).root, ""))))


def _single(block: BlockPlan, prefix: str) -> Iterator[str]:
    for inner in block.blocks:
        path = prefix + ".".join(step.name for step in inner.target)
        if inner.many and (isinstance(inner.at, Here) or getattr(inner.at, "array", True) is False):
            test = inner.test
            yield (
                f"{path}[{test.field}{'=' if test.equal else '!='}{test.value}]"
                if test.field
                else f"{path}[]"
            )
        yield from _single(inner, f"{path}[]." if inner.many else f"{path}.")


def _missing(said: Said, mine: dict[str, set[str]]) -> str | None:
    """The path of the loss: the field, or the widest part around it of which the table says nothing."""
    if said.path in mine:
        return None if _covered(said.filters, mine[said.path]) else said.path
    names = said.path.split(".")
    for length in range(1, len(names)):
        part = ".".join(names[:length])
        if not any(path == part or path.startswith(f"{part}.") for path in mine):
            return part
    return said.path


def _covered(filters: str, mine: set[str]) -> bool:
    if filters in mine or "" in mine:
        return True
    if not filters and any("!=" in each and each.replace("!=", "=") in mine for each in mine):
        return True  # those with a value and all others
    excluded = [each.split("!=") for each in mine if "!=" in each]
    return any(filters.startswith(f"{field}=") and filters != f"{field}={value}" for field, value in excluded)


def is_listed(path: str, table: str) -> bool:
    """Whether a difference at this path (keys of maps as `references.bol`) is among the losses of a table."""
    for loss in losses(table):
        whole = loss.path.removesuffix(".*")
        if path == loss.path or path.startswith((f"{loss.path}.", f"{loss.path}[]")):
            return True
        if loss.path.endswith(".*") and path.startswith(f"{whole}."):
            return True
    return False


def refused_words(table: str) -> dict[str, list[str]]:
    """By code list: the words that the table's format has no code for, so that it refuses them."""
    column = plan_of(table).format.kind.codecs.column
    words = {
        codes.name: sorted(codes.words - set(codes.writers(column)))
        for codes in map(_code_list, _lists(table))
    }
    return {name: missing for name, missing in words.items() if missing}


def merged_words(table: str) -> dict[str, dict[str, str]]:
    """By code list: the words whose code is that of another one, which is what they come back as."""
    column = plan_of(table).format.kind.codecs.column
    merged = {}
    for codes in map(_code_list, _lists(table)):
        readers = codes.readers(column)
        merged[codes.name] = {
            word: readers[code] for word, code in codes.writers(column).items() if readers[code] != word
        }
    return {name: words for name, words in merged.items() if words}


def merged_codes(table: str) -> dict[str, dict[str, str]]:
    """By code list: the codes that share a word with another one, which is what is written for it."""
    column = plan_of(table).format.kind.column
    merged = {}
    for codes in map(_code_list, _lists(table)):
        writers = codes.writers(column)
        merged[codes.name] = {
            code: writers[word] for code, word in codes.readers(column).items() if writers[word] != code
        }
    return {name: codes for name, codes in merged.items() if codes}


def merged_fields(table: str) -> set[str]:
    """The fields whose words may come back as others."""
    lists = merged_words(table)
    return {
        said
        for said, text in _cells(plan_of(table).root, "")
        if any(name in lists for name in _LIST.findall(text))
    }


def _cells(block: BlockPlan, prefix: str) -> Iterator[tuple[str, str]]:
    for row in block.rows:
        for saying in row.sayings:
            yield from ((prefix + field.text, saying.text) for field in row.fields)
    for inner in block.blocks:
        names = ".".join(step.name for step in inner.target)
        yield from _cells(inner, f"{prefix}{names}{'[]' if inner.many else ''}.")


def _lists(table: str) -> list[str]:
    return sorted({name for text in _texts(plan_of(table).root) for name in _LIST.findall(text)})


def _code_list(name: str) -> CodeList:
    return library().mapping_library.lists[name]


def _texts(block: BlockPlan) -> Iterator[str]:
    for row in block.rows:
        yield from (saying.text for saying in row.sayings)
    for inner in block.blocks:
        yield from _texts(inner)
