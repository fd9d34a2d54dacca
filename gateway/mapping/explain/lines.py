"""Documents as they are shown beside each other: lines of pieces, each value under the name of its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec

from gateway.findings import Location
from gateway.formats.json import Json
from gateway.formats.json_pointer import child
from gateway.formats.x12.model import Delimiters
from gateway.mapping.evaluate.json_places import text_of_json
from gateway.mapping.evaluate.sources import (
    CsvSource,
    CsvTarget,
    JsonSource,
    Source,
    Target,
    X12Source,
    X12Target,
)
from gateway.mapping.evaluate.trace import Place
from gateway.mapping.explain.model import Line, Own, Part, Shown, key_of

__all__ = ["json_lines", "shown_rows", "shown_set", "shown_source", "shown_target"]

MADE = {
    ("ST", 1): "the transaction set",
    ("ST", 2): "control number, one more for each set",
    ("ST", 3): "the implementation guide",
    ("SE", 1): "number of segments, ST and SE among them",
    ("SE", 2): "control number of ST02",
}


def shown_source(source: Source) -> Shown:
    """What was read, where the file itself was mapped."""
    if isinstance(source, X12Source):
        return shown_set(source.segments, source.delimiters)
    if isinstance(source, JsonSource):
        return Shown(json_lines(source.tree, source.pointer))
    return Shown(tuple(_cells(source.columns, [(row.line, row.cells) for row in source.rows])))


def shown_rows(source: Source, placed: Callable[[Location], Location]) -> Shown:
    """The rows of two files, read as if they were one; a cell that many rows share is shown once."""
    assert isinstance(source, CsvSource), "delimited files alone are read in twos"
    lines: dict[str, Line] = {}
    for row in source.rows:
        for position, (column, text) in enumerate(zip(source.columns, row.cells, strict=False), 1):
            at = placed(Location(line=row.line, column=position))
            if text and key_of(at) not in lines:
                lines[key_of(at)] = Line(
                    at.line or 0, (Part(f"{at.file} {column}: "), Part(text, key_of(at)))
                )

    def moved(place: Place) -> Place:
        return Place(placed(place.location), place.value)

    return Shown(tuple(lines.values()), at=moved)


def shown_target(target: Target, marks: Delimiters, set_id: str, number: str) -> Shown:
    """What was written, where that is the file itself.

    `marks` separate the elements and components of X12, `set_id` and the control number `number` stand in its
    ST.
    """
    if isinstance(target, X12Target):
        count = str(len(target.segments) + 2)
        return shown_set((["ST", set_id, number], *target.segments, ["SE", count, number]), marks)
    if isinstance(target, CsvTarget):
        rows = [[row.get(column, "") for column in target.columns] for row in target.rows]
        return Shown(tuple(_cells(target.columns, list(enumerate(rows, 1)))))
    return Shown(json_lines(target, ""))


def shown_set(segments: Sequence[Sequence[str]], marks: Delimiters) -> Shown:
    """A transaction set from ST to SE, of which both are made by the writer alone."""
    own = tuple(
        Own(Place(Location(segment_in_set=number, tag=segment[0], element=element), text), made)
        for number, segment in ((1, segments[0]), (len(segments), segments[-1]))
        for element, text in enumerate(segment)
        if text and (made := MADE.get((segment[0], element)))
    )
    lines = tuple(_segments(segments, 1, marks.element, marks.component))
    keys = {part.key for line in lines for part in line.parts}

    def moved(place: Place) -> Place:
        """Of a composite with one component nothing tells it from an element."""
        at = place.location
        if at.component == 1 and key_of(at) not in keys:
            return Place(msgspec.structs.replace(at, component=None), place.value)
        return place

    return Shown(lines, own, moved)


def _segments(segments: Sequence[Sequence[str]], first: int, element: str, component: str) -> Iterator[Line]:
    for number, segment in enumerate(segments, first):
        parts = [Part(segment[0])]
        for position, text in enumerate(segment[1:], 1):
            parts.append(Part(element))
            components = text.split(component) if component else [text]
            if len(components) == 1:
                parts.append(Part(text, f"{number}.{position}"))
                continue
            for place, each in enumerate(components, 1):
                parts += [Part(component)] if place > 1 else []
                parts.append(Part(each, f"{number}.{position}.{place}"))
        yield Line(number, tuple(part for part in parts if part.text))


def _cells(columns: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]]) -> Iterator[Line]:
    """Cells with the name of their column: a row of a file is too long for a line of its own."""
    for number, cells in rows:
        for position, (column, text) in enumerate(zip(columns, cells, strict=False), 1):
            if text:
                yield Line(number, (Part(f"{column}: "), Part(text, f"{number}.{position}")))


def json_lines(tree: Json, pointer: str) -> tuple[Line, ...]:
    """A JSON value, indented."""
    lines: list[Line] = []

    def add(depth: int, *parts: Part) -> None:
        lines.append(Line(len(lines) + 1, (Part("  " * depth), *parts) if depth else parts))

    def show(value: Json, at: str, depth: int, before: str, after: str) -> None:
        head = (Part(before),) if before else ()
        if isinstance(value, dict) and value:
            add(depth, *head, Part("{"))
            for number, (key, inner) in enumerate(value.items(), 1):
                show(
                    inner,
                    child(at, key),
                    depth + 1,
                    f"{text_of_json(key)}: ",
                    "," if number < len(value) else "",
                )
            add(depth, Part("}" + after))
        elif isinstance(value, list) and value:
            add(depth, *head, Part("["))
            for number, inner in enumerate(value):
                show(inner, f"{at}/{number}", depth + 1, "", "," if number + 1 < len(value) else "")
            add(depth, Part("]" + after))
        else:
            add(depth, *head, Part(text_of_json(value), at), *((Part(after),) if after else ()))

    show(tree, pointer, 0, "", "")
    return tuple(lines)
