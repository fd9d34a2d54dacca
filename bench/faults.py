"""Faults planted into a good order, one of each kind, so that a contender shows that it checks."""

from __future__ import annotations

from types import MappingProxyType

from bench import orders

# What is wrong -> the text that is replaced, once, and what takes its place.
PLANTED = MappingProxyType(
    {
        "mandatory segment missing": ("\nBEG*", "\nBEX*"),
        "mandatory element missing": ("CTT*2*", "CTT**"),
        "code not in its list": ("BEG*00*", "BEG*99*"),
        "element too long": ("CUR*BY*USD", "CUR*BY*USDX"),
        "element too short": ("CUR*BY*USD", "CUR*BY*US"),
        "not a number": ("CTT*2*", "CTT*A*"),
        "syntax note broken": ("*PE*UP*", "*PE**"),
        "segment out of place": ("CTT*2*", "CUR*BY*USD~\nCTT*2*"),
        "count of segments wrong": ("SE*27*", "SE*26*"),
    }
)


def order(seed: int) -> bytes:
    """A good order with two lines."""
    return orders.interchange(seed, 1, 2)


def planted(seed: int, what: str) -> bytes:
    """The order with one fault in it."""
    good, bad = (text.encode("ascii") for text in PLANTED[what])
    whole = order(seed)
    if good not in whole:
        raise ValueError(f"the order has no {good.decode()!r} to plant `{what}` at")
    return whole.replace(good, bad, 1)
