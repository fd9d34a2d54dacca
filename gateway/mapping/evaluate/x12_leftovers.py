"""What of a transaction set no row claimed, by place: elements, whole segments, whole loops."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gateway.mapping.evaluate.drafts import Ext
from gateway.mapping.evaluate.x12_places import escaped, joined
from gateway.mapping.evaluate.x12_tree import LoopNode
from gateway.mapping.places_x12 import ENVELOPE

__all__ = ["Claims", "LeftPlace", "Leftovers"]

LeftPlace = tuple[int, int, int | None]
"""The position of a segment, an element of it, and a component where not the whole element is meant."""


class Claims:
    """Which elements rows have read, and by what name their segments are found again.

    `taken`: the positions of segments that open a block's occurrence, or are one.
    """

    def __init__(self) -> None:
        self.taken: set[int] = set()
        self.anchors: dict[int, str] = {}
        self._elements: dict[int, set[tuple[int, int]]] = {}
        self._numbers: dict[tuple[int, str], int] = {}

    def add(self, scope: int, position: int, anchor: str) -> None:
        """A row of this scope reads the segment; the first anchor stays, numbered among equal ones."""
        if position in self.anchors or position in self.taken:
            return
        number = self._numbers[scope, anchor] = self._numbers.get((scope, anchor), 0) + 1
        self.anchors[position] = anchor if number == 1 else f"{anchor}#{number}"

    def element(self, position: int, element: int, component: int | None) -> None:
        """An element (or a component of it) is claimed."""
        self._elements.setdefault(position, set()).add((element, component or 0))

    def of(self, position: int) -> set[tuple[int, int]]:
        """What is claimed of a segment: elements, each with 0 or a component. Adding to it claims more."""
        return self._elements.setdefault(position, set())

    def has(self, position: int, element: int, component: int = 0) -> bool:
        """Whether an element is claimed whole, or this component of it."""
        claimed = self._elements.get(position, ())
        return (element, component) in claimed or (element, 0) in claimed

    def has_components(self, position: int, element: int) -> bool:
        """Whether any component of an element is claimed."""
        return any(part == element and component for part, component in self._elements.get(position, ()))


class Leftovers:
    """Collects the leftovers of one scope."""

    def __init__(
        self,
        segments: Sequence[Sequence[str]],
        is_composite: Callable[[str, int], bool],
        tag: Callable[[int], str],
        separator: str,
        claims: Claims,
    ) -> None:
        self.segments = segments
        self.is_composite = is_composite
        self.tag = tag
        self.separator = separator
        self.claims = claims
        self.elements: dict[str, str] = {}
        self.wholes: dict[str, list[str]] = {}
        self.places: dict[str, list[LeftPlace]] = {}  # of each key of both

    def of(self, node: LoopNode, segment: int | None) -> Ext:
        """The leftovers of a loop occurrence, or of one segment of it."""
        if segment is not None:
            self.elements_of(segment, self.tag(segment))
        else:
            if node.opener >= 0:
                self.elements_of(node.opener, self.tag(node.opener))
            self.collect(node, "")
        return {**self.elements, **{key: tuple(texts) for key, texts in self.wholes.items()}}

    def collect(self, node: LoopNode, prefix: str) -> None:
        """Takes in what no row claims in a loop and the loops inside; `prefix` leads to it."""
        for position in node.segments:
            if position == node.opener or position in self.claims.taken or self.tag(position) in ENVELOPE:
                continue
            if position in self.claims.anchors:
                self.elements_of(position, prefix + self.claims.anchors[position])
            else:
                self.whole(prefix + self.tag(position), position, self.tag(position))
        unclaimed = 0
        for child in node.children:
            if child.opener in self.claims.taken:
                continue
            if not self.is_touched(child):
                self.loop(prefix + self.tag(child.opener), child, "")
                continue
            anchor = self.claims.anchors.get(child.opener)
            if anchor is None:
                unclaimed += 1
                anchor = self.tag(child.opener) + (f"#{unclaimed}" if unclaimed > 1 else "")
                self.whole(prefix + self.tag(child.opener), child.opener, self.tag(child.opener))
            else:
                self.elements_of(child.opener, prefix + anchor)
            self.collect(child, f"{prefix}{anchor}/")

    def is_touched(self, node: LoopNode) -> bool:
        """Whether a row claimed or a block took something in a loop."""
        return any(
            position in self.claims.anchors or position in self.claims.taken for position in node.positions()
        )

    def loop(self, key: str, node: LoopNode, path: str) -> None:
        """A whole loop: its segments in order, each with the path of its loops."""
        inner = f"{path}{self.tag(node.opener)}"
        parts: list[tuple[int, LoopNode | None]] = [(position, None) for position in node.segments]
        parts += [(child.opener, child) for child in node.children]
        for position, child in sorted(parts, key=lambda part: part[0]):
            if child is not None:
                self.loop(key, child, f"{inner}/")
            else:
                name = inner if position == node.opener else f"{inner}/{self.tag(position)}"
                self.whole(key, position, name)

    def whole(self, key: str, position: int, name: str) -> None:
        """Takes in one whole segment; `name` stands for its tag."""
        self.wholes.setdefault(key, []).append(self.text(position, name))
        elements = enumerate(self.segments[position][1:], 1)
        self.places.setdefault(key, []).extend((position, number, None) for number, text in elements if text)

    def text(self, position: int, name: str) -> str:
        """A whole segment as `x12_put_back` reads it: `name` for its tag, `*` and `>` escaped in its data."""
        segment = self.segments[position]
        texts = [
            self.composite(text) if self.is_composite(segment[0], number) else escaped(text, "*")
            for number, text in enumerate(segment[1:], 1)
        ]
        while texts and not texts[-1]:
            texts.pop()
        return "*".join([name, *texts])

    def composite(self, text: str) -> str:
        """A composite with `>` between its components."""
        return escaped(joined(text.split(self.separator), ">"), "*")

    def elements_of(self, position: int, anchor: str) -> None:
        """The elements of a claimed segment that no row claims."""
        sign = "." if "#" in anchor.rpartition("]")[2] else ""
        segment, claimed = self.segments[position], self.claims.of(position)
        for number, text in enumerate(segment[1:], 1):
            if not text or (number, 0) in claimed:
                continue
            key = f"{anchor}{sign}{number:02d}"
            if not self.is_composite(segment[0], number):
                self.element(key, text, (position, number, None))
            elif not self.claims.has_components(position, number):
                whole = joined(text.split(self.separator), ">")
                self.element(key, whole, (position, number, None))
            else:
                for part, component in enumerate(text.split(self.separator), 1):
                    if component and not self.claims.has(position, number, part):
                        self.element(f"{key}-{part:02d}", component, (position, number, part))

    def element(self, key: str, text: str, place: LeftPlace) -> None:
        """Takes in one element, or a component of it."""
        self.elements[key] = text
        self.places[key] = [place]
