"""Codecs that are held to their word: what they write is read back, and written once more, before it is used.

With them a generated writer that keeps to a document's outline (see `uniform`) needs no second reading of
what it wrote, once a document of the same outline has been read back in full.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from decimal import Decimal

import msgspec

from gateway.documents.parts import Moment
from gateway.mapping.bound import SayingPlan
from gateway.mapping.codec import Codec, Usual
from gateway.mapping.codecs.model import CodecError
from gateway.mapping.compiled.doubt import Doubt
from gateway.mapping.compiled.memo import ENTRIES, LONGEST

__all__ = ["Verified", "verified"]


def verified(saying: SayingPlan, *, exact: bool) -> SayingPlan:
    """The cell with a codec that raises `Doubt` for values of which what comes back is written differently;
    when `exact`, also where it is another value that is written alike, a day that becomes a time apart."""
    writing = Verified(saying, exact)
    usual = None if saying.codec.usual is None else _verified_usual(saying.codec.usual)
    codec = msgspec.structs.replace(saying.codec, write=writing, usual=usual)
    return msgspec.structs.replace(saying, codec=codec)


def _verified_usual(usual: Usual) -> Usual:
    """Writes digits that come back as they are; others are left to the codec."""
    read, write = usual.read, usual.write

    def comes_back(digits: str) -> str | int | None:
        written = write(digits)
        return written if written is not None and str(read(written)) == digits else None

    return Usual(read, comes_back, as_they_stand=usual.as_they_stand)


class Verified:
    """What a codec writes, remembered where equal values are written alike.

    `parts`: it writes the texts of a list each at a place of its own, just as they are.
    """

    def __init__(self, saying: SayingPlan, exact: bool) -> None:
        self.parts = saying.codec.parts and saying.codec.listing is None
        self._exact = exact
        self._codec: Codec = saying.codec
        self._places = len(saying.spots)
        self._known: dict[Hashable, object] = {}

    def __call__(self, *values: object) -> object:
        key = _key(values[0]) if len(values) == 1 else _keys(values)
        written = self._known.get(key)
        if written is not None:
            return written
        written = self._verified(values)
        if key is not None and len(repr(key)) <= LONGEST:
            if len(self._known) >= ENTRIES:
                self._known.clear()
            self._known[key] = written
        return written

    def _verified(self, values: tuple[object, ...]) -> object:
        written = self._codec.write(*values)
        places = written if self._places > 1 and isinstance(written, tuple) else (written,)
        if not _filled(places, values) or (
            self._codec.listing is not None and not self._codec.listing.knows(written)
        ):
            raise Doubt
        try:
            read = self._codec.read(*places)
            back = read if len(values) > 1 and isinstance(read, tuple) else (read,)
            if len(back) != len(values) or not all(map(self._comes_back, values, back)):
                raise Doubt
            if self._codec.write(*back) != written:
                raise Doubt
        except CodecError:
            raise Doubt from None
        return written

    def _comes_back(self, value: object, back: object) -> bool:
        if type(back) is not type(value) or (back in ("", ()) and value != back):
            return False
        if isinstance(value, tuple) or (self._exact and not isinstance(value, Moment)):
            return back == value
        return True


def _key(value: object) -> Hashable:
    """What tells a value from all that are written differently; None where only the value itself does."""
    kind = type(value)
    if kind is str or kind is tuple:
        return value
    if isinstance(value, Moment):
        return value.date if value.time is None else None
    if isinstance(value, Decimal):
        return str(value)
    return value if isinstance(value, int) else None


def _keys(values: Sequence[object]) -> Hashable:
    """The same for several values."""
    keys = tuple(map(_key, values))
    return None if None in keys else keys


def _filled(places: Sequence[object], values: Sequence[object]) -> bool:
    """Whether every place is filled, or of a list of texts so many as it has."""
    given = [place not in (None, "", ()) for place in places]
    if all(given):
        return True
    texts = values[0] if len(values) == 1 else None
    return isinstance(texts, tuple) and given == [number < len(texts) for number in range(len(places))]
