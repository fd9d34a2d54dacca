"""Where the commands read from and write to: standard input, and never over their own input."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.command import FAULTY, GOOD, ROOT, run, saved

INVOICES = (ROOT / "examples/invoice.csv").read_bytes()


def itself(path: Path) -> Path:
    return path


def by_symbolic_link(path: Path) -> Path:
    link = path.with_name("linked.edi")
    link.symlink_to(path)
    return link


def by_hard_link(path: Path) -> Path:
    link = path.with_name("linked.edi")
    os.link(path, link)
    return link


def by_another_way(path: Path) -> Path:
    (path.parent / "below").mkdir()
    return path.parent / "below" / ".." / path.name


@pytest.mark.parametrize("other_name", [itself, by_symbolic_link, by_hard_link, by_another_way])
@pytest.mark.parametrize("command", [("translate", "--to", "csv"), ("ack",)])
def test_an_output_never_destroys_its_input(
    tmp_path: Path, command: tuple[str, ...], other_name: Callable[[Path], Path]
) -> None:
    path = saved(tmp_path, GOOD)
    output = other_name(path)
    ran = run(*command, path, "-o", output)
    assert (ran.code, ran.out) == (2, b"")
    assert ran.err == (
        f"gateway: {output} is the file that is read, and writing would destroy it; "
        "name another file with -o\n"
    )
    assert path.read_bytes() == GOOD.encode()


def test_an_output_may_replace_any_other_file_and_be_a_device(tmp_path: Path) -> None:
    path, output = saved(tmp_path, GOOD), saved(tmp_path, "old", "out.csv")
    assert run("translate", path, "--to", "csv", "-o", output).code == 0
    assert output.read_bytes().startswith(b"order_number,")
    assert run("translate", path, "--to", "csv", "-o", "/dev/null").code == 0


def given(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


@pytest.mark.parametrize(
    ("command", "content"),
    [
        (("validate",), FAULTY.encode()),
        (("validate", "--json"), FAULTY.encode()),
        (("validate",), INVOICES),
        (("translate", "--to", "csv"), GOOD.encode()),
        (("ack", "--at", "2026-11-03T09:15"), FAULTY.encode()),
        (("view",), INVOICES),
        (("detect",), INVOICES),
        (("detect", "--json"), GOOD.encode()),
    ],
)
def test_standard_input_is_read_like_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: tuple[str, ...], content: bytes
) -> None:
    path = saved(tmp_path, content)
    of_file = run(*command, path)
    given(monkeypatch, content)
    ran = run(*command, "-")
    assert ran.code == of_file.code
    assert ran.out == of_file.out.replace(str(path).encode(), b"<stdin>")
    assert ran.err == of_file.err.replace(str(path), "<stdin>")


def test_standard_input_is_no_output_either(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = saved(tmp_path, GOOD)
    with path.open(encoding="ascii") as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        ran = run("translate", "-", "--to", "csv", "-o", path)
    assert ran.code == 2
    assert "is the file that is read" in ran.err
    assert path.read_bytes() == GOOD.encode()


def test_standard_input_can_be_read_but_once(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, GOOD.encode())
    ran = run("validate", "-", "-")
    assert (ran.code, ran.out) == (2, b"")
    assert "can be read but once" in ran.err


@pytest.mark.parametrize("command", [("validate",), ("ack",), ("view",), ("detect",)])
def test_standard_input_that_is_closed(monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    ran = run(*command, "-")
    assert (ran.code, ran.out) == (2, b"")
    assert "standard input is closed" in ran.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("validate", "nothing-there", "--json"),
        ("validate", "--json"),
        ("validate", "--json", "--no-such-option", "x"),
        ("translate", "x", "--to", "edifact", "--json"),
        ("translate", "x", "--to", "csv", "--at", "yesterday", "--json"),
        ("ack", "x", "--control-numbers", "1", "--json"),
        ("schemas", "show", "999", "--json"),
        ("mappings", "show", "nothing", "--json"),
        ("no-such-command", "--json"),
    ],
    ids=" ".join,
)
def test_a_wrong_use_is_told_as_json_where_json_is_asked_for(arguments: tuple[str, ...]) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.out) == (2, b"")
    told = json.loads(ran.err)
    assert list(told) == ["error"]
    assert list(told["error"]) == ["kind", "message", "remedy"]
    assert told["error"]["kind"] == "usage"
    assert all(told["error"].values())


def test_the_exit_code_of_a_report_is_the_same_as_json(tmp_path: Path) -> None:
    path = saved(tmp_path, FAULTY)
    assert run("validate", path).code == run("validate", path, "--json").code == 1
    assert run("validate", "--json", "--help").code == 0
