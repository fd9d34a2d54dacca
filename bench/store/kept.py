"""Where the bench keeps its databases, and the large one that is used again while nothing of it changed."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from statistics import median

from bench.store.loader import load

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / "var" / "bench"
MADE_OF = (
    "gateway/__init__.py",
    "gateway/ledger/leaf.py",
    "gateway/ledger/tree.py",
    "gateway/store/migrations/versions/*.py",
    *(f"gateway/store/{name}.py" for name in ("columns", "ids", "making", "people", "search_keys", "tables")),
    *(f"gateway/store/payloads/{name}.py" for name in ("keys", "message_keys", "sealing")),
    "bench/store/content.py",
    "bench/store/loader.py",
    "bench/store/opening.py",
    "bench/store/rows.py",
)
IN_MEMORY = ("tmpfs", "ramfs")
MOUNTS = Path("/proc/self/mountinfo")
SYNCS = 50


def full_store(place: Path, seed: int, messages: int) -> Path:
    """The folder of a store with so many messages: that of an earlier run, or made now."""
    begin = f"messages-{messages}-seed-{seed}-"
    folder = place / f"{begin}{_made_of()}"
    if folder.is_dir():
        return folder
    for old in place.glob(f"{begin}*"):
        shutil.rmtree(old)
    new = folder.with_name(f"{folder.name}.new")
    new.mkdir(parents=True)
    print(f"  filling a store with {messages:,} messages", file=sys.stderr, flush=True)
    started = time.perf_counter()
    load(new, seed, messages)
    new.rename(folder)
    print(f"  filled in {time.perf_counter() - started:.0f} s; it is used again", file=sys.stderr, flush=True)
    return folder


def _made_of() -> str:
    """What a database must be made anew for when it changes."""
    digest = sha256()
    for pattern in MADE_OF:
        paths = sorted(ROOT.glob(pattern))
        if not paths:  # a store would be used again that is not what is made now
            raise SystemExit(f"There is no {pattern} any more; bench/store/kept.py names it.")
        for path in paths:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def file_system(folder: Path) -> str:
    """The kind of file system that a folder is on, such as ext4; "" where the system does not tell."""
    lines = MOUNTS.read_text(encoding="utf-8").splitlines() if MOUNTS.is_file() else []
    found = ("", "")
    for line in lines:
        words, _, more = line.partition(" - ")
        point = words.split()[4]
        if folder.resolve().is_relative_to(point) and len(point) >= len(found[0]):
            found = (point, more.split()[0])
    return found[1]


def sync_milliseconds(folder: Path) -> float:
    """How long the disk takes to make 4 KB durable, the median of a few times."""
    path = folder / "sync"
    took = []
    with path.open("wb", buffering=0) as file:
        for _ in range(SYNCS):
            started = time.perf_counter()
            file.write(bytes(4096))
            os.fdatasync(file.fileno())
            took.append(time.perf_counter() - started)
    path.unlink()
    return median(took) * 1e3


def told(folder: Path) -> Sequence[str]:
    """A line on the disk that was written to."""
    kind = file_system(folder) or "a file system that is not known"
    return [f"store: SQLite in var/bench on {kind}, 4 KB made durable in {sync_milliseconds(folder):.2f} ms"]
