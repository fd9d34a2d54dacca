"""Looks at a kept input again: `python -m tests.soak.look TARGET FILE`; 1 when something is wrong with it."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.soak.targets import TARGETS
from tests.soak.watch import Status, Watch


def main(name: str, path: str) -> int:
    """Says what the target says to the file; nothing new is kept."""
    crasher = Watch(TARGETS[name], None, Status(name, "look", 0)).look(Path(path).read_bytes())
    print(crasher.said if crasher is not None else "All is well with it.")
    return 0 if crasher is None else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
