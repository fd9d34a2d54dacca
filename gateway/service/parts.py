"""What a workspace keeps, put together as its settings say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import make_url

from gateway.errors import TamperedError, UsageError
from gateway.ledger.ed25519 import public_key
from gateway.ledger.notes import SigningKey
from gateway.secrets import Secret, read_secret
from gateway.service.around import Surroundings, user_name
from gateway.settings import Settings
from gateway.store.database import Database
from gateway.store.payloads.keys import NamedText, WorkspaceKeys
from gateway.store.people import Who
from gateway.store.postgresql import PostgresqlDatabase
from gateway.store.room import LowWater
from gateway.store.sqlite import SqliteDatabase
from gateway.store.store import Parts
from gateway.workspace import DATABASE_FILE, VAR

SQLITE = "sqlite"
USER = "user"


def database_of(root: Path, settings: Settings, around: Surroundings) -> Database:
    """The database that the settings name; nothing is opened yet."""
    store = settings.store
    if store.database == SQLITE:
        return SqliteDatabase(root / VAR / DATABASE_FILE, store.busy_seconds)
    url = make_url(store.database).set(drivername="postgresql+psycopg")
    if store.password is not None:
        url = url.set(password=read_secret(store.password, root, around.environment).reveal())
    return PostgresqlDatabase(url, around.random, store.busy_seconds)


def database_name(settings: Settings) -> str:
    """The database that the settings name, for people; it holds no password."""
    return f"{VAR}/{DATABASE_FILE}" if settings.store.database == SQLITE else settings.store.database


def low_water_of(settings: Settings) -> LowWater:
    """How much of the disk stays free."""
    return LowWater(settings.limits.free_disk_percent, settings.limits.free_disk_bytes)


def signing_seed(root: Path, settings: Settings, environment: Mapping[str, str]) -> bytes:
    """The secret that signs checkpoints. Raises `UsageError` when it cannot be read.

    The name in its file tells people what it is for: an epoch signs under a name of its own.
    """
    text = read_secret(settings.ledger.signing_key, root, environment).reveal()
    try:
        return SigningKey.from_text(text.strip()).seed
    except (TamperedError, ValueError) as fault:
        raise UsageError(f"ledger.signing_key in gateway.yaml names no signing key: {fault}") from None


def parts_of(root: Path, settings: Settings, around: Surroundings) -> Parts:
    """The parts of the store of a workspace. Raises `UsageError` where a secret cannot be read."""
    keys = workspace_keys_of(root, settings, around)
    limits = settings.limits
    return Parts(
        folder=root / VAR,
        database=database_of(root, settings, around),
        workspace_keys=keys,
        clock=around.clock,
        random=around.random,
        disk=around.disk,
        log_name=settings.ledger.name,
        log_public=public_key(signing_seed(root, settings, around.environment)),
        inline_bytes=limits.inline_bytes,
        largest_file=limits.largest_file,
        low_water=low_water_of(settings),
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
