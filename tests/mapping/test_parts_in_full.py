"""`writes: parts_in_full(…)`: what becomes of each part of a line, where the document only implies it."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from gateway.documents import OrderAcknowledgment
from gateway.documents.order_acknowledgment import AcknowledgedItem, OrderAcknowledgmentLine
from gateway.mapping.bound import Plan
from tests.documents.samples import DAY
from tests.mapping.agreement import differs_on_write
from tests.mapping.small import mistakes_of, plan_of
from tests.pipeline.knowledge import library

PART = {name: {"type": "string"} for name in ("is", "of", "unit", "why")}
LINE = {"n": {"type": "string"}, "parts": {"type": "array", "items": {"properties": PART}}}
SCHEMA = {"properties": {"id": {"type": "string"}, "lines": {"type": "array", "items": {"properties": LINE}}}}
GROUND = msgspec.structs.replace(library().mapping_library, schemas={"small": SCHEMA})
HEAD = "table: t\ndocument: OrderAcknowledgment\nformat: json small\n"
LINES = "rows:\n  order_number: id\n  lines[]:\n    at: lines[]\n    number: n\n"
PARTS = """\
    items[]:
      at: parts[]
      writes: parts_in_full(backorder_rest, quantity)
      status: is
      quantity: of decimal
      unit: unit
      reason: why
"""
PLAN = plan_of(HEAD, LINES + PARTS, library=GROUND)

Part = tuple[str, str | None, str | None]


class WrittenPart(msgspec.Struct, rename={"status": "is", "quantity": "of", "reason": "why"}):
    status: str
    quantity: str | None = None
    reason: str | None = None


class WrittenLine(msgspec.Struct):
    parts: list[WrittenPart]


class Written(msgspec.Struct):
    lines: list[WrittenLine]


def answered(*parts: Part, unit: str = "each") -> OrderAcknowledgment:
    """An answer to a line of ten each: status, quantity and change of its parts."""
    items = tuple(
        msgspec.convert(
            {"status": status, "quantity": quantity, "change": change, "unit": unit}, AcknowledgedItem
        )
        for status, quantity, change in parts
    )
    line = OrderAcknowledgmentLine(Decimal(10), "each", "1", items=items)
    return OrderAcknowledgment("PO1", DAY, lines=(line,))


def parts_of(document: OrderAcknowledgment, plan: Plan = PLAN) -> list[Part]:
    """What is written of the parts (status, quantity, reason), by both ways a table runs."""
    (target, findings), difference = differs_on_write(plan, document)
    assert difference is None
    assert not findings
    (line,) = msgspec.convert(target, Written).lines
    return [(part.status, part.quantity, part.reason) for part in line.parts]


def test_the_balance_of_bp_is_backordered() -> None:
    assert parts_of(answered(("accepted", "7", "backorder_rest"))) == [
        ("accepted", "7", None),
        ("backordered", "3", None),
    ]


def test_what_iq_leaves_will_not_come() -> None:
    assert parts_of(answered(("accepted", "7", "quantity"))) == [
        ("accepted", "7", None),
        ("rejected", "3", "temporarily_unavailable"),
    ]


def test_a_part_without_a_quantity_answers_for_what_the_others_leave() -> None:
    assert parts_of(answered(("rejected", None, None))) == [("rejected", "10", None)]
    assert parts_of(answered(("backordered", None, None), ("accepted", "4", "backorder_rest"))) == [
        ("backordered", "6", None),
        ("accepted", "4", None),
    ]


@pytest.mark.parametrize(
    "parts",
    [
        [("accepted", "10", "backorder_rest")],
        [("accepted", "7", "backorder_rest"), ("backordered", "3", None)],
        [("accepted", "12", "quantity")],
        [("accepted", "7", "price")],
        [("accepted", "7", None)],
    ],
)
def test_nothing_is_added_where_no_rest_is_implied(parts: list[Part]) -> None:
    assert parts_of(answered(*parts)) == [(status, quantity, None) for status, quantity, _ in parts]


def test_nothing_is_reckoned_in_other_units_or_between_two_open_parts() -> None:
    assert parts_of(answered(("accepted", "7", "backorder_rest"), unit="case")) == [("accepted", "7", None)]
    assert parts_of(answered(("accepted", None, None), ("rejected", None, None))) == [
        ("accepted", None, None),
        ("rejected", None, None),
    ]


@pytest.mark.parametrize(
    ("rows", "line", "mistake"),
    [
        (LINES + PARTS.replace("parts_in_full", "parts_in_ful"), 9, "did you mean `parts_in_full`?"),
        (LINES + PARTS.replace("rest,", "rset,"), 9, "did you mean `backorder_rest`?"),
        (LINES + PARTS.replace("parts_in_full(backorder_rest, quantity)", "[]"), 11, "`writes` takes one"),
        (
            "rows:\n  lines[]:\n    at: lines[]\n    writes: parts_in_full()\n    number: n\n",
            5,
            "is for `items[]`",
        ),
        (LINES + PARTS.replace("items[]", "items[status=accepted]") + PARTS, 16, "no other block shares"),
    ],
)
def test_mistakes_are_told_with_their_line(rows: str, line: int, mistake: str) -> None:
    found = mistakes_of(HEAD + rows, GROUND)
    assert [at for _, at, said in found if mistake in said][:1] == [line], found


def test_an_overlay_names_another_function_or_leaves_it() -> None:
    document = answered(("accepted", "7", "backorder_rest"))
    named = "overlay: t\nrows:\n  lines[]:\n    items[]:\n      writes: parts_in_full()\n"
    assert len(parts_of(document, plan_of(HEAD, LINES + PARTS, named, library=GROUND))) == 1
    other = "overlay: t\nrows:\n  lines[]:\n    items[]:\n      reason: null\n"
    assert len(parts_of(document, plan_of(HEAD, LINES + PARTS, other, library=GROUND))) == 2
