"""The writer: each change fails alone, all others are durable, and everybody gets an answer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from hashlib import sha256
from typing import NamedTuple

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from gateway.errors import StoreBusyError, StoreError
from gateway.ledger.leaf import read_leaf
from gateway.ledger.tree import Frontier, leaf_hash
from gateway.store.people import SERVICE, actor_id, partner_id
from gateway.store.receiving import Arrival
from gateway.store.store import Store
from gateway.store.tables import Actor, Alert, LedgerLeaf, LedgerRecord, PartnerRow
from gateway.store.writing.books import frontier_of
from gateway.store.writing.transaction import Change, Entry, Transaction
from tests.store.stores import ME


class Gate(NamedTuple):
    """A change that holds the writer, so that what is submitted meanwhile becomes one batch."""

    entered: threading.Event
    opened: threading.Event

    def hold(self, _: Transaction) -> None:
        self.entered.set()
        assert self.opened.wait(30)


def in_one_batch(store: Store, *changes: Change[object]) -> list[object]:
    """What each change gave, or the exception it got."""
    gate = Gate(threading.Event(), threading.Event())
    held = store.writer.submit(gate.hold)
    assert gate.entered.wait(30)
    answers = [store.writer.submit(change) for change in changes]
    gate.opened.set()
    held.result(30)
    gave: list[object] = []
    for answer in answers:
        try:
            gave.append(answer.result(30))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what the test looks at
            gave.append(error)
    return gave


def alert(name: str, about: str = "nothing") -> Callable[[Transaction], str]:
    """A change that only adds a row and an entry."""

    def change(transaction: Transaction) -> str:
        row = {
            "id": name,
            "severity": "low",
            "code": "test",
            "about": about,
            "text": "a test",
            "times": 1,
            "opened_at": transaction.now,
            "last_at": transaction.now,
        }
        transaction.insert(Alert, row)
        transaction.record(Entry("alert-opened", transaction.known[SERVICE.kind, SERVICE.name]))
        return name

    return change


def looking(change: Change[str]) -> Callable[[Transaction], str]:
    """The same change, in a savepoint of its own."""

    def looked(transaction: Transaction) -> str:
        assert transaction.connection.execute(select(func.count()).select_from(Alert)).scalar_one() >= 0
        return change(transaction)

    return looked


def then_raise(change: Change[str]) -> Callable[[Transaction], str]:
    """The same change, which fails when all is done."""

    def raising(transaction: Transaction) -> str:
        raise ZeroDivisionError(change(transaction))

    return raising


def alerts(store: Store) -> list[str]:
    with store.database.reading() as connection:
        return list(connection.execute(select(col(Alert.id)).order_by(col(Alert.id))).scalars())


def bodies(store: Store) -> list[bytes]:
    with store.database.reading() as connection:
        kept = select(col(LedgerLeaf.body)).order_by(col(LedgerLeaf.n))
        return [bytes(body) for body in connection.execute(kept).scalars()]


def check_books(store: Store) -> None:
    """The log is without gaps, each partner's numbers are, and the tree is that of RFC 6962."""
    counts: dict[str, int] = {}
    tree = Frontier()
    for n, body in enumerate(bodies(store)):
        leaf = read_leaf(body)
        assert leaf.n == n
        if leaf.partner is not None:
            counts[leaf.partner] = counts.get(leaf.partner, 0) + 1
            assert leaf.partner_n == counts[leaf.partner]
        tree = tree.append(leaf_hash(body))
    with store.database.reading() as connection:
        assert frontier_of(connection, tree.size).root == tree.root == root_of(bodies(store))
        rows = connection.execute(select(col(PartnerRow.id), col(PartnerRow.leaves)))
        assert {row.id: row.leaves for row in rows} == counts
        assert connection.execute(select(func.count()).select_from(LedgerLeaf)).scalar_one() == tree.size
        hashes = connection.execute(select(col(LedgerLeaf.hash)).order_by(col(LedgerLeaf.n))).scalars()
        assert [bytes(each) for each in hashes] == [leaf_hash(body) for body in bodies(store)]


def root_of(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\0" + leaves[0]).digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1" + root_of(leaves[:split]) + root_of(leaves[split:])).digest()


@pytest.fixture(autouse=True)
def _known_actor(store: Store) -> None:
    """Changes here need not look for who does them."""
    store.writer.do(lambda transaction: actor_id(transaction, SERVICE))


@pytest.mark.parametrize(
    "bad", [then_raise(alert("b")), then_raise(looking(alert("b")))], ids=["blind", "seeing"]
)
def test_a_change_that_raises_is_undone_alone(store: Store, bad: Change[str]) -> None:
    before = len(bodies(store))
    gave = in_one_batch(store, alert("a"), bad, looking(alert("c")), alert("d"))
    assert [gave[0], *gave[2:]] == ["a", "c", "d"]
    assert isinstance(gave[1], ZeroDivisionError)
    assert alerts(store) == ["a", "c", "d"]
    assert len(bodies(store)) == before + 3
    check_books(store)


@pytest.mark.parametrize("again", [alert("a"), looking(alert("a"))], ids=["blind", "seeing"])
def test_a_row_that_is_there_already_fails_alone(store: Store, again: Change[str]) -> None:
    before = len(bodies(store))
    gave = in_one_batch(store, alert("a"), again, alert("z"), looking(alert("m")), alert("n"))
    assert isinstance(gave[1], IntegrityError)
    assert [gave[0], *gave[2:]] == ["a", "z", "m", "n"]
    assert alerts(store) == ["a", "m", "n", "z"]
    assert len(bodies(store)) == before + 4
    check_books(store)


def test_a_row_that_names_none_fails_alone(store: Store) -> None:
    def nameless(transaction: Transaction) -> None:
        transaction.insert(LedgerRecord, {"n": 10**9, "owner": "nobody", "sealed": b""})

    gave = in_one_batch(store, alert("a"), nameless, alert("b"))
    assert isinstance(gave[1], IntegrityError)
    assert alerts(store) == ["a", "b"]


def test_a_value_that_no_database_takes_fails_alone(store: Store) -> None:
    def too_large(transaction: Transaction) -> None:
        transaction.insert(PartnerRow, {"id": "x", "name": "x", "normalised": "X", "leaves": 2**63})

    gave = in_one_batch(store, alert("a"), too_large, alert("b"))
    assert isinstance(gave[1], Exception)
    assert [gave[0], gave[2]] == ["a", "b"]


@pytest.mark.parametrize("alone", [False, True])
def test_rows_of_unlike_columns_fail_alone_and_none_at_all_are_nothing(store: Store, alone: bool) -> None:
    def unlike(transaction: Transaction) -> None:
        assert not alone or transaction.connection
        transaction.insert(Actor, {"id": "1", "kind": "user"}, {"id": "2", "kind": "user", "name": "b"})

    def none(transaction: Transaction) -> str:
        assert not alone or transaction.connection
        transaction.insert(Actor)
        transaction.insert_missing(Actor)
        return "none"

    gave = in_one_batch(store, alert("a"), unlike, none, alert("b"))
    assert isinstance(gave[1], ValueError)
    assert [gave[0], *gave[2:]] == ["a", "none", "b"]


def test_a_change_that_passes_over_an_error_keeps_nothing_broken(store: Store) -> None:
    def careless(transaction: Transaction) -> str:
        with pytest.raises(IntegrityError):
            transaction.connection.execute(insert(Actor).values(id="1", kind=SERVICE.kind, name=SERVICE.name))
        return "done"

    gave = in_one_batch(store, alert("a"), careless, alert("b"))
    assert gave[1] == "done" or isinstance(gave[1], StoreError)  # PostgreSQL lets nothing of it stay
    assert alerts(store) == ["a", "b"]


def test_a_change_sees_those_before_it_in_its_batch(store: Store) -> None:
    gave = in_one_batch(
        store,
        alert("a"),
        lambda transaction: list(transaction.connection.execute(select(col(Alert.id))).scalars()),
        then_raise(looking(alert("b"))),
        then_raise(alert("c")),
        alert("d"),
        lambda transaction: sorted(transaction.connection.execute(select(col(Alert.id))).scalars()),
    )
    assert gave[1] == ["a"]
    assert gave[5] == ["a", "d"]


def test_what_a_failed_change_entered_is_not_remembered(store: Store) -> None:
    def naming(transaction: Transaction) -> str:
        return partner_id(transaction, "amazon", actor_id(transaction, ME))

    gave = in_one_batch(store, then_raise(naming), naming, naming)
    assert isinstance(gave[0], ZeroDivisionError)
    assert gave[1] == gave[2] != str(gave[0])
    with store.database.reading() as connection:
        assert list(connection.execute(select(col(PartnerRow.id))).scalars()) == [gave[1]]
    check_books(store)


def test_an_entry_of_an_unknown_partner_or_without_the_form_of_a_leaf_fails_alone(store: Store) -> None:
    def of_nobody(transaction: Transaction) -> None:
        who = transaction.known[SERVICE.kind, SERVICE.name]
        transaction.record(Entry("thing-done", who, partner=transaction.new_id()))

    def formless(transaction: Transaction) -> None:
        transaction.record(Entry("No such word", transaction.known[SERVICE.kind, SERVICE.name]))

    gave = in_one_batch(store, alert("a"), of_nobody, formless, alert("b"))
    assert isinstance(gave[1], ValueError)
    assert isinstance(gave[2], ValueError)
    check_books(store)


def test_many_from_many_threads_are_all_there_once(store: Store) -> None:
    failed: list[str] = []

    def produce(producer: int) -> None:
        for number in range(30):
            name = f"{producer:02}-{number:02}"
            change = alert(name) if number % 3 else looking(alert(name))
            try:
                store.writer.do(then_raise(change) if number % 7 == 3 else change)
            except ZeroDivisionError:
                failed.append(name)
            if number % 10 == 0:
                store.intake.receive(Arrival("inbox", ME, f"partner {number}"), [name.encode()])

    threads = [threading.Thread(target=produce, args=(producer,)) for producer in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wanted = {
        f"{producer:02}-{number:02}" for producer in range(8) for number in range(30) if number % 7 != 3
    }
    assert set(alerts(store)) == wanted
    assert len(failed) == 8 * 30 - len(wanted)
    check_books(store)


def test_stopping_commits_all_that_was_taken_and_refuses_the_rest(store: Store) -> None:
    gate = Gate(threading.Event(), threading.Event())
    held = store.writer.submit(gate.hold)
    assert gate.entered.wait(30)
    answers = [store.writer.submit(alert(f"{number:04}")) for number in range(1500)]  # three batches
    stopping = threading.Thread(target=store.writer.stop)
    stopping.start()
    late = StoreBusyError
    while not (refused := store.writer.submit(alert("late"))).given:
        answers.append(refused)
    gate.opened.set()
    stopping.join(30)
    held.result(30)
    with pytest.raises(late, match="stopping"):
        refused.result(30)
    with pytest.raises(late, match="stopping"):
        store.writer.do(alert("after"))
    names = [answer.result(30) for answer in answers[:1500]]
    assert names == [f"{number:04}" for number in range(1500)]
    assert [name for name in alerts(store) if name != "late"] == names


def test_followers_are_called_when_the_change_is_durable_and_not_otherwise(store: Store) -> None:
    called: list[list[str]] = []

    def followed(change: Change[str]) -> Callable[[Transaction], str]:
        def following(transaction: Transaction) -> str:
            transaction.afterwards(lambda: called.append(alerts(store)))
            return change(transaction)

        return following

    in_one_batch(store, followed(alert("a")), followed(then_raise(alert("b"))), followed(alert("a")))
    store.writer.do(alert("last"))
    assert called == [["a"]]


def test_a_fault_in_the_books_is_told_to_all_of_its_batch_and_ends_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", told.append)
    before = bodies(store)
    with monkeypatch.context() as planted:
        planted.setattr("gateway.store.writing.books.leaf_hashes", lambda leaves: 1 // 0)
        gave = in_one_batch(store, alert("a"), looking(alert("b")))
    assert [type(each) for each in gave] == [StoreError, StoreError]
    assert all("by a fault of the gateway" in str(each) for each in gave)
    assert [each.exc_type for each in told] == [ZeroDivisionError]
    assert (alerts(store), bodies(store)) == ([], before)
    assert store.writer.do(lambda transaction: actor_id(transaction, SERVICE))  # forgotten, and found again
    assert in_one_batch(store, alert("a")) == ["a"]
    check_books(store)


def test_a_follower_that_fails_ends_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", told.append)
    store.writer.do(lambda transaction: transaction.afterwards(lambda: print(1 // 0)))
    assert in_one_batch(store, alert("a")) == ["a"]
    assert [each.exc_type for each in told] == [ZeroDivisionError]


def test_a_change_that_ends_the_thread_leaves_nobody_waiting(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threading, "excepthook", lambda told: None)

    def ending(transaction: Transaction) -> None:
        raise SystemExit

    gave = in_one_batch(store, alert("a"), ending, alert("b"))
    assert [type(each) for each in gave] == [StoreBusyError] * 3
    with pytest.raises(StoreBusyError, match="start the gateway anew"):
        store.writer.do(alert("c"))
    assert alerts(store) == []


def test_a_change_that_waits_for_another_is_refused(store: Store) -> None:
    with pytest.raises(RuntimeError, match="its own transaction"):
        store.writer.do(lambda transaction: store.writer.do(alert("a")))


def test_a_change_sees_the_rows_that_it_added_before_it_looked(store: Store) -> None:
    def change(transaction: Transaction) -> list[str]:
        ids = select(col(Alert.id)).order_by(col(Alert.id))
        before = list(transaction.connection.execute(ids).scalars())
        alert("first")(transaction)
        between = list(transaction.connection.execute(ids).scalars())
        alert("second")(transaction)
        return before + between

    assert store.writer.do(change) == ["first"]
    assert alerts(store) == ["first", "second"]


def test_a_row_that_cannot_be_added_undoes_a_change_that_looked(store: Store) -> None:
    store.writer.do(alert("there"))

    def change(transaction: Transaction) -> None:
        looking(alert("new"))(transaction)
        alert("there")(transaction)

    gave = in_one_batch(store, alert("one"), change, alert("two"))
    assert (gave[0], gave[2]) == ("one", "two")
    assert isinstance(gave[1], IntegrityError)
    assert alerts(store) == ["one", "there", "two"]
