"""`gateway view` of acknowledgments: verdicts and faults in plain words, and as JSON."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import FAULTY, GOOD, MIXED, run, saved
from tests.hostile.samples import group, interchange, order_file, transaction_set


def file_of(*answers: tuple[str, ...]) -> str:
    """An interchange with a 997 for each of the answers."""
    sets = [
        transaction_set(segments, "997", number=f"{number:04d}") for number, segments in enumerate(answers, 1)
    ]
    return interchange(group(*sets, identifier="FA"))


def viewed(folder: Path, text: str) -> tuple[int, list[str], str]:
    ran = run("view", saved(folder, text))
    return ran.code, ran.out.decode().splitlines(), ran.err


REJECTING = (
    "AK1*PO*77",
    "AK2*850*0001",
    "AK5*A",
    "AK2*850*0002",
    "AK3*BEG*2**8",
    "AK4*5*373*8*20260230",
    "AK4*3**1",
    "AK3*LDT*8*PO1*2",
    "AK5*R*5*4",
    "AK9*P*3*3*2*5",
)


def test_what_became_of_each_set_and_why(tmp_path: Path) -> None:
    code, lines, told = viewed(tmp_path, file_of(REJECTING))
    assert (code, told) == (0, "")
    assert lines == [
        "",
        "997 about group PO 77, Purchase order (850)  partially accepted",
        "  From    SENDER (ZZ)",
        "  To      RECEIVER (ZZ)",
        "  Sets    3 sent, 3 received, 2 accepted",
        "  Group   Count of sets is wrong (5)",
        "  850 0001 (Purchase order)  accepted",
        "  850 0002 (Purchase order)  rejected",
        "    Segments have errors (5)",
        "    Segment count is wrong (4)",
        "    segment 2, BEG: Elements of the segment have errors (8)",
        "      BEG05 (Date, element 373): Invalid date (8); sent was 20260230",
        "      BEG03 (Purchase order number): Mandatory element missing (1)",
        "    segment 8, LDT in loop PO1: Segment not expected here (2)",
        "  1 set that is not named  accepted",
    ]


def test_a_component_and_a_repetition(tmp_path: Path) -> None:
    segments = ("AK1*IN*3", "AK2*810*0001", "AK3*REF*4**8", "AK4*4>1>2*128*7*ZZZ", "AK5*R*5", "AK9*R*1*1*0")
    _, lines, _ = viewed(tmp_path, file_of(segments))
    assert (
        "      REF04-01, repetition 2 (Meaning of the reference, element 128): Invalid code (7); sent was ZZZ"
        in lines
    )


def test_a_ta1_with_its_note(tmp_path: Path) -> None:
    text = interchange().replace(
        "IEA*", "TA1*000000042*261103*0915*R*014~TA1*000000043*261103*0916*A*000~IEA*"
    )
    code, lines, told = viewed(tmp_path, text)
    assert (code, told) == (0, "")
    assert lines == [
        "",
        "TA1 about interchange 000000042  rejected",
        "  From    SENDER (ZZ)",
        "  To      RECEIVER (ZZ)",
        "  Sent    261103 0915",
        "  Note    Date of ISA09 invalid (014)",
        "",
        "TA1 about interchange 000000043  accepted",
        "  From    SENDER (ZZ)",
        "  To      RECEIVER (ZZ)",
        "  Sent    261103 0916",
        "  Note    No error (000)",
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (GOOD, "  850 0001 (Purchase order)  accepted"),
        (FAULTY, "      BEG05 (Date, element 373): Invalid date (8); sent was 20260230"),
        (MIXED, "      BEG01 (Purpose of the transaction set, element 353): Invalid code (7); sent was 99"),
    ],
)
def test_our_own_997_is_read_back(tmp_path: Path, text: str, line: str) -> None:
    answer = tmp_path / "answer.edi"
    run("ack", saved(tmp_path, text), "-o", answer)
    ran = run("view", answer)
    assert (ran.code, ran.err) == (0, "")
    assert line in ran.out.decode().splitlines()


def test_our_own_ta1_is_read_back(tmp_path: Path) -> None:
    answer = tmp_path / "answer.edi"
    broken = order_file().replace("IEA*1*", "IEA*7*")
    run("ack", saved(tmp_path, broken), "--kind", "ta1", "-o", answer)
    ran = run("view", answer)
    assert (ran.code, ran.err) == (0, "")
    assert "  Note    Number of groups in IEA01 wrong (021)" in ran.out.decode().splitlines()


def test_documents_and_acknowledgments_of_one_file(tmp_path: Path) -> None:
    text = interchange(
        group(transaction_set()), group(transaction_set(REJECTING, "997"), number=2, identifier="FA")
    )
    code, lines, told = viewed(tmp_path, text)
    assert (code, told) == (0, "")
    assert [line.split("  ")[0] for line in lines if line and not line.startswith(" ")] == [
        "Purchase order 4711",
        "997 about group PO 77, Purchase order (850)",
    ]
    shown = run("view", "--json", tmp_path / "file.edi").json
    assert isinstance(shown, list)
    assert [each.get("document") or each["acknowledgment"] for each in shown] == ["PurchaseOrder", "997"]


HOSTILE = {
    "counts that contradict the sets": (
        ("AK1*PO*77", "AK2*850*0001", "AK5*R*5", "AK9*A*1*1*7"),
        "  Sets    1 sent, 1 received, 7 accepted",
        "acknowledgment-contradiction",
        0,
    ),
    "a count that is no number": (
        ("AK1*PO*77", "AK9*A*x*1*1"),
        "  Sets    1 received, 1 accepted",
        "acknowledgment-element",
        1,
    ),
    "AK2 without AK5": (
        ("AK1*PO*77", "AK2*850*0001", "AK3*BEG*2**8", "AK9*R*1*1*0"),
        "  850 0001 (Purchase order)  no verdict that can be told",
        "acknowledgment-segment-missing",
        1,
    ),
    "no AK9": (
        ("AK1*PO*77",),
        "997 about group PO 77, Purchase order (850)  no verdict that can be told",
        "acknowledgment-segment-missing",
        1,
    ),
    "no AK1": (
        ("AK9*A*1*1*1",),
        "997 about group ?? without a number  accepted",
        "acknowledgment-segment-missing",
        1,
    ),
    "an unknown verdict": (
        ("AK1*PO*77", "AK9*Q*1*1*1"),
        "997 about group PO 77, Purchase order (850)  no verdict that can be told",
        "acknowledgment-element",
        1,
    ),
    "unknown codes": (
        ("AK1*PO*77", "AK2*850*1", "AK3*BEG*2**77", "AK4*5*373*66*x", "AK5*R*99", "AK9*R*1*1*0"),
        "    segment 2, BEG: a code that the standard does not have (77)",
        "element-code",
        1,
    ),
    "a place that is no number": (
        ("AK1*PO*77", "AK2*850*1", "AK3*BEG*x**8", "AK4*y*373*8*z", "AK5*R*5", "AK9*R*1*1*0"),
        "      BEG?? (element 373): Invalid date (8); sent was z",
        "element-character",
        1,
    ),
    "a segment of nowhere": (
        ("AK1*QQ*77", "AK2*999*1", "AK3*QQQ*2**8", "AK4*99*1*8*z", "AK5*R*5", "AK9*R*1*1*0"),
        "      QQQ99 (element 1): Invalid date (8); sent was z",
        "element-code",
        1,
    ),
    "what a terminal would obey": (
        ("AK1*PO*77", "AK2*850*1", "AK3*BEG*2**8", "AK4*5*373*8*\x1b[2J", "AK5*R*5", "AK9*R*1*1*0"),
        "      BEG05 (Date, element 373): Invalid date (8); sent was \\x1b[2J",
        "element-character",
        1,
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_faulty_acknowledgment_is_shown_with_what_is_wrong(tmp_path: Path, name: str) -> None:
    segments, line, finding, ended = HOSTILE[name]
    code, lines, told = viewed(tmp_path, file_of(segments))
    assert line in lines
    assert code == ended
    assert "no-mapping" not in told
    assert "\x1b" not in told
    assert f" {finding}  " in told


def test_nothing_is_told_twice(tmp_path: Path) -> None:
    text = file_of(("AK1*PO*77", "AK9*A*1*1*1")).replace("SE*4*", "SE*9*")
    code, _, told = viewed(tmp_path, text)
    assert code == 1
    assert told.count("se-segment-count") == 1


def test_as_json(tmp_path: Path) -> None:
    shown = run(
        "view", "--json", saved(tmp_path, file_of((*REJECTING[:7], "AK5*R*5*ZZ", "AK9*P*2*2*1")))
    ).json
    assert isinstance(shown, list)
    (answer,) = shown
    assert {key: answer[key] for key in ("acknowledgment", "functional_identifier", "control_number")} == {
        "acknowledgment": "997",
        "functional_identifier": "PO",
        "control_number": "77",
    }
    assert (answer["verdict"], answer["included"], answer["accepted"]) == ("partially_accepted", 2, 1)
    assert answer["parties"]["sender"] == {"qualifier": "ZZ", "identifier": "SENDER"}
    assert answer["findings"] == []
    good, rejected = answer["sets"]
    assert good == {
        "st01": "850",
        "st02": "0001",
        "guide": "",
        "verdict": "accepted",
        "codes": [],
        "faults": [],
    }
    assert rejected["codes"] == [
        {"code": "5", "meaning": "Segments have errors"},
        {"code": "ZZ", "meaning": None},
    ]
    assert rejected["faults"][0] == {
        "position": 2,
        "tag": "BEG",
        "loop": "",
        "segment_code": {"code": "8", "meaning": "Elements of the segment have errors"},
        "element": 5,
        "component": None,
        "repetition": None,
        "element_number": "373",
        "element_name": "Date",
        "element_code": {"code": "8", "meaning": "Invalid date"},
        "data": "20260230",
        "context": [],
    }


def test_a_ta1_as_json(tmp_path: Path) -> None:
    text = interchange().replace("IEA*", "TA1*000000042*261103*0915*R*014~IEA*")
    shown = run("view", "--json", saved(tmp_path, text)).json
    assert isinstance(shown, list)
    (answer,) = shown
    assert answer["acknowledgment"] == "TA1"
    assert (answer["control_number"], answer["verdict"]) == ("000000042", "rejected")
    assert answer["note"] == {"code": "014", "meaning": "Date of ISA09 invalid"}


def test_an_acknowledgment_still_has_no_table_to_translate_it(tmp_path: Path) -> None:
    ran = run("translate", saved(tmp_path, file_of(REJECTING)), "--to", "csv")
    assert ran.code == 1
    assert "no-mapping" in ran.err
