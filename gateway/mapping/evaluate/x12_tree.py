"""The loops of a transaction set as a tree of occurrences, from the row that validation gave each segment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from gateway.formats.x12.definitions import Row

__all__ = ["LoopNode", "tree_of"]


class LoopNode:
    """One occurrence of a loop (the outermost one is the set itself).

    `row`: the row that opens it, -1 for the set. `opener`: the position of the segment that opens it, -1 for
    the set. `segments`: positions of its own segments, the opener among them; `children`: loops inside.
    """

    def __init__(self, path: str, row: int, opener: int) -> None:
        self.path = path
        self.row = row
        self.opener = opener
        self.segments: list[int] = []
        self.children: list[LoopNode] = []

    def reached(self, openers: Sequence[int]) -> list[LoopNode]:
        """The loops that a chain of opening rows leads to, in order."""
        nodes = [self]
        for row in openers:
            nodes = [child for node in nodes for child in node.children if child.row == row]
        return nodes

    def positions(self) -> Iterator[int]:
        """Every segment in it and in its loops."""
        yield from self.segments
        for child in self.children:
            yield from child.positions()


def tree_of(
    rows: Sequence[int], definition: Sequence[Row], positions: Iterable[int] | None = None
) -> tuple[LoopNode, list[int]]:
    """The tree of a set whose segments stand at these rows, and the positions without a row (-1).

    A loop whose opening segment is missing hangs on the nearest loop around it that is open. `positions`:
    those of the tree, where it is not to have whole loops of the set.
    """
    root = LoopNode("", -1, -1)
    stack, unplaced = [root], []
    for position in range(len(rows)) if positions is None else positions:
        index = rows[position]
        if not 0 <= index < len(definition):
            unplaced.append(position)
            continue
        row = definition[index]
        outer = row.path.rpartition("/")[0] if row.opens_loop else row.path
        while stack[-1].path != outer and not _is_around(stack[-1].path, outer):
            stack.pop()
        if row.opens_loop:
            node = LoopNode(row.path, index, position)
            stack[-1].children.append(node)
            stack.append(node)
        stack[-1].segments.append(position)
    return root, unplaced


def _is_around(path: str, inner: str) -> bool:
    return not path or inner.startswith(f"{path}/")
