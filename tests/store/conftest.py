"""Stores on every kind of database, for tests that hold on all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.errors import StorageDoubtError
from gateway.store.database import Database
from gateway.store.sqlite import SqliteDatabase
from gateway.store.store import Parts, Store, make_store, open_store
from tests.store.stores import BUSY_SECONDS, ME, new_parts, postgresql_database


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database, of each kind in turn; with its tables where the test asks for a `store`."""
    made: Database
    if request.param == "sqlite":
        made = SqliteDatabase(tmp_path / "gateway.db", BUSY_SECONDS)
    else:
        tables = "_with_tables" if "store" in request.fixturenames else ""
        made = postgresql_database(request.getfixturevalue(f"postgresql_url{tables}"))
    yield made
    made.close()


@pytest.fixture
def parts(database: Database, tmp_path: Path) -> Parts:
    """What a store is made of; nothing of it is there yet."""
    return new_parts(tmp_path, database)


@pytest.fixture
def doubts() -> list[StorageDoubtError]:
    """The doubts that `store` told of."""
    return []


@pytest.fixture
def store(parts: Parts, doubts: list[StorageDoubtError]) -> Iterator[Store]:
    """A new store, open."""
    make_store(parts, ME)
    opened = open_store(parts, doubts.append)
    yield opened
    opened.close()
