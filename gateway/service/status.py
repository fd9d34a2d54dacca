"""How things stand in a workspace, without changing anything."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, func, select
from sqlalchemy.orm import Mapped
from sqlmodel import col

from gateway.service.local_socket import connected
from gateway.service.opening import Surroundings, database_of
from gateway.settings import read_settings
from gateway.store.tables import Alert, Checkpoint, LedgerLeaf, Message, Step


@dataclass(frozen=True, slots=True)
class Status:
    """`steps` and `alerts` count by state and severity; the disk is that of `var/`, in bytes."""

    running: bool
    messages: int
    leaves: int
    checkpoint: int | None
    steps: dict[str, int]
    alerts: dict[str, int]
    disk_free: int
    disk_total: int
    remark: str | None


def status_of(root: Path, around: Surroundings) -> Status:
    """The status of a workspace. Raises `GatewayError` when its settings or its database cannot be read."""
    link = connected(root / "var")
    if link is not None:
        link.close()
    database = database_of(root, read_settings(root), around)
    try:
        with database.reading() as connection:
            last = connection.execute(select(func.max(col(LedgerLeaf.n)))).scalar_one_or_none()
            space = around.disk.space(root / "var")
            return Status(
                running=link is not None,
                messages=connection.execute(select(func.count()).select_from(Message)).scalar_one(),
                leaves=0 if last is None else last + 1,
                checkpoint=connection.execute(select(func.max(col(Checkpoint.size)))).scalar_one_or_none(),
                steps=_counted(connection, col(Step.state), col(Step.state) != "done"),
                alerts=_counted(connection, col(Alert.severity), col(Alert.acknowledged_at).is_(None)),
                disk_free=space.free,
                disk_total=space.total,
                remark=database.remark,
            )
    finally:
        database.close()


def _counted(connection: Connection, column: Mapped[str], which: ColumnElement[bool]) -> dict[str, int]:
    rows = connection.execute(select(column, func.count()).where(which).group_by(column)).all()
    return {word: count for word, count in rows}  # noqa: C416 - rows are no pairs to the type checker
