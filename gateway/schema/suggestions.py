"""What a writer of a data file may have meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean X?`, or "" when nothing known is close. Swapped characters are the first guess."""
    names = list(known)
    swapped = [name for name in names if sorted(name) == sorted(word)]
    close = swapped or get_close_matches(word, names, n=1, cutoff=0.6)
    return f"; did you mean {close[0]}?" if close else ""
