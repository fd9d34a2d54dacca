"""Streams too long, too wide or too deep: read in bounded memory and time, each fault at its place."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from gateway.formats.x12.limits import Limits, ReadOptions
from gateway.formats.x12.model import InterchangeEnd
from gateway.formats.x12.reader import read
from gateway.pipeline.intake import Intake
from gateway.pipeline.told import MAX_FINDINGS
from gateway.report import Verdict
from tests.hostile.samples import group, interchange, isa, take, transaction_set, validator
from tests.hostile.watch import MANY_INTERCHANGES, MANY_SETS, MEGABYTE, Watched, watched

PLACE: dict[str, int | str] = {"interchange": 1, "group": 1, "isa13": "000000001", "gs06": "1"}
IN_SET = {**PLACE, "set": 1, "st02": "0001"}


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("name", "memory", "seconds", "code", "place"),
    [
        (
            "a_segment_of_200_megabytes",
            40,
            10,
            "segment-too-long",
            {**IN_SET, "segment": 6, "segment_in_set": 4, "tag": "MSG", "byte": 206},
        ),
        (
            "a_million_elements_in_a_segment",
            40,
            5,
            "segment-too-many-elements",
            {**IN_SET, "segment": 6, "segment_in_set": 4, "tag": "REF", "byte": 206},
        ),
        (
            "a_set_of_elements_only",
            1_500,
            30,
            "set-too-large",
            {**IN_SET, "segment": 1246, "segment_in_set": 1244, "tag": "REF", "byte": 33_539_133},
        ),
        (
            "a_cycle_of_levels",
            200,
            10,
            "hl-parent",
            {
                **IN_SET,
                "segment": 5,
                "segment_in_set": 3,
                "tag": "HL",
                "loop": "HL",
                "element": 2,
                "byte": 197,
            },
        ),
        (
            "a_ladder_of_levels",
            200,
            10,
            "hl-too-deep",
            {
                **IN_SET,
                "segment": 37,
                "segment_in_set": 35,
                "tag": "HL",
                "loop": "HL",
                "element": 2,
                "byte": 529,
            },
        ),
        (
            "junk_that_is_a_segment_everywhere",
            500,
            20,
            "segment-unknown",
            {**IN_SET, "segment": 4, "segment_in_set": 2, "tag": "X", "byte": 165},
        ),
        (
            "sets_full_of_faults",
            60,
            20,
            "segment-unknown",
            {**IN_SET, "segment": 4, "segment_in_set": 2, "tag": "X", "byte": 165},
        ),
        (
            "groups_full_of_faults",
            120,
            20,
            "group-element",
            {**PLACE, "segment": 2, "tag": "GS", "element": 1, "byte": 106},
        ),
        (
            "strays_without_end",
            60,
            20,
            "interchange-element",
            {"interchange": 1, "isa13": "000000001", "segment": 2, "tag": "TA1", "element": 4, "byte": 106},
        ),
        (
            "strays_in_a_group_without_end",
            80,
            30,
            "segment-outside-set",
            {**PLACE, "segment": 4, "tag": "X", "byte": 154},
        ),
        ("nothing_but_noise", 40, 10, "not-an-interchange", {"byte": 0}),
    ],
)
def test_a_monstrous_stream_is_told_at_its_place(
    name: str, memory: int, seconds: float, code: str, place: dict[str, int | str]
) -> None:
    """`memory` in megabytes; both bounds are several times what was measured."""
    came: Watched = watched(name)
    assert came.verdict in (Verdict.REJECTED, Verdict.UNREADABLE)
    assert (code, place) in came.findings
    assert came.peak < memory * MEGABYTE
    assert came.seconds < seconds


def test_a_million_elements_of_an_order_are_no_fault() -> None:
    came = watched("a_million_elements_in_many_segments")
    assert (came.verdict, came.findings) == (Verdict.ACCEPTED, [])
    assert came.peak < 400 * MEGABYTE


def test_twice_the_levels_take_twice_the_time() -> None:
    half, whole = watched("half_a_cycle_of_levels"), watched("a_cycle_of_levels")
    assert whole.seconds < 4 * half.seconds + 0.2


@pytest.mark.parametrize(
    ("name", "sets", "memory"),
    [("sets_in_great_number", MANY_SETS, 20), ("interchanges_in_great_number", MANY_INTERCHANGES, 12)],
)
def test_a_great_number_of_sets_is_remembered_in_little_memory(name: str, sets: int, memory: int) -> None:
    """As objects the sets take some 60 megabytes, the interchanges 40."""
    came = watched(name)
    assert (came.verdict, came.complete, came.sets, came.findings) == (Verdict.ACCEPTED, True, sets, [])
    assert came.peak < memory * MEGABYTE


def endless(make: str) -> Iterator[bytes]:
    if make == "groups":
        yield isa().encode()
    for number in count(1):
        sets = group(transaction_set(), number=number)
        text = {
            "interchanges": interchange(sets, number=number),
            "acknowledgments": f"{isa(number)}TA1*000000009*261122*1305*A*000~IEA*0*{number:09d}~",
            "groups": sets,
            "headers that cannot be read": "ISA*00*~",
        }[make]
        yield text.encode()


@pytest.mark.parametrize(
    ("make", "interchanges", "place"),
    [
        ("interchanges", 10, {"interchange": 11, "tag": "ISA", "segment": 101}),
        ("acknowledgments", 15, {"interchange": 16, "tag": "ISA", "segment": 46}),
        ("groups", 1, {"interchange": 1, "group": 15, "tag": "ST", "segment": 115}),
        ("headers that cannot be read", 0, {"interchange": 31, "tag": "ISA", "segment": 31}),
    ],
)
def test_endless_envelopes_are_read_to_the_limit(
    make: str, interchanges: int, place: dict[str, int | str]
) -> None:
    intake = Intake(validator())
    for event in read(endless(make), ReadOptions(limits=Limits(envelopes=30))):
        intake.take(event)
    report = intake.report("endless")
    assert not report.complete
    assert len(intake.interchanges) == interchanges
    (stop,) = [finding for finding in report.findings if finding.code == "file-too-many-envelopes"]
    told = {name: getattr(stop.location, name) for name in place}
    assert told == place
    assert "30 interchanges" in stop.message


def test_what_came_before_the_limit_stands() -> None:
    intake = Intake(validator(), hand_out=1_000_000)
    let_through = []
    for event in read(endless("interchanges"), ReadOptions(limits=Limits(envelopes=7))):
        intake.take(event)
        if isinstance(event, InterchangeEnd):
            let_through.append(intake.lets_through(1))
    assert let_through == [True, True, False]
    assert [each.verdict for each in intake.report("endless").sets] == [
        Verdict.ACCEPTED,
        Verdict.ACCEPTED,
    ]


def test_a_file_at_the_limit_is_read_whole() -> None:
    intake = Intake(validator())
    text = interchange(group(transaction_set()))
    for event in read([text.encode()], ReadOptions(limits=Limits(envelopes=3))):
        intake.take(event)
    assert intake.report("whole").complete
    assert intake.report("whole").verdict is Verdict.ACCEPTED


def test_a_report_has_an_end_and_says_so() -> None:
    sets = [transaction_set(("X",) * 500, number=f"{number:04d}") for number in range(1, 101)]
    report = take(interchange(group(*sets)).encode()).report
    assert len(report.findings) == MAX_FINDINGS + 1
    assert report.findings[-1].code == "findings-left-out"
    assert not report.complete
    assert {each.verdict for each in report.sets} == {Verdict.REJECTED}


def test_a_fault_beyond_the_end_of_the_report_still_rejects() -> None:
    faulty = [transaction_set(("X",) * 900, number=f"{number:04d}") for number in range(1, 13)]
    text = interchange(group(*faulty, transaction_set(number="9001"), transaction_set(("X",), number="9002")))
    taken = take(text.encode())
    assert [each.verdict for each in taken.report.sets[-2:]] == [Verdict.ACCEPTED, Verdict.REJECTED]
    assert [bool(each.findings) for each in taken.interchanges[0].groups[0].sets[-2:]] == [False, True]
    text = text.replace("GE*14*1~", "GE*15*1~")
    assert {each.verdict for each in take(text.encode()).report.sets} == {Verdict.REJECTED}
