"""The signer: what it signs, what it refuses, and that it never signs two histories."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, text
from sqlmodel import col

from gateway.errors import StorageFullError, TamperedError
from gateway.ledger.checkpoint import Checkpoint as Stated
from gateway.ledger.checkpoint import open_checkpoint, sign_checkpoint
from gateway.ledger.notes import in_base64
from gateway.ledger.tree import Frontier
from gateway.store.alerts import acknowledge, alert, raise_alert
from gateway.store.control_numbers.allotting import allot, allot_many, take
from gateway.store.control_numbers.names import Function, Limits, StreamKey
from gateway.store.disk import Disk
from gateway.store.people import actor_id
from gateway.store.receiving import Arrival
from gateway.store.signing.signed_file import parse_signed, signed_path
from gateway.store.signing.signer import Signer
from gateway.store.store import Store
from gateway.store.tables import Alert, Checkpoint, LedgerLeaf
from gateway.store.verifying.known_keys import LogKeys
from gateway.store.verifying.log import verify
from gateway.store.verifying.opened import DeepMeans
from gateway.store.writing.transaction import Transaction
from tests.store.control_numbers import set_limits, set_next
from tests.store.stores import ME

SEED = b"the seed of a key, of 32 letters"


@pytest.fixture
def signer(store: Store) -> Signer:
    """The signer of the store."""
    return Signer(store, SEED)


def receive(store: Store, count: int = 1) -> None:
    for number in range(count):
        store.intake.receive(Arrival("amazon", ME, "amazon", f"{number}.edi"), [b"ISA*00"])


def run(store: Store, *statements: str) -> None:
    """Does what nobody should do to the tables."""

    def change(transaction: Transaction) -> None:
        for statement in statements:
            transaction.connection.execute(text(statement))

    store.writer.do(change)


def unguarded(store: Store, statement: str) -> None:
    """Changes leaves, which triggers forbid."""
    if store.database.writer_engine().dialect.name == "sqlite":
        run(store, "DROP TRIGGER ledger_leaf_no_update", "DROP TRIGGER ledger_leaf_no_delete", statement)
    else:
        run(store, "DROP TRIGGER ledger_leaf_guard ON ledger_leaf", statement)


def notes(store: Store) -> list[str]:
    with store.database.reading() as connection:
        return list(connection.execute(select(col(Checkpoint.note)).order_by(col(Checkpoint.size))).scalars())


def test_a_checkpoint_says_size_and_root_and_is_kept(store: Store, signer: Signer) -> None:
    receive(store, 300)
    made = signer.make()
    opened = open_checkpoint(made.note, signer.verifier_of(1))
    assert (opened.origin, opened.size, opened.root) == ("gateway.test/log/epoch-1", made.size, made.root)
    assert made.size > 256
    assert made.new
    assert notes(store) == [made.note.decode()]


def test_a_log_that_rests_gets_no_second_checkpoint(store: Store, signer: Signer) -> None:
    first = signer.make()
    again = signer.make()
    assert not again.new
    assert again.note == first.note
    assert len(notes(store)) == 1


def test_a_whole_store_holds_on_each_database(store: Store, signer: Signer) -> None:
    receive(store, 300)
    outside = signer.make().note
    receive(store, 3)
    store.writer.do(_numbers_and_alerts)
    signer.make()
    keys = LogKeys("gateway.test/log", signer.verifier_of(1).public)
    signed = signed_path(store.parts.folder).read_bytes()
    with store.database.reading() as connection:
        report = verify(connection, keys, [outside], signed, DeepMeans(store.keys, store.vault))
    assert report.faults == ()
    assert (report.looked.messages, report.looked.payloads, report.looked.outside) == (303, 303, 1)
    assert report.looked.nodes == report.size // 16 + report.size // 256


def test_checkpoints_of_any_length_are_compared_on_one_walk(store: Store, signer: Signer) -> None:
    receive(store, 40)
    key = signer.key_of(1)
    with store.database.reading() as connection:
        leaves = connection.execute(select(col(LedgerLeaf.hash)).order_by(col(LedgerLeaf.n))).scalars().all()
        sizes = (0, 1, 16, 17, 31, len(leaves))
        trees = [Frontier().extended(leaves[:size])[0] for size in sizes]
        outside = [sign_checkpoint(Stated(key.name, tree.size, tree.root), key) for tree in trees]
        report = verify(connection, LogKeys("gateway.test/log", key.verifier.public), outside)
        assert report.faults == ()
        assert report.looked.outside == len(sizes)
        other = sign_checkpoint(Stated(key.name, 17, trees[2].root), key)
        report = verify(connection, LogKeys("gateway.test/log", key.verifier.public), [other, *outside])
    assert [fault.place for fault in report.faults] == ["checkpoint 17 from outside"]


def _numbers_and_alerts(transaction: Transaction) -> None:
    stream = StreamKey("ZZ/ACORN", "ZZ/AMAZON", Function.INTERCHANGE)
    who = actor_id(transaction, ME)
    set_limits(transaction, stream, Limits(first=1, last=5), "the partner takes no more", who)
    set_next(transaction, stream, 3, "skipped", who)
    for _ in range(5):  # beyond the end of a cycle
        allot(transaction, stream, "01ARZ3NDEKTSV4RRFFQ69G5FAV")
    assert allot_many(transaction, stream, "01ARZ3NDEKTSV4RRFFQ69G5FAV", 5) == (3, 4, 5, 1, 2)
    take(transaction, stream, "sent by hand", who)
    set_next(transaction, stream, 1, "anew", who, new_cycle=True)
    opened = raise_alert(transaction, alert("disk-low", "disk", "little room"))
    acknowledge(transaction, opened, who)
    raise_alert(transaction, alert("disk-low", "disk", "little room"))


def test_what_was_signed_is_remembered_before_it_is_given_out(
    store: Store, signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(disk: Disk, *given: object) -> None:
        raise StorageFullError("no room")

    with monkeypatch.context() as patch:
        patch.setattr(Disk, "replace", full)
        with pytest.raises(StorageFullError):
            signer.make()
    assert notes(store) == []
    assert signer.make().new


def test_a_stop_between_remembering_and_keeping_is_mended(store: Store, signer: Signer) -> None:
    first = signer.make()
    run(store, "DELETE FROM checkpoint")
    assert not signer.make().new
    assert notes(store) == [first.note.decode()]
    run(store, "DELETE FROM checkpoint")
    receive(store)
    second = signer.make()
    assert notes(store) == [first.note.decode(), second.note.decode()]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM ledger_leaf WHERE n = 9",
        "UPDATE ledger_leaf SET hash = (SELECT hash FROM ledger_leaf WHERE n = 0) WHERE n = 8",
        "UPDATE ledger_leaf SET body = (SELECT body FROM ledger_leaf WHERE n = 0) WHERE n = 8",
    ],
)
def test_a_changed_leaf_is_not_signed_and_people_are_told(
    store: Store, signer: Signer, statement: str
) -> None:
    receive(store)
    first = signer.make()
    receive(store, 10)
    run(store, "DELETE FROM ledger_record WHERE n = 9")
    unguarded(store, statement)
    with pytest.raises(TamperedError, match="Nothing was signed"):
        signer.make()
    assert notes(store) == [first.note.decode()]
    with store.database.reading() as connection:
        assert connection.execute(select(col(Alert.code))).scalars().all() == ["ledger-damaged"]


def _cut(store: Store) -> None:
    run(store, "DELETE FROM ledger_record WHERE n > 3")
    unguarded(store, "DELETE FROM ledger_leaf WHERE n > 3")


def _without_memory(store: Store) -> None:
    signed_path(store.parts.folder).unlink()


def _with_other_memory(store: Store) -> None:
    path = signed_path(store.parts.folder)
    path.write_bytes(path.read_bytes().replace(b"/epoch-1\n", b"/epoch-2\n"))


def _with_forged_memory(store: Store) -> None:
    path = signed_path(store.parts.folder)
    lines = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join([*lines[:3], b"7", *lines[4:]]))


@pytest.mark.parametrize("deed", [_cut, _without_memory, _with_other_memory, _with_forged_memory])
def test_what_disagrees_with_what_was_signed_is_refused(
    store: Store, signer: Signer, deed: Callable[[Store], None]
) -> None:
    receive(store, 5)
    signer.make()
    deed(store)
    with pytest.raises(TamperedError):
        signer.make()
    assert len(notes(store)) == 1


def test_a_new_epoch_is_signed_and_the_older_one_never_again(store: Store, signer: Signer) -> None:
    receive(store, 3)
    first = signer.make()
    with store.database.reading() as connection:
        size = len(connection.execute(select(col(LedgerLeaf.n))).all())
    key = in_base64(signer.verifier_of(2).public)
    run(
        store,
        f"INSERT INTO epoch (number, opened_at, first_leaf, key, why) "
        f"VALUES (2, '2026-11-23T12:00:00.000000Z', {size}, '{key}', 'restore')",
    )
    made = signer.make()
    assert (made.epoch, made.size, made.new) == (2, first.size, True)
    assert open_checkpoint(made.note, signer.verifier_of(2)).root == first.root
    assert parse_signed(signed_path(store.parts.folder).read_bytes()).epoch == 2
    run(store, "DELETE FROM epoch WHERE number = 2", "DELETE FROM checkpoint WHERE epoch = 2")
    with pytest.raises(TamperedError, match="epoch 2"):
        signer.make()
