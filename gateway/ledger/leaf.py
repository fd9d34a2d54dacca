"""Leaves of the ledger: what happened, in one spelling only, without a word that could tell who or what.

A leaf holds opaque ids, fixed words, times, and commitments to what is kept elsewhere under a key that can be
destroyed. What a commitment hides can be shown later with its salt, and not be guessed before.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Annotated

import msgspec
from msgspec.structs import replace

from gateway.errors import TamperedError

SALT_LENGTH = 32
MAX_LEAF_LENGTH = 16_384
MAX_RECORD_LENGTH = 1_000_000
MAX_INTEGER = 2**53 - 1  # RFC 8785: what every reader of JSON holds exactly
VERSION = 1

Id = Annotated[str, msgspec.Meta(pattern=r"\A[0-9A-HJKMNP-TV-Z]{26}\Z")]
"""A ULID: it tells nothing but when it was made."""
Word = Annotated[str, msgspec.Meta(pattern=r"\A[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*\Z", max_length=40)]
"""A word of ours, such as `message-received`; never text of somebody."""
Hex = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Build = Annotated[str, msgspec.Meta(pattern=r"\A[0-9A-Za-z.+-]{1,40}\Z")]
Time = Annotated[
    str,
    msgspec.Meta(
        pattern=r"\A[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
        r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{6}Z\Z"
    ),
]
"""UTC with microseconds, always 27 characters, so that order of text is order of time."""
FromZero = Annotated[int, msgspec.Meta(ge=0, le=MAX_INTEGER)]
FromOne = Annotated[int, msgspec.Meta(ge=1, le=MAX_INTEGER)]


class Leaf(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    rename={"from_": "from", "version": "v"},
    gc=False,
):
    """One entry; fields stand in the order of their names in JSON, which is how they are written.

    `n` counts the leaves of the log from 0, `partner_n` those of one partner from 1 without a gap. `from_`
    and `to` are states of the message. `digests` holds a commitment for each payload, `record` that of the
    side record. What does not apply is None.
    """

    at: Time
    build: Build
    digests: Mapping[Word, Hex] | None = None
    epoch: FromOne
    from_: Word | None = None
    message: Id | None = None
    n: FromZero
    partner: Id | None = None
    partner_n: FromOne | None = None
    record: Hex | None = None
    to: Word | None = None
    version: int
    what: Word
    who: Id


_ENCODER = msgspec.json.Encoder(order="deterministic")
_DECODER = msgspec.json.Decoder(Leaf)


def leaf_bytes(leaf: Leaf) -> bytes:
    """The leaf as it is hashed: sorted keys, no blanks. ValueError when a value may not stand in a leaf."""
    data = _ENCODER.encode(leaf)
    try:
        _read(data)
    except TamperedError as fault:
        raise ValueError(str(fault)) from None
    return data


def placed_bytes(leaf: Leaf) -> bytes:
    """The same for a leaf that `leaf_bytes` took and that has got its numbers since, which hold no fault.

    ValueError when they made it too long.
    """
    data = _ENCODER.encode(leaf)
    if len(data) > MAX_LEAF_LENGTH:
        raise ValueError(f"a leaf of {len(data)} bytes is longer than {MAX_LEAF_LENGTH}")
    return data


def without_place(leaf: Leaf) -> str:
    """What a leaf says but for its place in the log, which is not known yet when it is made ready.

    A side record is sealed for this text, so that it belongs to no other leaf.
    """
    number = None if leaf.partner is None else 1
    return _ENCODER.encode(replace(leaf, epoch=1, n=0, partner_n=number, record=None)).decode()


def read_leaf(data: bytes) -> Leaf:
    """Reads the one spelling of a leaf; TamperedError for any other."""
    leaf = _read(data)
    if _ENCODER.encode(leaf) != data:
        raise TamperedError(f"leaf {leaf.n} is not spelled as the gateway spells it, so it did not write it")
    return leaf


def _read(data: bytes) -> Leaf:
    if len(data) > MAX_LEAF_LENGTH:
        raise TamperedError(f"a leaf of {len(data)} bytes is longer than {MAX_LEAF_LENGTH}")
    try:
        leaf = _DECODER.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise TamperedError(f"this is no leaf: {fault}") from None
    if leaf.version != VERSION:
        raise TamperedError(
            f"leaf {leaf.n} is of version {leaf.version}; this gateway reads version {VERSION}"
        )
    if (leaf.partner is None) != (leaf.partner_n is None) or leaf.digests == {}:
        raise TamperedError(
            f"leaf {leaf.n} has a partner without its number, or no digest where it says some"
        )
    return leaf


def commitment(salt: bytes, data: bytes) -> str:
    """SHA-256(salt followed by data) in hexadecimal; the salt is 32 bytes."""
    return commitment_of(salt, (data,))


def commitment_of(salt: bytes, chunks: Iterable[bytes]) -> str:
    """The same for data that comes in pieces."""
    if len(salt) != SALT_LENGTH:
        raise ValueError(f"a salt is {SALT_LENGTH} bytes, not {len(salt)}")
    digest = sha256(salt)
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")


def record_bytes(details: Mapping[str, str | int]) -> bytes:
    """The canonical JSON of a side record (RFC 8785): sorted keys, no blanks, texts and whole numbers.

    ValueError when a name is not lower case letters, digits, - and _, or a value is neither.
    """
    for name, value in details.items():
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} cannot be the name of a detail")
        if type(value) is not str and not (type(value) is int and abs(value) <= MAX_INTEGER):
            raise ValueError(f"the detail {name} is neither text nor a whole number below 2^53")
    try:
        data = canonical_json(details)
    except UnicodeEncodeError:
        raise ValueError("a detail holds half a character, which cannot be written") from None
    if len(data) > MAX_RECORD_LENGTH:
        raise ValueError(f"a side record of {len(data)} bytes is longer than {MAX_RECORD_LENGTH}")
    return data


_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical_json(value: Mapping[str, object]) -> bytes:
    """One spelling of JSON: sorted keys, no blanks, no escapes but those that must be; names are ASCII."""
    return _CANONICAL.encode(value).encode()
