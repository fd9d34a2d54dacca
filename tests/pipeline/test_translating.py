"""Writing each set of X12 as it comes gives the file and the findings of reading all and then writing it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gateway.formats.detect import Format
from gateway.pipeline.intake import Intake
from gateway.pipeline.targets import FirstNumbers, write
from gateway.pipeline.translating import Translated, x12_to_json
from tests.golden.cases import AT, CASES
from tests.pipeline.knowledge import EXAMPLES, knowledge, received

SOURCES = sorted(case.source for case in CASES if case.source_form is Format.X12)
FILES = [path.read_bytes() for path in (*SOURCES, *EXAMPLES.glob("*.850"))]
ORDERS = (EXAMPLES / "purchase-orders.850").read_bytes()
NEXT = ORDERS.replace(b"000000041", b"000000042")
OTHERS = next(data for data in FILES if b"~\nST*855*" in data or b"~ST*855*" in data)
FAULTS = {
    "none": (b"", b""),
    "sets in a group": (b"~\nGE*", b"~\nGE*1"),
    "groups in an interchange": (b"~\nIEA*", b"~\nIEA*1"),
    "a number": (b"~\nPO1*1*", b"~\nPO1*1*X"),
    "a sum": (b"~\nCTT*", b"~\nCTT*1"),
}


def at_once(data: bytes) -> Translated:
    return x12_to_json("file", [data], knowledge())


def in_two_steps(data: bytes) -> Translated:
    read = received(data, form=Format.X12)
    return Translated(read.report, write(read.documents, Format.SPAPI, knowledge(), FirstNumbers(), AT))


def damaged() -> Iterator[bytes]:
    """Interchanges of orders and of answers behind each other, with a fault in one of them."""
    for old, new in FAULTS.values():
        faulty = ORDERS.replace(old, new, 1) if old else ORDERS
        yield faulty + NEXT
        yield NEXT + faulty
        yield faulty + OTHERS
        yield OTHERS + faulty


@pytest.mark.parametrize("data", [*FILES, *damaged()])
def test_what_is_written_set_by_set_is_what_is_written_of_all(data: bytes) -> None:
    assert at_once(data) == in_two_steps(data)


def test_what_an_interchange_does_not_let_through_is_not_written() -> None:
    refused = ORDERS.replace(*FAULTS["groups in an interchange"], 1)
    assert at_once(refused).written.data is None
    sent = at_once(NEXT).written.data
    assert sent is not None
    assert at_once(refused + NEXT).written.data == sent


def test_a_planted_difference_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = ORDERS.replace(*FAULTS["sets in a group"], 1)
    honest = in_two_steps(refused)
    monkeypatch.setattr(Intake, "lets_through", lambda *_: True)
    assert at_once(refused) != honest
