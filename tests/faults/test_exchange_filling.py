"""The disk of a running folder exchange fills while files are dropped: none is half, none is lost."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path

import pytest

from gateway.service.around import real_surroundings
from gateway.service.starting import make
from tests.faults.careful_peers import CarefulPeers, silent
from tests.faults.exchange import LEFT_FREE
from tests.faults.small_disk import needs_mount, small_disk
from tests.faults.test_service_full import ballast, log_of, set_limits
from tests.kills.books import amiss
from tests.kills.services import Zygote, seconds_until_ready, serving
from tests.kills.trading import trade, trading_partners
from tests.thoroughness import Tell, either, either_of

SEED = 850
PATIENCE = 60.0  # seconds
UNTIL_TOLD = 5.0
WHILE_FULL = 0.5
ORDERS = 3  # dropped before it is full, and as many while it is
MOST_LEFT = 4  # pages of 4 KiB; each file takes one
MOST_TRIES = 100
IN_SOAK = 10  # times that a disk is filled; then its 16 MiB are used up by what is kept
ONE_FOLDER = 1 << 20  # bytes


class PatientPeers(CarefulPeers):
    """Peers who try again later where there is no room for what they drop."""

    def _put(self) -> None:
        try:
            super()._put()
        except OSError:
            for folder, name in self.doubtful:
                (self.root / folder / f".{name}.part").unlink(missing_ok=True)

    def try_again(self) -> None:
        """Drop what found no room."""
        self._put()


@contextmanager
def workspace(folder: Path, filling: str) -> Iterator[PatientPeers]:
    """A workspace of which all, or one folder alone, is on a small disk."""
    root = folder / "ws"
    with ExitStack() as disks:
        if filling == ".":
            disks.enter_context(small_disk(root))
        make(root, real_surroundings())
        if filling != ".":
            disks.enter_context(small_disk(root / filling, ONE_FOLDER))
        trading_partners(root)
        set_limits(root, *LEFT_FREE)
        yield PatientPeers(root, silent)


def fill(zygote: Zygote, peers: PatientPeers, filling: str, times: int, fault: str = "none") -> None:
    """The disk is filled and emptied so often while they trade; then they trade to the end."""
    choose, root = random.Random(SEED), peers.root
    with serving(zygote, root, fault=fault):
        assert seconds_until_ready(zygote, root) is not None
        for _ in range(times):
            for _ in range(ORDERS):
                peers.order()
            shows = partial(_shows, peers, times_told(root))
            weight = weigh_down(root / filling, choose.randrange(1, MOST_LEFT) << 12)
            for _ in range(0 if filling == "inbound" else ORDERS):  # there the answers of the ERP are enough
                peers.order()
            trade(peers, shows, UNTIL_TOLD)
            trade(peers, lambda: False, choose.uniform(0, WHILE_FULL))
            weight.unlink()
            peers.try_again()
        is_settled = trade(peers, lambda: peers.is_settled, PATIENCE if fault == "none" else 1.0)
        assert is_settled or fault != "none", log_of(root)
    assert zygote.end().status == 0


def weigh_down(folder: Path, leave: int) -> Path:
    """Fill the disk but for `leave` bytes, beside a service that takes some of it meanwhile."""
    for _ in range(MOST_TRIES):
        with suppress(OSError):
            return ballast(folder, leave)
    raise AssertionError("the service took all the room that there was")


def _shows(peers: PatientPeers, times: int) -> bool:
    return times_told(peers.root) > times or bool(peers.halves)


def times_told(root: Path) -> int:
    """How often the service said that a disk is full."""
    return log_of(root).count('"disk-full"')


@needs_mount
@pytest.mark.parametrize("filling", either_of([".", "outbound"], [".", "outbound", "inbound"]))
def test_nothing_is_half_or_lost_while_a_disk_fills(
    filling: str, zygote: Zygote, tmp_path: Path, tell: Tell
) -> None:
    times = either(1, IN_SOAK)
    with workspace(tmp_path, filling) as peers:
        fill(zygote, peers, filling, times)
        told = times_told(peers.root)
        tell(f"{filling} filled {times} times under {len(peers.dropped)} files: told {told} times")
        assert told
        assert peers.halves == []
        found = amiss(peers)
        assert not found, "\n".join(found)


@needs_mount
def test_files_that_are_handed_over_without_room_are_found(zygote: Zygote, tmp_path: Path) -> None:
    with workspace(tmp_path, "outbound") as peers:
        fill(zygote, peers, "outbound", 1, "full-passed-over")
        assert peers.halves
