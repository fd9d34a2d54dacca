"""The gateway looks after itself: what would be a fault tomorrow is an alert today.

What lasts counts up one alert, as the same thing again does, until somebody acknowledges it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import Connection, func, select
from sqlmodel import col

from gateway.ledger.leaf import read_leaf
from gateway.secrets import Secret, open_to_others
from gateway.service.opened import Opened
from gateway.settings import Settings
from gateway.store.alerts import Alert, alert, raise_alert
from gateway.store.columns import moment_of
from gateway.store.control_numbers.history import Gap, gaps
from gateway.store.queue.steps import Leased
from gateway.store.room import MIB
from gateway.store.tables import Checkpoint, Epoch, LedgerLeaf
from gateway.store.writing.leaf_rows import extent_of
from gateway.store.writing.transaction import Change, Transaction

CHECK_UP = "check-up"
DAILY_CHECK_UP = "daily-check-up"
EVERY = timedelta(minutes=15)
LATE = timedelta(minutes=15)  # a checkpoint that waits for its turn so long is not overdue
MOST_STREAMS = 20
MOST_GAPS = 5


@dataclass(frozen=True, slots=True)
class CheckUp:
    """The handler of steps `check-up` and `daily-check-up`. `since`: the monotonic time of the start."""

    opened: Opened
    since: float

    def often(self, step: Leased) -> Change[object]:
        """Look at the disk, at the files of keys, and at how far checkpoints reach."""
        with self.opened.store.database.reading() as connection:
            overdue = [*self._checkpoint(connection)]
        return self._told([*self._disk(), *self._keys(), *overdue])

    def daily(self, step: Leased) -> Change[object]:
        """Look at what takes longer: all control numbers, and the last backup."""
        with self.opened.store.database.reading() as connection:
            return self._told([*_numbers(connection), *self._backup(connection)])

    def _told(self, found: list[Alert]) -> Change[object]:
        def change(transaction: Transaction) -> None:
            for each in found:
                raise_alert(transaction, each, self.opened.notices)

        return change

    def _disk(self) -> Iterator[Alert]:
        parts = self.opened.store.parts
        space = parts.disk.space(parts.folder)
        mark = parts.low_water.of(space.total)
        if space.free < 2 * mark:
            free, least = (f"{count // MIB:,} MiB" for count in (space.free, mark))
            yield alert("disk-low", "var", f"{free} are free; when less than {least} are, files are refused.")

    def _keys(self) -> Iterator[Alert]:
        for secret in secrets_of(self.opened.settings):
            if open_to_others(secret, self.opened.root):
                yield alert("key-file-open", str(secret.file), f"Run: chmod 600 {secret.file}")

    def _checkpoint(self, connection: Connection) -> Iterator[Alert]:
        """Whether the oldest leaf that no checkpoint has is too old; a new process first makes one."""
        clock, minutes = self.opened.around.clock, self.opened.settings.ledger.checkpoint_minutes
        patience = LATE + 2 * timedelta(minutes=minutes)
        if clock.monotonic() - self.since < LATE.total_seconds():
            return
        extent = extent_of(connection)
        newest = select(func.max(col(Checkpoint.size))).where(col(Checkpoint.epoch) == extent.epoch)
        size = connection.execute(newest).scalar_one() or 0
        body = connection.execute(select(col(LedgerLeaf.body)).where(col(LedgerLeaf.n) == size))
        oldest = body.scalar_one_or_none()
        if oldest is not None and clock.now() - moment_of(read_leaf(oldest).at) > patience:
            text = f"No checkpoint has the {extent.size - size:,} leaves since {read_leaf(oldest).at}."
            yield alert("checkpoint-overdue", f"epoch {extent.epoch}", text)

    def _backup(self, connection: Connection) -> Iterator[Alert]:
        days = self.opened.settings.alerts.backup_days
        if not days:
            return
        last = _last_backup(connection)
        if self.opened.around.clock.now() - last > timedelta(days=days):
            text = f"None was taken by `gateway backup` since {last:%Y-%m-%d}."
            yield alert("backup-overdue", "store", text)


def secrets_of(settings: Settings) -> Iterator[Secret]:
    """Every secret that the settings name."""
    yield from (settings.keys.workspace, *settings.keys.earlier, settings.ledger.signing_key)
    mail = settings.alerts.mail
    for each in (settings.store.password, None if mail is None else mail.password):
        if each is not None:
            yield each


def _numbers(connection: Connection) -> Iterator[Alert]:
    """One alert for each stream with a gap, and of the first streams alone."""
    by_stream = groupby(gaps(connection), key=lambda gap: gap.key)
    for (key, found), _ in zip(by_stream, range(MOST_STREAMS), strict=False):
        told = [_gap_told(each) for each in found]
        more = f", and {len(told) - MOST_GAPS} more" if len(told) > MOST_GAPS else ""
        yield alert("control-numbers-gap", str(key), f"{', '.join(told[:MOST_GAPS])}{more}")


def _gap_told(gap: Gap) -> str:
    numbers = str(gap.first) if gap.first == gap.last else f"{gap.first} to {gap.last}"
    return f"{numbers} of cycle {gap.cycle}: {gap.fault}"


def _last_backup(connection: Connection) -> datetime:
    """When a backup was taken last: of this epoch, which begins with a new store or a restored backup."""
    opened, first = connection.execute(
        select(col(Epoch.opened_at), col(Epoch.first_leaf)).order_by(col(Epoch.number).desc()).limit(1)
    ).one()
    leaves = select(col(LedgerLeaf.body)).where(
        col(LedgerLeaf.message_id).is_(None), col(LedgerLeaf.n) >= first
    )
    taken = (read_leaf(body) for body in connection.execute(leaves).scalars())
    times = [moment_of(leaf.at) for leaf in taken if leaf.what == "backup-taken"]
    return max([opened, *times])
