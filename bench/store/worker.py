"""A store in a process of its own: one task and one answer a line, as with `bench.worker`.

`python -m bench.store.worker write FOLDER URL` writes to a store, where URL is "" for SQLite;
`python -m bench.store.worker read FOLDER SEED` reads one. A task is its name and numbers, with tabs between.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import msgspec

from bench.store.finding import Finding
from bench.store.writing import Writing

Task = Callable[..., msgspec.Struct]


def main() -> None:
    """Serves tasks until the standard input ends."""
    way, folder, more = sys.argv[1:]
    if way == "read":
        found = Finding(Path(folder), int(more))
        _serve(
            {
                "searches": found.searches,
                "tree": found.tree,
                "verified": found.verified,
                "proofs": found.proofs,
                "memory": found.memory,
            }
        )
        return
    with closing(Writing(Path(folder), more)) as writing:
        _serve(
            {
                "rows": writing.rows,
                "receives": writing.receives,
                "one by one": writing.queue.one_by_one,
                "in batches": writing.queue.in_batches,
            }
        )


def _serve(tasks: Mapping[str, Task]) -> None:
    for line in sys.stdin:
        task, *numbers = line.rstrip("\n").split("\t")
        answer = tasks[task](*map(int, numbers))
        print(msgspec.json.encode(answer).decode(), flush=True)


if __name__ == "__main__":
    main()
