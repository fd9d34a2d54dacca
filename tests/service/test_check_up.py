"""The gateway looks after itself: what it tells of in time, and what it leaves alone."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace as changed
from sqlalchemy import delete
from sqlmodel import col

from gateway.errors import StorageFullError, TamperedError
from gateway.service.alerting.check_up import DAILY_CHECK_UP, LATE, CheckUp
from gateway.service.alone import opened
from gateway.service.around import Surroundings
from gateway.service.commands.operating import set_numbers, take_backup, take_number
from gateway.service.connection.frames import Json
from gateway.service.opened import Opened
from gateway.service.work.handlers import handlers, schedules
from gateway.service.work.key_reading import READ_KEYS
from gateway.settings.forms import Alerts
from gateway.store.alerts import OpenAlert, open_alerts
from gateway.store.disk import Disk, Space
from gateway.store.queue.steps import Leased
from gateway.store.receiving import Arrival
from gateway.store.room import MIB
from gateway.store.surroundings import SystemClock, SystemRandomness
from gateway.store.tables import ControlNumberUse
from tests.clocks import NOON, FakeClock
from tests.store.stores import ME

HOUR, DAY = 3600.0, 86_400.0
STREAM: dict[str, Json] = {"sender": "ZZ/ACORN", "receiver": "ZZ/AMAZON", "function": "interchange"}
STEP = Leased(1, "", "", {}, None, None, 0, NOON, None, 0, 0, 0, 1)


class SmallDisk(Disk):
    """A disk of 100 GiB, with as much room as a test says."""

    free = 50 * 1024 * MIB

    def space(self, path: Path) -> Space:
        return Space(100 * 1024 * MIB, self.free, None)


@dataclass(frozen=True)
class Looked:
    """A workspace that a service has open since just now."""

    opened: Opened
    clock: FakeClock
    disk: SmallDisk
    check_up: CheckUp

    def often(self) -> list[tuple[str, str]]:
        """The alerts that are open after a look at what can be looked at often."""
        self.opened.store.writer.do(self.check_up.often(STEP))
        return self.alerts()

    def daily(self) -> list[tuple[str, str]]:
        """The same after a look at the rest."""
        self.opened.store.writer.do(self.check_up.daily(STEP))
        return self.alerts()

    def alerts(self) -> list[tuple[str, str]]:
        return [(each.code, each.about) for each in self.all_of_them()]

    def text(self) -> str:
        (found,) = self.all_of_them()
        return found.text

    def all_of_them(self) -> tuple[OpenAlert, ...]:
        with self.opened.store.database.reading() as connection:
            return open_alerts(connection)


@pytest.fixture
def looked(root: Path) -> Iterator[Looked]:
    clock, disk = FakeClock(SystemClock().now()), SmallDisk()
    with opened(root, Surroundings(os.environ, clock, SystemRandomness(), disk)) as made:
        yield Looked(made, clock, disk, CheckUp(made, clock.monotonic()))


def test_a_new_workspace_has_nothing_to_tell(looked: Looked) -> None:
    assert looked.often() == []
    assert looked.daily() == []


def test_a_disk_that_fills_up_is_told_before_files_are_refused(looked: Looked) -> None:
    looked.disk.free = 10 * 1024 * MIB  # 5 % are kept free
    assert looked.often() == []
    looked.disk.free -= MIB
    assert looked.often() == [("disk-low", "var")]
    assert looked.text() == "10,239 MiB are free; when less than 5,120 MiB are, files are refused."
    looked.often()
    assert looked.all_of_them()[0].times == 2


@pytest.mark.parametrize("name", ["workspace.key", "ledger.key"])
def test_a_key_that_others_may_read_is_told(looked: Looked, name: str) -> None:
    path = looked.opened.root / "var/keys" / name
    path.chmod(0o640)
    assert looked.often() == [("key-file-open", f"var/keys/{name}")]
    assert looked.text() == f"Run: chmod 600 var/keys/{name}"


def test_leaves_that_no_checkpoint_has_are_told_when_they_are_old(looked: Looked) -> None:
    looked.clock.advance(2 * HOUR)
    assert looked.often() == []
    looked.clock.advance(LATE.total_seconds())
    assert looked.often() == [("checkpoint-overdue", "epoch 1")]
    assert looked.text().startswith("No checkpoint has the 2 leaves since 20")
    before = looked.all_of_them()[0].id
    looked.opened.store.writer.do(handlers(looked.opened, threading.Event())["make-checkpoint"](STEP))
    looked.opened.store.intake.receive(Arrival("amazon", ME), [b"ISA*00"])
    looked.often()
    assert [(each.id, each.times) for each in looked.all_of_them()] == [(before, 1)]


def test_a_service_that_was_off_for_long_first_makes_its_checkpoint(looked: Looked) -> None:
    looked.clock.advance(10 * DAY)
    late = replace(looked.check_up, since=looked.clock.monotonic())
    looked.opened.store.writer.do(late.often(STEP))
    assert looked.alerts() == []


def test_control_numbers_that_are_missing_are_told_by_their_stream(looked: Looked) -> None:
    for turn in range(9):
        take_number(looked.opened, {**STREAM, "reason": "by hand", "new": turn == 0}, ME, ())
    assert looked.daily() == []
    gone = delete(ControlNumberUse).where(col(ControlNumberUse.first).in_([2, 3, 6]))
    looked.opened.store.writer.do(lambda transaction: transaction.connection.execute(gone))
    assert looked.daily() == [("control-numbers-gap", "interchange numbers from ZZ/ACORN to ZZ/AMAZON")]
    assert looked.text() == "2 to 3 of cycle 1: missing, 6 of cycle 1: missing"


def test_of_many_gaps_the_first_are_told(looked: Looked) -> None:
    for following in range(10, 90, 10):
        set_numbers(
            looked.opened, {**STREAM, "next": following, "reason": "skipped", "new": following == 10}, ME, ()
        )
    gone = delete(ControlNumberUse).where(col(ControlNumberUse.first).in_([10, 20, 30, 40, 50, 60, 70]))
    looked.opened.store.writer.do(lambda transaction: transaction.connection.execute(gone))
    looked.daily()
    assert len(looked.text()) < 300


def test_a_backup_that_nobody_took_is_told(looked: Looked, tmp_path: Path) -> None:
    looked.clock.advance(6 * DAY)
    assert looked.daily() == []
    looked.clock.advance(DAY)
    assert looked.daily() == [("backup-overdue", "store")]
    looked.clock.advance(DAY)
    take_backup(looked.opened, {"folder": str(tmp_path / "backup")}, ME, ())
    looked.clock.advance(6 * DAY)
    looked.daily()
    assert looked.all_of_them()[0].times == 1


def test_where_others_take_backups_none_is_missed(looked: Looked) -> None:
    looked.clock.advance(1000 * DAY)
    settings = changed(looked.opened.settings, alerts=Alerts(backup_days=0))
    check_up = CheckUp(replace(looked.opened, settings=settings), 0)
    looked.opened.store.writer.do(check_up.daily(STEP))
    assert looked.alerts() == []


def test_a_backup_without_room_is_told(looked: Looked, tmp_path: Path) -> None:
    looked.disk.free = MIB
    with pytest.raises(StorageFullError):
        take_backup(looked.opened, {"folder": str(tmp_path / "backup")}, ME, ())
    assert looked.alerts() == [("backup-failed", "store")]
    assert "1.0 MiB are free" in looked.text()


def test_a_file_that_is_not_what_was_kept_is_told(looked: Looked) -> None:
    large = looked.opened.settings.limits.inline_bytes + 1
    message = looked.opened.store.intake.receive(Arrival("amazon", ME), [bytes(large)]).message
    (file,) = [each for each in (looked.opened.root / "var/vault").rglob("*") if each.is_file()]
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(TamperedError):
        handlers(looked.opened, threading.Event())[READ_KEYS](replace(STEP, kind=READ_KEYS, message=message))
    assert looked.alerts() == [("payload-damaged", message)]


def test_it_is_done_by_itself(looked: Looked) -> None:
    """By handlers that are there, at times of their own."""
    made = {each.name: each for each in schedules(looked.opened.settings)}
    assert {"check-up", DAILY_CHECK_UP} <= set(made)
    assert made["check-up"].every == timedelta(minutes=15)
    assert {each.kind for each in made.values()} <= set(handlers(looked.opened, threading.Event()))
