"""Writes a small store of the newest version of the tables: `python -m tests.store.old.write_old`.

It is run once, when a version is released, and what it wrote is never written again: `NNNN.sql` is the
database as text, `NNNN/` what else lies in the `var/` of its workspace. All of it is made up, also the keys.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from gateway.ledger.ed25519 import public_key
from gateway.ledger.notes import SigningKey
from gateway.store import schema
from gateway.store.alerts import alert, raise_alert
from gateway.store.control_numbers.allotting import take
from gateway.store.control_numbers.names import Function, StreamKey
from gateway.store.control_numbers.setting import Setting, set_stream
from gateway.store.messages import add_keys, enter_keys
from gateway.store.payloads.keys import WorkspaceKeys, new_workspace_key
from gateway.store.people import actor_id
from gateway.store.queue.leased_table import StepQueue
from gateway.store.queue.steps import NewStep, Rules
from gateway.store.receiving import Arrival
from gateway.store.search_keys import Key, KeyKind
from gateway.store.signing.signer import Signer
from gateway.store.store import Parts, Store, make_store, open_store
from gateway.store.writing.transaction import Transaction
from tests.clocks import FakeClock, SeededRandomness
from tests.store.stores import ME, new_parts

OLD = Path(__file__).parent
LOG_NAME = "gateway.test/old"
SEED = sha256(b"the key of an old ledger").digest()
STREAM = StreamKey("ZZ/ACORN", "ZZ/AMAZON", Function.INTERCHANGE)
FILES = {  # the one in between has a row for its bytes, the last the vault
    "order-1.850": b"ISA*00*order one~",
    "order-2.850": b"ISA*00*order two~" * 20,
    "order-3.850": b"ISA*00*order three~" * 400,
}
GIVEN = 3
SKIPPED_TO = 20


def fill(store: Store) -> None:
    """Let a little of everything happen."""
    queue = StepQueue(Rules())
    for number, (name, data) in enumerate(FILES.items()):
        arrival = Arrival("amazon/sftp", ME, "amazon", name, request=f"delivery {number}")
        message = store.intake.receive(arrival, [data]).message
        store.writer.do(lambda change, id=message, n=number: _worked(change, queue, id, n))  # type: ignore[misc]  # bound now
    store.writer.do(_numbered)
    store.writer.do(lambda change: raise_alert(change, alert("disk-low", "var", "Little room is left.")))
    Signer(store, SEED).make()


def _worked(transaction: Transaction, queue: StepQueue, message: str, number: int) -> None:
    add_keys(transaction, message, (Key(KeyKind.PURCHASE_ORDER, f"PO-00{number}"),))
    enter_keys(transaction, message)
    queue.enqueue(transaction, NewStep("deliver", {"to": "warehouse"}, message=message, lane="warehouse"))


def _numbered(transaction: Transaction) -> None:
    who = actor_id(transaction, ME)
    for _ in range(GIVEN):
        take(transaction, STREAM, "sent by mail", who, new=True)
    set_stream(transaction, STREAM, Setting(SKIPPED_TO), "agreed with the partner", who)


def write(parts: Parts, to: Path) -> None:
    """Make the store, and write it down under the version of its tables."""
    version = schema.newest_version()
    make_store(parts, ME)
    store = open_store(parts, _unexpected)
    fill(store)
    store.close()
    beside = to / version
    shutil.rmtree(beside, ignore_errors=True)
    shutil.copytree(parts.folder, beside, ignore=shutil.ignore_patterns("gateway.db*", "lock"))
    with closing(sqlite3.connect(parts.folder / "gateway.db")) as connection:
        text = "\n".join(connection.iterdump())
    (to / f"{version}.sql").write_text(f"{text}\n", encoding="utf-8")


def _unexpected(doubt: Exception) -> None:
    raise doubt


def main() -> None:
    """Write it beside this file."""
    with TemporaryDirectory() as folder:
        random = SeededRandomness(850)
        key = new_workspace_key(random)
        parts = new_parts(Path(folder), clock=FakeClock(tick=timedelta(milliseconds=7)), random=random)
        parts = replace(parts, workspace_keys=WorkspaceKeys(key, [], random), log_name=LOG_NAME)
        parts = replace(parts, log_public=public_key(SEED))
        (parts.folder / "keys").mkdir()
        (parts.folder / "keys" / "workspace.key").write_text(key.text(), encoding="ascii")
        ledger = SigningKey(LOG_NAME, SEED).text
        (parts.folder / "keys" / "ledger.key").write_text(f"{ledger}\n", encoding="ascii")
        write(parts, OLD)


if __name__ == "__main__":
    main()
