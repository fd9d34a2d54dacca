"""X12 places resolved against a set definition: which row, through which loops, which element."""

from __future__ import annotations

from gateway.formats.x12.definitions import Composite, Element, Loop, Row, Segment, SegmentUse, SetDefinition
from gateway.mapping.bound import BoundAt, Spot, X12At, X12Spot
from gateway.mapping.cells import CellError
from gateway.mapping.places import Scope
from gateway.mapping.plan import At, Here, Place, Qualifier, X12Place
from gateway.suggestions import suggestion

__all__ = ["X12Places"]

ENVELOPE = ("ST", "SE")  # written by the envelope, never by a table


class X12Places:
    """The loops and segments of one transaction set."""

    def __init__(self, definition: SetDefinition) -> None:
        self.definition = definition
        self.rows = definition.rows()
        self.by_place: dict[tuple[str, str], list[Row]] = {}
        self.openers: dict[str, Row] = {}
        for row in self.rows:
            self.by_place.setdefault((row.path, row.tag), []).append(row)
            if row.opens_loop:
                self.openers.setdefault(row.path, row)
        self.maxima = dict(_maxima(definition.members, ""))

    def at(self, scope: Scope, at: At) -> tuple[BoundAt, Scope]:
        if not isinstance(at, X12Place):
            return Here(), scope
        if scope.segment:
            raise CellError(f"`{at}`: the block around stands on the single segment {scope.segment}")
        base = (*scope.path, *at.loops)
        loop = (*base, at.tag)
        row = self.openers.get("/".join(loop))
        if row is None:
            row = self.row(base, at)
            scope_inside, is_loop = Scope(base, at.tag), False
        else:
            scope_inside, is_loop = Scope(loop), True
        self.check_qualifiers(at)
        return X12At(
            str(at), at.tag, row.index, self.between(scope, base), is_loop, at.qualifiers
        ), scope_inside

    def spot(self, scope: Scope, place: Place) -> Spot:
        assert isinstance(place, X12Place)
        if scope.segment and (place.loops or place.tag != scope.segment):
            raise CellError(f"`{place}`: the block stands on the single segment {scope.segment}")
        base = (*scope.path, *place.loops)
        row = self.row(base, place)
        path = tuple(row.path.split("/")) if row.path else ()
        own = bool(scope.segment) or (row.opens_loop and path == scope.path)
        second = self.check_element(place)
        self.check_qualifiers(place)
        assert place.element is not None
        return X12Spot(
            text=str(place),
            tag=place.tag,
            row=row.index,
            openers=() if own else self.between(scope, path),
            own=own,
            qualifiers=place.qualifiers,
            element=place.element,
            component=place.second if second == "component" else None,
            last=place.second if second == "range" else None,
            maximum=self.maxima.get(row.path) if row.opens_loop else row.use.maximum,
        )

    def row(self, base: tuple[str, ...], place: X12Place) -> Row:
        """The row of a segment in a loop, or of the segment that opens a loop inside it."""
        if place.tag in ENVELOPE:
            raise CellError(f"`{place.tag}` belongs to the envelope, which the gateway writes itself")
        path = "/".join(base)
        if base and path not in self.openers:
            raise CellError(f"`{place}`: {self.definition.set} has no loop {path}{self.loop_hint(path)}")
        found = self.by_place.get((path, place.tag), [])
        opened = self.openers.get("/".join((*base, place.tag)))
        if len(found) > 1:
            raise CellError(
                f"`{place.tag}` stands {len(found)} times in this loop; no place can tell them apart"
            )
        if found:
            return found[0]
        if opened is not None:
            return opened
        where = f"the loop {path}" if path else "the header or summary"
        raise CellError(
            f"{self.definition.set} has no {place.tag} in {where}{self.segment_hint(path, place.tag)}"
        )

    def segment_hint(self, path: str, tag: str) -> str:
        """Where the segment stands instead, or the nearest tag of the loop; "" when nothing is near."""
        inside = [row.path for row in self.rows if row.tag == tag and _is_inside(row.path, path)]
        if inside:
            return f"; did you mean `{_relative(inside[0], path)}/{tag}`?"
        here = {row.tag for row in self.rows if row.path == path}
        return suggestion(tag, here)

    def loop_hint(self, path: str) -> str:
        """The nearest loop of the set, to end a message with."""
        return suggestion(path, self.openers)

    def between(self, scope: Scope, path: tuple[str, ...]) -> tuple[int, ...]:
        """The rows that open the loops from the scope down to `path`."""
        depth = len(scope.path)
        return tuple(self.openers["/".join(path[:end])].index for end in range(depth + 1, len(path) + 1))

    def segment(self, tag: str) -> Segment:
        return self.definition.segments[tag]

    def check_element(self, place: X12Place) -> str:
        """What follows the hyphen: `component`, `range` or nothing."""
        segment = self.segment(place.tag)
        count = len(segment.uses)
        assert place.element is not None
        if not 1 <= place.element <= count:
            raise CellError(f"`{place}`: {place.tag} has elements 01 to {count:02d}")
        content = segment.uses[place.element - 1].content
        if isinstance(content, Composite):
            parts = len(content.components)
            if place.second is None:
                raise CellError(f"`{place}` is a composite; name a component: `{place}-01` to `-{parts:02d}`")
            if not 1 <= place.second <= parts:
                raise CellError(f"`{place}`: the composite has components 01 to {parts:02d}")
            return "component"
        if place.second is None:
            return ""
        if not place.element < place.second <= count:
            last = f"{place.tag} has elements 01 to {count:02d}"
            raise CellError(f"`{place}`: a range ends behind its start, and {last}")
        return "range"

    def check_qualifiers(self, place: X12Place) -> None:
        """`CellError` for an element the segment lacks, one qualified twice, or no code of its list."""
        segment = self.segment(place.tag)
        seen: set[tuple[int, int | None]] = set()
        for qualifier in place.qualifiers:
            if not 1 <= qualifier.element <= len(segment.uses):
                raise CellError(f"`{place}`: {place.tag} has elements 01 to {len(segment.uses):02d}")
            if (qualifier.element, qualifier.component) in seen:
                raise CellError(f"`{place}` qualifies element {qualifier.element:02d} twice")
            seen.add((qualifier.element, qualifier.component))
            self.check_code(place, qualifier, segment.uses[qualifier.element - 1].content)

    def check_code(self, place: X12Place, qualifier: Qualifier, content: Element | Composite) -> None:
        """`CellError` unless the qualifier stands in a component, or is a code, of this content."""
        if isinstance(content, Composite):
            if qualifier.component is None or not 1 <= qualifier.component <= len(content.components):
                raise CellError(
                    f"`{place}`: element {qualifier.element:02d} is a composite; name a component"
                )
            return
        if qualifier.component is not None:
            raise CellError(f"`{place}`: element {qualifier.element:02d} has no components")
        if content.codes is not None and content.codes.whole and qualifier.value not in content.codes.codes:
            hint = suggestion(qualifier.value, content.codes.codes)
            name = f"{place.tag}{qualifier.element:02d} ({content.name})"
            raise CellError(f"`{place}`: `{qualifier.value[:40]}` is no code of {name}{hint}")


def _maxima(members: tuple[SegmentUse | Loop, ...], path: str) -> list[tuple[str, int | None]]:
    maxima: list[tuple[str, int | None]] = []
    for member in members:
        if isinstance(member, Loop):
            inner = f"{path}/{member.name}" if path else member.name
            maxima.append((inner, member.maximum))
            maxima += _maxima(member.members, inner)
    return maxima


def _is_inside(path: str, outer: str) -> bool:
    return path != outer and (not outer or path.startswith(f"{outer}/"))


def _relative(path: str, outer: str) -> str:
    return path[len(outer) + 1 :] if outer else path
