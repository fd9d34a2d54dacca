"""The queue of steps in each database that the gateway can use."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.store.queue.steps import Rules
from gateway.store.sqlite import SqliteDatabase
from gateway.store.store import Store
from tests.clocks import SeededRandomness
from tests.postgresql import Server
from tests.store.queue_bench import Bench, benches, fresh
from tests.store.queue_contract import QueueContract
from tests.store.stores import BUSY_SECONDS, postgresql_database


@pytest.fixture(scope="module")
def in_a_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store in a file of SQLite."""
    folder = tmp_path_factory.mktemp("queue")
    with benches(folder, SqliteDatabase(folder / "gateway.db", BUSY_SECONDS)) as store:
        yield store


@pytest.fixture(scope="module")
def on_a_server(postgresql: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store on a server of PostgreSQL."""
    folder = tmp_path_factory.mktemp("queue")
    with postgresql.database() as url, benches(folder, postgresql_database(url)) as store:
        yield store


class TestOnSqlite(QueueContract):
    """In a file."""

    @pytest.fixture
    def bench(self, in_a_file: Store) -> Bench:
        """An empty queue."""
        return fresh(in_a_file)


class TestOnPostgresql(QueueContract):
    """On a server."""

    @pytest.fixture
    def bench(self, on_a_server: Store) -> Bench:
        """An empty queue."""
        return fresh(on_a_server)


@given(tries=st.integers(1, 10_000), seed=st.integers(0, 2**32), asked=st.none() | st.timedeltas())
def test_no_wait_is_shorter_than_half_of_its_step_nor_longer_than_the_longest(
    tries: int, seed: int, asked: timedelta | None
) -> None:
    rules = Rules(first_wait=timedelta(seconds=5), longest_wait=timedelta(hours=1))
    wait = rules.wait(tries, SeededRandomness(seed), asked)
    whole = min(timedelta(seconds=5 * 2 ** min(tries - 1, 20)), rules.longest_wait)
    assert wait <= rules.longest_wait
    assert wait >= whole / 2
    if asked is None or asked <= wait:
        assert wait <= max(whole, asked or whole)
    else:
        assert wait == rules.longest_wait


def test_waits_differ_so_that_what_failed_together_comes_apart() -> None:
    random = SeededRandomness()
    waits = {Rules().wait(5, random) for _ in range(100)}
    assert len(waits) > 95
