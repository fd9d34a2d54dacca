"""Looks at one input after the other, and keeps those the gateway is at fault with: one for each fault.

A crasher is a file below `var/soak`, beside a text that says what happened and how to make a case of it.
"""

from __future__ import annotations

import hashlib
import time
import traceback
from pathlib import Path, PurePath

import msgspec

from tests.soak.promise import BrokenPromiseError, Target

__all__ = ["SLOW_SECONDS", "Crasher", "Status", "Watch"]

SLOW_SECONDS = 5.0  # of processor time for one input of at most `LONGEST_INPUT` bytes
MOST_CRASHERS = 200
HOW = """
To make a case of it: reduce the input as long as this is still said of it, write a test in tests/ that reads
the reduced input and asserts what should come of it instead, and correct the gateway until the test holds.
To look at it again: {command}
"""


class Crasher(msgspec.Struct, frozen=True):
    """An input that the gateway is at fault with: what is said of it, and by what it is told from others."""

    fault: str
    said: str


class Status(msgspec.Struct):
    """How far a search has come. Seconds are of the clock, `slowest` of the processor."""

    target: str
    engine: str
    seeds: int
    runs: int = 0
    seconds: float = 0.0
    edges: int = 0
    crashers: int = 0
    slowest: float = 0.0


class Watch:
    """The look at inputs of one target; crashers go into `folder`, if there is one."""

    def __init__(
        self, target: Target, folder: Path | None, status: Status, slow: float = SLOW_SECONDS
    ) -> None:
        self._target = target
        self._folder = folder
        self._slow = slow
        self._known: set[str] = set()
        self.status = status

    def look(self, data: bytes) -> Crasher | None:
        """What the target says to an input; a crasher of a new kind is kept."""
        began = time.process_time()
        crasher = self._looked(data)
        seconds = time.process_time() - began
        self.status.runs += 1
        self.status.slowest = max(self.status.slowest, seconds)
        if crasher is None and seconds > self._slow:
            crasher = Crasher("slow", f"{seconds:.1f} s of processor time for {len(data):,} bytes")
        if crasher is not None and crasher.fault not in self._known:
            self._known.add(crasher.fault)
            self.status.crashers = len(self._known)
            if self._folder is not None and len(self._known) <= MOST_CRASHERS:
                self._keep(self._folder, data, crasher)
        return crasher

    def _looked(self, data: bytes) -> Crasher | None:
        try:
            self._target.look(data)
        except BrokenPromiseError as broken:
            return Crasher(broken.promise, str(broken))
        except Exception as error:  # noqa: BLE001 - whatever the gateway raises is what is looked for
            return Crasher(_fault_of(error), "".join(traceback.format_exception(error)))
        return None

    def _keep(self, folder: Path, data: bytes, crasher: Crasher) -> None:
        name = hashlib.sha256(crasher.fault.encode()).hexdigest()[:12]
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.input"
        path.write_bytes(data)
        command = f"python -m tests.soak.look {self._target.name} {path}"
        said = f"{crasher.fault}\n\n{crasher.said}\n{HOW.format(command=command)}"
        path.with_suffix(".txt").write_text(said, encoding="utf-8", errors="backslashreplace")
        print(f"soak {self._target.name}: {crasher.fault}; the input is kept in {path}", flush=True)


def _fault_of(error: Exception) -> str:
    """The kind of an exception and the innermost line of ours, by which one fault is told from another."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "gateway" in PurePath(frame.filename).parts] or frames
    where = f"{PurePath(ours[-1].filename).name}:{ours[-1].lineno}" if ours else "nowhere"
    return f"{type(error).__name__} at {where}"
