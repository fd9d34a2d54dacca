"""What of a canonical document a table can say: the fields its rows name, read from the table itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

import msgspec

from gateway.mapping.bound import BlockPlan, BoundPath, BoundStep, Plan, RowPlan, StepKind
from gateway.mapping.parameters import PARAMETERS, Parameters
from tests.pipeline.knowledge import library

__all__ = ["Said", "documents_of_tables", "filled_by", "plan_of", "reach"]

# A shape's records stand for parts of the document; the pair that turns them tells these fields besides.
SHAPES: Mapping[str, str] = {
    "nodes[ShipmentNode].": "",
    "nodes[OrderNode].": "orders[].",
    "nodes[TareNode].": "pallets[].",
    "nodes[PackNode].": "cartons[].",
    "nodes[ItemNode].": "lines[].",
    "rows[].": "lines[].",
}
RENAMED: Mapping[str, str] = {
    "lines[].line": "lines[].number",
    "lines[].carton": "cartons[].number",
    "lines[].carton_sscc": "cartons[].marks[scheme=sscc].value",
    "lines[].tracking": "cartons[].tracking",
    "lines[].carton_weight.value": "cartons[].weight.value",
    "lines[].carton_weight.unit": "cartons[].weight.unit",
    "lines[].pallet": "pallets[].number",
    "lines[].pallet_sscc": "pallets[].marks[scheme=sscc].value",
    "lines[].pallet_weight.value": "pallets[].weight.value",
    "lines[].pallet_weight.unit": "pallets[].weight.unit",
    "cartons[].quantity": "cartons[].contents[].quantity",
    "cartons[].unit": "cartons[].contents[].unit",
}
WHOLE_MAPS = "xml-"  # tables that say maps as a whole
OF_THE_SHAPE_ALONE = (".hl", ".parent", ".child")
_PACKED = ("line", "quantity", "unit", "order_number", "case_size", "lot", "expiry", "manufactured")
OF_PAIRS: Mapping[str, tuple[str, ...]] = {
    "hl_tree": (
        "levels",
        "lines[].order_number",
        "lines[].order_date",
        "pallets[].cartons",
        *(f"{package}[].contents[].{name}" for package in ("cartons", "pallets") for name in _PACKED),
    ),
    "ship_rows": (
        "pallets[].cartons",
        *(
            f"{package}[].contents[].{name}"
            for package in ("cartons", "pallets")
            for name in (*_PACKED, "country_of_origin")
        ),
    ),
}
FILLED_BY_PAIRS: Mapping[str, set[tuple[str, str]]] = {
    "hl_tree": {
        ("levels", "the order of levels that is written"),
        ("orders[].number", "from the lines"),
        ("orders[].date", "from the lines"),
        ("structure", "the name of the order of levels, when reading"),
    },
    "ship_rows": {("pallets[].number", "counted"), ("lines[].number", "counted when reading")},
}
_LEFT = ("lines[].items[].quantity", "what the other parts leave of the line")
FILLED_BY_FUNCTIONS: Mapping[str, set[tuple[str, str]]] = {
    "csv-acknowledgment": {_LEFT},
    "fixed-acknowledgment": {_LEFT},
    "spapi-acknowledgment": {
        _LEFT,
        ("lines[].items[].status", "`backordered` or `rejected` for the rest that a change implies"),
        ("lines[].items[].reason", "`temporarily_unavailable` for the rest that a changed quantity implies"),
    },
    "x12-855": {_LEFT},
    "csv-change-acknowledgment": {_LEFT},
    "x12-865": {_LEFT},
}

_PAIRS = re.compile(r"pairs\(([a-z-]+)")


class Said(msgspec.Struct, frozen=True):
    """A field as a path without filters, and the filters of the lists on its way: `role=seller`, or ""."""

    path: str
    filters: str = ""


@cache
def plan_of(table: str) -> Plan:
    """A shipped table, bound to an agreement that knows every parameter."""
    values = {name: name for name in PARAMETERS} | {"vendor_item_id": "vendor_sku", "currency": "USD"}
    return library().plan(table, Parameters(values))


def documents_of_tables() -> dict[str, list[str]]:
    """The names of the tables by the name of their document."""
    found: dict[str, list[str]] = {}
    for name in sorted(library().tables):
        found.setdefault(library().tables[name].document, []).append(name)
    return found


@cache
def reach(table: str) -> frozenset[Said]:
    """The fields that a table reads and writes."""
    plan = plan_of(table)
    paths = set(_paths(plan.root, ("",)))
    if plan.pair is not None:
        paths |= set(OF_PAIRS.get(plan.pair.name, ()))
    return frozenset(_said(path) for path in paths) | _whole_maps(plan, table)


def _whole_maps(plan: Plan, table: str) -> frozenset[Said]:
    """Of a table that says whole maps: the keys that the other tables of its document name."""
    maps = {_said(path).path for path in _maps(plan.root, ("",))}
    if not maps:
        return frozenset()
    siblings = next(tables for tables in documents_of_tables().values() if table in tables)
    others = [other for other in siblings if not other.startswith(WHOLE_MAPS)]
    named = {said.path for other in others for said in reach(other)}
    return frozenset(Said(path) for path in named if path.rpartition(".")[0] in maps)


def _maps(block: BlockPlan, prefixes: Sequence[str]) -> Iterator[str]:
    for row in block.rows:
        if any(saying.codec.name == "entries" for saying in row.sayings):
            yield prefixes[-1] + _steps(row.fields[0].steps)
    for inner in block.blocks:
        yield from _maps(inner, (*prefixes, _inner(inner, prefixes)))


def filled_by(table: str) -> list[tuple[str, str]]:
    """What a table fills in where the document lacks it: field, and the row's own words for the value."""
    plan = plan_of(table)
    filled = {(_said(path).path, value) for path, value in _filled(plan.root, ("",))}
    filled |= FILLED_BY_FUNCTIONS.get(table, set())
    return sorted(filled | (FILLED_BY_PAIRS.get(plan.pair.name, set()) if plan.pair else set()))


def _said(path: str) -> Said:
    for shape, part in SHAPES.items():
        if path.startswith(shape):
            path = part + path.removeprefix(shape)
            break
    path = RENAMED.get(path, path)
    pieces = [piece.partition("[") for piece in path.split(".")]
    filters = [inner.removesuffix("]") for _, _, inner in pieces if inner not in ("", "]")]
    return Said(".".join(name + ("[]" if bracket else "") for name, bracket, _ in pieces), " ".join(filters))


def _paths(block: BlockPlan, prefixes: Sequence[str]) -> Iterator[str]:
    if block.test.field and block.test.equal:
        yield prefixes[-1] + block.test.field
    for row in block.rows:
        both = row.constant is not None or (
            any(saying.reads for saying in row.sayings) and any(saying.writes for saying in row.sayings)
        )
        for field in row.fields if both else ():
            path = prefixes[-1 - field.up] + _steps(field.steps)
            if not path.endswith(OF_THE_SHAPE_ALONE):
                yield from (path + key for key in _keys(row))
    for inner in block.blocks:
        yield from _paths(inner, (*prefixes, _inner(inner, prefixes)))


def _keys(row: RowPlan) -> list[str]:
    """What follows the path of a field: the keys of a map that `pairs` writes, `*` for codes of its own."""
    if row.sayings and row.sayings[0].codec.name == "entries":
        return [".*"]
    if not row.sayings or not row.sayings[0].codec.pairs:
        return [""]
    match = _PAIRS.search(row.sayings[0].text)
    assert match is not None
    words = library().mapping_library.lists[match[1]].writers("x12")
    return [".*", *(f".{word}" for word in words)]


def _filled(block: BlockPlan, prefixes: Sequence[str]) -> Iterator[tuple[str, str]]:
    for row in block.rows:
        field = row.fields[0]
        for value in _values(row):
            yield prefixes[-1 - field.up] + _steps(field.steps), value
    for inner in block.blocks:
        yield from _filled(inner, (*prefixes, _inner(inner, prefixes)))


def _values(row: RowPlan) -> Iterator[str]:
    if row.constant is not None:
        yield f"is always `{row.constant}`"
    for saying in row.sayings:
        if saying.default is not None:
            yield "of the agreement" if row.fields[0].steps[-1].name == "currency" else f"`{saying.default}`"
        if saying.default_from is not None:
            yield f"from `{_shown(saying.default_from)}`"
        if saying.default_compute is not None:
            yield "told by the document as a whole"
        if saying.absent is not None:
            yield f"`{saying.absent}` when reading"


def _shown(path: BoundPath) -> str:
    return _steps(path.steps)


def _inner(inner: BlockPlan, prefixes: Sequence[str]) -> str:
    test = inner.test
    condition = f"{test.field}{'=' if test.equal else '!='}{test.value}" if test.field else ""
    path = prefixes[-1] + ".".join(step.name for step in inner.target)
    if inner.many and len(inner.target) and inner.record.__name__.endswith("Node"):
        condition = inner.record.__name__
    return path + (f"[{condition}]." if inner.many else ".")


def _steps(steps: Sequence[BoundStep]) -> str:
    return ".".join(step.name + ("[]" if step.kind is StepKind.ITEMS else "") for step in steps)
