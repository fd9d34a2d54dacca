"""Which places the rows of a plan claim, and which are claimed twice."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from gateway.errors import Mistake
from gateway.mapping.bound import (
    BlockPlan,
    ColumnSpot,
    JsonSpot,
    Plan,
    RowsAt,
    SayingPlan,
    Spot,
    X12At,
    X12Spot,
)
from gateway.mapping.plan import Direction, Here, Origin
from gateway.mapping.scopes import contradict

__all__ = ["Claim", "claims_of", "double_claims", "scopes_of"]


class Claim(msgspec.Struct, frozen=True):
    """One place named by one row."""

    key: str
    saying: SayingPlan
    spot: Spot

    @property
    def origin(self) -> Origin:
        """Where the row stands."""
        return self.saying.origin


def scopes_of(block: BlockPlan) -> Iterator[BlockPlan]:
    """Every block with a scope of its own: the outermost one, and those that do not stand at `.`."""
    yield block
    yield from _inner_scopes(block)


def _inner_scopes(block: BlockPlan) -> Iterator[BlockPlan]:
    for inner in block.blocks:
        if not isinstance(inner.at, Here):
            yield inner
        yield from _inner_scopes(inner)


def claims_of(scope: BlockPlan) -> Iterator[Claim]:
    """The places of a scope: those of its rows, and of the blocks that share it."""
    for row in scope.rows:
        for saying in row.sayings:
            yield from (Claim(row.key, saying, spot) for spot in saying.spots)
    for inner in scope.blocks:
        if isinstance(inner.at, Here):
            yield from claims_of(inner)


def double_claims(plan: Plan) -> Iterator[Mistake]:
    """Two rows that name the same place in the same direction."""
    for scope in scopes_of(plan.root):
        claims = list(claims_of(scope))
        if scope is plan.root:
            claims += [Claim(item.name, item.saying, item.saying.spots[0]) for item in plan.derived]
        for number, claim in enumerate(claims):
            first = next((other for other in claims[:number] if _collide(other, claim)), None)
            if first is not None:
                text = f"`{claim.spot.text}` is named by the row in {first.origin} already (`{first.key}`)"
                yield (claim.origin.file, claim.origin.line, text)
        yield from _shared_loops(scope, claims)
    yield from _repeated_columns(plan.root, {})


def _collide(first: Claim, second: Claim) -> bool:
    directions = {first.saying.direction, second.saying.direction}
    if directions == {Direction.READ, Direction.WRITE} or first.saying is second.saying:
        return False
    if isinstance(first.spot, JsonSpot) and isinstance(second.spot, JsonSpot):
        return first.spot.keys == second.spot.keys
    if isinstance(first.spot, X12Spot) and isinstance(second.spot, X12Spot):
        return _collide_x12(first.spot, second.spot)
    return False


def _collide_x12(first: X12Spot, second: X12Spot) -> bool:
    if first.row != second.row or contradict(first.qualifiers, second.qualifiers):
        return False
    if first.component is not None and second.component is not None and first.component != second.component:
        return False
    overlap = first.element <= (second.last or second.element) and second.element <= (
        first.last or first.element
    )
    left_out = second.qualifiers in first.excluded or first.qualifiers in second.excluded
    return overlap and not left_out and (first.qualifiers == second.qualifiers)


def _shared_loops(scope: BlockPlan, claims: list[Claim]) -> Iterator[Mistake]:
    """A row and a block that read the same loop or repeated segment."""
    for inner in scope.blocks:
        at = inner.at
        if not isinstance(at, X12At):
            continue
        for claim in claims:
            spot = claim.spot
            if not isinstance(spot, X12Spot) or at.row not in (spot.row, *spot.openers):
                continue
            separate = spot.row == at.row and (
                contradict(spot.qualifiers, at.qualifiers) or at.qualifiers in spot.excluded
            )
            if not separate:
                text = f"`{spot.text}` stands in `{at.text}`, which the block in {inner.origin} reads"
                yield (claim.origin.file, claim.origin.line, f"{text}; put the row there")


def _repeated_columns(block: BlockPlan, above: dict[str, Origin]) -> Iterator[Mistake]:
    """A column that a row of this block or of one around it names already."""
    known = dict(above)
    for claim in claims_of(block):
        if not isinstance(claim.spot, ColumnSpot):
            continue
        column, origin = claim.spot.column, claim.origin
        if column in known and known[column] != origin:
            yield (
                origin.file,
                origin.line,
                f"the column `{column}` is named by the row in {known[column]} already",
            )
        known.setdefault(column, origin)
    rows = [inner for inner in _sharing(block) if isinstance(inner.at, RowsAt)]
    for inner in rows[1:]:
        text = f"rows cannot be items of two lists beside each other; the first is in {rows[0].origin}"
        yield (inner.origin.file, inner.origin.line, f"{text}; such a file needs a pair")
    for inner in rows:
        yield from _repeated_columns(inner, known)


def _sharing(block: BlockPlan) -> Iterator[BlockPlan]:
    for inner in block.blocks:
        if isinstance(inner.at, Here):
            yield from _sharing(inner)
        else:
            yield inner
