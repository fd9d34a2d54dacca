"""Where a restored store is put: whether there is room for one, and the one step by which it is there."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, exists, select
from sqlmodel import col

from gateway.store import schema
from gateway.store.backup.snapshot import pour, quoted
from gateway.store.database import Database
from gateway.store.disk import Disk
from gateway.store.tables import METADATA, Checkpoint, ControlNumberStream, Epoch, Message, Step

BESIDE = ("", "-wal", "-shm")
TRACES = (col(Message.id), col(Step.id), col(ControlNumberStream.id), col(Checkpoint.epoch))
"""Of these a store that was only made has no row; what has one is known outside, or may be."""


def is_live(database: Database) -> bool:
    """Whether the database holds a store that carried something, or one of a later version.

    A store that was only made, as by `gateway init`, is not: nobody outside knows of it.
    """
    if database.file is not None and not database.file.exists():
        return False
    with database.reading() as connection:
        version = schema.version_of(connection)
        if version is None:
            return False
        if version != schema.newest_version():
            return True
        restored = select(col(Epoch.number)).where(col(Epoch.number) > 1)
        asked = (restored, *(select(trace) for trace in TRACES))
        return any(connection.execute(select(exists(each))).scalar_one() for each in asked)


def put_in_place(staged: Path, database: Database, disk: Disk) -> None:
    """Make the staged file the database; what stands there is not live, and goes."""
    database.close()
    if database.file is not None:
        _rename(staged, database.file, disk)
    else:
        _pour(staged, database)


def _rename(staged: Path, path: Path, disk: Disk) -> None:
    """A log that an earlier file left would be taken for that of the new one, so it goes before."""
    for ending in BESIDE:
        disk.remove(path.with_name(path.name + ending))
    disk.sync_folder(path.parent)
    disk.rename(staged, path)
    disk.sync_folder(path.parent)


def _pour(staged: Path, database: Database) -> None:
    with database.writing() as connection:
        _drop(connection)
        schema.upgrade(connection)
        pour(staged, connection)


def _drop(connection: Connection) -> None:
    for table in (*METADATA.tables, "alembic_version"):
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {quoted(table)} CASCADE")
    connection.exec_driver_sql("DROP FUNCTION IF EXISTS ledger_leaf_guard()")
