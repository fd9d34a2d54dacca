"""The helper that starts real processes: what it hears, how it kills, and that nothing is left."""

from __future__ import annotations

import contextlib
import signal
from pathlib import Path

import pytest

from tests.processes import Starter, listens

SLEEPER = "import signal; print('ready', flush=True); signal.pause()"
# starts one in the same session and one that leaves it, each of which holds the pipes
PARENT = f"""
import subprocess, sys, signal
for apart in (False, True):
    child = subprocess.Popen([sys.executable, "-c", {SLEEPER!r}], start_new_session=apart)
signal.pause()
"""


def runs(process: int) -> bool:
    """Whether a process does anything any more."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(") ")[2][0] not in "ZX"
    return False


def test_both_streams_are_heard(processes: Starter) -> None:
    program = "import sys; print('listening on', sys.argv[1]); print('a doubt', file=sys.stderr); sys.exit(3)"
    running = processes.python(program, "17")
    assert running.wait_for_line(r"^listening on (\d+)$")[1] == "17"
    assert running.wait_for_line("doubt")[0] == "doubt"
    assert running.wait() == 3
    assert (running.out, running.err, running.status) == ("listening on 17\n", "a doubt\n", 3)


def test_more_than_a_pipe_holds_is_taken(processes: Starter) -> None:
    running = processes.python("print(('x' * 99 + '\\n') * 20_000, end=''); print('done')")
    assert running.wait() == 0
    assert len(running.out) == 2_000_005


def test_an_end_is_told_at_once_and_with_all_that_was_said(processes: Starter) -> None:
    running = processes.python("raise SystemExit('no such workspace')")
    with pytest.raises(
        AssertionError, match=r"(?s)ended with 1 without a line like 'ready'.*no such workspace"
    ):
        running.wait_for_line("ready")


def test_a_deadline_is_kept(processes: Starter) -> None:
    running = processes.python(SLEEPER)
    running.wait_for_line("ready")
    with pytest.raises(AssertionError, match=r"(?s)'never' did not come within 0.05 s.*ready"):
        running.wait_for_line("never", within=0.05)
    with pytest.raises(AssertionError, match="still runs"):
        running.wait(within=0.05)


def test_standard_input_reaches_it(processes: Starter) -> None:
    running = processes.python("import sys; print(sys.stdin.read().upper())")
    running.send("order")
    running.end_input()
    assert running.wait() == 0
    assert running.out == "ORDER\n"


def test_a_signal_reaches_it(processes: Starter) -> None:
    running = processes.python(SLEEPER)
    running.wait_for_line("ready")
    running.signal(signal.SIGTERM)
    assert running.wait() == -signal.SIGTERM


def test_a_listener_is_found(processes: Starter, tmp_path: Path) -> None:
    program = """
import signal, socket
listening = socket.socket(socket.AF_UNIX)
listening.bind("door")
listening.listen()
signal.pause()
"""
    assert not listens(tmp_path / "door")
    running = processes.python(program)
    running.wait_for_socket(tmp_path / "door")
    assert listens(tmp_path / "door")
    running.kill()
    assert not listens(tmp_path / "door")


def test_a_killed_one_takes_all_with_it(processes: Starter) -> None:
    running = processes.python(PARENT)
    running.wait_until(lambda: running.out.count("ready") == 2)
    family = [running.pid, *running.descendants()]
    assert len(family) == 3
    assert all(map(runs, family))
    running.kill()
    assert not any(map(runs, family))
    assert running.status == -signal.SIGKILL


def test_nothing_outlives_a_test_that_fails(tmp_path: Path) -> None:
    with (
        pytest.raises(RuntimeError, match="the test fails"),
        contextlib.closing(Starter(tmp_path)) as starter,
    ):
        running = starter.python(PARENT)
        running.wait_until(lambda: running.out.count("ready") == 2)
        family = [running.pid, *running.descendants()]
        raise RuntimeError("the test fails")
    assert len(family) == 3
    assert not any(map(runs, family))


def test_children_that_outlive_their_parent_are_killed_too(processes: Starter) -> None:
    running = processes.python(PARENT)
    running.wait_until(lambda: running.out.count("ready") == 2)
    children = running.descendants()
    running.signal(signal.SIGKILL)
    assert running.wait() == -signal.SIGKILL
    assert all(map(runs, children))
    running.kill()
    assert not any(map(runs, children))


def test_the_command_of_this_checkout_starts(processes: Starter) -> None:
    running = processes.gateway("--version")
    assert running.wait() == 0
    assert "gateway" in running.out
