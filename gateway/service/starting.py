"""A new workspace: its folders, settings and keys, and a store with its first leaf."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from pathlib import Path

from gateway.errors import DataFileError, UsageError
from gateway.ledger.ed25519 import KEY_LENGTH
from gateway.ledger.notes import SigningKey
from gateway.samples import sample_files
from gateway.service.around import Surroundings
from gateway.service.parts import parts_of, user_of
from gateway.settings import parse_settings, read_settings
from gateway.settings.text import ledger_name, settings_text
from gateway.store.lock import WorkspaceLock
from gateway.store.payloads.keys import new_workspace_key
from gateway.store.store import is_made, make_store
from gateway.workspace import SETTINGS_FILE, VAR
from gateway.workspace_making import Contents, Made, is_unfinished, make_workspace

STORE = "store"


def make(
    folder: Path, around: Surroundings, database: str | None = None, samples: Sequence[str] = ()
) -> Made:
    """Make a workspace with a store; what a stopped call left is made whole. Raises `GatewayError`.

    A workspace whose settings name a database without a store gets that store. `database` is what
    `store.database` of new settings will say, where that is not the default. `samples` names sample partners
    that a new workspace begins with.
    """
    files = sample_files(samples)
    root = folder.absolute()
    is_there = (root / SETTINGS_FILE).is_file() and not is_unfinished(root)
    if is_there and not samples and _lacks_store(root, around):
        _make_store(root, around)
        return Made((STORE,), finished=True)
    name = ledger_name(socket.gethostname(), root.name)
    if (root / SETTINGS_FILE).is_file():
        name = read_settings(root).ledger.name
    text = settings_text(name, database)
    _judge(text, database)  # before anything is made
    contents = Contents(
        settings=text,
        workspace_key=new_workspace_key(around.random).text(),
        ledger_key=SigningKey(name, around.random.bytes(KEY_LENGTH)).text + "\n",
        samples=files,
    )
    return make_workspace(root, contents, around.disk, lambda: _make_store(root, around))


def _judge(text: str, database: str | None) -> None:
    """Raises `UsageError` for an address of a database, of which no line of a file can be named yet."""
    try:
        parse_settings(text)
    except DataFileError as fault:
        if database is None:
            raise
        raise UsageError(f"--database: {str(fault).partition(': ')[2]}; nothing was made") from fault


def _lacks_store(root: Path, around: Surroundings) -> bool:
    parts = parts_of(root, read_settings(root), around)
    try:
        return not is_made(parts.database)
    finally:
        parts.database.close()


def _make_store(root: Path, around: Surroundings) -> None:
    with WorkspaceLock(root / VAR):
        parts = parts_of(root, read_settings(root), around)
        make_store(parts, user_of(os.getuid()))
        parts.database.close()
