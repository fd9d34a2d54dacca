"""One contender in a process of its own: measures passes over files, one command and one answer a line.

`{"files": [...]}` is answered by `{"cpu": seconds, "accepted": number}`; `{"loads": n}` by the CPU seconds
that pyx12 takes to load its maps n times. The files are read before the clock starts.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bench import ours, peer


def main() -> None:
    """Serves commands until the standard input ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("contender", choices=("ours", "pyx12"))
    parser.add_argument("--maps", type=Path, required=True)
    parser.add_argument("--core", type=int, required=True)
    arguments = parser.parse_args()
    os.sched_setaffinity(0, {arguments.core})
    validate = ours.validator() if arguments.contender == "ours" else peer.validator(arguments.maps)
    for line in sys.stdin:
        command = json.loads(line)
        if "loads" in command:
            answer = {"cpu": _loading(arguments.maps, command["loads"])}
        else:
            answer = _passing(validate, [Path(name).read_bytes() for name in command["files"]])
        print(json.dumps(answer), flush=True)


def _passing(validate: Callable[[bytes], int], files: list[bytes]) -> dict[str, float]:
    gc.collect()
    started = time.process_time()
    accepted = sum(validate(data) for data in files)
    return {"cpu": time.process_time() - started, "accepted": accepted}


def _loading(maps: Path, times: int) -> float:
    gc.collect()
    started = time.process_time()
    for _ in range(times):
        peer.load_maps(maps)
    return time.process_time() - started


if __name__ == "__main__":
    main()
