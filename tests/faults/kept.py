"""The program that keeps rows, run and recorded, and what is left of its rows in an image."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from tests.faults.powerloss import Image
from tests.faults.recording import Recording
from tests.faults.tracing import environment, traced

PROGRAMS = Path(__file__).parent / "programs"


def keeper(folder: Path, *options: str) -> list[str]:
    """The command line of the program that keeps rows and answers."""
    return [sys.executable, "-S", str(PROGRAMS / "keeper.py"), str(folder), *options]


def recorded(folder: Path, *options: str) -> Recording:
    """A run of that program with its files below `folder`/kept."""
    root = folder / "kept"
    root.mkdir()
    command = traced(keeper(root, *options), folder / "calls")
    subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment())
    recording = Recording(folder / "calls", root)
    assert recording.differences(root) == []
    return recording


def acknowledged(image: Image) -> set[str]:
    """The names of the rows that were said to be kept."""
    return {answer.split()[1].decode() for answer in image.acknowledged if answer.startswith(b"kept ")}


def rows(folder: Path) -> set[str]:
    """The names of the rows in a database, once SQLite has found it whole; none where it was never made."""
    if not (folder / "rows.db").exists():
        return set()
    with closing(sqlite3.connect(folder / "rows.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'row'").fetchall():
            return set()  # a table that is not there yet is no damage, its rows are lost all the same
        return {name for (name,) in connection.execute("SELECT name FROM row")}


def files(folder: Path) -> set[str]:
    """The names of the files that are whole in the vault."""
    return {
        path.name for path in folder.glob("vault/**/row-*[0-9]")
        if path.is_file() and path.read_bytes() == path.name.encode() * 200
    }  # fmt: skip
