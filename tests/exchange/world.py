"""A whole exchange in one process, without threads of its own: partners drop files, a test works the rest.

The store, the folders and the parts of the exchange are the real ones. The clock and the chance are the
test's: it says when folders and partner files are looked at, and works the queue until nothing is due.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import structlog
from structlog.typing import EventDict, WrappedLogger

from gateway.service.around import Surroundings
from gateway.service.exchange.exchanging import Exchange
from gateway.service.exchange.in_force import InForce
from gateway.service.opened import open_workspace
from gateway.service.work.handlers import handlers
from gateway.settings import read_settings
from gateway.store.disk import Disk
from gateway.store.ids import new_id
from gateway.store.queue.steps import NewStep
from tests.clocks import FakeClock, SeededRandomness
from tests.exchange.hand_worked import HandWorked
from tests.exchange.sight import Sight

TICK = timedelta(milliseconds=1)
LOOK = 1.0  # seconds between two looks at the folders
AWAY = "-away"
QUIET_LOOKS = 2  # so many in a row with nothing to do end a run


class World(Sight):
    """One workspace and its partners; `close` it."""

    def __init__(self, root: Path, partners: Mapping[str, str], clock: FakeClock | None = None) -> None:
        self.root = root
        self.clock = clock or FakeClock(tick=TICK)
        self.around = Surroundings({}, self.clock, SeededRandomness(5), Disk())
        self.faults: list[Exception] = []
        self.dropped: Counter[str] = Counter()  # by partner
        self.handed_in: Counter[str] = Counter()  # by partner, by another way than a folder
        self.buried_on_purpose: Counter[str] = Counter()  # steps, as `steps` tells of them
        self.expected: tuple[type[Exception], ...] = ()  # faults that a scenario is about
        self.taken_before: Counter[tuple[str, bytes]] = (
            Counter()
        )  # files that left pick-up folders, by partner
        for name, text in partners.items():
            self.write_partner(name, text)
            for way in ("inbound", "outbound"):
                (root / way / name).mkdir(exist_ok=True)
        self._open()

    def _open(self) -> None:
        log = structlog.wrap_logger(None, processors=[_dropped])
        self.opened = open_workspace(
            self.root, read_settings(self.root), self.around, log, self.faults.append
        )
        self.store = self.opened.store
        self.exchange = Exchange.of(self.opened, self.faults.append)
        self.workers = HandWorked(
            self.store.writer,
            self.opened.queue,
            self.clock,
            {**handlers(self.opened, threading.Event()), **self.exchange.handlers()},
            new_id(self.clock.now(), self.around.random),
            lambda error, step: self.faults.append(error),
        )

    def close(self) -> None:
        """End it."""
        self.store.close()

    def restart(self) -> None:
        """The service is stopped and started."""
        self.close()
        self._open()

    # what people and partners do

    def write_partner(self, name: str, text: str) -> None:
        """Somebody writes a partner file."""
        folder = self.root / "partners" / name
        folder.mkdir(exist_ok=True)
        (folder / "partner.yaml").write_text(text)

    def drop(self, partner: str, name: str | bytes, data: bytes) -> None:
        """A partner drops a file, under another name until it is whole."""
        folder = self.root / "inbound" / partner
        aside = folder / ".dropping"
        aside.write_bytes(data)
        aside.rename(folder / (name if isinstance(name, str) else name.decode("utf-8", "surrogateescape")))
        self.dropped[partner] += 1

    def upload(self, partner: str, name: str, data: bytes) -> None:
        """A partner writes a file under the name it has in the folder, or goes on writing it."""
        path = self.root / "inbound" / partner / name
        self.dropped[partner] += not path.exists() and not name.endswith(".part")
        path.write_bytes(data)

    def finish(self, partner: str, written: str, name: str) -> None:
        """A partner gives an uploaded file its name."""
        folder = self.root / "inbound" / partner
        (folder / written).rename(folder / name)
        self.dropped[partner] += 1

    def waiting(self, partner: str) -> dict[str, bytes]:
        """The files that lie in a drop folder, replies apart."""
        found = _files(self.root / "inbound" / partner)
        return {name: data for name, data in found if not name.endswith((".ok", ".err", ".part"))}

    def replies(self, partner: str) -> dict[str, str]:
        """The replies in a drop folder."""
        return {
            name: data.decode() for name, data in _files(self.root / "inbound" / partner) if _is_reply(name)
        }

    def taken(self, partner: str) -> dict[str, bytes]:
        """What a partner finds in its pick-up folder, and takes away."""
        folder = self.root / "outbound" / partner
        found = dict(_files(folder))
        self.taken_before.update((partner, data) for data in found.values())
        for name in found:
            (folder / name).unlink()
        return found

    def unusable(self, partner: str) -> None:
        """The pick-up folder of a partner goes away."""
        folder = self.root / "outbound" / partner
        folder.rename(folder.with_name(f".{partner}{AWAY}"))
        folder.write_bytes(b"no folder")

    def usable(self, partner: str) -> None:
        """It is back."""
        folder = self.root / "outbound" / partner
        folder.unlink()
        folder.with_name(f".{partner}{AWAY}").rename(folder)

    # what the service does

    def run(self) -> int:
        """Look at all folders and files, and work, until nothing more comes of it; the steps worked."""
        steps, quiet = 0, 0
        while quiet < QUIET_LOOKS:
            before = self.arrived()
            self.clock.advance(LOOK)
            self.exchange.configuring.look()
            self.exchange.drop_folders.look()
            worked = self.workers.work_off()
            steps += worked
            quiet = 0 if worked or self.arrived() != before else quiet + 1
        return steps

    def pass_time(self, seconds: float, stride: float = 0.0) -> None:
        """Time passes, and all that falls due meanwhile is done when it is, or `stride` seconds later."""
        until = self.clock.now() + timedelta(seconds=seconds)
        self.run()
        while (following := self.next_due()) is not None and following < until:
            self.clock.advance(max(stride, (following - self.clock.now()).total_seconds()))
            self.run()
        self.clock.advance(max(0.0, (until - self.clock.now()).total_seconds()))
        self.fire()
        self.run()

    def pass_seconds(self, seconds: float, stride: float = 1.0) -> None:
        """Time passes second by second, with a look at each: what is quiet shows only so."""
        for _ in range(round(seconds / stride)):
            self.clock.advance(stride)
            self.exchange.drop_folders.look()
        self.run()

    def fire(self) -> None:
        """What comes by itself every while comes now."""
        kinds = [each.kind for each in self.exchange.schedules()]
        queue = self.opened.queue
        self.store.writer.do(lambda change: [queue.enqueue(change, NewStep(kind)) for kind in kinds])

    # what can be seen

    @property
    def in_force(self) -> InForce:
        """The configuration in force."""
        return self.exchange.configuring.now

    def lying(self, partner: str) -> int:
        """How many files lie in a drop folder and were not taken, or stayed cut and were set aside."""
        return len(self.waiting(partner)) + len(_files(self.root / "inbound" / partner / ".incomplete"))

    def brought(self) -> Counter[tuple[str, bytes]]:
        """All files that ever lay in pick-up folders, each with its partner."""
        lying: Counter[tuple[str, bytes]] = Counter()
        for folder in (self.root / "outbound").iterdir():
            partner = folder.name.removeprefix(".").removesuffix(AWAY)
            lying.update((partner, data) for _, data in _files(folder))
        return self.taken_before + lying


def _files(folder: Path) -> list[tuple[str, bytes]]:
    """The files that a partner sees in a folder."""
    if not folder.is_dir():
        return []
    seen = sorted(each for each in folder.iterdir() if each.is_file() and not each.name.startswith("."))
    return [(each.name, each.read_bytes()) for each in seen]


def _is_reply(name: str) -> bool:
    return name.endswith((".ok", ".err"))


def _dropped(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    raise structlog.DropEvent
