"""Programs of others: what they get, what they do not get, and what becomes of one that misbehaves."""

from __future__ import annotations

import json
import os
import select
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from gateway.one_line import one_line
from gateway.programs import PASSED_ON, Ended, Limits, NotStartedError, run
from gateway.store.surroundings import SystemClock
from tests.clocks import FakeClock

ENVIRONMENT = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "MAIL_PASSWORD": "secret", "HOME": "nowhere"}
MOST = 2000
SPELL_OUT = """
import json, os, sys
told = {"arguments": sys.argv[1:], "given": sys.stdin.read()}
told |= {"folder": os.getcwd(), "variables": dict(os.environ)}
open("told.json", "w").write(json.dumps(told))
"""


def ran(folder: Path, program: str, seconds: float = 20.0, given: bytes = b"") -> Ended:
    """A program of Python, with an argument that a shell would take for more."""
    command = (sys.executable, "-c", program, "own; $(argument)")
    return run(command, given, folder, ENVIRONMENT, SystemClock(), Limits(seconds, MOST))


def test_a_program_gets_what_it_is_given_and_none_of_our_secrets(tmp_path: Path) -> None:
    given = "x" * 1_000_000
    ended = ran(tmp_path, SPELL_OUT, given=given.encode())
    told = json.loads((tmp_path / "told.json").read_text(encoding="utf-8"))
    assert (ended.status, ended.complaint) == (0, None)
    assert told["arguments"] == ["own; $(argument)"]
    assert told["given"] == given
    assert told["folder"] == str(tmp_path)
    assert told["variables"]["HOME"] == "nowhere"
    assert set(told["variables"]) <= set(PASSED_ON)


def test_what_it_says_is_kept_up_to_a_limit_and_shown_by_its_first_line(tmp_path: Path) -> None:
    ended = ran(tmp_path, "print('\\n\\x1b[2Jfirst'); print('x' * 1_000_000)")
    assert (ended.status, len(ended.said)) == (0, MOST)
    assert ended.first_line == "[2Jfirst"


def test_a_program_need_not_read_nor_say_anything(tmp_path: Path) -> None:
    ended = ran(tmp_path, "import os; os.close(0)", given=b"x" * 1_000_000)
    assert (ended.status, ended.said, ended.first_line) == (0, b"", "")


def test_how_it_ended_is_told(tmp_path: Path) -> None:
    assert ran(tmp_path, "raise SystemExit(3)").complaint == f"The program {sys.executable} ended with 3"
    assert ran(tmp_path, "import os; os.kill(os.getpid(), 9)").status == -9


HANGS = "import sys, time; print('begun', flush=True); time.sleep(600)"
CLOSES_AND_HANGS = "import os, time; os.close(1); os.close(2); time.sleep(600)"
HANGS_WITH_A_CHILD = "import subprocess; subprocess.run(['sleep', '600'])"
TALKS = "while True: print('x' * 1000)"


@pytest.mark.parametrize("program", [HANGS, CLOSES_AND_HANGS, HANGS_WITH_A_CHILD, TALKS])
def test_a_program_that_does_not_end_is_killed(tmp_path: Path, program: str) -> None:
    ended = ran(tmp_path, program, seconds=0.5)
    assert str(ended.complaint).endswith("did not end within 0.5 s; it was killed")
    assert ended.status == -9
    assert len(ended.said) <= MOST


def test_its_time_is_that_of_the_clock_that_is_handed_in(tmp_path: Path) -> None:
    """A clock that stands gives it all the time it needs; one that is over, none."""
    command = (sys.executable, "-c", "")
    assert run(command, b"", tmp_path, ENVIRONMENT, FakeClock(), Limits(0.001, MOST)).complaint is None
    assert run(command, b"", tmp_path, ENVIRONMENT, FakeClock(), Limits(0.0, MOST)).killed_after == 0.0


def test_what_a_program_starts_is_ended_with_it(tmp_path: Path) -> None:
    child = "import subprocess; child = subprocess.Popen(['sleep', '600']); print(child.pid, flush=True)"
    ended = ran(tmp_path, f"{child}; child.wait()", seconds=3.0)
    assert ended.killed_after == 3.0
    with suppress(ProcessLookupError):
        waited = select.poll()
        waited.register(os.pidfd_open(int(ended.first_line)), select.POLLIN)
        assert waited.poll(10_000), "it goes on"


def test_what_a_program_leaves_running_is_not_waited_for(tmp_path: Path) -> None:
    ended = ran(tmp_path, "import subprocess; print(subprocess.Popen(['sleep', '60']).pid)")
    assert ended.complaint is None
    os.kill(int(ended.first_line), 9)


@pytest.mark.parametrize("name", ["no-such-program", "./nothing-here", "told\0"])
def test_a_program_that_is_not_there_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotStartedError, match="could not be started"):
        run((name,), b"", tmp_path, ENVIRONMENT, SystemClock(), Limits(5.0, MOST))


def test_a_program_in_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotStartedError, match="No such file"):
        ran(tmp_path / "gone", "")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (" a\r\nSubject: b\u2028c\x1b[2J\ud800 ", "a  Subject: b c [2J"),
        ("x" * 400, "x" * 30),
        ("\n" * 1000 + "far away", ""),
        ("", ""),
    ],
)
def test_one_line_is_printable_and_short(text: str, line: str) -> None:
    assert one_line(text, 30) == line
