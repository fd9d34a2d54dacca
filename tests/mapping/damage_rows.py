"""Delimited files a little changed: cells, rows and columns, then bytes."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from gateway.formats.delimited import Dialect
from gateway.formats.delimited_writer import write_delimited

__all__ = ["damaged_bytes", "damaged_rows", "rendered"]

Cells: TypeAlias = list[list[str]]

CELLS = (
    *("", "", "0", "1", "2", "12.50", "12,50", "1.234,5", ",5", "1E3", "-3", "forty", "1" * 60),
    *("2026-01-31", "31.01.2026", "2026-02-30", "20260131", "2026-01-31T10:00:00Z", "2026-01-31T10:00"),
    *("EA", "CA", "each", "ZZ", "x12:ZZ", "Y", "n", "maybe", "original", "cancel", "regular", "USD", "EUR"),
    *("x", " x ", "\tx", "a;b", "a,b", 'a "b"', "a\nb", "é", "€", "'\"{}\\", "__class__", "x" * 100),
)


def damaged_rows(
    columns: Sequence[str], rows: Sequence[Mapping[str, str]], draw: random.Random
) -> tuple[list[str], Cells]:
    """The header and the rows of a file with up to three changes."""
    header, cells = list(columns), [[row.get(column, "") for column in columns] for row in rows]
    changes: Sequence[Callable[[list[str], Cells, random.Random], None]] = (
        *(_cell, _cell, _cell, _blank, _blank, _padded, _taken_from_another),
        *(_row_twice, _row_twice, _line_in_two_rows, _without_row, _shuffled, _column_added, _column_dropped),
        _outer_only,
    )
    for _ in range(draw.randint(0, 3)):
        if cells and header:
            draw.choice(changes)(header, cells, draw)
    return header, cells


def _spot(cells: Cells, draw: random.Random) -> tuple[list[str], int]:
    """A row and a column; mostly one that is filled."""
    row = draw.choice(cells)
    filled = [number for number, cell in enumerate(row) if cell]
    return row, draw.choice(filled) if filled and draw.random() < 0.7 else draw.randrange(len(row))


def _cell(header: list[str], cells: Cells, draw: random.Random) -> None:
    row, column = _spot(cells, draw)
    text = draw.choice(CELLS)
    for each in cells if draw.random() < 0.5 else [row]:
        each[column] = text


def _blank(header: list[str], cells: Cells, draw: random.Random) -> None:
    row, column = _spot(cells, draw)
    for each in cells if draw.random() < 0.5 else [row]:
        each[column] = draw.choice(("", "", " "))


def _padded(header: list[str], cells: Cells, draw: random.Random) -> None:
    row, column = _spot(cells, draw)
    row[column] = f"{draw.choice(('', ' ', chr(9)))}{row[column]} "


def _taken_from_another(header: list[str], cells: Cells, draw: random.Random) -> None:
    row, column = _spot(cells, draw)
    row[column] = draw.choice(cells)[draw.choice((column, column, draw.randrange(len(row))))]


def _row_twice(header: list[str], cells: Cells, draw: random.Random) -> None:
    cells.append(list(draw.choice(cells)))


def _line_in_two_rows(header: list[str], cells: Cells, draw: random.Random) -> None:
    """Two rows that differ in one cell only, as the parts of a line or the contents of a carton do."""
    row = list(draw.choice(cells))
    column = draw.randrange(len(row) // 2, len(row)) if len(row) > 1 else 0
    row[column] = draw.choice(CELLS)
    cells.insert(draw.randrange(len(cells) + 1), row)


def _outer_only(header: list[str], cells: Cells, draw: random.Random) -> None:
    """A row that says nothing of an item inside."""
    row = list(draw.choice(cells))
    start = draw.randrange(len(row))
    row[start:] = [""] * (len(row) - start)
    cells.append(row)


def _without_row(header: list[str], cells: Cells, draw: random.Random) -> None:
    del cells[draw.randrange(len(cells))]


def _shuffled(header: list[str], cells: Cells, draw: random.Random) -> None:
    draw.shuffle(cells)


def _column_added(header: list[str], cells: Cells, draw: random.Random) -> None:
    name = draw.choice(("season", "bin", "é", "x;y"))
    if name in header:
        return
    texts = draw.choice((("w",), ("w", "s"), ("", " ", "w"), ("",)))
    position = draw.randrange(len(header) + 1)
    header.insert(position, name)
    for row in cells:
        row.insert(position, draw.choice(texts))


def _column_dropped(header: list[str], cells: Cells, draw: random.Random) -> None:
    if len(header) > 1:
        column = draw.randrange(len(header))
        for row in (header, *cells):
            del row[column]


def rendered(header: Sequence[str], cells: Cells, dialect: Dialect) -> bytes | None:
    """The file, None where its character set cannot say a cell."""
    rows = [dict(zip(header, row, strict=True)) for row in cells]
    return write_delimited(tuple(header), rows, dialect)[0]


def damaged_bytes(data: bytes, dialect: Dialect, draw: random.Random) -> bytes:
    """The file, one time in eight with a cell too many or too few, or a byte that is no character."""
    if draw.random() < 0.875:
        return data
    sign = dialect.delimiter.encode()
    places = [number for number in range(len(data)) if data[number : number + 1] == sign]
    place = draw.choice(places) if places else 0
    return draw.choice(
        (
            data[:place] + data[place + 1 :],
            data[:place] + sign + data[place:],
            data[:place] + b"\x81" + data[place:],
            data[:place] + b'"' + data[place:],
        )
    )
