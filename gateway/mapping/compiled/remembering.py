"""Which codecs are called, which are looked up by what they were given before, and which leave a value as
it is."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum, auto

import msgspec

from gateway.documents.accept import Check
from gateway.documents.parts import Moment
from gateway.mapping.bound import FieldKind, SayingPlan
from gateway.mapping.codec import Codec, Listing, Pairing, Priced
from gateway.mapping.compiled.doubt import Doubt
from gateway.mapping.compiled.memo import Memo, StrictMemo, TextMemo, TupleMemo, UsualMemo
from gateway.mapping.compiled.validity import Checks
from gateway.mapping.plan import FormatKind

__all__ = ["LISTED", "Way", "is_sound", "reading_way", "remembered", "writing_way"]

Function = Callable[..., object] | Memo

_PLAIN_TEXTS = frozenset({"text", "raw", "digits"})
_OF_TEXTS = frozenset({"code", "date", "datetime", "interval", "flag"})  # what JSON holds as text
LISTED = object()  # remembered of a code whose amount is a list price
_OF_TUPLES = frozenset({"split", "list"})  # pure, though their argument is a tuple


class Way(Enum):
    """How a value becomes another."""

    AS_IT_STANDS = auto()
    CALLED = auto()
    BY_TEXT = auto()
    BY_TEXTS = auto()
    BY_TUPLE = auto()
    BY_DIGITS = auto()
    BY_DAY = auto()


def reading_way(saying: SayingPlan, kind: FormatKind) -> Way:
    """How the texts at the places of a cell become its value."""
    codec, single = saying.codec, len(saying.spots) == 1
    if codec.pairs:
        return Way.CALLED
    if saying.repeated:
        return Way.BY_TUPLE if codec.name in _OF_TUPLES else Way.CALLED
    if not kind.is_tree and codec.name in _PLAIN_TEXTS and single:
        return Way.AS_IT_STANDS
    if kind.is_tree:
        return Way.BY_TEXT if codec.memo_read and codec.name in _OF_TEXTS and single else Way.CALLED
    if not codec.memo_read:
        return Way.CALLED
    return Way.BY_TEXT if single else Way.BY_TEXTS


def writing_way(saying: SayingPlan, kinds: Sequence[FieldKind]) -> Way:
    """How the values of a cell's fields become what stands at its places.

    Equal numbers may be written differently (`1.0`, `1.00`), and so may equal times; digits and days are not.
    """
    codec = saying.codec
    if codec.pairs or len(kinds) != 1:
        return Way.CALLED
    if kinds[0] is FieldKind.TEXT and not saying.repeated and codec.name in ("text", "raw"):
        return Way.AS_IT_STANDS
    if kinds[0] is FieldKind.TEXT and ((codec.memo_write and codec.name == "code") or codec.name == "split"):
        return Way.BY_TEXT
    if kinds[0] is FieldKind.BOOLEAN:
        return Way.BY_TEXT
    if kinds[0] is FieldKind.DECIMAL:
        return Way.BY_DIGITS
    if kinds[0] is FieldKind.MOMENT and codec.memo_write:
        return Way.BY_DAY
    return Way.CALLED


def remembered(
    saying: SayingPlan, kinds: Sequence[FieldKind], kind: FormatKind, checks: Checks | None = None
) -> dict[str, Callable[..., object] | Memo]:
    """The functions and memos of a cell, by the letter of their names; plain readers get only values that
    pass the `checks`, where there are any."""
    codec = saying.codec
    names = _reading(codec, reading_way(saying, kind), kind, None if codec.pairs else checks)
    names |= _writing(codec, writing_way(saying, kinds))
    if codec.pairing is not None:
        names |= _pairing(codec.pairing, checks)
    return names


def _reading(
    codec: Codec, way: Way, kind: FormatKind, checks: Checks | None
) -> dict[str, Callable[..., object] | Memo]:
    if codec.listing is not None:
        codec = msgspec.structs.replace(codec, read=_listed(codec.read, codec.listing))
    plain = codec.read if checks is None else checks.judged(codec.read)
    sound = is_sound(checks)
    if codec.priced is not None and sound:
        words = _words(codec.priced, None if checks is None else checks.fields[1])
        return {
            "A": codec.priced.amount,
            "B": words,
            "R": _pricing(codec.priced, plain, words),
            "X": _pricing(codec.priced, codec.read, _words(codec.priced, None)),
        }
    match way:
        case Way.BY_TEXT:
            if codec.usual is not None and sound and not kind.is_tree:
                usual = codec.usual.read
                return {"R": UsualMemo(plain, usual), "X": UsualMemo(codec.read, usual)}
            if kind.is_tree:  # its values may be some that nothing can be remembered by
                return {"R": StrictMemo(plain), "X": codec.read}
            return {"R": TextMemo(plain), "X": Memo(codec.read)}
        case Way.BY_TEXTS | Way.BY_TUPLE:
            spread = way is Way.BY_TEXTS
            return {"R": TupleMemo(plain, spread=spread), "X": TupleMemo(codec.read, spread=spread)}
        case _:
            return {"R": plain, "X": codec.read}


def is_sound(checks: Checks | None) -> bool:
    """Whether usual numbers need no look of their own."""
    return checks is None or checks.numbers


def _words(priced: Priced, check: Check | None) -> Memo:
    """What the few codes beside amounts say."""

    def checked(code: object) -> object:
        word, listed = priced.placed(code)
        if check is not None and word is not None and not check(word):
            raise Doubt
        return LISTED if listed else word

    return Memo(checked)


def _pricing(priced: Priced, read: Callable[..., object], known: Memo) -> Callable[..., object]:
    """Reads amounts, of which no two are alike, straight."""
    usual = priced.amount

    def price(amount: object, code: str | None, listed: object) -> object:
        value = usual(amount) if listed is None else None
        if value is None:
            return read(amount, code, listed)
        word = known[code]
        return (None, None, value) if word is LISTED else (value, word, None)

    return price


def _listed(read: Callable[..., object], listing: Listing) -> Callable[..., object]:
    """Reads what the list knows; of other codes the evaluator warns."""

    def listed(value: object) -> object:
        if not listing.knows(value):
            raise Doubt
        return read(value)

    return listed


def _writing(codec: Codec, way: Way) -> dict[str, Callable[..., object] | Memo]:
    def from_digits(digits: Hashable) -> object:
        assert isinstance(digits, str)
        return codec.write(Decimal(digits))

    def from_day(day: Hashable) -> object:
        assert day is None or isinstance(day, date)
        return codec.write(Moment(date=day))

    match way:
        case Way.BY_TEXT:
            return {"W": Memo(codec.write)}
        case Way.BY_DIGITS:
            if codec.usual is not None:
                stand = codec.usual.as_they_stand
                return {"W": UsualMemo(from_digits, codec.usual.write, as_they_stand=stand)}
            return {"W": Memo(from_digits)}
        case Way.BY_DAY:
            return {"W": Memo(from_day), "V": codec.write}
        case _:
            return {"W": codec.write}


def _pairing(pairing: Pairing, checks: Checks | None) -> dict[str, Callable[..., object] | Memo]:
    """Q and Y read qualifier and value, U and Z write them; U gives None for a key that is not written."""
    unwritten = pairing.excluded | pairing.unsayable

    def qualifier(key: Hashable) -> object:
        return None if key in unwritten else pairing.qualifier.write(key)

    key = pairing.qualifier.read if checks is None else checks.key_judged(pairing.qualifier.read)
    read: Callable[..., object] | Memo
    read = pairing.value.read if checks is None else checks.entry_judged(pairing.value.read)
    if pairing.value.memo_read:
        read = Memo(read)
    return {
        "Q": StrictMemo(key),
        "Y": read,
        "U": Memo(qualifier),
        "Z": pairing.value.write,
    }
