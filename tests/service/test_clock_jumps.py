"""The clock of the machine is set, or stands, under a working service.

What comes first is what the log has first: times in it may go back, its numbers never. Ids stay unique. What
waits for its next try is tried once more at a jump and no more, schedules go on and fire once for each time,
and an alert says what happened.
"""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from gateway.ledger.leaf import Leaf, read_leaf
from gateway.service.connection.client import ask
from gateway.service.connection.frames import Request
from gateway.service.connection.local_socket import connected
from gateway.store.alerts import open_alerts
from gateway.store.columns import moment_of
from gateway.store.tables import LedgerLeaf, Step
from tests.processes import Running, Starter
from tests.service.planted import looking, serving
from tests.service.programs.planting import TICK

FILES = 6
HOUR, YEAR = 3600, 365 * 24 * 3600
JUMPS = (f"-{HOUR}", f"+{YEAR}", "+0")  # back by an hour; forward by a year and an hour; back by a year


class Clocked:
    """A service whose clock a test sets, and what it does."""

    def __init__(self, processes: Starter, root: Path, words: str = "") -> None:
        self.root = root
        self.ids: list[str] = []
        self._file = root.parent / "clock"
        self.set("+0")
        more = f",{words}" if words else ""
        self.running: Running = serving(processes, root, f"clock={self._file}{more}")

    def set(self, to: str) -> None:
        """Set the clock, in one step as the system does."""
        aside = self._file.with_suffix(".new")
        aside.write_text(to, encoding="utf-8")
        aside.rename(self._file)

    def receive(self, count: int) -> None:
        """Hand over files, one after the other."""
        for _ in range(count):
            name = f"order-{len(self.ids)}.850"
            link = connected(self.root / "var")
            assert link is not None, "the service ended"
            with link:
                answer = ask(link, Request("receive", {"channel": "acorn", "file": name}), [name.encode()])
            self.ids.append(str(answer["message"]))

    def tries(self) -> Counter[str]:
        """How often each step was tried in vain."""
        noted = self._file.with_name("clock.tried")
        return Counter(noted.read_text(encoding="utf-8").split() if noted.exists() else [])

    def fires(self) -> list[datetime]:
        """The times for which the schedule put a step into the queue, in the order in which it did."""
        with looking(self.root) as connection:
            wanted = select(col(Step.dedupe)).where(col(Step.kind) == TICK).order_by(col(Step.n))
            found = connection.execute(wanted).scalars()
            return [moment_of(str(each).partition("@")[2]) for each in found]

    def jumps(self) -> int:
        """How often the alert says that the clock was set."""
        with looking(self.root) as connection:
            return sum(each.times for each in open_alerts(connection) if each.code == "clock-jumped")

    def leaves(self) -> list[Leaf]:
        """The log."""
        with looking(self.root) as connection:
            bodies = connection.execute(select(col(LedgerLeaf.body)).order_by(col(LedgerLeaf.n)))
            return [read_leaf(each) for each in bodies.scalars()]

    def until(self, happened: Callable[[], bool], what: str) -> None:
        """Wait until it is so."""
        self.running.wait_until(happened, what=what)

    def settled(self, jump: int) -> None:
        """Wait until a jump was seen, each step was tried again, and the schedule fired twice since."""
        self.until(lambda: self.jumps() >= jump, "an alert")
        before = len(self.fires())
        self.until(lambda: len(self.tries()) == FILES, "a try")
        self.until(lambda: min(self.tries().values()) > jump, "another try")
        self.until(lambda: len(self.fires()) >= before + 2, "a schedule that goes on")


def jumped(processes: Starter, root: Path, words: str) -> list[Counter[str]]:
    """How often steps were tried before the clock was set, and after each time."""
    clocked = Clocked(processes, root, words)
    clocked.receive(FILES)
    clocked.until(lambda: len(clocked.tries()) == FILES, "the first tries")
    found = [clocked.tries()]
    for number, jump in enumerate(JUMPS, 1):
        clocked.set(jump)
        if words:
            clocked.until(lambda: max(clocked.tries().values()) > 2 * len(JUMPS), "a storm")
            return [*found, clocked.tries()]
        clocked.settled(number)
        found.append(clocked.tries())
    return found


def test_steps_that_wait_are_tried_once_more_at_a_jump_and_no_more(processes: Starter, root: Path) -> None:
    before, *after = jumped(processes, root, "")
    assert set(before.values()) == {1}
    assert [set(each.values()) for each in after] == [{2}, {3}, {4}]


def test_a_storm_of_tries_is_seen(processes: Starter, root: Path) -> None:
    before, after = jumped(processes, root, "stormy")
    assert max((after - before).values()) > 1


def test_the_log_has_things_in_the_order_in_which_they_came(processes: Starter, root: Path) -> None:
    clocked = Clocked(processes, root)
    began = datetime.now(UTC)
    frozen = began - timedelta(minutes=30)
    for jump in ("+0", f"-{HOUR}", f"+{YEAR}", f"={frozen.isoformat()}"):
        clocked.set(jump)
        clocked.receive(2)
    clocked.set("+0")
    fires = clocked.fires()
    clocked.until(lambda: len(clocked.fires()) >= len(fires) + 2, "a schedule that goes on")
    checked = processes.gateway("ledger", "verify", "--deep", folder=root)
    assert checked.wait() == 0, checked.out + checked.err
    clocked.running.signal(signal.SIGTERM)
    assert clocked.running.wait() == 0

    received = [each for each in clocked.leaves() if each.what == "message-received"]
    assert [each.message for each in received] == clocked.ids
    assert len(set(clocked.ids)) == len(clocked.ids) == 8
    times = [moment_of(each.at) for each in received]
    assert times != sorted(times)
    assert [each for each in times if each == frozen] == [frozen, frozen]
    fires = clocked.fires()
    assert len(set(fires)) == len(fires)
    passed = (datetime.now(UTC) - began).total_seconds()
    assert len(fires) <= passed + 2 * len(JUMPS) + 2  # none is made up for a time that never was


@pytest.mark.one_in(2)
@pytest.mark.parametrize("by", [timedelta(seconds=9), timedelta(seconds=-9)])
def test_a_clock_that_is_moved_by_little_is_no_alert(processes: Starter, root: Path, by: timedelta) -> None:
    clocked = Clocked(processes, root)
    clocked.set(f"{by.total_seconds():+}")
    before = len(clocked.fires())
    clocked.until(lambda: len(clocked.fires()) >= before + 2, "a schedule that goes on")
    assert clocked.jumps() == 0
