"""The pair `ship_rows`: a ship notice to rows of one packed quantity each, as an ERP writes them, and back.

A row names its line and, where packed, its carton and pallet; the same carton number is the same carton. Rows
without a line number are one line where all they say of the item is equal; lines are then numbered as they
come.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from decimal import Decimal

import msgspec

from gateway.documents.parts import Carrier, Ext, Freight, Measure, Moment, Part, Party
from gateway.documents.ship_notice import Carton, Content, Mark, Pallet, ShipNotice, ShipNoticeLine
from gateway.findings import Finding, found
from gateway.mapping.pairs.model import Pair, PairTrace
from gateway.mapping.pairs.packing import Placement, UnplaceableError, placements
from gateway.mapping.parameters import Parameters

__all__ = ["SHIP_ROWS", "PackedRow", "ShipRows"]


class PackedRow(Part, frozen=True, kw_only=True):
    """One row: a quantity of a line, and the carton and pallet it is in."""

    quantity: Decimal
    unit: str
    line: str | None = None
    order_number: str | None = None
    order_date: Moment | None = None
    order_line: str | None = None
    ids: dict[str, str] = msgspec.field(default_factory=dict)
    case_size: Decimal | None = None
    description: str | None = None
    lot: str | None = None
    expiry: Moment | None = None
    manufactured: Moment | None = None
    country_of_origin: str | None = None
    carton: str | None = None
    carton_sscc: str | None = None
    tracking: str | None = None
    carton_weight: Measure | None = None
    pallet: str | None = None
    pallet_sscc: str | None = None
    pallet_weight: Measure | None = None
    ext: Ext = msgspec.field(default_factory=dict)


class ShipRows(Part, frozen=True, kw_only=True):
    """A whole file's worth of one notice: what every row repeats, and the rows."""

    number: str
    date: Moment
    purpose: str | None = None
    type: str | None = None
    structure: str | None = None
    shipped: Moment | None = None
    estimated_delivery: Moment | None = None
    carrier: Carrier | None = None
    freight: Freight | None = None
    carton_count: int | None = None
    pallet_count: int | None = None
    weight: Measure | None = None
    volume: Measure | None = None
    references: dict[str, str] = msgspec.field(default_factory=dict)
    parties: tuple[Party, ...] = ()
    rows: tuple[PackedRow, ...] = ()
    ext: Ext = msgspec.field(default_factory=dict)


_SHARED = tuple(name for name in ShipRows.__struct_fields__ if name != "rows")
_OF_LINE = ("unit", "order_date", "order_line", "ids", "description")
_OF_LINE_OR_CONTENT = ("order_number", "case_size", "lot", "expiry", "manufactured", "country_of_origin")
_OF_CARTON = ("carton_sscc", "tracking", "carton_weight", "pallet")
_OF_PALLET = ("pallet_sscc", "pallet_weight")

_Groups = Mapping[Hashable, list[PackedRow]]


def to_document(
    shape: msgspec.Struct, trace: PairTrace, parameters: Parameters
) -> tuple[ShipNotice | None, tuple[Finding, ...]]:
    """The notice that the rows tell; refused where the rows of a line, carton or pallet contradict."""
    assert isinstance(shape, ShipRows)
    lines: dict[Hashable, list[PackedRow]] = {}
    cartons: dict[Hashable, list[PackedRow]] = {}
    pallets: dict[Hashable, list[PackedRow]] = {}
    for row in shape.rows:
        lines.setdefault(_line_key(row), []).append(row)
        if row.carton is not None:
            cartons.setdefault(row.carton, []).append(row)
        if row.pallet is not None:
            pallets.setdefault(row.pallet, []).append(row)
    findings = (
        *_half_numbered(shape.rows, trace),
        *_contradictions("line", lines, _OF_LINE, trace),
        *_contradictions("carton", cartons, _OF_CARTON, trace),
        *_contradictions("pallet", pallets, _OF_PALLET, trace),
    )
    if findings:
        return None, findings
    numbers = {key: rows[0].line or str(place) for place, (key, rows) in enumerate(lines.items(), 1)}
    varying = {key: _varying(rows) for key, rows in lines.items()}

    def contents(rows: list[PackedRow]) -> tuple[Content, ...]:
        keyed = [(row, _line_key(row)) for row in rows]
        return tuple(_content(row, numbers[key], varying[key], trace) for row, key in keyed)

    shared = {name: getattr(shape, name) for name in _SHARED}
    notice = ShipNotice(
        **shared,
        lines=tuple(_line(rows, numbers[key], varying[key], trace) for key, rows in lines.items()),
        cartons=tuple(_carton(rows, contents(rows), trace) for rows in cartons.values()),
        pallets=tuple(
            _pallet(rows, contents([row for row in rows if row.carton is None]), trace)
            for rows in pallets.values()
        ),
    )
    trace.moved(notice, shape)
    return notice, ()


def _line_key(row: PackedRow) -> Hashable:
    """What tells the lines apart: their number, else all that the row says of the item."""
    if row.line is not None:
        return row.line
    said = (getattr(row, name) for name in (*_OF_LINE, *_OF_LINE_OR_CONTENT) if name != "ids")
    return (*said, *row.ids.items())


def _half_numbered(rows: tuple[PackedRow, ...], trace: PairTrace) -> tuple[Finding, ...]:
    without = [row for row in rows if row.line is None]
    if not without or len(without) == len(rows):
        return ()
    problem = "some rows have a line number and this one has none"
    return (found("shape-refused", trace.where(without[0]), pair="ship_rows", problem=problem),)


def _contradictions(
    what: str, groups: _Groups, fields: tuple[str, ...], trace: PairTrace
) -> tuple[Finding, ...]:
    return tuple(
        found(
            "shape-refused",
            trace.where(row),
            pair="ship_rows",
            problem=f"the rows of {what} {number} have different values for {field}",
        )
        for number, rows in groups.items()
        for field in fields
        for row in rows[1:]
        if getattr(row, field) != getattr(rows[0], field)
    )


def _varying(rows: list[PackedRow]) -> frozenset[str]:
    """What differs from package to package of one line, and so belongs to the contents."""
    return frozenset(
        name
        for name in _OF_LINE_OR_CONTENT
        if any(getattr(row, name) != getattr(rows[0], name) for row in rows[1:])
    )


def _line(rows: list[PackedRow], number: str, varying: frozenset[str], trace: PairTrace) -> ShipNoticeLine:
    first = rows[0]
    said = {name: getattr(first, name) for name in _OF_LINE}
    said |= {name: getattr(first, name) for name in _OF_LINE_OR_CONTENT if name not in varying}
    loose = first.ext if first.carton is None and first.pallet is None else {}
    total = sum((row.quantity for row in rows), Decimal(0))
    line = ShipNoticeLine(number=number, quantity=total, ext=loose, **said)
    trace.merged(line, *rows)
    trace.copy(line, "number", *((row, "line") for row in rows))
    trace.copy(line, "quantity", *((row, "quantity") for row in rows))
    return line


def _content(row: PackedRow, line: str, varying: frozenset[str], trace: PairTrace) -> Content:
    said = {name: getattr(row, name) for name in _OF_LINE_OR_CONTENT if name in varying}
    content = Content(line=line, quantity=row.quantity, unit=row.unit, ext=row.ext, **said)
    trace.moved(content, row)
    trace.copy(content, "line", (row, "line"))
    return content


def _carton(rows: list[PackedRow], contents: tuple[Content, ...], trace: PairTrace) -> Carton:
    first = rows[0]
    carton = Carton(
        number=first.carton or "",
        marks=_sscc(rows, "carton_sscc", trace),
        tracking=first.tracking,
        weight=first.carton_weight,
        contents=contents,
    )
    trace.merged(carton, *rows)
    trace.copy(carton, "number", *((row, "carton") for row in rows))
    return carton


def _pallet(rows: list[PackedRow], contents: tuple[Content, ...], trace: PairTrace) -> Pallet:
    first = rows[0]
    pallet = Pallet(
        number=first.pallet,
        marks=_sscc(rows, "pallet_sscc", trace),
        weight=first.pallet_weight,
        cartons=tuple(dict.fromkeys(row.carton for row in rows if row.carton is not None)),
        contents=contents,
    )
    trace.merged(pallet, *rows)
    trace.copy(pallet, "number", *((row, "pallet") for row in rows))
    trace.copy(pallet, "cartons", *((row, "carton") for row in rows if row.carton is not None))
    return pallet


def _sscc(rows: list[PackedRow], field: str, trace: PairTrace) -> tuple[Mark, ...]:
    value = getattr(rows[0], field)
    if value is None:
        return ()
    mark = Mark(scheme="sscc", value=value)
    trace.moved(mark, rows[0])
    trace.copy(mark, "value", *((row, field) for row in rows))
    return (mark,)


def to_shape(
    document: msgspec.Struct, trace: PairTrace, parameters: Parameters
) -> tuple[ShipRows | None, tuple[Finding, ...]]:
    """A row for each content of a carton or pallet, then one for each line that is in no package."""
    assert isinstance(document, ShipNotice)
    try:
        placed = placements(document)
    except UnplaceableError as refusal:
        return None, (found("shape-refused", pair="ship_rows", problem=str(refusal)),)
    other = next((each for each in placed if each.unit != each.line.unit), None)
    if other is not None:
        number, of_line = other.line.number, other.line.unit
        problem = (
            f"packages hold line {number} in {other.unit}, which is shipped in {of_line}; a row has one unit"
        )
        return None, (found("shape-refused", pair="ship_rows", problem=problem),)
    shared = {name: getattr(document, name) for name in _SHARED}
    shape = ShipRows(**shared, rows=tuple(_row(placement, trace) for placement in placed))
    trace.moved(shape, document)
    return shape, ()


def _row(placement: Placement, trace: PairTrace) -> PackedRow:
    line, carton, pallet = placement.line, placement.carton, placement.pallet
    content = placement.content or line
    row = PackedRow(
        line=line.number,
        quantity=placement.quantity,
        unit=placement.unit,
        order_number=placement.order_number,
        order_date=line.order_date,
        order_line=line.order_line,
        ids=line.ids,
        case_size=placement.case_size,
        description=line.description,
        lot=content.lot or line.lot,
        expiry=content.expiry or line.expiry,
        manufactured=content.manufactured or line.manufactured,
        country_of_origin=content.country_of_origin or line.country_of_origin,
        carton=carton.number if carton else None,
        carton_sscc=_value(carton.marks) if carton else None,
        tracking=carton.tracking if carton else None,
        carton_weight=carton.weight if carton else None,
        pallet=placement.pallet_name,
        pallet_sscc=_value(pallet.marks) if pallet else None,
        pallet_weight=pallet.weight if pallet else None,
        ext=content.ext,
    )
    trace.moved(row, content, line)
    trace.copy(row, "line", (line, "number"))
    if carton is not None:
        trace.copy(row, "carton", (carton, "number"))
        trace.copy(row, "carton_sscc", *((mark, "value") for mark in carton.marks if mark.scheme == "sscc"))
        trace.copy(row, "tracking", (carton, "tracking"))
    if pallet is not None:
        if pallet.number is not None:
            trace.copy(row, "pallet", (pallet, "number"))
        trace.copy(row, "pallet_sscc", *((mark, "value") for mark in pallet.marks if mark.scheme == "sscc"))
    return row


def _value(marks: tuple[Mark, ...]) -> str | None:
    return next((mark.value for mark in marks if mark.scheme == "sscc"), None)


SHIP_ROWS = Pair("ship_rows", ShipRows, ShipNotice, to_document, to_shape, makes=("lines.quantity",))
