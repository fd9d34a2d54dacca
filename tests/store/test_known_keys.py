"""By which key each epoch is checked, and what is found when somebody puts another key into the store."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from gateway.errors import UsageError
from gateway.ledger.notes import SigningKey, VerifierKey, in_base64
from gateway.store.proving.export import export
from gateway.store.signing.epoch_keys import epoch_keys
from gateway.store.signing.signer import Signer
from gateway.store.store import Store
from gateway.store.verifying.known_keys import LogKeys
from gateway.store.verifying.log import verify
from gateway.store.verifying.opened import DeepMeans
from gateway.store.verifying.report import VerifyReport
from tests.store.stores import SEED

LOG = "gateway.test/log"
OTHER = b"the seed of a key of 32 letters."


def key(seed: bytes, epoch: int = 1) -> VerifierKey:
    return SigningKey(f"{LOG}/epoch-{epoch}", seed).verifier


def checked(store: Store, keys: LogKeys, outside: bytes | None = None) -> VerifyReport:
    notes = [] if outside is None else [outside]
    with store.database.reading() as connection:
        return verify(connection, keys, notes, None, DeepMeans(store.keys, store.vault))


def sources(report: VerifyReport) -> list[tuple[int, str, str]]:
    return [(each.epoch, each.key, each.source) for each in report.keys]


def test_a_new_store_has_the_key_of_its_first_epoch(store: Store) -> None:
    with store.database.reading() as connection:
        (kept,) = epoch_keys(connection, LOG)
    assert (kept.epoch, kept.key, kept.first_leaf, kept.why) == (1, key(SEED), 0, "init")


def test_our_own_key_comes_before_the_kept_one_and_a_given_one_before_both(store: Store) -> None:
    note = Signer(store, SEED).make().note
    public = key(SEED).public
    for keys, source in (
        (LogKeys(LOG, None), "database"),
        (LogKeys(LOG, public), "settings"),
        (LogKeys(LOG, public, (key(SEED),)), "given"),
    ):
        report = checked(store, keys, note)
        assert report.faults == ()
        assert sources(report) == [(1, key(SEED).text, source)]


@pytest.mark.parametrize("given", [False, True])
def test_a_key_that_was_put_into_the_store_is_found(store: Store, given: bool) -> None:
    Signer(store, SEED).make()
    change = text("UPDATE epoch SET key = :key").bindparams(key=in_base64(key(OTHER).public))
    store.writer.do(lambda transaction: transaction.connection.execute(change))
    report = checked(store, LogKeys(LOG, key(SEED).public, (key(SEED),) if given else ()))
    assert {(each.code.value, each.place) for each in report.faults} == {("epoch", "epoch 1")}
    assert len(report.faults) == 2  # it is not ours, and not that of the first leaf
    assert sources(report)[0][1] == key(SEED).text


def test_without_any_other_key_the_first_leaf_tells(store: Store) -> None:
    change = text("UPDATE epoch SET key = :key").bindparams(key=in_base64(key(OTHER).public))
    store.writer.do(lambda transaction: transaction.connection.execute(change))
    report = checked(store, LogKeys(LOG, None))
    assert [(each.place, each.text) for each in report.faults] == [
        ("epoch 1", "its row and its leaf do not say the same")
    ]


@pytest.mark.parametrize("put", ["", "no key", "QUFB", in_base64(bytes(32))])
def test_what_is_no_key_of_the_epoch_is_told(store: Store, put: str) -> None:
    change = text("UPDATE epoch SET key = :key").bindparams(key=put)
    store.writer.do(lambda transaction: transaction.connection.execute(change))
    report = checked(store, LogKeys(LOG, None))
    assert report.faults[0].text == "The row of epoch 1 holds no public key"


def test_an_epoch_is_not_signed_with_another_key(store: Store) -> None:
    with pytest.raises(UsageError, match="another key comes with a new epoch only"):
        Signer(store, OTHER).make()
    assert Signer(store, SEED).make().new


def test_an_export_has_the_key_of_each_epoch(store: Store) -> None:
    second = {"key": in_base64(key(OTHER).public)}
    adding = text(
        "INSERT INTO epoch (number, opened_at, first_leaf, key, why) "
        "VALUES (2, '2026-11-23T12:00:00.000000Z', 2, :key, 'restore')"
    )
    store.writer.do(lambda transaction: transaction.connection.execute(adding, second))
    with store.database.reading() as connection:
        keys = [each.key for each in epoch_keys(connection, LOG)]
        head = next(export(connection, LOG, keys)).decode()
    assert f'"keys":["{key(SEED).text}","{key(OTHER, 2).text}"]' in head
