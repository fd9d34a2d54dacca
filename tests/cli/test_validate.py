"""`gateway validate`: the shape of its report, its words and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from gateway.codes import CATALOGUE
from tests.cli.command import CUT_OFF, FAULTY, GOOD, MIXED, ROOT, UNDEFINED, run, saved
from tests.hostile.samples import order_file

NUMBERS = {
    "interchange",
    "group",
    "set",
    "segment",
    "segment_in_set",
    "element",
    "component",
    "repetition",
    "byte",
    "line",
    "column",
}
TEXTS = {"isa13", "gs06", "st02", "tag", "loop", "pointer", "xpath"}
NO_DOCUMENT = "neither X12 nor anything else"


class Set(msgspec.Struct, forbid_unknown_fields=True):
    """Of X12 with all but `number`, of other formats with `set`, `type`, `verdict` and perhaps `number`."""

    set: int
    type: str
    verdict: str
    interchange: int | None = None
    group: int | None = None
    version: str | None = None
    isa13: str | None = None
    gs06: str | None = None
    st02: str | None = None
    number: str | None = None


class Found(msgspec.Struct, forbid_unknown_fields=True):
    code: str
    severity: str
    message: str
    remedy: str
    location: dict[str, int | str]


class File(msgspec.Struct, forbid_unknown_fields=True):
    file: str
    format: str
    verdict: str
    complete: bool
    sets: list[Set]
    findings: list[Found]


class Report(msgspec.Struct, forbid_unknown_fields=True):
    files: list[File]


def validated(*arguments: str | Path) -> tuple[int, list[File]]:
    ran = run("validate", "--json", *arguments)
    return ran.code, msgspec.json.decode(ran.out, type=Report).files


def validated_text(folder: Path, text: str, *options: str) -> tuple[int, File]:
    code, (file,) = validated(saved(folder, text), *options)
    return code, file


@pytest.mark.parametrize("text", [GOOD, FAULTY, CUT_OFF, MIXED, UNDEFINED, NO_DOCUMENT, ""])
def test_the_report_has_the_keys_of_the_contract_and_no_others(tmp_path: Path, text: str) -> None:
    _, file = validated_text(tmp_path, text)
    assert file.file == str(tmp_path / "file.edi")
    for finding in file.findings:
        assert finding.code in CATALOGUE
        assert finding.severity in ("error", "warning", "note")
        assert set(finding.location) <= NUMBERS | TEXTS
        for name, value in finding.location.items():
            assert type(value) is (int if name in NUMBERS else str)


def test_a_report_in_full(tmp_path: Path) -> None:
    path = saved(tmp_path, FAULTY)
    ran = run("validate", "--json", path)
    assert (ran.code, ran.err) == (1, "")
    assert ran.json == {
        "files": [
            {
                "file": str(path),
                "format": "x12",
                "verdict": "rejected",
                "complete": True,
                "sets": [
                    {
                        "interchange": 1,
                        "group": 1,
                        "set": 1,
                        "type": "850",
                        "version": "004010",
                        "isa13": "000000001",
                        "gs06": "1",
                        "st02": "0001",
                        "verdict": "rejected",
                    }
                ],
                "findings": [
                    {
                        "code": "element-date",
                        "severity": "error",
                        "message": "BEG05 (Date) holds 20260230, which is no date",
                        "remedy": CATALOGUE["element-date"].remedy,
                        "location": {
                            "interchange": 1,
                            "group": 1,
                            "set": 1,
                            "isa13": "000000001",
                            "gs06": "1",
                            "st02": "0001",
                            "segment": 4,
                            "segment_in_set": 2,
                            "tag": "BEG",
                            "element": 5,
                            "byte": FAULTY.index("BEG"),
                        },
                    }
                ],
            }
        ]
    }


class Judged(msgspec.Struct, frozen=True):
    """What a file comes to: its verdict, those of its sets, and the exit code."""

    verdict: str
    sets: list[str]
    code: int


ACCEPTED = Judged("accepted", ["accepted"], 0)
REJECTED = Judged("rejected", ["rejected"], 1)
NOTED = Judged("accepted_with_errors", ["accepted_with_errors"], 0)
NOT_DEFINED = Judged("no_definition", ["no_definition"], 1)
UNREADABLE = Judged("unreadable", [], 1)


@pytest.mark.parametrize(
    ("text", "options", "judged"),
    [
        (GOOD, (), ACCEPTED),
        (GOOD, ("--tolerant",), ACCEPTED),
        (FAULTY, (), REJECTED),
        (FAULTY, ("--tolerant",), NOTED),
        (MIXED, (), Judged("partially_accepted", ["accepted", "rejected"], 1)),
        (MIXED, ("--tolerant",), Judged("accepted_with_errors", ["accepted", "accepted_with_errors"], 0)),
        (CUT_OFF, (), REJECTED),
        (CUT_OFF, ("--tolerant",), REJECTED),
        (UNDEFINED, (), NOT_DEFINED),
        (UNDEFINED, ("--tolerant",), NOT_DEFINED),
        (NO_DOCUMENT, (), UNREADABLE),
        ("", (), UNREADABLE),
        (GOOD.replace("*004010~", "*004010VICS~"), (), ACCEPTED),
        (GOOD.replace("*004010~", "*006010~"), (), NOT_DEFINED),
        (GOOD.replace("BP*4006381333931", "B9*4006381333931"), (), ACCEPTED),
        (GOOD.replace("CTT*2*16", "CTT*3*16"), (), ACCEPTED),
    ],
)
def test_verdicts_and_exit_codes(tmp_path: Path, text: str, options: tuple[str, ...], judged: Judged) -> None:
    code, file = validated_text(tmp_path, text, *options)
    assert Judged(file.verdict, [each.verdict for each in file.sets], code) == judged


def test_the_good_file_has_nothing_against_it(tmp_path: Path) -> None:
    _, file = validated_text(tmp_path, GOOD)
    assert (file.format, file.complete, file.findings) == ("x12", True, [])


def test_several_files_are_reported_in_their_order(tmp_path: Path) -> None:
    paths = [saved(tmp_path, text, f"{number}.edi") for number, text in enumerate((FAULTY, GOOD, UNDEFINED))]
    code, files = validated(*paths)
    assert code == 1
    assert [(file.file, file.verdict) for file in files] == [
        (str(path), verdict)
        for path, verdict in zip(paths, ("rejected", "accepted", "no_definition"), strict=True)
    ]
    assert validated(paths[1], paths[1])[0] == 0


def test_a_file_with_two_kinds_of_sets_says_so(tmp_path: Path) -> None:
    text = GOOD + UNDEFINED.replace("000000001", "000000002")
    code, file = validated_text(tmp_path, text)
    assert (code, file.verdict) == (1, "partially_accepted")


def test_json_says_where_by_pointer(tmp_path: Path) -> None:
    path = saved(tmp_path, '{"orders": [{"purchaseOrderNumber": "A", "purchaseOrderNumber": "B"}]}', "a.json")
    code, (file,) = validated(path)
    assert (code, file.verdict) == (1, "unreadable")
    (finding,) = file.findings
    assert finding.code == "json-duplicate-key"
    assert finding.location["pointer"] == "/orders/0/purchaseOrderNumber"


@pytest.mark.parametrize(
    ("sound", "broken", "code", "place"),
    [
        (",12,CA,", ",twelve,CA,", "mapping-value", {"line": 2, "column": 24}),
        (",12,CA,", ",12,CA,one,cell,too,many,", "flat-ragged", {"line": 2, "column": 32}),
    ],
)
def test_a_flat_file_says_where_by_line_and_column(
    tmp_path: Path, sound: str, broken: str, code: str, place: dict[str, int]
) -> None:
    text = (ROOT / "examples" / "invoice.csv").read_text(encoding="utf-8")
    assert text.splitlines()[1].count(sound) == 1
    ended, (file,) = validated(saved(tmp_path, text.replace(sound, broken, 1), "invoice.csv"))
    assert (ended, file.format) == (1, "csv")
    assert (file.findings[0].code, file.findings[0].location) == (code, place)
    assert {each.location["line"] for each in file.findings} == {2}


@pytest.mark.parametrize("name", ["nothing-there.edi", "."])
def test_a_file_that_cannot_be_read_is_a_wrong_use(tmp_path: Path, name: str) -> None:
    ran = run("validate", "--json", tmp_path / name)
    assert (ran.code, ran.out) == (2, b"")
    told = json.loads(ran.err)["error"]
    assert told["message"].startswith(f"{tmp_path / name} cannot be read: ")
    assert told["remedy"]


def test_beside_a_file_that_cannot_be_read_the_others_are_reported(tmp_path: Path) -> None:
    good, faulty = saved(tmp_path, GOOD), saved(tmp_path, FAULTY, "faulty.edi")
    ran = run("validate", "--json", good, tmp_path / "one", faulty, tmp_path / "two")
    assert ran.code == 2
    report = msgspec.json.decode(ran.out, type=Report)
    assert [(file.file, file.verdict) for file in report.files] == [
        (str(good), "accepted"),
        (str(faulty), "rejected"),
    ]
    told = json.loads(ran.err)["error"]
    for name in ("one", "two"):
        assert f"{tmp_path / name} cannot be read: " in told["message"]
    assert told["remedy"].startswith("correct the path")


def test_for_people_what_was_read_comes_before_what_was_not(tmp_path: Path) -> None:
    good = saved(tmp_path, GOOD)
    ran = run("validate", tmp_path / "missing", good)
    assert ran.code == 2
    assert ran.out.decode().startswith(f"{good}  x12  accepted")
    assert ran.err.startswith(f"gateway: {tmp_path / 'missing'} cannot be read: ")


def test_a_file_behind_a_file_cannot_be_read(tmp_path: Path) -> None:
    ran = run("validate", saved(tmp_path, GOOD) / "more")
    assert ran.code == 2
    assert "cannot be read" in ran.err


def test_sets_of_other_formats_have_no_keys_of_envelopes(tmp_path: Path) -> None:
    text = (
        (ROOT / "examples" / "invoice.csv").read_text(encoding="utf-8").replace(",12,CA,", ",twelve,CA,", 1)
    )
    path = saved(tmp_path, text)
    told = json.loads(run("validate", "--json", path).out)["files"][0]["sets"]
    assert told == [
        {"set": 1, "type": "Invoice", "number": "INV-20871", "verdict": "rejected"},
        {"set": 2, "type": "Invoice", "number": "INV-20872", "verdict": "accepted"},
    ]
    path = saved(tmp_path, '{"invoices": [{}]}')
    assert json.loads(run("validate", "--json", path).out)["files"][0]["sets"] == [
        {"set": 1, "type": "Invoice", "verdict": "rejected"}
    ]


def test_for_people_each_finding_has_place_message_and_remedy(tmp_path: Path) -> None:
    ran = run("validate", saved(tmp_path, FAULTY))
    text = ran.out.decode()
    assert ran.code == 1
    assert f"{tmp_path / 'file.edi'}  x12  rejected" in text
    assert "850 0001  004010  rejected" in text
    assert "interchange 000000001, group 1, set 0001, segment 4 (2 in the set), BEG05" in text
    assert "BEG05 (Date) holds 20260230, which is no date" in text
    assert CATALOGUE["element-date"].remedy in text


def test_what_a_document_holds_cannot_command_a_terminal(tmp_path: Path) -> None:
    escapes = "\x1b[31m\x07\x1b]0;title\x07"
    text = order_file().replace("BEG*00", f"BEG*{escapes}").replace("ST*850*0001", f"ST*850*{escapes}")
    text = text.replace("CTT*", f"C{escapes}*")
    ran = run("validate", saved(tmp_path, text))
    assert ran.code == 1
    assert "\\x1b[31m" in ran.out.decode()
    assert not [byte for byte in ran.out if byte < 32 and byte != ord("\n")]


@pytest.mark.parametrize("command", ["text", "json"])
def test_a_refused_row_file_is_named_by_kind_and_number(tmp_path: Path, command: str) -> None:
    text = (
        (ROOT / "examples" / "invoice.csv").read_text(encoding="utf-8").replace(",12,CA,", ",twelve,CA,", 1)
    )
    path = saved(tmp_path, text, "invoice.csv")
    if command == "text":
        assert "\n  Invoice INV-20871  rejected\n" in run("validate", path).out.decode()
    else:
        _, (file,) = validated(path)
        assert [(each.type, each.number, each.verdict) for each in file.sets] == [
            ("Invoice", "INV-20871", "rejected"),
            ("Invoice", "INV-20872", "accepted"),
        ]


def test_a_refused_document_of_json_is_named_by_kind_and_number(tmp_path: Path) -> None:
    path = saved(tmp_path, '{"orders": [{"purchaseOrderNumber": "A7"}]}', "a.json")
    _, (file,) = validated(path)
    assert [(each.type, each.number, each.verdict) for each in file.sets] == [
        ("PurchaseOrder", "A7", "rejected")
    ]
    assert "  PurchaseOrder A7  rejected" in run("validate", path).out.decode()
    path = saved(tmp_path, '[{"document": "Invoice", "number": "B8"}]', "b.json")
    _, (file,) = validated(path)
    assert [(each.type, each.number, each.verdict) for each in file.sets] == [("Invoice", "B8", "rejected")]
