"""A set goes down with its envelope, and nobody takes what was never checked for valid."""

from __future__ import annotations

import pytest

from gateway.report import Verdict
from tests.pipeline.knowledge import example, judged

GOOD = example("purchase-orders.850")
FAULTY = example("purchase-order-with-faults.850")


def test_a_clean_file_is_accepted_without_a_finding() -> None:
    report = judged(GOOD).report("orders")
    assert (report.verdict, report.findings, report.complete) == (Verdict.ACCEPTED, (), True)
    assert [(each.type, each.st02, each.version) for each in report.sets] == [
        ("850", "0001", "004010"),
        ("850", "0002", "004010"),
    ]


def test_a_good_set_beside_a_bad_one_is_still_accepted() -> None:
    report = judged(FAULTY).report("orders")
    assert report.verdict is Verdict.PARTIALLY_ACCEPTED
    assert [each.verdict for each in report.sets] == [Verdict.ACCEPTED, Verdict.REJECTED]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"GE*2*41", b"GE*3*41", "ge-set-count"),
        (b"GE*2*41", b"GE*2*42", "ge-control-number"),
        (b"IEA*1*", b"IEA*2*", "iea-group-count"),
        (b"IEA*1*000000041", b"IEA*1*000000042", "iea-control-number"),
    ],
)
def test_the_sets_of_a_refused_envelope_are_rejected(old: bytes, new: bytes, code: str) -> None:
    report = judged(GOOD.replace(old, new)).report("orders")
    assert [finding.code for finding in report.findings] == [code]
    assert report.verdict is Verdict.REJECTED


def test_a_set_without_definition_is_never_valid() -> None:
    report = judged(GOOD.replace(b"ST*850*0001", b"ST*840*0001")).report("orders")
    assert report.sets[0].verdict is Verdict.NO_DEFINITION
    assert report.verdict is Verdict.PARTIALLY_ACCEPTED
    assert report.has_errors


def test_junk_is_unreadable() -> None:
    report = judged(b"\x00\x01\x02 junk").report("junk")
    assert report.verdict is Verdict.UNREADABLE
    assert report.has_errors


def test_an_interchange_that_carries_only_a_ta1_is_read() -> None:
    head, _, rest = GOOD.partition(b"GS*")
    data = head + b"TA1*000000007*261101*0900*A*000~\nIEA*0*000000041~\n"
    report = judged(data).report("ta1")
    assert rest
    assert (report.verdict, report.findings) == (Verdict.ACCEPTED, ())


def test_tolerance_lowers_element_errors_where_the_structure_stands() -> None:
    data = GOOD.replace(b"BEG*00*NE*7XQ4RT2B**20261103", b"BEG*00*NE*7XQ4RT2B**20261332")
    assert judged(data).report("orders").sets[0].verdict is Verdict.REJECTED
    tolerated = judged(data, tolerant=True).report("orders")
    assert tolerated.sets[0].verdict is Verdict.ACCEPTED_WITH_ERRORS
    assert not tolerated.has_errors
