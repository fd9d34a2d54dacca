"""One document of an explanation in HTML: both sides, what is left over, and every place in a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from gateway.cli.explained_words import FORMATS, Names, Readings, how, how_read, made_by
from gateway.cli.screen import printable
from gateway.findings import Location
from gateway.mapping.evaluate.trace import Kind
from gateway.mapping.explain.model import Explanation, Field, Line, Output, Reading, Unfilled, key_of
from gateway.mapping.plan import Origin

__all__ = ["DocumentSection", "text_in_page"]


MOST_LINKS = 50  # of one value that light up; a page with many rows that repeat each other stays a page
MOST_TOLD = 20  # places of one value in words


class DocumentSection:
    """One document of the page; `name` begins each identifier in it."""

    def __init__(self, name: str, explanation: Explanation) -> None:
        self.name = name
        self.explanation = explanation
        self.source = _Places(explanation.source_lines)
        self.target = _Places(explanation.target_lines)
        self.to_target: dict[int, list[int]] = {}
        self.to_source: dict[int, list[int]] = {}
        self.rows: dict[int, int] = {}
        self.readings = Readings()
        alike: dict[tuple[int, ...], list[int]] = {}
        for row, output in enumerate(explanation.outputs):
            for place in self.target.of(output.location):
                self.rows[place] = row
                alike.setdefault(tuple(map(id, output.fields)), []).append(place)
        fields = {tuple(map(id, output.fields)): output.fields for output in explanation.outputs}
        for known, places in alike.items():
            self.link_all(fields[known], places)
        coverage = explanation.coverage
        self.unread = {place for each in coverage.unread for place in self.source.of(each.location)}
        self.unwritten = {place for each in coverage.unwritten for place in self.source.of(each.location)}

    def link_all(self, fields: Sequence[Field], places: Sequence[int]) -> None:
        """Links the places written from the same fields with those that the fields were read from."""
        read = dict.fromkeys(
            place
            for field in fields
            for reading in field.readings
            if reading.kind is not Kind.CONSTANT
            for place in self.source.of(reading.location)
        )
        links = list(read)[:MOST_LINKS]
        for place in places:
            self.to_source[place] = links
        for each in read:
            self.to_target.setdefault(each, []).extend(places[:MOST_LINKS])

    def html(self) -> Iterator[str]:
        """The section of the document."""
        told = self.explanation
        yield f'<section class="document" id="{self.name}">'
        yield f"<h2>{text_in_page(told.document)} {text_in_page(told.number)}</h2>"
        yield f'<p class="summary">{self.summary()}</p>'
        yield '<div class="panes">'
        yield from self.pane("s", told.source, told.source_lines)
        yield from self.pane("t", told.target, told.target_lines)
        yield '</div>\n<div class="told" role="status" aria-live="polite"></div>'
        yield from self.coverage()
        yield from self.places()
        yield "</section>"

    def summary(self) -> str:
        """How much of both sides belongs together, in a line."""
        places = len(self.explanation.outputs)
        linked = sum(
            1 for output in self.explanation.outputs if any(field.readings for field in output.fields)
        )
        coverage = self.explanation.coverage
        mandatory = sum(1 for each in coverage.unfilled if each.mandatory)
        words = [
            f"{places:,} values written",
            f"{linked:,} of them from the source",
            f"{len(coverage.unwritten):,} read and not carried over",
            f"{len(coverage.unread):,} read by no row",
            f"{len(coverage.unfilled):,} places of the target empty"
            + (f", {mandatory:,} of them mandatory" if mandatory else ""),
        ]
        return " · ".join(words)

    def pane(self, side: str, form: str, lines: Sequence[Line]) -> Iterator[str]:
        """One side of the document."""
        word = "Source" if side == "s" else "Target"
        heading = f"{self.name}-{side}"
        yield f'<section class="pane" aria-labelledby="{heading}">'
        yield f'<h3 id="{heading}">{word}: {text_in_page(FORMATS.get(form, form))}</h3>'
        yield f'<div class="lines" tabindex="0" role="group" aria-labelledby="{heading}">'
        places = self.source if side == "s" else self.target
        before = 0
        for line in lines:
            shown = "".join(
                self.place(side, places.keys[part.key], part.text) if part.key else text_in_page(part.text)
                for part in line.parts
            )
            number = line.number if line.number and line.number != before else ""
            before = line.number or before
            gutter = f'<span class="no" aria-hidden="true">{number}</span>'
            yield f'<div class="line">{gutter}<code>{shown}</code></div>'
        yield "</div></section>"

    def place(self, side: str, place: int, text: str) -> str:
        """A value: a link where it goes somewhere."""
        other, links = ("t", self.to_target) if side == "s" else ("s", self.to_source)
        linked = list(dict.fromkeys(links.get(place, ())))[:MOST_LINKS]
        row = self.rows.get(place) if side == "t" else None
        told = f' data-row="{self.name}-r{row}"' if row is not None else ""
        identity = (
            f'id="{self.name}-{side}{place}" class="{" ".join(("v", *self.marks(side, place, linked)))}"'
        )
        if linked:
            names = " ".join(f"{self.name}-{other}{each}" for each in linked)
            told += f' href="#{self.name}-{other}{linked[0]}" data-to="{names}"'
            return f"<a {identity}{told}>{text_in_page(text)}</a>"
        if row is not None:
            return f'<a {identity}{told} href="#{self.name}-r{row}">{text_in_page(text)}</a>'
        return f"<span {identity}>{text_in_page(text)}</span>"

    def marks(self, side: str, place: int, linked: Sequence[int]) -> Iterator[str]:
        """How a value is shown."""
        if side == "s":
            yield from ("unread",) if place in self.unread else ()
            yield from ("unwritten",) if place in self.unwritten else ()
        elif not linked:
            yield "given"

    def coverage(self) -> Iterator[str]:
        """What is left over on both sides."""
        coverage = self.explanation.coverage
        yield '<section class="coverage"><h3>Left over</h3>'
        for title, readings in (
            ("No row read these places of the source. They are kept with the document.", coverage.unread),
            ("These places were read, and nothing of the target was made of them.", coverage.unwritten),
        ):
            yield f"<h4>{title}</h4>"
            if readings:
                rows = [(self.link(each), text_in_page(each.value), _origin(each.row)) for each in readings]
                yield from _table(("Source", "Value", "Read by row"), rows)
            else:
                yield '<p class="none">None.</p>'
        yield "<h4>These places of the target are empty in this document.</h4>"
        yield from self.empty(
            [each for each in coverage.unfilled if each.mandatory], "mandatory", open_it=True
        )
        yield from self.empty([each for each in coverage.unfilled if not each.mandatory], "optional")
        if not coverage.unfilled:
            yield '<p class="none">None.</p>'
        yield "</section>"

    def empty(self, unfilled: Sequence[Unfilled], kind: str, *, open_it: bool = False) -> Iterator[str]:
        """Empty places of the target, with the rows that would fill them."""
        if not unfilled:
            return
        rows = [
            (text_in_page(each.place), text_in_page(each.name), _origin(each.row) or "no row")
            for each in unfilled
        ]
        yield f"<details{' open' if open_it else ''}><summary>{len(rows):,} {kind}</summary>"
        yield from _table(("Target", "Name", "Filled by row"), rows)
        yield "</details>"

    def link(self, reading: Reading) -> str:
        """The name of a place of the source, which leads to it."""
        name = text_in_page(self.source.names.of(reading.location))
        place = next(iter(self.source.of(reading.location)), None)
        return name if place is None else f'<a class="at" href="#{self.name}-s{place}">{name}</a>'

    def places(self) -> Iterator[str]:
        """Every place of the target in a table, which is also what is told of a chosen one."""
        yield f"<details><summary>Every place of the target ({len(self.explanation.outputs):,})</summary>"
        rows = [
            (
                f'<a class="at" href="#{self.name}-t{self.shown(output)}">{self.named(output)}</a>'
                if self.shown(output) is not None
                else self.named(output),
                f"<code>{text_in_page(output.value)}</code>",
                "<br>".join(self.made(output)),
                "<br>".join(_fields(output)),
                "<br>".join(_origin(origin) for origin in self.readings.origins(output)),
            )
            for output in self.explanation.outputs
        ]
        header = ("Target", "Value", "Comes from", "By way of", "Rows, from the target back")
        yield from _table(header, rows, f"{self.name}-r")
        yield "</details>"

    def shown(self, output: Output) -> int | None:
        return next(iter(self.target.of(output.location)), None)

    def named(self, output: Output) -> str:
        return text_in_page(self.target.names.of(output.location))

    def made(self, output: Output) -> Iterator[str]:
        """How a value came to be, and where it was read."""
        if how(output):
            yield text_in_page(how(output))
        read = self.readings.of(output.fields)
        told = [how_read(each, self.source.names, times) for each, times in read[:MOST_TOLD]]
        told += [f"and {len(read) - MOST_TOLD:,} more"] if len(read) > MOST_TOLD else []
        told += [made_by(field) for field in output.fields if field.made_by]
        yield from (text_in_page(each) for each in dict.fromkeys(told))


class _Places:
    """The places of one side, numbered: those in and below a location, as all values of an object."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.names = Names(lines)
        self.keys: Mapping[str, int] = _numbered(lines)
        self.below: dict[str, list[int]] = {}
        for key, place in self.keys.items():
            separator = "/" if key.startswith("/") else "."
            outer = key
            while separator in outer:
                outer = outer.rpartition(separator)[0]
                self.below.setdefault(outer, []).append(place)

    def of(self, location: Location) -> Sequence[int]:
        """The numbers of the places at a location."""
        key = key_of(location)
        if key in self.keys:
            return (self.keys[key],)
        named = (location.pointer, location.xpath, location.element, location.column)
        return self.below.get(key, ()) if any(part is not None for part in named) else ()


def _numbered(lines: Sequence[Line]) -> dict[str, int]:
    keys: dict[str, int] = {}
    for line in lines:
        for part in line.parts:
            if part.key:
                keys.setdefault(part.key, len(keys))
    return keys


def _table(header: Sequence[str], rows: Sequence[Sequence[str]], name: str = "") -> Iterator[str]:
    """A table of cells that are HTML already; `name` begins the identifiers of its rows."""
    yield '<div class="scroll"><table><thead><tr>'
    yield "".join(f'<th scope="col">{text_in_page(each)}</th>' for each in header)
    yield "</tr></thead><tbody>"
    for number, cells in enumerate(rows):
        identity = f' id="{name}{number}"' if name else ""
        yield f"<tr{identity}>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
    yield "</tbody></table></div>"


def _fields(output: Output) -> Iterator[str]:
    """The fields of the canonical document on the way."""
    for field in output.fields:
        if field.pointer:
            yield f"{text_in_page(field.pointer)} = <code>{text_in_page(field.value)}</code>"


def _origin(origin: Origin | None) -> str:
    return "" if origin is None else text_in_page(str(origin))


def text_in_page(text: str) -> str:
    """Text of a document in the page."""
    return escape(printable(text), quote=True)
