"""Long lists of records in little memory: all but the last of them lie packed, and are unpacked when read.

A file may hold millions of transaction sets that differ in their control number alone. As an object each
takes some 300 bytes; packed it takes three, and less than a microsecond to be packed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar, overload

import msgspec

Item = TypeVar("Item")
Shown = TypeVar("Shown")

PACKED_TOGETHER = 1_000  # records; more of them pack no better, and all of them are unpacked together
LONG_TEXT = 2**20  # bytes; packing that many takes some 10 ms
FASTEST = 1  # level of zlib; higher ones take many times as long for a quarter less


class Packed(msgspec.Struct, Generic[Item]):
    """Records of one kind in their order. `open` are the last ones; each of `blocks` has some before them.

    `weight` is what the open ones weigh together. It is a record itself, so that it can be packed in turn.
    """

    blocks: list[bytes] = msgspec.field(default_factory=list)
    open: list[Item] = msgspec.field(default_factory=list)
    weight: int = 0
    count: int = 0

    def append(self, item: Item, weight: int = 1) -> None:
        """Take a record in; where the open ones weigh enough, they are packed first."""
        if self.weight >= PACKED_TOGETHER:
            from zlib import compress  # noqa: PLC0415 - for a small file nothing is packed

            self.blocks.append(compress(msgspec.msgpack.encode(self.open), FASTEST))
            self.open = []
            self.weight = 0
        self.open.append(item)
        self.weight += weight
        self.count += 1

    def items(self, kind: type[Item]) -> Iterator[Item]:
        """The records, which are of this kind, in their order; one block of them at a time is unpacked."""
        return self._unpacked(kind) if self.blocks else iter(self.open)

    def _unpacked(self, kind: type[Item]) -> Iterator[Item]:
        from zlib import decompress  # noqa: PLC0415 - for a small file nothing is packed

        decoder = msgspec.msgpack.Decoder(list[kind])  # type: ignore[valid-type] # made at run time
        for block in self.blocks:
            yield from decoder.decode(decompress(block))
        yield from self.open


class PackedText(msgspec.Struct, frozen=True):
    """A text that is kept for a while; a long one is packed meanwhile."""

    held: bytes
    is_packed: bool

    @classmethod
    def of(cls, text: bytes) -> PackedText:
        """Keeps a text."""
        if len(text) < LONG_TEXT:
            return cls(text, is_packed=False)
        from zlib import compress  # noqa: PLC0415 - for a small file nothing is packed

        return cls(compress(text, FASTEST), is_packed=True)

    @property
    def text(self) -> bytes:
        """The text as it was."""
        if not self.is_packed:
            return self.held
        from zlib import decompress  # noqa: PLC0415 - for a small file nothing is packed

        return decompress(self.held)


class Listed(Sequence[Shown]):
    """A sequence whose items are made while they are gone through; `each` makes all of them in turn."""

    def __init__(self, length: int, each: Callable[[], Iterator[Shown]]) -> None:
        self._length = length
        self._each = each

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Shown]:
        return self._each()

    @overload
    def __getitem__(self, index: int) -> Shown: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Shown, ...]: ...
    def __getitem__(self, index: int | slice) -> Shown | tuple[Shown, ...]:
        return tuple(self)[index]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    def __hash__(self) -> int:
        return hash(tuple(self))
