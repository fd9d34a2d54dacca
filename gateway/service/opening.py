"""What a workspace keeps, put together as its settings say."""

from __future__ import annotations

import os
import pwd
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from gateway.errors import UsageError
from gateway.ports import Clock, Randomness
from gateway.secrets import Secret, read_secret
from gateway.settings import Settings, read_settings
from gateway.store.database import Database, PostgresqlDatabase, SqliteDatabase
from gateway.store.disk import Disk
from gateway.store.keys import NamedText, WorkspaceKeys
from gateway.store.people import Who
from gateway.store.room import LowWater
from gateway.store.store import Parts
from gateway.store.surroundings import SystemClock, SystemRandomness
from gateway.workspace import Workspace
from gateway.workspace_making import is_unfinished

SQLITE = "sqlite"
DATABASE_FILE = "gateway.db"
USER = "user"


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


def database_of(root: Path, settings: Settings, around: Surroundings) -> Database:
    """The database that the settings name; nothing is opened yet."""
    store = settings.store
    if store.database == SQLITE:
        return SqliteDatabase(root / "var" / DATABASE_FILE, store.busy_seconds)
    url = make_url(store.database).set(drivername="postgresql+psycopg")
    if store.password is not None:
        url = url.set(password=read_secret(store.password, root, around.environment).reveal())
    return PostgresqlDatabase(url, around.random, store.busy_seconds)


def parts_of(root: Path, around: Surroundings) -> Parts:
    """The parts of the store of a workspace. Raises `DataFileError` or `UsageError` for its settings."""
    settings = read_settings(root)
    keys = WorkspaceKeys.read(
        _named(settings.keys.workspace, root, around),
        [_named(each, root, around) for each in settings.keys.earlier],
        around.random,
    )
    limits = settings.limits
    return Parts(
        folder=root / "var",
        database=database_of(root, settings, around),
        workspace_keys=keys,
        clock=around.clock,
        random=around.random,
        disk=around.disk,
        log_name=settings.ledger.name,
        inline_bytes=limits.inline_bytes,
        largest_file=limits.largest_file,
        low_water=LowWater(limits.free_disk_percent, limits.free_disk_bytes),
    )


def user_of(uid: int) -> Who:
    """A user of the operating system, by name where there is one."""
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        name = str(uid)
    return Who(USER, name)


def _named(secret: Secret, root: Path, around: Surroundings) -> NamedText:
    return NamedText(secret.env or secret.file or "", read_secret(secret, root, around.environment).reveal())
