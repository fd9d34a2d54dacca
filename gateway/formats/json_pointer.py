"""JSON pointers (RFC 6901), with keys of hostile length cut so that an address stays an address."""

from __future__ import annotations

from collections.abc import Iterable

MAX_SHOWN_KEY = 100  # no format of ours has keys half as long; a key of megabytes would fill every finding


def child(pointer: str, part: str | int) -> str:
    """The pointer of a member of what `pointer` names: a key of an object or a position in a list, from 0."""
    if isinstance(part, int):
        return f"{pointer}/{part}"
    shown = part if len(part) <= MAX_SHOWN_KEY else part[:MAX_SHOWN_KEY] + "…"
    return f"{pointer}/{shown.replace('~', '~0').replace('/', '~1')}"


def pointer_of(parts: Iterable[str | int], start: str = "") -> str:
    """The pointer that leads from `start` through `parts`; the root is the empty text."""
    pointer = start
    for part in parts:
        pointer = child(pointer, part)
    return pointer


def parts_of(pointer: str) -> list[str]:
    """The keys and positions a pointer leads through."""
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
