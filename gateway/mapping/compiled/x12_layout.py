"""Where in a loop the rows and blocks of a scope look: what generated X12 readers walk along."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import msgspec

from gateway.formats.x12.definitions import Composite, SetDefinition
from gateway.mapping.bound import BlockPlan, Plan, SayingPlan, X12At, X12Spot
from gateway.mapping.compiled.doubt import UnsupportedTableError
from gateway.mapping.plan import Here, Qualifier

__all__ = ["Group", "Layout", "Place", "Qualifiers", "Read", "Use", "grouped", "layout_of"]

Qualifiers: TypeAlias = tuple[Qualifier, ...]
Place: TypeAlias = tuple[tuple[int, ...], int]


class Read(msgspec.Struct, frozen=True):
    """A row of the table at one segment. `saying` None: a computed place."""

    spot: X12Spot
    saying: SayingPlan | None


class Use(msgspec.Struct, frozen=True):
    """What looks at one row of the definition: rows that read one segment, by qualifiers, and repeated
    ones."""

    picks: dict[Qualifiers, list[Read]] = msgspec.field(default_factory=dict)
    repeated: list[Read] = msgspec.field(default_factory=list)

    def reads(self) -> Iterator[Read]:
        for reads in self.picks.values():
            yield from reads
        yield from self.repeated


class Group(msgspec.Struct, frozen=True):
    """The blocks that share the occurrences of one loop, or of one repeated segment."""

    at: X12At
    blocks: list[BlockPlan]

    def places(self) -> Iterator[X12At]:
        """Where each of the blocks stands."""
        for block in self.blocks:
            assert isinstance(block.at, X12At)
            yield block.at


class Layout(msgspec.Struct, frozen=True):
    """One scope: rows on the segment that opens it, rows elsewhere, blocks inside."""

    own: list[Read]
    uses: dict[Place, Use]
    groups: dict[Place, Group]

    def goes_into(self, openers: tuple[int, ...]) -> bool:
        """Whether a row or block looks into the loop that these rows open."""
        length = len(openers)
        looks = any(place[0][:length] == openers for place in self.uses)
        return looks or any(place[0][:length] == openers for place in self.groups)

    def last_loop(self) -> int:
        """The row of the last loop that blocks take, outside of all others; -1 where there is none."""
        return max(
            (row for openers, row in self.groups if not openers and self.groups[openers, row].at.loop),
            default=-1,
        )


def layout_of(plan: Plan, block: BlockPlan) -> Layout:
    """The layout of a block's scope; blocks without a place of their own share it."""
    layout = Layout([], {}, {})
    for spot, saying in spots_of(block):
        _add(layout, Read(spot, saying), repeated=saying.repeated)
    if block is plan.root:
        for item in plan.derived:
            for derived in item.saying.spots:
                if isinstance(derived, X12Spot):
                    _add(layout, Read(derived, None), repeated=False)
    parents: dict[Place, BlockPlan] = {}
    for outer, inner in _placed(block):
        assert isinstance(inner.at, X12At)
        place = (inner.at.openers, inner.at.row)
        if parents.setdefault(place, outer) is not outer:
            raise UnsupportedTableError(inner.key)
        layout.groups.setdefault(place, Group(inner.at, [])).blocks.append(inner)
    return layout


def _add(layout: Layout, read: Read, *, repeated: bool) -> None:
    spot = read.spot
    if spot.own:
        layout.own.append(read)
        return
    use = layout.uses.setdefault((spot.openers, spot.row), Use())
    if repeated:
        use.repeated.append(read)
    else:
        use.picks.setdefault(spot.qualifiers, []).append(read)


def grouped(blocks: Sequence[BlockPlan]) -> dict[Place, Group]:
    """Blocks by the place they share, in the order of the definition."""
    groups: dict[Place, Group] = {}
    for inner in blocks:
        assert isinstance(inner.at, X12At)
        place = (inner.at.openers, inner.at.row)
        groups.setdefault(place, Group(inner.at, [])).blocks.append(inner)
    return dict(sorted(groups.items(), key=lambda entry: entry[0][1]))


def spots_of(block: BlockPlan) -> Iterator[tuple[X12Spot, SayingPlan]]:
    """The places of a scope's rows that reading looks at, those of blocks that share it included."""
    for row in block.rows:
        for saying in row.sayings:
            if saying.reads:
                yield from ((spot, saying) for spot in saying.spots if isinstance(spot, X12Spot))
    for inner in block.blocks:
        if isinstance(inner.at, Here):
            yield from spots_of(inner)


def _placed(block: BlockPlan) -> Iterator[tuple[BlockPlan, BlockPlan]]:
    """Blocks with a place of their own, each with the one it stands in."""
    for inner in block.blocks:
        if isinstance(inner.at, Here):
            yield from _placed(inner)
        else:
            yield block, inner


def contradict(first: Sequence[Qualifier], second: Sequence[Qualifier]) -> bool:
    """Whether no segment can satisfy both."""
    wanted = {(qualifier.element, qualifier.component): qualifier.value for qualifier in first}
    return any(
        wanted.get((qualifier.element, qualifier.component), qualifier.value) != qualifier.value
        for qualifier in second
    )


def is_composite(definition: SetDefinition, tag: str, element: int) -> bool:
    segment = definition.segments.get(tag)
    if segment is None or element > len(segment.uses):
        return False
    return isinstance(segment.uses[element - 1].content, Composite)
