"""Searches one target in a process of its own: `python -m tests.soak.fuzz TARGET --seconds N --folder DIR`.

Where atheris cannot be imported, hypothesis draws the inputs, unguided, and the reason is printed. A file in
the folder tells how far the search came, whatever ends it.
"""

from __future__ import annotations

import argparse
import importlib
import random
import resource
import time
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from tests.soak.search import Search

ENGINES = ("atheris", "hypothesis")
MEMORY_LIMIT_BYTES = 8 << 30  # of address space, where libFuzzer does not watch over the memory
BATCH = 500


def main() -> None:
    """Searches until the time is up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--engine", choices=ENGINES, default=ENGINES[0])
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    if arguments.engine == "atheris" and _has_atheris():
        # What is imported before atheris is not seen by its guide, so it stands here.
        from tests.soak.guided import run  # noqa: PLC0415 - see above

        run(arguments)
    else:
        _unguided(arguments)


def _has_atheris() -> bool:
    try:
        importlib.import_module("atheris")
    except ImportError as error:
        print(f"atheris cannot be imported ({error}); hypothesis searches instead, unguided", flush=True)
        return False
    return True


def _unguided(arguments: Namespace) -> None:
    from tests.soak.search import Search  # noqa: PLC0415 - it must not be imported before the guide is

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT_BYTES, MEMORY_LIMIT_BYTES))
    search = Search(arguments.target, "hypothesis", arguments.folder)
    ends = time.monotonic() + arguments.seconds
    for data in search.seeds:
        search.look(data)
    while time.monotonic() < ends:
        _batch(search, ends)
    search.write_status()


def _batch(search: Search, ends: float) -> None:
    from tests.soak.search import LONGEST_INPUT  # noqa: PLC0415 - see above

    @settings(
        max_examples=BATCH,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.sampled_from(search.seeds), chance=st.integers(0, 2**64))
    def look(data: bytes, chance: int) -> None:
        if time.monotonic() < ends:
            search.look(search.changed(data, LONGEST_INPUT, random.Random(chance)))

    look()


if __name__ == "__main__":
    main()
