"""Subtrees out of the hashes that are kept, which are those of every fourth level only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from gateway.ledger.tree import TILE_HEIGHT, TILE_WIDTH, Place, next_level

KEPT_TILES = 8192  # a tile is 31 hashes, so that this stays below 20 MB
Range = tuple[int, int, int]
"""Level, the first index there, and how many."""


class Tiles:
    """Answers for any complete subtrees of a log; each tile of it is read once.

    `read` gives the kept hashes of ranges at levels divisible by 4, those of all ranges at once; fewer where
    the log ends. It may only be asked about a log that does not change meanwhile, or grows.
    """

    def __init__(self, read: Callable[[Sequence[Range]], Iterable[Sequence[bytes]]]) -> None:
        self._read = read
        self._tiles: dict[Place, list[list[bytes]]] = {}

    def subtrees(self, places: Sequence[Place]) -> list[bytes]:
        """The hashes of complete subtrees; IndexError when the log does not reach one of them."""
        found = [_within(level, index) for level, index in places]
        needed: dict[Place, int] = {}
        for tile, height, at in found:
            needed[tile] = max(needed.get(tile, 0), (at + 1) << height)
        self._load(needed)
        return [self._tiles[tile][height][at] for tile, height, at in found]

    def _load(self, needed: Mapping[Place, int]) -> None:
        """Read the tiles that are not there, or not so far as is needed of them."""
        missing = [tile for tile, count in needed.items() if self._held(tile) < count]
        if not missing:
            return
        if len(self._tiles) + len(missing) > KEPT_TILES:
            self._tiles.clear()
            missing = list(needed)
        ranges = [(level, tile * TILE_WIDTH, TILE_WIDTH) for level, tile in missing]
        for (level, tile), row in zip(missing, self._read(ranges), strict=True):
            if len(row) < needed[level, tile]:
                raise IndexError(f"level {level} holds no hash {tile * TILE_WIDTH + len(row)}")
            levels = [list(row)]
            while len(levels) < TILE_HEIGHT:
                levels.append(next_level(levels[-1][: len(levels[-1]) & ~1]))
            self._tiles[level, tile] = levels

    def _held(self, tile: Place) -> int:
        levels = self._tiles.get(tile)
        return 0 if levels is None else len(levels[0])


def _within(level: int, index: int) -> tuple[Place, int, int]:
    """Where a complete subtree is: the tile that holds it, how high there, and at which place."""
    height = level % TILE_HEIGHT
    tile = index >> (TILE_HEIGHT - height)
    return (level - height, tile), height, index - (tile << (TILE_HEIGHT - height))
