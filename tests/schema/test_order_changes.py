"""What 860 and 865 are: their main facts, which no table of the tests holds besides."""

from __future__ import annotations

import pytest

from gateway.formats.x12.definitions import Requirement
from gateway.schema.show import SetRow, element_rows, set_rows
from tests.schema.definitions import envelope, release

OPTIONAL, MANDATORY = Requirement.OPTIONAL, Requirement.MANDATORY


def rows(number: str) -> tuple[SetRow, ...]:
    return set_rows(release().sets[number])


@pytest.mark.parametrize(
    ("number", "group", "first", "count"), [("860", "PC", "BCH", 189), ("865", "CA", "BCA", 163)]
)
def test_what_is_mandatory(number: str, group: str, first: str, count: int) -> None:
    assert release().sets[number].group == group
    groups = envelope().elements["479"].codes
    assert groups is not None
    assert group in groups.codes
    assert len(rows(number)) == count
    mandatory = [
        (row.area, row.tag, row.loop)
        for row in rows(number)
        if row.requirement is MANDATORY and not row.opens_loop and not row.loop
    ]
    assert mandatory == [("heading", "ST", ""), ("heading", first, ""), ("summary", "SE", "")]
    assert [row.tag for row in rows(number) if row.loop_requirement is MANDATORY] == []


HEADING_860 = "SAC 25, AMT *, AMT/FA1 *, N9 1000, N1 200, LM *, SPI *, SPI/N1 20, SPI/CB1 *, ADV *"
LINE_860 = (
    "POC *, POC/PID 1000, POC/SAC 25, POC/QTY *, POC/SCH 200, POC/N9 1000, POC/LS 1, POC/LS/LDT *, "
    "POC/LS/LDT/LM *, POC/N1 200, POC/N1/LDT *, POC/SLN 1000, POC/SLN/SAC 10, POC/SLN/QTY *, POC/SLN/N9 *, "
    "POC/SLN/N1 10, POC/AMT *, POC/LM *"
)
HEADING_865 = "SAC 25, N9 1000, N1 200, AMT *, ADV *"
LINE_865 = (
    "POC *, POC/PID 1000, POC/SAC 25, POC/ACK 104, POC/AMT *, POC/QTY *, POC/SCH 200, POC/LDT *, "
    "POC/LDT/LM *, POC/N9 1000, POC/N1 200, POC/N1/LDT *, POC/SLN 1000, POC/SLN/SAC 10, POC/SLN/QTY *, "
    "POC/SLN/N9 *, POC/SLN/N1 10, POC/PD *"
)


@pytest.mark.parametrize(
    ("number", "heading", "line"), [("860", HEADING_860, LINE_860), ("865", HEADING_865, LINE_865)]
)
def test_the_loops_in_their_order(number: str, heading: str, line: str) -> None:
    for area, loops in (("heading", heading), ("detail", line), ("summary", "CTT 1")):
        found = [row for row in rows(number) if row.area == area and row.opens_loop]
        assert ", ".join(f"{row.loop} {row.loop_maximum or '*'}" for row in found) == loops


@pytest.mark.parametrize(
    ("number", "loop", "tag", "maximum"),
    [
        ("860", "", "CSH", 5),
        ("865", "", "CSH", 1),
        ("860", "", "PKG", 200),
        ("865", "", "PKG", 25),
        ("860", "N1", "N4", None),
        ("865", "N1", "N4", 1),
        ("860", "POC", "TC2", 2),
        ("860", "POC/SLN", "PO3", 104),
        ("865", "POC/SLN", "PO3", 25),
        ("860", "POC", "SDQ", 500),
        ("865", "POC/ACK", "DTM", 1),
        ("865", "POC/SLN", "ACK", 104),
        ("860", "CTT", "AMT", 5),
        ("865", "CTT", "AMT", 5),
    ],
)
def test_how_often_a_segment_may_stand(number: str, loop: str, tag: str, maximum: int | None) -> None:
    found = [row for row in rows(number) if (row.loop, row.tag) == (loop, tag)]
    assert [(row.requirement, row.maximum) for row in found] == [(OPTIONAL, maximum)]


@pytest.mark.parametrize(
    ("tag", "elements", "mandatory"),
    [
        ("BCH", "353 92 324 328 327 373 326 367 127 373 373 1166 786 587 640 1232", "01 02 03 06"),
        ("BCA", "353 587 324 328 327 373 326 367 127 373 373 373 92 786 640", "01 03 06"),
        ("POC", "350 670 330 671 C001 212 639" + 10 * " 235 234", "02"),
        ("G53", "875", "01"),
        ("PD", "344 373 C001 380 93 352 1196 127 352 1401", "01 02 03 04 05"),
        ("PDD", "350 380 782 954 1401", "01"),
    ],
)
def test_the_elements_of_a_segment(tag: str, elements: str, mandatory: str) -> None:
    found = [row for row in element_rows(release().segments[tag]) if "-" not in row.place]
    assert " ".join(row.element for row in found) == elements
    needed = [row.place.removeprefix(tag) for row in found if row.requirement is MANDATORY]
    assert " ".join(needed) == mandatory


def test_the_syntax_notes_of_a_changed_line() -> None:
    """The quantity comes with what is left of it and a unit; notes count the composite as one position."""
    pairs = [f"P{place:02d}{place + 1:02d}" for place in range(8, 27, 2)]
    assert [str(note) for note in release().segments["POC"].notes] == ["C030405", "C0706", *pairs]


def test_the_new_elements() -> None:
    elements = release().elements
    facts = {
        number: (elements[number].type, elements[number].minimum, elements[number].maximum)
        for number in ("670", "671", "875", "327")
    }
    assert facts == {"670": ("ID", 2, 2), "671": ("R", 1, 9), "875": ("ID", 3, 3), "327": ("AN", 1, 8)}
    changes, kinds = elements["670"].codes, elements["875"].codes
    assert changes is not None
    assert kinds is not None
    assert (changes.whole, kinds.whole) == (True, False)
    told = "AI CA CB CC CE CF CG CH CI CT DI MU NC OA OC PC PQ PR QD QI RA RB RC RE RM RQ RS RZ TI"
    assert sorted(changes.codes) == told.split()
