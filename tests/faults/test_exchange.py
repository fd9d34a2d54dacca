"""A disk under a running folder exchange fails or is full: nothing is lost, and nothing comes twice."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from threading import Event

import pytest

from gateway.service.around import real_surroundings
from gateway.service.starting import make
from tests.faults.service import CHECKOUT
from tests.faults.small_disk import needs_mount, small_disk
from tests.faults.test_service_full import ballast, comes, log_of, set_limits
from tests.faults.tracing import STRACE, environment, needs_strace
from tests.kills.books import amiss
from tests.kills.services import Zygote, seconds_until_ready, serving
from tests.kills.trading import Peers, trade, trading_partners
from tests.thoroughness import either_of

STOPPED = 3
PATIENCE = 60.0  # seconds
ORDERS = 6
SYNCED = (
    "inbound/amazon/.claimed",
    "outbound/erp",
    "inbound/amazon",
    "inbound/erp",
    "outbound/amazon/.staged",
)


def trading(root: Path) -> Peers:
    """A new workspace whose other side has dropped some orders."""
    make(root, real_surroundings())
    trading_partners(root)
    peers = Peers(root)
    for _ in range(ORDERS):
        peers.order()
    return peers


def settled(zygote: Zygote, peers: Peers) -> list[str]:
    """Let a service bring all to its end; what is amiss then."""
    with serving(zygote, peers.root):
        assert seconds_until_ready(zygote, peers.root) is not None
        assert trade(peers, lambda: peers.is_settled, PATIENCE)
    assert zygote.end().status == 0
    return amiss(peers)


class Failing:
    """A service of which the first sync of a folder fails, in each of its threads."""

    def __init__(self, peers: Peers, folder: str, beside: Path, fault: str = "none") -> None:
        synced = peers.root / folder
        synced.mkdir(mode=0o700, exist_ok=True)
        self.calls, self.said = beside / "calls", beside / "said"
        assert STRACE is not None
        failing = [STRACE, "-f", "-qq", "-o", str(self.calls), "-P", str(synced), "-e", "trace=fsync"]
        failing += ["-e", "inject=fsync:error=EIO:when=1"]
        command = [*failing, sys.executable, "-m", "tests.faults.launcher", fault, str(peers.root), "serve"]
        with self.said.open("wb") as said:
            self.process = subprocess.Popen(
                command, cwd=CHECKOUT, stdout=said, stderr=said, env=environment()
            )

    @property
    def has_ended(self) -> bool:
        """Whether it has stopped."""
        return self.process.poll() is not None


@pytest.mark.one_in(2)
@needs_strace
@pytest.mark.parametrize("folder", either_of(SYNCED[:2], SYNCED))
def test_it_stops_at_a_failed_sync_of_a_folder(folder: str, zygote: Zygote, tmp_path: Path) -> None:
    peers = trading(tmp_path / "ws")
    running = Failing(peers, folder, tmp_path)
    assert trade(peers, lambda: running.has_ended, PATIENCE)
    assert running.process.wait(PATIENCE) == STOPPED, running.said.read_text()
    assert "EIO" in running.calls.read_text()
    found = settled(zygote, peers)
    assert not found, "\n".join(found)


@needs_strace
def test_a_service_that_passes_over_a_failed_sync_is_found(tmp_path: Path) -> None:
    peers = trading(tmp_path / "ws")
    running = Failing(peers, SYNCED[0], tmp_path, "doubt-ignored")
    try:
        assert trade(peers, lambda: peers.owed == 0, PATIENCE)
        assert not running.has_ended
        assert "EIO" in running.calls.read_text()
    finally:
        end_below(running.process)


def end_below(strace: subprocess.Popen[bytes]) -> None:
    """End what strace runs, and so strace."""
    children = Path(f"/proc/{strace.pid}/task/{strace.pid}/children").read_text().split()
    for child in children:
        of_child = Path(f"/proc/{child}/task/{child}/children").read_text().split()
        subprocess.run(["kill", "-9", *of_child, child], check=True)
    strace.wait(PATIENCE)


@needs_mount
@pytest.mark.parametrize("leave", either_of([0], range(0, 160 << 10, 16 << 10)))
def test_a_full_disk_loses_nothing_and_it_goes_on_without_a_restart(
    leave: int, zygote: Zygote, tmp_path: Path
) -> None:
    with small_disk(tmp_path / "small") as root:
        peers = trading(root)
        set_limits(root, "free_disk_bytes: 0 B", "free_disk_percent: 0")
        weight = ballast(root, leave=leave)
        with serving(zygote, root):
            assert comes(root.parent / f"{root.name}.log")
            pause = Event()  # nobody takes anything meanwhile, which would make room
            assert any('"disk-full"' in log_of(root) or pause.wait(0.02) for _ in range(1500)), log_of(root)
            weight.unlink()
            assert trade(peers, lambda: peers.is_settled, PATIENCE), log_of(root)
        assert zygote.end().status == 0
        found = amiss(peers)
        assert not found, "\n".join(found)
