"""The partner that is named must be the one whose file it is; else both names are told and all goes on."""

from __future__ import annotations

import pytest

from gateway.findings import Severity
from gateway.formats.detect import Format
from gateway.pipeline.strangers import MAX_TOLD
from tests.pipeline.knowledge import example, received, translated

ORDERS = example("purchase-orders.850")
OTHER = ORDERS.replace(b"ZZ*AMAZON         *", b"01*012345678      *")


def told(data: bytes, partner: str | None = "amazon") -> list[str]:
    findings = received(data, partner).report.findings
    return [each.message for each in findings if each.code == "partner-differs"]


def test_a_strangers_file_is_told_with_both_names_and_translated() -> None:
    (warning,) = received(OTHER).report.findings
    assert (warning.code, warning.severity) == ("partner-differs", Severity.WARNING)
    assert warning.message == (
        "the interchange goes from 01/012345678 to ZZ/ACORNSUPPLY, "
        "and the partner that was named is ZZ/AMAZON and ZZ/ACORNSUPPLY"
    )
    assert (warning.location.interchange, warning.location.isa13) == (1, "000000041")
    assert len(received(OTHER).documents) == 2


@pytest.mark.parametrize("data", [ORDERS, ORDERS.replace(b"AMAZON     ", b"  AMAZON   ")])
def test_the_partners_own_file_is_not(data: bytes) -> None:
    assert told(data) == []


def test_nor_is_a_file_that_was_written_for_it_nor_any_file_without_a_partner() -> None:
    written = translated(example("invoice.csv"), Format.X12).data
    assert written is not None
    assert told(written) == []
    assert told(OTHER, None) == []


def test_our_own_file_to_ourselves_is_a_strangers() -> None:
    assert len(told(ORDERS.replace(b"ZZ*AMAZON         *", b"ZZ*ACORNSUPPLY    *"))) == 1


def test_each_pair_of_names_is_told_once_and_many_do_not_flood_the_report() -> None:
    assert len(told(OTHER * 3)) == 1
    many = b"".join(ORDERS.replace(b"AMAZON         ", b"STRANGER%07d" % number) for number in range(120))
    assert len(told(many)) == MAX_TOLD
