"""The TA1: what it says of an envelope."""

from __future__ import annotations

import msgspec
import pytest

from gateway.acknowledgments.interchange import interchange_acknowledgment
from gateway.acknowledgments.received import ReceivedInterchange
from gateway.codes import CATALOGUE
from gateway.findings import Location, Severity, found
from tests.acknowledgments.samples import AT, fault, group, interchange, order


def told(received: ReceivedInterchange) -> str:
    segment = interchange_acknowledgment(received, AT)
    assert segment is not None
    return "*".join(segment)


def test_an_envelope_without_fault() -> None:
    assert told(interchange(group(order("0001")))) == "TA1*000000042*260301*1015*A*000"


def test_a_rejected_set_is_no_fault_of_the_envelope() -> None:
    received = interchange(group(order("0001", fault("se-missing")), findings=(fault("ge-missing"),)))
    assert told(received).endswith("*A*000")


CATALOGUED = [(code.code, code.ta105) for code in CATALOGUE.values() if code.ta105]


@pytest.mark.parametrize(("code", "note"), CATALOGUED)
def test_every_catalogued_fault_refuses_the_envelope(code: str, note: str) -> None:
    assert told(interchange(group(order("0001")), findings=(fault(code),))).endswith(f"*R*{note}")


@pytest.mark.parametrize(
    ("tag", "element", "note"),
    [
        *(("ISA", element, f"{note:03}") for element, note in zip(range(1, 5), range(10, 14), strict=True)),
        *(("ISA", element, f"{note:03}") for element, note in zip(range(5, 9), range(5, 9), strict=True)),
        *(("ISA", element, f"{note:03}") for element, note in zip(range(9, 16), range(14, 21), strict=True)),
        ("ISA", 16, "027"),
        ("ISE", 1, "028"),
        ("ISE", 3, "030"),
        ("ISB", 1, "031"),
        ("IEA", 1, "021"),
        ("IEA", 2, "001"),
        ("ISA", None, "022"),
        (None, None, "022"),
    ],
)
def test_an_invalid_element_is_told_by_its_place(tag: str | None, element: int | None, note: str) -> None:
    finding = fault("interchange-element", None, tag, element)
    assert told(interchange(findings=(finding,))).endswith(f"*R*{note}")


def test_a_lowered_fault_is_noted_and_refuses_nothing() -> None:
    lowered = msgspec.structs.replace(fault("iea-group-count"), severity=Severity.WARNING)
    assert told(interchange(findings=(lowered,))).endswith("*E*021")


def test_a_remark_is_not_told() -> None:
    remark = found("isa-not-padded", Location(tag="ISA", element=6), length=5, expected=15)
    assert told(interchange(findings=(remark,))).endswith("*A*000")


def test_of_several_faults_the_first_that_refuses_is_told() -> None:
    lowered = msgspec.structs.replace(fault("iea-group-count"), severity=Severity.WARNING)
    findings = (lowered, fault("iea-control-number"), fault("isa13-duplicate"))
    assert told(interchange(findings=findings)).endswith("*R*001")


def test_a_group_that_no_997_can_name_is_told_here() -> None:
    assert told(interchange(group(order("0001"), e1="POX"))).endswith("*R*024")
    assert told(interchange(group(order("0001"), e1="POX"), group(order("0001")))).endswith("*E*024")


def test_a_group_whose_gs01_is_no_code_is_told_here() -> None:
    fault_of_gs01 = fault("group-element", None, "GS", 1, "XX")
    assert told(interchange(group(order("0001"), findings=(fault_of_gs01,), e1="XX"))).endswith("*R*024")


@pytest.mark.parametrize(
    ("elements", "start"),
    [
        ({"e13": "42       "}, "TA1*000000042*260301*1015*"),
        ({"e13": "ABC"}, "TA1*000000000*260301*1015*"),
        ({"e13": "1234567890"}, "TA1*000000000*260301*1015*"),
        ({"e9": "20260301"}, "TA1*000000042*260301*1015*"),
        ({"e10": "101530"}, "TA1*000000042*260301*1015*"),
        ({"e9": "26-3-1", "e10": "9"}, "TA1*000000042*260304*0506*"),
        ({"e9": "261301", "e10": "2401"}, "TA1*000000042*260304*0506*"),
        ({"e9": "  ", "e10": ""}, "TA1*000000042*260304*0506*"),
    ],
)
def test_number_date_and_time_have_their_fixed_lengths(elements: dict[str, str], start: str) -> None:
    received = interchange()
    isa = list(received.isa)
    for name, value in elements.items():
        isa[int(name[1:])] = value
    assert told(msgspec.structs.replace(received, isa=tuple(isa))).startswith(start)


def test_a_ta1_is_not_answered() -> None:
    assert interchange_acknowledgment(interchange(carries_ta1=True), AT) is None
    assert interchange_acknowledgment(interchange(group(), carries_ta1=True), AT) is not None


def test_without_a_whole_isa_there_is_nobody_to_answer() -> None:
    received = msgspec.structs.replace(interchange(), isa=("ISA", "00"))
    assert interchange_acknowledgment(received, AT) is None
