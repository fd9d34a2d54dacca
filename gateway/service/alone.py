"""A command carried out in its own process, where no service runs; the lock of the workspace must be held."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.errors import StorageDoubtError
from gateway.service.commands import COMMANDS
from gateway.service.frames import Answer, Request
from gateway.service.opening import Surroundings, parts_of, user_of
from gateway.store.store import Store, open_store


def done_alone(root: Path, request: Request, parts: Iterable[bytes], around: Surroundings) -> Answer:
    """The answer to a command, when what it changed is durable. Raises `GatewayError`."""
    with opened(root, around) as store:
        return COMMANDS[request.command](store, request.arguments, user_of(os.geteuid()), parts)


@contextmanager
def opened(root: Path, around: Surroundings) -> Iterator[Store]:
    """The store of a workspace, for one command."""
    store = open_store(parts_of(root, around), _told_by_the_answer)
    try:
        yield store
    finally:
        store.close()


def _told_by_the_answer(doubt: StorageDoubtError) -> None:
    """A command ends with the fault anyway."""
