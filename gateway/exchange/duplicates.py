"""What tells an arrival and a document apart from others, and what becomes of one that was there before."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256

import msgspec

from gateway.agreements.agreement import Duplicates, OnDuplicate, OnRevision
from gateway.documents import (
    Document,
    Invoice,
    OrderAcknowledgment,
    OrderChangeAcknowledgment,
    PurchaseOrder,
    PurchaseOrderChange,
    ShipNotice,
)

__all__ = [
    "BOOKKEEPING",
    "Duplicate",
    "First",
    "Identity",
    "Kind",
    "Numbers",
    "Revision",
    "Scope",
    "Seen",
    "decide",
    "of_content",
    "of_file",
    "of_number",
    "of_numbers",
]

BOOKKEEPING = frozenset(
    ("changed", "state_changed")
)  # when the other side last touched it: says nothing of it


class Kind(StrEnum):
    """What an identity is made of; the first three in the order in which they are looked at."""

    FILE = "file"
    NUMBERS = "numbers"
    CONTENT = "content"
    NUMBER = "number"  # the business number alone: what is revised under it


class Identity(msgspec.Struct, frozen=True):
    """What two things that are the same have in common. `text` may hold business data: keep its hash."""

    kind: Kind
    text: str


class Scope(msgspec.Struct, frozen=True):
    """Within which two things can be the same: one partner, and tests apart from what is meant."""

    partner: str
    is_test: bool


class Numbers(msgspec.Struct, frozen=True, kw_only=True):
    """ISA05-08 and ISA13, GS06 and ST02 of one transaction set, as they stand in it."""

    sender_qualifier: str
    sender: str
    receiver_qualifier: str
    receiver: str
    isa13: str
    gs06: str
    st02: str


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """The earlier message under each identity, None where there is none; of `number` the latest one."""

    file: str | None = None
    numbers: str | None = None
    content: str | None = None
    number: str | None = None


class First(msgspec.Struct, frozen=True):
    """It was not there before. `of` is a message of the same number that says something else, and may."""

    of: str | None = None


class Duplicate(msgspec.Struct, frozen=True):
    """It was there before, as the message `of`; `by` is what they have in common."""

    of: str
    by: Kind
    action: OnDuplicate


class Revision(msgspec.Struct, frozen=True):
    """An order with a known number and other content than the message `of`, the latest of that number."""

    of: str
    action: OnRevision


def of_file(scope: Scope, digest: str) -> Identity:
    """The identity of a file by the digest of its bytes."""
    return _identity(Kind.FILE, scope, digest)


def of_numbers(scope: Scope, numbers: Numbers) -> Identity:
    """The identity of a transaction set by its control numbers; zeros before them make no difference."""
    parties = (numbers.sender_qualifier, numbers.sender, numbers.receiver_qualifier, numbers.receiver)
    controls = (_number(numbers.isa13), _number(numbers.gs06), _number(numbers.st02))
    return _identity(Kind.NUMBERS, scope, *(name.rstrip(" ") for name in parties), *controls)


def of_number(scope: Scope, document: Document) -> Identity:
    """The identity of a document by its kind and its business number."""
    return _identity(Kind.NUMBER, scope, *_business_number(document))


def of_content(scope: Scope, document: Document) -> Identity:
    """The identity of a document by its kind, its business number and what it says.

    However it was enveloped or written: equal numbers and equal instants are equal, and the order of names
    in a map and when the other side last touched it make no difference.
    """
    tree = msgspec.to_builtins(document, builtin_types=(Decimal, datetime, date))
    plain = {name: _plain(value) for name, value in tree.items() if name not in BOOKKEEPING}
    digest = sha256(msgspec.json.encode(plain, order="sorted")).hexdigest()
    return _identity(Kind.CONTENT, scope, *_business_number(document), digest)


def decide(policy: Duplicates, seen: Seen, document: type[Document] | None) -> First | Duplicate | Revision:
    """What becomes of something of which this was seen before; `document` is None where it is unread.

    What has the most in common decides. An order that says once more what it said before it was revised is
    held where it would be dropped: it may be late, or take the revision back.
    """
    if seen.file is not None:
        return Duplicate(seen.file, Kind.FILE, policy.file)
    if seen.numbers is not None:
        return Duplicate(seen.numbers, Kind.NUMBERS, policy.numbers)
    if seen.content is not None:
        is_latest = seen.number is None or seen.number == seen.content
        action = OnDuplicate.HOLD if policy.content is OnDuplicate.DROP and not is_latest else policy.content
        return Duplicate(seen.content, Kind.CONTENT, action)
    if seen.number is not None and document is PurchaseOrder:
        return Revision(seen.number, policy.revision)
    return First(seen.number)


def _identity(kind: Kind, scope: Scope, *parts: str) -> Identity:
    """The parts as JSON, so that no part can run into the next."""
    return Identity(kind, msgspec.json.encode([scope.partner, scope.is_test, *parts]).decode())


def _number(text: str) -> str:
    return text.strip(" ").lstrip("0")


def _business_number(document: Document) -> tuple[str, ...]:
    kind = type(document).__name__
    match document:
        case PurchaseOrder():  # each release of a blanket order is an order of its own
            return kind, document.number, document.release or ""
        case ShipNotice():
            return kind, document.number
        case Invoice():
            return kind, document.type, document.number
        case OrderAcknowledgment():
            return kind, document.order_number
        case PurchaseOrderChange() | OrderChangeAcknowledgment():
            return kind, document.order_number, document.change_number or ""


def _plain(value: object) -> object:
    """A value of which everything that means the same is written the same."""
    if isinstance(value, str):  # what most of a document is
        return value
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, Decimal):
        return str(value.normalize() if value else Decimal(0))
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value
