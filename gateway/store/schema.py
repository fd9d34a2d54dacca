"""The version of the tables: made anew, brought up to date, compared with what this gateway needs."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from gateway.errors import StoreError
from gateway.store.tables import METADATA

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(connection: Connection) -> tuple[str | None, str]:
    """Bring the tables up to date in one transaction, and say from which version to which.

    Raises `StoreError` when they are of a later version of the gateway.
    """
    before, newest = version_of(connection), newest_version()
    if before is not None:
        _check_known(before)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    return before, newest


def version_of(connection: Connection) -> str | None:
    """The version of the tables; None where there are none."""
    return MigrationContext.configure(connection).get_current_revision()


def newest_version() -> str:
    """The version that this gateway needs."""
    newest = _steps().get_current_head()
    if newest is None:
        raise StoreError("This gateway lacks the steps that make its tables; install it anew")
    return newest


def differences(connection: Connection) -> list[object]:
    """What distinguishes the tables of a database from those that the code describes."""
    return list(compare_metadata(MigrationContext.configure(connection), METADATA))


def _check_known(version: str) -> None:
    if version not in {step.revision for step in _steps().walk_revisions()}:
        raise StoreError(
            f"The database was written by a later version of the gateway (its tables are {version}, this one "
            f"knows up to {newest_version()}); start that version"
        )


def _steps() -> ScriptDirectory:
    return ScriptDirectory(str(MIGRATIONS))
