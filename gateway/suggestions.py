"""What a writer may have meant by a word that is not known."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = ["MEANT", "suggestion"]

MEANT = "; did you mean "
COMPARED = 80  # characters of a word; comparing takes the square of its length, and no name is longer
FEW = 12  # known words that may be listed in a message


def suggestion(word: str, known: Iterable[str]) -> str:
    """`; did you mean …?` when a known word is close, else the known words when they are few, else "".

    A known word with the same characters in another order comes first.
    """
    words = sorted(set(known))
    compared = word[:COMPARED]
    swapped = [each for each in words if sorted(each) == sorted(compared)]
    close = swapped or get_close_matches(compared, words, n=1)
    if close:
        return f"{MEANT}`{close[0]}`?"
    return f"; known: {', '.join(words)}" if 0 < len(words) <= FEW else ""
