"""How far the work on a long file is, is shown on a terminal and nowhere else."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.cli.watch import Watch
from tests.cli.command import GOOD, ROOT, saved

FROM_BYTES = 100  # the sample is longer
PROGRAM = """
import sys
from gateway.cli import checking, exchange, main, translating, viewing
size = int(sys.argv.pop(1))
checking.CHECKED_FROM_BYTES = exchange.CHECKED_FROM_BYTES = size
viewing.MAPPED_FROM_BYTES = translating.MAPPED_FROM_BYTES = size
main()
"""
COMMANDS = {
    "validate": ("validate",),
    "ack": ("ack",),
    "view": ("view",),
    "translate": ("translate", "--to", "canonical"),
}


def told_on_a_terminal(command: tuple[str, ...], path: Path, from_bytes: int = FROM_BYTES) -> tuple[int, str]:
    """The exit code of a command and what it writes to a terminal that is its standard error."""
    terminal, end = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    started = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(from_bytes), *command, str(path)],
        stdout=subprocess.DEVNULL,
        stderr=end,
        cwd=ROOT,
        env=environment,
    )
    os.close(end)
    told = bytearray()
    try:
        while block := os.read(terminal, 1 << 16):
            told += block
    except OSError:  # what Linux says when the other end is closed
        pass
    finally:
        os.close(terminal)
    return started.wait(), told.decode()


@pytest.mark.parametrize("name", COMMANDS)
def test_a_terminal_shows_how_far_the_work_is(tmp_path: Path, name: str) -> None:
    code, told = told_on_a_terminal(COMMANDS[name], saved(tmp_path, GOOD))
    assert code == 0
    assert "reading file.edi" in told
    assert "working on file.edi" in told
    assert ("writing canonical" in told) is (name == "translate")
    assert told.index("reading") < told.index("working")


def test_of_a_short_file_nothing_is_shown(tmp_path: Path) -> None:
    assert told_on_a_terminal(("validate",), saved(tmp_path, GOOD), len(GOOD) + 1) == (0, "")


def test_a_document_cannot_command_the_terminal_by_the_name_of_its_file(tmp_path: Path) -> None:
    code, told = told_on_a_terminal(("validate",), saved(tmp_path, GOOD, "a\x1b[31m[red]b.edi"))
    assert code == 0
    assert "reading a\\x1b[31m[red]b.edi" in told


@pytest.mark.parametrize("name", COMMANDS)
def test_a_pipe_is_shown_nothing(tmp_path: Path, name: str) -> None:
    path = saved(tmp_path, GOOD)
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(FROM_BYTES), *COMMANDS[name], str(path)],
        capture_output=True,
        cwd=ROOT,
        check=True,
    )
    assert b"reading" not in ran.stderr
    assert b"\x1b" not in ran.stderr
    assert b"\x1b" not in ran.stdout


def test_the_blocks_of_a_file_come_as_they_are() -> None:
    with Watch(1) as watch:
        assert list(watch.reading(iter((b"one", b"two")), "file.edi", 6)) == [b"one", b"two"]
        watch.stage("writing")
