"""Real services with something planted in them, on either database, and what is in their stores."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection

from gateway.service.around import real_surroundings
from gateway.service.parts import parts_of
from gateway.service.starting import make
from gateway.settings import read_settings
from gateway.store.store import Store, open_store
from tests.processes import Running, Starter

PLANTING = "import sys; from tests.service.programs.planting import run; run(sys.argv[1], sys.argv[2:])"
READY = '"event": "ready"'


def workspace_on(root: Path, url: str) -> Path:
    """A new workspace whose store is in a PostgreSQL database, by the URL that its fixture gave."""
    make(root, real_surroundings(), url.replace("postgresql+psycopg:", "postgresql:"))
    return root


def started(processes: Starter, root: Path, words: str = "") -> Running:
    """A service with these words planted, perhaps not ready yet."""
    return processes.python(PLANTING, words, "serve", folder=root)


def serving(processes: Starter, root: Path, words: str = "") -> Running:
    """A service with these words planted, which takes commands."""
    running = started(processes, root, words)
    running.wait_for_line(READY)
    return running


@contextmanager
def looking(root: Path) -> Iterator[Connection]:
    """The database of a workspace, to read."""
    database = parts_of(root, read_settings(root), real_surroundings()).database
    try:
        with database.reading() as connection:
            yield connection
    finally:
        database.close()


@contextmanager
def opened(root: Path) -> Iterator[Store]:
    """The store of a workspace in which no service runs."""

    def unexpected(doubt: Exception) -> None:
        raise doubt

    store = open_store(parts_of(root, read_settings(root), real_surroundings()), unexpected)
    try:
        yield store
    finally:
        store.close()
