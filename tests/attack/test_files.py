"""Files that are no ordinary files, and places to write to that are none."""

from __future__ import annotations

import errno
import os
import resource
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO

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


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("missing/x", "No such file or directory; create the folder first, or correct the path"),
        ("file.edi/x", "Not a directory; a part of the path is no folder; correct it"),
        (".", "Is a directory; name a file in it"),
        ("/dev/full", "No space left on device; make room on the disk and run the command again"),
        ("a" * 300, "File name too long; choose a shorter name"),
    ],
)
@pytest.mark.parametrize("command", [("ack",), ("translate", "--to", "canonical")])
def test_why_a_place_cannot_be_written_and_what_to_do(
    tmp_path: Path, command: tuple[str, ...], output: str, said: str
) -> None:
    done = run(*command, saved(tmp_path, GOOD), "-o", output, cwd=tmp_path)
    assert (done.code, done.out) == (2, b"")
    assert done.err == f"gateway: {output} cannot be written: {said}\n"
    assert [each.name for each in tmp_path.iterdir()] == ["file.edi"]


@pytest.mark.parametrize("command", [("validate",), ("ack",), ("view",), ("detect",)])
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("missing", "No such file or directory; correct the path, or look whether the file was moved"),
        ("file.edi/x", "Not a directory; a part of the path is no folder; correct it"),
        ("folder", "Is a directory; name the files in it, such as folder/*"),
    ],
)
def test_why_a_file_cannot_be_read_and_what_to_do(
    tmp_path: Path, command: tuple[str, ...], name: str, said: str
) -> None:
    saved(tmp_path, GOOD)
    (tmp_path / "folder").mkdir()
    done = run(*command, name, cwd=tmp_path)
    assert (done.code, done.out) == (2, b"")
    assert done.err == f"gateway: {name} cannot be read: {said}\n"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "cannot be read: Permission denied; let your user read it, with `chmod` or as its owner"),
        (
            ("-o", "forbidden/out"),
            "cannot be written: Permission denied; let your user write to the folder, or name another one",
        ),
    ],
)
def test_what_the_user_may_not_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], said: str
) -> None:
    opened = Path.open
    refused = tmp_path.resolve() / ("forbidden" if options else "file.edi")

    def forbidden(path: Path, mode: str) -> IO[bytes]:  # the tests may run as root, who may do everything
        if refused in (path, path.parent):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return opened(path, mode)

    (tmp_path / "forbidden").mkdir()
    path = saved(tmp_path, GOOD)
    monkeypatch.setattr(Path, "open", forbidden)
    done = run("ack", path, *options, cwd=tmp_path)
    assert (done.code, done.out) == (2, b"")
    assert done.err.endswith(f" {said}\n")


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
