"""Conservation: all that was accepted is delivered, rejected, duplicate, cancelled, held or open.

Documents are counted, and files that were not split into any. Both sides are counted of different rows: what
was accepted of what came, and where it is of where each message stands. A day is one of UTC, that on which
the file came.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import Connection, text

from gateway.ledger.leaf import Leaf, read_leaf
from gateway.lifecycle import ACCOUNTS, WITHOUT_DOCUMENTS, Account, Kind, State
from gateway.store.ids import first_id, moment_of_id

LEAVES_AT_ONCE = 5000
FIRST, LAST = "", "~"  # before and behind all ids
ARRIVED = "message-received"

_ROWS = text(
    f"""
    SELECT partner, day, state, SUM(accepted), SUM(stands) FROM (
      SELECT p.name AS partner, substr(coalesce(a.arrived_at, m.arrived_at), 1, 10) AS day, m.state AS state,
        CASE WHEN m.kind = '{Kind.DOCUMENT}' THEN CASE WHEN d.message_id IS NULL THEN 0 ELSE 1 END
          WHEN m.state = '{WITHOUT_DOCUMENTS}' THEN 0
          WHEN EXISTS (SELECT 1 FROM message w WHERE w.within = m.id) THEN 0 ELSE 1 END AS accepted,
        CASE WHEN m.kind = '{Kind.DOCUMENT}' THEN 1 WHEN m.state = '{WITHOUT_DOCUMENTS}' THEN 0
          WHEN m.state = '{State.ERASED}' AND EXISTS (SELECT 1 FROM message w WHERE w.within = m.id) THEN 0
          ELSE 1 END AS stands
      FROM message m LEFT JOIN message a ON a.id = m.within LEFT JOIN partner p ON p.id = m.partner
        LEFT JOIN document d ON d.message_id = m.id
      WHERE m.kind <> '{Kind.SENDING}' AND m.id >= :first
        AND coalesce(m.within, m.id) >= :first AND coalesce(m.within, m.id) < :last
    ) AS counted GROUP BY partner, day, state
    """
)
_LEAVES = text(
    "SELECT l.message_id, l.n, l.body, m.within, m.kind, p.name, "
    "EXISTS (SELECT 1 FROM message w WHERE w.within = l.message_id) "
    "FROM ledger_leaf l LEFT JOIN message m ON m.id = l.message_id LEFT JOIN partner p ON p.id = m.partner "
    "WHERE (l.message_id, l.n) > (:message, :n) AND l.message_id >= :first "
    f"ORDER BY l.message_id, l.n LIMIT {LEAVES_AT_ONCE}"
)


class Day(NamedTuple):
    """Of a partner, or of files of nobody known, one day such as `2026-11-23`."""

    partner: str
    day: str


@dataclass(slots=True)
class Line:
    """What was accepted, and where it is; `nowhere` stands in a state that no account has."""

    accepted: int = 0
    accounts: dict[Account, int] = field(default_factory=lambda: dict.fromkeys(Account, 0))
    nowhere: int = 0

    @property
    def off(self) -> int:
        """By how many messages the accounts make up more than was accepted."""
        return sum(self.accounts.values()) - self.accepted

    @property
    def balances(self) -> bool:
        """Whether all that was accepted is accounted for, once."""
        return self.off == 0 and self.nowhere == 0


Balance = Mapping[Day, Line]


def balance(connection: Connection, since: datetime | None = None, until: datetime | None = None) -> Balance:
    """What was accepted from one time to another and where it is, by partner and day."""
    found: dict[Day, Line] = defaultdict(Line)
    for partner, day, state, accepted, stands in connection.execute(_ROWS, _between(since, until)):
        line = found[Day(partner or "", day)]
        line.accepted += accepted
        _count(line, state, stands)
    return dict(sorted(found.items()))


def balance_of_leaves(
    connection: Connection, since: datetime | None = None, until: datetime | None = None
) -> Balance:
    """The same as the ledger has it: what came to be, and where the last leaf about it left it.

    Of the rows only the partners are taken, and which file a document came in.
    """
    found: dict[Day, Line] = defaultdict(Line)
    bounds = _between(since, until)
    for message, rows in groupby(_leaves(connection, bounds["first"]), key=lambda row: row[0]):
        leaves = [*rows]
        _, _, _, within, _, partner, has_documents = leaves[0]
        if not bounds["first"] <= (within or message) < bounds["last"]:
            continue
        told = [read_leaf(row[2]) for row in leaves]
        if _is_counted(told, has_documents=bool(has_documents)):
            line = found[Day(partner or "", f"{moment_of_id(within or message):%Y-%m-%d}")]
            line.accepted += 1
            _count(line, next(leaf.to for leaf in reversed(told) if leaf.to is not None) or "", 1)
    return dict(sorted(found.items()))


def differences(rows: Balance, leaves: Balance) -> tuple[str, ...]:
    """Where the rows and the ledger do not count alike, in words; nothing where they do."""
    told = []
    for day in sorted(rows.keys() | leaves.keys()):
        one, other = rows.get(day, Line()), leaves.get(day, Line())
        if one != other:
            told.append(
                f"{day.day} {day.partner or 'no partner'}: the rows have {_words(one)}, "
                f"the ledger {_words(other)}"
            )
    return tuple(told)


def _words(line: Line) -> str:
    counts = [f"{count} {account}" for account, count in line.accounts.items() if count]
    return ", ".join([f"{line.accepted} accepted", *counts])


def _is_counted(leaves: list[Leaf], *, has_documents: bool) -> bool:
    """Whether a message is one that was accepted, by its leaves: a document, or a file of no documents."""
    begun = next((leaf.what for leaf in leaves if leaf.to is not None), "")
    if begun.startswith(f"{Kind.DOCUMENT}-"):
        return True
    last = next((leaf.to for leaf in reversed(leaves) if leaf.to is not None), None)
    return begun == ARRIVED and last != WITHOUT_DOCUMENTS and not (last == State.ERASED and has_documents)


def _leaves(connection: Connection, first: str) -> Iterator[tuple[str, int, bytes, str, str, str, int]]:
    message, n = FIRST, -1
    while True:
        rows = connection.execute(_LEAVES, {"message": message, "n": n, "first": first}).all()
        yield from (tuple(row) for row in rows)
        if len(rows) < LEAVES_AT_ONCE:
            return
        message, n = rows[-1][0], rows[-1][1]


def _count(line: Line, state: str, stands: int) -> None:
    account = ACCOUNTS.get(State(state)) if state in set(State) else None
    if account is None:
        line.nowhere += stands
    else:
        line.accounts[account] += stands


def _between(since: datetime | None, until: datetime | None) -> dict[str, str]:
    """Bounds of the ids of files; those of documents lie behind that of their file."""
    return {
        "first": FIRST if since is None else first_id(since),
        "last": LAST if until is None else first_id(until),
    }
