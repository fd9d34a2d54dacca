"""The figures of a start: seconds that a person waits for `gateway validate` of one small file."""

from __future__ import annotations

from pathlib import Path
from statistics import median

from bench import command, orders
from bench.figures import Bound, Figure
from bench.workspace import PARTNER

RUNS = 11
CHANGES = 5
FILE, VENDOR_FILE = "small.850", "small.json"
CHANGED = ("schemas/x12/004010/850.yaml", "mappings/spapi-order.yaml", "mappings/x12-850.yaml")
WARM = Bound(0.25, at_least=False, unit=" s")
CHANGE = Bound(1.5, at_least=False, unit=" s")
SPAPI = ("translate", FILE, "--to", "spapi", "--partner", PARTNER, "-o", VENDOR_FILE)


def figures(workspace: Path, seed: int) -> list[Figure]:
    """Starts with caches as a run before left them, and right after a schema or a table was changed.

    An 850 and SP-API JSON: of the first the definitions of X12 are needed, of the second the mapping tables.
    """
    (workspace / FILE).write_bytes(orders.interchange(seed, 1, 5))
    command.timed(workspace, SPAPI)
    made = []
    for file, named, check in ((FILE, "850", ()), (VENDOR_FILE, "SP-API order", ("--partner", PARTNER))):
        arguments = ("validate", file, *check)
        command.timed(workspace, arguments)
        warm = [command.timed(workspace, arguments) for _ in range(RUNS)]
        made.append(Figure("start", f"start of validate, small {named}, warm", WARM, median(warm), warm))
        changed = [_after_a_change(workspace, arguments) for _ in range(CHANGES)]
        title = f"start of validate, small {named}, tables changed"
        made.append(Figure("start", title, CHANGE, median(changed), changed))
    return made


def _after_a_change(workspace: Path, arguments: tuple[str, ...]) -> float:
    for name in CHANGED:
        with (workspace / name).open("a", encoding="utf-8") as file:
            file.write("# changed\n")
    return command.timed(workspace, arguments)
