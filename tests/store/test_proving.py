"""Proof packs and exports of a real store: they hold, and each is itself in the ledger."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import text

from gateway.errors import TamperedError, UsageError
from gateway.ledger.checkpoint import open_checkpoint
from gateway.ledger.leaf import read_leaf
from gateway.ledger.pack import pack_files
from gateway.ledger.pack_check import PackVerdict, verify_pack
from gateway.ledger.tree import Frontier, leaf_hash
from gateway.store.erasing import erase
from gateway.store.proving.export import export
from gateway.store.proving.packs import EXPORTED, Wanted, pack_of, prepare
from gateway.store.receiving import Arrival
from gateway.store.search_keys import KeyKind
from gateway.store.signing.signer import Signer
from gateway.store.store import Store
from gateway.store.verifying.known_keys import LogKeys
from gateway.store.verifying.log import verify
from gateway.store.verifying.opened import DeepMeans
from gateway.store.writing.books import ERASED
from tests.clocks import NOON
from tests.store.stores import INLINE, ME

SEED = b"the seed of a key, of 32 letters"


@pytest.fixture
def signer(store: Store) -> Signer:
    """The signer of the store."""
    return Signer(store, SEED)


def receive(store: Store, name: str, content: bytes = b"ISA*00", partner: str = "amazon") -> str:
    return store.intake.receive(Arrival(partner, ME, partner, name), [content]).message


def proven(store: Store, signer: Signer, wanted: Wanted) -> tuple[dict[str, bytes], PackVerdict]:
    prepared = prepare(store, signer, wanted, ME)
    key = signer.verifier_of(prepared.epoch)
    with store.database.reading() as connection:
        made = pack_of(connection, DeepMeans(store.keys, store.vault), prepared, key, NOON)
    files = pack_files(made)
    return files, verify_pack(files, key)


def leaves(store: Store) -> list[dict[str, object]]:
    with store.database.reading() as connection:
        rows = connection.execute(text("SELECT body FROM ledger_leaf ORDER BY n")).scalars()
        return [json.loads(body) for body in rows]


def test_the_pack_of_a_message_holds_and_has_its_bytes(store: Store, signer: Signer) -> None:
    large = b"ISA*00" + bytes(3 * INLINE)
    message = receive(store, "large.edi", large)
    receive(store, "other.edi")
    files, verdict = proven(store, signer, Wanted(message=message))
    assert verdict.faults == ()
    assert [leaf.message for leaf in verdict.leaves] == [message]
    assert [data for path, data in files.items() if path.startswith("payloads/")] == [large]
    assert b"large.edi" in files["summary.html"]


def test_a_pack_that_is_given_out_is_in_the_ledger(store: Store, signer: Signer) -> None:
    message = receive(store, "one.edi")
    proven(store, signer, Wanted(message=message))
    last = leaves(store)[-1]
    assert (last["what"], last["message"]) == (EXPORTED, message)
    _, verdict = proven(store, signer, Wanted(message=message))
    assert [leaf.what for leaf in verdict.leaves] == ["message-received", EXPORTED]


def test_a_message_is_found_by_any_spelling_of_its_number(store: Store, signer: Signer) -> None:
    message = receive(store, "PO-0815.edi")
    _, verdict = proven(store, signer, Wanted(kind=KeyKind.FILE_NAME, number="po0815.EDI"))
    assert {leaf.message for leaf in verdict.leaves} == {message}


def test_the_pack_of_a_partner_is_complete_and_has_nothing_of_others(store: Store, signer: Signer) -> None:
    for number in range(5):
        receive(store, f"{number}.edi")
        receive(store, f"{number}.csv", partner="globex")
    files, verdict = proven(store, signer, Wanted(partner="Amazon"))
    assert verdict.faults == ()
    assert [leaf.partner_n for leaf in verdict.leaves] == [1, 2, 3, 4, 5, 6]
    (one,) = json.loads(files["manifest.json"])["ranges"]
    assert (one["first"], one["last"]) == (1, 6)


def test_a_time_without_leaves_and_an_unknown_message_are_told(store: Store, signer: Signer) -> None:
    receive(store, "one.edi")
    for wanted in (
        Wanted(message="01ARZ3NDEKTSV4RRFFQ69G5FAV"),
        Wanted(partner="nobody"),
        Wanted(partner="amazon", until=NOON - timedelta(days=9000)),
    ):
        with pytest.raises(UsageError):
            prepare(store, signer, wanted, ME)
    assert EXPORTED not in [leaf["what"] for leaf in leaves(store)]


def test_what_was_erased_is_left_out_and_the_rest_still_holds(store: Store, signer: Signer) -> None:
    message = receive(store, "one.edi")

    erase(store, message, ME, "the partner asked for it")
    files, verdict = proven(store, signer, Wanted(message=message))
    assert verdict.faults == ()
    assert [leaf.what for leaf in verdict.leaves] == ["message-received", ERASED]
    assert not [path for path in files if path.startswith("payloads/")]
    keys = LogKeys("gateway.test/log", signer.verifier_of(1).public)
    with store.database.reading() as connection:
        report = verify(connection, keys, (), None, DeepMeans(store.keys, store.vault))
    assert (report.faults, report.looked.erased) == ((), 1)


def test_a_key_that_is_gone_without_a_word_is_a_fault(store: Store, signer: Signer) -> None:
    message = receive(store, "one.edi")
    store.writer.do(lambda transaction: store.keys.destroy(transaction, message))
    keys = LogKeys("gateway.test/log", signer.verifier_of(1).public)
    with store.database.reading() as connection:
        report = verify(connection, keys, (), None, DeepMeans(store.keys, store.vault))
    found = [(each.code.value, each.place) for each in report.faults]
    assert found == [("record", "leaf 3"), ("key", f"message {message}")]


def test_a_pack_is_not_made_of_changed_bytes(store: Store, signer: Signer) -> None:
    message = receive(store, "one.edi")
    changing = text("UPDATE payload SET digest = replace(digest, substr(digest, 1, 1), 'x')")
    store.writer.do(lambda transaction: transaction.connection.execute(changing))
    prepared = prepare(store, signer, Wanted(message=message), ME)
    with store.database.reading() as connection, pytest.raises(TamperedError, match="are not kept"):
        pack_of(connection, DeepMeans(store.keys, store.vault), prepared, signer.verifier_of(1), NOON)


def test_an_export_is_enough_to_check_the_log_without_the_gateway(store: Store, signer: Signer) -> None:
    for number in range(300):
        receive(store, f"{number}.edi")
    made = signer.make()
    with store.database.reading() as connection:
        lines = list(export(connection, "gateway.test/log", [signer.verifier_of(1)]))
    frontier, nodes, notes = Frontier(), set(), []
    for line in lines:
        told = json.loads(line)
        if "leaf" in told:
            body = line[len(b'{"leaf":') : -len(b"}\n")]
            assert read_leaf(body).n == frontier.size
            frontier, kept = frontier.extended((leaf_hash(body),))
            nodes |= {(node.level, node.index, node.hash.hex()) for node in kept}
        elif "hash" in told:
            nodes.remove((told["level"], told["n"], told["hash"]))
        elif "checkpoint" in told:
            notes.append(told["checkpoint"].encode())
    assert nodes == set()
    assert [open_checkpoint(note, signer.verifier_of(1)).root for note in notes] == [frontier.root]
    assert notes == [made.note]
