"""A small document, a small transaction set and small code lists, so that one construct is seen at a time."""

from __future__ import annotations

from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec

from gateway.documents.parts import Ext, Moment, Part, Window
from gateway.findings import Finding, Location
from gateway.formats.json import Json
from gateway.formats.x12.definitions import (
    CodeList as X12Codes,
)
from gateway.formats.x12.definitions import (
    Composite,
    Element,
    ElementUse,
    Loop,
    Requirement,
    Segment,
    SegmentUse,
    SetDefinition,
)
from gateway.formats.x12.model import Delimiters
from gateway.mapping import evaluate
from gateway.mapping.bound import Plan
from gateway.mapping.code_lists import CodeList, parse_code_list
from gateway.mapping.evaluate import CsvTarget, JsonSource, X12Source, X12Target
from gateway.mapping.library import Library
from gateway.mapping.nodes import Mistake
from gateway.mapping.parameters import Parameters
from gateway.mapping.parse import parse_table
from gateway.mapping.resolve import resolve


class Tax(Part, frozen=True):
    type: str
    amount: Decimal | None = None


class Mark(Part, frozen=True):
    scheme: str
    value: str
    ext: Ext = msgspec.field(default_factory=dict)


class Charge(Part, frozen=True):
    kind: str
    amount: Decimal | None = None
    taxes: tuple[Tax, ...] = ()
    ext: Ext = msgspec.field(default_factory=dict)


class Freight(Part, frozen=True):
    payment: str | None = None
    place: str | None = None
    ext: Ext = msgspec.field(default_factory=dict)


class Weight(Part, frozen=True):
    value: Decimal
    unit: str


class Party(Part, frozen=True):
    role: str
    name: str | None = None
    ids: dict[str, str] = msgspec.field(default_factory=dict)
    street: tuple[str, ...] = ()
    ext: Ext = msgspec.field(default_factory=dict)


class Line(Part, frozen=True):
    number: str | None = None
    quantity: Decimal | None = None
    unit: str | None = None
    price: Decimal | None = None
    list_price: Decimal | None = None
    backorder: bool | None = None
    currency: str | None = None
    description: str | None = None
    ids: dict[str, str] = msgspec.field(default_factory=dict)
    weight: Weight | None = None
    charges: tuple[Charge, ...] = ()
    taxes: tuple[Tax, ...] = ()
    marks: tuple[Mark, ...] = ()
    ext: Ext = msgspec.field(default_factory=dict)


class Order(Part, frozen=True):
    number: str
    date: Moment | None = None
    purpose: str | None = None
    state: str | None = None
    reason: str | None = None
    currency: str | None = None
    window: Window | None = None
    freight: Freight | None = None
    references: dict[str, str] = msgspec.field(default_factory=dict)
    dates: dict[str, Moment] = msgspec.field(default_factory=dict)
    parties: tuple[Party, ...] = ()
    lines: tuple[Line, ...] = ()
    cartons: tuple[str, ...] = ()
    total: Decimal | None = None
    carton_count: int | None = None
    note: str | None = None
    ext: Ext = msgspec.field(default_factory=dict)


class Head(Part, frozen=True):
    """A level of a shape in which two kinds of records stand in one list."""

    id: str
    name: str | None = None
    ext: Ext = msgspec.field(default_factory=dict)


class Leaf(Part, frozen=True):
    id: str
    parent: str
    quantity: Decimal | None = None
    ext: Ext = msgspec.field(default_factory=dict)


class Levels(Part, frozen=True):
    number: str
    nodes: tuple[Head | Leaf, ...] = ()
    ext: Ext = msgspec.field(default_factory=dict)


M, O = Requirement.MANDATORY, Requirement.OPTIONAL  # noqa: E741 - the standard's own letters


def _element(number: str, name: str, codes: X12Codes | None = None) -> ElementUse:
    return ElementUse(Element(number, name, "AN", 1, 80, codes), O)


def _segment(tag: str, name: str, count: int, mandatory: tuple[int, ...] = ()) -> Segment:
    uses = tuple(
        ElementUse(Element(str(n), f"{name} {n:02d}", "AN", 1, 80), M if n in mandatory else O)
        for n in range(1, count + 1)
    )
    return Segment(tag, name, uses)


_REF_04 = Composite("C040", "Reference Identifier", tuple(_element(str(n), f"Part {n}") for n in range(1, 5)))
_PURPOSES = X12Codes(whole=True, codes={"00": "", "01": ""})

SEGMENTS = {
    segment.tag: segment
    for segment in (
        _segment("ST", "Transaction Set Header", 2),
        Segment(
            "BEG",
            "Beginning Segment",
            (
                ElementUse(Element("353", "Purpose Code", "ID", 2, 2, _PURPOSES), O),
                _element("92", "Type Code"),
                ElementUse(Element("324", "Order Number", "AN", 1, 22), M),
                _element("328", "Release Number"),
                _element("373", "Date"),
                _element("337", "Time"),
            ),
        ),
        _segment("CUR", "Currency", 2),
        Segment(
            "REF",
            "Reference Identification",
            (
                _element("128", "Qualifier"),
                _element("127", "Value"),
                _element("352", "Text"),
                ElementUse(_REF_04, O),
            ),
        ),
        _segment("FOB", "F.O.B. Related Instructions", 7),
        _segment("CSH", "Sales Requirements", 2),
        _segment("DTM", "Date/Time Reference", 3),
        _segment("TD1", "Carrier Details", 8),
        _segment("N9", "Reference", 2),
        _segment("MSG", "Message Text", 2),
        _segment("N1", "Name", 4, mandatory=(1,)),
        _segment("N3", "Address", 2),
        _segment("LM", "Code Source", 1),
        _segment("LQ", "Industry Code", 2),
        _segment("PO1", "Baseline Item Data", 13),
        _segment("PID", "Description", 5),
        _segment("MEA", "Measurements", 4),
        _segment("SAC", "Charge", 15),
        _segment("TXI", "Tax Information", 3),
        _segment("MAN", "Marks", 3),
        _segment("HL", "Hierarchical Level", 4),
        _segment("LIN", "Item", 3),
        _segment("CTT", "Transaction Totals", 3),
        _segment("AMT", "Monetary Amount", 3),
        _segment("SE", "Transaction Set Trailer", 2),
    )
}


def _use(tag: str, requirement: Requirement = O, maximum: int | None = None) -> SegmentUse:
    return SegmentUse("010", tag, requirement, maximum)


def _loop(*members: SegmentUse | Loop, maximum: int | None = None) -> Loop:
    return Loop(O, maximum, members)


SET = SetDefinition(
    set="900",
    name="Small Order",
    group="ZZ",
    release="004010",
    members=(
        _use("ST", M, 1),
        _use("BEG", M, 1),
        _use("CUR", O, 1),
        _use("REF"),
        _use("FOB"),
        _use("CSH"),
        _use("DTM"),
        _use("TD1"),
        _loop(_use("N9"), _use("MSG", M)),
        _loop(_use("N1"), _use("N3", O, 2), _use("REF")),
        _loop(_use("LM"), _use("LQ")),
        _loop(
            _use("PO1"),
            _use("CUR", O, 1),
            _loop(_use("PID"), _use("MEA")),
            _use("TD1"),
            _use("MAN"),
            _use("TXI"),
            _loop(_use("SAC"), _use("TXI")),
        ),
        _loop(_use("HL"), _use("LIN"), _use("REF")),
        _loop(_use("CTT"), _use("AMT"), maximum=1),
        _use("SE", M, 1),
    ),
    segments=SEGMENTS,
)

SCHEMA: dict[str, object] = {
    "$ref": "#/$defs/Order",
    "$defs": {
        "Order": {
            "type": "object",
            "required": ["id"],
            "properties": {
                "id": {"type": "string"},
                "type": {"type": "string"},
                "kind": {"type": "string"},
                "reason": {"type": "string"},
                "placed": {"type": "string"},
                "window": {"type": "string"},
                "cartons": {"type": "integer"},
                "cartonNumbers": {"type": "array", "items": {"type": "string"}},
                "details": {"$ref": "#/$defs/Details"},
            },
        },
        "Details": {
            "type": "object",
            "properties": {
                "shipTo": {"$ref": "#/$defs/Party"},
                "seller": {"$ref": "#/$defs/Party"},
                "freight": {"type": "object", "properties": {"payment": {"type": "string"}}},
                "items": {"type": "array", "items": {"$ref": "#/$defs/Item"}},
                "note": {"type": "string"},
            },
        },
        "Party": {
            "type": "object",
            "properties": {
                "partyId": {"type": "string"},
                "line1": {"type": "string"},
                "line2": {"type": "string"},
            },
        },
        "Money": {
            "type": "object",
            "required": ["amount", "currencyCode"],
            "properties": {"amount": {"type": "string"}, "currencyCode": {"type": "string"}},
        },
        "Item": {
            "type": "object",
            "properties": {
                "number": {"type": "string"},
                "sequence": {"type": "integer"},
                "amount": {"type": "integer"},
                "unit": {"type": "string"},
                "asin": {"type": "string"},
                "own": {"type": "string"},
                "backorder": {"type": "boolean"},
                "netCost": {"$ref": "#/$defs/Money"},
                "listPrice": {"$ref": "#/$defs/Money"},
                "marks": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {"type": {"type": "string"}, "number": {"type": "string"}},
                    },
                },
                "taxes": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {"type": {"type": "string"}, "amount": {"type": "string"}},
                    },
                },
            },
        },
    },
}


def code_list(name: str, text: str) -> CodeList:
    """The list in this text, which must be free of mistakes."""
    parsed, mistakes = parse_code_list(name, f"mappings/codes/{name}.csv", text)
    assert not mistakes
    assert parsed is not None
    return parsed


LISTS = {
    name: code_list(name, text)
    for name, text in {
        "purpose": "canonical,x12,spapi,csv\noriginal,00,Original,new\ncancel,01,,cancel\n",
        "unit": "canonical,x12,spapi,csv\neach,EA,Eaches,EA\neach,UN,,\ncase,CA,Cases,CA\npiece,PC,,\n",
        "role": "canonical,x12\nship_to,ST\nseller,SE\nbuyer,BY\n",
        "item-id": "canonical,x12,csv\nasin,BP,\nupc,UP,\nown,VN,\nbook,,ISBN\n",
        "party-id": "canonical,x12\nassigned,92\ngln,UL\n",
        "reference": "canonical,x12\ndepartment,DP\nvendor,CR\ncontract,CT\n",
        "date-kind": "canonical,x12\nshipped,011\ncancel_after,001\n",
        "mark": "canonical,spapi\nsscc,SSCC\ngtin,GTIN\n",
        "status": "canonical,x12\naccepted,IA\nrejected+obsolete,R2\naccepted,AC\n",
    }.items()
}

LIBRARY = Library(
    documents={"Order": Order, "Levels": Levels},
    lists=LISTS,
    sets={("900", "004010"): SET},
    schemas={"order": SCHEMA},
)
ZONE = ZoneInfo("America/Los_Angeles")
AGREED = Parameters({"currency": "USD", "vendor_item_id": "own"}, ZONE)
MARKS = Delimiters(component=">")
HEADS = {
    "x12": "table: t\ndocument: Order\nformat: x12 900 004010\n",
    "json": "table: t\ndocument: Order\nformat: json order\n",
    "csv": "table: t\ndocument: Order\nformat: csv\n",
}


def mistakes_of(text: str, library: Library = LIBRARY, *overlays: str) -> tuple[Mistake, ...]:
    """Every mistake that parsing and binding a table finds."""
    table, found = parse_table("t.yaml", text, [(f"o{n}.yaml", text) for n, text in enumerate(overlays, 1)])
    if table is None:
        return found
    return (*found, *resolve(table, library, AGREED)[1])


def plan_of(
    kind: str, rows: str, *overlays: str, library: Library = LIBRARY, parameters: Parameters = AGREED
) -> Plan:
    """The plan of a table with these rows (and whatever follows them), which must be free of mistakes."""
    head = HEADS.get(kind, kind)
    table, found = parse_table(
        "t.yaml", head + rows, [(f"o{n}.yaml", text) for n, text in enumerate(overlays, 1)]
    )
    assert not found
    assert table is not None
    plan, mistakes = resolve(table, library, parameters)
    assert not mistakes
    assert plan is not None
    return plan


def segments_of(text: str) -> tuple[list[list[str]], list[int]]:
    """Segments one a line, ST and SE added, with the row of each; a tag stands for the next fitting row."""
    lines = ["ST*900*0001", *(line.strip() for line in text.strip().splitlines()), "SE*1*0001"]
    segments = [line.split("*") for line in lines if line]
    definition = SET.rows()
    rows: list[int] = []
    open_path = ""
    for segment in segments:
        row = _row_after(segment[0], rows[-1] if rows else -1, open_path)
        rows.append(row)
        open_path = definition[row].path if row >= 0 else open_path
    return segments, rows


def _row_after(tag: str, last: int, path: str) -> int:
    """The row in the innermost open loop, or of a loop that can open there."""
    around = {path.rsplit("/", n)[0] for n in range(path.count("/") + 1)} | {""}
    fitting = [
        row
        for row in SET.rows()
        if row.tag == tag
        and ((row.path.rpartition("/")[0] in around) if row.opens_loop else row.path in around)
        and (row.opens_loop or row.index >= last or row.path != path)
    ]
    return max(fitting, key=lambda row: len(row.path)).index if fitting else -1


def read_x12(plan: Plan, text: str) -> tuple[msgspec.Struct | None, tuple[Finding, ...]]:
    """Reads segments, one a line."""
    segments, rows = segments_of(text)
    place = Location(interchange=1, group=1, set=1, segment=3, st02="0001")
    return evaluate.read(plan, X12Source(segments, rows, MARKS, place))


def write_x12(plan: Plan, document: msgspec.Struct) -> str:
    """The segments of a document, one a line; it must be free of findings."""
    target, findings = evaluate.write(plan, document, MARKS)
    assert not findings, [finding.message for finding in findings]
    assert isinstance(target, X12Target)
    assert target.rows == sorted(target.rows) or len(set(target.rows)) < len(target.rows)
    return "\n".join("*".join(segment) for segment in target.segments)


def read_json(plan: Plan, tree: Json) -> tuple[msgspec.Struct | None, tuple[Finding, ...]]:
    """Reads a tree."""
    return evaluate.read(plan, JsonSource(tree))


def write_json(plan: Plan, document: msgspec.Struct) -> Json:
    """The tree of a document, which must be free of findings."""
    target, findings = evaluate.write(plan, document)
    assert not findings, [finding.message for finding in findings]
    assert isinstance(target, dict)
    return target


def write_rows(plan: Plan, document: msgspec.Struct) -> list[dict[str, str]]:
    """The rows of a document, which must be free of findings."""
    target, findings = evaluate.write(plan, document)
    assert not findings, [finding.message for finding in findings]
    assert isinstance(target, CsvTarget)
    return target.rows


def codes_of(findings: tuple[Finding, ...]) -> list[str]:
    """The codes alone."""
    return [finding.code for finding in findings]
