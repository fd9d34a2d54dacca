"""An explanation of one document: every place of the target, and where it comes from."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from gateway.findings import Location
from gateway.mapping.evaluate.trace import Kind, Place
from gateway.mapping.orders.model import OrderPlace
from gateway.mapping.plan import Origin

__all__ = [
    "Coverage",
    "Explanation",
    "Field",
    "Line",
    "Output",
    "Own",
    "Part",
    "Reading",
    "Shown",
    "Unfilled",
    "key_of",
]


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """A place of the source: its value, the row of the table that read it, and the row of a code list.

    A place of a canonical source has no row. A constant has the row alone: the table itself says it. What was
    completed from a cross-reference has the row of that (None for a default), and a place that found it;
    or its place
    in the `order` that it was taken from.
    """

    location: Location
    value: str
    row: Origin | None = None
    code: Origin | None = None
    kind: Kind = Kind.VALUE
    crossref: Origin | None = None
    order: OrderPlace | None = None


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """A field of the canonical document on the way: `pointer` leads to it, "" where it is none of its own.

    `made_by`: the pair or table that computed the value, where no place says it.
    """

    pointer: str
    value: str
    readings: tuple[Reading, ...] = ()
    made_by: str = ""


class Output(msgspec.Struct, frozen=True, kw_only=True):
    """A place of the target. `row` wrote it in the words `text`; None for what was kept in `ext`.

    Of what a table derives, or the writer by itself, `text` says what it is.
    """

    location: Location
    value: str
    kind: Kind
    row: Origin | None = None
    text: str = ""
    code: Origin | None = None
    fields: tuple[Field, ...] = ()


class Unfilled(msgspec.Struct, frozen=True, kw_only=True):
    """A place of the target that is empty in this document; `row` would fill it, None where no row does."""

    place: str
    name: str = ""
    mandatory: bool = False
    row: Origin | None = None


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """What is left over on both sides.

    `unread`: places of the source that no row read (kept in `ext`); `unwritten`: places that were read, and
    nothing of the target was made of them; `implied`: places that the target says by its kind, or by saying
    nothing, as the table has it, and places that gave the source its shape, such as HL01; `unfilled`:
    mandatory places first.
    """

    unread: tuple[Reading, ...] = ()
    unwritten: tuple[Reading, ...] = ()
    implied: tuple[Reading, ...] = ()
    unfilled: tuple[Unfilled, ...] = ()


class Part(msgspec.Struct, frozen=True):
    """A piece of a line; `key` names its place, "" for what is no value."""

    text: str
    key: str = ""


class Line(msgspec.Struct, frozen=True):
    """A line of a document as it is shown; `number` is that of the segment, row or line."""

    number: int
    parts: tuple[Part, ...]


class Own(msgspec.Struct, frozen=True):
    """A place that files of a format have by themselves, such as the number of their segments; `made` says
    what it is. No table reads or writes it: the reader checks it, and the writer makes it."""

    place: Place
    made: str


def _as_it_is(place: Place) -> Place:
    return place


class Shown(msgspec.Struct, frozen=True):
    """A document as it is shown. `at` turns a place of what was mapped, such as a tree, into one of the
    file."""

    lines: tuple[Line, ...]
    own: tuple[Own, ...] = ()
    at: Callable[[Place], Place] = _as_it_is


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """One document. `source_lines` and `target_lines` are both documents as they are shown beside each other.

    Places of the target are those of this document alone: the segment in its set, the pointer into its
    object, the row of its rows.
    """

    document: str
    number: str
    location: Location
    source: str
    target: str
    outputs: tuple[Output, ...]
    coverage: Coverage
    source_lines: tuple[Line, ...]
    target_lines: tuple[Line, ...]


def key_of(location: Location) -> str:
    """The name of a place within its document: `4.3.1` (segment, element, component; line, column), a JSON
    pointer or an XPath; of two files with the name of the file before it."""
    if location.pointer is not None:
        return location.pointer
    if location.xpath is not None:
        return location.xpath
    if location.file is not None:
        return f"{location.file}:{location.line}.{location.column}"
    parts = (
        (location.line, location.column)
        if location.line is not None
        else (location.segment_in_set, location.element, location.component)
    )
    return ".".join(str(part) for part in parts if part is not None)
