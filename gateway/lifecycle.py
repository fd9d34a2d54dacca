"""The life of a message, as one table: whatever changes a state asks it, and the docs draw it.

Three endings are never confused: *rejected* is their fault and they are told, *failed* is ours and we are
told, *quarantined* cannot be placed yet. An unknown outcome is a state of its own.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple


class Kind(StrEnum):
    """What a message is."""

    ARRIVAL = "arrival"  # bytes as they came
    DOCUMENT = "document"  # one of the documents in them
    SENDING = "sending"  # bytes that we send: an interchange or a file, with the documents it carries


class State(StrEnum):
    """Where a message stands."""

    RECEIVED = "received"
    PROCESSED = "processed"
    QUARANTINED = "quarantined"
    REJECTED = "rejected"
    FAILED = "failed"
    DUPLICATE = "duplicate"
    HELD = "held"
    QUEUED = "queued"
    UNKNOWN = "unknown"
    UNDELIVERABLE = "undeliverable"
    DELIVERED = "delivered"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    OVERDUE = "overdue"
    CANCELLED = "cancelled"
    ERASED = "erased"


class Event(StrEnum):
    """What happens to a message."""

    ARRIVED = "arrived"
    WAS_SPLIT = "was split"
    CANNOT_BE_PLACED = "cannot be placed"
    IS_AT_FAULT = "is at fault"
    WE_FAILED = "we failed"
    CAME_BEFORE = "came before"
    IS_KEPT_BACK = "is kept back"
    WAS_TRANSLATED = "was translated"
    IS_TO_BE_SENT = "is to be sent"
    WAS_DELIVERED = "was delivered"
    MAY_BE_DELIVERED = "may be delivered"
    CANNOT_BE_DELIVERED = "cannot be delivered"
    RECEIPT_ACCEPTS = "its receipt accepts it"
    RECEIPT_REFUSES = "its receipt refuses it"
    RECEIPT_IS_LATE = "its receipt is late"
    IS_TAKEN_UP_AGAIN = "is taken up again"
    IS_RELEASED = "is released"
    IS_CALLED_OFF = "is called off"
    IS_SENT_AGAIN = "is sent again"
    WAS_ERASED = "was erased"


class Change(NamedTuple):
    """One row of the table: what an event makes of a message of a kind in a state. None: it comes to be."""

    kind: Kind
    before: State | None
    event: Event
    after: State


def _rows(kind: Kind, table: str) -> tuple[Change, ...]:
    """The rows of a text: states before, event, and state after; a dash is for what is not there yet."""
    rows = []
    for line in filter(str.strip, table.splitlines()):
        befores, event, after = (each.strip() for each in line.split("|"))
        for before in befores.split():
            state = None if before == "-" else State(before)
            rows.append(Change(kind, state, Event(event), State(after)))
    return tuple(rows)


TABLE: tuple[Change, ...] = (
    *_rows(
        Kind.ARRIVAL,
        """
        -                     | arrived             | received
        received              | was split           | processed
        received              | cannot be placed    | quarantined
        received              | is at fault         | rejected
        received              | we failed           | failed
        received              | came before         | duplicate
        received              | is kept back        | held
        quarantined failed    | is taken up again   | received
        held                  | is released         | received
        quarantined failed    | is called off       | cancelled
        held                  | is called off       | cancelled
        """,
    ),
    *_rows(
        Kind.DOCUMENT,
        """
        -                     | arrived                | received
        received              | cannot be placed       | quarantined
        received              | is at fault            | rejected
        received              | we failed              | failed
        received              | came before            | duplicate
        received              | is kept back           | held
        received              | was translated         | queued
        received              | was split              | processed
        quarantined failed    | is taken up again      | received
        undeliverable         | is taken up again      | queued
        held                  | is taken up again      | received
        held                  | is released            | queued
        quarantined failed    | is called off          | cancelled
        held queued           | is called off          | cancelled
        undeliverable unknown | is called off          | cancelled
        queued unknown        | was delivered          | delivered
        queued                | may be delivered       | unknown
        queued                | cannot be delivered    | undeliverable
        queued                | we failed              | failed
        delivered overdue     | its receipt accepts it | accepted
        delivered overdue     | its receipt refuses it | refused
        accepted              | its receipt refuses it | refused
        delivered             | its receipt is late    | overdue
        """,
    ),
    *_rows(
        Kind.SENDING,
        """
        -                     | is to be sent          | queued
        queued unknown        | was delivered          | delivered
        queued                | may be delivered       | unknown
        queued                | cannot be delivered    | undeliverable
        undeliverable unknown | is taken up again      | queued
        queued undeliverable  | is called off          | cancelled
        unknown               | is called off          | cancelled
        delivered overdue     | its receipt accepts it | accepted
        delivered overdue     | its receipt refuses it | refused
        accepted              | its receipt refuses it | refused
        delivered             | its receipt is late    | overdue
        delivered accepted    | is sent again          | queued
        refused overdue       | is sent again          | queued
        """,
    ),
)

_AFTER = MappingProxyType({(row.kind, row.before, row.event): row.after for row in TABLE})

WITHOUT_DOCUMENTS = State.PROCESSED
"""An arrival in this state is counted by its documents; in any other it is counted itself."""


class Account(StrEnum):
    """Where what was accepted is accounted for: at every moment all accounts make up what was accepted."""

    DELIVERED = "delivered"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"
    CANCELLED = "cancelled"
    HELD = "held"
    OPEN = "open"


ACCOUNTS = MappingProxyType(
    {
        State.RECEIVED: Account.OPEN,
        State.PROCESSED: Account.DELIVERED,
        State.QUARANTINED: Account.OPEN,
        State.REJECTED: Account.REJECTED,
        State.FAILED: Account.OPEN,
        State.DUPLICATE: Account.DUPLICATE,
        State.HELD: Account.HELD,
        State.QUEUED: Account.OPEN,
        State.UNKNOWN: Account.OPEN,
        State.UNDELIVERABLE: Account.OPEN,
        State.DELIVERED: Account.DELIVERED,
        State.ACCEPTED: Account.DELIVERED,
        State.REFUSED: Account.DELIVERED,
        State.OVERDUE: Account.DELIVERED,
        State.CANCELLED: Account.CANCELLED,
        State.ERASED: Account.CANCELLED,
    }
)


class WrongStateError(ValueError):
    """What is asked cannot happen to a message that stands where it does."""

    def __init__(self, kind: Kind, state: State | None, event: Event) -> None:
        stands = f"is {state}" if state is not None else "is not there yet"
        super().__init__(f"A {kind} that {stands} cannot take the event `{event}`")


def after(kind: Kind, state: State | None, event: Event) -> State:
    """The state that an event brings a message to. Raises `WrongStateError` where no row says it."""
    if event is Event.WAS_ERASED and state is not None:
        return State.ERASED
    found = _AFTER.get((kind, state, event))
    if found is None:
        raise WrongStateError(kind, state, event)
    return found


def allows(kind: Kind, state: State | None, event: Event) -> bool:
    """Whether an event may happen to a message in a state."""
    return (kind, state, event) in _AFTER or (event is Event.WAS_ERASED and state is not None)
