"""Mapping tables as straight-line Python: generated from a plan, and readable.

The code only accepts. For each direction there are two functions: a plain one for documents of which every
part is claimed by a row, and an exact one that keeps the rest as the evaluator does (one reader does both for
delimited files). Where both doubt, the evaluator (`gateway.mapping.evaluate`) says what is wrong. A table is
data: its cells come into the code as literals or by numbered names, never as program text.
"""

from __future__ import annotations

from gateway.mapping.compiled.doubt import Doubt
from gateway.mapping.compiled.program import Compiled, key, load, source

__all__ = ["Compiled", "Doubt", "key", "load", "source"]
