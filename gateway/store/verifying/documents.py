"""The rows about documents and sendings, each with the leaves of its message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import TextClause, bindparam, text

from gateway.lifecycle import Kind
from gateway.store.rows_told import (
    CARRIED,
    CARRIED_COLUMNS,
    DOCUMENT,
    SENDING,
    carried_digest,
    kept_row,
    told_row,
)
from gateway.store.verifying.opened import Checking, OpenedLeaf
from gateway.store.verifying.report import Flaw

Values = tuple[object, ...]


def _of_messages(columns: Sequence[str], table: str, message: str) -> TextClause:
    wanted = f"SELECT {message}, {', '.join(columns)} FROM {table} WHERE {message} IN :ids"
    return text(wanted).bindparams(bindparam("ids", expanding=True))


DOCUMENTS = _of_messages([*DOCUMENT], "document", "message_id")
SENDINGS = _of_messages([*SENDING], "sending", "message_id")
CARRIED_ROWS = _of_messages(CARRIED_COLUMNS, "carried", "sending_id")


def check_document(
    checking: Checking, message: str, kind: object, rows: Sequence[Values], leaves: Sequence[OpenedLeaf]
) -> None:
    """That a document has its row, and one that is none has not; and that the row is as told."""
    if _is_missing(checking, Flaw.DOCUMENT, message, rows, expected=kind == Kind.DOCUMENT):
        return
    told = told_row(DOCUMENT, _told(leaves))
    _compare(checking, Flaw.DOCUMENT, message, kept_row(DOCUMENT, rows[0]), told)


def check_sending(
    checking: Checking,
    message: str,
    kind: object,
    rows: Sequence[Values],
    carried: Sequence[Values],
    leaves: Sequence[OpenedLeaf],
) -> None:
    """The same of a sending, and that it carries what was told."""
    if _is_missing(checking, Flaw.SENDING, message, rows, expected=kind == Kind.SENDING):
        if carried and kind != Kind.SENDING:
            checking.faults.add(Flaw.SENDING, f"message {message}", "rows say that it carries documents")
        return
    details = _told(leaves)
    _compare(checking, Flaw.SENDING, message, kept_row(SENDING, rows[0]), told_row(SENDING, details))
    digests = [str(each[CARRIED]) for each in details if CARRIED in each]
    if not digests or digests[-1] != _digest(carried):
        words = "it carries other documents, or under other numbers and verdicts, than its leaves say"
        checking.faults.add(Flaw.SENDING, f"message {message}", words)


def _is_missing(
    checking: Checking, flaw: Flaw, message: str, rows: Sequence[Values], *, expected: bool
) -> bool:
    """Whether there is nothing to compare; that there should be, or should not, is told."""
    if expected != bool(rows):
        words = f"its row as a {flaw} is missing" if expected else f"it has a row as a {flaw}, and is none"
        checking.faults.add(flaw, f"message {message}", words)
    return not (expected and rows)


def _told(leaves: Sequence[OpenedLeaf]) -> list[Mapping[str, str | int]]:
    return [each.details for each in leaves if each.details is not None]


def _compare(
    checking: Checking, flaw: Flaw, message: str, kept: Mapping[str, str], told: Mapping[str, str]
) -> None:
    for column in sorted(column for column in kept if kept[column] != told[column]):
        words = f"its row as a {flaw} says another {column} than its leaves"
        checking.faults.add(flaw, f"message {message}", words)


def _digest(carried: Sequence[Values]) -> str:
    """The digest of what is carried; none that is told where the number of a row is no number."""
    if not all(isinstance(row[0], int) for row in carried):
        return ""
    return carried_digest(carried)
