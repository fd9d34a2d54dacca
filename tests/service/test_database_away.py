"""A database that is away for a while is told of when it is back, and a disk in doubt at the next start."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import structlog
from structlog.testing import LogCapture

from gateway.errors import GatewayError, StorageDoubtError, StoreBusyError
from gateway.service.alerting.database_away import ASKED_EVERY, PATIENCE, DatabaseAway
from gateway.service.alerting.doubt import NAME, note_doubt, tell_of_doubt
from gateway.service.alerting.notices import Notices
from gateway.service.alone import opened
from gateway.service.around import real_surroundings
from gateway.settings.forms import Alerts
from gateway.store.alerts import OpenAlert, open_alerts
from gateway.store.disk import Disk, OpenFile
from gateway.store.queue.leased_table import StepQueue
from gateway.store.store import Store, make_store, open_store
from tests.clocks import FakeClock
from tests.store.stores import ME, new_parts


class Watched:
    """A store, and a look at whether it can be written."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.clock = FakeClock()
        self.log = LogCapture()
        log = structlog.wrap_logger(None, [self.log])
        self.away = DatabaseAway(store.writer, self.clock, Notices(Alerts(), StepQueue(), log), log)

    def looks(self, seconds: float) -> None:
        """As the service looks while so much time passes, until each question is answered."""
        for _ in range(round(seconds)):
            self.clock.advance(1)
            self.away.look()
            try:
                self.store.writer.do(lambda transaction: None)
            except GatewayError as fault:
                assert isinstance(fault, StoreBusyError)

    def events(self) -> list[str]:
        return [str(each["event"]) for each in self.log.entries]


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    parts = new_parts(tmp_path)
    make_store(parts, ME)
    store = open_store(parts, lambda doubt: pytest.fail(str(doubt)))
    yield Watched(store)
    store.close()


def alerts(store: Store) -> tuple[OpenAlert, ...]:
    with store.database.reading() as connection:
        return open_alerts(connection)


def test_a_database_that_is_held_for_long_is_told_at_once_in_the_log_and_when_it_is_back(
    watched: Watched, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "gateway.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        watched.away.busy()
        watched.looks(3)
        assert watched.events() == []
        watched.clock.advance(PATIENCE)
        watched.looks(2)
        assert watched.events() == ["database-away"]
    watched.looks(2 * ASKED_EVERY)
    (told,) = alerts(watched.store)
    assert (told.code, told.about, told.times) == ("database-away", "database", 1)
    assert told.text.startswith("For about 3")
    assert watched.events() == ["database-away", "alert"]
    watched.looks(100)
    assert watched.events() == ["database-away", "alert"]
    watched.away.busy()
    watched.looks(100)
    assert alerts(watched.store)[0].times == 1


def test_a_refusal_that_is_soon_over_is_no_alert(watched: Watched) -> None:
    watched.away.busy()
    watched.looks(100)
    assert (alerts(watched.store), watched.events()) == ((), [])


DOUBT = StorageDoubtError("The disk did not confirm that it is kept: Input/output error.\nLook at it.")


def test_a_doubt_is_told_at_the_next_start_and_once(root: Path) -> None:
    around = real_surroundings()
    note_doubt(root / "var", around.disk, DOUBT)
    note_doubt(root / "var", around.disk, DOUBT)
    assert (root / "var" / NAME).stat().st_mode & 0o777 == 0o600
    with opened(root, around) as workspace:
        tell_of_doubt(workspace)
        tell_of_doubt(workspace)
        (told,) = alerts(workspace.store)
    assert (told.code, told.about, told.times) == ("storage-doubt", "var", 1)
    assert told.text == "The disk did not confirm that it is kept: Input/output error. Look at it."
    assert not (root / "var" / NAME).exists()


class BrokenDisk(Disk):
    def open_new(self, path: Path, mode: int = 0o600) -> OpenFile:
        raise StorageDoubtError("it hangs no more, it fails")


def test_a_disk_that_takes_no_note_keeps_nobody(tmp_path: Path) -> None:
    note_doubt(tmp_path, BrokenDisk(), DOUBT)
    assert [*tmp_path.iterdir()] == []


def test_an_empty_note_is_told_all_the_same(root: Path) -> None:
    (root / "var" / NAME).touch()
    with opened(root, real_surroundings()) as workspace:
        tell_of_doubt(workspace)
        assert [each.code for each in alerts(workspace.store)] == ["storage-doubt"]
