"""All that belongs to one order: what came, what was sent of it, what was answered, what is awaited."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlmodel import col

from gateway.errors import UsageError
from gateway.lifecycle import Kind, State
from gateway.store.related import of_order
from gateway.store.tables import Carried
from gateway.store.views import MessageView, views

ORDER = "PurchaseOrder"
FOLLOWING = ("OrderAcknowledgment", "ShipNotice", "Invoice")
"""What an order leads to, in this order."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A message with what came of it."""

    message: MessageView
    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class Awaited:
    """What is still to come: of a message; or, where it names none, a document of this kind.

    `until` is by when, if that is known.
    """

    message: str | None
    what: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """An order by its number as it was asked for: files with their documents below, and what is awaited."""

    number: str
    branches: tuple[Branch, ...]
    awaited: tuple[Awaited, ...]


def order(connection: Connection, number: str) -> Order:
    """What belongs to an order. Raises `UsageError` when nothing does."""
    found = views(connection, of_order(connection, number))
    if not found:
        raise UsageError(
            f"Nothing is known of an order {number!r}; `gateway messages list --key NUMBER` looks for other "
            f"numbers"
        )
    return Order(number, _branches(connection, found), tuple(_awaited(found)))


def _branches(connection: Connection, found: Sequence[MessageView]) -> tuple[Branch, ...]:
    """The messages as a tree: files, below them documents and answers, below documents what was sent."""
    by_id = {each.id: each for each in found}
    below: dict[str | None, list[MessageView]] = defaultdict(list)
    carried = select(col(Carried.document_id), col(Carried.sending_id)).where(
        col(Carried.sending_id).in_([each.id for each in found if each.kind == Kind.SENDING])
    )
    placed = set()
    for row in connection.execute(carried.order_by(col(Carried.sending_id), col(Carried.n))):
        if row.document_id in by_id and row.sending_id not in placed:
            below[row.document_id].append(by_id[row.sending_id])
            placed.add(row.sending_id)
    for each in found:
        if each.id not in placed:
            over = each.within or each.answers
            below[over if over in by_id else None].append(each)

    def branch(message: MessageView) -> Branch:
        return Branch(message, tuple(branch(each) for each in below[message.id]))

    return tuple(branch(each) for each in below[None])


def _awaited(found: Sequence[MessageView]) -> list[Awaited]:
    awaited = [one for each in found if (one := _of_message(each)) is not None]
    documents = {each.document for each in found if each.kind == Kind.DOCUMENT and _counts(each)}
    if ORDER in documents:
        awaited += [Awaited(None, kind) for kind in FOLLOWING if kind not in documents]
    return awaited


def _counts(message: MessageView) -> bool:
    gone = (State.REJECTED, State.DUPLICATE, State.CANCELLED, State.ERASED)
    return State(message.state) not in gone


def _of_message(message: MessageView) -> Awaited | None:
    """What keeps a message from its end."""
    if message.kind == Kind.SENDING and message.state == State.OVERDUE:
        return Awaited(message.id, "its receipt, which is late")
    if message.kind == Kind.SENDING and message.due_at is not None:
        return Awaited(message.id, "its receipt", message.due_at)
    what = {
        State.RECEIVED: "to be taken up",
        State.QUARANTINED: "an agreement, then `gateway quarantine replay`",
        State.FAILED: "a person: `gateway messages requeue` when the cause is gone",
        State.HELD: "a person: `gateway held release` or `refuse`",
        State.QUEUED: "to be delivered" if message.kind == Kind.SENDING else "to be sent",
        State.UNKNOWN: "to be known whether it was delivered",
        State.UNDELIVERABLE: "a person: `gateway messages requeue` when the partner can be reached",
    }.get(State(message.state))
    why = f" ({message.why})" if message.why and what else ""
    return None if what is None else Awaited(message.id, f"{what}{why}")
