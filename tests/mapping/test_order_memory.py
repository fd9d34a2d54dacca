"""Order memory: what answers take from the order, what they keep, and what is said where the two differ."""

from __future__ import annotations

from decimal import Decimal
from functools import cache, partial

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.documents import Document, OrderAcknowledgment, PurchaseOrder, ShipNotice
from gateway.documents.parts import Terms
from gateway.findings import Severity
from gateway.formats.delimited import DelimitedRow
from gateway.formats.detect import Format, detect
from gateway.mapping.engine import COMPILE_AFTER, Mapper
from gateway.mapping.evaluate.sources import CsvSource
from gateway.mapping.evaluate.trace import Kind
from gateway.mapping.orders.complete import OrderOf
from gateway.mapping.orders.model import OrderPlace
from gateway.mapping.parse import parse_table
from gateway.mapping.plan import Direction
from gateway.mapping.resolve import resolve
from gateway.pipeline.explaining import explain
from gateway.pipeline.sources import Received, receive
from gateway.pipeline.targets import FirstNumbers, Written, write
from tests.pipeline.knowledge import AT, documents_of, example, library

KNOWN = {
    each.number: msgspec.structs.replace(each, currency="USD", terms=(Terms(type="basic", net_days=60),))
    for each in documents_of(example("purchase-orders.850"))
    if isinstance(each, PurchaseOrder)
}
FIRST, SECOND = "7XQ4RT2B", "5JM81KPD"

SHORT = """\
order_number,acknowledgment_date,asin,status,quantity
7XQ4RT2B,2026-11-04,B0ACRN0001,accepted,12
7XQ4RT2B,2026-11-04,B0ACRN0002,accepted,36
7XQ4RT2B,2026-11-04,B0ACRN0002,backordered,12
7XQ4RT2B,2026-11-04,B0ACRN0003,accepted,20
"""
NOTICE = """\
shipment_number,notice_time,ship_date,estimated_delivery,scac,bol,carton_count,gross_weight,gross_weight_unit,\
ship_from_code,ship_from_name,ship_from_city,ship_from_region,ship_from_postal_code,ship_from_country,\
order_number,asin,upc,quantity,carton_number,sscc
SH-1,2026-11-09T15:30:00-08:00,2026-11-09,2026-11-12,OAKF,ACRN2,2,186,LB,ACRN,Acorn,Reno,NV,89502,US,\
7XQ4RT2B,B0ACRN0001,,12,1,006141412087100012
SH-1,2026-11-09T15:30:00-08:00,2026-11-09,2026-11-12,OAKF,ACRN2,2,186,LB,ACRN,Acorn,Reno,NV,89502,US,\
5JM81KPD,,614141000029,100,2,006141412087100029
"""
INVOICE = """\
invoice_type,invoice_number,invoice_date,order_number,remit_to_code,remit_to_name,remit_to_street,remit_to_city,\
remit_to_region,remit_to_postal_code,remit_to_country,line_number,asin,quantity,invoice_total
invoice,INV-1,2026-11-09,7XQ4RT2B,ACRN1,Acorn,PO Box 4410,Reno,NV,89505,US,1,B0ACRN0001,12,731.40
invoice,INV-1,2026-11-09,7XQ4RT2B,ACRN1,Acorn,PO Box 4410,Reno,NV,89505,US,2,B0ACRN0002,36,731.40
"""


def took(text: str, orders: OrderOf | None = KNOWN.get) -> Received:
    data = text.encode()
    return receive("file", [data], detect(data), library().knowledge("amazon", None, orders))


def only(text: str) -> Document:
    received = took(text)
    assert len(received.documents) == 1, received.report.findings
    return received.documents[0].document


def codes(received: Received) -> list[str]:
    return [each.code for each in received.report.findings]


def sent(text: str) -> Written:
    return write(took(text).documents, Format.X12, library().knowledge("amazon", None), FirstNumbers(), AT)


def lines_of(written: Written) -> list[str]:
    assert not [each for each in written.findings if each.severity is Severity.ERROR], written.findings
    assert written.data is not None
    return written.data.decode().replace("\n", "").split("~")


def test_a_short_acknowledgment_becomes_a_whole_one() -> None:
    document = only(SHORT)
    assert isinstance(document, OrderAcknowledgment)
    assert [(line.number, line.quantity, line.unit, line.price) for line in document.lines] == [
        ("1", Decimal(12), "case", Decimal("42.5")),
        ("2", Decimal(48), "each", Decimal("6.15")),
        ("3", Decimal(20), "each", Decimal("11.99")),
    ]
    assert [len(line.items) for line in document.lines] == [1, 2, 1]
    assert document.order_date == KNOWN[FIRST].date
    assert document.currency == "USD"
    assert {party.role: party.ids for party in document.parties} == {
        "seller": {"assigned": "ACRN1"},
        "ship_to": {"assigned": "PHX3"},
    }


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        (SHORT, ["BAK*00*AC*7XQ4RT2B*20261103*****20261104", "PO1*2*48*EA*6.15*PE*BP*B0ACRN0002"]),
        (NOTICE, ["PRF*7XQ4RT2B***20261103", "PRF*5JM81KPD***20261103", "SN1**12*CA", "SN1**100*EA"]),
        (INVOICE, ["CUR*SE*USD", "IT1*2*36*EA*6.15**BP*B0ACRN0002", "N1*ST**92*PHX3"]),
    ],
    ids=["855", "856", "810"],
)
def test_what_is_sent_of_short_answers_is_valid_by_the_guide(text: str, segments: list[str]) -> None:
    written = lines_of(sent(text))
    assert [each for each in segments if each not in written] == []


def test_a_notice_for_two_orders_takes_each_line_from_its_own() -> None:
    document = only(NOTICE)
    assert isinstance(document, ShipNotice)
    assert [(line.order_line, line.unit, line.order_date) for line in document.lines] == [
        ("1", "case", KNOWN[FIRST].date),
        ("1", "each", KNOWN[SECOND].date),
    ]
    assert [content.unit for carton in document.cartons for content in carton.contents] == ["case", "each"]
    roles = [party.role for party in document.parties]
    assert "seller" in roles  # both orders say the same
    assert "ship_to" not in roles  # they do not


def test_what_the_answer_says_is_kept_and_a_difference_is_told() -> None:
    text = (
        "order_number,acknowledgment_date,line_number,ordered_quantity,ordered_unit,price,asin,status,quantity\n"
        "7XQ4RT2B,2026-11-04,2,48,CA,7.00,B0ACRN0009,accepted,48\n"
    )
    received = took(text)
    (line,) = received.documents[0].document.lines
    assert (line.number, line.ids, line.quantity) == ("2", {"asin": "B0ACRN0009"}, Decimal(48))
    assert isinstance(received.documents[0].document, OrderAcknowledgment)
    told = [each.message for each in received.report.findings if each.code == "order-differs"]
    assert len(told) == 3
    for field, own, theirs in [
        ("unit", "case", "each"),
        ("price", "7.00", "6.15"),
        ("ids.asin", "B0ACRN0009", "B0ACRN0002"),
    ]:
        assert any(message.startswith(f"{field} is ") and theirs in message for message in told), (own, told)


def test_what_is_counted_in_another_unit_takes_no_quantity_and_no_price_from_the_order() -> None:
    text = INVOICE.replace("quantity,", "quantity,unit,")
    received = took(text.replace(",36,", ",36,CA,").replace(",12,7", ",12,CA,7"))
    assert "mapping-required-missing" in codes(received)
    assert "order-differs" in codes(received)
    assert not received.documents


def test_an_item_that_was_not_ordered_is_told_and_nothing_is_filled_for_it() -> None:
    received = took(SHORT.replace("B0ACRN0003", "B0ACRN0099"))
    assert "order-line-unknown" in codes(received)
    assert "mapping-required-missing" in codes(received)
    assert not received.documents


def test_an_item_that_stands_twice_in_the_order_needs_its_line_number() -> None:
    order = KNOWN[FIRST]
    again = msgspec.structs.replace(order.lines[0], number="9")
    twice = {FIRST: msgspec.structs.replace(order, lines=(*order.lines, again))}
    assert "order-line-unclear" in codes(took(SHORT, twice.get))
    numbered = SHORT.replace("date,asin", "date,line_number,asin").replace("04,B0ACRN000", "04,00,B0ACRN000")
    numbered = numbered.replace("00,B0ACRN0001", "9,B0ACRN0001").replace("00,B0", ",B0")
    received = took(numbered, twice.get)
    assert "order-line-unclear" not in codes(received)


def test_without_such_an_order_the_document_is_held() -> None:
    received = took(SHORT.replace(FIRST, "UNKNOWN1"))
    assert codes(received) == ["order-missing"]
    assert not received.documents
    (finding,) = received.report.findings
    assert finding.severity is Severity.ERROR
    assert (finding.value, finding.location.line) == ("UNKNOWN1", 2)


def test_without_orders_at_hand_nothing_is_filled_and_a_note_is_told_once() -> None:
    received = took(SHORT + SHORT.partition("\n")[2].replace(FIRST, SECOND), None)
    assert codes(received).count("orders-unknown") == 1
    assert not received.documents
    whole = example("order-acknowledgment.csv").decode()
    assert "orders-unknown" not in codes(took(whole, None))


def test_a_whole_answer_that_agrees_with_its_order_is_unchanged() -> None:
    whole = example("order-acknowledgment.csv").decode()
    with_orders, without = took(whole), took(whole, None)
    assert "order-differs" not in codes(with_orders)
    for one, other in zip(with_orders.documents, without.documents, strict=True):
        own = msgspec.to_builtins(other.document)
        assert _within(own, msgspec.to_builtins(one.document))


def _within(part: object, whole: object) -> bool:
    """Whether all that one document says, another says just so."""
    if isinstance(part, dict) and isinstance(whole, dict):
        return all(key in whole and _within(value, whole[key]) for key, value in part.items())
    if isinstance(part, list | tuple) and isinstance(whole, list | tuple):
        return all(_within(one, other) for one, other in zip(part, whole, strict=False))
    return part == whole


@cache
def acknowledgments() -> Mapper:
    tables = library().knowledge("amazon", None, KNOWN.get).flat_tables()
    return next(table.mapper for table in tables if table.document is OrderAcknowledgment)


@cache
def ready_code() -> Mapper:
    """The same with generated functions, which small files do without."""
    held = acknowledgments()
    mapper = Mapper(held.plan, partial(library().compiled, held.plan), order_of=KNOWN.get)
    mapper.expect(COMPILE_AFTER * 1000)
    return mapper


HEADER = [
    *["order_number", "acknowledgment_date", "currency", "line_number", "ordered_quantity", "ordered_unit"]
]
HEADER += [*["price", "asin", "vendor_sku", "status", "quantity"]]


def source_of(rows: list[dict[str, str]], currency: str) -> CsvSource:
    shared = {
        "order_number": FIRST,
        "acknowledgment_date": "2026-11-04",
        "currency": currency,
        "status": "accepted",
        "quantity": "3",
    }
    cells = [tuple({**shared, **row}[name] for name in HEADER) for row in rows]
    held = tuple(DelimitedRow(number, each) for number, each in enumerate(cells, 2))
    return CsvSource(tuple(HEADER), held)


ROWS = st.fixed_dictionaries(
    {
        "line_number": st.sampled_from(["", "1", "2", "3", "9"]),
        "ordered_quantity": st.sampled_from(["", "12", "48"]),
        "ordered_unit": st.sampled_from(["", "EA", "CA"]),
        "price": st.sampled_from(["", "6.15", "1.00"]),
        "asin": st.sampled_from(["", "B0ACRN0001", "B0ACRN0002", "B0ACRN0042"]),
        "vendor_sku": st.sampled_from(["", "ACS-1"]),
    }
)


@given(st.lists(ROWS, min_size=1, max_size=3), st.sampled_from(["", "USD", "CAD"]))
def test_completing_twice_is_completing_once_and_what_was_said_stays(
    rows: list[dict[str, str]], currency: str
) -> None:
    mapper = acknowledgments()
    document, _ = mapper.read(source_of(rows, currency))
    if document is None:
        return
    once = mapper.completed(document, Direction.READ)
    twice = mapper.completed(once.document, Direction.READ)
    assert twice.document == once.document
    assert not twice.fillings
    assert _within(_said(document), _said(once.document))


@given(st.lists(ROWS, min_size=1, max_size=3), st.sampled_from(["", "USD"]))
def test_evaluator_and_generated_code_give_the_same(rows: list[dict[str, str]], currency: str) -> None:
    source = source_of(rows, currency)
    slow, fast = Mapper(acknowledgments().plan), ready_code()
    document, findings = slow.read(source)
    again, others = fast.read(source)
    assert (document, findings) == (again, others)


def test_evaluator_and_generated_code_complete_a_short_answer_alike() -> None:
    """A row that leaves most of it out goes through the generated function: none of it is left to doubt."""
    rows = [
        {"line_number": "", "ordered_quantity": "", "ordered_unit": "", "price": "", "asin": "B0ACRN0001"}
    ]
    mapper = ready_code()
    source = source_of([{**rows[0], "vendor_sku": ""}], "")
    document, _ = mapper.read(source)
    assert mapper._compiled is not None
    accepted, _ = mapper._compiled.reading(source)
    assert accepted == document
    assert document is not None
    assert mapper.completed(document, Direction.READ) == acknowledgments().completed(document, Direction.READ)


def test_an_explanation_names_the_order_and_the_place_in_it() -> None:
    known = library().knowledge("amazon", None, KNOWN.get)
    received = took(SHORT)
    (made,) = explain(received.documents, Format.CSV, Format.X12, known).explanations
    unit = next(each for each in made.outputs if each.text.startswith("PO103"))
    ((reading,),) = (field.readings for field in unit.fields)
    assert reading.kind is Kind.COMPLETED
    assert reading.order == OrderPlace(FIRST, "/lines/0/unit")
    asked = reading.row
    assert asked is not None
    assert asked.file == "mappings/csv-acknowledgment.yaml"
    name = next(each for each in made.outputs if each.text.startswith("N103"))
    assert {each.order for field in name.fields for each in field.readings} == {
        OrderPlace(FIRST, "/parties/1/ids/assigned")
    }


TABLE = "table: t\ndocument: OrderAcknowledgment\nformat: csv\nrows:\n  order_number: a\norder:\n"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("  .: order_number", "what finds the order"),
        ("  .: order_number -> curency", "has no field `curency`; did you mean `currency`"),
        ("  .: order_number -> order_date=number", "cannot be filled with"),
        ("  .: date -> currency", "is no number of an order"),
        ("  lines[]: number -> unit", "needs a line `.`"),
        ("  lines[]: price -> unit", "finds no line"),
        ("  lines[]: number -> a=b=c", "one of the order"),
    ],
)
def test_mistakes_are_told_with_their_line(line: str, problem: str) -> None:
    table, mistakes = parse_table("t.yaml", TABLE + line)
    if table is not None and not mistakes:
        _, mistakes = resolve(table, library().mapping_library)
    assert [(file, at) for file, at, _ in mistakes][:1] == [("t.yaml", 7)]
    assert problem in mistakes[0][2]


def test_an_overlay_changes_and_takes_away_what_is_taken() -> None:
    overlay = "overlay: t\norder:\n  lines[]: null\n  .: order_number -> currency\n"
    text = TABLE + "  .: order_number -> order_date=date\n  lines[]: number -> unit\n"
    table, mistakes = parse_table("t.yaml", text, [("o.yaml", overlay)])
    assert not mistakes
    assert table is not None
    plan, mistakes = resolve(table, library().mapping_library)
    assert plan is not None, mistakes
    assert [(entry.text, str(entry.origin)) for entry in plan.orders] == [
        ("order_number -> currency", "o.yaml:4")
    ]


def _said(document: Document) -> object:
    tree = msgspec.to_builtins(document)
    return _without_nothing(tree)


def _without_nothing(tree: object) -> object:
    if isinstance(tree, dict):
        return {key: _without_nothing(value) for key, value in tree.items() if value is not None}
    if isinstance(tree, list | tuple):
        return [_without_nothing(value) for value in tree]
    return tree
