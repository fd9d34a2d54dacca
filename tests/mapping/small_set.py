"""A small transaction set and a small JSON schema, with a loop, composite or array of every kind."""

from __future__ import annotations

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
