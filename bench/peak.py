"""Runs a command and tells its greatest memory: `peak.py LIMIT MARK COMMAND...`.

Started as a script, on its own: Linux counts the memory of the process that starts a command as the command's
own until it runs, so that process must be a small one. LIMIT is in seconds, after which the command is ended;
MARK is counted in what it prints. The answer is one line: exit code, greatest resident memory in kilobytes,
CPU seconds, seconds, and how often MARK was printed.
"""

from __future__ import annotations

import os
import signal
import sys
import time

PIECE = 1 << 20


def main() -> None:
    """Runs the command of the arguments."""
    limit, mark, *command = sys.argv[1:]
    reading, writing = os.pipe()
    started = time.perf_counter()
    actions = [(os.POSIX_SPAWN_DUP2, writing, 1)]
    child = os.posix_spawn(command[0], command, os.environ, file_actions=actions)
    os.close(writing)
    signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
    signal.alarm(int(limit))
    marks = _counted(reading, mark.encode())
    _, status, used = os.wait4(child, 0)
    seconds = time.perf_counter() - started
    cpu = used.ru_utime + used.ru_stime
    print(os.waitstatus_to_exitcode(status), used.ru_maxrss, cpu, seconds, marks)


def _counted(reading: int, mark: bytes) -> int:
    count, kept = 0, b""
    while piece := os.read(reading, PIECE):
        held = kept + piece
        count += held.count(mark)
        kept = held[-(len(mark) - 1) :]
    return count


if __name__ == "__main__":
    main()
