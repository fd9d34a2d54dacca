"""Which keys the rows and blocks of a scope look at, as a tree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import msgspec

from gateway.mapping.bound import BlockPlan, JsonAt, JsonSpot, Plan
from gateway.mapping.compiled.doubt import UnsupportedTableError
from gateway.mapping.plan import Here

__all__ = ["Group", "KeyTree", "Keys", "grouped", "key_tree"]

Keys: TypeAlias = tuple[str, ...]


class KeyTree(msgspec.Struct):
    """A key: whether rows or blocks take its value, and the keys inside."""

    taken: bool = False
    inner: dict[str, KeyTree] = msgspec.field(default_factory=dict)

    @property
    def is_clear(self) -> bool:
        """Whether no value is taken as a whole and in parts."""
        return not (self.taken and self.inner) and all(inner.is_clear for inner in self.inner.values())


class Group(msgspec.Struct, frozen=True):
    """The blocks that share one object or array."""

    at: JsonAt
    blocks: list[BlockPlan]


def key_tree(plan: Plan, block: BlockPlan, *, reading: bool = True) -> KeyTree:
    """The keys that a block's scope reads, or writes."""
    tree = KeyTree()
    for keys in _paths(block, reading=reading):
        _add(tree, keys)
    if block is plan.root:
        for item in plan.derived:
            for spot in item.saying.spots:
                if isinstance(spot, JsonSpot):
                    _add(tree, spot.keys)
    return tree


def _paths(block: BlockPlan, *, reading: bool) -> Iterator[Keys]:
    for row in block.rows:
        for saying in row.sayings:
            if saying.reads if reading else saying.writes:
                yield from (spot.keys for spot in saying.spots if isinstance(spot, JsonSpot))
    for inner in block.blocks:
        if isinstance(inner.at, Here):
            yield from _paths(inner, reading=reading)
        elif isinstance(inner.at, JsonAt):
            yield inner.at.keys


def _add(tree: KeyTree, keys: Keys) -> None:
    for key in keys:
        tree = tree.inner.setdefault(key, KeyTree())
    tree.taken = True


def grouped(blocks: Sequence[BlockPlan]) -> list[Group]:
    """Blocks by the object or array they share: objects first, since their items stand first in a list."""
    groups: dict[tuple[Keys, bool], Group] = {}
    last: tuple[Keys, bool] | None = None
    for inner in blocks:
        assert isinstance(inner.at, JsonAt)
        key = (inner.at.keys, inner.at.array)
        if key in groups and key != last:
            raise UnsupportedTableError(inner.key)  # the order of items would depend on what came before
        groups.setdefault(key, Group(inner.at, [])).blocks.append(inner)
        last = key
    return sorted(groups.values(), key=lambda group: group.at.array)
