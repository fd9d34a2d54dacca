"""Files that hold no documents, and files that hold nothing at all: said in so many words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateway.codes import CATALOGUE
from tests.cli.command import ROOT, run, saved
from tests.cli.test_validate import validated
from tests.hostile.samples import group, interchange

COLUMNS = (ROOT / "examples" / "invoice.csv").read_bytes().split(b"\n")[0]
TA1 = interchange().replace("IEA*", "TA1*000000041*261103*0915*A*000~IEA*")

WITHOUT_DOCUMENTS = {
    "the answer of SP-API: no new orders": (b'{"payload":{"orders":[]}}', "spapi"),
    "no orders": (b'{"orders":[]}', "spapi"),
    "no invoices": (b'{"invoices":[]}', "spapi"),
    "an empty list": (b" []\n", "canonical"),
    "an interchange without groups": (interchange().encode(), "x12"),
    "a group without sets": (interchange(group()).encode(), "x12"),
    "a header alone": (COLUMNS, "csv"),
    "a header and its line end": (COLUMNS + b"\n", "csv"),
    "a header and empty rows": (COLUMNS + b"\n\n\r\n", "csv"),
}
SAID = "the file holds no documents"
REMEDY = CATALOGUE["no-documents"].remedy


@pytest.mark.parametrize("name", WITHOUT_DOCUMENTS)
def test_that_a_file_holds_no_documents_is_a_note(tmp_path: Path, name: str) -> None:
    content, form = WITHOUT_DOCUMENTS[name]
    code, (file,) = validated(saved(tmp_path, content))
    assert (code, file.format, file.verdict, file.sets) == (0, form, "accepted", [])
    (note,) = file.findings
    assert (note.code, note.severity, note.location) == ("no-documents", "note", {})
    assert SAID in run("validate", tmp_path / "file.edi").out.decode()


@pytest.mark.parametrize("name", WITHOUT_DOCUMENTS)
def test_view_says_that_there_is_nothing_to_show(tmp_path: Path, name: str) -> None:
    ran = run("view", saved(tmp_path, WITHOUT_DOCUMENTS[name][0]))
    assert (ran.code, ran.out) == (0, b"")
    assert SAID in ran.err


@pytest.mark.one_in(3)
@pytest.mark.parametrize("name", WITHOUT_DOCUMENTS)
@pytest.mark.parametrize("target", ["csv", "spapi", "canonical", "x12"])
def test_translate_says_that_nothing_was_written(tmp_path: Path, name: str, target: str) -> None:
    path, output = saved(tmp_path, WITHOUT_DOCUMENTS[name][0]), tmp_path / "out"
    ran = run("translate", path, "--to", target, "-o", output)
    assert (ran.code, ran.out) == (0, b"")
    assert SAID in ran.err
    assert ran.err.splitlines()[-1] == f"nothing was written to {output}"
    assert not output.exists()
    report = json.loads(run("translate", path, "--to", target, "-o", output, "--json").out)
    assert report["remark"] == f"nothing was written to {output}"
    assert run("translate", path, "--to", target).err.splitlines()[-1] == "nothing was written"


def test_nothing_is_written_of_a_refused_document_either(tmp_path: Path) -> None:
    ran = run("translate", saved(tmp_path, '{"orders":[{}]}'), "--to", "csv")
    assert (ran.code, ran.out) == (1, b"")
    assert ran.err.splitlines()[-1] == "nothing was written"


def test_an_interchange_with_an_acknowledgment_alone_holds_something(tmp_path: Path) -> None:
    _, (file,) = validated(saved(tmp_path, TA1))
    assert (file.verdict, [each.code for each in file.findings]) == ("accepted", [])


def test_what_is_wrong_with_a_file_without_documents_is_still_said(tmp_path: Path) -> None:
    column = COLUMNS.replace(b"invoice_number", b"invoice_nmber", 1)
    _, (file,) = validated(saved(tmp_path, column))
    assert file.verdict == "unreadable"
    assert file.sets == []
    assert "no-documents" not in [each.code for each in file.findings]
    code, (file,) = validated(saved(tmp_path, COLUMNS + b",of_nobody\n"))
    assert (code, file.verdict, file.sets) == (0, "accepted", [])
    assert [each.code for each in file.findings] == ["flat-column-unknown", "no-documents"]


@pytest.mark.one_in(3)
@pytest.mark.parametrize("name", ["file.edi", "file.csv", "file.json"])
@pytest.mark.parametrize("content", [b"", b" \r\n\t\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n", b"\0" * 9])
@pytest.mark.parametrize(
    "command",
    [("validate", "--json"), ("view",), ("ack",), ("detect",), ("translate", "--to", "csv")],
    ids="-".join,
)
def test_an_empty_file_is_told_as_empty(
    tmp_path: Path, command: tuple[str, ...], content: bytes, name: str
) -> None:
    ran = run(*command, saved(tmp_path, content, name))
    said = ran.out.decode() + ran.err
    assert ran.code == 1
    assert "file-empty" in said
    assert CATALOGUE["file-empty"].remedy in said
    assert "format-unknown" not in said
    assert "mapping-unclear" not in said


@pytest.mark.parametrize("form", ["csv", "spapi", "canonical", "x12"])
@pytest.mark.parametrize("content", [b"", b" \r\n\t\n"])
def test_an_empty_file_of_a_named_format(tmp_path: Path, form: str, content: bytes) -> None:
    ran = run("view", saved(tmp_path, content), "--from", form)
    assert ran.code == 1
    assert ran.err.count("file-empty") == 1
    assert ran.err.count(" error ") == 1


def test_an_empty_file_in_utf_16(tmp_path: Path) -> None:
    _, (file,) = validated(saved(tmp_path, b"\xff\xfe\n\x00"))
    assert [each.code for each in file.findings] == ["file-empty"]


def test_detect_tells_an_empty_file_as_json_too(tmp_path: Path) -> None:
    path = saved(tmp_path, b"\n")
    ran = run("detect", path, "--json")
    assert (ran.code, ran.json) == (1, {"file": str(path), "format": "unknown"})
    assert "file-empty" in ran.err


def test_blanks_without_end_of_a_file_that_is_none(tmp_path: Path) -> None:
    _, (file,) = validated(saved(tmp_path, b" " * 200_000 + b"Dear Sir"))
    assert [each.code for each in file.findings] == ["format-unknown"]


@pytest.mark.parametrize("form", ["spapi", "canonical"])
def test_json_that_says_nothing_is_told_as_none_of_the_formats(tmp_path: Path, form: str) -> None:
    ran = run("view", saved(tmp_path, b"null"), "--from", form)
    assert (ran.code, ran.out) == (1, b"")
    assert "format-unknown" in ran.err
