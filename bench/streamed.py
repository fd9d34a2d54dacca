"""Makes the sets of an X12 file canonical as they come, keeps none, and prints a mark for each that counts.

`python -m bench.streamed FILE`, in a workspace.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from gateway.bootstrap import Library
from gateway.cli.files import CHUNK_BYTES
from gateway.pipeline.x12_files import X12Stream
from gateway.workspace import Workspace

MARK = "<document>"


def main() -> None:
    """Prints the marks when the interchange has ended; ends with 1 when the file has errors."""
    stream = X12Stream(Library(Workspace(Path.cwd())).knowledge(None, None), most=sys.maxsize)
    made: Counter[int | None] = Counter()
    with Path(sys.argv[1]).open("rb") as file:
        for each in stream.mapped(iter(lambda: file.read(CHUNK_BYTES), b"")):
            if each is not None:
                made[each.place.group] += each.outcome.document is not None
                continue
            for group, count in made.items():
                sys.stdout.write(MARK * count if stream.intake.lets_through(group) else "")
            made.clear()
    sys.exit(stream.intake.report("").has_errors)


if __name__ == "__main__":
    main()
