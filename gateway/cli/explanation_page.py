"""Explanations as one HTML page that needs nothing else: both documents side by side, each place a link.

Every text of a document is escaped, and characters that no page should obey are shown by their number. The
policy of the page lets nothing be loaded and no program run but its own, by its hash.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from gateway.cli.explanation_style import SCRIPT, STYLE
from gateway.cli.screen import printable
from gateway.findings import Location
from gateway.mapping.evaluate.trace import Kind
from gateway.mapping.explain.model import Explanation, Line, Output, Reading, key_of
from gateway.mapping.plan import Origin

__all__ = ["page"]

FORMATS = {"x12": "X12", "spapi": "SP-API JSON", "csv": "flat file", "canonical": "canonical document"}
KINDS = {
    Kind.VALUE: "",
    Kind.DEFAULT: "default of the table",
    Kind.CONSTANT: "constant of the table",
    Kind.DERIVED: "made by the writer",
    Kind.KEPT: "kept, and put back",
    Kind.COMPLETED: "",
    Kind.WRITER: "made by the writer",
}


def page(file: str, explanations: Sequence[Explanation]) -> str:
    """The page for the documents of a file."""
    title = f"Where {_text(file)} goes"
    policy = f"default-src 'none'; style-src '{_hash(STYLE)}'; script-src '{_hash(SCRIPT)}'; base-uri 'none'"
    parts = [
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<style>{STYLE}</style>\n</head>\n<body>\n<header><h1>{title}</h1>",
        "<p>Choose a value in either document, and the places it comes from or goes to light up.</p>",
        _legend(),
        "</header>\n<main>",
    ]
    if len(explanations) > 1:
        parts.append(_contents(explanations))
    if not explanations:
        parts.append("<p>No document of this file could be translated.</p>")
    for number, explanation in enumerate(explanations, 1):
        parts += _Document(f"d{number}", explanation).section()
    parts.append(f"</main>\n<script>{SCRIPT}</script>\n</body>\n</html>\n")
    return "\n".join(parts)


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _legend() -> str:
    return (
        '<p class="legend"><span class="v">value</span> linked to the other document '
        '<span class="v given">value</span> given by the table: a default, constant or sum '
        '<span class="v unwritten">value</span> read, and not carried to the target '
        '<span class="v unread">value</span> read by no row</p>'
    )


def _contents(explanations: Sequence[Explanation]) -> str:
    links = "".join(
        f'<li><a href="#d{number}">{_text(each.document)} {_text(each.number)}</a></li>'
        for number, each in enumerate(explanations, 1)
    )
    return f'<nav aria-label="Documents"><ul>{links}</ul></nav>'


class _Document:
    """One document of the page; `name` begins each identifier in it."""

    def __init__(self, name: str, explanation: Explanation) -> None:
        self.name = name
        self.explanation = explanation
        self.source = _keys(explanation.source_lines)
        self.target = _keys(explanation.target_lines)
        self.to_target: dict[int, list[int]] = {}
        self.to_source: dict[int, list[int]] = {}
        self.rows: dict[int, int] = {}
        self.kinds: dict[int, Kind] = {}
        inner_source, inner_target = _Inner(self.source), _Inner(self.target)
        for row, output in enumerate(explanation.outputs):
            readings = [reading for field in output.fields for reading in field.readings]
            sources = [place for reading in readings for place in inner_source.of(reading.location)]
            for place in inner_target.of(output.location):
                self.rows[place] = row
                self.kinds[place] = output.kind
                self.to_source[place] = sources
                for each in sources:
                    self.to_target.setdefault(each, []).append(place)
        coverage = explanation.coverage
        self.unread = {place for each in coverage.unread for place in inner_source.of(each.location)}
        self.unwritten = {place for each in coverage.unwritten for place in inner_source.of(each.location)}

    def section(self) -> Iterator[str]:
        """The section of the document."""
        told = self.explanation
        yield f'<section class="document" id="{self.name}">'
        yield f"<h2>{_text(told.document)} {_text(told.number)}</h2>"
        yield '<div class="panes">'
        yield from self.pane("s", told.source, told.source_lines)
        yield from self.pane("t", told.target, told.target_lines)
        yield '</div>\n<div class="told" role="status" aria-live="polite"></div>'
        yield from self.coverage()
        yield from self.places()
        yield "</section>"

    def pane(self, side: str, form: str, lines: Sequence[Line]) -> Iterator[str]:
        title = FORMATS.get(form, form)
        word = "Source" if side == "s" else "Target"
        heading = f"{self.name}-{side}"
        yield f'<section class="pane" aria-labelledby="{heading}">'
        yield f'<h3 id="{heading}">{word}: {_text(title)}</h3>'
        yield f'<div class="lines" tabindex="0" role="group" aria-labelledby="{heading}">'
        keys = self.source if side == "s" else self.target
        for line in lines:
            shown = "".join(
                self.place(side, keys[part.key], part.text) if part.key else _text(part.text)
                for part in line.parts
            )
            number = f'<span class="no" aria-hidden="true">{line.number}</span>'
            yield f'<div class="line">{number}<code>{shown}</code></div>'
        yield "</div></section>"

    def place(self, side: str, place: int, text: str) -> str:
        """A value: a link where it goes somewhere."""
        other, links = ("t", self.to_target) if side == "s" else ("s", self.to_source)
        linked = list(dict.fromkeys(links.get(place, ())))
        marks = self.marks(side, place)
        row = self.rows.get(place) if side == "t" else None
        told = f' data-row="{self.name}-r{row}"' if row is not None else ""
        identity = f'id="{self.name}-{side}{place}" class="{" ".join(("v", *marks))}"'
        if linked:
            names = " ".join(f"{self.name}-{other}{each}" for each in linked)
            told += f' href="#{self.name}-{other}{linked[0]}" data-to="{names}"'
            return f"<a {identity}{told}>{_text(text)}</a>"
        if row is not None:
            return f'<a {identity}{told} href="#{self.name}-r{row}">{_text(text)}</a>'
        return f"<span {identity}>{_text(text)}</span>"

    def marks(self, side: str, place: int) -> Iterator[str]:
        if side == "s":
            yield from ("unread",) if place in self.unread else ()
            yield from ("unwritten",) if place in self.unwritten else ()
        elif self.kinds.get(place, Kind.VALUE) in (Kind.DEFAULT, Kind.CONSTANT, Kind.DERIVED):
            yield "given"

    def coverage(self) -> Iterator[str]:
        coverage = self.explanation.coverage
        yield '<section class="coverage"><h3>Left over</h3>'
        for title, readings in (
            ("No row read these places of the source. They are kept with the document.", coverage.unread),
            ("These places were read, and nothing of the target was made of them.", coverage.unwritten),
        ):
            yield f"<h4>{title}</h4>"
            if readings:
                rows = [(_reading(each), _text(each.value), _origin(each.row)) for each in readings]
                yield from _table(("Source", "Value", "Row"), rows)
            else:
                yield "<p>None.</p>"
        yield "<h4>These places of the target are empty in this document, mandatory ones first.</h4>"
        if coverage.unfilled:
            unfilled = [
                (
                    _text(each.place),
                    _text(each.name),
                    "mandatory" if each.mandatory else "",
                    _origin(each.row) or "no row",
                )
                for each in coverage.unfilled
            ]
            yield f"<details><summary>{len(unfilled):,} places</summary>"
            yield from _table(("Target", "Name", "Needed", "Row"), unfilled)
            yield "</details>"
        else:
            yield "<p>None.</p>"
        yield "</section>"

    def places(self) -> Iterator[str]:
        """Every place of the target in a table, which is also what is told of a chosen one."""
        yield f"<details><summary>Every place of the target ({len(self.explanation.outputs):,})</summary>"
        rows = [
            (
                _text(_place(output.location)),
                _text(output.value),
                "<br>".join(_from(output)),
                "<br>".join(_rows(output)),
            )
            for output in self.explanation.outputs
        ]
        yield from _table(("Target", "Value", "From", "Rows"), rows, f"{self.name}-r")
        yield "</details>"


class _Inner:
    """Finds the places in and below a location: all values of an object, all components of an element."""

    def __init__(self, keys: Mapping[str, int]) -> None:
        self.keys = keys
        self.below: dict[str, list[int]] = {}
        for key, place in keys.items():
            separator = "/" if key.startswith("/") else "."
            outer = key
            while separator in outer:
                outer = outer.rpartition(separator)[0]
                self.below.setdefault(outer, []).append(place)

    def of(self, location: Location) -> Sequence[int]:
        key = key_of(location)
        if key in self.keys:
            return (self.keys[key],)
        if location.pointer is None and location.element is None and location.column is None:
            return ()
        return self.below.get(key, ())


def _keys(lines: Sequence[Line]) -> dict[str, int]:
    keys: dict[str, int] = {}
    for line in lines:
        for part in line.parts:
            if part.key:
                keys.setdefault(part.key, len(keys))
    return keys


def _table(header: Sequence[str], rows: Sequence[Sequence[str]], name: str = "") -> Iterator[str]:
    """A table of cells that are HTML already; `name` begins the identifiers of its rows."""
    yield '<div class="scroll"><table><thead><tr>'
    yield "".join(f'<th scope="col">{_text(each)}</th>' for each in header)
    yield "</tr></thead><tbody>"
    for number, cells in enumerate(rows):
        identity = f' id="{name}{number}"' if name else ""
        yield f"<tr{identity}>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
    yield "</tbody></table></div>"


def _place(location: Location) -> str:
    if location.pointer is not None or location.segment_in_set is None:
        return location.place.replace("line", "row")
    return f"segment {location.segment_in_set}, {location.place}"


def _reading(reading: Reading) -> str:
    where = reading.location
    if where.segment_in_set is None:
        return _text(where.place)
    return _text(f"segment {where.segment_in_set}, {where.place}")


def _from(output: Output) -> Iterator[str]:
    if KINDS[output.kind]:
        yield KINDS[output.kind]
    for field in output.fields:
        if field.made_by:
            yield f"made by {_text(field.made_by)}"
        for reading in field.readings:
            if reading.kind is Kind.CONSTANT:
                yield "constant of the table that read it"
            else:
                yield f"{_reading(reading)} = <code>{_text(reading.value)}</code>"


def _rows(output: Output) -> Iterator[str]:
    readings = [reading for field in output.fields for reading in field.readings]
    origins = [output.row, output.code]
    origins += [origin for reading in readings for origin in (reading.row, reading.code)]
    yield from dict.fromkeys(_origin(origin) for origin in origins if origin is not None)


def _origin(origin: Origin | None) -> str:
    return "" if origin is None else _text(str(origin))


def _text(text: str) -> str:
    """Text of a document in the page."""
    return escape(printable(text), quote=True)
