"""Each construct of a table, read from JSON and written back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from gateway.documents.parts import Moment, Window
from gateway.formats.json import Json
from gateway.mapping import evaluate
from tests.mapping.small import (
    Freight,
    Line,
    Mark,
    Order,
    Party,
    Tax,
    codes_of,
    plan_of,
    read_json,
    write_json,
)

NUMBER = "rows:\n  number: id required\n"
ITEMS = NUMBER + "  lines[]:\n    at: details.items[]\n"


def both_ways(rows: str, tree: Json, document: Order) -> None:
    """This tree is this document, and the document is this tree."""
    plan = plan_of("json", rows)
    read, findings = read_json(plan, tree)
    assert not findings, [finding.message for finding in findings]
    assert read == document
    assert write_json(plan, document) == tree


def test_dotted_keys_reach_inner_objects() -> None:
    rows = NUMBER + "  freight.payment: details.freight.payment\n"
    tree: Json = {"id": "A1", "details": {"freight": {"payment": "CC"}}}
    both_ways(rows, tree, Order(number="A1", freight=Freight(payment="CC")))
    both_ways(rows, {"id": "A1"}, Order(number="A1"))


def test_an_array_is_a_block_and_numbers_are_exact() -> None:
    rows = (
        ITEMS
        + "    number: sequence digits\n    quantity: amount integer\n    price: netCost.amount decimal\n"
    )
    tree: Json = {
        "id": "A1",
        "details": {"items": [{"sequence": 1, "amount": 3, "netCost": {"amount": "0.95"}}, {"amount": 4}]},
    }
    lines = (Line("1", Decimal(3), price=Decimal("0.95")), Line(quantity=Decimal(4)))
    both_ways(rows, tree, Order(number="A1", lines=lines))


def test_a_quantity_that_is_no_whole_number_is_refused() -> None:
    plan = plan_of("json", ITEMS + "    quantity: amount integer\n")
    target, findings = evaluate.write(plan, Order("A1", lines=(Line(quantity=Decimal("1.5")),)))
    assert target is None
    assert [(f.code, f.location.pointer, f.value) for f in findings] == [
        ("mapping-value", "/lines/0/quantity", "1.5")
    ]


def test_objects_become_items_of_a_list() -> None:
    rows = (
        NUMBER
        + """\
  parties[role=ship_to]: &party
    at: details.shipTo
    ids.assigned: partyId
    street: line1+line2 list
  parties[role=seller]: {<<: *party, at: details.seller}
"""
    )
    tree: Json = {"id": "A1", "details": {"shipTo": {"partyId": "X", "line1": "a", "line2": "b"}}}
    party = Party(role="ship_to", ids={"assigned": "X"}, street=("a", "b"))
    both_ways(rows, tree, Order(number="A1", parties=(party,)))
    long_street = Party(role="ship_to", street=("a", "b", "c"))
    target, findings = evaluate.write(plan_of("json", rows), Order(number="A1", parties=(long_street,)))
    assert target is None
    assert codes_of(findings) == ["mapping-value"]


def test_filtered_blocks_share_an_array_in_its_order() -> None:
    rows = (
        ITEMS
        + """\
    marks[scheme=sscc]: {at: "marks[]", scheme: type code(mark), value: number}
    marks[]: {at: "marks[]", scheme: type code(mark), value: number}
"""
    )
    entries: Json = [
        {"type": "GTIN", "number": "1"},
        {"type": "SSCC", "number": "2"},
        {"type": "X", "number": "3"},
    ]
    tree: Json = {"id": "A1", "details": {"items": [{"marks": entries}]}}
    marks = (Mark("gtin", "1"), Mark("sscc", "2"), Mark("spapi:X", "3"))
    both_ways(rows, tree, Order(number="A1", lines=(Line(marks=marks),)))


def test_an_sscc_has_its_application_identifier_in_json_only() -> None:
    rows = ITEMS + "    marks[]:\n      at: marks[]\n      scheme+value: type+number container(mark)\n"
    code = "340123450000000018"
    tree: Json = {"id": "A1", "details": {"items": [{"marks": [{"type": "SSCC", "number": f"00{code}"}]}]}}
    both_ways(rows, tree, Order(number="A1", lines=(Line(marks=(Mark("sscc", code),)),)))


def test_lists_of_texts() -> None:
    rows = NUMBER + "  cartons: cartonNumbers raw\n"
    both_ways(rows, {"id": "A1", "cartonNumbers": ["1", "2"]}, Order(number="A1", cartons=("1", "2")))


def test_true_and_false() -> None:
    rows = ITEMS + "    backorder: backorder bool default=false\n"
    tree: Json = {"id": "A1", "details": {"items": [{"backorder": True}, {"backorder": False}]}}
    both_ways(rows, tree, Order(number="A1", lines=(Line(backorder=True), Line(backorder=False))))
    assert write_json(plan_of("json", rows), Order(number="A1", lines=(Line(),))) == {
        "id": "A1",
        "details": {"items": [{"backorder": False}]},
    }


def test_fan_in_fills_every_object_that_exists_and_makes_none() -> None:
    rows = (
        ITEMS
        + """\
    price: netCost.amount decimal
    list_price: listPrice.amount decimal
    ^currency: [netCost.currencyCode default=$currency, listPrice.currencyCode default=$currency]
"""
    )
    plan = plan_of("json", rows)
    one: Json = {"netCost": {"amount": "1", "currencyCode": "EUR"}}
    both: dict[str, Json] = {
        "netCost": {"amount": "1", "currencyCode": "EUR"},
        "listPrice": {"amount": "2", "currencyCode": "EUR"},
    }
    lines = (Line(price=Decimal(1)), Line(price=Decimal(1), list_price=Decimal(2)), Line())
    written = write_json(plan, Order(number="A1", currency="EUR", lines=lines))
    assert written == {"id": "A1", "details": {"items": [one, both, {}]}}
    by_agreement = write_json(plan, Order(number="A1", lines=lines[:1]))
    assert by_agreement == {
        "id": "A1",
        "details": {"items": [{"netCost": {"amount": "1", "currencyCode": "USD"}}]},
    }
    both["listPrice"] = {"amount": "2", "currencyCode": "CAD"}
    read, findings = read_json(plan, {"id": "A1", "details": {"items": [both]}})
    assert read is None
    assert [(f.code, f.value, f.location.pointer) for f in findings] == [
        ("places-differ", "CAD", "/details/items/0/listPrice/currencyCode")
    ]


def test_a_day_is_midnight_in_the_zone_of_the_agreement() -> None:
    plan = plan_of("json", NUMBER + "  date: placed datetime\n")
    written = write_json(plan, Order(number="A1", date=Moment(date=date(2024, 5, 26))))
    assert written == {"id": "A1", "placed": "2024-05-26T00:00:00-07:00"}
    read, _ = read_json(plan, written)
    assert isinstance(read, Order)
    assert read.date is not None
    assert read.date.time == datetime(2024, 5, 26, 7, tzinfo=UTC)
    rows = NUMBER + "  date: placed datetime(midnight)\n"
    both_ways(rows, written, Order(number="A1", date=Moment(date=date(2024, 5, 26))))


def test_an_interval_is_two_moments() -> None:
    rows = NUMBER + "  window.start+window.end: window interval\n"
    ends = [Moment(time=datetime(2024, 5, day, 7, tzinfo=UTC)) for day in (1, 8)]
    tree: Json = {"id": "A1", "window": "2024-05-01T07:00:00Z--2024-05-08T07:00:00Z"}
    both_ways(rows, tree, Order(number="A1", window=Window(*ends)))
    half = Order(number="A1", window=Window(start=ends[0]))
    target, findings = evaluate.write(plan_of("json", rows), half)
    assert target is None
    assert codes_of(findings) == ["mapping-value"]


def test_default_from_another_field() -> None:
    rows = NUMBER + "  state: kind default=.purpose\n  purpose: type\n"
    assert write_json(plan_of("json", rows), Order(number="A1", purpose="p")) == {
        "id": "A1",
        "type": "p",
        "kind": "p",
    }


def test_codes_compare_without_case_and_blanks() -> None:
    plan = plan_of("json", ITEMS + "    unit: unit code(unit)\n")
    read, _ = read_json(plan, {"id": "A1", "details": {"items": [{"unit": " EACHES"}, {"unit": "Crates"}]}})
    assert isinstance(read, Order)
    assert [line.unit for line in read.lines] == ["each", "spapi:Crates"]
    assert write_json(plan, read) == {
        "id": "A1",
        "details": {"items": [{"unit": "Eaches"}, {"unit": "Crates"}]},
    }
    target, findings = evaluate.write(
        plan, Order(number="A1", lines=(Line(unit="x12:PE"), Line(unit="piece")))
    )
    assert target is None
    assert [(f.code, f.value) for f in findings] == [("code-unknown", "x12:PE"), ("code-unknown", "piece")]


def test_what_no_row_claims_is_kept_as_json_and_written_back() -> None:
    rows = (
        ITEMS
        + """\
    number: number
    price: netCost.amount decimal
    taxes[]: {at: "taxes[]", type: type}
"""
    )
    item: Json = {
        "number": "1",
        "asin": "B",
        "netCost": {"amount": "1", "unit": 2},
        "taxes": [{"type": "a", "amount": "1"}, {"type": "b"}, 7],
        "a.b": {"x": [1, None]},
    }
    tree: Json = {"id": "A1", "type": "T", "details": {"items": [item, "?"], "note": ""}}
    kept: dict[str, str | tuple[str, ...]] = {
        "asin": '"B"',
        "netCost.unit": "2",
        "taxes[0].amount": '"1"',
        "taxes[]": ("7",),
        "/a.b": '{"x":[1,null]}',
    }
    line = Line(number="1", price=Decimal(1), taxes=(Tax("a"), Tax("b")), ext={"spapi": kept})
    document = Order(
        number="A1",
        lines=(line,),
        ext={"spapi": {"type": '"T"', "details.items[]": ('"?"',), "details.note": '""'}},
    )
    both_ways(rows, tree, document)


def test_kept_data_that_has_no_place_is_told() -> None:
    plan = plan_of("json", ITEMS + "    number: number\n")
    for place, value in (
        ("id", '"x"'),
        ("q", "{"),
        ("items[3].x", "1"),
        ("a[", "1"),
        ("[0]", "1"),
        ("", "1"),
    ):
        target, findings = evaluate.write(plan, Order(number="A1", ext={"spapi": {place: value}}))
        assert target == {"id": "A1"} or place == "items[3].x"
        assert codes_of(findings) == ["ext-not-placed"], place


def test_a_missing_object_is_no_fault_and_a_wrong_kind_is() -> None:
    plan = plan_of("json", ITEMS + "    number: number\n")
    trees: tuple[Json, ...] = (
        {"id": "A1", "details": []},
        {"id": "A1", "details": {"items": {}}},
        {"id": "A1"},
    )
    for tree in trees:
        read, findings = read_json(plan, tree)
        assert isinstance(read, Order)
        assert not findings
        assert not read.lines
    read, findings = read_json(plan, {"id": 7})
    assert read is None
    assert (findings[0].code, findings[0].location.pointer) == ("mapping-value", "/id")
    assert codes_of(read_json(plan, [1])[1]) == ["mapping-required-missing", "mapping-field-missing"]


def test_a_fixed_text_and_a_count() -> None:
    rows = NUMBER + "  cartons: cartonNumbers list\nderived: {kind: =Order, cartons: count(cartons)}\n"
    tree: Json = {"id": "A1", "cartonNumbers": ["7"], "cartons": 1, "kind": "Order"}
    both_ways(rows, tree, Order(number="A1", cartons=("7",)))
