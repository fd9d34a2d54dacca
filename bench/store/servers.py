"""A PostgreSQL server for the bench: the one that the tests use, where its programs are installed and run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from tests.postgresql import Server


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of an empty database, on a server that waits for the disk; "" where there is none."""
    try:
        server = Server.new()
    except pytest.skip.Exception:
        yield ""
        return
    with closing(server), server.database() as url:
        yield url
