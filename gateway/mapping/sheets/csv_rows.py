"""Code lists and cross-references: one row a line, and a comment is a row of one cell."""

from __future__ import annotations

import csv
import io

from gateway.errors import Mistake
from gateway.mapping.sheets.rows import BYTE_ORDER_MARK, FileRow, FileRows, Line, judged, lines_of

__all__ = ["CsvRows"]

COMMENT = "#"


class CsvRows:
    """How a CSV file is rows. `blank`: the characters of which a line that says nothing consists."""

    def __init__(self, blank: str | None) -> None:
        self._blank = blank

    def read(self, file: str, text: str) -> tuple[FileRows | None, tuple[Mistake, ...]]:
        """The rows of a file; the first line that is no comment names the columns."""
        lines = lines_of(text)
        head: list[str] = []
        columns: tuple[str, ...] = ()
        rows: list[FileRow] = []
        before: list[str] = []
        mistakes: list[Mistake] = []
        for line in lines:
            shown = line.text.removeprefix(BYTE_ORDER_MARK) if line.number == 1 else line.text
            says_nothing = not shown.strip(self._blank)
            if not columns:
                head.append(line.text + line.end)
                if not says_nothing and not shown.startswith(COMMENT):
                    columns = _cells(shown) or ()
                    if not columns:
                        return None, ((file, line.number, "this is no row of a CSV file"),)
            elif says_nothing:
                before.append(line.text + line.end)
            else:
                row = _row(line, columns, "".join(before))
                if row is None:
                    said = f"this is no row of {len(columns)} cells in one line, as the first line has them"
                    mistakes.append((file, line.number, said))
                else:
                    rows.append(row)
                    before.clear()
        if not columns:
            return None, ((file, 1, "empty; the first line names the columns"),)
        line_end = next((line.end for line in lines if line.end), "\n")
        return judged(
            file, FileRows(columns, "".join(head), tuple(rows), "".join(before), line_end), mistakes
        )

    def writer(self, rows: FileRows) -> CsvWriter:
        """What writes changed rows of this file."""
        return CsvWriter()


class CsvWriter:
    """Writes rows of a CSV file, each for itself."""

    def keep(self, row: FileRow) -> None:
        """Nothing depends on the rows before."""

    def write(self, cells: tuple[str, ...], old: FileRow | None, following: FileRow | None) -> str:
        """The line for these cells; quotes stand where they must."""
        if cells[0].startswith(COMMENT):
            return cells[0]
        out = io.StringIO()
        csv.writer(out, lineterminator="").writerow(cells)
        return out.getvalue()


def _row(line: Line, columns: tuple[str, ...], before: str) -> FileRow | None:
    if line.text.startswith(COMMENT):
        cells: tuple[str, ...] | None = (line.text.rstrip(), *("" for _ in columns[1:]))
    else:
        cells = _cells(line.text)
    if cells is None or len(cells) != len(columns):
        return None
    return FileRow(line.number, cells, before, line.text, line.end)


def _cells(text: str) -> tuple[str, ...] | None:
    try:
        return tuple(cell.strip() for cell in next(csv.reader([text], strict=True)))
    except csv.Error:
        return None
