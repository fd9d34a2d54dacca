"""A recorded run of the folder exchange, and what becomes of it after a loss of power."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from gateway.service.around import real_surroundings
from gateway.service.starting import make
from tests.faults.careful_peers import NOTED, noted_by, peers_of
from tests.faults.events import Before, Event, Kind, before, memory_only
from tests.faults.powerloss import Image
from tests.faults.recording import Recording
from tests.faults.service import CHECKOUT, Traceable
from tests.faults.test_service_full import set_limits
from tests.kills.books import amiss
from tests.kills.services import Zygote, seconds_until_ready, serving
from tests.kills.trading import trade, trading_partners

PATIENCE = 60.0  # seconds
PAUSE = 0.02  # seconds between looks
LEFT_FREE = ("free_disk_bytes: 0 B", "free_disk_percent: 0")
IN_THE_VAULT = "inline_bytes: 700 B"  # some of what is traded is larger


class Traded(NamedTuple):
    """A run, and the folder in which the peers noted how they stood."""

    recording: Recording
    notes: Path


def traded(folder: Path, fault: str, orders: int) -> Traded:
    """A new workspace whose service trades so many orders, is killed meanwhile, and goes on."""
    root, notes = folder / "kept" / "ws", folder / "notes"
    for each in (root.parent, notes):
        each.mkdir(parents=True)
    make(root, real_surroundings())
    trading_partners(root)
    set_limits(root, IN_THE_VAULT, *LEFT_FREE)
    at_first = {path: data for path, data in before(root.parent).items() if not memory_only(path)}
    with Traceable(folder, str(notes), str(orders), fault=fault, program="tests.faults.careful_trade") as run:
        assert run.end() == 0, run.lines
    return Traded(recording_of(folder, at_first), notes)


def recording_of(folder: Path, at_first: Before) -> Recording:
    """What strace wrote; all that is there must be explained by it, but what the kill cut off."""
    recording = Recording(folder / "calls", folder / "kept", at_first, CHECKOUT)
    cut = {event.path for event in recording.events if event.end is None}
    assert {*recording.differences(folder / "kept")} <= cut
    return recording


def unsynced(run: Traded, left_out: Callable[[str], bool]) -> Traded:
    """The same run by a gateway that leaves out the syncs of some files or folders, chosen by their paths."""
    recording, peers = copy.copy(run.recording), peers_in(run)
    recording.events = tuple(
        event
        for event in recording.events
        if event.kind is not Kind.SYNCED or event.pid in peers or not left_out(event.path)
    )
    return run._replace(recording=recording)


def peers_in(run: Traded) -> frozenset[int]:
    """The processes of the peers, which are known by what they tell."""
    return frozenset(event.pid for event in run.recording.events if is_note(event))


def is_note(event: Event) -> bool:
    """Whether the peers told by it how they stand."""
    return event.kind is Kind.ANSWERED and event.data.startswith(NOTED)


def wrong(zygote: Zygote, image: Image, notes: Path, folder: Path, patience: float = PATIENCE) -> list[str]:
    """What is amiss when the gateway and the peers have gone on from an image until all is settled."""
    shutil.rmtree(folder, ignore_errors=True)
    image.write_to(folder)
    for key in folder.glob("ws/var/keys/*"):
        key.chmod(0o600)  # images know of no modes
    numbers = [number for answer in image.acknowledged if (number := noted_by(answer)) is not None]
    if not numbers:
        return []  # they had not begun
    peers = peers_of(notes, numbers[-1], folder / "ws")
    peers.resume()
    with serving(zygote, peers.root):
        if seconds_until_ready(zygote, peers.root) is None:
            return [f"it does not start: {log_of(peers.root)}"]
        is_settled = trade(peers, lambda: peers.is_settled, patience, pause=PAUSE)
    ended = zygote.end()
    found = [] if ended.status == 0 else [f"it ended with {ended.status}: {log_of(peers.root)}"]
    found += [f"{name} was not whole" for name in peers.halves]
    return [*found, *([] if is_settled else ["it was never settled"]), *amiss(peers)]


def log_of(root: Path) -> str:
    """The end of what the service said."""
    return (root.parent / f"{root.name}.log").read_text()[-2000:]
