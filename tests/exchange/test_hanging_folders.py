"""A pick-up folder that does not answer: the others go on, and its files come once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial

import pytest

from gateway.agreements.channel import Channel
from gateway.attempt import Done, Failed
from gateway.errors import TransportError
from gateway.lifecycle import State
from gateway.service.exchange import exchanging
from gateway.service.exchange.folder_ways import FolderWays
from gateway.service.exchange.hands import Hands
from gateway.service.exchange.ways import Waits
from gateway.store.open_folders import FolderDisk, OpenFolder
from tests.exchange.conftest import MakeWorld
from tests.exchange.files import orders
from tests.exchange.partners import ALL
from tests.exchange.test_releases_and_lanes import IN_ORDER, delivered

LONG = 60.0  # seconds; nothing of a test that passes lasts so long
PATIENCE = 1.0
QUEUED = 12


class Hanging(FolderDisk):
    """A disk whose pick-up folder of one partner hangs until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.partner = ""
        self.go = threading.Event()
        self.begun = 0
        self.asks = 0  # so often it may still be asked after, until it is let go by itself; 0 for ever

    def write_new_in(self, folder: OpenFolder, name: bytes, data: bytes, mode: int = 0o600) -> None:
        """Hang, and then write."""
        if folder.path.parent.name == self.partner and not self.go.is_set():
            self.begun += 1
            assert self.go.wait(LONG)
        super().write_new_in(folder, name, data, mode)

    def asked(self) -> None:
        """Somebody asked whether it hangs."""
        self.asks -= 1
        if self.asks == 0:
            self.let_go()

    def let_go(self) -> None:
        """The network is back, and what hung has ended."""
        self.go.set()
        for thread in threading.enumerate():
            if thread.name.startswith("hand-"):
                thread.join(LONG)


class AskedAfter(FolderWays):
    """Ways over a disk that hangs, which may be let go between two deliveries that wait."""

    def hanging(self, channel: Channel) -> Waits | None:
        """What is said may be over a moment later."""
        waits = super().hanging(channel)
        if waits is not None and isinstance(self._disk, Hanging):
            self._disk.asked()
        return waits


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hanging]:
    hanging = Hanging()
    monkeypatch.setattr(exchanging, "FolderDisk", lambda: hanging)
    monkeypatch.setattr(exchanging, "FolderWays", partial(AskedAfter, patience=PATIENCE))
    yield hanging
    hanging.let_go()


def test_a_folder_that_hangs_holds_up_no_other_channel(new_world: MakeWorld, disk: Hanging) -> None:
    world = new_world(ALL)
    disk.partner = "depot"
    for place in range(QUEUED):
        world.drop("corner", f"{place:05d}.850", orders(f"C{place:07d}", control=place + 1, sender="CORNER"))
        world.run()
    world.drop("amazon", "a.850", orders("A0000001"))
    world.pass_time(30)

    assert disk.begun == 1, "more than one delivery hangs"
    assert len(world.taken("corner")) == QUEUED
    assert len(world.taken("erp")) == 1
    assert len(world.taken("amazon")) == 1
    assert not world.taken("depot")
    with world.store.database.reading() as connection:
        worst = connection.exec_driver_sql("SELECT max(tries), max(harms) FROM step").one()
        assert tuple(worst) == (0, 0), "waiting behind what hangs was counted as a failure"
        again = connection.exec_driver_sql(
            "SELECT body FROM step WHERE kind = 'deliver' AND state = 'waiting'"
        ).all()
        assert len(again) == QUEUED
        assert all('"tries":0' in row.body for row in again)

    disk.let_go()
    world.pass_time(30)
    assert len(world.taken("depot")) == QUEUED
    assert {each.state for each in world.sendings("PurchaseOrder")} == {State.DELIVERED}
    assert not world.faults


def test_what_goes_in_order_keeps_it_behind_what_hangs(new_world: MakeWorld, disk: Hanging) -> None:
    world = new_world(ALL | {"erp": IN_ORDER})
    disk.partner = "erp"
    numbers = [f"ORDER{place:03d}" for place in range(5)]
    for place, number in enumerate(numbers):
        world.drop("amazon", f"{number}.850", orders(number, control=place + 1))
        world.run()
        world.pass_time(7)
    assert not delivered(world)
    assert len(world.taken("amazon")) == len(numbers), "acknowledgments waited for another channel"
    disk.asks = 2  # the second in the lane is put back once more, and then the folder is there for the others
    world.pass_time(60)
    assert disk.go.is_set()
    assert delivered(world) == numbers
    assert len(world.taken("erp")) == len(numbers)


def test_one_piece_of_a_kind_is_in_hand_whoever_asks() -> None:
    hands: Hands[str] = Hands()
    go = threading.Event()
    assert hands.do("a", lambda: str(go.wait(LONG)), 0.01) is None
    assert hands.hangs("a")
    assert hands.do("a", lambda: pytest.fail("it was begun beside the other"), LONG) is None
    assert hands.do("b", lambda: "done", LONG) == Done("done")
    go.set()
    for thread in threading.enumerate():
        if thread.name == "hand-a":
            thread.join(LONG)
    assert not hands.hangs("a")
    assert hands.do("a", lambda: "next", LONG) == Done("next")


def test_a_fault_that_came_late_is_told_to_the_next() -> None:
    hands: Hands[None] = Hands()
    go = threading.Event()

    def late() -> None:
        go.wait(LONG)
        raise TransportError("it went away")

    assert hands.do("a", late, 0.01) is None
    go.set()
    for thread in threading.enumerate():
        if thread.name == "hand-a":
            thread.join(LONG)
    told = hands.do("a", lambda: pytest.fail("it was begun"), LONG)
    assert isinstance(told, Failed)
    assert str(told.error) == "it went away"
    assert hands.do("a", lambda: None, LONG) == Done(None)
