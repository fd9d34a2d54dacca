"""The character set of a partner's X12 is declared in the partner file, for every command that reads."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from gateway.formats.x12.limits import DEFAULT_OPTIONS
from tests.cli.command import ROOT, Ran, run, saved
from tests.cli.test_validate import Report
from tests.hostile.samples import ORDER, group, interchange, transaction_set

NAME = "Café “Zur Börse” – 5 €"
FILE = interchange(group(transaction_set((*ORDER[:1], f"N1*ST*{NAME}*92*PHX3", *ORDER[1:]))))
COMMANDS = [("validate",), ("ack",), ("view",), ("translate", "--to", "canonical")]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace with a partner whose files are in windows-1252, and one of them."""
    folder = tmp_path / "partners" / "cafe"
    folder.mkdir(parents=True)
    (tmp_path / "mappings").mkdir()
    (folder / "partner.yaml").write_text(
        "partner: {qualifier: ZZ, id: SENDER}\nown: {qualifier: ZZ, id: RECEIVER}\n"
        "x12:\n  charset: windows-1252\n",
        encoding="utf-8",
    )
    saved(tmp_path, FILE.encode("windows-1252"))
    return tmp_path


def ran(workspace: Path, *arguments: str) -> Ran:
    return run(*arguments, "file.edi", cwd=workspace)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_declared_character_set_is_read_without_a_word(workspace: Path, command: tuple[str, ...]) -> None:
    assert DEFAULT_OPTIONS.charset == "utf-8"
    without, declared = ran(workspace, *command), ran(workspace, *command, "--partner", "cafe")
    assert (without.code, declared.code) == (0, 0)
    assert "charset-fallback" in without.err + without.out.decode()
    assert "name the partner with --partner" in (without.err + without.out.decode()).replace("\n", " ")
    assert "charset-fallback" not in declared.err + declared.out.decode()


def test_the_text_is_what_the_sender_wrote(workspace: Path) -> None:
    assert NAME in ran(workspace, "view", "--partner", "cafe").out.decode()
    assert NAME not in ran(workspace, "view").out.decode()
    (order,) = json.loads(ran(workspace, "translate", "--to", "canonical", "--partner", "cafe").out)
    assert order["parties"][0]["name"] == NAME


def test_validate_takes_the_character_set_and_the_tables_of_the_partner_alone(workspace: Path) -> None:
    told = ran(workspace, "validate", "--partner", "cafe", "--json")
    (file,) = msgspec.json.decode(told.out, type=Report).files
    assert (file.verdict, file.findings) == ("accepted", [])
    stranger = saved(workspace, FILE.replace("SENDER ", "OTHER  ").encode("windows-1252"), "other.edi")
    assert run("validate", stranger, "--partner", "cafe", "--json", cwd=workspace).code == 0


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_partner_that_is_not_described_is_a_wrong_use(workspace: Path, command: tuple[str, ...]) -> None:
    told = ran(workspace, *command, "--partner", "caffe")
    assert (told.code, told.out) == (2, b"")
    assert "there is no partner `caffe`" in told.err


def test_validate_reads_a_flat_file_by_the_overlays_of_the_partner(workspace: Path) -> None:
    overlays = workspace / "partners" / "cafe" / "mappings"
    overlays.mkdir()
    (overlays / "invoice.yaml").write_text(
        "overlay: csv-invoice\nrows:\n  date: datum date required\n", encoding="utf-8"
    )
    text = (ROOT / "examples" / "invoice.csv").read_text(encoding="utf-8")
    path = saved(workspace, text.replace("invoice_date,", "datum,", 1), "invoice.csv")
    assert run("validate", path, cwd=workspace).code == 1
    assert run("validate", path, "--partner", "cafe", cwd=workspace).code == 0
