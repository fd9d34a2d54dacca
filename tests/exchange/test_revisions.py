"""A change, applied to the first order, gives the second one as far as a change can say; the rest is told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from gateway.documents import Document, PurchaseOrder, PurchaseOrderChange
from gateway.documents.accept import accepts
from gateway.documents.business import warnings
from gateway.documents.difference import differences
from gateway.documents.parts import Charge, Moment, Note, Party, Window
from gateway.documents.purchase_order import PurchaseOrderLine
from gateway.exchange import line_changes, revisions
from gateway.exchange.revisions import order_change
from tests.documents.strategies import documents

TODAY = Moment(date=date(2026, 11, 23))
MONDAY, TUESDAY = Moment(date=date(2026, 11, 30)), Moment(date=date(2026, 12, 1))
LINE = PurchaseOrderLine(
    number="1",
    quantity=Decimal(10),
    unit="each",
    price=Decimal("2.50"),
    ids={"asin": "B01", "vendor_sku": "SKU-1"},
    dates={"delivery_requested": MONDAY},
)
ORDER = PurchaseOrder(
    number="PO-1",
    date=MONDAY,
    type="regular",
    currency="USD",
    parties=(Party(role="buyer", name="Shop"), Party(role="ship_to", name="North")),
    references={"department": "7"},
    ship_window=Window(start=MONDAY, end=TUESDAY),
    lines=(LINE,),
    total=Decimal(25),
)


def applied(first: PurchaseOrder, change: PurchaseOrderChange | None) -> PurchaseOrder:
    """What a receiver who keeps orders makes of a change, written without the code that is tested."""
    if change is None:
        return first
    lines = {line.number: line for line in first.lines}
    for line in change.lines:
        if line.change == "deleted":
            del lines[line.number]
            continue
        before = lines.get(line.number)
        if line.change == "added":
            assert before is None
            before = PurchaseOrderLine(Decimal(0), number=line.number)
        assert before is not None
        replaces = line.change in ("replaced", "replaced_with_modifications")
        lines[line.number] = replace(before, **values(before, line, replaces=replaces))
    header = values(first, change, replaces=False)
    for name in ("lines", "date", "purpose", "ext"):
        header.pop(name, None)
    return replace(first, **header, lines=tuple(lines.values()))


def values(before: msgspec.Struct, change: msgspec.Struct, *, replaces: bool) -> dict[str, object]:
    """The fields that a change gives, each put together with what was there."""
    given: dict[str, object] = {}
    for name in set(before.__struct_fields__) & set(change.__struct_fields__):
        was, told = getattr(before, name), getattr(change, name)
        if told is None or told in ((), {}):
            continue
        if isinstance(told, dict):
            given[name] = told if replaces and name == "ids" else {**was, **told}
        elif isinstance(told, Window):
            ends = was or Window()
            given[name] = Window(told.start or ends.start, told.end or ends.end)
        elif name == "parties":
            roles = {party.role for party in told}
            given[name] = (*(party for party in was if party.role not in roles), *told)
        else:
            given[name] = told
    return given


def numbered(lines: tuple[PurchaseOrderLine, ...], numbers: list[str]) -> tuple[PurchaseOrderLine, ...]:
    return tuple(replace(line, number=number) for line, number in zip(lines, numbers, strict=False))


@st.composite
def mixed(draw: st.DrawFn, one: msgspec.Struct, other: msgspec.Struct) -> msgspec.Struct:
    """A record with fields of both."""
    names = draw(st.lists(st.sampled_from(one.__struct_fields__), unique=True))
    return replace(one, **{name: getattr(other, name) for name in names})


@st.composite
def revised(draw: st.DrawFn) -> tuple[PurchaseOrder, PurchaseOrder]:
    """An order and a revision of it, with lines that are kept, changed, added and deleted."""
    orders = documents((PurchaseOrder,))
    first, other = draw(orders), draw(orders)
    second = draw(mixed(first, other))
    assert isinstance(first, PurchaseOrder)
    assert isinstance(other, PurchaseOrder)
    assert isinstance(second, PurchaseOrder)
    numbers = st.lists(st.sampled_from("1234"), unique=True, min_size=3)
    pool = (*first.lines, *other.lines, LINE, replace(LINE, price=None))
    before = numbered(pool, draw(numbers))
    kept = {line.number: line for line in before}
    after = []
    for line in numbered(pool[::-1], draw(numbers)):
        line_after = draw(mixed(kept.get(line.number, line), line))
        assert isinstance(line_after, PurchaseOrderLine)
        after.append(line_after)
    return (
        replace(first, lines=before, purpose=None),
        replace(second, number=first.number, lines=tuple(after), purpose="original"),
    )


def differing(one: PurchaseOrder, other: PurchaseOrder) -> set[str]:
    """Where two orders differ in what a revision compares."""
    lines = {line.number: line for line in one.lines}
    order = [line.number for line in other.lines]
    assert set(lines) == set(order)
    one = replace(one, lines=tuple(lines[number] for number in order))
    sides = [each.second or each.first for each in differences(one, other, with_ext=True)]
    pointers = {side.pointer for side in sides if side is not None}
    own_rules = ("/date", "/purpose", "/changed", "/state_changed", "/total")
    return {each for each in pointers if not is_within(each, own_rules)}


def is_within(pointer: str, others: Iterable[str]) -> bool:
    return any(pointer == other or pointer.startswith(f"{other}/") for other in others)


def unsaid_by(first: PurchaseOrder, second: PurchaseOrder) -> set[str]:
    return {str(each.location.field) for each in order_change(first, second, TODAY).unsaid}


@given(revised())
def test_the_change_makes_the_second_order_of_the_first_but_for_what_is_told(
    orders: tuple[PurchaseOrder, PurchaseOrder],
) -> None:
    first, second = orders
    outcome = order_change(first, second, TODAY)
    unsaid = {str(finding.location.field) for finding in outcome.unsaid}
    places = {"/parties" if each.startswith("/parties/") else each for each in unsaid}
    left = differing(applied(first, outcome.change), second)
    assert not {pointer for pointer in left if not is_within(pointer, places)}
    if outcome.change is not None:
        assert accepts(outcome.change)
        assert not [each for each in warnings(outcome.change) if each.code == "changed-value-missing"]


@given(documents((PurchaseOrder,)))
def test_an_order_is_no_change_of_itself(order: Document) -> None:
    assert isinstance(order, PurchaseOrder)
    outcome = order_change(order, replace(order, purpose="replace"), TODAY)
    assert (outcome.change, outcome.unsaid) == (None, ())


def test_every_field_of_an_order_is_said_or_told_or_has_a_rule_of_its_own() -> None:
    header = [*revisions.SAYABLE, *revisions.UNSAYABLE, *revisions.NOT_COMPARED]
    assert sorted(header) == sorted(PurchaseOrder.__struct_fields__)
    line = [*line_changes.SAYABLE, *line_changes.UNSAYABLE, "number"]
    assert sorted(line) == sorted(PurchaseOrderLine.__struct_fields__)


@pytest.mark.parametrize(
    ("line", "kind", "given"),
    [
        (replace(LINE, quantity=Decimal(12)), "quantity_raised", {"quantity", "unit"}),
        (replace(LINE, quantity=Decimal(0)), "quantity_lowered", {"quantity", "unit"}),
        (replace(LINE, price=Decimal(3)), "price", {"price"}),
        (replace(LINE, price=Decimal(0)), "price", {"price"}),
        (
            replace(LINE, quantity=Decimal(9), price=Decimal(3)),
            "price_and_quantity",
            {"quantity", "unit", "price"},
        ),
        (replace(LINE, dates={"delivery_requested": TUESDAY}), "dates", {"dates"}),
        (replace(LINE, ship_window=Window(end=TUESDAY)), "dates", {"ship_window"}),
        (
            replace(LINE, price=Decimal(3), ship_window=Window(end=TUESDAY)),
            "price_and_schedule",
            {"price", "ship_window"},
        ),
        (
            replace(LINE, quantity=Decimal(3), ship_window=Window(end=TUESDAY)),
            "schedule_and_quantity",
            {"quantity", "unit", "ship_window"},
        ),
        (
            replace(LINE, quantity=Decimal(3), price=Decimal(3), ship_window=Window(end=TUESDAY)),
            "price_quantity_and_schedule",
            {"quantity", "unit", "price", "ship_window"},
        ),
        (replace(LINE, charges=(Charge(kind="allowance", amount=Decimal(1)),)), "charges", {"charges"}),
        (replace(LINE, unit="case"), "changed", {"quantity", "unit"}),
        (
            replace(LINE, quantity=Decimal(9), description="Cup"),
            "changed",
            {"quantity", "unit", "description"},
        ),
        (replace(LINE, ids={**LINE.ids, "upc": "1"}), "changed", set()),
        (replace(LINE, ids={"asin": "B02"}), "replaced", set()),
        (
            replace(LINE, ids={"asin": "B02"}, price=Decimal(3)),
            "replaced_with_modifications",
            {"price"},
        ),
    ],
)
def test_a_changed_line_is_named_by_what_changed_and_gives_no_more(
    line: PurchaseOrderLine, kind: str, given: set[str]
) -> None:
    outcome = order_change(ORDER, replace(ORDER, lines=(line,)), TODAY)
    change = outcome.change
    assert change is not None
    assert not outcome.unsaid  # the identifiers of an item that is replaced go with it
    (told,) = change.lines
    assert (told.change, told.number, told.ids) == (kind, "1", line.ids)
    said = {name for name in told.__struct_fields__ if getattr(told, name) not in (None, (), {})}
    assert said - {"change", "number", "ids"} == given


def test_lines_are_added_and_deleted_and_those_that_stay_are_not_told() -> None:
    second, third = replace(LINE, number="2"), replace(LINE, number="3")
    before, after = replace(ORDER, lines=(LINE, second)), replace(ORDER, lines=(third, LINE))
    change = order_change(before, after, TODAY).change
    assert change is not None
    assert [(line.change, line.number) for line in change.lines] == [("added", "3"), ("deleted", "2")]
    new, gone = change.lines
    assert (new.quantity, new.unit, new.price, new.ids) == (Decimal(10), "each", Decimal("2.50"), LINE.ids)
    assert (gone.quantity, gone.ids) == (None, LINE.ids)


def test_the_header_tells_what_it_is_about_and_what_changed_in_it() -> None:
    parties = (ORDER.parties[0], replace(ORDER.parties[1], name="South"))
    after = replace(ORDER, parties=parties, ship_window=Window(MONDAY, MONDAY), total=Decimal(30))
    change = order_change(ORDER, after, TODAY, "2").change
    assert change == PurchaseOrderChange(
        order_number="PO-1",
        date=TODAY,
        order_date=MONDAY,
        change_number="2",
        purpose="change",
        type="regular",
        currency="USD",
        parties=(parties[1],),
        ship_window=Window(end=MONDAY),
        total=Decimal(30),
    )


def test_the_date_of_a_revised_order_is_the_day_of_the_change() -> None:
    change = order_change(ORDER, replace(ORDER, date=TUESDAY, total=Decimal(1)), TODAY).change
    assert change is not None
    assert (change.date, change.order_date) == (TUESDAY, MONDAY)


def test_an_order_sent_again_as_cancelled_is_a_cancellation() -> None:
    change = order_change(ORDER, replace(ORDER, purpose="cancel", lines=()), TODAY).change
    assert change is not None
    assert (change.purpose, change.lines) == ("cancel", ())


@pytest.mark.parametrize(
    ("second", "pointers"),
    [
        (replace(ORDER, references={}), {"/references/department"}),
        (replace(ORDER, currency=None), {"/currency"}),
        (replace(ORDER, parties=ORDER.parties[:1]), {"/parties/ship_to"}),
        (replace(ORDER, ship_window=Window(start=MONDAY)), {"/ship_window/end"}),
        (replace(ORDER, ship_window=None), {"/ship_window/start", "/ship_window/end"}),
        (replace(ORDER, payment_method="card"), {"/payment_method"}),
        (replace(ORDER, state="closed"), {"/state"}),
        (replace(ORDER, ext={"x12": {"BEG07": "1"}}), {"/ext"}),
        (replace(ORDER, lines=(replace(LINE, price=None),)), {"/lines/0/price"}),
        (replace(ORDER, lines=(replace(LINE, ids={"asin": "B01"}),)), {"/lines/0/ids/vendor_sku"}),
        (replace(ORDER, lines=(replace(LINE, backorder_allowed=False),)), {"/lines/0/backorder_allowed"}),
        (
            replace(ORDER, lines=(LINE, replace(LINE, number="2", price_unit="pound"))),
            {"/lines/1/price_unit"},
        ),
        (replace(ORDER, lines=(replace(LINE, number=None),)), {"/lines"}),
        (replace(ORDER, lines=(LINE, replace(LINE, price=Decimal(1)))), {"/lines"}),
    ],
)
def test_what_a_change_cannot_say_is_told_with_its_place(second: PurchaseOrder, pointers: set[str]) -> None:
    assert unsaid_by(ORDER, second) == pointers


def test_a_note_is_told_whole_again() -> None:
    before = replace(ORDER, notes=(Note(text="a"), Note(text="b")))
    change = order_change(before, replace(before, notes=(Note(text="b"),)), TODAY).change
    assert change is not None
    assert change.notes == (Note(text="b"),)


def test_a_changed_price_goes_with_its_basis() -> None:
    before = replace(ORDER, lines=(replace(LINE, price_basis="net", list_price=Decimal(4)),))
    after = replace(ORDER, lines=(replace(before.lines[0], price=Decimal(3)),))
    change = order_change(before, after, TODAY).change
    assert change is not None
    (line,) = change.lines
    assert (line.change, line.price_basis) == ("price", "net")
    assert (line.price, line.list_price) == (Decimal(3), Decimal(4))
