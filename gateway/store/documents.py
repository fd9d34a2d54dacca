"""Documents as messages: each has a row, a key and a leaf of its own, beside the file it came in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import ColumnElement, Connection, and_, desc, or_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from gateway.lifecycle import Kind, State
from gateway.store.messages import KEYS, keys_digest, rows_of_keys
from gateway.store.payloads.adding import Payloads
from gateway.store.rows_told import Told, told_of_document
from gateway.store.search_keys import Key, normalised
from gateway.store.tables import Carried, DocumentRow, Message, PartnerRow, SearchKey
from gateway.store.writing.transaction import Details, Entry, Transaction

LONGEST_NUMBER = 200
ORDER = "PurchaseOrder"
NOTHING: Mapping[str, bytes | None] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document that was read. `partner` is the id of its partner, `orders` the orders it is about.

    `state` is where it stands when all that its reading led to has happened; `why` the code of what keeps it
    there, or was its end.
    """

    within: str
    place: int
    kind: str
    channel: str
    partner: str | None
    usage: str
    state: State
    size: int = 0
    number: str | None = None
    orders: tuple[str, ...] = ()
    agreement: str | None = None
    onward: str | None = None
    configuration: str | None = None
    why: str | None = None
    parent: str | None = None
    keys: Sequence[Key] = ()
    details: Details = field(default_factory=dict)


def add_document(
    transaction: Transaction,
    payloads: Payloads,
    who: str,
    new: NewDocument,
    kept: Mapping[str, bytes | None] = NOTHING,
) -> str:
    """Enter a document, and give its id; `who` is the id of an actor, `kept` are bytes by their role."""
    message = transaction.new_id()
    payloads.keys.keep(transaction, message, payloads.keys.new())
    row = {
        "id": message,
        "kind": Kind.DOCUMENT.value,
        "within": new.within,
        "direction": "in",
        "channel": new.channel,
        "partner": new.partner,
        "usage": new.usage,
        "state": new.state.value,
        "size": new.size,
        "arrived_at": transaction.now,
        "changed_at": transaction.now,
    }
    transaction.insert(Message, row)
    number = new.number[:LONGEST_NUMBER] if new.number else None
    own = {
        "message_id": message,
        "place": new.place,
        "kind": new.kind,
        "number": number,
        "order_number": normalised(new.orders[0]) if new.orders else None,
        "agreement": new.agreement,
        "onward": new.onward,
        "configuration": new.configuration,
        "why": new.why,
        "parent": new.parent,
    }
    transaction.insert(DocumentRow, own)
    details: dict[str, str | int] = {
        "channel": new.channel,
        "size": new.size,
        "kind": Kind.DOCUMENT.value,
        "within": new.within,
        "usage": new.usage,
        **{name: value for name, value in told_of_document(own).items() if value},
    }
    keys = rows_of_keys(message, new.keys)
    if keys:
        transaction.insert_missing(SearchKey, *keys)
        told = [(str(each["kind"]), str(each["normalised"]), str(each["written"])) for each in keys]
        details[KEYS] = keys_digest(told)
    digests = {
        role: payloads.add(transaction, message, role, data)
        for role, data in kept.items()
        if data is not None
    }
    entry = Entry(
        f"{Kind.DOCUMENT}-{new.state}",
        who,
        message,
        new.partner,
        after=new.state.value,
        digests=digests,
        details={**details, **new.details},
    )
    transaction.record(entry)
    return message


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """A document as it is kept: which of its arrival it is, and where it goes."""

    message: str
    arrival: str
    place: int
    kind: str
    number: str
    state: State
    partner: str | None
    onward: str | None
    since: datetime
    size: int


def kept_documents(connection: Connection, messages: Sequence[str]) -> tuple[KeptDocument, ...]:
    """These documents, in the order in which they came."""
    return _kept(connection, col(Message.id).in_(messages))


@dataclass(frozen=True, slots=True)
class Settled:
    """Where a document of a file stands, and why; `agreement` is the id of that by which it came in."""

    place: int
    state: State
    why: str | None
    agreement: str | None


def settled_documents(connection: Connection, arrival: str) -> tuple[Settled, ...]:
    """The documents of an arrival as they stand, those that were read anew behind what they were made of."""
    columns = (col(DocumentRow.place), col(Message.state), col(DocumentRow.why), col(DocumentRow.agreement))
    wanted = select(*columns).join(DocumentRow, col(DocumentRow.message_id) == col(Message.id))
    rows = connection.execute(wanted.where(col(Message.within) == arrival).order_by(col(Message.id)))
    return tuple(Settled(row.place, State(row.state), row.why, row.agreement) for row in rows)


def waiting_documents(connection: Connection, onward: str) -> tuple[KeptDocument, ...]:
    """The documents that wait to be sent by an agreement, and are in no sending yet."""
    sent = select(col(Carried.document_id)).where(col(Carried.document_id) == col(Message.id)).exists()
    return _kept(
        connection,
        and_(col(DocumentRow.onward) == onward, col(Message.state) == State.QUEUED.value, ~sent),
    )


def held_for(connection: Connection, beginnings: Sequence[str], limit: int) -> tuple[str, ...]:
    """The documents that are held for a reason whose code begins like one of these, the earliest first."""
    reasons = or_(*(col(DocumentRow.why).startswith(each, autoescape=True) for each in beginnings))
    wanted = (
        select(col(Message.id))
        .join(DocumentRow, col(DocumentRow.message_id) == col(Message.id))
        .where(col(Message.state) == State.HELD.value, reasons)
        .order_by(col(Message.id))
        .limit(limit)
    )
    return tuple(connection.execute(wanted).scalars())


def change_document(transaction: Transaction, message: str, changes: Mapping[str, object]) -> Told:
    """Keep what is known of a document now; gives what the leaf of the change has to tell."""
    own = update(DocumentRow).where(col(DocumentRow.message_id) == message)
    transaction.connection.execute(own.values(**changes))
    return told_of_document(changes)


def _kept(connection: Connection, condition: ColumnElement[bool]) -> tuple[KeptDocument, ...]:
    columns = (
        col(Message.id),
        col(Message.within),
        col(DocumentRow.place),
        col(DocumentRow.kind),
        col(DocumentRow.number),
        col(Message.state),
        col(Message.partner),
        col(DocumentRow.onward),
        col(Message.arrived_at),
        col(Message.size),
    )
    wanted = select(*columns).join(DocumentRow, col(DocumentRow.message_id) == col(Message.id))
    rows = connection.execute(wanted.where(condition).order_by(col(Message.id)))
    return tuple(
        KeptDocument(
            message=row.id,
            arrival=row.within,
            place=row.place,
            kind=row.kind,
            number=row.number or "",
            state=State(row.state),
            partner=row.partner,
            onward=row.onward,
            since=row.arrived_at,
            size=row.size,
        )
        for row in rows
    )


def order_of(connection: Connection, number: str, partners: Collection[str] | None = None) -> str | None:
    """The message of the latest order of a number, of some partners or of any; None where there is none."""
    wanted = (
        select(col(DocumentRow.message_id))
        .join(Message, col(Message.id) == col(DocumentRow.message_id))
        .where(col(DocumentRow.order_number) == normalised(number), col(DocumentRow.kind) == ORDER)
        .where(col(Message.state).not_in((State.DUPLICATE.value, State.REJECTED.value, State.ERASED.value)))
    )
    if partners is not None:
        named = select(col(PartnerRow.id)).where(col(PartnerRow.name).in_(partners)).scalar_subquery()
        wanted = wanted.where(col(Message.partner).in_(named))
    latest = wanted.order_by(col(DocumentRow.message_id).desc()).limit(1)
    return connection.execute(latest).scalar_one_or_none()


def order_before(connection: Connection, message: str) -> str | None:
    """The message of the order that came before this one, from the same partner under the same number."""
    own, other = aliased(DocumentRow), aliased(Message)
    this = select(col(DocumentRow.order_number), col(Message.partner)).join(
        Message, col(Message.id) == col(DocumentRow.message_id)
    )
    row = connection.execute(this.where(col(DocumentRow.message_id) == message)).one_or_none()
    if row is None:
        return None
    wanted = (
        select(own.message_id)  # type: ignore[call-overload]  # SQLModel does not type aliases
        .join(other, other.id == own.message_id)
        .where(own.order_number == row.order_number, own.kind == ORDER, other.partner == row.partner)
        .where(own.message_id < message)
        .order_by(desc(own.message_id))
        .limit(1)
    )
    return connection.execute(wanted).scalar_one_or_none()


def partner_of_order(connection: Connection, number: str) -> str | None:
    """The name of the partner from whom the latest order of a number came; None where there is none."""
    message = order_of(connection, number)
    if message is None:
        return None
    named = select(col(PartnerRow.name)).join(Message, col(Message.partner) == col(PartnerRow.id))
    return connection.execute(named.where(col(Message.id) == message)).scalar_one_or_none()
