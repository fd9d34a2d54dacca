"""Canonical documents for hypothesis: valid ones, and ones with a value put where it does not belong.

Both are made from the annotations of the records, so that a new field is tested as soon as it exists.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
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


def _with_misfit(draw: st.DrawFn, value: object, inside: bool = True) -> object:
    """The value with a misfit somewhere inside, or a misfit itself."""
    inner = _members(value)
    if inner and inside:
        key, member = draw(st.sampled_from(inner))
        deeper: bool = draw(st.booleans())
        return _replaced(value, key, _with_misfit(draw, member, deeper or isinstance(member, tuple)))
    alike = [misfit for misfit in MISFITS if type(misfit) is type(value)]
    similar: bool = draw(st.booleans())
    return draw(st.sampled_from(alike if alike and similar else MISFITS))


def _members(value: object) -> list[tuple[object, object]]:
    if isinstance(value, msgspec.Struct):
        return [(name, getattr(value, name)) for name in value.__struct_fields__]
    return list(
        value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, tuple) else ())
    )


def _replaced(value: object, key: object, member: object) -> object:
    if isinstance(value, msgspec.Struct):
        return msgspec.structs.replace(value, **{str(key): member})
    if isinstance(value, dict):
        return {**value, key: member}
    assert isinstance(value, tuple)
    return tuple(member if at == key else other for at, other in enumerate(value))


Path = tuple[object, ...]


def full_documents(kind: type[Document]) -> Iterator[tuple[object, Path]]:
    """A document with every field given, once for each field of each record, with the path to that field."""
    document = _full(inspect.type_info(kind))
    seen: set[tuple[type[object], object]] = set()
    return ((document, path) for path in _paths(document, (), seen))


def put(value: object, path: Path, member: object) -> object:
    """The value with `member` where the path leads."""
    if not path:
        return member
    return _replaced(value, path[0], put(dict(_members(value))[path[0]], path[1:], member))


def slim(value: object, path: Path) -> object:
    """The value with only what is required and what stands on the path, so that judging it is quick."""
    if not path or isinstance(value, dict):
        return value
    if isinstance(value, tuple):
        return tuple(slim(item, path[1:]) for item in value)
    assert isinstance(value, msgspec.Struct)
    members = {}
    for field in msgspec.structs.fields(type(value)):
        if field.name == path[0]:
            members[field.name] = slim(getattr(value, field.name), path[1:])
        elif field.required or type(value) in EXACTLY_ONE:
            members[field.name] = getattr(value, field.name)
    return type(value)(**members)


def _paths(value: object, before: Path, seen: set[tuple[type[object], object]]) -> Iterator[Path]:
    for key, member in _members(value):
        if isinstance(value, msgspec.Struct):
            if (type(value), key) in seen:
                continue
            seen.add((type(value), key))
        yield (*before, key)
        yield from _paths(member, (*before, key), seen)


def _full(declared: inspect.Type) -> object:
    node = bare(declared)
    if isinstance(node, inspect.UnionType):
        return _full(next(member for member in node.types if not isinstance(member, inspect.NoneType)))
    if isinstance(node, inspect.StructType):
        only = EXACTLY_ONE.get(node.cls, ())[-1:]
        fields = (field for field in node.fields if not only or field.name in only)
        return node.cls(**{field.name: _full(field.type) for field in fields})
    if isinstance(node, inspect.VarTupleType):
        return (_full(node.item_type),)
    if isinstance(node, inspect.DictType):
        return {_full(node.key_type): _full(node.value_type)}
    if isinstance(node, inspect.StrType):
        return {"^[A-Z]{3}$": "USD", "^[A-Z]{2,3}$": "US"}.get(node.pattern or "", "each")
    if isinstance(node, inspect.LiteralType):
        return node.values[0]
    return _PLAIN[type(node)]


_PLAIN: dict[type[inspect.Type], object] = {
    inspect.IntType: 3,
    inspect.DecimalType: Decimal("1.5"),
    inspect.DateType: datetime.date(2026, 1, 31),
    inspect.DateTimeType: datetime.datetime(2026, 1, 31, 8, tzinfo=datetime.UTC),
    inspect.BoolType: True,
}
