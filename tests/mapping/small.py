"""A small document, a small transaction set and small code lists, so that one construct is seen at a time."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import msgspec

from gateway.errors import Mistake
from gateway.findings import Finding, Location
from gateway.formats.json import Json
from gateway.formats.x12.model import Delimiters
from gateway.mapping import evaluate
from gateway.mapping.bound import Plan
from gateway.mapping.code_lists import CodeList, parse_code_list
from gateway.mapping.evaluate import JsonSource, X12Source, X12Target
from gateway.mapping.library import Library
from gateway.mapping.parameters import Parameters
from gateway.mapping.parse import parse_table
from gateway.mapping.resolve import resolve
from tests.mapping.small_records import (
    Charge,
    Freight,
    Head,
    Leaf,
    Levels,
    Line,
    Mark,
    Order,
    Party,
    Tax,
    Weight,
)
from tests.mapping.small_set import SCHEMA, SET

__all__ = [
    "AGREED",
    "HEADS",
    "LIBRARY",
    "LISTS",
    "MARKS",
    "NUMBER",
    "SET",
    "ZONE",
    "Charge",
    "Freight",
    "Head",
    "Leaf",
    "Levels",
    "Line",
    "Mark",
    "Order",
    "Party",
    "Tax",
    "Weight",
    "both_ways",
    "codes_of",
    "mistakes_of",
    "plan_of",
    "read_json",
    "read_x12",
    "segments_of",
    "write_json",
    "write_x12",
]


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
NUMBER = "rows:\n  number: BEG03 required\n"
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


def both_ways(rows: str, segments: str, document: Order) -> None:
    """These segments are this document, and the document is these segments."""
    plan = plan_of("x12", rows)
    lines = "\n".join(line.strip() for line in segments.strip().splitlines())
    read, findings = read_x12(plan, lines)
    assert not findings, [finding.message for finding in findings]
    assert read == document
    assert write_x12(plan, document) == lines


def codes_of(findings: tuple[Finding, ...]) -> list[str]:
    """The codes alone."""
    return [finding.code for finding in findings]
