"""Receipts: acknowledgments that come are matched with what was sent, and late ones are asked after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

import msgspec
from sqlalchemy import select
from sqlmodel import col

from gateway.acknowledgments.answered import AcknowledgedGroup, Identity
from gateway.exchange.receipts import (
    AWAITED,
    Ambiguous,
    Matched,
    SentGroup,
    SentInterchange,
    SentSet,
    Standing,
    State,
    Unmatched,
    apply,
    match,
    standing_of,
)
from gateway.findings import Finding
from gateway.lifecycle import Event, allows
from gateway.lifecycle import State as LifeState
from gateway.pipeline.received import Answer
from gateway.service.alerting.notices import Notices
from gateway.service.exchange.names import DELIVER
from gateway.service.exchange.plans import Arrived
from gateway.service.work.handling import Retry
from gateway.store.alerts import alert, raise_alert
from gateway.store.lives import Happening, happen
from gateway.store.lives import standing_of as stand
from gateway.store.queue.leased_table import StepQueue
from gateway.store.queue.steps import NewStep
from gateway.store.sendings import take_receipt
from gateway.store.tables import Carried, Message, SendingRow
from gateway.store.writing.transaction import Transaction

EVENTS = MappingProxyType(
    {
        Standing.ACCEPTED: Event.RECEIPT_ACCEPTS,
        Standing.ACCEPTED_WITH_ERRORS: Event.RECEIPT_ACCEPTS,
        Standing.REFUSED: Event.RECEIPT_REFUSES,
    }
)
AGAIN = frozenset(("delivered", "accepted", "refused", "overdue"))


@dataclass(frozen=True, slots=True)
class Receipts:
    """Takes receipts within a change."""

    queue: StepQueue
    notices: Notices

    def take(self, transaction: Transaction, who: str, arrived: Arrived, answer: Answer) -> None:
        """Let a receipt do what it does to what was sent; one that belongs to nothing is told to people."""
        acknowledged = answer.acknowledged
        parties = acknowledged.parties
        sent = _sent(transaction, _name(parties.receiver), _name(parties.sender), acknowledged)
        matched = match(sent, acknowledged)
        if isinstance(matched, Unmatched | Ambiguous):
            self._tell(transaction, arrived, matched.finding)
            return
        self._apply(transaction, who, arrived, matched, answer)

    def _apply(
        self, transaction: Transaction, who: str, arrived: Arrived, matched: Matched, answer: Answer
    ) -> None:
        sending = matched.sent.id
        standing = stand(transaction, [sending])[sending]
        if standing.state is LifeState.QUEUED:
            raise Retry(
                "the receipt was quicker than our own books; it is taken when what it answers is there"
            )
        kept = select(col(SendingRow.receipt)).where(col(SendingRow.message_id) == sending)
        before = transaction.connection.execute(kept).scalar_one()
        state = AWAITED if before is None else msgspec.json.decode(before, type=State)
        answered = apply(matched.sent, state, answer.acknowledged)
        documents = [each.document for group in matched.sent.groups for each in group.sets]
        standings = {each: standing_of(answered.state, each) for each in documents}
        values: dict[str, object] = {"receipt": msgspec.json.encode(answered.state).decode()}
        if all(each is not Standing.AWAITED for each in standings.values()):
            values["due_at"] = None
        verdicts = {document: standing.value for document, standing in standings.items()}
        take_receipt(transaction, who, sending, arrived.id, values, verdicts)
        self._happen(transaction, who, sending, standings, arrived.id)
        for finding in answered.findings:
            self._tell(transaction, arrived, finding)

    def _happen(
        self, transaction: Transaction, who: str, sending: str, standings: dict[str, Standing], by: str
    ) -> None:
        """Let each document, and the sending as a whole, stand as their receipts say."""
        of_all = _of_all([*standings.values()])
        events = {each: EVENTS.get(standing) for each, standing in standings.items()}
        events[sending] = EVENTS.get(of_all)
        known = stand(transaction, [*events])
        happenings = [
            Happening(known[message], event, {"receipt": by})
            for message, event in events.items()
            if event is not None
            and message in known
            and allows(known[message].kind, known[message].state, event)
        ]
        happen(transaction, who, happenings)
        for each in happenings:
            if each.event is Event.RECEIPT_REFUSES and each.to.id == sending:
                text = f"Its partner refused the message {sending}. `gateway messages timeline {sending}`"
                raise_alert(transaction, alert("message-refused", sending, text), self.notices)

    def answer_again(self, transaction: Transaction, who: str, earlier: str) -> None:
        """Send the answers to an earlier arrival, or to the one of an earlier document, once more."""
        within = select(col(Message.within)).where(col(Message.id) == earlier)
        arrival = transaction.connection.execute(within).scalar_one_or_none() or earlier
        answers = select(col(SendingRow.message_id)).where(col(SendingRow.answers) == arrival)
        found = transaction.connection.execute(answers).scalars().all()
        known = stand(transaction, found)
        again = [each for each in known.values() if each.state in AGAIN]
        happen(transaction, who, [Happening(each, Event.IS_SENT_AGAIN) for each in again])
        for each in again:
            self.queue.enqueue(transaction, NewStep(DELIVER, message=each.id))

    def _tell(self, transaction: Transaction, arrived: Arrived, finding: Finding) -> None:
        text = f"A receipt that came over {arrived.channel}: {finding.message}"
        raise_alert(transaction, alert(finding.code, arrived.channel, text), self.notices)


def _sent(
    transaction: Transaction, sender: str, receiver: str, answer: object
) -> tuple[SentInterchange, ...]:
    """What was sent that an answer may be about, with all that its envelopes said."""
    wanted = select(col(SendingRow.message_id), col(SendingRow.isa13), col(SendingRow.written_at)).where(
        col(SendingRow.sender) == sender,
        col(SendingRow.receiver) == receiver,
        col(SendingRow.written_at).is_not(None),
    )
    if isinstance(answer, AcknowledgedGroup):
        groups = select(col(Carried.sending_id)).where(col(Carried.gs06) == _number(answer.control_number))
        wanted = wanted.where(col(SendingRow.message_id).in_(groups))
    else:
        number = getattr(answer, "control_number", "")
        wanted = wanted.where(col(SendingRow.isa13) == _number(number))
    rows = transaction.connection.execute(wanted).all()
    return tuple(
        _interchange(transaction, row.message_id, row.isa13, row.written_at, sender, receiver) for row in rows
    )


def _interchange(
    transaction: Transaction, message: str, isa13: int, written_at: str, sender: str, receiver: str
) -> SentInterchange:
    columns = (
        col(Carried.gs01),
        col(Carried.gs06),
        col(Carried.st01),
        col(Carried.st02),
        col(Carried.document_id),
    )
    rows = transaction.connection.execute(select(*columns).where(col(Carried.sending_id) == message)).all()
    groups: dict[tuple[str, int], list[SentSet]] = {}
    for row in rows:
        groups.setdefault((row.gs01, row.gs06), []).append(SentSet(row.st01, row.st02, row.document_id))
    day, _, time = written_at.partition(" ")
    return SentInterchange(
        id=message,
        isa13=str(isa13),
        date=day,
        time=time,
        sender=_identity(sender),
        receiver=_identity(receiver),
        groups=tuple(
            SentGroup(gs01=gs01, gs06=str(gs06), sets=tuple(sets)) for (gs01, gs06), sets in groups.items()
        ),
    )


def _of_all(standings: Sequence[Standing]) -> Standing:
    """How a sending stands by its documents: refused when one of them is, accepted when all are."""
    if Standing.REFUSED in standings:
        return Standing.REFUSED
    if Standing.AWAITED in standings or not standings:
        return Standing.AWAITED
    return Standing.ACCEPTED


def _name(identity: Identity) -> str:
    return f"{identity.qualifier}/{identity.identifier}"


def _identity(name: str) -> Identity:
    qualifier, _, identifier = name.partition("/")
    return Identity(qualifier, identifier)


def _number(text: str) -> int:
    """A control number as it is kept; -1, which none has, for what is none."""
    return int(text) if text.isdigit() and text.isascii() and len(text) <= 18 else -1
