"""An agreement: in which direction one kind of document goes between a partner and us, and on what terms.

It is a named, directed pair. What an agreement leaves out it has from the one it is `like`, then from the
partner's `defaults`, then from here; what is here is strict.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import msgspec

from gateway.agreements.channel import Use
from gateway.formats.yaml_records import BYTES, DURATION

HOUR = 3600
DAY = 24 * HOUR


class Direction(StrEnum):
    """Whose document it is: `in` from the partner to us, `out` from us to the partner."""

    IN = "in"
    OUT = "out"


class OnDuplicate(StrEnum):
    """What becomes of what came before."""

    REJECT = "reject"  # their fault: refused, and told so
    HOLD = "hold"  # a person decides
    DROP = "drop"  # answered as it was answered before, and dropped


class OnRevision(StrEnum):
    """How a known order with other content is handed on."""

    CHANGE = "change"  # as a PurchaseOrderChange that says what differs
    WHOLE = "whole"  # as an order, once more
    HOLD = "hold"


class Duplicates(msgspec.Struct, frozen=True):
    """What becomes of a file with the bytes, a set with the control numbers, a document with the number and
    content of an earlier one; and of a known order with other content."""

    file: OnDuplicate = OnDuplicate.DROP
    numbers: OnDuplicate = OnDuplicate.REJECT
    content: OnDuplicate = OnDuplicate.DROP
    revision: OnRevision = OnRevision.CHANGE


class Ta1(StrEnum):
    """When an interchange is answered with a TA1."""

    ASKED = "asked"  # where ISA14 asks for it, or the envelope is refused
    REFUSED = "refused"
    NEVER = "never"


class Functional(StrEnum):
    """When a functional group is answered with 997 or 999."""

    ALWAYS = "always"
    ERRORS = "errors"
    NEVER = "never"


class Rejects(StrEnum):
    """Which errors reject a transaction set; others are noted, and told to us."""

    STANDARD = "standard"
    GUIDE = "guide"  # those against the partner's guide as well
    BUSINESS = "business"  # and those that the canonical checks find


class Undefined(StrEnum):
    """What becomes of a transaction set that we have no definition of."""

    QUARANTINE = "quarantine"
    REJECT = "reject"  # AK5 R


class Acknowledge(msgspec.Struct, frozen=True):
    """How what comes in is acknowledged. Acknowledgments themselves never are (X12.20)."""

    ta1: Ta1 = Ta1.ASKED
    functional: Functional = Functional.ALWAYS
    rejects: Rejects = Rejects.STANDARD
    undefined: Undefined = Undefined.QUARANTINE


class Batch(msgspec.Struct, frozen=True):
    """How many documents go together: until there are `documents`, `bytes`, or the first has waited for
    `seconds`. One at a time unless one of them is set."""

    documents: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 1
    bytes: Annotated[int, msgspec.Meta(ge=0, le=2**30, extra=BYTES)] = 0
    seconds: Annotated[int, msgspec.Meta(ge=0, le=DAY, extra=DURATION)] = 0

    @property
    def is_of_one(self) -> bool:
        """Whether each document goes alone."""
        return self.documents == 1 and not self.bytes and not self.seconds


class Hold(msgspec.Struct, frozen=True):
    """When a finished outgoing document is kept back until a person releases it."""

    always: bool = False
    above: Decimal | None = None  # its total, in its own currency


class Receipt(msgspec.Struct, frozen=True):
    """Whether the partner acknowledges what we send, and how long after its delivery we ask where it is."""

    expected: bool = True
    within: Annotated[int, msgspec.Meta(ge=60, le=90 * DAY, extra=DURATION)] = DAY


class Tolerances(msgspec.Struct, frozen=True):
    """Departures from the standard that are taken from this partner; strict unless they are named."""

    form: bool = False  # X12 is read as `gateway validate --tolerant` reads it
    identity: bool = False  # what names another sender or receiver is taken all the same


class Agreement(msgspec.Struct, frozen=True, kw_only=True, rename={"since": "from"}):
    """One agreement of a partner; `partner` and `name` are those of its place, and its id is both.

    `document` is a canonical document. `format` is x12, csv, fixed, xml or spapi, and `release` that of X12
    where it is not the partner's. `mapping` is used in place of the usual one, of cross-references
    `crossrefs` alone, where some are named. `to` names
    the agreements by which what comes in goes out again: when there are several, the one of the partner whose
    order the document answers. `windows` are times of the day in `zone` within which is sent, such as
    `06:00-20:00`, on the days of the `calendar`; none means always. `date_patterns` are how dates of flat
    files may be written. `since` (in a file: `from`) and `until` are the first and the
    last day on which it holds.
    """

    partner: str
    name: str
    direction: Direction
    document: str
    format: str
    channel: str
    release: str | None = None
    mapping: str | None = None
    guide: bool = True
    crossrefs: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    usage: Use | None = None  # that of its channel
    zone: str | None = None  # that of the partner's terms
    calendar: str | None = None
    windows: tuple[str, ...] = ()
    date_patterns: tuple[str, ...] = ()
    batch: Batch = Batch()
    duplicates: Duplicates = Duplicates()
    tolerances: Tolerances = Tolerances()
    acknowledge: Acknowledge = Acknowledge()
    hold: Hold = Hold()
    receipt: Receipt = Receipt()
    in_order: bool = False
    since: date | None = None
    until: date | None = None
    description: str = ""

    @property
    def id(self) -> str:
        """Its name among those of all partners, such as `amazon/orders`."""
        return f"{self.partner}/{self.name}"

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)
