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

Place = tuple[int, int]
"""Level and index of a complete subtree."""
Subtrees = Callable[[Sequence[Place]], Sequence[bytes]]
"""Gives the hashes of complete subtrees: all that a proof is made of at once, as each asking costs."""


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
        return _joined(self.hashes) if self.hashes else EMPTY_ROOT

    def append(self, hash_of_leaf: bytes) -> Frontier:
        """The tree with one leaf more."""
        return self.extended((hash_of_leaf,))[0]

    def extended(self, hashes: Sequence[bytes]) -> tuple[Frontier, list[Node]]:
        """The tree with more leaves, and the subtrees that they completed at levels 4, 8, 12 and so on."""
        stack, kept = list(self.hashes), list[Node]()
        size, at, end = self.size, 0, len(hashes)
        while at < end:
            level, root = 0, hashes[at]
            if size % BLOCK == 0 and end - at >= BLOCK:
                level, root = BLOCK_HEIGHT, _block_root(hashes[at : at + BLOCK], size, kept)
            at += 1 << level
            index = size >> level
            size += 1 << level
            while index & 1:
                root = node_hash(stack.pop(), root)
                level, index = level + 1, index >> 1
                if level % TILE_HEIGHT == 0:
                    kept.append(Node(level, index, root))
            stack.append(root)
        return Frontier(size, tuple(stack)), kept


# Hashes are kept at every fourth level: at every eighth, seven times as much is read for one proof.
TILE_HEIGHT = 4
TILE_WIDTH = 1 << TILE_HEIGHT
BLOCK_HEIGHT = 2 * TILE_HEIGHT  # so high a subtree is hashed level by level, which is the quickest
BLOCK = 1 << BLOCK_HEIGHT


def _block_root(hashes: Sequence[bytes], first: int, kept: list[Node]) -> bytes:
    """The root over so many hashes, of which the first is that of leaf `first`."""
    level = 0
    while len(hashes) > 1:
        hashes = next_level(hashes)
        level += 1
        if level % TILE_HEIGHT == 0:
            kept += [Node(level, index, root) for index, root in enumerate(hashes, first >> level)]
    return hashes[0]


def complete_subtrees(start: int, end: int) -> list[Place]:
    """Those that leaves `start` to `end` - 1 consist of, where `start` is the left end of a larger one."""
    places = []
    while start < end:
        level = (end - start).bit_length() - 1
        places.append((level, start >> level))
        start += 1 << level
    return places


def inclusion_proof(index: int, size: int, subtrees: Subtrees) -> tuple[bytes, ...]:
    """PATH(index, D[size]) of RFC 6962 section 2.1.1: siblings from the leaf up."""
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    ranges = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return _proof(ranges, subtrees)


def consistency_proof(old: int, new: int, subtrees: Subtrees) -> tuple[bytes, ...]:
    """PROOF(old, D[new]) of RFC 6962 section 2.1.2; empty for equal trees and for the empty one."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {old} leaves is no beginning of one of {new}")
    if old in (0, new):
        return ()
    ranges = []
    start, end, known = 0, new, True
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start, known = middle, False
    if not known:
        ranges.append((start, end))
    return _proof(ranges, subtrees)


def _proof(ranges: Sequence[tuple[int, int]], subtrees: Subtrees) -> tuple[bytes, ...]:
    """The hashes over ranges of leaves, the last first."""
    parts = [complete_subtrees(start, end) for start, end in reversed(ranges)]
    hashes = iter(subtrees([place for places in parts for place in places]))
    return tuple(_joined([next(hashes) for _ in places]) for places in parts)


def _joined(hashes: Sequence[bytes]) -> bytes:
    """The hash over complete subtrees that follow one another, the largest first."""
    root = hashes[-1]
    for left in hashes[-2::-1]:
        root = node_hash(left, root)
    return root


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
