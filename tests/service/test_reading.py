"""What arrives is read for the numbers by which it is looked for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import delete, select
from sqlmodel import col

from gateway.bootstrap import Library
from gateway.service.work.key_reading import LARGEST, READ_KEYS, KeyReader
from gateway.store.erasing import erase
from gateway.store.messages import keys_of
from gateway.store.queue.steps import Leased
from gateway.store.receiving import Arrival
from gateway.store.store import Store, make_store, open_store
from gateway.store.tables import SearchKey, Step
from gateway.store.verifying.known_keys import LogKeys
from gateway.store.verifying.log import verify
from gateway.store.verifying.opened import DeepMeans
from gateway.workspace import Workspace
from tests.store.stores import ME, new_parts

ROOT = Path(__file__).resolve().parents[2]
ORDERS = (ROOT / "examples/purchase-orders.850").read_bytes()
INVOICE = (ROOT / "examples/invoice.csv").read_bytes()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    parts = new_parts(tmp_path)
    make_store(parts, ME)
    opened = open_store(parts, lambda doubt: pytest.fail(str(doubt)))
    yield opened
    opened.close()


def found(store: Store, data: bytes, partner: str | None = "amazon") -> set[tuple[str, str]]:
    """The keys of a file when its step has been worked, apart from its name."""
    message = store.intake.receive(Arrival("amazon", ME, partner, "file"), [data]).message
    reader = KeyReader(store, partial(Library, Workspace(ROOT)))
    store.writer.do(reader(step_of(store, message)))
    with store.database.reading() as connection:
        return {(key.kind.value, key.written) for key in keys_of(connection, message)} - {("file", "file")}


def step_of(store: Store, message: str) -> Leased:
    now = store.parts.clock.now()
    return Leased(1, "", READ_KEYS, {}, None, None, 0, now, message, 0, 0, 0, 1)


def test_orders_are_found_by_the_numbers_of_their_envelopes_and_their_own(store: Store) -> None:
    assert found(store, ORDERS) == {
        ("isa13", "000000041"),
        ("gs06", "41"),
        ("st02", "0001"),
        ("st02", "0002"),
        ("po", "7XQ4RT2B"),
        ("po", "5JM81KPD"),
    }


def test_an_invoice_of_the_erp_is_found_by_its_number_and_that_of_its_order(store: Store) -> None:
    kinds = {kind for kind, _ in found(store, INVOICE)}
    assert kinds == {"invoice", "po"}


@pytest.mark.parametrize("data", [b"", b"nothing that anybody knows", b"ISA*cut", bytes(LARGEST + 1)])
def test_what_nobody_can_read_has_no_numbers(store: Store, data: bytes) -> None:
    assert found(store, data, None) == set()


def test_read_twice_it_has_the_same_keys(store: Store) -> None:
    message = store.intake.receive(Arrival("amazon", ME, "amazon", "file"), [ORDERS]).message
    reader = KeyReader(store, partial(Library, Workspace(ROOT)))
    for _ in range(2):
        store.writer.do(reader(step_of(store, message)))
    with store.database.reading() as connection:
        assert len(keys_of(connection, message)) == 7
        assert connection.execute(select(col(Step.id))).all() == []


def test_what_it_is_found_by_stands_in_the_ledger(store: Store) -> None:
    message = store.intake.receive(Arrival("amazon", ME, "amazon", "file"), [ORDERS]).message
    reader = KeyReader(store, partial(Library, Workspace(ROOT)))
    store.writer.do(reader(step_of(store, message)))
    assert faults(store) == []
    forget = delete(SearchKey).where(col(SearchKey.kind) == "po", col(SearchKey.written) == "7XQ4RT2B")
    store.writer.do(lambda transaction: transaction.connection.execute(forget))
    assert faults(store) == [("search-key", f"message {message}")]


def test_a_file_that_is_erased_meanwhile_is_not_found_by_what_was_read_of_it(store: Store) -> None:
    message = store.intake.receive(Arrival("amazon", ME, "amazon", "file"), [ORDERS]).message
    reader = KeyReader(store, partial(Library, Workspace(ROOT)))
    read_before = reader(step_of(store, message))
    erase(store, message, ME, "the partner asked for it")
    store.writer.do(read_before)
    store.writer.do(reader(step_of(store, message)))
    with store.database.reading() as connection:
        assert keys_of(connection, message) == ()
    assert faults(store) == []


def faults(store: Store) -> list[tuple[str, str]]:
    """What `ledger verify --deep` finds."""
    with store.database.reading() as connection:
        report = verify(connection, LogKeys("log", None), (), None, DeepMeans(store.keys, store.vault))
    return [(each.code.value, each.place) for each in report.faults]
