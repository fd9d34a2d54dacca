"""A message that is erased cannot be read by anybody again, and the ledger says who saw to that and why."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text

from gateway.errors import KeyDestroyedError, TamperedError, UsageError
from gateway.ledger.pack import pack_files
from gateway.ledger.pack_check import verify_pack
from gateway.store import erasing
from gateway.store.erasing import erase
from gateway.store.messages import ERASED_STATE, Search, add_keys, enter_keys, search
from gateway.store.payloads.reading import read_payload
from gateway.store.payloads.vault import Vault
from gateway.store.people import actor_id
from gateway.store.proving.packs import Wanted, pack_of, prepare
from gateway.store.queue.leased_table import StepQueue
from gateway.store.queue.steps import NewStep
from gateway.store.receiving import Arrival
from gateway.store.search_keys import Key, KeyKind
from gateway.store.signing.signer import Signer
from gateway.store.store import Parts, Store, make_store, open_store
from gateway.store.verifying.known_keys import LogKeys
from gateway.store.verifying.log import verify
from gateway.store.verifying.opened import DeepMeans
from gateway.store.verifying.report import VerifyReport
from gateway.store.writing.transaction import Entry, Transaction
from tests.clocks import NOON
from tests.store.stores import INLINE, ME, new_parts

SEED = b"the seed of a key, of 32 letters"
LARGE = b"ISA*LARGE~" * INLINE
WHY = "the partner asked for it"


def receive(store: Store, content: bytes = b"ISA*SMALL~", request: str | None = None) -> str:
    arrival = Arrival("amazon", ME, "amazon", "order-4711.850", request)
    message = store.intake.receive(arrival, [content]).message
    store.writer.do(partial(read_by_the_service, message=message))
    return message


def read_by_the_service(transaction: Transaction, message: str) -> None:
    add_keys(transaction, message, (Key(KeyKind.PURCHASE_ORDER, "7XQ4RT2B"),))
    enter_keys(transaction, message)


def check(store: Store) -> VerifyReport:
    keys = LogKeys("gateway.test/log", Signer(store, SEED).verifier_of(1).public)
    with store.database.reading() as connection:
        return verify(connection, keys, (), None, DeepMeans(store.keys, store.vault))


def files(store: Store) -> list[Path]:
    return [path for path in (store.parts.folder / "vault").rglob("*") if path.is_file()]


def rows(store: Store, words: str) -> list[tuple[object, ...]]:
    with store.database.reading() as connection:
        return [tuple(row) for row in connection.execute(text(words))]


@pytest.mark.parametrize("content", [b"ISA*SMALL~", LARGE], ids=["in a row", "in the vault"])
def test_nobody_reads_it_or_finds_it_again_and_everything_holds(store: Store, content: bytes) -> None:
    message, other = receive(store, content), receive(store, content)
    kept = len(files(store))
    erased = erase(store, message, ME, WHY)
    assert (erased.message, erased.payloads, erased.records, erased.search_keys) == (message, 1, 2, 2)
    assert (erased.files, len(files(store))) == (kept // 2, kept // 2)
    assert erased.wiped is store.database.wipes
    with store.database.reading() as connection:
        with pytest.raises(KeyDestroyedError):
            b"".join(read_payload(connection, store.keys, store.vault, message, "raw"))
        assert b"".join(read_payload(connection, store.keys, store.vault, other, "raw")) == content
        assert [found.id for found in search(connection, Search(key="7XQ4RT2B"))] == [other]
        assert [found.id for found in search(connection, Search(state=ERASED_STATE))] == [message]
    kept_bytes = rows(store, f"SELECT sealed, vault_name, salt FROM payload WHERE message_id = '{message}'")
    assert kept_bytes == [(None, None, None)]
    assert rows(
        store, f"SELECT count(*) FROM ledger_record WHERE owner = '{message}' AND sealed IS NOT NULL"
    )[0] == (0,)
    report = check(store)
    assert report.faults == ()
    assert (report.looked.messages, report.looked.erased, report.looked.payloads) == (2, 1, 1)
    assert Signer(store, SEED).make().new


def test_who_and_why_stand_in_the_ledger_and_in_a_pack(store: Store) -> None:
    message = receive(store)
    erase(store, message, ME, WHY)
    signer = Signer(store, SEED)
    prepared = prepare(store, signer, Wanted(message=message), ME)
    with store.database.reading() as connection:
        made = pack_of(connection, DeepMeans(store.keys, store.vault), prepared, signer.verifier_of(1), NOON)
    packed = dict(pack_files(made))
    verdict = verify_pack(packed)
    assert verdict.faults == ()
    assert [(leaf.what, leaf.from_, leaf.to) for leaf in verdict.leaves] == [
        ("message-received", None, "received"),
        ("keys-read", None, None),
        ("message-erased", "received", "erased"),
    ]
    told = [data.decode() for path, data in packed.items() if path.startswith("records/")]
    assert sum(WHY in each and ME.name in each for each in told) == 1
    assert not [path for path in packed if path.startswith("payloads/")]


def test_what_is_not_there_or_was_erased_before_is_refused(store: Store) -> None:
    message = receive(store)
    with pytest.raises(
        UsageError, match="There is no message 01ARZ3NDEKTSV4RRFFQ69G5FAV; nothing was erased"
    ):
        erase(store, "01ARZ3NDEKTSV4RRFFQ69G5FAV", ME, WHY)
    erase(store, message, ME, WHY)
    with pytest.raises(UsageError, match=f"The message {message} was erased before, at 20"):
        erase(store, message, ME, "once more")
    assert rows(store, "SELECT count(*) FROM message_key WHERE destroyed_at IS NOT NULL") == [(1,)]
    assert check(store).faults == ()


def test_sent_again_under_its_key_it_is_not_kept_again(store: Store) -> None:
    message = receive(store, request="k")
    ((before,),) = rows(store, "SELECT answer FROM request")
    content = json.loads(str(before))["content"]
    assert content
    erase(store, message, ME, WHY)
    ((after,),) = rows(store, "SELECT answer FROM request")
    assert content not in str(after)
    with pytest.raises(UsageError, match=f"as message {message}, which was erased since"):
        store.intake.receive(Arrival("amazon", ME, "amazon", None, "k"), [b"ISA*SMALL~"])
    assert check(store).faults == ()


def test_what_was_told_of_faults_of_its_steps_goes(store: Store) -> None:
    message = receive(store)
    queue = StepQueue()
    store.writer.do(lambda transaction: queue.enqueue(transaction, NewStep("look", {}, message=message)))
    store.writer.do(
        lambda transaction: transaction.connection.execute(text("UPDATE step SET last_error = 'PO 4711'"))
    )
    erase(store, message, ME, WHY)
    assert rows(store, "SELECT last_error FROM step") == [(None,)]


def test_a_file_that_a_stop_leaves_is_removed_at_the_next_start(
    store: Store, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = receive(store, LARGE)

    def stopped(vault: Vault, name: str) -> None:
        raise InterruptedError

    with monkeypatch.context() as patched:
        patched.setattr(Vault, "remove", stopped)
        with pytest.raises(InterruptedError):
            erase(store, message, ME, WHY)
    assert len(files(store)) == 1
    assert check(store).faults == ()
    store.close()
    again = open_store(parts, lambda doubt: None)
    assert files(again) == []
    again.close()


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    parts = new_parts(tmp_path)
    make_store(parts, ME)
    opened = open_store(parts, lambda doubt: pytest.fail(str(doubt)))
    yield opened
    opened.close()


def has(folder: Path, wrapped: object) -> list[str]:
    """The files of the database in which the bytes stand."""
    assert isinstance(wrapped, bytes)
    return sorted(path.name for path in folder.glob("gateway.db*") if wrapped in path.read_bytes())


def test_no_file_has_the_destroyed_key_when_the_erasing_ends(sqlite_store: Store, tmp_path: Path) -> None:
    message = receive(sqlite_store)
    ((wrapped,),) = rows(sqlite_store, f"SELECT wrapped FROM message_key WHERE message_id = '{message}'")
    assert has(tmp_path, wrapped)
    with sqlite_store.database.reading() as reader:
        assert erase(sqlite_store, receive(sqlite_store), ME, WHY).wiped
        assert has(tmp_path, wrapped)  # the other one's is gone, not this one's
        del reader
    assert erase(sqlite_store, message, ME, WHY).wiped
    with sqlite_store.database.reading() as reader:
        assert reader.execute(text("SELECT count(*) FROM message")).scalar_one() == 2
        assert has(tmp_path, wrapped) == []


def test_beside_somebody_who_reads_what_was_before_it_goes_when_he_ends(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "WIPE_TRIES", 3)
    message = receive(sqlite_store)
    ((wrapped,),) = rows(sqlite_store, f"SELECT wrapped FROM message_key WHERE message_id = '{message}'")
    with sqlite_store.database.reading() as reader:
        assert reader.execute(text("SELECT count(*) FROM message")).scalar_one() == 1
        assert not erase(sqlite_store, message, ME, WHY).wiped
        assert has(tmp_path, wrapped)
        assert reader.execute(
            text("SELECT wrapped FROM message_key WHERE wrapped = :w"), {"w": wrapped}
        ).all()
    receive(sqlite_store)  # any other change
    assert has(tmp_path, wrapped) == []


def test_a_key_whose_process_died_at_once_is_gone_after_the_next_start(
    sqlite_store: Store, tmp_path: Path
) -> None:
    message = receive(sqlite_store)
    ((wrapped,),) = rows(sqlite_store, f"SELECT wrapped FROM message_key WHERE message_id = '{message}'")
    died = tmp_path / "died"
    died.mkdir()

    def copied(transaction: Transaction) -> None:
        sqlite_store.keys.destroy(transaction, message)
        transaction.afterwards(died_now)

    def died_now() -> None:
        for name in ("gateway.db", "gateway.db-wal"):
            (died / name).write_bytes((tmp_path / name).read_bytes())

    sqlite_store.writer.do(copied)
    sqlite_store.writer.do(lambda transaction: None)
    assert has(died, wrapped)
    parts = new_parts(died)
    connection = parts.database.connect_writer()
    assert has(died, wrapped) == []
    connection.close()
    parts.database.close()


def test_a_key_that_is_gone_without_its_leaf_is_damage(store: Store) -> None:
    message = receive(store)
    store.writer.do(lambda transaction: store.keys.destroy(transaction, message))
    assert ("key", f"message {message}") in [(each.code.value, each.place) for each in check(store).faults]
    with pytest.raises(TamperedError, match=r"its key was destroyed.* Nothing was signed"):
        Signer(store, SEED).make()
    assert [row[0] for row in rows(store, "SELECT code FROM alert")] == ["ledger-damaged"]


def test_a_leaf_behind_the_erasing_that_nothing_opens_is_neither_signed_nor_overlooked(store: Store) -> None:
    message = receive(store)
    erase(store, message, ME, WHY)
    Signer(store, SEED).make()
    store.writer.do(
        lambda transaction: transaction.record(Entry("keys-read", actor_id(transaction, ME), message))
    )
    opens_nothing = text("UPDATE ledger_record SET owner = :m, sealed = NULL WHERE n = :n")
    (last,) = max(rows(store, "SELECT n FROM ledger_leaf"))
    store.writer.do(
        lambda transaction: transaction.connection.execute(opens_nothing, {"m": message, "n": last})
    )
    assert ("record", f"message {message}") in [(each.code.value, each.place) for each in check(store).faults]
    with pytest.raises(TamperedError, match="cannot be opened"):
        Signer(store, SEED).make()


@pytest.mark.parametrize("reason", ["", "  ", "a\u200eb", "a\u061cb", "\ufeff", "r" * 501])
def test_nothing_is_erased_without_a_reason_that_can_be_read(store: Store, reason: str) -> None:
    message = receive(store)
    with pytest.raises(UsageError, match="a reason has 1 to 500 printable characters"):
        erase(store, message, ME, reason)
    with store.database.reading() as connection:
        pieces = read_payload(connection, store.keys, store.vault, message, "raw")
        assert b"".join(pieces) != b""
