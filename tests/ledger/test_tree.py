"""The Merkle tree against the published roots and proofs of Certificate Transparency, and all small trees."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import cache
from hashlib import sha256

import pytest

from gateway.ledger.tiles import Range, Tiles
from gateway.ledger.tree import (
    BLOCK,
    EMPTY_ROOT,
    Frontier,
    Node,
    Subtrees,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    leaf_hashes,
    node_hash,
    verify_consistency,
    verify_inclusion,
)

# the leaves that implementations of RFC 6962 test themselves with, and the roots over the first n of them
PUBLISHED_LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
PUBLISHED_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PUBLISHED_PATHS = {
    0: [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    5: [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
}
PUBLISHED_CONSISTENCY = {
    (2, 8): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
}
SMALL = 34


def mth(hashes: Sequence[bytes]) -> bytes:
    """The definition of RFC 6962 section 2.1, word for word, as a second opinion."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return sha256(b"\x01" + mth(hashes[:split]) + mth(hashes[split:])).digest()


def whole(hashes: Sequence[bytes]) -> Subtrees:
    """Answers from all leaf hashes, and refuses what is not complete."""

    @cache
    def subtree(level: int, index: int) -> bytes:
        assert (index + 1) << level <= len(hashes), "only complete subtrees are asked for"
        return mth(hashes[index << level : (index + 1) << level])

    return lambda places: [subtree(*place) for place in places]


HASHES = leaf_hashes(str(number).encode() for number in range(SMALL))
SUBTREES = whole(HASHES)


def test_the_published_roots() -> None:
    frontier = Frontier()
    for size, root in enumerate(PUBLISHED_ROOTS):
        assert frontier.root.hex() == root
        if size < len(PUBLISHED_LEAVES):
            frontier = frontier.append(leaf_hash(PUBLISHED_LEAVES[size]))


def test_the_published_proofs() -> None:
    hashes = leaf_hashes(PUBLISHED_LEAVES)
    subtree = whole(hashes)
    for index, path in PUBLISHED_PATHS.items():
        assert [one.hex() for one in inclusion_proof(index, 8, subtree)] == path
    for (old, new), path in PUBLISHED_CONSISTENCY.items():
        assert [one.hex() for one in consistency_proof(old, new, subtree)] == path


def test_every_leaf_of_every_small_tree_is_proven_and_nowhere_else() -> None:
    for size in range(1, SMALL + 1):
        root = mth(HASHES[:size])
        for index in range(size):
            proof = inclusion_proof(index, size, SUBTREES)
            assert verify_inclusion(HASHES[index], index, size, proof, root)
            for other in range(-1, size + 2):
                if other != index:
                    assert not verify_inclusion(HASHES[index], other, size, proof, root)


def test_a_proof_with_a_hash_too_many_too_few_or_cut_proves_nothing() -> None:
    for size in range(1, SMALL + 1):
        root = mth(HASHES[:size])
        for index in range(size):
            proof = inclusion_proof(index, size, SUBTREES)
            leaf = HASHES[index]
            assert not verify_inclusion(leaf, index, size, (*proof, root), root)
            assert not verify_inclusion(leaf, index, size, (*proof, b""), root)
            assert not proof or not verify_inclusion(leaf, index, size, proof[:-1], root)
            assert not proof or not verify_inclusion(leaf, index, size, proof[1:], root)
            assert not proof or not verify_inclusion(leaf, index, size, (*proof[:-1], proof[-1][:31]), root)
            assert not verify_inclusion(leaf, index, size, proof, root[:31])
    assert not verify_inclusion(EMPTY_ROOT, 0, 0, (), EMPTY_ROOT)


def test_every_small_tree_continues_every_smaller_one_and_no_other() -> None:
    roots = [mth(HASHES[:size]) for size in range(SMALL + 1)]
    for new in range(SMALL + 1):
        for old in range(new + 1):
            proof = consistency_proof(old, new, SUBTREES)
            assert verify_consistency(old, roots[old], new, roots[new], proof)
            assert not verify_consistency(old, roots[old - 1], new, roots[new], proof)
            assert old == 0 or not verify_consistency(old, roots[old], new, roots[new - 1], proof)
            assert not verify_consistency(old, roots[old], new, roots[new], (*proof, roots[old]))
            assert not proof or not verify_consistency(old, roots[old], new, roots[new], proof[:-1])
            assert not proof or not verify_consistency(old, roots[old], new, roots[new], proof[1:])
            assert new == old or not verify_consistency(new, roots[new], old, roots[old], proof)


def test_equal_and_empty_trees_need_no_proof_and_take_none() -> None:
    root = mth(HASHES[:5])
    assert verify_consistency(5, root, 5, root, ())
    assert not verify_consistency(5, root, 5, root, (root,))
    assert not verify_consistency(5, root, 5, EMPTY_ROOT, ())
    assert verify_consistency(0, EMPTY_ROOT, 5, root, ())
    assert not verify_consistency(0, root, 5, root, ())
    assert not verify_consistency(0, EMPTY_ROOT, 5, root, (root,))
    assert not verify_consistency(0, root, 0, root, ())
    assert not verify_consistency(3, mth(HASHES[:3]), 5, root, ())


def test_proofs_of_what_is_not_there_are_refused() -> None:
    with pytest.raises(ValueError, match="has no leaf 5"):
        inclusion_proof(5, 5, SUBTREES)
    with pytest.raises(ValueError, match="no beginning"):
        consistency_proof(6, 5, SUBTREES)
    with pytest.raises(ValueError, match="complete subtrees"):
        Frontier(3, (EMPTY_ROOT,))


@pytest.mark.parametrize("step", [1, 7, 255, 256, 257, 1000])
def test_leaves_added_in_any_portions_make_one_tree_and_the_same_kept_nodes(step: int) -> None:
    hashes = leaf_hashes(str(number).encode() for number in range(2 * BLOCK + 77))
    frontier, kept = Frontier(), list[Node]()
    for start in range(0, len(hashes), step):
        frontier, nodes = frontier.extended(hashes[start : start + step])
        kept += nodes
    assert frontier.root == mth(hashes)
    for level, width in ((4, 16), (8, 256)):
        tiles = [hashes[first : first + width] for first in range(0, len(hashes) - width + 1, width)]
        those = [node for node in kept if node.level == level]
        assert those == [Node(level, index, mth(tile)) for index, tile in enumerate(tiles)]
    assert {node.level for node in kept} == {4, 8}


class KeptHashes:
    """A log of many leaves as the store keeps it: leaf hashes, and roots at every fourth level."""

    def __init__(self, size: int) -> None:
        self.levels: dict[int, list[bytes]] = {0: leaf_hashes(b"%d" % number for number in range(size))}
        self.frontier, nodes = Frontier().extended(self.levels[0])
        for node in nodes:
            row = self.levels.setdefault(node.level, [])
            assert node.index == len(row)
            row.append(node.hash)
        self.asked = 0

    def read(self, ranges: Sequence[Range]) -> list[Sequence[bytes]]:
        assert all(level % 4 == 0 for level, _, _ in ranges)
        self.asked += 1
        return [self.levels.get(level, [])[first : first + count] for level, first, count in ranges]


@pytest.fixture(scope="module")
def large() -> KeptHashes:
    return KeptHashes(70_000)  # above 65,536, so that a hash of level 16 is kept


def test_nodes_are_kept_at_every_fourth_level(large: KeptHashes) -> None:
    counts = {level: len(row) for level, row in large.levels.items()}
    assert counts == {0: 70_000, 4: 4_375, 8: 273, 12: 17, 16: 1}


@pytest.mark.parametrize("index", [0, 1, 255, 256, 40_000, 65_535, 65_536, 69_888, 69_999])
def test_tiles_prove_the_leaves_of_a_large_tree(large: KeptHashes, index: int) -> None:
    large.asked = 0
    proof = inclusion_proof(index, 70_000, Tiles(large.read).subtrees)
    assert large.asked == 1, "each time that something is asked for takes longer than what is read"
    assert verify_inclusion(large.levels[0][index], index, 70_000, proof, large.frontier.root)


@pytest.mark.parametrize("old", [1, 255, 256, 257, 65_535, 65_536, 65_537, 69_999])
def test_tiles_prove_that_a_large_tree_only_grew(large: KeptHashes, old: int) -> None:
    old_root = Frontier().extended(large.levels[0][:old])[0].root
    proof = consistency_proof(old, 70_000, Tiles(large.read).subtrees)
    assert verify_consistency(old, old_root, 70_000, large.frontier.root, proof)


def test_tiles_follow_a_log_that_grows_and_refuse_what_it_does_not_hold() -> None:
    hashes = leaf_hashes([b"a", b"b"])
    tiles = Tiles(lambda ranges: [[] if level else hashes[at : at + count] for level, at, count in ranges])
    assert tiles.subtrees([(1, 0)]) == [node_hash(*hashes)]
    with pytest.raises(IndexError):
        tiles.subtrees([(0, 0), (0, 2)])
    hashes.append(leaf_hash(b"c"))
    assert tiles.subtrees([(0, 2), (1, 0)]) == [hashes[2], node_hash(*hashes[:2])]


def test_tiles_read_again_what_they_dropped_for_others(
    large: KeptHashes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.ledger.tiles.KEPT_TILES", 4)
    tiles = Tiles(large.read)
    for places in ([(0, 0), (0, 16), (4, 3)], [(0, 17), (0, 40), (0, 69_999)], [(0, 16), (4, 3)]):
        large.asked = 0
        assert tiles.subtrees(places) == [large.levels[level][index] for level, index in places]
        assert large.asked == 1


def test_rehashing_is_quick_and_so_is_one_proof(large: KeptHashes) -> None:
    bodies = [b"%254d" % number for number in range(50_000)]
    started = time.perf_counter()
    Frontier().extended(leaf_hashes(bodies))
    assert (
        len(bodies) / (time.perf_counter() - started) > 50_000
    )  # the bench asks for 200,000 when it is quiet
    started = time.perf_counter()
    inclusion_proof(40_000, 70_000, Tiles(large.read).subtrees)
    assert time.perf_counter() - started < 0.05
