"""Searches the targets one after the other and prints what came of it: `python -m tests.soak.run`.

Each target has a process of its own. What ends a process before its time (an input that takes for ever, or
too much memory, or one that kills the interpreter) counts as a crasher; the search then goes on without it.
With `--record` the table is put into `docs/testing.md`.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "var/soak"  # outside git
PAGE = ROOT / "docs/testing.md"
TARGETS = ("x12", "csv", "fixed", "xml", "json", "tables", "xlsx")
BEGIN, END = "<!-- begin of the soak table -->", "<!-- end of the soak table -->"
EDGES = re.compile(r"\bcov: (\d+)")
KILLED_BY = ("timeout-*", "oom-*", "crash-*", "leak-*")  # what libFuzzer calls the inputs it stopped at
GRACE_SECONDS = 900  # a busy machine may take minutes before the search begins
MOST_STARTS = 10
COLUMNS = ("target", "engine", "seeds", "inputs", "minutes", "edges reached", "crashers", "slowest input (s)")


class Line(msgspec.Struct):
    """What came of one target; the fields are those of `tests.soak.watch.Status`."""

    target: str
    engine: str = ""
    seeds: int = 0
    runs: int = 0
    seconds: float = 0.0
    edges: int = 0
    crashers: int = 0
    slowest: float = 0.0


def main() -> int:
    """Runs the searches; 1 when there is a crasher."""
    arguments = _arguments()
    lines = []
    for name in arguments.target or TARGETS:
        print(f"soak {name}: for {arguments.minutes:g} minutes", flush=True)
        lines.append(_searched(name, arguments))
        print("\n".join(table(lines[-1:])), flush=True)
    shown = "\n".join(table(lines))
    print(f"\n{shown}\n")
    if arguments.record:
        record(shown, PAGE)
    crashers = sum(line.crashers for line in lines)
    if crashers:
        print(
            f"{crashers} crashers lie in {arguments.folder}/TARGET/; the text beside each tells what to do."
        )
    return 1 if crashers else 0


def _arguments() -> Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--target", action="append", choices=TARGETS)
    parser.add_argument("--engine", choices=("atheris", "hypothesis"), default="atheris")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--nice", type=int, default=19, help="how far others on the machine go first")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="for crashers and logs")
    parser.add_argument("--record", action="store_true", help="put the table into docs/testing.md")
    return parser.parse_args()


def _searched(name: str, arguments: Namespace) -> Line:
    """One target for its time, begun again where a process ended early."""
    folder = arguments.folder.absolute() / name
    folder.mkdir(parents=True, exist_ok=True)
    for old in (path for path in folder.iterdir() if path.is_file()):
        old.unlink()
    total = Line(name)
    ends = time.monotonic() + arguments.minutes * 60
    for start in range(MOST_STARTS):
        left = round(ends - time.monotonic())
        if left < 1:
            break
        _add(total, _one(name, folder, left, arguments, start))
    total.crashers = len(list(folder.glob("*.input"))) + len(_killers(folder))
    return total


def _one(name: str, folder: Path, seconds: int, arguments: Namespace, start: int) -> Line:
    command = [sys.executable, "-m", "tests.soak.fuzz", name, "--seconds", str(seconds)]
    command += ["--folder", str(folder), "--engine", arguments.engine, "--seed", str(arguments.seed + start)]
    log = folder / f"log-{start + 1}.txt"
    with log.open("wb") as output:
        before = len(_killers(folder))
        try:
            ended = subprocess.run(
                command,
                cwd=ROOT,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
                timeout=seconds + GRACE_SECONDS,
                preexec_fn=partial(os.nice, arguments.nice),
            ).returncode
        except subprocess.TimeoutExpired:
            ended = -1
    text = log.read_text(encoding="utf-8", errors="replace")
    said = [line for line in text.splitlines() if line.startswith(("soak ", "atheris cannot"))]
    print("".join(f"{line}\n" for line in said), end="", flush=True)
    if ended and len(_killers(folder)) == before:
        (folder / f"crash-{start + 1}").write_bytes(b"")
        print(f"soak {name}: the process ended with {ended}; {log} tells more", flush=True)
    status = folder / "status.json"
    line = msgspec.json.decode(status.read_bytes(), type=Line) if status.exists() else Line(name)
    status.unlink(missing_ok=True)
    line.edges = max((int(count) for count in EDGES.findall(text)), default=0)
    return line


def _killers(folder: Path) -> list[Path]:
    return [path for pattern in KILLED_BY for path in folder.glob(pattern)]


def _add(total: Line, more: Line) -> None:
    total.engine = more.engine or total.engine
    total.seeds = more.seeds or total.seeds
    total.runs += more.runs
    total.seconds += more.seconds
    total.edges = max(total.edges, more.edges)
    total.slowest = max(total.slowest, more.slowest)


def table(lines: Sequence[Line]) -> Iterator[str]:
    """The lines as a table of Markdown."""
    yield f"| {' | '.join(COLUMNS)} |"
    yield f"|---|---|{'---:|' * (len(COLUMNS) - 2)}"
    for line in lines:
        cells = (line.target, line.engine, f"{line.seeds}", f"{line.runs:,}", f"{line.seconds / 60:.0f}")
        edges = f"{line.edges:,}" if line.edges else "not counted"
        yield f"| {' | '.join((*cells, edges, f'{line.crashers}', f'{line.slowest:.1f}'))} |"


def record(shown: str, page: Path) -> None:
    """Put the rows of a table between the marks on the page; those of other targets stay there."""
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    held, _, after = rest.partition(END)
    head, rule, *rows = shown.splitlines()
    of_target = {_target(row): row for row in (*held.splitlines(), *rows) if _target(row) in TARGETS}
    ordered = (of_target[name] for name in TARGETS if name in of_target)
    lines = "\n".join((head, rule, *ordered))
    page.write_text(f"{before}{BEGIN}\n{lines}\n{END}{after}", encoding="utf-8")


def _target(row: str) -> str:
    return row.strip("| ").partition(" |")[0]


if __name__ == "__main__":
    sys.exit(main())
