"""Writes what was planned: rows, leaves, control numbers and steps of one arrival, all in one change."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from zoneinfo import ZoneInfo

from gateway.acknowledgments.received import GroupAnswer
from gateway.agreements.agreement import Agreement
from gateway.agreements.channel import Channel
from gateway.exchange.writing import EXTENSIONS, ReadyX12, X12Numbers
from gateway.findings import Finding
from gateway.formats.detect import Format
from gateway.formats.x12.writer import interchange_date_time
from gateway.lifecycle import Event, Kind
from gateway.service.alerting.notices import Notices
from gateway.service.exchange.answering import written_answers
from gateway.service.exchange.file_names import file_name
from gateway.service.exchange.in_force import InForce
from gateway.service.exchange.names import DELIVER, REPLY
from gateway.service.exchange.plans import AnswerPlan, ArrivalPlan, DocumentPlan
from gateway.service.exchange.receipts import Receipts
from gateway.service.exchange.replying import REPLY_TEXT, reply_of
from gateway.service.work.handling import Retry
from gateway.service.work.key_reading import READ_KEYS
from gateway.store.alerts import alert, raise_alert
from gateway.store.control_numbers.allotting import allot
from gateway.store.control_numbers.names import Function, StreamKey
from gateway.store.documents import NewDocument, add_document
from gateway.store.lives import Happening, Standing, happen
from gateway.store.payloads.adding import Payloads
from gateway.store.people import SERVICE, actor_id, partner_id
from gateway.store.queue.leased_table import StepQueue
from gateway.store.queue.steps import BACKGROUND, NewStep
from gateway.store.search_keys import Key, KeyKind
from gateway.store.seen import Recognition
from gateway.store.sendings import Carry, NewSending, add_sending
from gateway.store.writing.transaction import Transaction

CANONICAL = "canonical"
"""The role of an order as it was understood: answers to it are completed from that."""
MOST_FINDINGS = 20  # that a leaf tells of one document
FILE_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "PurchaseOrder": "order",
        "PurchaseOrderChange": "order-change",
        "OrderAcknowledgment": "order-acknowledgment",
        "OrderChangeAcknowledgment": "change-acknowledgment",
        "ShipNotice": "ship-notice",
        "Invoice": "invoice",
    }
)


@dataclass(frozen=True, slots=True)
class Recorder:
    """Writes plans of one configuration."""

    in_force: InForce
    payloads: Payloads
    recognition: Recognition
    queue: StepQueue
    notices: Notices
    receipts: Receipts

    def record(self, transaction: Transaction, plans: Sequence[ArrivalPlan]) -> None:
        """Write plans. Raises `Retry` where something came meanwhile that one of them does not know of."""
        self._check(transaction, plans)
        who = actor_id(transaction, SERVICE)
        happenings = [self._recorded(transaction, who, plan) for plan in plans]
        happen(transaction, who, happenings)

    def _recorded(self, transaction: Transaction, who: str, plan: ArrivalPlan) -> Happening:
        """Write all of a plan but what happens to the arrival itself, which is given back."""
        arrived = plan.arrived
        documents = [self._document(transaction, who, plan, each) for each in plan.documents]
        self.recognition.remember(transaction, arrived.id, plan.digests)
        for answer in plan.answers:
            self._answer(transaction, who, plan, answer)
        for earlier in plan.answered_before:
            self.receipts.answer_again(transaction, who, earlier)
        for receipt in plan.receipts:
            self.receipts.take(transaction, who, arrived, receipt)
        details = _details(plan, len(documents))
        digests = self._reply(transaction, plan, documents)
        standing = Standing(arrived.id, Kind.ARRIVAL, arrived.state, arrived.partner)
        self._tell(transaction, plan, documents)
        return Happening(standing, plan.event, details, digests)

    def _check(self, transaction: Transaction, plans: Sequence[ArrivalPlan]) -> None:
        """See that nothing came meanwhile that a plan would have been made otherwise for.

        Of two plans that rest on one identity, the second would have been made otherwise for the first.
        """
        rests_on = [digest for plan in plans for digest in plan.rests_on]
        found = self.recognition.latest(transaction.connection, rests_on)
        if len(set(rests_on)) < len(rests_on) or any(
            found.get(digest) != known for plan in plans for digest, known in plan.rests_on.items()
        ):
            raise Retry("something alike came at the same time; it is looked at again")

    def _document(self, transaction: Transaction, who: str, plan: ArrivalPlan, document: DocumentPlan) -> str:
        agreement, onward = document.agreement, document.onward
        new = NewDocument(
            within=plan.arrived.id,
            place=document.read.place,
            kind=document.kind,
            channel=plan.arrived.channel,
            partner=plan.arrived.partner,
            usage=document.usage,
            state=document.state,
            number=document.number,
            orders=document.orders,
            agreement=agreement.id if agreement is not None else None,
            onward=onward.id if onward is not None else None,
            configuration=self.in_force.digest,
            why=document.why,
            keys=document.keys,
            details=_told_of(document),
        )
        message = add_document(transaction, self.payloads, who, new, {CANONICAL: document.canonical})
        if document.why is None or Event.IS_KEPT_BACK in document.events:
            self.recognition.remember(transaction, message, document.digests)
        if document.ready is not None and onward is not None:
            self._send(transaction, who, onward, document, message)
        return message

    def _send(
        self, transaction: Transaction, who: str, onward: Agreement, plan: DocumentPlan, document: str
    ) -> None:
        """Queue what is ready, under numbers of this change."""
        message, ready = transaction.new_id(), plan.ready
        channel = self.in_force.configuration.channel_of(onward)
        named = {"document": FILE_NAMES.get(plan.kind, plan.kind), "number": plan.number or ""}
        partner = partner_id(transaction, onward.partner, who)
        usage = self.in_force.usage_of(onward).value
        keys = tuple(each for each in plan.keys if each.kind not in ENVELOPES)
        if isinstance(ready, ReadyX12):
            numbers = _numbers(transaction, ready, message)
            data = ready.written(numbers)
            day, time = interchange_date_time(ready.writer.at)
            st02 = f"{numbers.sets[0]:04d}"
            name = _file_name(channel, message, plan=named, control=numbers.interchange, form=Format.X12)
            new = NewSending(
                message,
                data,
                channel.id,
                partner,
                usage,
                plan.kind,
                name,
                onward.id,
                ready.sender,
                ready.receiver,
                numbers.interchange,
                f"{day} {time}",
                configuration=self.in_force.digest,
                carried=(Carry(document, ready.gs01, numbers.group, ready.st01, st02),),
                keys=(*keys, *_envelope_keys(numbers.interchange, numbers.group, st02)),
            )
        elif ready is not None:
            name = _file_name(channel, message, plan=named, control=None, form=Format(onward.format))
            new = NewSending(
                message,
                ready.data,
                channel.id,
                partner,
                usage,
                plan.kind,
                name,
                onward.id,
                configuration=self.in_force.digest,
                carried=(Carry(document),),
                keys=keys,
            )
        else:
            return
        add_sending(transaction, self.payloads, who, new)
        self.deliver(transaction, message, lane=onward.id if onward.in_order else None)

    def deliver(self, transaction: Transaction, message: str, lane: str | None = None) -> None:
        """Let a sending be delivered; those of a lane one after the other."""
        self.queue.enqueue(transaction, NewStep(DELIVER, message=message, lane=lane))

    def _answer(self, transaction: Transaction, who: str, plan: ArrivalPlan, answer: AnswerPlan) -> None:
        channel = plan.channel
        assert channel is not None, "what came over no channel is not answered"
        partner = self.in_force.partner(channel.partner)
        zone = ZoneInfo(partner.terms.zone)
        ids = [transaction.new_id(), transaction.new_id()]
        agreed = GroupAnswer(partner.x12.acknowledge.value)
        written = written_answers(transaction, answer, agreed, transaction.now.astimezone(zone), ids)
        for each in written:
            message = ids[0] if each.kind == "TA1" else ids[1]
            named = {"document": each.kind.lower(), "number": answer.interchange.isa[13].strip()}
            name = _file_name(channel, message, plan=named, control=each.isa13, form=Format.X12)
            new = NewSending(
                message,
                each.data,
                channel.id,
                partner_id(transaction, channel.partner, who),
                channel.usage.value,
                each.kind,
                name,
                None,
                each.sender,
                each.receiver,
                each.isa13,
                answers=plan.arrived.id,
                configuration=self.in_force.digest,
                carried=each.carried,
                keys=(Key(KeyKind.INTERCHANGE, f"{each.isa13:09d}"),),
            )
            add_sending(transaction, self.payloads, who, new)
            self.deliver(transaction, message)

    def _reply(self, transaction: Transaction, plan: ArrivalPlan, documents: Sequence[str]) -> dict[str, str]:
        """Arrange the reply beside the file, where the channel has any; gives what the leaf commits to."""
        channel = plan.channel
        if channel is None or channel.folder is None or channel.folder.replies is None:
            return {}
        text = reply_of(plan, channel.folder.replies)
        digest = self.payloads.add(transaction, plan.arrived.id, REPLY_TEXT, text.data)
        body = {"channel": channel.id, "ending": text.ending}
        self.queue.enqueue(transaction, NewStep(REPLY, body, message=plan.arrived.id))
        return {REPLY_TEXT: digest}

    def _tell(self, transaction: Transaction, plan: ArrivalPlan, documents: Sequence[str]) -> None:
        """Alert people to what needs them, and let what was not read be found by its numbers."""
        arrived = plan.arrived
        if plan.event is not Event.WAS_SPLIT or any(not each.digests for each in plan.documents):
            step = NewStep(READ_KEYS, message=arrived.id, priority=BACKGROUND)
            self.queue.enqueue(transaction, step)
        needed = [(plan.event, plan.why, arrived.id)]
        needed += [
            (each.events[-1], each.why, message)
            for each, message in zip(plan.documents, documents, strict=True)
            if each.events
        ]
        for event, why, message in needed:
            code = ALERTS.get(event)
            if code is not None:
                text = f"A message of {arrived.channel} {event}: {why}. `gateway messages show {message}`"
                raise_alert(transaction, alert(code, f"{arrived.channel} {why}", text), self.notices)


ENVELOPES = frozenset((KeyKind.INTERCHANGE, KeyKind.GROUP, KeyKind.SET, KeyKind.FILE_NAME))
ALERTS = MappingProxyType(
    {
        Event.CANNOT_BE_PLACED: "message-quarantined",
        Event.WE_FAILED: "message-failed",
        Event.IS_KEPT_BACK: "message-held",
    }
)


def _numbers(transaction: Transaction, ready: ReadyX12, message: str) -> X12Numbers:
    interchange, group, number = (
        allot(transaction, StreamKey(ready.sender, ready.receiver, function), message)
        for function in (Function.INTERCHANGE, Function.GROUP, Function.SET)
    )
    return X12Numbers(interchange, group, (number,))


def _envelope_keys(isa13: int, gs06: int, st02: str) -> tuple[Key, ...]:
    return (
        Key(KeyKind.INTERCHANGE, f"{isa13:09d}"),
        Key(KeyKind.GROUP, str(gs06)),
        Key(KeyKind.SET, st02),
    )


def _file_name(
    channel: Channel, message: str, *, plan: Mapping[str, str], control: int | None, form: Format
) -> str:
    return file_name(channel, message, plan["document"], plan["number"], control, EXTENSIONS[form])


def _details(plan: ArrivalPlan, documents: int) -> dict[str, str | int]:
    details: dict[str, str | int] = {"documents": documents}
    named = {"format": plan.format, "why": plan.why, "of": plan.of}
    details |= {name: value for name, value in named.items() if value}
    if plan.findings:
        details["findings"] = _findings(plan.findings)
    return details


def _told_of(document: DocumentPlan) -> dict[str, str | int]:
    details: dict[str, str | int] = {
        "events": ", ".join(document.events),
        "verdict": document.read.report.verdict.value,
    }
    if document.of is not None:
        details["of"] = document.of
    if document.findings:
        details["findings"] = _findings(document.findings)
    return details


def _findings(findings: Sequence[Finding]) -> str:
    """The first findings, for a timeline; the whole report can be made again."""
    told = [
        {
            "code": each.code,
            "severity": each.severity.value,
            "place": each.location.place,
            "message": each.message,
        }
        for each in findings[:MOST_FINDINGS]
    ]
    return json.dumps({"findings": told, "count": len(findings)})
