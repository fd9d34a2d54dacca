"""`gateway ack`: what is written where, with which exit code, and the same again every time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.command import CUT_OFF, FAULTY, GOOD, MIXED, ROOT, UNDEFINED, run, saved

REPEATABLE = ("--control-numbers", "7,8,0009", "--at", "2026-11-03T09:15")
ISA = (
    "ISA*00*          *00*          *ZZ*RECEIVER       *ZZ*SENDER         "
    "*261103*0915*U*00401*{number}*0*P*>~"
)


def answered(folder: Path, text: str, *options: str) -> tuple[int, str]:
    ran = run("ack", saved(folder, text), *REPEATABLE, *options)
    return ran.code, ran.out.decode("ascii")


def test_a_997_in_full(tmp_path: Path) -> None:
    code, text = answered(tmp_path, GOOD)
    assert code == 0
    assert text == (
        ISA.format(number="000000007") + "GS*FA*RECEIVER*SENDER*20261103*0915*8*X*004010~"
        "ST*997*0009~AK1*PO*1~AK2*850*0001~AK5*A~AK9*A*1*1*1~SE*6*0009~GE*1*8~IEA*1*000000007~"
    )


LATER = GOOD.replace("*U*00401*", "*^*00501*").replace("*004010~", "*005010~")


@pytest.mark.parametrize(
    ("options", "st01"),
    [((), "999"), (("--kind", "997"), "997"), (("--kind", "999"), "999"), (("--partner", "older"), "997")],
)
def test_a_group_of_005010_is_answered_with_what_was_agreed(
    tmp_path: Path, options: tuple[str, ...], st01: str
) -> None:
    partner = tmp_path / "partners" / "older" / "partner.yaml"
    partner.parent.mkdir(parents=True)
    (tmp_path / "mappings").mkdir()
    sides = "partner: {qualifier: ZZ, id: BUYER}\nown: {qualifier: ZZ, id: SELLER}\n"
    partner.write_text(f'{sides}x12: {{acknowledge: "997"}}\n', encoding="utf-8")
    ran = run("ack", saved(tmp_path, LATER), *REPEATABLE, *options, cwd=tmp_path)
    assert (ran.code, ran.out.decode("ascii").count(f"~ST*{st01}*0009~")) == (0, 1)


def test_a_fault_is_told_with_place_and_value(tmp_path: Path) -> None:
    code, text = answered(tmp_path, FAULTY)
    assert code == 1
    assert "AK2*850*0001~AK3*BEG*2**8~AK4*5*373*8*20260230~AK5*R*5~AK9*R*1*1*0~" in text
    code, text = answered(tmp_path, FAULTY, "--tolerant")
    assert code == 0
    assert "AK2*850*0001~AK3*BEG*2**8~AK4*5*373*8*20260230~AK5*E*5~AK9*E*1*1*1~" in text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (MIXED, "AK5*A~AK2*850*0002~AK3*BEG*2**8~AK4*1*353*7*99~AK5*R*5~AK9*P*2*2*1~"),
        (UNDEFINED, "AK2*864*0001~AK5*R*1~AK9*R*1*1*0~"),
        (CUT_OFF, "AK5*R*2~AK9*R*1*1*0*3~"),
    ],
)
def test_what_is_said_of_the_sets(tmp_path: Path, text: str, said: str) -> None:
    code, written = answered(tmp_path, text)
    assert code == 1
    assert said in written


@pytest.mark.parametrize(
    ("text", "kind", "written"),
    [
        (GOOD, "auto", ["GS"]),
        (GOOD, "997", ["GS"]),
        (GOOD, "ta1", ["TA1"]),
        (GOOD.replace("*0*P*>", "*1*P*>"), "auto", ["TA1", "GS"]),
        (CUT_OFF, "auto", ["TA1", "GS"]),
        (CUT_OFF, "997", ["GS"]),
        (GOOD.replace("GS*PO*", "GS*FA*"), "auto", []),
        (f"{GOOD[: GOOD.index('GS*')]}TA1*000000009*261122*1305*A*000~IEA*0*000000001~", "auto", []),
        ("junk", "auto", []),
    ],
)
def test_what_is_owed(tmp_path: Path, text: str, kind: str, written: list[str]) -> None:
    _, answers = answered(tmp_path, text, "--kind", kind)
    tags = [segment.split("*")[0] for segment in answers.split("~")]
    assert [tag for tag in tags if tag in ("TA1", "GS")] == written


@pytest.mark.parametrize("text", [GOOD, FAULTY, CUT_OFF, MIXED, UNDEFINED])
def test_the_same_again(tmp_path: Path, text: str) -> None:
    path = saved(tmp_path, text)
    first, again = (run("ack", path, *REPEATABLE, "--json") for _ in range(2))
    assert first == again
    assert first.out
    assert run("ack", path, *REPEATABLE[2:]).out == run("ack", path, *REPEATABLE[2:]).out


def test_without_numbers_they_are_the_first(tmp_path: Path) -> None:
    ran = run("ack", saved(tmp_path, GOOD), *REPEATABLE[2:])
    text = ran.out.decode("ascii")
    assert ISA.format(number="000000001") in text
    assert "*1*X*004010~ST*997*0001~" in text


def test_findings_stand_on_standard_error_and_the_answer_alone_on_standard_output(tmp_path: Path) -> None:
    path = saved(tmp_path, FAULTY)
    ran = run("ack", path, *REPEATABLE)
    assert ran.out.startswith(b"ISA*")
    assert ran.out.endswith(b"IEA*1*000000007~")
    assert "element-date" in ran.err
    as_json = run("ack", path, *REPEATABLE, "--json")
    assert as_json.out == ran.out
    assert '"code": "element-date"' in as_json.err


def test_with_a_path_standard_output_is_the_report(tmp_path: Path) -> None:
    path, output = saved(tmp_path, FAULTY), tmp_path / "answer.edi"
    ran = run("ack", path, *REPEATABLE, "-o", output, "--json")
    assert output.read_bytes() == run("ack", path, *REPEATABLE).out
    assert (ran.code, ran.err) == (1, "")
    assert ran.json == run("validate", "--json", path).json
    assert sorted(each.name for each in tmp_path.iterdir()) == ["answer.edi", "file.edi"]


def test_a_longer_answer_that_stood_there_is_replaced_whole(tmp_path: Path) -> None:
    path, output = saved(tmp_path, GOOD), saved(tmp_path, b"x" * 5000, "answer.edi")
    assert run("ack", path, *REPEATABLE, "-o", output).code == 0
    assert output.read_bytes() == run("ack", path, *REPEATABLE).out


def test_where_no_answer_is_owed_no_file_is_written(tmp_path: Path) -> None:
    path, output = saved(tmp_path, GOOD.replace("GS*PO*", "GS*FA*")), tmp_path / "answer.edi"
    ran = run("ack", path, *REPEATABLE, "-o", output)
    assert ran.code == 1
    assert not output.exists()


@pytest.mark.parametrize(
    "options",
    [
        ("--control-numbers", "1,1"),
        ("--control-numbers", "1,1,x"),
        ("--control-numbers", "0,1,1"),
        ("--control-numbers", "1,1,1000000000"),
        ("--control-numbers", "1,1,-1"),
        ("--control-numbers", "1,1,²"),
        ("--at", "yesterday"),
        ("--kind", "998"),
        ("-o", "no/such/folder/answer.edi"),
    ],
)
def test_a_wrong_use_ends_with_2_and_writes_nothing(tmp_path: Path, options: tuple[str, ...]) -> None:
    ran = run("ack", saved(tmp_path, GOOD), *options)
    assert (ran.code, ran.out) == (2, b"")
    assert ran.err
    assert "Traceback" not in ran.err


def test_a_time_with_a_zone_is_told_in_that_zone(tmp_path: Path) -> None:
    ran = run("ack", saved(tmp_path, GOOD), "--at", "2026-11-03T23:15:59-08:00")
    assert b"*261103*2315*" in ran.out
    assert b"*20261103*2315*" in ran.out


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert run("ack", tmp_path / "nothing.edi").code == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"orders": []}', "is JSON as it looks"),
        (b'[{"document": "Invoice"}]', "is JSON as it looks"),
        ((ROOT / "examples" / "invoice.csv").read_bytes(), "is a flat file (CSV) as it looks"),
    ],
)
def test_what_is_not_x12_is_not_acknowledged(tmp_path: Path, content: bytes, said: str) -> None:
    path = saved(tmp_path, content)
    message = f"{path} {said}, and only X12 is answered with TA1, 997 and 999"
    remedy = f"`gateway validate {path}` checks it"
    for options in ((), ("-o", tmp_path / "out")):
        ran = run("ack", path, *options)
        assert (ran.code, ran.out, ran.err) == (2, b"", f"gateway: {message}; {remedy}\n")
    ran = run("ack", path, "--json")
    assert (ran.code, ran.out) == (2, b"")
    assert json.loads(ran.err) == {"error": {"kind": "usage", "message": message, "remedy": remedy}}
    assert not (tmp_path / "out").exists()


def test_xml_is_not_acknowledged(tmp_path: Path) -> None:
    path = saved(tmp_path, b"<Order/>")
    ran = run("ack", path)
    assert (ran.code, ran.out) == (2, b"")
    message = f"{path} is XML as it looks, and only X12 is answered with TA1, 997 and 999"
    assert ran.err == f"gateway: {message}; `gateway validate {path}` checks it\n"


def test_an_interchange_behind_something_else_is_acknowledged_all_the_same(tmp_path: Path) -> None:
    ran = run("ack", saved(tmp_path, f"date,count\n1,2\n{GOOD}"))
    assert ran.out.startswith(b"ISA*")
    assert b"AK9*A*1*1*1" in ran.out


def test_what_is_nothing_known_is_told_as_a_fault_of_the_file(tmp_path: Path) -> None:
    ran = run("ack", saved(tmp_path, b"Dear Sir"))
    assert (ran.code, ran.out) == (1, b"")
    assert "not-an-interchange" in ran.err


ACKNOWLEDGMENT = GOOD.replace("GS*PO*", "GS*FA*")


@pytest.mark.parametrize(
    ("text", "why"),
    [(ACKNOWLEDGMENT, "the file holds acknowledgments alone"), ("junk", "holds no interchange")],
)
def test_that_nothing_is_owed_is_said(tmp_path: Path, text: str, why: str) -> None:
    path = saved(tmp_path, text)
    ran = run("ack", path)
    assert ran.out == b""
    said = ran.err.splitlines()[-1]
    assert said.startswith("nothing is owed: ")
    assert why in said
    report = json.loads(run("ack", path, "--json").err)
    assert report["remark"] == said


def test_where_something_is_owed_nothing_is_said_of_it(tmp_path: Path) -> None:
    path = saved(tmp_path, GOOD)
    assert run("ack", path).err == ""
    assert "remark" not in json.loads(run("ack", path, "--json").err)
