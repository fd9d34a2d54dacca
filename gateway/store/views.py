"""Messages as people see them: each with its names, and with what its kind adds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from gateway.errors import UsageError
from gateway.store.ids import LENGTH
from gateway.store.messages import Search, search
from gateway.store.tables import DocumentRow, Message, PartnerRow, SearchKey, SendingRow

AT_ONCE = 500
SHOWN = 5  # ids that a beginning could mean
FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """A message; what is None does not apply to it, is not known, or was erased.

    `document` is the kind of document, of an acknowledgment such as `997`, and `why` the code of what keeps
    it or was its end. Of what is sent `answers` is the arrival that it acknowledges.
    """

    id: str
    kind: str
    state: str
    partner: str | None
    channel: str
    direction: str
    usage: str
    size: int
    arrived_at: datetime
    changed_at: datetime
    within: str | None
    document: str | None
    number: str | None
    order_number: str | None
    place: int | None
    agreement: str | None
    onward: str | None
    configuration: str | None
    why: str | None
    parent: str | None
    file_name: str | None
    sender: str | None
    receiver: str | None
    isa13: int | None
    answers: str | None
    due_at: datetime | None
    delivered_at: datetime | None


_OF_MESSAGE = ("id", "kind", "state", "channel", "direction", "usage", "size", "arrived_at", "changed_at")
_OF_DOCUMENT = ("number", "order_number", "place", "onward", "why", "parent")
_OF_SENDING = ("sender", "receiver", "isa13", "answers", "due_at", "delivered_at")
_NAME = aliased(SearchKey)


def views(connection: Connection, messages: Iterable[str]) -> tuple[MessageView, ...]:
    """These messages, in the order of their ids; those that are not there are left out."""
    wanted = sorted(set(messages))
    return tuple(_views(connection, wanted))


def view_of(connection: Connection, message: str) -> MessageView:
    """One message by its id, or by a beginning that no other has. Raises `UsageError`."""
    return views(connection, (message_called(connection, message),))[0]


def listed(connection: Connection, wanted: Search) -> tuple[MessageView, ...]:
    """The messages that are looked for, the latest first."""
    return tuple(reversed(views(connection, [each.id for each in search(connection, wanted)])))


def message_called(connection: Connection, beginning: str) -> str:
    """The id of the message that begins so. Raises `UsageError` where none or several do."""
    text = beginning.strip().upper()
    if not text.isascii() or not text.isalnum() or len(text) > LENGTH:
        raise _unknown(beginning)
    ids = select(col(Message.id)).where(col(Message.id) >= text, col(Message.id) < f"{text}~")
    found = connection.execute(ids.order_by(col(Message.id)).limit(SHOWN + 1)).scalars().all()
    if not found:
        raise _unknown(beginning)
    if len(found) > 1 and found[0] != text:
        several = ", ".join(found[:SHOWN]) + (" and more" if len(found) > SHOWN else "")
        raise UsageError(f"Several messages begin with {beginning!r}: {several}; write more of the id")
    return found[0]


def _unknown(beginning: str) -> UsageError:
    return UsageError(
        f"There is no message {beginning!r}; `gateway messages list` shows those that there are"
    )


def _views(connection: Connection, wanted: Sequence[str]) -> Iterator[MessageView]:
    named = (col(_NAME.message_id) == col(Message.id)) & (col(_NAME.kind) == FILE)
    columns = [
        *(col(getattr(Message, name)) for name in _OF_MESSAGE),
        *(col(getattr(DocumentRow, name)) for name in _OF_DOCUMENT),
        *(col(getattr(SendingRow, name)) for name in _OF_SENDING),
        col(Message.within),
        col(PartnerRow.name).label("partner"),
        col(DocumentRow.kind).label("read_as"),
        col(SendingRow.document).label("sent_as"),
        col(DocumentRow.agreement).label("came_by"),
        col(SendingRow.agreement).label("sent_by"),
        col(DocumentRow.configuration).label("read_with"),
        col(SendingRow.configuration).label("written_with"),
        col(SendingRow.file_name).label("sent_name"),
        col(_NAME.written).label("came_name"),
    ]
    joined = (
        select(*columns)
        .join(PartnerRow, col(PartnerRow.id) == col(Message.partner), isouter=True)
        .join(DocumentRow, col(DocumentRow.message_id) == col(Message.id), isouter=True)
        .join(SendingRow, col(SendingRow.message_id) == col(Message.id), isouter=True)
        .join(_NAME, named, isouter=True)
        .order_by(col(Message.id))
    )
    for start in range(0, len(wanted), AT_ONCE):
        last = None
        for row in connection.execute(joined.where(col(Message.id).in_(wanted[start : start + AT_ONCE]))):
            if row.id == last:  # it is known by several names
                continue
            last = row.id
            own = {
                "document": row.read_as or row.sent_as,
                "agreement": row.came_by or row.sent_by,
                "configuration": row.read_with or row.written_with,
                "file_name": row.sent_name or row.came_name,
            }
            taken = {
                each.name: getattr(row, each.name) for each in fields(MessageView) if each.name not in own
            }
            yield MessageView(**taken, **own)
