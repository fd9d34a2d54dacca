"""The 997: one rule each."""

from __future__ import annotations

import msgspec
import pytest

from gateway.acknowledgments.functional import functional_acknowledgment
from gateway.acknowledgments.received import GroupAnswer, ReceivedGroup
from gateway.codes import CATALOGUE
from gateway.findings import Finding, Severity
from gateway.formats.x12.model import Delimiters
from gateway.formats.x12.writer import segment_text
from gateway.report import Verdict
from tests.acknowledgments.samples import DELIMITERS, fault, group, order


def written(received: ReceivedGroup, delimiters: Delimiters = DELIMITERS) -> list[str]:
    """The 997 with `*` between elements."""
    segments = functional_acknowledgment(received, control_number="0001", delimiters=delimiters)
    return [segment_text(segment, delimiters) for segment in segments]


def of_one(*findings: Finding, verdict: Verdict | None = None, version: str = "004010") -> list[str]:
    """What is said of one purchase order: its segments between AK2 and AK9."""
    return written(group(order("0001", *findings, verdict=verdict), e8=version))[3:-2]


def test_an_accepted_group_in_full() -> None:
    assert written(group(order("0001"), order("0002"))) == [
        "ST*997*0001",
        "AK1*PO*77",
        "AK2*850*0001",
        "AK5*A",
        "AK2*850*0002",
        "AK5*A",
        "AK9*A*2*2*2",
        "SE*8*0001",
    ]


def test_a_rejected_set_in_full() -> None:
    element = fault("element-code", 7, "PO1", 3, "XX", number="355")
    segment = fault("segment-missing", 9, "CTT")
    assert written(group(order("0001", element, segment))) == [
        "ST*997*0001",
        "AK1*PO*77",
        "AK2*850*0001",
        "AK3*PO1*7**8",
        "AK4*3*355*7*XX",
        "AK3*CTT*9**3",
        "AK5*R*5",
        "AK9*R*1*1*0",
        "SE*9*0001",
    ]


@pytest.mark.parametrize(
    ("verdicts", "group_code", "accepted"),
    [
        ([Verdict.ACCEPTED], "A", 1),
        ([Verdict.ACCEPTED_WITH_ERRORS], "E", 1),
        ([Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_ERRORS], "E", 2),
        ([Verdict.ACCEPTED, Verdict.REJECTED], "P", 1),
        ([Verdict.ACCEPTED_WITH_ERRORS, Verdict.REJECTED], "P", 1),
        ([Verdict.REJECTED, Verdict.NO_DEFINITION], "R", 0),
        ([Verdict.UNREADABLE], "R", 0),
        ([], "A", 0),
    ],
)
def test_the_group_code_follows_from_its_sets(
    verdicts: list[Verdict], group_code: str, accepted: int
) -> None:
    sets = [order(f"{number:04}", verdict=verdict) for number, verdict in enumerate(verdicts, 1)]
    count = len(verdicts)
    assert written(group(*sets))[-2] == f"AK9*{group_code}*{count}*{count}*{accepted}"


def test_an_undefined_set_is_rejected_as_not_supported() -> None:
    told = fault("no-definition", 1, "ST", 1, "999")
    assert of_one(told, verdict=Verdict.NO_DEFINITION) == ["AK5*R*1"]
    assert of_one(verdict=Verdict.NO_DEFINITION) == ["AK5*R*1"]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("functional-id-mismatch", "1"),
        ("se-missing", "2"),
        ("se-control-number", "3"),
        ("se-segment-count", "4"),
        ("st01-invalid", "6"),
        ("st02-invalid", "7"),
        ("st02-duplicate", "23"),
    ],
)
def test_faults_of_the_set_as_a_whole(code: str, told: str) -> None:
    assert of_one(fault(code, 1, "ST")) == [f"AK5*R*{told}"]


def test_set_codes_stand_in_order_each_once_and_at_most_five() -> None:
    codes = ("st02-duplicate", "se-segment-count", "se-control-number", "st02-invalid", "st01-invalid")
    findings = [fault(code, 1, "ST") for code in codes] + [fault("segment-unknown", 4, "ZZZ")] * 2
    assert of_one(*findings) == ["AK3*ZZZ*4**1", "AK5*R*3*4*5*6*7"]


def test_a_tolerated_set_still_tells_its_errors() -> None:
    lowered = msgspec.structs.replace(
        fault("element-too-long", 5, "REF", 2, "A" * 40), severity=Severity.WARNING
    )
    assert of_one(lowered, verdict=Verdict.ACCEPTED_WITH_ERRORS) == [
        "AK3*REF*5**8",
        f"AK4*2**5*{'A' * 40}",
        "AK5*E*5",
    ]


def test_what_the_standard_has_no_code_for_is_not_told() -> None:
    remark = fault("code-not-listed", 7, "PO1", 3, "XX")
    assert of_one(remark, verdict=Verdict.ACCEPTED) == ["AK5*A"]
    assert of_one(remark, fault("se-missing", 1, "ST")) == ["AK5*R*2"]


def test_segments_stand_by_place_and_the_codes_of_one_by_number() -> None:
    findings = (
        fault("element-missing", 12, "PO1", 2),
        fault("segment-too-many", 12, "PO1"),
        fault("segment-missing", 3, "N1"),
        fault("element-time", 2, "BEG", 4, "2561"),
        fault("element-date", 2, "BEG", 3, "20261399"),
    )
    assert of_one(*findings) == [
        "AK3*BEG*2**8",
        "AK4*3**8*20261399",
        "AK4*4**9*2561",
        "AK3*N1*3**3",
        "AK3*PO1*12**5",
        "AK3*PO1*12**8",
        "AK4*2**1",
        "AK5*R*5",
    ]


def test_a_fault_told_twice_is_written_once() -> None:
    again = fault("element-code", 7, "PO1", 3, "XX")
    assert of_one(again, again) == ["AK3*PO1*7**8", "AK4*3**7*XX", "AK5*R*5"]


def test_a_segment_has_99_element_notes_at_most() -> None:
    findings = [fault("element-code", 7, "PO1", 3, f"V{number:03}") for number in range(120)]
    notes = of_one(*findings)
    assert notes[0] == "AK3*PO1*7**8"
    assert len(notes) == 1 + 99 + 1
    assert notes[99] == "AK4*3**7*V098"


@pytest.mark.parametrize(
    ("version", "place"),
    [("003040", "4"), ("003050", "4>2"), ("004010", "4>2"), ("004030", "4>2>5"), ("005010", "4>2>5")],
)
def test_the_place_is_as_fine_as_the_release_can_say(version: str, place: str) -> None:
    told = fault("element-code", 7, "REF", 4, "XX", component=2, repetition=5)
    assert of_one(told, version=version) == ["AK3*REF*7**8", f"AK4*{place}**7*XX", "AK5*R*5"]


def test_a_repetition_without_component_keeps_its_place() -> None:
    told = fault("element-code", 7, "REF", 4, "XX", repetition=5)
    assert of_one(told, version="005010")[1] == "AK4*4>>5**7*XX"


@pytest.mark.parametrize(
    ("code", "version", "told"),
    [
        ("element-repetitions", "004010", "3"),
        ("element-repetitions", "005010", "12"),
        ("element-components", "004010", "3"),
        ("element-components", "005010", "13"),
        ("element-exclusion", "004010", "10"),
    ],
)
def test_codes_newer_than_the_release_are_told_by_an_older_one(code: str, version: str, told: str) -> None:
    assert of_one(fault(code, 7, "REF", 4, "XX"), version=version)[1] == f"AK4*4**{told}*XX"


@pytest.mark.parametrize(("number", "told"), [("355", "355"), ("C040", ""), ("", ""), ("12345", "")])
def test_the_element_number_is_told_when_it_is_a_number(number: str, told: str) -> None:
    assert of_one(fault("element-code", 7, "PO1", 3, "XX", number=number))[1] == f"AK4*3*{told}*7*XX"


def test_an_element_that_ak401_cannot_count_to_leaves_its_segment_in_error() -> None:
    assert of_one(fault("element-too-many", 7, "PO1", 100, "X")) == ["AK3*PO1*7**8", "AK5*R*5"]


@pytest.mark.parametrize(
    ("value", "copy"),
    [
        ("PLAIN", "PLAIN"),
        ("A" * 150, "A" * 99),
        ("lower case & more", "lower case & more"),
        ("ends in blanks  ", "ends in blanks"),
        ("   ", ""),
        ("", ""),
        (None, ""),
        ("A>B", ""),
        ("A*B", ""),
        ("A~B", ""),
        ("A\nB", ""),
        ("A\x00B", ""),
        ("Müller", ""),
        ("A^B", ""),
        ("A" * 99 + "~", "A" * 99),
    ],
)
def test_the_copy_of_bad_data_is_never_a_fault_itself(value: str | None, copy: str) -> None:
    expected = f"AK4*3**7*{copy}" if copy else "AK4*3**7"
    assert of_one(fault("element-code", 7, "PO1", 3, value))[1] == expected


def test_the_separators_to_write_with_decide_what_can_be_copied() -> None:
    received = group(order("0001", fault("element-code", 7, "REF", 4, "A|B>C", component=2)))
    piped = written(received, Delimiters(component="|"))
    assert piped[4] == "AK4*4|2**7"
    assert written(received, Delimiters(component=":"))[4] == "AK4*4:2**7*A|B>C"


@pytest.mark.parametrize(
    ("loop", "told"),
    [("PO1/LS/LDT", "LDT"), ("PO1/LS", ""), ("PO1", ""), (None, ""), ("PO1/LS/LDT/N1", "LDT")],
)
def test_only_a_loop_between_ls_and_le_is_named(loop: str | None, told: str) -> None:
    assert of_one(fault("segment-too-many", 7, "LDT", loop=loop))[0] == f"AK3*LDT*7*{told}*5"


@pytest.mark.parametrize(
    ("tag", "told"),
    [
        ("PO1", "PO1"),
        ("ABCDE", "ABC"),
        ("B", "B "),
        ("", "00"),
        ("\x08TXI", "TXI"),
        (None, "00"),
        ("*~>", "00"),
    ],
)
def test_a_tag_that_does_not_fit_is_made_to(tag: str | None, told: str) -> None:
    assert of_one(fault("segment-unknown", 7, tag))[0] == f"AK3*{told}*7**1"


def test_a_place_ak302_cannot_count_to_is_not_told() -> None:
    assert of_one(fault("segment-unknown", 1_000_000, "ZZZ"), fault("se-missing", 1, "ST")) == ["AK5*R*2"]


@pytest.mark.parametrize(
    ("st02", "told"),
    [
        ("0001", "0001"),
        ("1", "0001"),
        ("", "0000"),
        ("1234567890", "234567890"),
        ("A B~1", "A B1"),
        (" 12 ", "0012"),
    ],
)
def test_a_set_control_number_that_does_not_fit_is_made_to(st02: str, told: str) -> None:
    assert written(group(order(st02)))[2] == f"AK2*850*{told}"


@pytest.mark.parametrize(("st01", "told"), [("850", "850"), ("85", "000"), ("", "000"), ("85*0", "000")])
def test_a_set_identifier_that_is_none_is_told_as_zeros(st01: str, told: str) -> None:
    assert written(group(order("0001", st01=st01)))[2] == f"AK2*{told}*0001"


@pytest.mark.parametrize(
    ("gs06", "told"), [("77", "77"), ("000000077", "000000077"), ("", "0"), ("7A", "0"), ("1234567890", "0")]
)
def test_a_group_control_number_that_is_none_is_told_as_zero(gs06: str, told: str) -> None:
    assert written(group(order("0001"), e6=gs06))[1] == f"AK1*PO*{told}"


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("group-version-unknown", "2"),
        ("ge-missing", "3"),
        ("ge-control-number", "4"),
        ("ge-set-count", "5"),
        ("gs06-invalid", "6"),
        ("gs06-duplicate", "19"),
    ],
)
def test_a_fault_of_the_group_refuses_all_its_sets(code: str, told: str) -> None:
    received = group(
        order("0001"), order("0002", verdict=Verdict.ACCEPTED_WITH_ERRORS), findings=(fault(code),)
    )
    assert written(received)[2:-1] == [
        "AK2*850*0001",
        "AK5*R",
        "AK2*850*0002",
        "AK5*R",
        f"AK9*R*2*2*0*{told}",
    ]


@pytest.mark.parametrize("code", ["group-element", "segment-outside-set"])
def test_a_fault_of_the_group_that_no_code_fits_refuses_without_one(code: str) -> None:
    """Code 1 would say that the group is not supported, which is not what is wrong."""
    assert written(group(order("0001"), findings=(fault(code),)))[2:-1] == [
        "AK2*850*0001",
        "AK5*R",
        "AK9*R*1*1*0",
    ]


def test_a_lowered_fault_of_the_group_is_told_and_refuses_nothing() -> None:
    lowered = msgspec.structs.replace(fault("ge-set-count"), severity=Severity.WARNING)
    assert written(group(order("0001"), findings=(lowered,)))[-2] == "AK9*E*1*1*1*5"


def test_group_codes_stand_in_order_each_once_and_at_most_five() -> None:
    codes = (
        "gs06-duplicate",
        "gs06-invalid",
        "ge-set-count",
        "ge-control-number",
        "ge-missing",
        "ge-missing",
    )
    findings = tuple(fault(code) for code in (*codes, "group-version-unknown"))
    assert written(group(order("0001"), findings=findings))[-2] == "AK9*R*1*1*0*2*3*4*5*6"


@pytest.mark.parametrize(
    ("ge01", "told"), [("5", "5"), ("005", "005"), ("", "2"), ("two", "2"), ("1234567", "2"), ("-1", "2")]
)
def test_the_declared_count_is_repeated_when_it_is_one(ge01: str, told: str) -> None:
    received = ReceivedGroup(gs=group().gs, ge01=ge01, sets=(order("0001"), order("0002")))
    assert written(received)[-2] == f"AK9*A*{told}*2*2"


@pytest.mark.parametrize("identifier", ["FA", "", "P", "POX", "P*"])
def test_no_997_for_acknowledgments_nor_for_a_group_it_cannot_name(identifier: str) -> None:
    received = group(order("0001"), e1=identifier)
    assert functional_acknowledgment(received, control_number="0001", delimiters=DELIMITERS) == []


def test_every_code_of_the_catalogue_can_be_told() -> None:
    """No code of the catalogue stops the writing, wherever its finding stands."""
    everywhere = [fault(code, 3, "PO1", 2, "V") for code in CATALOGUE]
    nowhere = [fault(code) for code in CATALOGUE]
    segments = written(group(order("0001", *everywhere, *nowhere), findings=tuple(nowhere)))
    assert segments[-1] == f"SE*{len(segments)}*0001"
    told = {segment.split("*")[3] for segment in segments if segment.startswith("AK4")}
    catalogued = {code.ak403 for code in CATALOGUE.values() if code.ak403}
    assert told == catalogued - {"12", "13"}


def in_999(received: ReceivedGroup) -> list[str]:
    """The 999 with `*` between elements."""
    segments = functional_acknowledgment(
        received, control_number="0001", delimiters=DELIMITERS, kind=GroupAnswer.IMPLEMENTATION
    )
    return [segment_text(segment, DELIMITERS) for segment in segments]


def test_a_999_in_full() -> None:
    element = fault("element-repetitions", 7, "PO1", 3, "XX", component=2, repetition=4, number="355")
    segment = fault("segment-missing", 9, "CTT")
    rejected = msgspec.structs.replace(order("0001", element, segment), st03="GUIDE-1")
    assert in_999(group(rejected, order("0002"), e8="005010VICS")) == [
        "ST*999*0001",
        "AK1*PO*77*005010VICS",
        "AK2*850*0001*GUIDE-1",
        "IK3*PO1*7**8",
        "IK4*3>2>4*355*12*XX",
        "IK3*CTT*9**3",
        "IK5*R*5",
        "AK2*850*0002",
        "IK5*A",
        "AK9*P*2*2*1",
        "SE*11*0001",
    ]


@pytest.mark.parametrize(
    ("st03", "told"),
    [("X" * 35, "X" * 35), ("X" * 36, ""), ("A*B", ""), ("A>B", ""), ("Ü", ""), (" ", ""), (" A ", "A")],
)
def test_a_guide_is_repeated_as_it_was_sent_or_not_at_all(st03: str, told: str) -> None:
    one = msgspec.structs.replace(order("0001"), st03=st03)
    assert in_999(group(one, e8="005010"))[2] == f"AK2*850*0001{'*' if told else ''}{told}"


def test_codes_of_guides_are_not_written_as_no_finding_is_about_a_guide() -> None:
    everywhere = [fault(code, 3, "PO1", 2, "V") for code in CATALOGUE]
    segments = in_999(group(order("0001", *everywhere), e8="005010"))
    codes = {
        value
        for segment in segments
        for tag, *values in [segment.split("*")]
        for value in {"IK3": values[3:4], "IK4": values[2:3], "IK5": values[1:]}.get(tag, [])
    }
    assert {"8", "12", "13", "5"} <= codes
    assert not [code for code in codes if code.startswith("I")]
