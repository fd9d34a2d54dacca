"""The exchange put together: its handlers of steps, its schedules, and its threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta

from gateway.service.exchange.answering_late import AnsweringLate
from gateway.service.exchange.chasing import Chasing
from gateway.service.exchange.configuring import Configuring
from gateway.service.exchange.delivering import Delivering
from gateway.service.exchange.drop_folders import DropFolders
from gateway.service.exchange.folder_ways import FolderWays
from gateway.service.exchange.in_force import InForce
from gateway.service.exchange.looking_again import LookingAgain
from gateway.service.exchange.names import ANSWER, CHASE, DELIVER, PREPARE, READ_AGAIN, REPLY, TAKE_UP
from gateway.service.exchange.receipts import Receipts
from gateway.service.exchange.recording import Recorder
from gateway.service.exchange.replying_steps import ReplyingSteps
from gateway.service.exchange.rereading import Rereading
from gateway.service.exchange.taking_up import AT_ONCE, TakingUp
from gateway.service.opened import Opened
from gateway.service.work.handling import Handler, Together
from gateway.service.work.scheduling import Schedule
from gateway.store.open_folders import FolderDisk
from gateway.store.payloads.adding import Payloads
from gateway.store.seen import Recognition
from gateway.workspace import Workspace

__all__ = ["Exchange"]

DELIVERED_AT_ONCE = 200
PREPARED_AT_ONCE = 500
CHASED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Exchange:
    """What takes files up, translates them, and brings them to where they belong."""

    opened: Opened
    configuring: Configuring
    drop_folders: DropFolders
    disk: FolderDisk

    @classmethod
    def of(cls, opened: Opened, on_fault: Callable[[Exception], None]) -> Exchange:
        """The exchange of a workspace that is open."""
        workspace = Workspace(opened.root)
        configuring = Configuring(workspace, opened.store, opened.queue, opened.notices, on_fault, opened.log)
        disk = FolderDisk()
        folders = DropFolders(
            opened.root,
            opened.store,
            opened.around.clock,
            opened.around.random,
            disk,
            lambda: configuring.now,
            opened.notices,
            on_fault,
            opened.log,
        )
        return cls(opened, configuring, folders, disk)

    def handlers(self) -> Mapping[str, Handler | Together]:
        """What does the steps of the exchange; what an earlier process left is put in order first."""
        opened = self.opened
        taking_up = TakingUp(opened.store, opened.around.clock, self._in_force, self._recorder)
        ways = FolderWays(opened.root, self.disk)
        delivering = Delivering(
            opened.store,
            opened.queue,
            opened.around.clock,
            opened.notices,
            self._in_force,
            ways,
        )
        delivering.settle_left()
        rereading = Rereading(opened.store, opened.around.clock)
        again = LookingAgain(rereading, opened.queue, self._in_force, self._recorder)
        late = AnsweringLate(rereading, self._in_force, self._recorder)
        chasing = Chasing(opened.store, opened.notices)
        replying = ReplyingSteps(opened.root, opened.store, self.disk, self._in_force)
        return {
            TAKE_UP: Together(taking_up.work, AT_ONCE),
            DELIVER: Together(delivering.work, DELIVERED_AT_ONCE),
            PREPARE: Together(again.prepare, PREPARED_AT_ONCE),
            READ_AGAIN: again.read_again,
            ANSWER: late.work,
            CHASE: chasing.work,
            REPLY: Together(replying.work, DELIVERED_AT_ONCE),
        }

    def schedules(self) -> tuple[Schedule, ...]:
        """What of the exchange comes by itself: late receipts are asked after."""
        return (Schedule(CHASE, CHASE, every=CHASED_EVERY),)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Files are taken, and changes of partner files are seen, until the end."""
        with ExitStack() as ending:
            self.configuring.start()
            ending.callback(self.configuring.stop)
            self.drop_folders.start()
            ending.callback(self.drop_folders.stop)
            yield

    def _in_force(self) -> InForce:
        return self.configuring.now

    def _recorder(self, in_force: InForce) -> Recorder:
        store, queue, notices = self.opened.store, self.opened.queue, self.opened.notices
        return Recorder(
            in_force,
            Payloads(store.keys, store.intake.spool, self.opened.around.random),
            Recognition(store.keys),
            queue,
            notices,
            Receipts(queue, notices),
        )
