"""Control numbers: what is given, what is void, what is refused, and what is found when rows are amiss."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import ColumnElement, UpdateBase, and_, delete, select, update
from sqlmodel import col

from gateway.errors import UsageError
from gateway.ledger.leaf import read_leaf
from gateway.store.control_numbers.allotting import allot, allot_many, take
from gateway.store.control_numbers.history import Gap, busiest_day, gaps, state_of, streams, uses
from gateway.store.control_numbers.names import HIGHEST, Function, Limits, StreamKey
from gateway.store.control_numbers.setting import Setting, UnknownStreamError, set_stream, void_ahead
from gateway.store.store import Store, make_store, open_store
from gateway.store.tables import ControlNumberStream, ControlNumberUse, Epoch, LedgerLeaf
from gateway.store.writing.transaction import Transaction
from tests.clocks import NOON, FakeClock
from tests.store.control_numbers import GROUPS, INTERCHANGES, MESSAGE, SETS, WHO, set_limits, set_next
from tests.store.stores import ME, new_parts

Use = ControlNumberUse


def give(store: Store, key: StreamKey = INTERCHANGES, limits: Limits | None = None) -> int:
    """The next number of a stream, which runs within limits from now on."""

    def change(transaction: Transaction) -> int:
        if limits is not None:
            set_limits(transaction, key, limits)
        return allot(transaction, key, MESSAGE)

    return store.writer.do(change)


def rows(store: Store) -> list[tuple[int, int, int, str]]:
    """Each row of numbers of the store: its cycle, the first and the last number, and their use."""
    with store.database.reading() as connection:
        kept = select(col(Use.cycle), col(Use.first), col(Use.last), col(Use.use))
        found = connection.execute(kept.order_by(col(Use.cycle), col(Use.first))).all()
        return [(row.cycle, row.first, row.last, row.use) for row in found]


def found_gaps(store: Store) -> tuple[Gap, ...]:
    with store.database.reading() as connection:
        return gaps(connection)


def entered(store: Store) -> list[str]:
    """What the log says of control numbers."""
    with store.database.reading() as connection:
        bodies = connection.execute(select(col(LedgerLeaf.body)).order_by(col(LedgerLeaf.n))).scalars()
        words = [read_leaf(body).what for body in bodies]
    return [word.removeprefix("control-numbers-") for word in words if word.startswith("control-numbers")]


def test_streams_that_a_change_counts_on_by_turns_stand_where_it_left_them(store: Store) -> None:
    def change(transaction: Transaction) -> list[int]:
        set_limits(transaction, GROUPS, Limits(1, 3))
        keys = (INTERCHANGES, GROUPS, INTERCHANGES, GROUPS, SETS, GROUPS, GROUPS, INTERCHANGES)
        given = [allot(transaction, key, MESSAGE) for key in keys]
        stand = select(col(ControlNumberStream.following)).order_by(col(ControlNumberStream.function))
        assert sorted(transaction.connection.execute(stand).scalars()) == [2, 2, 4]
        return [*given, allot(transaction, INTERCHANGES, MESSAGE)]

    assert store.writer.do(change) == [1, 1, 2, 2, 1, 3, 1, 3, 4]
    assert [give(store), give(store, GROUPS), give(store, SETS)] == [5, 2, 2]
    assert found_gaps(store) == ()


def test_each_stream_counts_by_itself(store: Store) -> None:
    other = StreamKey("ZZ/ACORN", "ZZ/OTHER", Function.INTERCHANGE)
    back = StreamKey("ZZ/AMAZON", "ZZ/ACORN", Function.INTERCHANGE)
    given = [
        give(store, key) for key in (INTERCHANGES, INTERCHANGES, other, back, GROUPS, SETS, INTERCHANGES)
    ]
    assert given == [1, 2, 1, 1, 1, 1, 3]
    assert found_gaps(store) == ()
    assert Counter(entered(store)) == {"opened": 5, "given": 7}


def test_a_number_is_written_as_its_element_has_it() -> None:
    assert [function.written(7) for function in Function] == ["000000007", "7", "0007"]
    assert {function.written(HIGHEST) for function in Function} == {"999999999"}


def test_a_change_that_fails_leaves_no_gap(store: Store) -> None:
    def failing(transaction: Transaction) -> None:
        assert allot(transaction, INTERCHANGES, MESSAGE) == 2
        raise LookupError("after the number")

    give(store)
    with pytest.raises(LookupError):
        store.writer.do(failing)
    assert give(store) == 2
    assert rows(store) == [(1, 1, 1, "given"), (1, 2, 2, "given")]


def test_a_stream_begins_at_its_start_and_what_is_below_is_void(store: Store) -> None:
    assert give(store, GROUPS, Limits(start=4711)) == 4711
    assert rows(store) == [(1, 1, 4710, "void"), (1, 4711, 4711, "given")]
    assert found_gaps(store) == ()


def test_after_the_highest_number_comes_the_first_in_a_new_cycle(store: Store) -> None:
    limits = Limits(start=HIGHEST - 1)
    assert [give(store, INTERCHANGES, limits) for _ in range(4)] == [HIGHEST - 1, HIGHEST, 1, 2]
    assert rows(store) == [
        (1, 1, HIGHEST - 2, "void"),
        (1, HIGHEST - 1, HIGHEST - 1, "given"),
        (1, HIGHEST, HIGHEST, "given"),
        (2, 1, 1, "given"),
        (2, 2, 2, "given"),
    ]
    assert found_gaps(store) == ()


def test_numbers_outside_the_range_of_a_stream_are_void_in_each_cycle(store: Store) -> None:
    assert [give(store, SETS, Limits(10, 11)) for _ in range(3)] == [10, 11, 10]
    assert rows(store) == [
        (1, 1, 9, "void"),
        (1, 10, 10, "given"),
        (1, 11, 11, "given"),
        (1, 12, HIGHEST, "turned"),
        (2, 1, 9, "turned"),
        (2, 10, 10, "given"),
    ]
    assert found_gaps(store) == ()


def test_setting_forward_voids_what_is_skipped_in_one_row(store: Store) -> None:
    give(store)
    answer = store.writer.do(lambda transaction: set_next(transaction, INTERCHANGES, 100, "as  agreed", WHO))
    assert answer == {
        "sender": "ZZ/ACORN",
        "receiver": "ZZ/AMAZON",
        "function": "interchange",
        "cycle": 1,
        "before": 2,
        "following": 100,
        "voided": 98,
        "first": 1,
        "last": HIGHEST,
    }
    assert give(store) == 100
    with store.database.reading() as connection:
        (skipped,) = uses(connection, INTERCHANGES, void=True)
    assert (skipped.first, skipped.last, skipped.reason, skipped.message) == (2, 99, "as agreed", None)
    assert entered(store) == ["opened", "given", "skipped", "given"]


def test_setting_where_it_stands_changes_nothing(store: Store) -> None:
    give(store)
    store.writer.do(lambda transaction: set_next(transaction, INTERCHANGES, 2, "to be sure", WHO))
    assert rows(store) == [(1, 1, 1, "given")]
    assert entered(store) == ["opened", "given"]


def test_going_back_is_refused(store: Store) -> None:
    for _ in range(3):
        give(store)
    with pytest.raises(UsageError, match="going back to 2 would give numbers twice"):
        store.writer.do(lambda transaction: set_next(transaction, INTERCHANGES, 2, "please", WHO))
    assert give(store) == 4


def test_going_back_on_purpose_ends_the_cycle(store: Store) -> None:
    for _ in range(3):
        give(store)
    store.writer.do(
        lambda transaction: set_next(transaction, INTERCHANGES, 2, "they began anew", WHO, new_cycle=True)
    )
    assert give(store) == 2
    assert rows(store)[3:] == [(1, 4, HIGHEST, "void"), (2, 1, 1, "void"), (2, 2, 2, "given")]
    assert found_gaps(store) == ()


def test_a_stream_may_be_opened_where_another_system_left_off(store: Store) -> None:
    answer = store.writer.do(lambda transaction: set_next(transaction, SETS, 4711, "moved here", WHO))
    assert (answer["before"], answer["following"]) == (0, 4711)
    assert give(store, SETS) == 4711


@pytest.mark.parametrize(
    "reason", ["", "   ", "x" * 501, "bell\x07", "\x9b2J", "turned \u202e round", "\u2066"]
)
def test_what_is_skipped_needs_a_reason(store: Store, reason: str) -> None:
    give(store)
    with pytest.raises(UsageError, match="Say why, for those who look later"):
        store.writer.do(lambda transaction: set_next(transaction, INTERCHANGES, 9, reason, WHO))
    assert give(store) == 2


@pytest.mark.parametrize("number", [-1, 0, 10**9])
def test_a_number_that_no_element_can_have_is_refused(store: Store, number: int) -> None:
    with pytest.raises(UsageError):
        store.writer.do(lambda transaction: set_next(transaction, INTERCHANGES, number, "no", WHO))
    give(store)
    with pytest.raises(UsageError):
        store.writer.do(lambda transaction: set_next(transaction, INTERCHANGES, number, "no", WHO))


@pytest.mark.parametrize("limits", [(0, 5, None), (5, 4, None), (1, 10**9, None), (1, 5, 6), (3, 5, 2)])
def test_limits_out_of_order_are_refused(limits: tuple[int, int, int | None]) -> None:
    with pytest.raises(UsageError):
        Limits(*limits)


NO_NAMES = ["", "  ", "ACORN", "ZZ/", "ZZ/ ", "zz/ACORN", "Z/ACORN", "ZZZ/ACORN", "ZZ/" + "x" * 16]
NO_NAMES += ["ZZ/ACORN ", "ZZ/ ACORN", " ZZ/ACORN", "ZZ/A\x00B", "ZZ/A\nB", "ZZ/\ud800"]
NO_NAMES += ["ZZ/\u0410CORN", "ZZ/AC\u200bORN", "ZZ/\u202eNROCA", "ZZ/\u0130CORN"]


@pytest.mark.parametrize("name", NO_NAMES)
def test_a_name_that_no_envelope_has_is_refused(name: str) -> None:
    with pytest.raises(UsageError):
        StreamKey(name, "ZZ/AMAZON", Function.SET)
    with pytest.raises(UsageError):
        StreamKey("ZZ/AMAZON", name, Function.SET)


def test_limits_that_changed_are_put_into_force_by_the_next_number(store: Store) -> None:
    assert [give(store, GROUPS) for _ in range(3)] == [1, 2, 3]
    assert give(store, GROUPS, Limits(1, 9)) == 4
    assert give(store, GROUPS, Limits(6, 9)) == 6
    assert give(store, GROUPS, Limits(1, 5)) == 1
    with store.database.reading() as connection:
        state = state_of(connection, GROUPS)
    assert state is not None
    assert (state.cycle, state.following, state.first, state.last) == (2, 2, 1, 5)
    assert found_gaps(store) == ()
    assert entered(store).count("limited") == 3


def test_after_a_restore_streams_go_on_far_ahead(store: Store) -> None:
    give(store)
    give(store, SETS, Limits(1, 50, start=48))
    answers = store.writer.do(
        lambda transaction: void_ahead(transaction, {INTERCHANGES: 1000, SETS: 10}, "restored", WHO)
    )
    assert [answer["following"] for answer in answers] == [1002, 9]
    assert (give(store), give(store, SETS)) == (1002, 9)
    assert found_gaps(store) == ()


def test_skipping_more_than_a_turn_skips_one(store: Store) -> None:
    give(store, SETS, Limits(1, 50))
    store.writer.do(lambda transaction: void_ahead(transaction, {SETS: 1000}, "restored", WHO))
    assert give(store, SETS) == 2
    assert (2, 2, 2, "given") in rows(store)


def test_skipping_of_a_stream_that_is_not_there_is_refused(store: Store) -> None:
    with pytest.raises(UsageError, match="no stream of set numbers from ZZ/ACORN to ZZ/AMAZON"):
        store.writer.do(lambda transaction: void_ahead(transaction, {SETS: 10}, "restored", WHO))


def test_the_busiest_day_counts_what_was_given_on_it(tmp_path_factory: pytest.TempPathFactory) -> None:
    clock = FakeClock()
    parts = new_parts(tmp_path_factory.mktemp("store"), clock=clock)
    make_store(parts, ME)
    opened = open_store(parts, lambda doubt: None)
    for count in (2, 5, 3):
        for _ in range(count):
            give(opened)
        clock.jump(timedelta(days=1))
    opened.writer.do(lambda transaction: set_next(transaction, INTERCHANGES, 500, "void does not count", WHO))
    with opened.database.reading() as connection:
        assert busiest_day(connection, INTERCHANGES) == 5
        assert busiest_day(connection, SETS) == 0
        assert uses(connection, INTERCHANGES, limit=1)[0].first == 11
        assert uses(connection, INTERCHANGES)[-1].at == NOON
    opened.close()


class UndoneError(Exception):
    """Undoes a change that planted a fault."""


def row(cycle: int, first: int) -> ColumnElement[bool]:
    return and_(col(Use.cycle) == cycle, col(Use.first) == first)


def test_what_is_amiss_is_found(store: Store) -> None:
    """Three numbers, two skipped, the last, and two of the next cycle; then faults, one at a time."""
    for _ in range(3):
        give(store, SETS, Limits(1, 6))
    store.writer.do(lambda transaction: set_next(transaction, SETS, 6, "skipped", WHO))
    for _ in range(3):
        give(store, SETS)
    assert found_gaps(store) == ()
    faults: list[tuple[UpdateBase, tuple[Gap, ...]]] = [
        (delete(Use).where(row(1, 2)), (Gap(SETS, 1, 2, 2, "missing"),)),
        (delete(Use).where(row(1, 1)), (Gap(SETS, 1, 1, 1, "missing"),)),
        (delete(Use).where(row(1, 7)), (Gap(SETS, 1, 7, HIGHEST, "missing"),)),
        (delete(Use).where(row(2, 2)), (Gap(SETS, 2, 2, 2, "missing"),)),
        (delete(Use).where(col(Use.cycle) == 2), (Gap(SETS, 2, 1, 2, "missing"),)),
        (update(Use).where(row(1, 4)).values(last=6), (Gap(SETS, 1, 6, 6, "doubled"),)),
        (update(Use).where(row(1, 4)).values(last=4), (Gap(SETS, 1, 5, 5, "missing"),)),
        (update(Use).where(row(1, 1)).values(last=5), tuple(Gap(SETS, 1, n, m, "doubled") for n, m in TWICE)),
        (update(Use).where(row(2, 2)).values(last=9), (Gap(SETS, 2, 3, 9, "ahead"),)),
        (update(ControlNumberStream).values(following=5), (Gap(SETS, 2, 3, 4, "missing"),)),
        (update(ControlNumberStream).values(following=2), (Gap(SETS, 2, 2, 2, "ahead"),)),
    ]
    for fault, expected in faults:
        assert found_after(store, fault) == expected
    behind = found_after(store, update(ControlNumberStream).values(cycle=1))
    assert Gap(SETS, 2, 1, 2, "ahead") in behind


TWICE = ((2, 2), (3, 3), (4, 5))


def found_after(store: Store, fault: UpdateBase) -> tuple[Gap, ...]:
    """What is found when a fault was planted, which is undone then."""
    found: list[Gap] = []

    def change(transaction: Transaction) -> None:
        transaction.connection.execute(fault)
        found.extend(gaps(transaction.connection))
        raise UndoneError

    with pytest.raises(UndoneError):
        store.writer.do(change)
    return tuple(found)


@pytest.mark.one_in(2)
@pytest.mark.parametrize("together", [1, 50])
def test_many_at_once_get_numbers_of_their_own(store: Store, together: int) -> None:
    """8 threads that take 500 numbers each, one after another, or many before they wait."""
    many = 500

    def take(worker: int) -> list[int]:
        key, taken = (INTERCHANGES, SETS)[worker % 2], []
        for _ in range(many // together):
            change = partial(allot, key=key, message=MESSAGE)
            taken += [each.result() for each in [store.writer.submit(change) for _ in range(together)]]
        return taken

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(take, range(8)))
    for parity in (0, 1):
        numbers = [number for worker in range(parity, 8, 2) for number in taken[worker]]
        assert sorted(numbers) == list(range(1, 4 * many + 1))
    assert all(numbers == sorted(numbers) for numbers in taken)
    assert found_gaps(store) == ()
    with store.database.reading() as connection:
        assert [state.following for state in streams(connection)] == [4 * many + 1] * 2


def test_limits_may_be_set_before_the_first_number(store: Store) -> None:
    store.writer.do(lambda transaction: set_limits(transaction, SETS, Limits(1, 9999), "four digits", WHO))
    assert give(store, SETS) == 1
    with store.database.reading() as connection:
        state = state_of(connection, SETS)
    assert state is not None
    assert state.last == 9999


def refused(store: Store, key: StreamKey, words: str) -> None:
    """That a stream neither begins by taking a number nor by setting one, and nothing is kept of it."""
    before = rows(store), entered(store)
    with pytest.raises(UsageError, match=words):
        store.writer.do(lambda transaction: take(transaction, key, "by mail", WHO, new=True))
    with pytest.raises(UsageError, match=words):
        store.writer.do(lambda transaction: set_next(transaction, key, 5, "by mail", WHO))
    with pytest.raises(UsageError, match=words):
        give(store, key)
    assert (rows(store), entered(store)) == before


@pytest.mark.parametrize("sender", ["ZZ/acorn", "ZZ/AC ORN", "ZZ/Ac orn"])
def test_a_name_in_another_spelling_begins_no_stream(store: Store, sender: str) -> None:
    give(store)
    refused(store, StreamKey(sender, "ZZ/OTHER", Function.SET), "is 'ZZ/ACORN', which is known")
    refused(store, StreamKey("ZZ/OTHER", sender, Function.SET), "is 'ZZ/ACORN', which is known")
    assert give(store, SETS) == 1


def test_names_that_only_differ_begin_streams_of_their_own(store: Store) -> None:
    give(store)
    assert give(store, StreamKey("14/ACORN", "ZZ/AMAZON", Function.INTERCHANGE)) == 1
    assert give(store, StreamKey("ZZ/ACORN1", "ZZ/AMAZON", Function.INTERCHANGE)) == 1


def test_a_stream_that_nobody_calls_new_is_refused_with_the_nearest_one(store: Store) -> None:
    give(store)
    key = StreamKey("ZZ/ACRON", "ZZ/AMAZON", Function.INTERCHANGE)
    near = r"yet; did you mean `ZZ/ACORN ZZ/AMAZON interchange`\? Say so \(`--new`\)"
    with pytest.raises(UnknownStreamError, match=near):
        store.writer.do(lambda transaction: take(transaction, key, "by mail", WHO))
    with pytest.raises(UnknownStreamError, match=near):
        store.writer.do(lambda transaction: set_stream(transaction, key, Setting(5), "by mail", WHO))
    with store.database.reading() as connection:
        assert [state.key for state in streams(connection)] == [INTERCHANGES]


def test_a_number_that_is_taken_says_why(store: Store) -> None:
    taking = partial(take, key=INTERCHANGES, reason="by  mail", who=WHO)
    assert store.writer.do(partial(taking, new=True)) == 1
    assert store.writer.do(taking) == 2
    with store.database.reading() as connection:
        found = uses(connection, INTERCHANGES)
    assert [(use.first, use.use, use.message, use.reason) for use in found] == [
        (2, "given", None, "by mail"),
        (1, "given", None, "by mail"),
    ]
    assert entered(store) == ["opened", "given", "given"]


def test_many_numbers_at_once_are_one_row_and_one_leaf(store: Store) -> None:
    def together(count: int) -> tuple[int, ...]:
        return store.writer.do(lambda transaction: allot_many(transaction, SETS, MESSAGE, count))

    give(store, SETS, Limits(2, 8))
    assert together(5) == (3, 4, 5, 6, 7)
    assert entered(store) == ["opened", "given", "given"]
    assert together(3) == (8, 2, 3)
    assert rows(store) == [
        (1, 1, 1, "void"),
        (1, 2, 2, "given"),
        (1, 3, 7, "given"),
        (1, 8, 8, "given"),
        (1, 9, HIGHEST, "turned"),
        (2, 1, 1, "turned"),
        (2, 2, 3, "given"),
    ]
    with pytest.raises(UsageError, match=r"no 8 set numbers .* in one turn"):
        together(8)
    assert together(7) == (4, 5, 6, 7, 8, 2, 3)
    assert found_gaps(store) == ()
    with store.database.reading() as connection:
        assert busiest_day(connection, SETS) == 16


def test_limits_and_a_number_may_be_set_at_once(store: Store) -> None:
    give(store)
    setting = Setting(following=7, first=5, last=9)
    answer = store.writer.do(
        lambda transaction: set_stream(transaction, INTERCHANGES, setting, "agreed", WHO)
    )
    assert {name: answer[name] for name in ("cycle", "before", "following", "first", "last", "voided")} == {
        "cycle": 1,
        "before": 2,
        "following": 7,
        "first": 5,
        "last": 9,
        "voided": 5,
    }
    assert [give(store) for _ in range(4)] == [7, 8, 9, 5]
    for wrong, words in ((Setting(10), "none of them"), (Setting(last=4), "cannot be"), (Setting(5), "back")):
        with pytest.raises(UsageError, match=words):
            store.writer.do(partial(set_stream, key=INTERCHANGES, setting=wrong, reason="x", who=WHO))
    anew = Setting(new_cycle=True)
    store.writer.do(lambda transaction: set_stream(transaction, INTERCHANGES, anew, "agreed", WHO))
    assert give(store) == 5
    assert found_gaps(store) == ()


def restored(store: Store) -> None:
    """As a restore leaves it: in a second epoch."""

    def change(transaction: Transaction) -> None:
        opened = {"number": 2, "opened_at": transaction.now, "first_leaf": 2}
        transaction.insert(Epoch, {**opened, "key": "", "why": "restore"})

    store.writer.do(change)


def test_a_stream_that_is_opened_after_a_restore_skips_what_it_may_have_given(store: Store) -> None:
    restored(store)
    assert [give(store), give(store)] == [1001, 1002]
    assert rows(store)[:2] == [(1, 1, 1000, "void"), (1, 1001, 1001, "given")]
    with store.database.reading() as connection:
        (void,) = uses(connection, INTERCHANGES, void=True)
    assert void.reason == "a backup was restored: whether this stream gave numbers after it is not known"
    assert give(store, GROUPS, Limits(first=10, last=5000)) == 1010
    assert give(store, SETS, Limits(first=10, last=5000, start=400)) == 400
    assert found_gaps(store) == ()


def test_a_short_stream_that_is_opened_after_a_restore_skips_one_turn(store: Store) -> None:
    restored(store)
    assert give(store, limits=Limits(first=10, last=500)) == 10
    with store.database.reading() as connection:
        state = state_of(connection, INTERCHANGES)
    assert state is not None
    assert (state.cycle, state.following) == (2, 11)
    assert found_gaps(store) == ()


def test_a_start_that_is_given_by_hand_after_a_restore_is_taken_as_it_is(store: Store) -> None:
    restored(store)
    store.writer.do(lambda transaction: set_next(transaction, INTERCHANGES, 5, "asked the partner", WHO))
    assert give(store) == 5
    assert found_gaps(store) == ()
