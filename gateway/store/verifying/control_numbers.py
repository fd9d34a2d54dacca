"""Control numbers against the ledger, both ways: each row has its leaf, and each leaf its rows.

What the leaves of a stream say, opened and in their order, gives all its rows to the letter, and where it
stands. The rows are compared run by run, in the order in which they were used up: so memory is bounded,
however many numbers were given. Without what opens the leaves there are still as many rows as leaves, and
`gaps` tells whether the rows are sound in themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, text

from gateway.errors import UsageError
from gateway.store.control_numbers.history import gaps
from gateway.store.control_numbers.names import HIGHEST, Function, StreamKey
from gateway.store.control_numbers.setting import (
    GIVEN,
    GIVEN_LEAF,
    LIMITED_LEAF,
    OPENED_LEAF,
    SKIPPED_LEAF,
    TURNED,
    VOID,
)
from gateway.store.verifying.opened import AT_ONCE, Checking, Details, OpenedLeaf
from gateway.store.verifying.report import Faults, Flaw

COUNTED = {GIVEN_LEAF: "control_number_use WHERE use = 'given'", OPENED_LEAF: "control_number_stream"}
"""Of which leaves there are as many as rows, and of which rows."""

MOST_EXPECTED = 20_000  # rows that wait to be compared
MOST_CYCLES = 1_000_000_000

Row = tuple[object, ...]
"""Cycle, first and last number, use, message, reason, and when."""

Name = tuple[object, object, object]
"""Sender, receiver and function."""

_STREAMS = text(
    "SELECT sender, receiver, function, id, cycle, following, first, last FROM control_number_stream"
)
_USES = text(
    "SELECT cycle, first, last, use, message_id, reason, at FROM control_number_use "
    "WHERE stream_id = :stream AND (cycle, first) > (:cycle, :first) AND (cycle, first) <= (:until, :up_to) "
    f"ORDER BY cycle, first LIMIT {AT_ONCE}"
)
_ALL_USES = text("SELECT count(*) FROM control_number_use")
_ODD_STREAM = text(
    "SELECT id FROM control_number_stream WHERE (cycle BETWEEN 1 AND :cycles "
    "AND first BETWEEN 1 AND :highest AND last BETWEEN first AND :highest "
    "AND following BETWEEN first AND last) IS NOT TRUE"
)
_ODD_USE = text(
    "SELECT u.stream_id FROM control_number_use u LEFT JOIN control_number_stream s ON s.id = u.stream_id "
    "WHERE s.id IS NULL OR (u.cycle BETWEEN 1 AND :cycles AND u.first BETWEEN 1 AND :highest "
    "AND u.last BETWEEN u.first AND :highest) IS NOT TRUE LIMIT 1"
)


def check_counted(connection: Connection, leaves: Mapping[str, int], faults: Faults) -> None:
    """What can be seen without opening anything; `leaves` counts those of `COUNTED`."""
    for what, rows in COUNTED.items():
        kept, told = (
            connection.execute(text(f"SELECT count(*) FROM {rows}")).scalar_one(),
            leaves.get(what, 0),
        )
        if kept != told:
            words = f"{kept} rows and {told} leaves are about one each: rows were removed, or are made up"
            faults.add(Flaw.CONTROL_NUMBER, what, words)
    odd = _odd(connection)
    if odd is not None:
        faults.add(Flaw.CONTROL_NUMBER, f"stream {odd}", "a value of its rows is none that can be")
        return
    for gap in gaps(connection):
        place = f"{gap.key}, {gap.first} to {gap.last} of cycle {gap.cycle}"
        faults.add(Flaw.CONTROL_NUMBER, place, f"these are {gap.fault} in the rows")


def _odd(connection: Connection) -> str | None:
    """A stream of which `gaps` can say nothing, as a row of it holds what no row can."""
    for sender, receiver, function, stream, *_ in connection.execute(_STREAMS):
        try:
            if not isinstance(sender, str) or not isinstance(receiver, str):
                return f"{stream}"
            StreamKey(sender, receiver, Function(function))
        except (UsageError, ValueError):
            return f"{stream}"
    most = {"cycles": MOST_CYCLES, "highest": HIGHEST}
    for statement in (_ODD_STREAM, _ODD_USE):
        found = connection.execute(statement, most).first()
        if found is not None:
            return f"{found[0]}"
    return None


@dataclass(slots=True)
class _Stream:
    """A stream as its leaves have it, and the rows of it that are still to be compared."""

    id: object
    cycle: int
    following: int
    first: int
    last: int
    expected: list[tuple[tuple[int, int], Row]] = field(default_factory=list)  # by cycle and first number
    compared: tuple[int, int] = (0, 0)  # the place of the last row that was

    def use(self, cycle: int, first: int, last: int, *of: object) -> None:
        """Expect a row, if there are any numbers in it."""
        if first <= last:
            self.expected.append(((cycle, first), (cycle, first, last, *of)))


class NumbersTold:
    """Takes the leaves about control numbers in their order, and compares the rows with them."""

    def __init__(self, checking: Checking) -> None:
        self._checking = checking
        kept = checking.select(_STREAMS)
        self._kept: dict[Name, Row] = {(row[0], row[1], row[2]): row[3:] for row in kept}
        self._told: dict[Name, _Stream] = {}
        self._waiting = self._seen = 0
        self._takers: dict[str, Callable[[_Stream, OpenedLeaf, Details], None]] = {
            LIMITED_LEAF: _limited,
            GIVEN_LEAF: _given,
            SKIPPED_LEAF: _skipped,
        }
        if len(self._kept) < len(kept):
            self._fault("streams", "one of them has two rows")

    def take(self, opened: OpenedLeaf) -> None:
        """One leaf; one that is about something else is passed over."""
        what, details = opened.leaf.what, opened.details
        if what != OPENED_LEAF and what not in self._takers:
            return
        if details is None:
            self._fault(f"leaf {opened.leaf.n}", "which numbers it is about cannot be told")
            return
        name = (details.get("sender"), details.get("receiver"), details.get("function"))
        stream = self._told.get(name)
        if (stream is None) != (what == OPENED_LEAF):
            self._fault(f"leaf {opened.leaf.n}", "the stream of it was not opened, or a second time")
        if what == OPENED_LEAF:
            stream = self._told[name] = self._opened(name, opened, details)
        elif stream is not None:
            before = len(stream.expected)
            self._takers[what](stream, opened, details)
            self._waiting += len(stream.expected) - before
        if self._waiting > MOST_EXPECTED:
            self._compare_all()

    def finish(self) -> None:
        """Compare what is left, and see that there is nothing beside it."""
        self._compare_all()
        for name in self._kept.keys() | self._told.keys():
            row, stream = self._kept.get(name), self._told.get(name)
            if stream is None or row is None:
                self._fault(_words(name), "its row or the leaf that opened it is missing")
                continue
            if row[1:] != (stream.cycle, stream.following, stream.first, stream.last):
                told = f"{stream.following} of cycle {stream.cycle}, from {stream.first} to {stream.last}"
                self._fault(_words(name), f"it stands elsewhere, or within other limits, than told: {told}")
            for beyond in self._rows(stream, (MOST_CYCLES, HIGHEST)):
                self._fault(_row_words(name, beyond), "no leaf tells of them")
        kept = self._checking.select(_ALL_USES)[0][0]
        if kept != self._seen:
            self._fault(
                "control numbers", f"{kept} rows are kept, and {self._seen} of them belong to streams"
            )

    def _opened(self, name: Name, opened: OpenedLeaf, details: Details) -> _Stream:
        following, row = _number(details, "following"), self._kept.get(name, (None,))
        stream = _Stream(row[0], 1, following, _number(details, "first"), _number(details, "last"))
        stream.use(1, 1, following - 1, VOID, None, details.get("reason"), opened.leaf.at)
        self._waiting += len(stream.expected)
        return stream

    def _compare_all(self) -> None:
        for name, stream in self._told.items():
            if stream.expected:
                self._compare(name, stream)
        self._waiting = 0

    def _compare(self, name: Name, stream: _Stream) -> None:
        """The rows from where the last comparing ended to the last that is expected."""
        expected: dict[object, Row] = dict(stream.expected)
        until = max(place for place, _ in stream.expected)
        if len(expected) < len(stream.expected):
            self._fault(_words(name), "leaves tell of a number twice")
        stream.expected = []
        for row in self._rows(stream, until):
            wanted = expected.pop((row[0], row[1]), None)
            if row != wanted:
                words = (
                    "no leaf tells of them" if wanted is None else "their row and leaf do not say the same"
                )
                self._fault(_row_words(name, row), words)
        for row in expected.values():
            self._fault(_row_words(name, row), "a leaf tells of them, and no row")

    def _rows(self, stream: _Stream, until: tuple[int, int]) -> Iterator[Row]:
        """The rows behind what was compared, up to a place."""
        while rows := self._checking.select(
            _USES,
            stream=stream.id,
            cycle=stream.compared[0],
            first=stream.compared[1],
            until=until[0],
            up_to=until[1],
        ):
            yield from rows
            self._seen += len(rows)
            cycle, first = rows[-1][:2]
            if not isinstance(cycle, int) or not isinstance(first, int):
                self._fault(f"stream {stream.id}", "the number of a row is no number")
                return
            stream.compared = (cycle, first)
        stream.compared = max(stream.compared, until)

    def _fault(self, place: str, words: str) -> None:
        self._checking.faults.add(Flaw.CONTROL_NUMBER, place, words)


def _limited(stream: _Stream, opened: OpenedLeaf, details: Details) -> None:
    stream.first, stream.last = _number(details, "first"), _number(details, "last")


def _given(stream: _Stream, opened: OpenedLeaf, details: Details) -> None:
    """Behind the last number of a stream the next cycle begins."""
    cycle, first, last = (_number(details, name) for name in ("cycle", "first", "last"))
    at = opened.leaf.at
    stream.use(cycle, first, last, GIVEN, details.get("message"), details.get("reason"), at)
    stream.cycle, stream.following = cycle, last + 1
    if last == stream.last:
        stream.cycle, stream.following = cycle + 1, stream.first
        stream.use(cycle, last + 1, HIGHEST, TURNED, None, None, at)
        stream.use(cycle + 1, 1, stream.first - 1, TURNED, None, None, at)


def _skipped(stream: _Stream, opened: OpenedLeaf, details: Details) -> None:
    cycle, before, following = (_number(details, name) for name in ("cycle", "before", "following"))
    of = (VOID, None, details.get("reason"), opened.leaf.at)
    if cycle == stream.cycle:
        stream.use(cycle, before, following - 1, *of)
    else:
        stream.use(stream.cycle, before, HIGHEST, *of)
        stream.use(cycle, 1, following - 1, *of)
    stream.cycle, stream.following = cycle, following


def _number(details: Details, name: str) -> int:
    value = details.get(name)
    return value if isinstance(value, int) else 0


def _words(name: Name) -> str:
    return f"{name[2]} numbers from {name[0]} to {name[1]}"


def _row_words(name: Name, row: Row) -> str:
    return f"{_words(name)}, {row[1]} to {row[2]} of cycle {row[0]}"
