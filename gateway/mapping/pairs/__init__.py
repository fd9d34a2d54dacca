"""Named pairs of functions for shapes no table can say; `PAIRS` is the whole list of them."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.mapping.pairs.hl_tree import HL_TREE
from gateway.mapping.pairs.model import SILENT, Pair, PairTrace
from gateway.mapping.pairs.ship_rows import SHIP_ROWS
from gateway.mapping.pairs.window_by_terms import WINDOW_BY_TERMS

__all__ = ["PAIRS", "SILENT", "Pair", "PairTrace"]

_ALL: tuple[Pair, ...] = (HL_TREE, SHIP_ROWS, WINDOW_BY_TERMS)

PAIRS: Mapping[str, Pair] = {pair.name: pair for pair in _ALL}
"""Every pair by the name that a table's `via` uses."""
