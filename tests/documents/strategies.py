"""Canonical documents for hypothesis: valid ones, and ones with a value put where it does not belong.

Both are made from the annotations of the records, so that a new field is tested as soon as it exists.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal

import msgspec
from hypothesis import strategies as st
from msgspec import inspect

from gateway.documents import DOCUMENTS, Document
from gateway.documents.parts import EXACTLY_ONE, Measure, Moment
from gateway.documents.walk import bare

MISFITS: tuple[object, ...] = (
    *(None, True, 0, 1, -1, 10**12, 1.5, float("nan"), "", "each", "EA", "x12:PE", "x12:", "a\n", "é", "USD"),
    *("USD\n", "12.50", "2026-02-30", "accepted", "invoice", (), [], {}, ("a",), (1,), {"a": "b"}, {1: "b"}),
    *({"EA": "x"}, {"a": ""}, {"x12": {"SAC14": "T"}}, {"x12": {"REF": ["a"]}}, {"x12": {"REF": (1,)}}),
    *(Decimal("NaN"), Decimal("sNaN"), Decimal("-Infinity"), Decimal("1E+99"), Decimal("1E+100")),
    *(Decimal("1E-100"), Decimal("0E-500"), Decimal(10) ** 18, Decimal("-0"), Decimal("123456789012345678")),
    *(
        datetime.date(2026, 1, 1),
        datetime.datetime(2026, 1, 1),
        datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
    ),
    datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone(datetime.timedelta(seconds=30))),
    *(Moment(), Moment(date=datetime.date(2026, 1, 1)), Measure(Decimal(1), "pound"), b"a", frozenset()),
)
"""Values some of which fit some fields; what matters is that all checks agree on them."""

words = st.sampled_from(["each", "case", "ship_to", "assigned", "asin", "x12:PE", "spapi:Odd Code", "a1_b"])
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
numbers = st.decimals(-(10**15), 10**15, allow_nan=False, places=4) | st.sampled_from(
    [Decimal("0"), Decimal("1E+2"), Decimal("1E-9"), Decimal("0E-7"), Decimal("12.50")]
)
times = st.datetimes(
    datetime.datetime(1970, 1, 1),
    timezones=st.sampled_from([datetime.UTC, datetime.timezone(datetime.timedelta(hours=-7, minutes=-30))]),
)
BY_PATTERN = {"^[A-Z]{3}$": st.sampled_from(["USD", "EUR"]), "^[A-Z]{2,3}$": st.sampled_from(["US", "DEU"])}


@st.composite
def documents(draw: st.DrawFn, kinds: tuple[type[Document], ...] = DOCUMENTS) -> Document:
    """Valid documents of any of these kinds."""
    document = _record(draw, inspect.type_info(draw(st.sampled_from(kinds))))
    assert isinstance(document, DOCUMENTS)
    return document


@st.composite
def odd_documents(draw: st.DrawFn) -> object:
    """Documents of which up to three values, anywhere inside, were replaced by a misfit."""
    document: object = draw(documents())
    for _ in range(draw(st.integers(1, 3))):
        document = _with_misfit(draw, document)
    return document


def _record(draw: st.DrawFn, node: inspect.Type) -> object:
    assert isinstance(node, inspect.StructType)
    fields = {field.name: field for field in node.fields}
    optional = [name for name, field in fields.items() if not field.required]
    if node.cls in EXACTLY_ONE:
        chosen = [draw(st.sampled_from(EXACTLY_ONE[node.cls]))]
    else:
        chosen = draw(st.lists(st.sampled_from(optional), max_size=4, unique=True)) if optional else []
    names = [name for name, field in fields.items() if field.required or name in chosen]
    return node.cls(**{name: _value(draw, fields[name].type) for name in names})


def _value(draw: st.DrawFn, declared: inspect.Type) -> object:
    node = bare(declared)
    if isinstance(node, inspect.UnionType):
        members = [member for member in node.types if not isinstance(member, inspect.NoneType)]
        return _value(draw, draw(st.sampled_from(members)))
    if isinstance(node, inspect.StructType):
        return _record(draw, node)
    if isinstance(node, inspect.VarTupleType):
        return tuple(_value(draw, node.item_type) for _ in range(draw(st.integers(0, 2))))
    if isinstance(node, inspect.DictType):
        return {
            _value(draw, node.key_type): _value(draw, node.value_type) for _ in range(draw(st.integers(0, 2)))
        }
    if isinstance(node, inspect.StrType):
        return draw(BY_PATTERN.get(node.pattern, words) if node.pattern else texts)
    if isinstance(node, inspect.LiteralType):
        return draw(st.sampled_from(node.values))
    if isinstance(node, inspect.IntType):
        return draw(st.integers(node.ge, node.le))
    return draw(_SIMPLE[type(node)])


_SIMPLE: dict[type[inspect.Type], st.SearchStrategy[object]] = {
    inspect.DecimalType: numbers,
    inspect.DateType: st.dates(),
    inspect.DateTimeType: times,
    inspect.BoolType: st.booleans(),
}


def _with_misfit(draw: st.DrawFn, value: object) -> object:
    """The value with a misfit somewhere inside, or a misfit itself."""
    inner: list[Callable[[], object]] = []
    if isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            inner.append(lambda name=name: _replaced(draw, value, name))  # type: ignore[misc]  # bound name
    elif isinstance(value, tuple):
        for at, item in enumerate(value):
            inner.append(lambda at=at, item=item: (*value[:at], _with_misfit(draw, item), *value[at + 1 :]))  # type: ignore[misc]  # bound names
    elif isinstance(value, dict):
        for key, item in value.items():
            inner.append(lambda key=key, item=item: {**value, key: _with_misfit(draw, item)})  # type: ignore[misc]  # bound names
    if not inner or draw(st.integers(0, 9)) == 0:
        return draw(st.sampled_from(MISFITS))
    return draw(st.sampled_from(inner))()


def _replaced(draw: st.DrawFn, record: msgspec.Struct, name: str) -> object:
    return msgspec.structs.replace(record, **{name: _with_misfit(draw, getattr(record, name))})
