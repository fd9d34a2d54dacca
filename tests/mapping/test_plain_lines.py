"""Lines of an X12 order by the straight ways of a generated reader: few pairs, prices, loops, totals."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from gateway.documents import PurchaseOrder
from gateway.documents.purchase_order import PurchaseOrderLine
from gateway.mapping.derived import make_derivation
from gateway.mapping.plan import CodecCall
from tests.mapping.agreement import differs_on_read
from tests.mapping.test_compiled_agreement import plan_of, sets, source_of

ORDER = plan_of("x12-850")

PAIRS: dict[tuple[str, ...], list[str] | None] = {
    (): [],
    ("UP", "036000291452"): ["036000291452"],
    ("UP", "036000291452", "VN", "A-1"): ["036000291452", "A-1"],
    ("UP", "036000291452", "VN", "A-1", "BP", "B-1"): ["036000291452", "A-1", "B-1"],
    ("VN", "A-1", "VN", "A-2"): None,
    ("VN", "A-1", "VN", "A-1"): None,
    ("VN", "", "UP", "036000291452"): None,
    ("", "A-1", "VN", "A-2"): None,
    ("VN",): None,
    ("UP", "036000291452", "VN"): None,
}
"""What follows the price of a line, and the item numbers read of it; None: the ways just agree."""


def read_with(line: list[str]) -> PurchaseOrder | None:
    """The order whose first line is this one; the two ways to read it agree."""
    held = sets("x12-850")[0]
    separator = held.delimiters.element
    segments = [text.split(separator) for text in held.segments[1:-1]]
    first = next(number for number, segment in enumerate(segments) if segment[0] == "PO1")
    segments[first] = line
    segments = [segment for segment in segments if segment[0] not in ("CTT", "AMT")]
    (document, findings), difference = differs_on_read(ORDER, source_of("x12-850", held, segments))
    assert difference is None
    assert document is None or isinstance(document, PurchaseOrder)
    return None if findings else document


@pytest.mark.parametrize("pairs", PAIRS)
def test_few_pairs_are_read_as_many_are(pairs: tuple[str, ...]) -> None:
    document = read_with(["PO1", "1", "2", "EA", "3.50", "", *pairs])
    wanted = PAIRS[pairs]
    if wanted is not None:
        assert document is not None
        assert list(document.lines[0].ids.values()) == wanted


@pytest.mark.parametrize("amount", ["3.50", ".5", "12", "12345678901", "123456789012.5"])
@pytest.mark.parametrize("code", ["", "PE", "LP", "NT"])
def test_prices_keep_their_digits_and_their_code(amount: str, code: str) -> None:
    document = read_with(["PO1", "1", "2", "EA", amount, code])
    assert document is not None
    prices = [document.lines[0].price, document.lines[0].list_price]
    assert [str(price) for price in prices if price is not None] == [str(Decimal(amount))]


def test_a_total_leaves_out_lines_without_the_number() -> None:
    total = make_derivation(CodecCall("total", ("lines.price",)), PurchaseOrder)
    lines = [PurchaseOrderLine(quantity=Decimal(1), price=price) for price in (Decimal("2.50"), None)]

    def order(*lines: PurchaseOrderLine) -> PurchaseOrder:
        held = read_with(["PO1", "1", "2", "EA"])
        assert held is not None
        return msgspec.structs.replace(held, lines=lines)

    assert total(order(*lines)) == Decimal("2.50")
    assert total(order(lines[0], lines[0])) == Decimal("5.00")
    assert total(order(lines[1])) is None
    assert total(order()) is None
