"""The reserve of the service: given back when the disk is full, taken again when it is not, told of once."""

from __future__ import annotations

from pathlib import Path

import pytest
import structlog
from structlog.testing import LogCapture

from gateway.errors import StorageFullError
from gateway.service.room_keeping import NAME, SHARE, RoomKeeper
from gateway.store.disk import Disk, Space
from gateway.store.room import MIB, LowWater

TOTAL = 64 * MIB
SIZE = TOTAL // SHARE
LOW = LowWater(percent=0, least=4 * MIB)


class SmallDisk(Disk):
    """Tells of as much room as a test says, less what the reserve takes."""

    free = 32 * MIB

    def space(self, path: Path) -> Space:
        return Space(TOTAL, self.free, None)


def kept_room(folder: Path, disk: Disk) -> tuple[RoomKeeper, LogCapture]:
    captured = LogCapture()
    log = structlog.wrap_logger(
        structlog.PrintLogger(), processors=[captured], wrapper_class=structlog.BoundLogger
    )
    return RoomKeeper(folder, disk, LOW, log), captured


def events(captured: LogCapture) -> list[str]:
    return [str(entry["event"]) for entry in captured.entries]


def test_a_reserve_is_taken_where_there_is_room(tmp_path: Path) -> None:
    room, captured = kept_room(tmp_path, SmallDisk())
    room.start()
    assert (tmp_path / NAME).stat().st_size == SIZE
    assert events(captured) == []


def test_the_reserve_is_given_back_before_people_are_told(tmp_path: Path) -> None:
    disk = SmallDisk()
    room, captured = kept_room(tmp_path, disk)
    room.start()
    told: list[tuple[str, bool]] = []
    room.tell_by(lambda error: told.append((str(error), (tmp_path / NAME).exists())))
    disk.free = 0
    room.full(StorageFullError("no room for it"))
    room.full(StorageFullError("no room for another"))
    assert told == [("no room for it", False)]
    assert events(captured) == ["disk-full"]


def test_a_refusal_by_the_settings_leaves_the_reserve(tmp_path: Path) -> None:
    disk = SmallDisk()
    room, _ = kept_room(tmp_path, disk)
    room.start()
    disk.free = 3 * MIB
    room.full(StorageFullError("4 MiB stay free by the settings"))
    assert (tmp_path / NAME).exists()
    disk.free = SIZE - 1
    room.full(StorageFullError("nothing is left"))
    assert not (tmp_path / NAME).exists()


@pytest.mark.parametrize(("free", "held"), [(4 * MIB, False), (4 * MIB + SIZE, True)])
def test_it_is_taken_again_when_there_is_room_for_it(free: int, held: bool, tmp_path: Path) -> None:
    disk = SmallDisk()
    room, captured = kept_room(tmp_path, disk)
    room.start()
    disk.free = 0
    room.full(StorageFullError("no room for it"))
    disk.free = free
    room.look()
    room.look()
    assert (tmp_path / NAME).exists() == held
    assert events(captured) == ["disk-full", "disk-has-room"][: 1 + held]


def test_a_disk_that_was_full_before_is_told_of_when_it_can_be(tmp_path: Path) -> None:
    disk = SmallDisk()
    disk.free = 0
    room, _ = kept_room(tmp_path, disk)
    (tmp_path / NAME).write_bytes(bytes(SIZE))
    room.start()
    assert not (tmp_path / NAME).exists()
    told: list[str] = []
    room.tell_by(lambda error: told.append(str(error)))
    assert len(told) == 1
