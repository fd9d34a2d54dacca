"""What the schema of a format, or the canonical document, requires and no row of a plan gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gateway.errors import Mistake
from gateway.formats.x12.definitions import Requirement
from gateway.mapping.bound import BlockPlan, JsonAt, JsonSpot, Plan, StepKind, X12At, X12Spot
from gateway.mapping.claims import Claim, claims_of, scopes_of
from gateway.mapping.places import JsonPlaces
from gateway.mapping.places_x12 import ENVELOPE, X12Places
from gateway.mapping.plan import Here, Origin
from gateway.mapping.records import FieldKind

__all__ = ["missing_fields", "missing_json", "missing_x12", "wrong_json_types"]

Keys = tuple[str, ...]


def missing_x12(plan: Plan, places: X12Places) -> Iterator[Mistake]:
    """Mandatory segments of the loops a table writes, and mandatory elements of its segments."""
    for scope in scopes_of(plan.root):
        claims = [claim for claim in claims_of(scope) if claim.saying.writes]
        if scope is plan.root:
            claims += [Claim(item.name, item.saying, item.saying.spots[0]) for item in plan.derived]
        written = _written(scope, claims)
        first = {
            claim.spot.row: claim.origin for claim in reversed(claims) if isinstance(claim.spot, X12Spot)
        }
        for row, elements in written.items():
            yield from _missing_elements(places, row, elements, first.get(row, scope.origin))
        yield from _missing_segments(plan, scope, places, set(written))


def _written(scope: BlockPlan, claims: list[Claim]) -> Mapping[int, set[int]]:
    """The elements each row of the set gets."""
    written: dict[int, set[int]] = {}
    for claim in claims:
        spot = claim.spot
        if isinstance(spot, X12Spot):
            elements = written.setdefault(spot.row, set())
            elements |= {*range(spot.element, (spot.last or spot.element) + 1)}
            elements |= {qualifier.element for qualifier in spot.qualifiers}
    if isinstance(scope.at, X12At):
        written.setdefault(scope.at.row, set()).update(q.element for q in scope.at.qualifiers)
    return written


def _missing_elements(places: X12Places, row: int, elements: set[int], origin: Origin) -> Iterator[Mistake]:
    tag = places.rows[row].tag
    for number, use in enumerate(places.segment(tag).uses, 1):
        if use.requirement is Requirement.MANDATORY and number not in elements:
            text = f"{tag} needs `{tag}{number:02d}` ({use.content.name}), and no row or qualifier writes it"
            yield (origin.file, origin.line, text)


def _missing_segments(
    plan: Plan, scope: BlockPlan, places: X12Places, written: set[int]
) -> Iterator[Mistake]:
    if isinstance(scope.at, X12At) and not scope.at.loop:
        return
    path = places.rows[scope.at.row].path if isinstance(scope.at, X12At) else ""
    loops = {path} | {places.rows[row].path for row in written}
    blocks = {inner.at.row for inner in _all_blocks(scope) if isinstance(inner.at, X12At)}
    for row in places.rows:
        mandatory = row.use.requirement is Requirement.MANDATORY and row.tag not in ENVELOPE
        if mandatory and row.path in loops and row.index not in written | blocks:
            name = places.segment(row.tag).name
            where = f"the loop {row.path}" if row.path else plan.format.schema
            text = f"{where} needs the segment {row.tag} ({name}), and no row names it"
            yield (scope.origin.file, scope.origin.line, text)


def _all_blocks(block: BlockPlan) -> Iterator[BlockPlan]:
    for inner in block.blocks:
        yield inner
        yield from _all_blocks(inner)


def missing_json(plan: Plan, places: JsonPlaces) -> Iterator[Mistake]:
    """Properties an object must have, for each object a table writes to."""
    yield from _missing_in(plan, plan.root, places, ())


def _missing_in(plan: Plan, scope: BlockPlan, places: JsonPlaces, path: Keys) -> Iterator[Mistake]:
    claims = [claim for claim in claims_of(scope) if claim.saying.writes]
    if scope is plan.root:
        claims += [Claim(item.name, item.saying, item.saying.spots[0]) for item in plan.derived]
    keys = [(claim.spot.keys, claim.origin) for claim in claims if isinstance(claim.spot, JsonSpot)]
    inner = [(block.at, block) for block in _sharing_blocks(scope) if isinstance(block.at, JsonAt)]
    keys += [(at.keys, block.origin) for at, block in inner]
    objects: dict[Keys, Origin] = {(): scope.origin}
    for found, origin in keys:
        for length in range(1, len(found)):
            objects.setdefault(found[:length], origin)
    for prefix, origin in objects.items():
        for name in places.required(places.node((*path, *prefix))):
            wanted = (*prefix, name)
            if not any(found[: len(wanted)] == wanted for found, _ in keys):
                text = f"the schema requires `{places.sign.join(wanted)}`, and no row writes it"
                yield (origin.file, origin.line, text)
    for at, block in inner:
        yield from _missing_in(plan, block, places, (*path, *at.keys, *(("[]",) if at.array else ())))


def _sharing_blocks(block: BlockPlan) -> Iterator[BlockPlan]:
    for inner in block.blocks:
        if isinstance(inner.at, Here):
            yield from _sharing_blocks(inner)
        else:
            yield inner


_JSON_TYPES: Mapping[str, tuple[str, ...]] = {
    "integer": ("integer", "number"),
    "implied": ("integer", "number"),
    "digits": ("integer", "number"),
    "bool": ("boolean",),
}


def wrong_json_types(plan: Plan, places: JsonPlaces) -> Iterator[Mistake]:
    """Codecs that make another kind of value than the schema wants."""
    yield from _types_in(plan.root, places, ())


def _types_in(block: BlockPlan, places: JsonPlaces, path: Keys) -> Iterator[Mistake]:
    for row in block.rows:
        for saying in row.sayings:
            made = _JSON_TYPES.get(saying.codec.name, ("string",))
            if row.fields[0].kind is FieldKind.TEXTS and len(saying.spots) == 1:
                made = ("array",)
            for spot in saying.spots:
                assert isinstance(spot, JsonSpot)
                wanted = places.type_at((*path, *spot.keys))
                if wanted and wanted not in made:
                    codec = f"`{saying.codec.name}` makes {_a(made[0])}"
                    text = f"`{spot.text}` is {_a(wanted)} in the schema, and {codec}"
                    yield (saying.origin.file, saying.origin.line, text)
    for inner in block.blocks:
        at = inner.at
        if isinstance(at, JsonAt):
            yield from _types_in(inner, places, (*path, *at.keys, *(("[]",) if at.array else ())))
        else:
            yield from _types_in(inner, places, path)


def _a(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def missing_fields(plan: Plan) -> Iterator[Mistake]:
    """Fields a record must have and no row gives, so that reading could never make one."""
    yield from _missing_fields(plan, plan.root, ())


def _missing_fields(plan: Plan, block: BlockPlan, around: tuple[BlockPlan, ...]) -> Iterator[Mistake]:
    chain = (*around, block)
    given = _given(plan, chain)
    for name, field in plan.fields[block.record].items():
        if field.required and (name,) not in given:
            text = f"{block.record.__name__} must have `{name}`, and no row gives it"
            yield (block.origin.file, block.origin.line, text)
        record = field.records[0] if field.kind is FieldKind.RECORD else None
        inner_given = {path[1] for path in given if len(path) == 2 and path[0] == name}
        if record is None or not inner_given or record not in plan.fields:
            continue
        for inner_name, inner_field in plan.fields[record].items():
            if inner_field.required and inner_name not in inner_given:
                text = (
                    f"`{name}` must have `{name}.{inner_name}` beside its other fields, and no row gives it"
                )
                yield (block.origin.file, block.origin.line, text)
    for inner in block.blocks:
        yield from _missing_fields(plan, inner, chain)


def _given(plan: Plan, chain: tuple[BlockPlan, ...]) -> set[Keys]:
    """The fields of the last block's record that some row gives, with one step into records inside."""
    block = chain[-1]
    given: set[Keys] = {(block.test.field,)} if block.test.equal else set()
    for inner in block.blocks:
        names = tuple(step.name for step in inner.target)
        given |= {names[:1], (*names[:1], *names[1:2])}
        for deeper in _all_blocks(block):
            given |= _paths(deeper, up_only=True)
    given |= _paths(block, up_only=False)
    for outer in chain[:-1]:
        given |= _fanned(outer, block)
    return given - {()}


def _paths(block: BlockPlan, *, up_only: bool) -> set[Keys]:
    found: set[Keys] = set()
    for row in block.rows:
        if row.constant is None and not any(saying.reads for saying in row.sayings):
            continue
        for field in row.fields:
            if bool(field.up) is up_only:
                names = tuple(step.name for step in field.steps)
                found |= {names[:1], names[:2]}
    return found


def _fanned(outer: BlockPlan, block: BlockPlan) -> set[Keys]:
    """Fields that a row of an outer block gives to every item of this block's list."""
    found: set[Keys] = set()
    for row in outer.rows:
        for field in row.fields:
            for number, step in enumerate(field.steps):
                if step.kind is StepKind.ITEMS and step.record is block.record:
                    names = tuple(later.name for later in field.steps[number + 1 :])
                    found |= {names[:1], names[:2]}
    return found
