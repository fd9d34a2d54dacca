"""What a table filled in because the documents of a file leave it open: told once for the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gateway.documents import Document
from gateway.findings import KEPT_VALUE_LENGTH, Finding, found
from gateway.mapping.filled import DefaultRow

__all__ = ["Filled"]

MOST_TAKEN = 64  # lists of rows that are known by what the documents of a file share
ROOM_FOR_MORE = len(" and 1,000,000 more")


class Filled:
    """Takes documents and what reads back of them, and remembers the rows whose default was written."""

    def __init__(self) -> None:
        self._rows: dict[DefaultRow, None] = {}
        self._taken: dict[int, tuple[DefaultRow, ...]] = {}

    def take(
        self, rows: Iterable[DefaultRow], document: Document, read_back: Document
    ) -> tuple[DefaultRow, ...]:
        """Compare one document with what was written of it; `rows` are those of its table. Gives those of
        them that filled something in."""
        filled = tuple(row for row in rows if row.filled(document, read_back))
        self.add(filled)
        return filled

    def add(self, rows: tuple[DefaultRow, ...]) -> None:
        """Rows that are known to have filled something in; many documents have the very same ones."""
        if id(rows) in self._taken:
            return
        if len(self._taken) < MOST_TAKEN:
            self._taken[id(rows)] = rows
        self._rows.update(dict.fromkeys(rows))

    def findings(self, form: str) -> tuple[Finding, ...]:
        """The note about all that was filled in; none where nothing was."""
        if not self._rows:
            return ()
        places = _joined([row.place for row in self._rows])
        return (found("filled-by-default", format=form, places=places, rows=_joined(list(self._origins()))),)

    def _origins(self) -> Iterator[str]:
        """File and line of each row; the file is named once for all rows of it that follow each other."""
        file = ""
        for row in self._rows:
            yield f":{row.origin.line}" if row.origin.file == file else str(row.origin)
            file = row.origin.file


def _joined(words: list[str]) -> str:
    """The words in a row, as many as a finding keeps."""
    told: list[str] = []
    length = ROOM_FOR_MORE
    for word in words:
        length += len(word) + len(", ")
        if length > KEPT_VALUE_LENGTH and told:
            break
        told.append(word)
    unnamed = len(words) - len(told)
    return ", ".join(told) + (f" and {unnamed:,} more" if unnamed else "")
