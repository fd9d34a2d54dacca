"""Ctrl-C: one plain message, exit code 130, and no file that is half written or left lying about."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.cli.plain_words import plain_command
from tests.cli.command import GOOD, ROOT, saved

# A shell that runs something in the background has it ignore the signal; a terminal does not.
HEEDED = "import os, signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
COMMAND = HEEDED + "from gateway.cli import main; sys.argv[0] = 'gateway'; main()"
# Interrupted while what is to replace the output is written aside, or is about to be put in its place.
WHILE_WRITING = HEEDED + "os.fsync = lambda _: signal.raise_signal(signal.SIGINT)\n"
WHILE_REPLACING = (
    HEEDED + "from pathlib import Path\nPath.replace = lambda *_: signal.raise_signal(signal.SIGINT)\n"
)
# Far more than a pipe holds, so that the one who has written it knows that it is being read: the first
# is less than a block, of which the format is not known yet; of the second many orders have been read.
BEGUN = (300_000, 1_200_000)
MESSAGE = b"gateway: interrupted before the end; run the command again\n"
STDIN = "/dev/stdin"


def interrupted(folder: Path, *arguments: str, begun: int) -> tuple[int, bytes, bytes]:
    """Exit code, standard output and standard error of a command that is interrupted while it reads."""
    orders = GOOD.encode() * (begun // len(GOOD) + 1)
    with subprocess.Popen(
        [sys.executable, "-c", COMMAND, *arguments],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stdin is not None
        try:
            process.stdin.write(orders[:begun])
            process.stdin.flush()
            process.send_signal(signal.SIGINT)
            # The input ends after the signal: one that comes just before a read is heeded just behind it.
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()
    return process.returncode, out, err


@pytest.mark.one_in(3)
@pytest.mark.parametrize("begun", BEGUN)
@pytest.mark.parametrize(
    "arguments",
    [
        ("validate", STDIN),
        ("view", STDIN),
        ("translate", STDIN, "--to", "canonical"),
        ("translate", STDIN, "--to", "spapi", "-o", "orders"),
        ("translate", STDIN, "--to", "csv", "-o", "orders"),
    ],
    ids=" ".join,
)
def test_plain_commands(tmp_path: Path, arguments: tuple[str, ...], begun: int) -> None:
    assert plain_command(arguments) is not None
    saved(tmp_path, "those of yesterday", "orders")
    assert interrupted(tmp_path, *arguments, begun=begun) == (130, b"", MESSAGE)
    assert [each.name for each in tmp_path.iterdir()] == ["orders"]
    assert (tmp_path / "orders").read_bytes() == b"those of yesterday"


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    "arguments",
    [("validate", "-"), ("view", "-"), ("translate", "-", "--to", "csv", "-o", "orders"), ("ack", "-")],
    ids=" ".join,
)
def test_commands_whose_arguments_are_parsed(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert plain_command(arguments) is None
    assert interrupted(tmp_path, *arguments, begun=BEGUN[1]) == (130, b"", MESSAGE)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [("view", STDIN), ("view", "-"), ("translate", STDIN, "--to", "csv")])
def test_it_is_told_as_json_where_that_is_asked_for(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    code, out, err = interrupted(tmp_path, *arguments, "--json", begun=BEGUN[0])
    assert (code, out) == (130, b"")
    told = {"message": "interrupted before the end", "remedy": "run the command again"}
    assert json.loads(err) == {"error": {"kind": "interrupted", **told}}


@pytest.mark.parametrize("moment", [WHILE_WRITING, WHILE_REPLACING], ids=["writing", "replacing"])
@pytest.mark.parametrize("there", [True, False])
def test_the_output_is_as_it_was(tmp_path: Path, moment: str, there: bool) -> None:
    order = saved(tmp_path, GOOD, "order.850")
    if there:
        saved(tmp_path, "those of yesterday", "orders.csv")
    before = {each.name: each.read_bytes() for each in tmp_path.iterdir()}
    done = subprocess.run(
        [sys.executable, "-c", moment + COMMAND, "translate", order, "--to", "csv", "-o", "orders.csv"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
        timeout=60,
        env={"PYTHONPATH": str(ROOT)},
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", MESSAGE)
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == before
