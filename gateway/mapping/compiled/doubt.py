"""How compiled code refuses: without a word, since the evaluator explains."""

from __future__ import annotations

__all__ = ["Doubt", "UnsupportedTableError"]


class Doubt(Exception):  # noqa: N818 - not an error: a more exact function takes over, at last the evaluator
    """The compiled code does not accept this document."""


class UnsupportedTableError(Exception):
    """A table the compiler has no code for; the evaluator does all its work. It never leaves this package."""
