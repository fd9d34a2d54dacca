"""Time stamps are held against their checkpoints, and against a certificate where there is one."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.x509 import load_pem_x509_certificate
from sqlalchemy import text

from gateway.ledger.stamps import stamp_request
from gateway.store.signing.signer import Signer
from gateway.store.store import Store
from gateway.store.tables import Witnessed
from gateway.store.verifying.report import Faults, Looked, VerifyFault
from gateway.store.verifying.stamps import check_stamps
from gateway.store.witnesses.places import STAMPED
from gateway.store.writing.transaction import Transaction
from tests.ledger.authority import OPENSSL, Authority
from tests.store.stores import SEED


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """One with certificates of its own."""
    if OPENSSL is None:
        pytest.skip("openssl is not installed on this machine")
    return Authority(tmp_path / "authority", ("ec", "-pkeyopt", "ec_paramgen_curve:P-256"))


def stamped(store: Store, authority: Authority) -> None:
    made = Signer(store, SEED).make()
    answer = authority.answer(stamp_request(sha256(made.note).digest(), 7))

    def keep(transaction: Transaction) -> None:
        row = {"epoch": made.epoch, "size": made.size, "place": "timestamps", "outcome": STAMPED}
        kept = {"id": transaction.new_id(), "at": transaction.now, "answer": answer}
        transaction.insert(Witnessed, {**row, **kept})

    store.writer.do(keep)


def checked(store: Store, authority: Authority, *names: str) -> tuple[list[VerifyFault], Looked]:
    certificates = [load_pem_x509_certificate((authority.folder / name).read_bytes()) for name in names]
    faults, looked = Faults(), Looked()
    with store.database.reading() as connection:
        check_stamps(connection, certificates, faults, looked)
    return faults.kept, looked


def test_a_stamp_is_held_against_its_checkpoint_and_its_signature(store: Store, authority: Authority) -> None:
    stamped(store, authority)
    faults, looked = checked(store, authority)
    assert (faults, looked.stamps, looked.stamp_signatures) == ([], 1, 0)
    faults, looked = checked(store, authority, "ca.crt", "tsa.crt")
    assert (faults, looked.stamp_signatures) == ([], 1)
    (fault,), looked = checked(store, authority, "ca.crt")
    assert "certificate" in fault.text
    assert looked.stamp_signatures == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE checkpoint SET note = note || ' '", "for another digest"),
        ("DELETE FROM checkpoint", "its checkpoint is not kept"),
        ("UPDATE witnessed SET answer = NULL", "no answer of an authority"),
        ("UPDATE witnessed SET epoch = 9", "its checkpoint is not kept"),
    ],
)
def test_a_stamp_of_something_else_is_found(
    store: Store, authority: Authority, change: str, words: str
) -> None:
    stamped(store, authority)
    store.writer.do(lambda transaction: transaction.connection.execute(text(change)))
    (fault,), _ = checked(store, authority)
    assert fault.code.value == "time-stamp"
    assert words in fault.text
