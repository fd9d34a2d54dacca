"""`gateway validate --second-opinion`: both verdicts side by side, and an exit code that is ours."""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path
from unittest import mock

import pytest

from gateway.cli.screen import Screen
from gateway.second_opinion import opinion
from tests.cli.command import FAULTY, GOOD, MIXED, ROOT, UNDEFINED, run, saved

OPTION = "--second-opinion"
WE_ACCEPT = GOOD.replace("~PO1", "*~PO1", 1)  # a separator at the end of a segment
KEYS = {"by", "unread", "sets", "envelope"}


def text_of(path: Path, *options: str) -> tuple[int, list[str]]:
    ran = run("validate", OPTION, *options, path)
    lines = ran.out.decode().splitlines()
    return ran.code, lines[lines.index(next(line for line in lines if "second opinion:" in line)) :]


def json_of(folder: Path, text: str) -> tuple[int, dict[str, object]]:
    ran = run("validate", OPTION, "--json", saved(folder, text))
    (file,) = json.loads(ran.out)["files"]
    return ran.code, file


def test_two_that_agree_are_shown_side_by_side(tmp_path: Path) -> None:
    code, (title, heads, line) = text_of(saved(tmp_path, GOOD))
    assert code == 0
    assert title.startswith("  second opinion: pyx12 4.")
    assert heads.split() == ["set", "we", "say", "pyx12", "says"]
    assert line.split() == ["850", "0001", "accepted", "accepted"]


def test_what_the_other_has_against_a_set_stands_below_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Screen, "width", 80)
    code, lines = text_of(saved(tmp_path, FAULTY))
    assert code == 1
    assert lines[2].split() == ["850", "0001", "rejected", "rejected"]
    assert "segment 2, BEG05: " in lines[3]
    assert max(len(line) for line in lines) <= 80


def test_the_exit_code_is_ours_where_they_differ(tmp_path: Path) -> None:
    code, lines = text_of(saved(tmp_path, WE_ACCEPT))
    assert code == 0
    assert lines[2].split() == ["850", "0001", "accepted", "rejected", "they", "differ"]


def test_the_json_report_has_one_more_key(tmp_path: Path) -> None:
    plain = json.loads(run("validate", "--json", saved(tmp_path, MIXED)).out)["files"][0]
    code, file = json_of(tmp_path, MIXED)
    second = file.pop("second_opinion")
    assert (code, file) == (1, plain)
    assert isinstance(second, dict)
    assert second.keys() == KEYS
    assert [each["opinion"] for each in second["sets"]] == ["accepted", "rejected"]
    (remark,) = second["sets"][1]["remarks"]
    assert (remark["segment"], remark["tag"], remark["elements"]) == (2, "BEG", [1])


def test_without_the_option_nothing_of_it_is_told(tmp_path: Path) -> None:
    ran = run("validate", "--json", saved(tmp_path, GOOD))
    assert b"second_opinion" not in ran.out


def test_a_set_without_definition_has_no_opinion(tmp_path: Path) -> None:
    _, file = json_of(tmp_path, UNDEFINED)
    second = file["second_opinion"]
    assert isinstance(second, dict)
    assert [each["opinion"] for each in second["sets"]] == ["no_opinion"]


def test_a_file_of_another_format_is_not_judged(tmp_path: Path) -> None:
    ran = run("validate", OPTION, ROOT / "examples" / "invoice.csv", cwd=tmp_path)
    assert "no opinion on this file: it judges X12 alone" in ran.out.decode()
    assert ran.code == 0


def test_a_large_file_is_judged_by_us_alone(tmp_path: Path) -> None:
    path = saved(tmp_path, GOOD + "\n" * opinion.MOST_BYTES)
    code, lines = text_of(path)
    assert code == 0
    assert "no opinion on this file" in lines[1]


@pytest.mark.parametrize("name", ["workspace", ""])
def test_the_maps_are_kept_in_a_workspace_and_nowhere_else(tmp_path: Path, name: str) -> None:
    here = tmp_path / "here"
    for folder in ("partners", "schemas") if name else ():
        (here / folder).mkdir(parents=True)
    here.mkdir(exist_ok=True)
    assert run("validate", OPTION, saved(tmp_path, GOOD), cwd=here).code == 0
    kept = sorted(path.name for path in here.glob("var/second-opinion/*/*.xml"))
    assert ("850.004010.xml" in kept) is bool(name)
    assert bool(list(here.iterdir())) is bool(name)


def test_a_workspace_that_cannot_keep_them_does_without(tmp_path: Path) -> None:
    for folder in ("partners", "schemas"):
        (tmp_path / folder).mkdir()
    (tmp_path / "var").write_text("a file in place of the folder")
    assert run("validate", OPTION, saved(tmp_path, GOOD), cwd=tmp_path).code == 0


def test_without_pyx12_it_says_how_to_install_it(tmp_path: Path) -> None:
    with mock.patch.dict(sys.modules, {"gateway.second_opinion.engine": None}):
        ran = run("validate", OPTION, saved(tmp_path, GOOD))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (needed,) = project["optional-dependencies"]["second-opinion"]
    assert ran.code == 2
    assert f"`pip install '{needed}'`" in ran.err


def test_a_document_cannot_command_the_terminal(tmp_path: Path) -> None:
    hostile = FAULTY.replace("*20260230~PO1", "*\x1b[31m~PO1")
    ran = run("validate", OPTION, saved(tmp_path, hostile))
    assert b"\x1b" not in ran.out
