"""Generated code in `var/cache` that is spoiled, or that others could have touched, is made anew."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.mapping.engine import COMPILE_AFTER
from tests.cli.command import Ran, run
from tests.pipeline.knowledge import EXAMPLES

REPEATABLE = ("--control-numbers", "7,8,9", "--at", "2026-11-05T10:00")


def spoil(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def cut_off(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:100])


def fill_with_other_code(file: Path) -> None:
    file.write_bytes(b"raise SystemExit('this must not run')\n")


def open_to_others(file: Path) -> None:
    file.chmod(0o666)


def open_the_folder(file: Path) -> None:
    spoil(file)
    file.parent.chmod(0o777)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    for name in ("partners", "mappings", "schemas", "inbound", "outbound"):
        (tmp_path / name).mkdir()
    orders = (EXAMPLES / "purchase-orders.850").read_bytes()
    numbers = range(1, COMPILE_AFTER + 1)  # so many that tables are compiled too
    many = (orders.replace(b"000000041", b"%09d" % number) for number in numbers)
    (tmp_path / "orders.850").write_bytes(b"".join(many))
    return tmp_path


def translated(workspace: Path) -> Ran:
    return run("translate", "orders.850", "--to", "x12", *REPEATABLE, cwd=workspace)


def cached(workspace: Path) -> list[Path]:
    return sorted((workspace / "var" / "cache").iterdir())


@pytest.mark.parametrize("damage", [spoil, cut_off, fill_with_other_code, open_to_others, open_the_folder])
def test_what_is_not_right_is_made_anew(workspace: Path, damage: Callable[[Path], None]) -> None:
    first = translated(workspace)
    files = cached(workspace)
    assert first.code == 0
    assert len(files) > 2
    for file in files:
        damage(file)
        os.utime(file, (0, 0))
    again = translated(workspace)
    assert (again.code, again.out, again.err) == (first.code, first.out, first.err)
    assert cached(workspace) == files
    assert all(file.stat().st_mtime > 0 for file in files)
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert files[0].parent.stat().st_mode & 0o777 == 0o700


def test_what_is_right_is_not_made_again(workspace: Path) -> None:
    translated(workspace)
    before = [(file, file.stat().st_mtime_ns) for file in cached(workspace)]
    translated(workspace)
    assert [(file, file.stat().st_mtime_ns) for file in cached(workspace)] == before
