"""Business checks of canonical documents: do their figures and references agree with each other?

All are warnings and no fault of any standard, so they never enter an acknowledgment. They ask for documents
that `accepts` has accepted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal, localcontext
from itertools import chain, islice
from typing import Final, TypeAlias

from gateway.documents import (
    Document,
    Invoice,
    OrderAcknowledgment,
    OrderChangeAcknowledgment,
    PurchaseOrder,
    PurchaseOrderChange,
    ShipNotice,
    sscc,
)
from gateway.documents.arithmetic import HALF_A_CENT, Arithmetic, line_amount, totals
from gateway.documents.identified import suspicious_identifiers
from gateway.documents.order_acknowledgment import OrderAcknowledgmentLine, quantity_left
from gateway.documents.order_change_acknowledgment import OrderChangeAcknowledgmentLine
from gateway.documents.parts import Moment, Window
from gateway.documents.purchase_order import PurchaseOrderLine
from gateway.documents.purchase_order_change import PurchaseOrderChangeLine
from gateway.documents.ship_notice import Carton, Content, Pallet
from gateway.documents.sound import agrees, has_sound_identifiers
from gateway.documents.sound_packing import packing_agrees
from gateway.findings import Finding, Location, found

__all__ = ["MAX_WARNINGS", "warnings"]

MAX_WARNINGS: Final = 200  # of one document; what follows says nothing new
QUANTITY_CHANGES: Final = frozenset(
    (
        *("added", "quantity_raised", "quantity_lowered"),
        *("price_and_quantity", "schedule_and_quantity", "price_quantity_and_schedule"),
    )
)
PRICE_CHANGES: Final = frozenset(
    ("price", "price_and_quantity", "price_and_schedule", "price_quantity_and_schedule")
)
ANSWERS: Final = frozenset(("unchanged", "change_rejected"))  # kinds of change that are an answer themselves
EXACT: Final = 60  # significant digits: enough to multiply and add any numbers of a document without rounding

_AnsweredLine: TypeAlias = OrderAcknowledgmentLine | OrderChangeAcknowledgmentLine


def warnings(document: Document, arithmetic: Arithmetic | None = None) -> tuple[Finding, ...]:
    """What does not agree in an accepted document, as warnings with JSON pointers; the first 200."""
    if isinstance(document, PurchaseOrder):
        if agrees(document):
            return ()
        sound = False
    else:
        sound = has_sound_identifiers(document)
    with localcontext() as context:
        context.prec = EXACT
        if sound and isinstance(document, ShipNotice) and packing_agrees(document):
            return ()
        match document:
            case PurchaseOrder():
                found_here = _of_order(document)
            case OrderAcknowledgment():
                found_here = _of_acknowledgment(document)
            case PurchaseOrderChange():
                found_here = _of_change(document)
            case OrderChangeAcknowledgment():
                found_here = _of_change_acknowledgment(document)
            case ShipNotice():
                found_here = _of_ship_notice(document)
            case Invoice():
                found_here = _of_invoice(document, arithmetic or Arithmetic())
        suspicious = () if sound else suspicious_identifiers(document)
        return tuple(islice(chain(found_here, suspicious), MAX_WARNINGS))


def _at(*parts: str | int) -> Location:
    return Location(pointer="".join(f"/{part}" for part in parts))


def _text(number: Decimal) -> str:
    return f"{number:f}"


def _of_order(order: PurchaseOrder) -> Iterator[Finding]:
    yield from _windows_reversed(order)
    yield from _twice((line.number for line in order.lines), "lines")


def _windows_reversed(order: PurchaseOrder | PurchaseOrderChange) -> Iterator[Finding]:
    yield from _window_reversed(order.ship_window, "ship_window")
    yield from _window_reversed(order.delivery_window, "delivery_window")
    lines: Sequence[PurchaseOrderLine | PurchaseOrderChangeLine] = order.lines
    for at, line in enumerate(lines):
        yield from _window_reversed(line.ship_window, "lines", at, "ship_window")
        yield from _window_reversed(line.delivery_window, "lines", at, "delivery_window")


def _window_reversed(window: Window | None, *place: str | int) -> Iterator[Finding]:
    if window is None or window.start is None or window.end is None:
        return
    start, end = window.start, window.end
    by_day = start.date is not None and end.date is not None and start.date > end.date
    by_time = start.time is not None and end.time is not None and start.time > end.time
    if by_day or by_time:
        yield found("window-reversed", _at(*place), start=_moment_text(start), end=_moment_text(end))


def _moment_text(moment: Moment) -> str:
    return str(moment.date or moment.time)


def _twice(numbers: Iterable[str | None], *place: str | int, member: str = "number") -> Iterator[Finding]:
    seen: set[str] = set()
    for at, number in enumerate(numbers):
        if number is not None and number in seen:
            yield found("number-twice", _at(*place, at, member), number)
        elif number is not None:
            seen.add(number)


def _of_acknowledgment(acknowledgment: OrderAcknowledgment) -> Iterator[Finding]:
    for at, line in enumerate(acknowledgment.lines):
        if not line.items:
            yield found("line-not-acknowledged", _at("lines", at), line.number)
        yield from _answer_differs(line, at)


def _answer_differs(line: _AnsweredLine, at: int) -> Iterator[Finding]:
    """Parts of the answer to a line that do not add up to its quantity."""
    left = quantity_left(line)
    for index, item in enumerate(line.items):
        if (left if item.quantity is None else item.quantity) == 0:
            yield found("acknowledged-quantity-zero", _at("lines", at, "items", index, "quantity"))
    if line.quantity is not None and line.items and left and not _rest_is_told(line, left):
        answered, expected = _text(line.quantity - left), _text(line.quantity)
        yield found("acknowledged-quantity-differs", _at("lines", at, "items"), answered, expected=expected)


def _of_change(change: PurchaseOrderChange) -> Iterator[Finding]:
    yield from _windows_reversed(change)
    for at, line in enumerate(change.lines):
        yield from _change_untold(line, at)


def _of_change_acknowledgment(answer: OrderChangeAcknowledgment) -> Iterator[Finding]:
    """Where no line has an answer, the seller answers to all at once, or asks for the change himself."""
    answered = any(line.items for line in answer.lines)
    for at, line in enumerate(answer.lines):
        if answered and not line.items and line.change not in ANSWERS:
            yield found("line-not-acknowledged", _at("lines", at), line.number)
        yield from _change_untold(line, at)
        yield from _answer_differs(line, at)


def _change_untold(
    line: PurchaseOrderChangeLine | OrderChangeAcknowledgmentLine, at: int
) -> Iterator[Finding]:
    """A line that does not say the new value of what it changes, or leaves more to come than is ordered."""
    if line.change in QUANTITY_CHANGES and line.quantity is None:
        yield found("changed-value-missing", _at("lines", at), line.change, missing="quantity")
    if line.change in PRICE_CHANGES and line.price is None and line.list_price is None:
        yield found("changed-value-missing", _at("lines", at), line.change, missing="price")
    if (
        line.quantity is not None
        and line.left_to_receive is not None
        and line.left_to_receive > line.quantity
    ):
        place = _at("lines", at, "left_to_receive")
        yield found("left-above-ordered", place, _text(line.left_to_receive), ordered=_text(line.quantity))


def _rest_is_told(line: _AnsweredLine, left: Decimal) -> bool:
    """Whether the parts of a line say what becomes of the rest, or that another quantity comes."""
    changes = {item.change for item in line.items}
    follows = "backorder_rest" in changes or any(item.quantity is None for item in line.items)
    return "quantity" in changes or (follows and left > 0)


def _of_ship_notice(notice: ShipNotice) -> Iterator[Finding]:
    for name, numbered in (("lines", notice.lines), ("cartons", notice.cartons), ("pallets", notice.pallets)):
        yield from _twice((entry.number for entry in numbered), name)
    yield from _count_differs("carton_count", notice.carton_count, notice.cartons)
    yield from _count_differs("pallet_count", notice.pallet_count, notice.pallets)
    yield from _unknown_cartons(notice)
    yield from _unknown_lines(notice)
    yield from _shipped_differs(notice)
    yield from _twice_carried(notice)


def _count_differs(name: str, count: int | None, listed: Sequence[Carton | Pallet]) -> Iterator[Finding]:
    if count is not None and listed and count != len(listed):
        yield found("container-count-differs", _at(name), str(count), listed=len(listed))


def _unknown_cartons(notice: ShipNotice) -> Iterator[Finding]:
    known = {carton.number for carton in notice.cartons}
    loaded: set[str] = set()
    for at, pallet in enumerate(notice.pallets):
        for index, number in enumerate(pallet.cartons):
            if number not in known:
                yield found("carton-unknown", _at("pallets", at, "cartons", index), number)
            elif number in loaded:
                yield found("carton-loaded-twice", _at("pallets", at, "cartons", index), number)
            loaded.add(number)


def _containers(notice: ShipNotice) -> Iterator[tuple[str, int, Carton | Pallet]]:
    for at, carton in enumerate(notice.cartons):
        yield "cartons", at, carton
    for at, pallet in enumerate(notice.pallets):
        yield "pallets", at, pallet


def _unknown_lines(notice: ShipNotice) -> Iterator[Finding]:
    known = {line.number for line in notice.lines}
    for name, at, container in _containers(notice):
        for index, content in enumerate(container.contents):
            if content.line not in known:
                yield found("content-line-unknown", _at(name, at, "contents", index, "line"), content.line)


def _shipped_differs(notice: ShipNotice) -> Iterator[Finding]:
    """Lines of which the containers hold another quantity than is shipped.

    Contents of a pallet that also names cartons may restate those of its cartons, so both sums count.
    """
    packed = [content for carton in notice.cartons for content in carton.contents]
    packed += [content for pallet in notice.pallets if not pallet.cartons for content in pallet.contents]
    restated = [content for pallet in notice.pallets if pallet.cartons for content in pallet.contents]
    if not packed and not restated:
        return
    units = defaultdict(set)
    for content in (*packed, *restated):
        units[content.line].add(content.unit)
    sums, more = _sums(packed), _sums(restated)
    for at, line in enumerate(notice.lines):
        once, both = sums[line.number], sums[line.number] + more[line.number]
        if units[line.number] <= {line.unit} and line.quantity not in (once, both):
            place = _at("lines", at, "quantity")
            yield found("shipped-quantity-differs", place, _text(line.quantity), packed=_text(once or both))


def _sums(contents: Iterable[Content]) -> defaultdict[str, Decimal]:
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for content in contents:
        sums[content.line] += content.quantity
    return sums


def _twice_carried(notice: ShipNotice) -> Iterator[Finding]:
    """SSCCs that two containers carry."""
    carried: dict[str, tuple[str, int]] = {}
    for name, at, container in _containers(notice):
        for index, mark in enumerate(container.marks):
            if mark.scheme != "sscc":
                continue
            place = _at(name, at, "marks", index, "value")
            digits = sscc.normal_form(mark.value)
            if digits is None:
                continue
            if carried.setdefault(digits, (name, at)) != (name, at):
                yield found("sscc-twice", place, mark.value)


def _of_invoice(invoice: Invoice, arithmetic: Arithmetic) -> Iterator[Finding]:
    yield from _twice((line.number for line in invoice.lines), "lines")
    for at, line in enumerate(invoice.lines):
        amount = line_amount(line, arithmetic)
        if line.amount is not None and amount is not None and abs(line.amount - amount) > HALF_A_CENT:
            place = _at("lines", at, "amount")
            yield found("line-amount-differs", place, _text(line.amount), expected=_text(amount))
    if invoice.total is None or not invoice.lines:
        return
    readings = totals(invoice, arithmetic)
    allowed = HALF_A_CENT * (1 + len(invoice.lines))
    if readings and all(abs(reading - invoice.total) > allowed for reading in readings):
        yield found("invoice-total-differs", _at("total"), _text(invoice.total), expected=_text(readings[0]))
