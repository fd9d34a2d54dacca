"""Asks after receipts that should have come: what is not acknowledged in time is overdue."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select
from sqlmodel import col

from gateway.lifecycle import Event, allows
from gateway.service.alerting.notices import Notices
from gateway.store.alerts import alert, raise_alert
from gateway.store.lives import Happening, happen, standing_of
from gateway.store.people import SERVICE, actor_id
from gateway.store.queue.steps import Leased
from gateway.store.sendings import change_sending
from gateway.store.store import Store
from gateway.store.tables import Carried, Message, SendingRow
from gateway.store.writing.transaction import Change, Transaction

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Chasing:
    """The handler of steps `chase`."""

    store: Store
    notices: Notices

    def work(self, step: Leased) -> Change[object]:
        """Let what is late be overdue; a receipt that comes later still counts."""
        return self._chase

    def _chase(self, transaction: Transaction) -> None:
        late = _late(transaction.connection, transaction)
        if not late:
            return
        who = actor_id(transaction, SERVICE)
        carried = select(col(Carried.document_id)).where(
            col(Carried.sending_id).in_([*late]), col(Carried.document_id).is_not(None)
        )
        documents = [str(each) for each in transaction.connection.execute(carried).scalars()]
        known = standing_of(transaction, [*late, *documents])
        event = Event.RECEIPT_IS_LATE
        told = {message: change_sending(transaction, message, {"due_at": None}) for message in late}
        happen(
            transaction,
            who,
            [
                Happening(each, event, told.get(each.id, {}))
                for each in known.values()
                if allows(each.kind, each.state, event)
            ],
        )
        for message, channel in late.items():
            text = f"What went over {channel} was not acknowledged in time: `gateway messages show {message}`"
            raise_alert(transaction, alert("receipt-overdue", channel, text), self.notices)


def _late(connection: Connection, transaction: Transaction) -> dict[str, str]:
    """The sendings whose receipt is late, each with its channel."""
    wanted = (
        select(col(SendingRow.message_id), col(Message.channel))
        .join(Message, col(Message.id) == col(SendingRow.message_id))
        .where(col(SendingRow.due_at) < transaction.now)
        .order_by(col(SendingRow.due_at))
        .limit(AT_ONCE)
    )
    return {row.message_id: row.channel for row in connection.execute(wanted)}
