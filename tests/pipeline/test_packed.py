"""What is packed comes back as it was, and a report of it is the one that plain records would give."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import packed
from gateway.cli.output import finding_json, report_json
from gateway.formats.x12 import numbers
from gateway.formats.x12.limits import Limits, ReadOptions
from gateway.formats.x12.reader import read
from gateway.packed import Listed, Packed
from gateway.pipeline.intake import Intake
from gateway.pipeline.taken import TakenSet
from gateway.report import Verdict
from tests.hostile.samples import group, interchange, take, transaction_set, validator

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=50)


@given(st.lists(st.builds(TakenSet, TEXTS, TEXTS, TEXTS, TEXTS, st.sampled_from(Verdict))), st.integers(1, 5))
def test_records_come_back_in_their_order(sets: list[TakenSet], most: int) -> None:
    records: Packed[TakenSet] = Packed()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packed, "PACKED_TOGETHER", most)
        for each in sets:
            records.append(each, each.weight)
    assert list(records.items(TakenSet)) == sets
    assert records.count == len(sets)
    assert len(records.open) <= most


def test_a_listed_sequence_is_one() -> None:
    numbers_made = Listed(3, lambda: iter(range(3)))
    assert (len(numbers_made), numbers_made[1], numbers_made[-2:], 2 in numbers_made) == (3, 1, (1, 2), True)
    assert numbers_made == (0, 1, 2)
    assert numbers_made != (0, 1)
    assert numbers_made != 3


SETS = [
    transaction_set(("X",) * (number % 3), number=f"{number:04d}")
    if number % 3
    else transaction_set(number=f"{number:04d}")
    for number in range(1, 30)
]
SECOND = group(*SETS[:5], number=2).replace("GE*5*", "GE*6*") + group(SETS[5], number=3)
TEXT = interchange(group(*SETS)) + interchange(SECOND, number=2).replace("IEA*1*", "IEA*2*")


def test_small_blocks_change_no_report_and_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = take(TEXT.encode())
    monkeypatch.setattr(packed, "PACKED_TOGETHER", 2)
    again = take(TEXT.encode())
    assert again.report == plain.report
    assert again.interchanges == plain.interchanges
    assert {each.verdict for each in again.report.sets} == {Verdict.ACCEPTED, Verdict.REJECTED}


def test_the_report_as_json_is_that_of_the_library() -> None:
    report = take(TEXT.encode()).report
    whole = {
        "files": [
            {
                "file": report.file,
                "format": "x12",
                "verdict": report.verdict.value,
                "complete": report.complete,
                "sets": [
                    {
                        "interchange": each.interchange,
                        "group": each.group,
                        "set": each.set,
                        "type": each.type,
                        "version": each.version,
                        "isa13": each.isa13,
                        "gs06": each.gs06,
                        "st02": each.st02,
                        "verdict": each.verdict.value,
                    }
                    for each in report.sets
                ],
                "findings": [finding_json(each) for each in report.findings],
            },
            {
                "file": "hostile",
                "format": "x12",
                "verdict": "unreadable",
                "complete": True,
                "sets": [],
                "findings": [finding_json(each) for each in take(b"").report.findings],
            },
        ],
        "remark": "a remark",
    }
    assert "".join(report_json([report, take(b"").report], "a remark")) == json.dumps(whole, indent=2)


@given(st.lists(st.integers(1, 60).map(lambda n: f"{n:04d}") | st.sampled_from(["A001", "00001", "1"])))
def test_a_number_is_told_exactly_when_it_was_seen(sent: list[str]) -> None:
    sets = [transaction_set(number=each) for each in sent]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(numbers, "NUMBERS_TOGETHER", 4)
        found = take(interchange(group(*sets)).encode()).report.findings
    told = [each.location.set for each in found if each.code == "st02-duplicate"]
    assert told == [n for n, each in enumerate(sent, 1) if each in sent[: n - 1]]


def test_numbers_that_are_no_digits_have_a_limit_of_their_own() -> None:
    sets = [transaction_set(number=f"A{number:03d}") for number in range(1, 5)]
    intake = Intake(validator())
    for event in read([interchange(group(*sets)).encode()], ReadOptions(limits=Limits(remembered_texts=2))):
        intake.take(event)
    (note,) = intake.report("").findings
    assert (note.code, note.location.set) == ("duplicate-check-limit", 3)
    assert "first 2 control numbers" in note.message
