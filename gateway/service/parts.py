"""What a workspace keeps, put together as its settings say."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import make_url

from gateway.secrets import Secret, read_secret
from gateway.service.around import DATABASE_FILE, Surroundings, user_name
from gateway.settings import Settings, read_settings
from gateway.store.database import Database, PostgresqlDatabase, SqliteDatabase
from gateway.store.payloads.keys import NamedText, WorkspaceKeys
from gateway.store.people import Who
from gateway.store.room import LowWater
from gateway.store.store import Parts

SQLITE = "sqlite"
USER = "user"


def database_of(root: Path, settings: Settings, around: Surroundings) -> Database:
    """The database that the settings name; nothing is opened yet."""
    store = settings.store
    if store.database == SQLITE:
        return SqliteDatabase(root / "var" / DATABASE_FILE, store.busy_seconds)
    url = make_url(store.database).set(drivername="postgresql+psycopg")
    if store.password is not None:
        url = url.set(password=read_secret(store.password, root, around.environment).reveal())
    return PostgresqlDatabase(url, around.random, store.busy_seconds)


def database_name(settings: Settings) -> str:
    """The database that the settings name, for people; it holds no password."""
    return f"var/{DATABASE_FILE}" if settings.store.database == SQLITE else settings.store.database


def parts_of(root: Path, around: Surroundings) -> Parts:
    """The parts of the store of a workspace. Raises `DataFileError` or `UsageError` for its settings."""
    settings = read_settings(root)
    keys = workspace_keys_of(root, settings, around)
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


def workspace_keys_of(root: Path, settings: Settings, around: Surroundings) -> WorkspaceKeys:
    """The keys that wrap all others. Raises `UsageError` where one cannot be read."""
    return WorkspaceKeys.read(
        _named(settings.keys.workspace, root, around),
        [_named(each, root, around) for each in settings.keys.earlier],
        around.random,
    )


def user_of(uid: int) -> Who:
    """A user of the operating system, by name where there is one."""
    return Who(USER, user_name(uid))


def _named(secret: Secret, root: Path, around: Surroundings) -> NamedText:
    return NamedText(secret.env or secret.file or "", read_secret(secret, root, around.environment).reveal())
