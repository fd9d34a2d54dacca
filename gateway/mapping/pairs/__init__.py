"""Named pairs of functions for shapes no table can say; `PAIRS` is the whole list of them."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.mapping.pairs.model import SILENT, Pair, PairTrace

__all__ = ["PAIRS", "SILENT", "Pair", "PairTrace"]

_ALL: tuple[Pair, ...] = ()

PAIRS: Mapping[str, Pair] = {pair.name: pair for pair in _ALL}
"""Every pair by the name that a table's `via` uses."""
