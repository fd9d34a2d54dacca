"""What a subject of the soak promises, and the word for a promise that was broken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

__all__ = ["BrokenPromiseError", "Target", "expect"]


class BrokenPromiseError(AssertionError):
    """An input for which the gateway does not do what it promises. `promise` names what, in few words."""

    def __init__(self, promise: str, seen: object = "") -> None:
        self.promise = promise
        super().__init__(f"{promise}: {seen}" if seen != "" else promise)


def expect(kept: bool, promise: str, seen: object = "") -> None:
    """Raise `BrokenPromiseError` unless the promise was kept."""
    if not kept:
        raise BrokenPromiseError(promise, str(seen)[:2000])


class Target(Protocol):
    """A way into the gateway for bytes of others.

    `marks` are the separators of the format: what lies between two of them is moved as a whole. `look` raises
    for an input that the gateway is at fault with, and only then.
    """

    @property
    def name(self) -> str: ...

    @property
    def marks(self) -> bytes: ...

    def seeds(self) -> Sequence[bytes]: ...

    def look(self, data: bytes) -> None: ...
