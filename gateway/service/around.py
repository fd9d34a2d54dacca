"""The world outside of a process, and the workspace it is in: what every command of the service begins with.

Nothing here loads the store, so that a command whose work the service does starts quickly.
"""

from __future__ import annotations

import os
import pwd
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gateway.errors import StoreError, UsageError
from gateway.ports import Clock, Randomness
from gateway.store.disk import Disk
from gateway.store.surroundings import SystemClock, SystemRandomness
from gateway.workspace import DATABASE_FILE, Workspace
from gateway.workspace_making import is_unfinished

KEYS = "keys"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The world outside, as a process sees it; tests hand in others."""

    environment: Mapping[str, str]
    clock: Clock
    random: Randomness
    disk: Disk


def real_surroundings() -> Surroundings:
    """Those of this process."""
    return Surroundings(os.environ, SystemClock(), SystemRandomness(), Disk())


def workspace_root(start: Path) -> Path:
    """The folder of the workspace around `start`. Raises `UsageError` when there is none, or half of one."""
    root = Workspace.around(start).root
    if root is None:
        raise UsageError("This folder lies in no workspace; make one with `gateway init DIR`, and work in it")
    if is_unfinished(root):
        raise UsageError(f"The workspace {root} is not whole; `gateway init {root}` makes the rest")
    return root


def refuse_without_store(folder: Path) -> None:
    """Raises `UsageError` when there is no store in `var/`, as in a workspace that holds files alone."""
    if not (folder / KEYS).exists() and not (folder / DATABASE_FILE).exists():
        raise UsageError(
            f"{folder.parent} has no store; make a workspace with one by `gateway init DIR`, and work in it"
        )


def refuse_other_owner(folder: Path) -> None:
    """Raises `UsageError` when `var/` is another user's, who could not read what this process would write."""
    refuse_without_store(folder)
    try:
        owner = folder.stat().st_uid
    except OSError as error:
        raise StoreError(f"{folder} cannot be looked at: {error.strerror}; check who owns it") from error
    if owner != os.geteuid():
        raise UsageError(f"This workspace belongs to {user_name(owner)}; run the command as that user")


def user_name(uid: int) -> str:
    """The name of a user of the operating system; its number where it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
