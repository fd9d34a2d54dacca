"""The command as a process: pipes, terminals that cannot show everything, and mistakes of our own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.cli.manual import HEADINGS, OTHERS
from tests.cli.command import FAULTY, GOOD, ROOT, run, saved

COMMAND = "import sys; from gateway.cli import main; sys.argv[0] = 'gateway'; main()"
# A mistake in the gateway: what reads files is replaced by something that fails.
MISTAKEN = """
import sys
import gateway.cli.checking
def broken(*arguments):
    raise RuntimeError("boom")
gateway.cli.checking.read = broken
from gateway.cli import main
sys.argv[0] = 'gateway'
main()
"""


def started(
    *arguments: str | bytes | Path, program: str = COMMAND, given: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        input=given,
        capture_output=True,
        check=False,
        timeout=60,
        env={**os.environ, **environment},
    )


def test_a_pipe_is_read_like_a_file() -> None:
    done = started("validate", "/dev/stdin", given=GOOD.encode())
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"x12  accepted" in done.stdout


def test_a_mistake_of_ours_ends_with_3_and_one_message(tmp_path: Path) -> None:
    done = started("validate", saved(tmp_path, GOOD), program=MISTAKEN)
    assert (done.returncode, done.stdout) == (3, b"")
    assert done.stderr.count(b"\n") == 1
    assert b"a mistake in the gateway itself (RuntimeError: boom" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["validate", "ack", "detect"])
def test_a_terminal_without_the_characters_of_a_document(tmp_path: Path, command: str) -> None:
    text = FAULTY.replace("BEG*00", "BEG*\xe4\u20ac")
    path = saved(tmp_path, text.encode(), "Bestellung-\xe4.edi")
    done = started(command, path, PYTHONIOENCODING="ascii")
    assert done.returncode in (0, 1)
    assert b"mistake" not in done.stderr


def test_a_file_name_that_is_no_text(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff\xfe.edi"
    Path(os.fsdecode(path)).write_bytes(GOOD.encode())
    for options in ((), ("--json",)):
        done = started("validate", *options, path)
        assert (done.returncode, done.stderr) == (0, b"")
        assert b"accepted" in done.stdout
    assert started("validate", path + b"no").returncode == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("validate", "FILE"),
        ("validate", "--json", "FILE"),
        ("view", "FILE"),
        ("translate", "FILE", "--to", "canonical"),
        ("ack", "FILE"),
        ("codes",),
        ("schemas", "show", "850"),
        ("mappings", "list"),
        ("--help",),
    ],
)
def test_somebody_who_stops_reading_is_no_mistake(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    path = str(saved(tmp_path, GOOD))
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            [sys.executable, "-c", COMMAND, *(path if each == "FILE" else each for each in arguments)],
            cwd=ROOT,
            stdout=write,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )
    finally:
        os.close(write)
    assert (done.returncode, done.stderr) == (141, b"")


def test_nobody_reads_what_went_wrong() -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            [sys.executable, "-c", COMMAND, "validate", "missing"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=write,
            check=False,
            timeout=60,
        )
    finally:
        os.close(write)
    assert (done.returncode, done.stdout) == (141, b"")


def test_a_pipeline_of_a_shell_ends_as_its_last_command_does(tmp_path: Path) -> None:
    path = saved(tmp_path, FAULTY * 400)
    script = f'{sys.executable} -c "{COMMAND}" validate --json {path} | head -n 1; echo ${{PIPESTATUS[*]}}'
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=ROOT,
        capture_output=True,
        check=False,
        timeout=60,
        env={**os.environ, "PYTHONUNBUFFERED": ""},  # unbuffered, Python takes half a write for a whole one
    )
    assert (done.stdout, done.stderr) == (b"{\n141 0\n", b"")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), 2),
        (("--help",), 0),
        (("--version",), 0),
        (("validate",), 2),
        (("validate", "--no-such-option", "x"), 2),
        (("no-such-command",), 2),
        (("schemas",), 2),
    ],
)
def test_usage(arguments: tuple[str, ...], code: int) -> None:
    ran = run(*arguments)
    assert ran.code == code
    assert "Traceback" not in ran.err


COMMANDS = [
    *((each,) for each in ("validate", "translate", "explain", "diff", "ack", "view", "detect", "codes")),
    *(("mappings", each) for each in ("list", "check", "show")),
    *(("schemas", each) for each in ("list", "check", "show")),
]


@pytest.mark.parametrize("group", [(), ("mappings",), ("schemas",)])
def test_the_help_of_a_group_cuts_no_sentence(
    monkeypatch: pytest.MonkeyPatch, group: tuple[str, ...]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    ran = run(*group, "--help")
    assert ran.code == 0
    assert b"..." not in ran.out.replace(b"[ARGS]...", b"")
    for command in COMMANDS:
        if command[:-1] == group:
            assert f"\n  {command[-1]} ".encode() in ran.out


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_argument_and_option_is_explained(
    monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    ran = run(*command, "--help")
    lines = ran.out.decode().splitlines()
    assert ran.code == 0
    assert max(map(len, lines)) <= 80
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        if line.startswith(("  -", "  FILE", "  NAME")):
            explained = len(line.strip().split("  ", 1)) == 2 or after.startswith(" " * 8)
            assert explained, line


def test_every_command_stands_under_a_heading_of_the_help() -> None:
    told = run("--help").out.decode()
    assert OTHERS not in told
    assert [told.index(heading) for heading in HEADINGS] == sorted(told.index(each) for each in HEADINGS)
