"""What a codec is to those who run it: a pair of functions, and what is known of them.

`gateway.mapping.codecs` makes them, plans hold them, the evaluator and the compiler call them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

import msgspec

from gateway.mapping.plan import Origin

__all__ = ["CodeRows", "Codec", "Listing", "Pairing", "Priced", "Usual"]


class Codec(msgspec.Struct, frozen=True):
    """A pair of inverse functions, ready to call.

    `read(*places)` gives the value, or a tuple of values for several fields; an absent place is None, and at
    least one is not. A repeated place or a range is one argument: a tuple of texts and None. `write(*fields)`
    gives one place value, or a tuple for several places, a repeated place or a range; None is absent. Both
    raise `CodecError` for what they refuse.

    `pairs`: `read` gives the map and the positions (from 0) it used; the rest is not claimed. `write` gives
    the texts and the keys that found no room.
    `memo_read`, `memo_write`: the function gives equal results for equal arguments and may be remembered.
    `pairing`: what a codec of pairs is made of.
    `listing`: the code list that what it reads should stand in, None where codes of no list are usual.
    `rows`: which row of the code list turns what.
    `parts`: of a list of texts, none of them empty, each stands as it is at one of several places, and after
    them nothing.
    `entries`: of a map as a list of objects, the property of each that holds the key.
    `usual`: a straight way for the numbers that nearly every document holds.
    `priced`: the same for an amount that a code beside it gives its meaning.
    """

    name: str
    read: Callable[..., object]
    write: Callable[..., object]
    pairs: bool = False
    memo_read: bool = False
    memo_write: bool = False
    pairing: Pairing | None = None
    listing: Listing | None = None
    rows: CodeRows | None = None
    parts: bool = False
    entries: str = ""
    usual: Usual | None = None
    priced: Priced | None = None


class Usual(msgspec.Struct, frozen=True):
    """What a codec of one decimal field does with usual numbers; None for all others, which go to the codec.

    `read` takes what stands at the place and gives a number with at most 18 digits before the point and 10
    after it, `write` takes the digits of a number as `str` gives them. Both give what the codec gives, which
    for no number gives None.
    `as_they_stand`: what `str` gives of a short number, when it is digits and perhaps a point, is written as
    a text of just these, and read as just this number.
    """

    read: Callable[[object], Decimal | None]
    write: Callable[[str], str | int | None]
    as_they_stand: bool = False


class Priced(msgspec.Struct, frozen=True):
    """What a codec makes of an amount and a code with no other price beside them.

    `amount` reads usual amounts as `Usual` does. `placed` takes the code, or None for none: with True the
    amount is the third of the fields, and the others are None; else it is the first, and the text the second.
    """

    amount: Callable[[object], Decimal | None]
    placed: Callable[[object], tuple[str | None, bool]]


class CodeRows(msgspec.Struct, frozen=True):
    """The row of a code list that turns a code into its word, or back; None where no row does.

    Both take what the functions of their codec take; of pairs the qualifier and the key alone.
    """

    read: Callable[..., Origin | None]
    write: Callable[..., Origin | None]


class Listing(msgspec.Struct, frozen=True):
    """The codes of a list: whether it knows what a place holds, and the details of a warning if not."""

    knows: Callable[[object], bool]
    details: Callable[[object], Mapping[str, str]]


class Pairing(msgspec.Struct, frozen=True, kw_only=True):
    """The codecs of qualifier and value. `excluded`: keys that have a row of their own; `unsayable`: those
    that the format has no code for; `room`: how many elements there are, 0 when they repeat without end.
    """

    qualifier: Codec
    value: Codec
    excluded: frozenset[str]
    unsayable: frozenset[str]
    room: int
