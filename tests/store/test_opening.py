"""A store is made, opened, and says what it cannot do."""

from __future__ import annotations

from gateway.store import schema
from gateway.store.receiving import Arrival
from gateway.store.store import Store
from tests.store.stores import ME


def test_the_tables_are_those_that_the_code_describes(store: Store) -> None:
    with store.database.reading() as connection:
        assert schema.differences(connection) == []
        assert schema.version_of(connection) == schema.newest_version()


def test_what_arrives_is_kept(store: Store) -> None:
    received = store.intake.receive(Arrival("inbox", ME, "amazon", "orders.850"), [b"ISA*", b"hello"])
    assert received.size == 9
