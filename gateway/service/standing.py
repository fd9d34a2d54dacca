"""The status of a workspace, counted in its database."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, func, select
from sqlmodel import col

from gateway.service.around import Surroundings
from gateway.service.parts import database_of
from gateway.service.status_form import Status
from gateway.settings import read_settings
from gateway.store.database import Database
from gateway.store.disk import Disk
from gateway.store.queue.operators import count_steps
from gateway.store.tables import Alert, Checkpoint, LedgerLeaf, Message
from gateway.workspace import VAR


def standing_of(root: Path, around: Surroundings, running: bool) -> Status:
    """The status of a workspace from another process than its service."""
    database = database_of(root, read_settings(root), around)
    try:
        return standing(database, around.disk, root / VAR, running)
    finally:
        database.close()


def standing(database: Database, disk: Disk, folder: Path, running: bool) -> Status:
    """The status as an open database has it; `folder` is the `var/` of the workspace."""
    with database.reading() as connection:
        last = connection.execute(select(func.max(col(LedgerLeaf.n)))).scalar_one_or_none()
        space = disk.space(folder)
        return Status(
            running=running,
            messages=connection.execute(select(func.count()).select_from(Message)).scalar_one(),
            leaves=0 if last is None else last + 1,
            checkpoint=connection.execute(select(func.max(col(Checkpoint.size)))).scalar_one_or_none(),
            steps={state: count for state, count in count_steps(connection).items() if count},
            alerts=_open_alerts(connection),
            disk_free=space.free,
            disk_total=space.total,
            remark=database.remark,
        )


def _open_alerts(connection: Connection) -> dict[str, int]:
    open_ones = select(col(Alert.severity), func.count()).where(col(Alert.acknowledged_at).is_(None))
    rows = connection.execute(open_ones.group_by(col(Alert.severity))).all()
    return {word: count for word, count in rows}  # noqa: C416 - rows are no pairs to the type checker
