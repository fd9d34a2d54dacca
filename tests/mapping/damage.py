"""Documents a little changed, in each of their forms: what partners send is seldom all right, and seldom
all wrong."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import msgspec

from gateway.documents.parts import Moment
from gateway.formats.json import Json
from gateway.mapping.records import Field, FieldKind, fields_of

__all__ = ["damaged_document", "damaged_segments", "damaged_tree"]

ELEMENTS = (
    *(
        "",
        "",
        "0",
        "1",
        "12.50",
        "12.5",
        ".5",
        "-3",
        "1E3",
        "forty",
        "20260131",
        "20261332",
        "0915",
        "EA",
        "CA",
        "ZZ",
    ),
    *(
        "CR",
        "DP",
        "BY",
        "SE",
        "ST",
        "TT",
        "PE",
        "UP",
        "BP",
        "VN",
        "01",
        "06",
        "G",
        "CTN",
        "PLT",
        "063",
        "064",
        "011",
    ),
    *("Y", "N", "A", "C", "X", "F", "S", "O", "T", "P", "I", "A>B", "x" * 100, "'\"{}\\", "__class__", "é"),
)
SEGMENTS = (
    *(
        "REF*ZZ*1",
        "REF*DP*024",
        "REF*CR*V1",
        "REF*CR",
        "DTM*002*20260131",
        "DTM*063*20260131",
        "DTM*011*20260131*0900",
    ),
    *(
        "MEA*PD*G*12*LB",
        "PID*F****TEXT",
        "PID*X",
        "N9*L1*A",
        "MSG*TEXT",
        "MSG",
        "SAC*A*C310***500",
        "TXI*ST*5",
        "CUR*BY*USD",
    ),
    *(
        "N1*ST**92*A1",
        "N1*SE*US*92*V",
        "N2*B*C",
        "N3*D",
        "PER*BD*X*TE*1",
        "FOB*CC",
        "FOB*PP***01*DDP",
        "TD1*CTN*2****G*9*LB",
    ),
    *(
        "TD1*PLT*1",
        "TD5**2*UPSN*M",
        "TD5**2*ABCD",
        "TXI*VA*1.5*.05",
        "MAN*GM*1",
        "MAN*CP*2",
        "HL*9**I",
        "ACK*IA*1*EA",
        "CTT*1*2",
    ),
    *(
        "AMT*TT*5",
        "AMT*1*5",
        "CTP**LPR*5",
        "CTP*RS*MSR*7",
        "LDT*AF*3*DA",
        "SLN*1**I*1*EA",
        "CSH*N",
        "PO4*12",
        "LIN**UP*1",
        "SN1**3*EA",
    ),
)
NESTED: list[Json] = [["a"], [1], [None], [{}], {"a": 1}, [[]]]
VALUES: tuple[Json, ...] = (
    *(None, None, "", [], {}, 0, 1, 5, -1, True, False, Decimal("1.50"), "1", "1.5", "x"),
    *("Eaches", "eaches", "USD", "EUR", "2026-01-31", "2026-01-31T00:00:00Z", "2026-02-30"),
    *("2026-01-31T00:00:00Z--2026-02-01T00:00:00Z", "--", "SSCC", "'\"{}\\", "__class__", "x" * 100),
    *NESTED,
)
DAYS = (
    Moment(date=date(2026, 1, 31)),
    Moment(time=datetime(2026, 1, 31, 12, 30, tzinfo=UTC)),
    Moment(time=datetime(2026, 1, 31, 23, 30, tzinfo=timezone(timedelta(hours=-7)))),
    Moment(time=datetime(2026, 2, 1, 8, tzinfo=UTC)),
)
FIELDS: Mapping[FieldKind, tuple[object, ...]] = {
    FieldKind.TEXT: (
        *(
            "x",
            "each",
            "case",
            "USD",
            "EUR",
            "seller",
            "ship_to",
            "original",
            "x12:ZZ",
            "spapi:Odd",
            "a\nb",
            "",
            "y" * 90,
        ),
    ),
    FieldKind.DECIMAL: tuple(
        map(Decimal, ("1.0", "1.00", "0", "12.345", "1E+3", "-2", "123456789012345678"))
    ),
    FieldKind.INTEGER: (0, 1, 7, 999_999_999),
    FieldKind.BOOLEAN: (True, False),
    FieldKind.DATE: (date(2026, 1, 31),),
    FieldKind.MOMENT: DAYS,
    FieldKind.TEXTS: ((), ("a",), ("a", "b", "c", "d"), ("", "a")),
    FieldKind.MAP: (
        {},
        {"asin": "B1"},
        {"x12:ZZ": "1", "upc": "2"},
        {"assigned": "A", "gln": "B", "odd": "C"},
    ),
    FieldKind.MOMENTS: ({}, {"cancel_after": DAYS[0]}, {"x12:999": DAYS[1], "odd": DAYS[2]}),
}
KEPT: tuple[object, ...] = (
    *(
        {"x12": {"SAC14": "T"}},
        {"x12": {"REF": ("REF*ZZ*1",)}},
        {"x12": {"MEA": ("MEA*PD",)}},
        {"x12": {"PO126": "A"}},
    ),
    *({"spapi": {"odd": "1"}}, {"spapi": {"odd": "broken"}}, {"csv": {"odd": "1"}}, {"x12": {}}, {}),
)


def damaged_segments(segments: Sequence[Sequence[str]], draw: random.Random) -> list[list[str]]:
    """The segments of a set (without ST and SE) with one to three changes."""
    changed = [list(segment) for segment in segments]
    for _ in range(draw.randint(1, 3)):
        change: Callable[[list[list[str]], random.Random], None] = draw.choice(
            (_element, _element, _element, _longer, _without, _twice, _swapped, _inserted, _inserted)
        )
        if changed:
            change(changed, draw)
    return changed


def _element(segments: list[list[str]], draw: random.Random) -> None:
    segment = draw.choice(segments)
    if len(segment) > 1:
        segment[draw.randrange(1, len(segment))] = draw.choice(ELEMENTS)


def _longer(segments: list[list[str]], draw: random.Random) -> None:
    draw.choice(segments).extend(draw.choices(ELEMENTS, k=draw.randint(1, 6)))


def _without(segments: list[list[str]], draw: random.Random) -> None:
    del segments[draw.randrange(len(segments))]


def _twice(segments: list[list[str]], draw: random.Random) -> None:
    position = draw.randrange(len(segments))
    segments.insert(position, list(segments[position]))


def _swapped(segments: list[list[str]], draw: random.Random) -> None:
    first, second = draw.randrange(len(segments)), draw.randrange(len(segments))
    segments[first], segments[second] = segments[second], segments[first]


def _inserted(segments: list[list[str]], draw: random.Random) -> None:
    position = draw.randrange(len(segments) + 1)
    segment = draw.choice(SEGMENTS).split("*")
    same = [n for n, each in enumerate(segments) if each[0] == segment[0]]
    segments.insert(draw.choice(same) + 1 if same and draw.random() < 0.8 else position, segment)


def damaged_tree(tree: Json, draw: random.Random) -> Json:
    """A JSON document with one to three changes."""
    for _ in range(draw.randint(1, 3)):
        tree = _changed(tree, draw, 0)
    return tree


def _changed(tree: Json, draw: random.Random, depth: int) -> Json:
    if depth and draw.random() < 0.15:
        return draw.choice(VALUES)
    if isinstance(tree, dict) and tree:
        key = draw.choice(list(tree))
        chance = draw.random()
        if chance < 0.1:
            return {name: value for name, value in tree.items() if name != key}
        if chance < 0.2:
            return {**tree, draw.choice(("odd", "name", "amount", "a.b", "x/y")): draw.choice(VALUES)}
        return {**tree, key: _changed(tree[key], draw, depth + 1)}
    if isinstance(tree, list) and tree:
        position = draw.randrange(len(tree))
        chance = draw.random()
        if chance < 0.1:
            return [*tree, tree[position]]
        if chance < 0.2:
            return tree[:position] + tree[position + 1 :]
        return [*tree[:position], _changed(tree[position], draw, depth + 1), *tree[position + 1 :]]
    return draw.choice(VALUES)


def damaged_document(document: msgspec.Struct, draw: random.Random) -> msgspec.Struct:
    """A canonical document with one to three changes; each field still holds what it may hold."""
    for _ in range(draw.randint(1, 3)):
        document = _changed_record(document, draw)
    return document


def _changed_record(record: msgspec.Struct, draw: random.Random) -> msgspec.Struct:
    if isinstance(record, Moment):
        return draw.choice(DAYS)
    fields = fields_of(type(record))
    filled = [name for name in fields if getattr(record, name)]
    field = fields[draw.choice(filled if filled and draw.random() < 0.8 else list(fields))]
    return msgspec.structs.replace(
        record, **{field.name: _changed_field(getattr(record, field.name), field, draw)}
    )


def _changed_field(held: object, field: Field, draw: random.Random) -> object:
    if field.name == "ext":
        return draw.choice(KEPT)
    if isinstance(held, msgspec.Struct) and (field.required or draw.random() < 0.9):
        return _changed_record(held, draw)
    if isinstance(held, tuple) and held and field.records:
        return _changed_items(held, draw)
    if field.kind in FIELDS and (held is None or field.required or draw.random() < 0.7):
        return draw.choice(FIELDS[field.kind])
    return held if field.required or (field.kind is FieldKind.RECORD and held is None) else _nothing(field)


def _nothing(field: Field) -> object:
    if field.kind in (FieldKind.MAP, FieldKind.MOMENTS):
        return {}
    return () if field.kind in (FieldKind.RECORDS, FieldKind.TEXTS) else None


def _changed_items(items: tuple[msgspec.Struct, ...], draw: random.Random) -> tuple[msgspec.Struct, ...]:
    position = draw.randrange(len(items))
    chance = draw.random()
    if chance < 0.15:
        return items[:position] + items[position + 1 :]
    if chance < 0.3:
        return (*items, items[position])
    return (*items[:position], _changed_record(items[position], draw), *items[position + 1 :])
