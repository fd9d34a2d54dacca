"""How long the searching tests search: a moment in `make test`, long in `make soak`."""

from __future__ import annotations

import os

TIMES = int(os.environ.get("GATEWAY_SOAK_TIMES", "1"))


def examples(count: int) -> int:
    """So many random examples, or as many times more as a soak run asks for."""
    return count * TIMES


def either(count: int, soak: int) -> int:
    """So many in `make test`, and so many in a soak run."""
    return count if TIMES == 1 else soak
