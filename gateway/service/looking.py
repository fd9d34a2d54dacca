"""A workspace looked at without changing anything, with what opens what is sealed in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from gateway.service.around import Surroundings, refuse_without_store
from gateway.service.parts import parts_of
from gateway.settings import Settings, read_settings
from gateway.store.payloads.message_keys import MessageKeys
from gateway.store.payloads.vault import Vault
from gateway.store.store import VAULT, Parts
from gateway.store.verifying.opened import DeepMeans
from gateway.workspace import VAR


@dataclass(frozen=True, slots=True)
class Looking:
    """The database of a moment, and the keys and the vault of the workspace."""

    connection: Connection
    means: DeepMeans


@contextmanager
def looking(root: Path, around: Surroundings) -> Iterator[Looking]:
    """A workspace to look at; a service may run meanwhile. Raises `GatewayError` where it cannot be read."""
    with reading(root, read_settings(root), around) as (parts, connection):
        yield Looking(connection, means_of(parts))


@contextmanager
def reading(root: Path, settings: Settings, around: Surroundings) -> Iterator[tuple[Parts, Connection]]:
    """The parts of a workspace, and its database to read."""
    refuse_without_store(root / VAR)  # else a key is asked for that nobody has made
    parts = parts_of(root, settings, around)
    try:
        with parts.database.reading() as connection:
            yield parts, connection
    finally:
        parts.database.close()


def means_of(parts: Parts) -> DeepMeans:
    """What opens what is sealed."""
    keys = MessageKeys(parts.workspace_keys, parts.random)
    return DeepMeans(keys, Vault(parts.folder / VAULT, parts.disk, parts.random))
