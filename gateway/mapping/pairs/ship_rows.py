"""The pair `ship_rows`: a ship notice to rows of one packed quantity each, as an ERP writes them, and back.

A row names its line and, where packed, its carton and pallet; the same carton number is the same carton.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

from gateway.documents.parts import Carrier, Ext, Freight, Measure, Moment, Part, Party
from gateway.documents.ship_notice import Carton, Content, Mark, Pallet, ShipNotice, ShipNoticeLine
from gateway.findings import Finding, found
from gateway.mapping.pairs.model import Pair, PairTrace
from gateway.mapping.parameters import Parameters

__all__ = ["SHIP_ROWS", "PackedRow", "ShipRows"]


class PackedRow(Part, frozen=True, kw_only=True):
    """One row: a quantity of a line, and the carton and pallet it is in."""

    line: str
    quantity: Decimal
    unit: str
    order_number: str | None = None
    order_line: str | None = None
    ids: dict[str, str] = msgspec.field(default_factory=dict)
    case_size: Decimal | None = None
    lot: str | None = None
    expiry: Moment | None = None
    carton: str | None = None
    carton_sscc: str | None = None
    tracking: str | None = None
    carton_weight: Decimal | None = None
    carton_weight_unit: str | None = None
    pallet: str | None = None
    pallet_sscc: str | None = None
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
    references: dict[str, str] = msgspec.field(default_factory=dict)
    parties: tuple[Party, ...] = ()
    rows: tuple[PackedRow, ...] = ()
    ext: Ext = msgspec.field(default_factory=dict)


_SHARED = tuple(
    field.name
    for field in msgspec.structs.fields(ShipRows)
    if field.name != "rows" and field.name in {each.name for each in msgspec.structs.fields(ShipNotice)}
)
_OF_LINE = ("unit", "order_number", "order_line", "ids", "case_size", "lot", "expiry")


def to_document(
    shape: msgspec.Struct, trace: PairTrace, parameters: Parameters
) -> tuple[ShipNotice | None, tuple[Finding, ...]]:
    """The notice that the rows tell; refused where rows of one line or carton contradict each other."""
    assert isinstance(shape, ShipRows)
    lines: dict[str, list[PackedRow]] = {}
    cartons: dict[str, list[PackedRow]] = {}
    pallets: dict[str, list[PackedRow]] = {}
    for row in shape.rows:
        lines.setdefault(row.line, []).append(row)
        if row.carton is not None:
            cartons.setdefault(row.carton, []).append(row)
        if row.pallet is not None:
            pallets.setdefault(row.pallet, []).append(row)
    findings = (
        *_contradictions("line", lines, _OF_LINE, trace),
        *_contradictions(
            "carton",
            cartons,
            ("carton_sscc", "tracking", "carton_weight", "carton_weight_unit", "pallet"),
            trace,
        ),
        *_contradictions("pallet", pallets, ("pallet_sscc",), trace),
    )
    if findings:
        return None, findings
    shared = {name: getattr(shape, name) for name in _SHARED}
    return (
        ShipNotice(
            **shared,
            lines=tuple(_line(rows, trace) for rows in lines.values()),
            cartons=tuple(_carton(rows, trace) for rows in cartons.values()),
            pallets=tuple(_pallet(rows, trace) for rows in pallets.values()),
        ),
        (),
    )


def _contradictions(
    what: str, groups: dict[str, list[PackedRow]], fields: tuple[str, ...], trace: PairTrace
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


def _line(rows: list[PackedRow], trace: PairTrace) -> ShipNoticeLine:
    of_line = {name: getattr(rows[0], name) for name in _OF_LINE}
    loose = rows[0].ext if rows[0].carton is None and rows[0].pallet is None else {}
    total = sum((row.quantity for row in rows), Decimal(0))
    line = ShipNoticeLine(number=rows[0].line, quantity=total, ext=loose, **of_line)
    trace.copy(line, "quantity", *((row, "quantity") for row in rows))
    return line


def _content(row: PackedRow, trace: PairTrace) -> Content:
    content = Content(line=row.line, quantity=row.quantity, unit=row.unit, ext=row.ext)
    trace.copy(content, "quantity", (row, "quantity"))
    return content


def _carton(rows: list[PackedRow], trace: PairTrace) -> Carton:
    first = rows[0]
    weight = None
    if first.carton_weight is not None and first.carton_weight_unit is not None:
        weight = Measure(value=first.carton_weight, unit=first.carton_weight_unit)
    return Carton(
        number=first.carton or "",
        marks=_sscc(first.carton_sscc),
        tracking=first.tracking,
        weight=weight,
        contents=tuple(_content(row, trace) for row in rows),
    )


def _pallet(rows: list[PackedRow], trace: PairTrace) -> Pallet:
    return Pallet(
        number=rows[0].pallet or "",
        marks=_sscc(rows[0].pallet_sscc),
        cartons=tuple(dict.fromkeys(row.carton for row in rows if row.carton is not None)),
        contents=tuple(_content(row, trace) for row in rows if row.carton is None),
    )


def _sscc(value: str | None) -> tuple[Mark, ...]:
    return () if value is None else (Mark(scheme="sscc", value=value),)


def to_shape(
    document: msgspec.Struct, trace: PairTrace, parameters: Parameters
) -> tuple[ShipRows | None, tuple[Finding, ...]]:
    """A row for each content of a carton or pallet, then one for each line that is in no package."""
    assert isinstance(document, ShipNotice)
    lines = {line.number: line for line in document.lines}
    pallet_of = {number: pallet for pallet in document.pallets for number in pallet.cartons}
    placed: list[tuple[Content, Carton | None, Pallet | None]] = [
        (content, carton, pallet_of.get(carton.number))
        for carton in document.cartons
        for content in carton.contents
    ]
    placed += [(content, None, pallet) for pallet in document.pallets for content in pallet.contents]
    missing = [content.line for content, _, _ in placed if content.line not in lines]
    if missing:
        problem = f"a package names line {missing[0]}, which the notice does not have"
        return None, (found("shape-refused", pair="ship_rows", problem=problem),)
    rows = [_row(lines[content.line], content, carton, pallet) for content, carton, pallet in placed]
    packed = {content.line for content, _, _ in placed}
    rows += [_row(line, line, None, None) for line in document.lines if line.number not in packed]
    shared = {name: getattr(document, name) for name in _SHARED}
    return ShipRows(**shared, rows=tuple(rows)), ()


def _row(
    line: ShipNoticeLine, content: Content | ShipNoticeLine, carton: Carton | None, pallet: Pallet | None
) -> PackedRow:
    weight = carton.weight if carton else None
    return PackedRow(
        line=line.number,
        quantity=content.quantity,
        unit=content.unit,
        order_number=content.order_number or line.order_number,
        order_line=line.order_line,
        ids=line.ids,
        case_size=content.case_size or line.case_size,
        lot=content.lot or line.lot,
        expiry=content.expiry or line.expiry,
        carton=carton.number if carton else None,
        carton_sscc=_value(carton.marks) if carton else None,
        tracking=carton.tracking if carton else None,
        carton_weight=weight.value if weight else None,
        carton_weight_unit=weight.unit if weight else None,
        pallet=pallet.number if pallet else None,
        pallet_sscc=_value(pallet.marks) if pallet else None,
        ext=content.ext,
    )


def _value(marks: tuple[Mark, ...]) -> str | None:
    return next((mark.value for mark in marks if mark.scheme == "sscc"), None)


SHIP_ROWS = Pair("ship_rows", ShipRows, ShipNotice, to_document, to_shape)
