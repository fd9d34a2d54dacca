"""Lines and tables for people: as wide as the terminal, in colours where there are any, never cut short.

Where no terminal shows the output, a line is a line: what searches or counts them must find them whole.
Then the library that colours is not loaded either, which is a good part of the time of a short command.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from datetime import datetime

    from rich.console import Console

Part = str | tuple[str, str]
"""Text, or text and its style in the words of rich."""

TIED = "\u00a0"  # a space at which no line may end; it is shown as a space
NARROWEST = 40  # columns; what is narrower is taken for this wide
GAP = "  "  # between the columns of a table
WIDEST_CELL = 60  # characters; without a terminal a longer cell widens no other row


def printable(text: str) -> str:
    """Text of a document for a terminal, which must not obey control characters in it."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else f"\\x{ord(character):02x}" for character in text)


def tied(text: str) -> str:
    """Text that stays in one line as long as the line has room for it."""
    return text.replace(" ", TIED)


def counted(number: int, word: str, several: str = "") -> str:
    """The number of something: `1 leaf`, `2,000 leaves`."""
    return f"{number:,} {word if number == 1 else several or f'{word}s'}"


def echo(text: str = "", *, err: bool = False, end: str = "\n") -> None:
    """Write to standard output or standard error at once; to one that is closed nothing is written."""
    stream = sys.stderr if err else sys.stdout
    if stream is not None:
        stream.write(text + end)
        stream.flush()


def tell_json(value: object) -> None:
    """Write a value as JSON, for programs."""
    import json

    echo(json.dumps(value, indent=2))


def moment(at: datetime) -> str:
    """A time for people, as the same one is sought in the log: to the second, in UTC."""
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


class Screen:
    """Standard output, or standard error."""

    def __init__(self, *, stderr: bool = False) -> None:
        self._stderr = stderr

    @cached_property
    def is_terminal(self) -> bool:
        """Whether a person looks at it."""
        stream = sys.stderr if self._stderr else sys.stdout
        return stream is not None and stream.isatty()

    @cached_property
    def width(self) -> int | None:
        """The columns of the terminal; None where there is none, and lines may have any length."""
        if not self.is_terminal:
            return None
        import shutil

        return max(NARROWEST, shutil.get_terminal_size().columns)

    def line(self, *parts: Part, hang: int = 0) -> None:
        """One line of these parts; what does not fit goes on below it, `hang` columns in."""
        text = "".join(part if isinstance(part, str) else part[0] for part in parts)
        styles = [(len(part), "") if isinstance(part, str) else (len(part[0]), part[1]) for part in parts]
        for number, (start, end) in enumerate(_cut(text, self.width, hang)):
            self._write(" " * hang if number else "", text[start:end], _within(styles, start, end))

    def table(
        self,
        header: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        numeric: frozenset[str] = frozenset(),
        indent: int = 2,
        styled: bool = True,
        headed: bool = True,
    ) -> None:
        """A table: empty columns are left out, and where the terminal is too narrow cells have several lines.

        Columns whose header is in `numeric` stand to the right. Nothing in a cell is cut. Not `headed`: the
        header is left out.
        """
        kept = [n for n in range(len(header)) if any(row[n] for row in rows)]
        columns = [_Column.of(header[n], [row[n] for row in rows], header[n] in numeric) for n in kept]
        room = None if self.width is None else self.width - indent - len(GAP) * (len(columns) - 1)
        widths = _widths(columns, room)
        if room is not None and sum(widths) > room:
            self._records(columns, indent)
            return
        for number in range(0 if headed else 1, len(rows) + 1):
            cells = [
                _folded(column.cells[number], None if room is None else width)
                for column, width in zip(columns, widths, strict=True)
            ]
            for line in range(max(map(len, cells), default=0)):
                shown = (
                    _placed(cell[line] if line < len(cell) else "", column, width)
                    for cell, column, width in zip(cells, columns, widths, strict=True)
                )
                text = f"{' ' * indent}{GAP.join(shown)}".rstrip()
                self._write("", text, [(len(text), "bold" if number == 0 and styled else "")])

    def _records(self, columns: Sequence[_Column], indent: int) -> None:
        """A table that no narrowing makes fit: the cells of each row one after another, named.

        Each stays in one line, but for those that no line has room for.
        """
        room = (self.width or 0) - indent - 4 - len(",")
        for row in zip(*(column.cells[1:] for column in columns), strict=True):
            named = ((column.cells[0], cell) for column, cell in zip(columns, row, strict=True) if cell)
            texts = (f"{tied(name.lower())}{TIED}{cell.strip()}" for name, cell in named)
            shown = ", ".join(tied(text) if len(text) <= room else text for text in texts)
            self.line(" " * indent, shown, hang=indent + 4)

    def _write(self, before: str, text: str, styles: list[tuple[int, str]]) -> None:
        shown = text.replace(TIED, " ")
        if not self.is_terminal:
            echo(before + shown, err=self._stderr)
            return
        from rich.text import Text

        styled = Text(before)
        start = 0
        for length, style in styles:
            styled.append(shown[start : start + length], style or None)
            start += length
        self._console.print(styled, soft_wrap=True)

    @cached_property
    def _console(self) -> Console:
        from rich.console import Console

        return Console(stderr=self._stderr, markup=False, highlight=False, emoji=False)


def _cut(text: str, width: int | None, hang: int) -> Iterator[tuple[int, int]]:
    """Where the lines of a text begin and end; a word that is longer than a line keeps its length."""
    start, room = 0, width
    while room is not None and len(text) - start > room:
        inside = len(text[start:]) - len(text[start:].lstrip(" "))
        at = text.rfind(" ", start + inside, start + room + 1)
        if at < 0:
            at = text.find(" ", start + room)
        if at < 0:
            break
        yield start, at
        start, room = at + 1, max(1, (width or 0) - hang)
    yield start, len(text)


def _within(styles: list[tuple[int, str]], start: int, end: int) -> list[tuple[int, str]]:
    """The styles of a slice of the text that they are for."""
    kept, at = [], 0
    for length, style in styles:
        low, high = max(at, start), min(at + length, end)
        if low < high:
            kept.append((high - low, style))
        at += length
    return kept


class _Column(msgspec.Struct, frozen=True):
    """A column of a table: its cells, the header first, and how wide it must and would like to be."""

    cells: tuple[str, ...]
    numeric: bool
    least: int
    most: int

    @classmethod
    def of(cls, header: str, cells: Sequence[str], numeric: bool) -> _Column:
        every = (header, *cells)
        least = max(_longest_word(cell) for cell in every)
        return cls(every, numeric, least, max(map(len, every)))


def _longest_word(cell: str) -> int:
    """The width that a cell needs when it is folded, with the blanks that it begins with."""
    bare = cell.lstrip(" ")
    first, *others = bare.split(" ")
    return max(len(cell) - len(bare) + len(first), *map(len, others), 0)


def _widths(columns: Sequence[_Column], room: int | None) -> list[int]:
    """As wide as the columns would like to be, the widest ones narrowed until there is room for all."""
    if room is None:
        return [min(column.most, WIDEST_CELL) for column in columns]
    widths = [column.most for column in columns]
    while sum(widths) > room:
        spare = [(width, n) for n, width in enumerate(widths) if width > columns[n].least]
        if not spare:
            break
        widths[max(spare)[1]] -= 1
    return widths


def _folded(cell: str, width: int | None) -> list[str]:
    return [cell[start:end] for start, end in _cut(cell, width, 0)]


def _placed(cell: str, column: _Column, width: int) -> str:
    return cell.rjust(width) if column.numeric else cell.ljust(width)
