"""One contender in a process of its own: measures passes over files, one command and one answer a line.

A command is a task and the paths of files, with tabs between them; its answer an object with the CPU seconds
of the pass (`cpu`) and the transaction sets that came through (`accepted`). Files are read before the clock
starts.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from bench import ours
from bench.with_pyx12 import Pyx12
from gateway.cli.start import spare_the_collector

Task = Callable[[bytes], int]


def main() -> None:
    """Serves commands until the standard input ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("contender", choices=("ours", "pyx12"))
    parser.add_argument("folder", type=Path, help="our workspace, or the maps of pyx12")
    arguments = parser.parse_args()
    tasks = _tasks(arguments.contender, arguments.folder)
    for line in sys.stdin:
        task, *paths = line.rstrip("\n").split("\t")
        print(json.dumps(_pass(tasks[task], [Path(path).read_bytes() for path in paths])), flush=True)


def _tasks(contender: str, folder: Path) -> Mapping[str, Task]:
    if contender == "pyx12":
        theirs = Pyx12(folder)
        return {"validate": theirs.validate, "load": theirs.load}
    spare_the_collector()  # as `gateway` does
    our = ours.Ours(folder)
    return {
        "validate": our.validate,
        "canonical": our.canonical,
        "translate": our.translate,
        "split": ours.split,
    }


def _pass(task: Task, files: list[bytes]) -> dict[str, float]:
    gc.collect()
    started = time.process_time()
    accepted = sum(task(data) for data in files)
    return {"cpu": time.process_time() - started, "accepted": accepted}


if __name__ == "__main__":
    main()
