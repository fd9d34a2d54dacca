"""What is wrong with the records of a fixed-width file, each fault at its line and column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from gateway.findings import Finding, Location, found
from gateway.formats.delimited_charset import DAMAGE
from gateway.formats.fixed_layout import Field, FieldKind, Layout, RecordType

__all__ = ["Count", "count_faults", "damage_of", "length_faults", "misplaced"]

_ESCAPED = 0xDC00  # how Python keeps a byte it cannot decode (PEP 383)

Count: TypeAlias = tuple[Field, str, str | None, Location]
"""A field that counts, its name with that of its record, what it says, and where."""


def misplaced(record: RecordType, place: Location, reason: str) -> Finding:
    """A record that cannot stand where it does."""
    return found("fixed-record-order", place, record.name, reason=reason)


def damage_of(line: int, text: str, charset: str) -> Finding | None:
    """The first character of a record that is none."""
    match = DAMAGE.search(text)
    if match is None:
        return None
    place = Location(line=line, column=match.start() + 1)
    if match[0] == "\0":
        return found("flat-nul", place)
    return found("flat-charset", place, f"0x{ord(match[0]) - _ESCAPED:02X}", charset=charset)


def length_faults(layout: Layout, record: RecordType, line: int, text: str) -> Iterator[Finding]:
    """A record that is shorter than its fields or goes on behind them, and text between its fields."""
    expected = layout.length_of(record)
    if len(text) < expected:
        cut = next((each for each in record.fields if each.start - 1 < len(text) < each.end), None)
        whole = cut is None or (cut.kind is FieldKind.TEXT and not cut.right)
        if not (layout.trimmed and whole):
            place = Location(line=line, column=len(text) + 1)
            yield found("fixed-short", place, str(len(text)), record=record.name, expected=expected)
    elif text[expected:].strip():
        column = expected + 1 + len(text[expected:]) - len(text[expected:].lstrip())
        place = Location(line=line, column=column)
        yield found("fixed-long", place, text[expected:].strip(), record=record.name, expected=expected)
    tag = (layout.tag_start - 1, layout.tag_start - 1 + layout.tag_length)
    behind = 0
    for start, end in (
        *sorted([tag, *((each.start - 1, each.end) for each in record.fields)]),
        (expected, 0),
    ):
        between = text[behind:start]
        if between.strip():
            column = behind + 1 + len(between) - len(between.lstrip())
            place = Location(line=line, column=column)
            name, of = record.name, layout.name
            yield found("fixed-between-fields", place, between.strip(), record=name, layout=of)
        behind = end


def count_faults(counts: Iterable[Count], counted: Counter[str]) -> Iterator[Finding]:
    """Counts that are not those of the records."""
    for field, named, value, place in counts:
        actual = counted.total() if field.argument == "records" else counted[field.argument]
        if value != str(actual):
            yield found("fixed-count-differs", place, value or "nothing", field=named, expected=actual)
