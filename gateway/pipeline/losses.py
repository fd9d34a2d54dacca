"""What a document loses on its way into a format: what it said before and does not when it is read back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from types import MappingProxyType

import msgspec

from gateway.documents import Document
from gateway.findings import Finding, found

__all__ = ["losses"]

MOMENT = {"date", "time"}  # a day read back as a time, or a time as a day, is told on the round-trip page
WINDOWS = MappingProxyType({"ship_window": "window", "delivery_window": "window"})  # freight terms tell which
SHOWN_FIELDS = 8  # enough to know what kind of thing stays behind; the round-trip page has them all


def losses(document: Document, read_back: Document, form: str) -> tuple[Finding, ...]:
    """A note that names the fields of a document which its written form does not carry; none when it has all.

    Fields are counted by their path, so that the order of parties or charges does not matter.
    """
    before, after = _fields(document), _fields(read_back)
    lost = [path for path, count in before.items() if after[path] < count]
    if not lost:
        return ()
    more = f" and {len(lost) - SHOWN_FIELDS} more" if len(lost) > SHOWN_FIELDS else ""
    return (found("not-carried", fields=", ".join(lost[:SHOWN_FIELDS]) + more, format=form),)


def _fields(document: Document) -> Counter[str]:
    return Counter(_paths(msgspec.to_builtins(document), ""))


def _paths(tree: object, path: str) -> Iterator[str]:
    if isinstance(tree, dict) and tree and tree.keys() <= MOMENT:
        yield path
    elif isinstance(tree, dict):
        for key, value in tree.items():
            name = WINDOWS.get(key, key)
            yield from _paths(value, f"{path}.{name}" if path else name)
    elif isinstance(tree, list):
        for item in tree:
            yield from _paths(item, f"{path}[]")
    else:
        yield path
