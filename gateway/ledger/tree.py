"""The Merkle tree of RFC 6962 section 2.1 (RFC 9162 section 2.1) over SHA-256.

A *complete subtree* at (level, index) spans the 2^level leaves from index * 2^level on; level 0 holds the
leaf hashes. Proofs are made of complete subtrees alone, which never change once they are full.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

import msgspec

HASH_LENGTH = 32
EMPTY_ROOT = sha256(b"").digest()
MAX_PROOF_LENGTH = 63  # tlog-witness; a tree cannot be higher than this

Subtree = Callable[[int, int], bytes]
"""Gives the hash of the complete subtree at (level, index)."""


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 followed by the leaf)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 followed by both children)."""
    return sha256(b"\x01" + left + right).digest()


def leaf_hashes(leaves: Iterable[bytes]) -> list[bytes]:
    """The hashes of many leaves, without a call for each."""
    hashing = sha256
    return [hashing(b"\x00" + leaf).digest() for leaf in leaves]


def next_level(hashes: Sequence[bytes]) -> list[bytes]:
    """The parents of an even number of siblings, from the left."""
    hashing = sha256
    return [hashing(b"\x01" + hashes[at] + hashes[at + 1]).digest() for at in range(0, len(hashes), 2)]


def complete_root(hashes: Sequence[bytes]) -> bytes:
    """The root over a power of two of hashes."""
    while len(hashes) > 1:
        hashes = next_level(hashes)
    return hashes[0]


class Node(msgspec.Struct, frozen=True, gc=False):
    """One complete subtree at a level that is kept."""

    level: int
    index: int
    hash: bytes


class Frontier(msgspec.Struct, frozen=True):
    """All of a tree that is needed to go on: `hashes` are its complete subtrees, the largest first."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.hashes) != self.size.bit_count():
            raise ValueError(f"a tree of {self.size} leaves has not {len(self.hashes)} complete subtrees")

    @property
    def root(self) -> bytes:
        """The root hash; that of no leaves is SHA-256 of nothing."""
        if not self.hashes:
            return EMPTY_ROOT
        root = self.hashes[-1]
        for left in self.hashes[-2::-1]:
            root = node_hash(left, root)
        return root

    def append(self, hash_of_leaf: bytes) -> Frontier:
        """The tree with one leaf more."""
        return self.extended((hash_of_leaf,))[0]

    def extended(self, hashes: Sequence[bytes]) -> tuple[Frontier, list[Node]]:
        """The tree with more leaves, and the subtrees that they completed at levels 8, 16, 24 and so on."""
        stack, kept = list(self.hashes), list[Node]()
        size, at, end = self.size, 0, len(hashes)
        while at < end:
            level = TILE_HEIGHT if size % TILE_WIDTH == 0 and end - at >= TILE_WIDTH else 0
            root = complete_root(hashes[at : at + TILE_WIDTH]) if level else hashes[at]
            at += 1 << level
            index = size >> level
            size += 1 << level
            if level:
                kept.append(Node(level, index, root))
            while index & 1:
                root = node_hash(stack.pop(), root)
                level, index = level + 1, index >> 1
                if level % TILE_HEIGHT == 0:
                    kept.append(Node(level, index, root))
            stack.append(root)
        return Frontier(size, tuple(stack)), kept


TILE_HEIGHT = 8  # tlog-tiles: hashes are kept at every eighth level
TILE_WIDTH = 1 << TILE_HEIGHT
KEPT_TILES = 512  # a tile is 511 hashes, so that this stays below 20 MB


class Tiles:
    """Answers for any complete subtree from hashes that are kept at every eighth level only.

    `read(level, first, count)` gives the kept hashes at a level divisible by 8 from `first` on; fewer than
    `count` where the log ends. It may only be asked about a log that does not change meanwhile, or grows.
    """

    def __init__(self, read: Callable[[int, int, int], Sequence[bytes]]) -> None:
        self._read = read
        self._tiles: dict[tuple[int, int], list[list[bytes]]] = {}

    def subtree(self, level: int, index: int) -> bytes:
        """The hash of one complete subtree; IndexError when the log does not reach it."""
        height = level % TILE_HEIGHT
        tile = index >> (TILE_HEIGHT - height)
        place = index - (tile << (TILE_HEIGHT - height))
        levels = self._tile(level - height, tile, (place + 1) << height)
        return levels[height][place]

    def _tile(self, base: int, tile: int, needed: int) -> list[list[bytes]]:
        levels = self._tiles.get((base, tile))
        if levels is None or len(levels[0]) < needed:
            row = list(self._read(base, tile * TILE_WIDTH, TILE_WIDTH))
            if len(row) < needed:
                raise IndexError(f"level {base} holds no hash {tile * TILE_WIDTH + len(row)}")
            levels = [row]
            while len(levels) < TILE_HEIGHT:
                levels.append(next_level(levels[-1][: len(levels[-1]) & ~1]))
            if len(self._tiles) >= KEPT_TILES:
                self._tiles.clear()
            self._tiles[base, tile] = levels
        return levels


def root_of_range(start: int, end: int, subtree: Subtree) -> bytes:
    """The hash over leaves `start` to `end` - 1, where `start` is the left end of such a subtree."""
    if start == end:
        return EMPTY_ROOT
    parts = []
    while start < end:
        level = (end - start).bit_length() - 1
        parts.append(subtree(level, start >> level))
        start += 1 << level
    root = parts.pop()
    while parts:
        root = node_hash(parts.pop(), root)
    return root


def inclusion_proof(index: int, size: int, subtree: Subtree) -> tuple[bytes, ...]:
    """PATH(index, D[size]) of RFC 6962 section 2.1.1: siblings from the leaf up."""
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    path = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(root_of_range(middle, end, subtree))
            end = middle
        else:
            path.append(root_of_range(start, middle, subtree))
            start = middle
    return tuple(reversed(path))


def consistency_proof(old: int, new: int, subtree: Subtree) -> tuple[bytes, ...]:
    """PROOF(old, D[new]) of RFC 6962 section 2.1.2; empty for equal trees and for the empty one."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {old} leaves is no beginning of one of {new}")
    if old in (0, new):
        return ()
    path = []
    start, end, known = 0, new, True
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(root_of_range(middle, end, subtree))
            end = middle
        else:
            path.append(root_of_range(start, middle, subtree))
            start, known = middle, False
    if not known:
        path.append(root_of_range(start, end, subtree))
    return tuple(reversed(path))


def _split(size: int) -> int:
    """The largest power of two below a size of 2 or more."""
    return 1 << ((size - 1).bit_length() - 1)


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the leaf hash stands at `index` of the tree with this root (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size or not _are_hashes((leaf, root, *proof)):
        return False
    node, last, computed = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            computed = node_hash(sibling, computed)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            computed = node_hash(computed, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and computed == root


def verify_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the first `old` leaves of the new tree are the old tree (RFC 9162 section 2.1.4.2).

    The RFC leaves out a proof from the empty tree: it must be empty here, and the old root that of nothing.
    """
    if not 0 <= old <= new or not _are_hashes((old_root, new_root, *proof)):
        return False
    if old == new:
        return not proof and old_root == new_root and (old > 0 or old_root == EMPTY_ROOT)
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    path = list(proof)
    if not path:
        return False
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    from_old = from_new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            from_old = node_hash(sibling, from_old)
            from_new = node_hash(sibling, from_new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            from_new = node_hash(from_new, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and from_old == old_root and from_new == new_root


def _are_hashes(hashes: Iterable[bytes]) -> bool:
    return all(len(one) == HASH_LENGTH for one in hashes)
