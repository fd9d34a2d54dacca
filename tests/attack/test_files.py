"""Files that are no ordinary files, and places to write to that are none."""

from __future__ import annotations

import os
import resource
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.cli.command import GOOD, ROOT, run, saved

COMMAND = "from gateway.cli import main; main()"
MEMORY_LIMIT = 2 << 30  # bytes of address space; what is read whole is 64 MiB


def _limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))


@pytest.mark.parametrize("form", ["csv", "canonical", "spapi"])
def test_an_endless_file_is_refused_before_it_fills_the_memory(form: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, "translate", "/dev/zero", "--from", form, "--to", "csv"],
        cwd=ROOT,
        capture_output=True,
        check=False,
        timeout=60,
        preexec_fn=_limited,
    )
    assert done.returncode == 1
    assert b"-too-large" in done.stderr


@pytest.mark.parametrize("output", ["/", "", ".", "..", "a" * 300, "missing/x", "mine/x"])
def test_a_place_that_cannot_be_written_is_wrong_usage(tmp_path: Path, output: str) -> None:
    (tmp_path / "mine").symlink_to("mine")
    path = saved(tmp_path, GOOD)
    done = run("translate", path, "--to", "x12", "-o", output, cwd=tmp_path)
    assert done.code == 2
    assert "cannot be written" in done.err
    assert sorted(each.name for each in tmp_path.iterdir()) == ["file.edi", "mine"]


def test_a_name_as_long_as_the_file_system_allows_is_written(tmp_path: Path) -> None:
    output = tmp_path / ("a" * 255)
    assert run("translate", saved(tmp_path, GOOD), "--to", "canonical", "-o", output).code == 0
    assert output.read_bytes().startswith(b"[")


def test_writing_to_a_pipe_does_not_put_a_file_in_its_place(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    received: list[bytes] = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_bytes()), daemon=True)
    reader.start()
    assert run("translate", saved(tmp_path, GOOD), "--to", "canonical", "-o", pipe).code == 0
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    reader.join(10)
    assert received[0].startswith(b"[")


def test_writing_to_a_link_keeps_the_link(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    target = tmp_path / "folder" / "target"
    target.write_bytes(b"old")
    link = tmp_path / "link"
    link.symlink_to(target)
    assert run("translate", saved(tmp_path, GOOD), "--to", "canonical", "-o", link).code == 0
    assert link.is_symlink()
    assert target.read_bytes().startswith(b"[")


def test_a_full_disk_is_no_mistake_of_the_gateway(tmp_path: Path) -> None:
    path = saved(tmp_path, GOOD)
    for command in (("validate", path), ("translate", path, "--to", "canonical"), ("codes",)):
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(
                [sys.executable, "-c", COMMAND, *command],
                cwd=ROOT,
                stdout=full,
                stderr=subprocess.PIPE,
                check=False,
                timeout=60,
            )
        assert done.returncode == 2, command
        assert b"mistake" not in done.stderr
        assert b"No space left" in done.stderr


def test_a_closed_standard_output_is_told(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, "translate", saved(tmp_path, GOOD), "--to", "canonical"],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        check=False,
        timeout=60,
        preexec_fn=lambda: os.close(1),
    )
    assert done.returncode == 2
    assert b"standard output is closed" in done.stderr


@pytest.mark.parametrize("name", ["", "a" * 300, "../../etc", "/etc", "\udcff"])
def test_a_partner_that_is_not_there_is_wrong_usage(tmp_path: Path, name: str) -> None:
    done = run("translate", saved(tmp_path, GOOD), "--to", "canonical", "--partner", name)
    assert done.code == 2
    assert done.out == b""
