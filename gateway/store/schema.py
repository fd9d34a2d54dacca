"""The version of the tables: made anew, brought up to date, compared with what this gateway needs."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from gateway.errors import StoreError
from gateway.store.tables import METADATA

GUARDED = ("UPDATE", "DELETE")
GUARD_OF_POSTGRESQL = 2 | 8 | 16 | 32  # pg_trigger.tgtype: a statement, before DELETE, UPDATE and TRUNCATE
MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(connection: Connection) -> tuple[str | None, str]:
    """Bring the tables up to date in one transaction, and say from which version to which.

    Raises `StoreError` when they are of a later version of the gateway.
    """
    before, newest = version_of(connection), newest_version()
    if before is not None:
        _check_known(before)
    if before == newest:
        return before, newest
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


def damage(connection: Connection) -> list[str]:
    """In words, what the tables of a store lack: columns, indexes, and the guards of the ledger.

    What somebody added beside is no damage.
    """
    kinds = [each[0] if isinstance(each, tuple) else "modify" for each in differences(connection)]
    lacking = sorted({str(kind) for kind in kinds if not str(kind).startswith("remove")})
    found = [f"they are not as this gateway made them: {', '.join(lacking)}"] if lacking else []
    if _guards(connection) < len(GUARDED):
        found.append("what keeps leaves from being changed by accident was taken away")
    return found


def _guards(connection: Connection) -> int:
    """Against how many of the deeds the leaves are guarded."""
    if connection.dialect.name == "sqlite":
        wanted = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ledger_leaf'"
        sources = [str(row[0]).upper() for row in connection.execute(text(wanted))]
        begins = [f"BEFORE {deed} ON LEDGER_LEAF BEGIN SELECT RAISE(ABORT" for deed in GUARDED]
        return sum(any(begin in source for source in sources) for begin in begins)
    wanted = (
        "SELECT count(*) FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
        "WHERE t.tgrelid = 'ledger_leaf'::regclass AND t.tgenabled = 'O' AND p.prosrc LIKE ' BEGIN RAISE %' "
        "AND t.tgtype = :type"
    )
    there = connection.execute(text(wanted), {"type": GUARD_OF_POSTGRESQL}).scalar_one()
    return len(GUARDED) if there else 0


def _check_known(version: str) -> None:
    if version not in {step.revision for step in _steps().walk_revisions()}:
        raise StoreError(
            f"The database was written by a later version of the gateway (its tables are {version}, this one "
            f"knows up to {newest_version()}); start that version"
        )


def _steps() -> ScriptDirectory:
    return ScriptDirectory(str(MIGRATIONS))
