"""The files of the golden cases against the guides of Amazon: what breaks one is known, with the reason."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from gateway.findings import Severity
from gateway.formats.x12.reader import read
from gateway.pipeline.intake import Intake
from tests.golden.cases import FOLDER
from tests.pipeline.knowledge import library

FILES = sorted(path for path in FOLDER.glob("*/*/*.8[0-9][0-9]"))
OTHER_CUSTOMER = "an order of another customer, whose order numbers, currency and item numbers are its own"
FULL = "an order that says all that SP-API can, more than Amazon's 850 has places for"
LATER = "a ship notice that tells one of the two dates"

# File -> the errors, the codes of the warnings, and why it does not keep the guide.
KNOWN: dict[str, tuple[dict[str, int], set[str], str]] = {
    "order-acknowledgment/x12-accepted/source.855": (
        {},
        {"guide-element-code"},
        "it accepts at another price, a code that not every list of Amazon's has",
    ),
    "order-acknowledgment/x12-words-for-the-rest/source.855": (
        {"guide-element-missing": 2},
        set(),
        "as a vendor may write it who leaves the quantity of a status out",
    ),
    "purchase-order/csv-erp/target.850": (
        {
            "guide-element-too-short": 2,
            "guide-segment-not-used": 2,
            "guide-element-not-used": 1,
            "guide-element-code": 1,
        },
        {"guide-element-code", "guide-element-not-used", "guide-segment-not-used", "guide-segment-missing"},
        OTHER_CUSTOMER,
    ),
    "purchase-order/spapi-full/target.850": (
        {"guide-segment-not-used": 1, "guide-element-not-used": 1},
        {"guide-element-code", "guide-segment-not-used", "guide-segment-missing"},
        FULL,
    ),
    "purchase-order/x12-notes-charges-terms/source.850": (
        {"guide-segment-not-used": 1, "guide-element-not-used": 1},
        {"guide-element-code", "guide-element-not-used", "guide-segment-not-used"},
        OTHER_CUSTOMER,
    ),
    "purchase-order/x12-release-005010/again.850": (
        {"guide-segment-not-used": 1, "guide-element-not-used": 1},
        {"guide-element-code", "guide-element-not-used", "guide-segment-not-used"},
        OTHER_CUSTOMER,
    ),
    "purchase-order/xml-erp/target.850": (
        {"guide-element-too-short": 1, "guide-segment-not-used": 1, "guide-element-not-used": 1},
        {"guide-element-code", "guide-element-not-used", "guide-segment-not-used"},
        OTHER_CUSTOMER,
    ),
    "ship-notice/xml-erp/target.856": ({}, {"guide-segment-missing"}, LATER),
    "ship-notice/csv-pallets/target.856": ({}, {"guide-segment-missing"}, LATER),
    "ship-notice/x12-s-o-i-p/source.856": ({}, {"guide-segment-missing"}, LATER),
    "ship-notice/x12-s-o-t-i-p/source.856": ({}, {"guide-segment-missing"}, LATER),
    "ship-notice/x12-s-o-t-i/source.856": ({}, {"guide-segment-missing"}, LATER),
    "ship-notice/x12-s-o-t-p-i/source.856": ({}, {"guide-segment-missing"}, LATER),
    "ship-notice/x12-s-p-o-i/source.856": ({}, {"guide-segment-missing"}, LATER),
    "ship-notice/x12-s-t-o-i/source.856": ({}, {"guide-segment-missing"}, LATER),
}


def name_of(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix()


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_file_keeps_the_guide_or_it_is_known_why_not(path: Path) -> None:
    intake = Intake(library().received_validator("amazon"))
    for event in read([path.read_bytes()]):
        intake.take(event)
    findings = intake.report("").findings
    assert all(each.code.startswith("guide-") for each in findings)
    errors = Counter(each.code for each in findings if each.severity is Severity.ERROR)
    warnings = {each.code for each in findings if each.severity is Severity.WARNING}
    assert (dict(errors), warnings) == KNOWN.get(name_of(path), ({}, set(), ""))[:2]


def test_every_known_file_is_there() -> None:
    assert set(KNOWN) <= {name_of(path) for path in FILES}
    assert len(FILES) > len(KNOWN)


def test_what_we_write_for_amazon_breaks_no_verified_statement() -> None:
    assert not any(KNOWN[name][0] for name in KNOWN if "/target." in name and "purchase-order" not in name)
