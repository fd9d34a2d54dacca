"""X12 for the slow reader: rows look for their segment one by one, and what none claims is kept by place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from gateway.findings import Location, found
from gateway.formats.x12.definitions import Composite, SetDefinition
from gateway.mapping.bound import BlockPlan, Spot, X12At, X12Spot
from gateway.mapping.evaluate.bounded import FindingList
from gateway.mapping.evaluate.drafts import Ext
from gateway.mapping.evaluate.reading import Found, Instance
from gateway.mapping.evaluate.sources import X12Source
from gateway.mapping.evaluate.trace import Place
from gateway.mapping.evaluate.x12_leftovers import Claims, Leftovers, LeftPlace
from gateway.mapping.evaluate.x12_tree import LoopNode, tree_of
from gateway.mapping.plan import Qualifier, qualifiers_text

__all__ = ["X12Reader", "X12Scope"]


class X12Scope(msgspec.Struct, frozen=True):
    """A loop occurrence; `segment`: only this position of it, for a block on a repeated segment."""

    node: LoopNode
    segment: int | None = None

    @property
    def opener(self) -> int:
        """The position of the segment the scope stands on, -1 for the whole set."""
        return self.node.opener if self.segment is None else self.segment


class _Claim(msgspec.Struct, frozen=True):
    position: int
    spot: X12Spot
    element: int


class X12Reader:
    """Finds what the rows of a plan name in one transaction set."""

    def __init__(self, source: X12Source, definition: SetDefinition) -> None:
        self.segments = source.segments
        self.rows = source.rows
        self.base = source.location
        self.separator = source.delimiters.component
        self.definition = definition
        self.set_rows = definition.rows()
        self.findings = FindingList()
        self.claims = Claims()
        self.left: Mapping[str, Sequence[LeftPlace]] = {}
        self.tree, unplaced = tree_of(source.rows, self.set_rows)
        for position in unplaced:
            tag = self.segments[position][0]
            self.findings.add(found("segment-not-placed", self.location(position), tag))

    def location(self, position: int, spot: X12Spot | None = None) -> Location:
        """Where a segment (or an element of it) stands in the file."""
        position = max(position, 0)
        row = self.rows[position] if position < len(self.rows) else -1
        first = self.base.segment
        return msgspec.structs.replace(
            self.base,
            segment=None if first is None else first + position,
            segment_in_set=position + 1,
            tag=self.segments[position][0] if position < len(self.segments) else None,
            loop=(self.set_rows[row].path or None) if 0 <= row < len(self.set_rows) else None,
            element=spot.element if spot else None,
            component=spot.component if spot else None,
            byte=self.base.byte if position == 0 else None,
        )

    def root(self) -> Instance[X12Scope]:
        return Instance(X12Scope(self.tree), (), self.location(0))

    def text(self, position: int, element: int, component: int | None = None) -> str | None:
        """What stands at an element or component; None for nothing."""
        segment = self.segments[position]
        text = segment[element] if element < len(segment) else ""
        if component is not None:
            parts = text.split(self.separator)
            text = parts[component - 1] if component <= len(parts) else ""
        return text or None

    def matches(self, position: int, qualifiers: Sequence[Qualifier]) -> bool:
        """Whether a segment holds these qualifiers."""
        return all(
            self.text(position, qualifier.element, qualifier.component) == qualifier.value
            for qualifier in qualifiers
        )

    def candidates(self, scope: X12Scope, spot: X12Spot) -> Iterator[int]:
        """The positions of the segments a row may read, in order."""
        for position in self.of_row(scope, spot):
            if self.matches(position, spot.qualifiers):
                yield position

    def of_row(self, scope: X12Scope, spot: X12Spot) -> Iterator[int]:
        """The positions of the segments at the row of a place, whatever their qualifiers."""
        if spot.own:
            yield scope.opener
            return
        opens = bool(spot.openers) and spot.openers[-1] == spot.row
        for node in scope.node.reached(spot.openers):
            positions = [node.opener] if opens else node.segments
            yield from (position for position in positions if self.rows[position] == spot.row)

    def fetch(self, scope: X12Scope, spots: tuple[Spot, ...], *, repeated: bool) -> Found:
        known = [spot for spot in spots if isinstance(spot, X12Spot)]
        if repeated:
            return self.fetch_repeated(scope, known)
        claims, values = list[_Claim](), list[object]()
        location = self.location(scope.opener)
        for spot in known:
            position = next(self.candidates(scope, spot), None)
            if position is None:
                values.append(None)
                continue
            elements = range(spot.element, (spot.last or spot.element) + 1)
            texts = tuple(self.text(position, element, spot.component) for element in elements)
            if not claims and any(texts):
                location = self.location(position, spot)
            claims += [_Claim(position, spot, element) for element in elements]
            if spot.last is None:
                values.append(texts[0])
            else:
                values.append(texts if any(texts) else None)
        return Found(tuple(values), location, tuple(claims))

    def fetch_repeated(self, scope: X12Scope, spots: Sequence[X12Spot]) -> Found:
        """One value: the texts of every segment that no other row of the table takes, in order."""
        claims, values = list[_Claim](), list[str | None]()
        for position in self.candidates(scope, spots[0]):
            if any(self.matches(position, excluded) for excluded in spots[0].excluded):
                continue
            claims += [_Claim(position, spot, spot.element) for spot in spots]
            values += [self.text(position, spot.element, spot.component) for spot in spots]
        if not any(values):
            return Found((None,), self.location(scope.opener))
        first = next(claim for claim, value in zip(claims, values, strict=True) if value)
        return Found((tuple(values),), self.location(first.position, first.spot), tuple(claims))

    def claim(self, scope: X12Scope, found: Found, used: Sequence[int] | None) -> None:
        claims = [claim for claim in found.claims if isinstance(claim, _Claim)]
        positions = None if used is None else frozenset(used)
        for index, claim in enumerate(claims):
            spot = claim.spot
            if positions is not None and index not in positions:
                continue
            if self.text(claim.position, claim.element, spot.component) is None:
                continue
            anchor = f"{spot.tag}{qualifiers_text(self.anchor(claim, paired=used is not None))}"
            self.claims.add(id(scope.node), claim.position, anchor)
            self.claims.element(claim.position, claim.element, spot.component)
            for qualifier in spot.qualifiers:
                self.claims.element(claim.position, qualifier.element, qualifier.component)

    def anchor(self, claim: _Claim, *, paired: bool) -> tuple[Qualifier, ...]:
        """What tells the segment of a claim apart: its qualifiers, or for pairs in `REF01+REF02*` its own."""
        spot = claim.spot
        first = self.text(claim.position, 1)
        if paired and spot.last is None and not spot.qualifiers and first and not spot.own:
            return (Qualifier(1, first),)
        return spot.qualifiers

    def instances(self, scope: X12Scope, block: BlockPlan) -> Sequence[Instance[X12Scope]]:
        at = block.at
        assert isinstance(at, X12At)
        nodes = scope.node.reached(at.openers)
        if at.loop:
            loops = [child for node in nodes for child in node.children if child.row == at.row]
            scopes = [X12Scope(node) for node in loops]
        else:
            scopes = [
                X12Scope(node, position)
                for node in nodes
                for position in node.segments
                if self.rows[position] == at.row
            ]
        return [
            Instance(found, (found.opener,), self.location(found.opener))
            for found in scopes
            if found.opener not in self.claims.taken and self.matches(found.opener, at.qualifiers)
        ]

    def take(self, scope: X12Scope, block: BlockPlan, instance: Instance[X12Scope]) -> None:
        del scope  # an occurrence is taken wherever it stands
        assert isinstance(block.at, X12At)
        self.claims.taken.add(instance.scope.opener)
        for qualifier in block.at.qualifiers:
            self.claims.element(instance.scope.opener, qualifier.element, qualifier.component)

    def leftovers(self, scope: X12Scope, block: BlockPlan) -> Ext:
        del block  # the scope alone tells
        left = Leftovers(self.segments, self.is_composite, self.tag, self.separator, self.claims)
        ext = left.of(scope.node, scope.segment)
        self.left = left.places
        return ext

    def left_places(self) -> Mapping[str, Sequence[Place]]:
        return {key: [self.place(*each) for each in places] for key, places in self.left.items()}

    def places(self, found: Found) -> Sequence[Place | None]:
        claims = [claim for claim in found.claims if isinstance(claim, _Claim)]
        told = [self.place(claim.position, claim.element, claim.spot.component) for claim in claims]
        return [place if place.value else None for place in told]

    def place(self, position: int, element: int, component: int | None) -> Place:
        """An element or component, and what stands there."""
        location = msgspec.structs.replace(self.location(position), element=element, component=component)
        return Place(location, self.text(position, element, component) or "")

    def is_composite(self, tag: str, element: int) -> bool:
        """Whether the set's definition has a composite at this element."""
        segment = self.definition.segments.get(tag)
        if segment is None or element > len(segment.uses):
            return False
        return isinstance(segment.uses[element - 1].content, Composite)

    def tag(self, position: int) -> str:
        return self.segments[position][0]

    def lifted(self, block: BlockPlan, number: int, key: str) -> str:
        at = block.at
        assert isinstance(at, X12At)
        anchor = at.text if number == 0 else f"{at.text}#{number + 1}"
        if key.startswith(at.tag) and key[len(at.tag) :][:1].isdigit():
            return anchor + ("." if number else "") + key[len(at.tag) :]
        return f"{anchor}/{key}"
