"""What a sheet changes in a file: the difference row by row, and the text with all else as it was."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from enum import StrEnum

import msgspec

from gateway.mapping.sheets.rows import FileRow, FileRows, Grammar, LevelError, Writer, lines_of

__all__ = ["Change", "Deed", "UnwritableError", "Wanted", "changed_text", "difference"]


class Deed(StrEnum):
    """What became of a row. One that moved stands elsewhere among the rows that were there before."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


class Wanted(msgspec.Struct, frozen=True):
    """A row as the sheet has it: its number there, its position among the old rows, None for a new one."""

    number: int
    old: int | None
    cells: tuple[str, ...]


class Change(msgspec.Struct, frozen=True):
    """One difference: `row` in the sheet, `line` in the file; what is not there has none, nor cells."""

    deed: Deed
    row: int | None
    line: int | None
    before: tuple[str, ...] | None
    after: tuple[str, ...] | None


class UnwritableError(Exception):
    """A row that cannot be written so that it is read as it stands in the sheet.

    `row` is its number in the sheet. `level` is the text of a level that cannot stand there, else None.
    """

    def __init__(self, row: int, reason: str, level: str | None = None) -> None:
        self.row = row
        self.reason = reason
        self.level = level
        super().__init__(reason)


def difference(rows: FileRows, wanted: Sequence[Wanted]) -> tuple[Change, ...]:
    """What is added, changed and moved, in the order of the sheet; then what is removed."""
    kept = [each.old for each in wanted if each.old is not None]
    stay = _longest_rising(kept)
    changes = []
    for each in wanted:
        if each.old is None:
            changes.append(Change(Deed.ADDED, each.number, None, None, each.cells))
            continue
        old = rows.rows[each.old]
        if old.cells != each.cells:
            changes.append(Change(Deed.CHANGED, each.number, old.line, old.cells, each.cells))
        if each.old not in stay:
            changes.append(Change(Deed.MOVED, each.number, old.line, old.cells, each.cells))
    there = frozenset(kept)
    for number, row in enumerate(rows.rows):
        if number not in there:
            changes.append(Change(Deed.REMOVED, None, row.line, row.cells, None))
    return tuple(changes)


def _longest_rising(numbers: Sequence[int]) -> frozenset[int]:
    """The most of these numbers that rise in their order: the rows that need not have moved."""
    ends: list[int] = []  # the smallest last number of a rising run of each length
    runs: list[int] = []  # the position of that number
    before: list[int] = []
    for position, number in enumerate(numbers):
        length = bisect_left(ends, number)
        before.append(runs[length - 1] if length else -1)
        ends[length : length + 1] = [number]
        runs[length : length + 1] = [position]
    rising = []
    at = runs[-1] if runs else -1
    while at >= 0:
        rising.append(numbers[at])
        at = before[at]
    return frozenset(rising)


def changed_text(
    file: str, rows: FileRows, wanted: Sequence[Wanted], grammar: Grammar
) -> tuple[str, tuple[int, ...]]:
    """The text of the file with the rows as they are wanted, and the line on which each of them stands.

    Rows that are not changed, comments and blank lines keep their bytes. What was written is read back;
    `UnwritableError` where it is not what was wanted.
    """
    pieces = _pieces(rows, wanted, grammar)
    text = rows.head + "".join(pieces)
    lines = _lines(rows, pieces)
    again, mistakes = grammar.read(file, text)
    if again is None:
        reached = bisect_left(lines, mistakes[0][1])
        raise UnwritableError(wanted[min(reached, len(wanted) - 1)].number, mistakes[0][2])
    for each, row in zip(wanted, again.rows, strict=False):
        if each.cells != row.cells:
            raise UnwritableError(each.number, " | ".join(row.cells))
    if len(again.rows) != len(wanted) or again.columns != rows.columns:
        raise UnwritableError(wanted[-1].number if wanted else 1, f"{len(again.rows)} rows")
    return text, lines


def _pieces(rows: FileRows, wanted: Sequence[Wanted], grammar: Grammar) -> list[str]:
    """The text of each wanted row, with the blank lines above it and its line end, and of what follows."""
    above, tail = _blank_lines(rows, wanted)
    following = _following(rows, wanted)
    writer = grammar.writer(rows)
    pieces = []
    for each, after in zip(wanted, following, strict=True):
        old = rows.rows[each.old] if each.old is not None else None
        if old is not None and each.old is not None:
            end = old.end or rows.line_end
            line = old.text
            if old.cells == each.cells:
                writer.keep(old)
            else:
                line = _line(writer, each, old, after)
            pieces.append(above[each.old] + line + end)
        else:
            pieces.append(_line(writer, each, None, after) + rows.line_end)
    pieces.append(tail)
    if rows.rows and not rows.rows[-1].end and not tail and pieces[:-1]:  # the file ends without a line end
        last = pieces[-2]
        pieces[-2] = last.removesuffix(rows.line_end)
    return pieces


def _line(writer: Writer, each: Wanted, old: FileRow | None, following: FileRow | None) -> str:
    try:
        return writer.write(each.cells, old, following)
    except LevelError as fault:
        raise UnwritableError(each.number, str(fault), each.cells[0]) from fault


def _lines(rows: FileRows, pieces: Sequence[str]) -> tuple[int, ...]:
    """The line on which each row stands: the last of its piece, as its blank lines come first."""
    number = len(lines_of(rows.head))
    lines = []
    for piece in pieces[:-1]:
        number += len(lines_of(piece))
        lines.append(number)
    return tuple(lines)


def _blank_lines(rows: FileRows, wanted: Sequence[Wanted]) -> tuple[list[str], str]:
    """The blank lines above each old row, and behind all; those of a removed row go to the next one."""
    there = {each.old for each in wanted}
    above = []
    carried = ""
    for number, row in enumerate(rows.rows):
        carried += row.before
        above.append(carried if number in there else "")
        if number in there:
            carried = ""
    return above, carried + rows.tail


def _following(rows: FileRows, wanted: Sequence[Wanted]) -> list[FileRow | None]:
    """For each wanted row the next one below it that was in the file before."""
    following: list[FileRow | None] = []
    after: FileRow | None = None
    for each in reversed(wanted):
        following.append(after)
        if each.old is not None:
            after = rows.rows[each.old]
    return following[::-1]
