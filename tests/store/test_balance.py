"""All that was accepted is accounted for, once; and a count that does not add up is told."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from gateway.lifecycle import ACCOUNTS, Account, Event, State
from gateway.store.balance import Balance, Day, balance, balance_of_leaves, differences
from gateway.store.erasing import erase
from gateway.store.store import Store, make_store, open_store
from tests.clocks import NOON, FakeClock, SeededRandomness
from tests.store.days import Day as Days
from tests.store.days import orders_day
from tests.store.stores import ME, new_parts

ENDS = (State.HELD, State.QUARANTINED, State.REJECTED, State.DUPLICATE, State.FAILED)
TODAY = f"{NOON:%Y-%m-%d}"


def counted(store: Store) -> tuple[Balance, tuple[str, ...]]:
    with store.database.reading() as connection:
        found = balance(connection)
        return found, differences(found, balance_of_leaves(connection))


def filled(store: Store) -> Days:
    day = Days(store)
    orders_day(day)
    arrival = day.arrive("many.850")
    day.split(arrival, *(day.document(arrival, state, place=n) for n, state in enumerate(ENDS, 1)))
    day.happens(day.arrive("bad.850"), Event.IS_AT_FAULT)
    day.arrive("coming.850")
    day.split(day.arrive("997.x12"))
    return day


def change(store: Store, words: str) -> None:
    store.writer.do(lambda transaction: transaction.connection.execute(text(words)))


def test_documents_are_counted_and_files_that_were_not_split(store: Store) -> None:
    filled(store)
    found, off = counted(store)
    (line,) = found.values()
    assert line.accepted == 8
    assert line.accounts == {
        Account.DELIVERED: 1,
        Account.REJECTED: 2,
        Account.DUPLICATE: 1,
        Account.CANCELLED: 0,
        Account.HELD: 1,
        Account.OPEN: 3,
    }
    assert line.balances
    assert off == ()


def test_every_state_has_an_account() -> None:
    assert ACCOUNTS.keys() == set(State)


@pytest.mark.parametrize(
    ("planted", "missing"),
    [
        ("DELETE FROM document WHERE why IS NULL AND place = 3", -1),
        ("UPDATE message SET state = 'lost' WHERE state = 'held'", 1),
        ("UPDATE message SET state = 'received' WHERE id IN (SELECT within FROM message)", -2),
    ],
    ids=["a document without its row", "a state that is none", "files and their documents both"],
)
def test_what_is_not_accounted_for_is_told(store: Store, planted: str, missing: int) -> None:
    filled(store)
    change(store, planted)
    found, _ = counted(store)
    (line,) = found.values()
    assert not line.balances
    assert -line.off == missing


def test_a_row_that_stands_elsewhere_than_its_leaves_is_told(store: Store) -> None:
    filled(store)
    change(store, "UPDATE message SET state = 'delivered' WHERE state = 'held'")
    found, off = counted(store)
    assert all(line.balances for line in found.values())
    assert len(off) == 1
    assert "2 delivered" in off[0]
    assert "1 held" in off[0]


def test_a_message_that_is_gone_is_told(store: Store) -> None:
    day = filled(store)
    arrival = day.arrive("gone.850")
    for table in ("search_key", "payload"):
        change(store, f"DELETE FROM {table} WHERE message_id = '{arrival}'")
    change(store, f"DELETE FROM message WHERE id = '{arrival}'")
    _, off = counted(store)
    assert len(off) == 1  # it is nobody's now
    assert "the rows have 0 accepted, the ledger 1 accepted, 1 open" in off[0]


def test_what_is_erased_is_still_accounted_for(store: Store) -> None:
    day = filled(store)
    one = orders_day(day, "PO-9")
    before, _ = counted(store)
    erase(store, one.arrival, ME, "asked")
    after, off = counted(store)
    assert [line.accepted for line in after.values()] == [line.accepted for line in before.values()]
    assert [line.accounts[Account.CANCELLED] for line in after.values()] == [1]
    assert all(line.balances for line in after.values())
    assert off == ()


def test_a_day_is_that_on_which_the_file_came_and_times_bound_it(tmp_path: Path) -> None:
    clock = FakeClock()
    parts = new_parts(tmp_path, None, clock, SeededRandomness(3))
    make_store(parts, ME)
    store = open_store(parts, lambda doubt: pytest.fail(str(doubt)))
    day = Days(store)
    late = day.arrive("late.850")
    clock.advance(timedelta(days=1).total_seconds())
    day.split(late, day.document(late))
    orders_day(day, "PO-2")
    tomorrow = NOON + timedelta(days=1)
    with store.database.reading() as connection:
        every = balance(connection)
        assert differences(every, balance_of_leaves(connection)) == ()
        assert [each.day for each in every] == [TODAY, f"{tomorrow:%Y-%m-%d}"]
        for count in (balance, balance_of_leaves):
            assert [*count(connection, until=tomorrow)] == [Day("amazon", TODAY)]
            assert [*count(connection, since=tomorrow)] == [Day("amazon", f"{tomorrow:%Y-%m-%d}")]
    store.close()
