"""What strace writes is read, line by line and of a real process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.events import Kind, before
from tests.faults.kept import PROGRAMS
from tests.faults.recording import Recording
from tests.faults.tracing import (
    Traced,
    TraceError,
    calls,
    descriptors,
    environment,
    needs_strace,
    sent,
    traced,
)

IN = "".join(f"\\x{byte:02x}" for byte in b"/r/a>b")


def test_a_call_on_two_lines_keeps_both() -> None:
    read = list(
        calls(
            [
                '7  write(1<\\x70>, "\\x61\\x62", 2 <unfinished ...>\n',
                f"8  fsync(3<{IN}>) = 0\n",
                "7  <... write resumed>) = 1\n",
                "8  +++ exited with 0 +++\n",
            ]
        )
    )
    assert [(call.pid, call.name, call.start, call.end, call.result) for call in read] == [
        (8, "fsync", 1, 1, 0),
        (7, "write", 0, 2, 1),
    ]
    assert sent(read[1]) == b"a"
    assert descriptors(read[0].arguments)[0].leads_to == "/r/a>b"


def test_a_call_that_never_returned_comes_last_and_has_no_end() -> None:
    read = list(
        calls(
            [
                f"7 fdatasync(3<{IN}> <unfinished ...>\n",
                f'8 pwrite64(3<{IN}>, "\\x61", 1, 512) = 1\n',
                "7 <... fdatasync resumed>)  = ?\n",
                f"9 fsync(3<{IN}>(deleted) <unfinished ...>\n",
                "9 +++ killed by SIGKILL +++\n",
            ]
        )
    )
    assert [(call.pid, call.end) for call in read] == [(8, 1), (7, None), (9, None)]
    assert descriptors(read[2].arguments)[0].deleted


def test_a_call_that_a_kill_came_before_is_none() -> None:
    assert list(calls(["7 ???()                             = ?\n", "7 +++ killed by SIGKILL +++\n"])) == []


def test_an_error_is_told_by_name() -> None:
    (call,) = calls([f"7 fsync(3<{IN}>) = -1 EIO (Input/output error) (INJECTED)\n"])
    assert (call.result, call.error) == (-1, "EIO")


def test_sockets_are_told_by_their_addresses() -> None:
    line = '8<UNIX-STREAM:[12->13,"\\x73\\x6f"]>, "\\x61", 1, 0, {sa_family=AF_UNIX, sun_path="\\x62"}, 4'
    assert descriptors(line)[0].leads_to == "UNIX-STREAM:[12->13,so]"
    (call,) = calls([f"7 sendto({line}) = 1\n"])
    assert sent(call) == b"a"
    assert descriptors("4<TCPv6:[[::1]:80->[::1]:90]>, ")[0].leads_to == "TCPv6:[[::1]:80->[::1]:90]"


@pytest.mark.parametrize(
    "line",
    ["not a line\n", "7 <... write resumed>) = 1\n", "7 garbage\n", "7 garbage <unfinished ...>\n"],
)
def test_what_cannot_be_read_is_refused(line: str) -> None:
    with pytest.raises(TraceError):
        list(calls([line]))


def test_a_string_that_was_cut_is_refused() -> None:
    (call,) = calls(['7 write(1<\\x70>, "\\x61"..., 9) = 9\n'])
    with pytest.raises(TraceError, match="cut a string"):
        sent(call)


@needs_strace
def test_the_events_of_a_run_lead_to_the_folder_as_it_is(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "modes").write_text("was there before")
    at_first = before(root)
    command = traced([sys.executable, "-S", str(PROGRAMS / "everything.py")], tmp_path / "calls")
    subprocess.run(command, check=True, cwd=root, stdout=subprocess.PIPE, env=environment())
    recording = Recording(tmp_path / "calls", root, at_first, cwd=root)
    assert recording.differences(root) == []
    assert [event.data for event in recording.answers()] == [b"sent", b"in parts", b"printed"]
    assert "answers" in recording.answers()[0].path
    (root / "renamed").write_text("changed by somebody else")
    assert recording.differences(root) == ["renamed"]
    assert sum(event.kind is Kind.SYNCED for event in recording.events) == 81


MAP = "import mmap; f = open('a', 'w+b'); f.write(b'x' * 9); f.flush(); mmap.mmap(f.fileno(), 9)"
UNSEEN = {
    "copied inside the kernel": "import shutil; open('a', 'w').write('x'); shutil.copyfile('a', 'b')",
    "written through memory": MAP,
    "place in .* is not known": "import os; f = os.open('a', 65); os.write(os.dup(f), b'x')",
    "symbolic link": "import os; os.symlink('a', 'b')",
    "not made while traced": "import os; os.rename('../outside', 'b')",
}


@needs_strace
@pytest.mark.parametrize("reason", UNSEEN)
def test_what_cannot_be_followed_is_refused(reason: str, tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "outside").write_text("x")
    command = traced([sys.executable, "-S", "-c", UNSEEN[reason]], tmp_path / "calls")
    subprocess.run(command, check=True, cwd=root, env=environment())
    with pytest.raises(TraceError, match=reason):
        Recording(tmp_path / "calls", root, cwd=root)


@needs_strace
def test_a_service_under_strace_is_stopped_by_its_own_signal(tmp_path: Path) -> None:
    waits = "import os, signal; os.write(1, b'up'); signal.sigwait({signal.SIGTERM}); os.write(1, b'down')"
    blocked = f"import signal; signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM]); {waits}"
    command = traced([sys.executable, "-S", "-c", blocked], tmp_path / "calls")
    with Traced(command, stdout=subprocess.PIPE) as process:
        assert process.strace.stdout is not None
        assert process.strace.stdout.read(2) == b"up"
        assert process.stop() == 0
    recording = Recording(tmp_path / "calls", tmp_path)
    assert [event.data for event in recording.answers()] == [b"up", b"down"]
