"""The disk of a running folder exchange fills while files are dropped: none is half, none is lost."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.service.around import real_surroundings
from gateway.service.starting import make
from tests.faults.careful_peers import CarefulPeers, silent
from tests.faults.exchange import LEFT_FREE
from tests.faults.small_disk import needs_mount, small_disk
from tests.faults.test_service_full import ballast, log_of, set_limits
from tests.kills.books import amiss
from tests.kills.points import Point
from tests.kills.services import Zygote, seconds_until_ready, serving
from tests.kills.test_exchange_kills import TAKEN_UP
from tests.kills.trading import trade, trading_partners
from tests.thoroughness import Tell, either

SEED = 850
PATIENCE = 60.0  # seconds
WHILE_FULL = 1.0  # seconds
ORDERS = 5  # dropped while it is full, as far as there is room
MOST_LEFT = 40  # pages of 4 KiB, of which each file takes one or two


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    started = Zygote()
    yield started
    started.close()


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


def filled(zygote: Zygote, root: Path, times: int, fault: str = "none") -> PatientPeers:
    """The disk is filled and emptied so often while they trade; then they trade to the end."""
    choose = random.Random(SEED)
    make(root, real_surroundings())
    trading_partners(root)
    set_limits(root, *LEFT_FREE)
    peers = PatientPeers(root, silent)
    with serving(zygote, root, Point(f"after {TAKEN_UP}"), fault):
        # it dies, so that what is to be delivered then finds a disk that is full at the start
        assert trade(peers, lambda: zygote.has_ended, PATIENCE, busy=ORDERS)
    assert zygote.end().killed
    weight = ballast(root)
    with serving(zygote, root, fault=fault):
        assert seconds_until_ready(zygote, root) is not None, log_of(root)
        for _ in range(times):
            for _ in range(ORDERS):
                peers.order()
            trade(peers, lambda: False, choose.uniform(WHILE_FULL / 2, WHILE_FULL))
            weight.unlink()
            peers.try_again()
            trade(peers, lambda: False, choose.uniform(0, WHILE_FULL))
            weight = ballast(root, leave=choose.randrange(MOST_LEFT) << 12)
        weight.unlink()
        peers.try_again()
        is_settled = trade(peers, lambda: peers.is_settled, PATIENCE if fault == "none" else 3.0)
        assert is_settled or fault != "none", log_of(root)
    assert zygote.end().status == 0
    return peers


@needs_mount
def test_nothing_is_half_or_lost_while_the_disk_fills(zygote: Zygote, tmp_path: Path, tell: Tell) -> None:
    times = either(3, 200)
    with small_disk(tmp_path / "small") as root:
        peers = filled(zygote, root, times)
        tell(f"filled {times} times under {len(peers.dropped)} files; {log_of(root).count('disk-full')} told")
        assert '"disk-full"' in log_of(root)
        assert peers.halves == []
        found = amiss(peers)
        assert not found, "\n".join(found)


@needs_mount
def test_files_that_are_handed_over_without_room_are_found(zygote: Zygote, tmp_path: Path) -> None:
    with small_disk(tmp_path / "small") as root:
        assert filled(zygote, root, 3, "full-passed-over").halves
