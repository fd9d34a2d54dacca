"""The memory of a command is that of the command alone, and what ended it is told."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bench import peak


def ran(program: str, limit: int = 30, mark: str = "ab") -> list[str]:
    arguments = [str(limit), mark, sys.executable, "-S", "-c", program]
    launcher = [sys.executable, "-I", "-S", str(Path(peak.__file__)), *arguments]
    return subprocess.run(launcher, capture_output=True, text=True, check=True).stdout.split()


def test_the_memory_is_that_of_the_command_not_of_who_starts_it() -> None:
    held = bytearray(120_000_000)
    small, large = ran("pass"), ran("x = bytearray(60_000_000); x[:] = b'1' * len(x)")
    assert int(small[1]) < 40_000
    assert int(large[1]) > 60_000
    assert len(held) == 120_000_000


@pytest.mark.parametrize(("code", "text"), [("0", ""), ("3", "; sys.exit(3)")])
def test_exit_code_and_marks_are_told(code: str, text: str) -> None:
    told = ran(f"import sys; sys.stdout.write('ab' * 900_000 + 'a'){text}")
    assert (told[0], told[4]) == (code, "900000")


def test_a_command_that_takes_too_long_is_ended() -> None:
    assert ran("while True: pass", limit=1)[0] == "-9"
