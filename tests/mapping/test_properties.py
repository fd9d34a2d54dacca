"""Properties: what is read is written back, what is written is read back, data is never more than data."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.formats.delimited import DelimitedRow
from gateway.formats.json import Json
from gateway.formats.x12.definitions import Row
from gateway.mapping import evaluate
from gateway.mapping.evaluate import CsvSource, CsvTarget, JsonSource, X12Source, X12Target
from tests.mapping.small import MARKS, SET, Charge, Freight, Line, Order, Party, plan_of, segments_of

X12 = plan_of(
    "x12",
    """\
rows:
  number: BEG03 required
  purpose: BEG01 code(purpose)
  references.vendor: REF[CR]02
  references: REF01+REF02* pairs(reference)
  freight.payment: FOB01
  freight.place: FOB[04=01]05
  carton_count: TD1[CTN]02 integer
  total: TD1[06=G]07 decimal
  note: N9/MSG01* split(6)
  parties[role=seller]: {at: ".", name: 'REF[SE]02'}
  parties[role!=seller]:
    at: N1
    role: N101 code(role)
    name: N102
    ids: N103-04 pairs(party-id)
    street: N301+N302* list
  lines[].backorder: CSH01 flag(Y,N)
  lines[]:
    at: PO1
    number: PO101
    quantity: PO102 decimal
    unit: PO103 code(unit)
    ids: PO106-13 pairs(item-id)
    description: PID[F]05* split(4)
    charges[]: {at: SAC, kind: SAC01, amount: SAC05 implied(2)}
derived: {N901: =L1, CTT01: line_count, CTT02: quantity_total}
""",
)
JSON = plan_of(
    "json",
    """\
rows:
  number: id required
  purpose: type code(purpose)
  freight.payment: details.freight.payment
  parties[role=ship_to]: {at: details.shipTo, name: partyId, street: line1+line2 list}
  lines[]:
    at: details.items[]
    number: number
    quantity: amount integer
    unit: unit code(unit)
    price: netCost.amount decimal
    backorder: backorder bool
    marks[]: {at: "marks[]", scheme: type code(mark), value: number}
    ^currency: netCost.currencyCode
""",
)
CSV = plan_of(
    "csv",
    """\
settings: {document_key: order, decimal: ","}
rows:
  number: order required
  parties[role=ship_to]: {at: ".", name: ship_to}
  lines[]:
    at: rows by line
    number: line
    quantity: quantity decimal
    charges[]: {at: rows, kind: charge, amount: amount decimal}
""",
)

words = st.text(
    st.characters(codec="ascii", exclude_categories=["Cc"], exclude_characters=" *~>^"),
    min_size=1,
    max_size=8,
)
amounts = st.decimals(min_value=0, max_value=10**6, places=2)
optional = st.none


def some(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """A value or nothing."""
    return st.none() | strategy


charges = st.builds(Charge, kind=words, amount=some(amounts))
lines = st.builds(
    Line,
    number=some(words),
    quantity=some(amounts),
    unit=some(st.sampled_from(["each", "case", "x12:QQ"])),
    ids=st.dictionaries(st.sampled_from(["asin", "upc", "own", "x12:ZZ"]), words, max_size=4),
    description=some(st.text("abc", min_size=1, max_size=9)),
    charges=st.lists(charges, max_size=2).map(tuple),
)
parties = st.builds(
    Party,
    role=st.sampled_from(["ship_to", "buyer"]),
    name=some(words),
    ids=st.dictionaries(st.sampled_from(["assigned", "gln"]), words, max_size=1),
    street=st.lists(words, max_size=4).map(tuple),
)
orders = st.builds(
    Order,
    number=words,
    purpose=some(st.sampled_from(["original", "cancel"])),
    references=st.dictionaries(st.sampled_from(["vendor", "department", "contract"]), words),
    freight=some(st.builds(Freight, payment=words, place=some(words))),
    carton_count=some(st.integers(0, 99)),
    total=some(amounts),
    note=some(st.text("ab", min_size=1, max_size=20)),
    parties=st.lists(parties, max_size=3).map(tuple),
    lines=st.lists(lines, max_size=3).map(tuple),
)


@given(orders)
def test_a_document_written_to_x12_is_read_back(order: Order) -> None:
    target, findings = evaluate.write(X12, order, MARKS)
    assert not findings
    assert isinstance(target, X12Target)
    segments = [["ST", "900"], *target.segments]
    read, findings = evaluate.read(X12, X12Source(segments, [0, *target.rows], MARKS))
    assert not findings
    assert read == order


BODY = [row for row in SET.rows() if row.tag not in ("ST", "SE", "BEG")]


def with_openers(content: list[tuple[Row, list[str]]]) -> list[tuple[Row, list[str]]]:
    """In the order of the schema, without segments whose loop was not opened."""
    opened = {row.path for row, _ in content if row.opens_loop} | {""}
    outer = {path for path in opened if path.rpartition("/")[0] in opened}
    return sorted((entry for entry in content if entry[0].path in outer), key=lambda entry: entry[0].index)


contents = st.lists(
    st.tuples(st.sampled_from(BODY), st.lists(words | st.just(""), max_size=3)), max_size=12
).map(with_openers)


@given(contents)
def test_whatever_is_read_from_x12_is_written_again_without_loss(
    content: list[tuple[Row, list[str]]],
) -> None:
    rows = [0, 1, *(row.index for row, _ in content)]
    segments = [["ST", "900"], ["BEG", "", "", "N"], *([row.tag, *texts] for row, texts in content)]
    plan = plan_of("x12", "rows:\n  number: BEG03\n  references.vendor: REF[CR]02\n")
    read, findings = evaluate.read(plan, X12Source(segments, rows, MARKS))
    assert not findings
    assert read is not None
    target, findings = evaluate.write(plan, read, MARKS)
    assert isinstance(target, X12Target)
    assert not findings
    given_texts = sorted(text for segment in segments[1:] for text in segment if text)
    opened = {row.tag for row in SET.rows() if row.opens_loop}
    written = sorted(text for segment in target.segments for text in segment if text)
    missing = [text for text in given_texts if written.count(text) < given_texts.count(text)]
    assert not missing
    assert {text for text in written if written.count(text) > given_texts.count(text)} <= opened


json_lines = st.fixed_dictionaries(
    {},
    optional={
        "number": words,
        "amount": st.integers(0, 9),
        "unit": st.sampled_from(["Eaches", "Cases", "Crate"]),
        "backorder": st.booleans(),
        "netCost": st.fixed_dictionaries(
            {"amount": amounts.map(str)}, optional={"currencyCode": st.just("USD")}
        ),
        "marks": st.lists(st.fixed_dictionaries({"type": words, "number": words}), min_size=1, max_size=2),
        "unknown": st.recursive(st.none() | st.booleans() | st.integers() | words, st.lists, max_leaves=4),
    },
)
json_orders = st.fixed_dictionaries(
    {"id": words},
    optional={
        "type": st.sampled_from(["Original", "Other"]),
        "details": st.fixed_dictionaries(
            {"items": st.lists(json_lines, min_size=1, max_size=3)},
            optional={
                "shipTo": st.fixed_dictionaries({"partyId": words}, optional={"line1": words, "q": words})
            },
        ),
    },
)


@given(json_orders)
def test_what_is_read_from_json_is_written_again(tree: Json) -> None:
    read, findings = evaluate.read(JSON, JsonSource(tree))
    assert not findings
    assert read is not None
    target, findings = evaluate.write(JSON, read)
    assert not findings
    again, findings = evaluate.read(JSON, JsonSource(target if isinstance(target, dict) else None))
    assert not findings
    assert again == read
    assert _without(tree) == _without(target if isinstance(target, dict) else None)


def _without(tree: Json) -> Json:
    """Without empty values, and without the currency, which writing repeats for every line."""
    if isinstance(tree, dict):
        return {
            key: _without(value) for key, value in tree.items() if value is not None and key != "currencyCode"
        }
    return [_without(value) for value in tree] if isinstance(tree, list) else tree


csv_lines = st.lists(
    st.builds(Line, quantity=some(amounts), charges=st.lists(charges, max_size=3).map(tuple)), max_size=3
).map(lambda made: tuple(Line(str(n), line.quantity, charges=line.charges) for n, line in enumerate(made)))


@given(st.builds(Order, number=words, parties=st.just((Party("ship_to", "x"),)), lines=csv_lines))
def test_a_document_written_to_rows_is_read_back(order: Order) -> None:
    target, findings = evaluate.write(CSV, order)
    assert not findings
    assert isinstance(target, CsvTarget)
    rows = tuple(
        DelimitedRow(line, tuple(row.get(column, "") for column in target.columns))
        for line, row in enumerate(target.rows, 2)
    )
    read, findings = evaluate.read(CSV, CsvSource(target.columns, rows))
    assert not findings
    assert read == order


evil = st.sampled_from(
    [
        "__class__",
        "{number}",
        "{0.__class__}",
        "'; import os",
        '"""',
        "\n\r\t",
        "%s",
        "${x}",
        "\\",
        "\x1f",
        "é" * 10_000,
    ]
)


@given(evil, evil)
@settings(max_examples=40)
def test_data_is_never_more_than_data(first: str, second: str) -> None:
    line = Line(number=first, ids={"x12:" + second: first}, description=None)
    order = Order(
        number=second, references={"department": first}, lines=(line,), ext={"x12": {first: second}}
    )
    target, findings = evaluate.write(X12, order, MARKS)
    assert target is None or isinstance(target, X12Target)
    assert all(finding.message for finding in findings)
    trees: tuple[Json, ...] = (
        {"id": first, first: {second: [first]}},
        {"id": second, "details": {first: second}},
    )
    for tree in trees:
        read, findings = evaluate.read(JSON, JsonSource(tree))
        assert isinstance(read, Order)
        written, findings = evaluate.write(JSON, read)
        assert written == tree, findings


def test_a_hostile_document_of_any_kind_gives_findings_only() -> None:
    segments, _ = segments_of("BEG***A1\nPO1*1")
    for bad in ([], [[""]], [["PO1"] * 5_000], [["REF"] + ["x"] * 200]):
        source = X12Source([*segments[:2], *bad], [0, 1, *([11] * len(bad))], MARKS)
        read, findings = evaluate.read(X12, source)
        assert read is not None or findings


def test_decimals_keep_their_precision() -> None:
    target, _ = evaluate.write(
        X12, Order("1", lines=(Line(quantity=Decimal("1.50")), Line(quantity=Decimal("1.5")))), MARKS
    )
    assert isinstance(target, X12Target)
    assert [segment[2] for segment in target.segments if segment[0] == "PO1"] == ["1.50", "1.5"]
