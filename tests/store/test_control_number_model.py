"""Control numbers against a model: none is given twice, no gap is unexplained, whatever is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, insert, select

from gateway.errors import UsageError
from gateway.store.control_numbers.allotting import allot, allot_many
from gateway.store.control_numbers.history import gaps, streams
from gateway.store.control_numbers.names import HIGHEST, Limits, StreamKey
from gateway.store.control_numbers.setting import void_ahead
from gateway.store.store import Parts, make_store
from gateway.store.tables import ControlNumberStream, ControlNumberUse, Table
from tests.store.control_numbers import INTERCHANGES, MESSAGE, SETS, WHO, ByHand, set_limits, set_next
from tests.store.stores import ME
from tests.thoroughness import examples

KEYS = st.sampled_from([INTERCHANGES, SETS])
SMALL = st.tuples(st.integers(1, 6), st.integers(0, 5)).map(lambda each: Limits(each[0], sum(each)))
TABLES: tuple[type[Table], ...] = (ControlNumberStream, ControlNumberUse)


@dataclass
class Modelled:
    """What is expected of a stream, and all numbers that its receiver ever saw, restores or not."""

    first: int
    last: int
    following: int
    cycle: int = 1
    seen: set[tuple[int, int]] = field(default_factory=set)

    def count_on(self) -> int:
        number = self.following
        assert (self.cycle, number) not in self.seen
        self.seen.add((self.cycle, number))
        self.go(1)
        return number

    def go(self, count: int) -> None:
        for _ in range(count):
            at_the_end = self.following == self.last
            self.following = self.first if at_the_end else self.following + 1
            self.cycle += at_the_end

    def place(self) -> tuple[int, int, int, int]:
        return self.cycle, self.following, self.first, self.last


class Machine(RuleBasedStateMachine):
    """Does to streams whatever can be done to them."""

    by_hand: ByHand  # of the test that runs it

    def __init__(self) -> None:
        super().__init__()
        self.outer = self.by_hand.connection.begin()
        self.model: dict[StreamKey, Modelled] = {}
        self.backup: list[list[dict[str, object]]] | None = None
        self.then: dict[StreamKey, tuple[int, int, int, int]] = {}
        self.since: dict[StreamKey, int] = {}

    def teardown(self) -> None:
        self.outer.rollback()

    @rule(key=KEYS, times=st.integers(1, 4))
    def give(self, key: StreamKey, times: int) -> None:
        for _ in range(times):
            with self.by_hand.change() as transaction:
                number = allot(transaction, key, MESSAGE)
            stream = self.model.setdefault(key, Modelled(1, HIGHEST, 1))
            assert number == stream.count_on()
            self.since[key] = self.since.get(key, 0) + 1

    @rule(key=KEYS, times=st.integers(1, 4))
    def give_and_undo(self, key: StreamKey, times: int) -> None:
        with self.by_hand.change(undone=True) as transaction:
            for _ in range(times):
                allot(transaction, key, MESSAGE)

    @rule(key=KEYS, limits=SMALL)
    def give_within(self, key: StreamKey, limits: Limits) -> None:
        with self.by_hand.change() as transaction:
            set_limits(transaction, key, limits)
            number = allot(transaction, key, MESSAGE)
        assert number == self.limited(key, limits).count_on()

    @rule(key=KEYS, count=st.integers(1, 7))
    def give_together(self, key: StreamKey, count: int) -> None:
        stream = self.model.setdefault(key, Modelled(1, HIGHEST, 1))
        with self.by_hand.change() as transaction:
            if count > stream.last - stream.first + 1:
                with pytest.raises(UsageError, match="in one turn"):
                    allot_many(transaction, key, MESSAGE, count)
                return
            numbers = allot_many(transaction, key, MESSAGE, count)
        assert numbers == tuple(stream.count_on() for _ in range(count))
        self.since[key] = self.since.get(key, 0) + count

    @rule(key=KEYS, limits=SMALL)
    def limit(self, key: StreamKey, limits: Limits) -> None:
        with self.by_hand.change() as transaction:
            set_limits(transaction, key, limits, "agreed anew", WHO)
        self.limited(key, limits)

    @rule(key=KEYS, number=st.integers(1, 12), new_cycle=st.booleans())
    def override(self, key: StreamKey, number: int, new_cycle: bool) -> None:
        stream = self.model.get(key)
        allowed = stream is None or (
            stream.first <= number <= stream.last and (new_cycle or number >= stream.following)
        )
        with self.by_hand.change() as transaction:
            if not allowed:
                with pytest.raises(UsageError):
                    set_next(transaction, key, number, "asked by phone", WHO, new_cycle=new_cycle)
                return
            set_next(transaction, key, number, "asked by phone", WHO, new_cycle=new_cycle)
        if stream is None:
            self.model[key] = Modelled(1, HIGHEST, number)
        else:
            stream.cycle += new_cycle
            stream.following = number
        self.backup = None

    @rule()
    def back_up(self) -> None:
        rows = [self.by_hand.connection.execute(select(table)).mappings().all() for table in TABLES]
        self.backup = [[dict(row) for row in each] for each in rows]
        self.then = {key: stream.place() for key, stream in self.model.items()}
        self.since = {}

    @precondition(lambda self: self.backup is not None)
    @rule(margin=st.integers(0, 3))
    def restore(self, margin: int) -> None:
        """What was given since the backup is known to the receivers, and to nobody here."""
        streams_known = [key for key in self.model if key in self.then]
        counts = {key: self.since.get(key, 0) + margin for key in streams_known}
        turns = {key: self.then[key][3] - self.then[key][2] + 1 for key in streams_known}
        if len(streams_known) < len(self.model) or any(counts[key] > turns[key] for key in counts):
            return
        for table in reversed(TABLES):
            self.by_hand.connection.execute(delete(table))
        for table, rows in zip(TABLES, self.backup or [], strict=True):
            if rows:
                self.by_hand.connection.execute(insert(table), rows)
        with self.by_hand.change() as transaction:
            void_ahead(transaction, counts, "restored from a backup", WHO)
        for key, (cycle, following, first, last) in self.then.items():
            stream = self.model[key]
            stream.cycle, stream.following, stream.first, stream.last = cycle, following, first, last
            stream.go(counts[key])
        self.backup = None

    @invariant()
    def stands_as_expected(self) -> None:
        connection = self.by_hand.connection
        assert gaps(connection) == ()
        found = {
            each.key: (each.cycle, each.following, each.first, each.last) for each in streams(connection)
        }
        assert found == {key: stream.place() for key, stream in self.model.items()}

    def limited(self, key: StreamKey, limits: Limits) -> Modelled:
        stream = self.model.get(key)
        self.backup = None
        if stream is None:
            self.model[key] = Modelled(limits.first, limits.last, limits.first)
            return self.model[key]
        stream.first, stream.last = limits.first, limits.last
        if stream.following > limits.last:
            stream.cycle, stream.following = stream.cycle + 1, limits.first
        stream.following = max(stream.following, limits.first)
        return stream


@pytest.fixture
def by_hand(parts: Parts) -> Iterator[ByHand]:
    make_store(parts, ME)
    with parts.database.writer_engine().connect() as connection:
        yield ByHand(connection, parts)


def test_no_number_is_given_twice_and_no_gap_is_unexplained(by_hand: ByHand) -> None:
    class Here(Machine):
        pass

    Here.by_hand = by_hand
    run_state_machine_as_test(
        Here, settings=settings(max_examples=examples(25), stateful_step_count=20, deadline=None)
    )
