"""Two careful peers trade with the real service, all under one strace, so that whatever happens in the drop
folders is recorded.

`python -m tests.faults.careful_trade FAULT WORKSPACE NOTES ORDERS`: the service is killed when half is
traded, and started again.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.service.connection.local_socket import connected
from tests.faults.careful_peers import NOTED, CarefulPeers
from tests.faults.launcher import become
from tests.kills.trading import trade

PATIENCE = 60.0  # seconds
WITH_A_FAULT = 3.0  # seconds, after which nothing comes any more
PAUSE = 0.05  # seconds between looks: each is recorded


class _Notes:
    """Keeps each state of the peers where no power is lost, and then tells its number."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    def tell(self, peers: CarefulPeers) -> None:
        (self._folder / str(self._count)).write_bytes(pickle.dumps(peers))
        os.write(1, NOTED + b"%d\n" % self._count)
        self._count += 1


@contextmanager
def _serving(fault: str, root: Path, number: signal.Signals, status: int) -> Iterator[None]:
    """A service that is ready; it is ended by this signal, and must end so."""
    service = os.fork()
    if service == 0:
        become(fault, root, "serve")
    deadline = time.monotonic() + PATIENCE
    while (link := connected(root / "var")) is None:
        assert time.monotonic() < deadline, "the service was never ready"
        time.sleep(PAUSE)
    link.close()
    yield
    os.kill(service, number)
    assert os.waitstatus_to_exitcode(os.waitpid(service, 0)[1]) == status


def run(fault: str, root: Path, notes: Path, orders: int) -> None:
    """Trade until all is settled; with a fault, until they have what they wait for, or nothing comes."""
    peers = CarefulPeers(root, _Notes(notes).tell)
    peers._tell(peers)
    with _serving(fault, root, signal.SIGKILL, -signal.SIGKILL):
        for _ in range(orders - orders // 2):
            peers.order()
        assert trade(peers, lambda: len(peers.taken) >= orders, PATIENCE, pause=PAUSE)
    with _serving(fault, root, signal.SIGTERM, 0):
        for _ in range(orders // 2):
            peers.order()
        within = PATIENCE if fault == "none" else WITH_A_FAULT
        settled = trade(peers, lambda: peers.is_settled, within, pause=PAUSE)
    assert settled or fault != "none"


if __name__ == "__main__":
    run(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
