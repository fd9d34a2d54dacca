"""Writes what was planned: rows, leaves, control numbers and steps of one arrival, all in one change."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from zoneinfo import ZoneInfo

from gateway.acknowledgments.received import GroupAnswer
from gateway.agreements.agreement import Agreement
from gateway.exchange.writing import EXTENSIONS, Ready, ReadyFile, ReadyX12, X12Numbers
from gateway.findings import Finding
from gateway.formats.detect import Format
from gateway.formats.x12.writer import interchange_date_time
from gateway.lifecycle import Event, Kind, State
from gateway.service.alerting.notices import Notices
from gateway.service.exchange.answering import written_answers
from gateway.service.exchange.file_names import file_name
from gateway.service.exchange.in_force import InForce
from gateway.service.exchange.names import DELIVER, PREPARE, READ_AGAIN, REPLY
from gateway.service.exchange.plans import AnswerPlan, ArrivalPlan, Arrived, DocumentPlan
from gateway.service.exchange.receipts import Receipts
from gateway.service.exchange.replying import REPLY_TEXT, reply_of
from gateway.service.work.handling import Retry
from gateway.service.work.key_reading import READ_KEYS
from gateway.store.alerts import alert, raise_alert
from gateway.store.control_numbers.allotting import allot, allot_many
from gateway.store.control_numbers.names import Function, StreamKey
from gateway.store.documents import NewDocument, add_document, change_document, held_for
from gateway.store.lives import Happening, Standing, happen, standing_of
from gateway.store.messages import add_keys, enter_keys
from gateway.store.payloads.adding import Payloads
from gateway.store.payloads.reading import has_payload
from gateway.store.people import SERVICE, actor_id, partner_id
from gateway.store.queue.leased_table import StepQueue
from gateway.store.queue.steps import BACKGROUND, NewStep
from gateway.store.search_keys import Key, KeyKind, normalised
from gateway.store.seen import Recognition
from gateway.store.sendings import Carry, NewSending, add_sending
from gateway.store.writing.transaction import Transaction

CANONICAL = "canonical"
"""The role of an order as it was understood: answers to it are completed from that."""
WAITS_FOR_ORDERS = ("order-missing",)
WAITS_FOR_ROWS = ("crossref-",)
"""The beginnings of the codes for which a document is held that goes on by itself."""
MOST_TAKEN_UP = 1000  # of those that are held for one thing; the others when it comes again
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
class Load:
    """A document that a sending carries: the id of its message, what it is, and what it is found by."""

    document: str
    kind: str
    number: str
    keys: tuple[Key, ...]

    @classmethod
    def of(cls, message: str, plan: DocumentPlan) -> Load:
        """What is planned to be sent."""
        return cls(message, plan.kind, plan.number or "", plan.keys)


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
        self.check(transaction, [plan.rests_on for plan in plans])
        who = actor_id(transaction, SERVICE)
        happenings = [self._recorded(transaction, who, plan) for plan in plans]
        happen(transaction, who, happenings)
        self._came(transaction, who, [document for plan in plans for document in plan.documents])

    def _recorded(self, transaction: Transaction, who: str, plan: ArrivalPlan) -> Happening:
        """Write all of a plan but what happens to the arrival itself, which is given back."""
        arrived = plan.arrived
        documents = [self._added(transaction, who, arrived, each) for each in plan.documents]
        self.recognition.remember(transaction, arrived.id, plan.digests)
        for answer in plan.answers:
            self.answer(transaction, who, plan, answer)
        for earlier in plan.answered_before:
            self.receipts.answer_again(transaction, who, earlier)
        for receipt in plan.receipts:
            self.receipts.take(transaction, who, arrived, receipt)
        details = _details(plan, len(documents))
        digests = self._reply(transaction, plan, documents)
        standing = Standing(arrived.id, Kind.ARRIVAL, arrived.state, arrived.partner)
        self._tell(transaction, plan, documents)
        return Happening(standing, plan.event, details, digests)

    def check(
        self,
        transaction: Transaction,
        plans_rest_on: Sequence[Mapping[str, str | None]],
        own: frozenset[str] = frozenset(),
    ) -> None:
        """See that nothing came meanwhile for which would have been planned otherwise. Raises `Retry`.

        Of two plans that rest on one identity, the second would have been made otherwise for the first.
        """
        rests_on = [digest for each in plans_rest_on for digest in each]
        if not rests_on:
            return
        found = self.recognition.latest(transaction.connection, rests_on, own)
        if len(set(rests_on)) < len(rests_on) or any(
            found.get(digest) != known for each in plans_rest_on for digest, known in each.items()
        ):
            raise Retry("something alike came at the same time; it is looked at again")

    def add(
        self,
        transaction: Transaction,
        who: str,
        arrived: Arrived,
        document: DocumentPlan,
        parent: str | None = None,
    ) -> str:
        """Enter a document with all that it leads to; `parent` is what it is made of anew."""
        message = self._added(transaction, who, arrived, document, parent)
        self._came(transaction, who, [document])
        return message

    def _added(
        self,
        transaction: Transaction,
        who: str,
        arrived: Arrived,
        document: DocumentPlan,
        parent: str | None = None,
    ) -> str:
        agreement, onward = document.agreement, document.onward
        new = NewDocument(
            within=arrived.id,
            place=document.read.place,
            kind=document.kind,
            channel=arrived.channel,
            partner=arrived.partner,
            usage=document.usage,
            state=document.state,
            number=document.number,
            orders=document.orders,
            agreement=agreement.id if agreement is not None else None,
            onward=onward.id if onward is not None else None,
            configuration=self.in_force.digest,
            why=document.why,
            parent=parent,
            keys=document.keys,
            details=_told_of(document),
        )
        message = add_document(transaction, self.payloads, who, new, {CANONICAL: document.canonical})
        self._lead_on(transaction, who, message, document)
        return message

    def revise(self, transaction: Transaction, who: str, message: str, plan: DocumentPlan | None) -> None:
        """Enter what was found when a document that was taken up again was looked at."""
        standing = standing_of(transaction, [message]).get(message)
        if standing is None or standing.state is not State.RECEIVED:
            raise Retry("the document was called off meanwhile")
        if plan is None:
            placed = change_document(transaction, message, {"why": "no-agreement"})
            happen(transaction, who, (Happening(standing, Event.CANNOT_BE_PLACED, placed),))
            return
        known = {
            "kind": plan.kind,
            "number": plan.number,
            "order_number": normalised(plan.orders[0]) if plan.orders else None,
            "agreement": plan.agreement.id if plan.agreement is not None else None,
            "onward": plan.onward.id if plan.onward is not None else None,
            "configuration": self.in_force.digest,
            "why": plan.why,
        }
        details = change_document(transaction, message, known)
        add_keys(transaction, message, plan.keys)
        enter_keys(transaction, message)
        digests = {}
        if plan.canonical is not None and not has_payload(transaction.connection, message, CANONICAL):
            digests[CANONICAL] = self.payloads.add(transaction, message, CANONICAL, plan.canonical)
        for event in plan.events:
            happening = Happening(standing, event, {**details, **_told_of(plan)}, digests)
            happen(transaction, who, (happening,))
            standing = replace(standing, state=happening.state)
            digests = {}
        self._lead_on(transaction, who, message, plan)
        self._came(transaction, who, [plan])

    def _came(self, transaction: Transaction, who: str, documents: Sequence[DocumentPlan]) -> None:
        """Look again at what waits for orders, once for all that came with this change."""
        if any(each.canonical is not None for each in documents):
            take_up_waiting(transaction, self.queue, who, WAITS_FOR_ORDERS)

    def _lead_on(self, transaction: Transaction, who: str, message: str, document: DocumentPlan) -> None:
        """Remember a document, and send it where it is to go."""
        onward = document.onward
        if document.why is None or Event.IS_KEPT_BACK in document.events:
            self.recognition.remember(transaction, message, document.digests)
        if onward is not None and Event.WAS_TRANSLATED in document.events:
            if document.ready is None:
                self.queue.enqueue(transaction, NewStep(PREPARE, {"agreement": onward.id}, message=message))
            else:
                self.send(transaction, who, onward, document.ready, [Load.of(message, document)])

    def send(
        self,
        transaction: Transaction,
        who: str,
        onward: Agreement,
        ready: Ready,
        loads: Sequence[Load],
    ) -> str:
        """Queue what is ready of some documents, under numbers of this change; the id of the sending."""
        message = transaction.new_id()
        channel = self.in_force.configuration.channel_of(onward)
        first = loads[0]
        numbers = _numbers(transaction, ready, message, len(loads)) if isinstance(ready, ReadyX12) else None
        keys = [key for each in loads for key in each.keys if key.kind not in ENVELOPES]
        name = file_name(
            channel,
            message,
            FILE_NAMES.get(first.kind, first.kind),
            first.number,
            numbers.interchange if numbers is not None else None,
            EXTENSIONS[Format(onward.format)],
            transaction.now,
        )
        new = NewSending(
            message=message,
            data=ready.data if isinstance(ready, ReadyFile) else b"",
            channel=channel.id,
            partner=partner_id(transaction, onward.partner, who),
            usage=self.in_force.usage_of(onward).value,
            document=first.kind,
            file_name=name,
            agreement=onward.id,
            configuration=self.in_force.digest,
            carried=tuple(Carry(each.document) for each in loads),
            keys=keys,
        )
        if isinstance(ready, ReadyX12) and numbers is not None:
            new = _numbered(new, ready, numbers)
        add_sending(transaction, self.payloads, who, new)
        self.deliver(transaction, message, lane=onward.id if onward.in_order else None)
        return message

    def deliver(self, transaction: Transaction, message: str, lane: str | None = None) -> None:
        """Let a sending be delivered; those of a lane one after the other."""
        self.queue.enqueue(transaction, NewStep(DELIVER, message=message, lane=lane))

    def answer(self, transaction: Transaction, who: str, plan: ArrivalPlan, answer: AnswerPlan) -> None:
        """Queue the acknowledgments of one interchange, under numbers of this change."""
        channel = plan.channel
        assert channel is not None, "what came over no channel is not answered"
        partner = self.in_force.partner(channel.partner)
        zone = ZoneInfo(partner.terms.zone)
        ids = [transaction.new_id(), transaction.new_id()]
        agreed = GroupAnswer(partner.x12.acknowledge.value)
        written = written_answers(transaction, answer, agreed, transaction.now.astimezone(zone), ids)
        for each in written:
            message = ids[0] if each.kind == "TA1" else ids[1]
            number = answer.interchange.isa[13].strip()
            extension = EXTENSIONS[Format.X12]
            name = file_name(
                channel, message, each.kind.lower(), number, each.isa13, extension, transaction.now
            )
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


def take_up_waiting(transaction: Transaction, queue: StepQueue, who: str, beginnings: Sequence[str]) -> None:
    """Look again at documents that were held for what may have come now."""
    waiting = held_for(transaction.connection, beginnings, MOST_TAKEN_UP)
    known = standing_of(transaction, waiting) if waiting else {}
    happen(transaction, who, [Happening(each, Event.IS_TAKEN_UP_AGAIN) for each in known.values()])
    for message in known:
        queue.enqueue(transaction, NewStep(READ_AGAIN, message=message))


def _numbers(transaction: Transaction, ready: ReadyX12, message: str, sets: int) -> X12Numbers:
    streams = {each: StreamKey(ready.sender, ready.receiver, each) for each in Function}
    interchange = allot(transaction, streams[Function.INTERCHANGE], message)
    group = allot(transaction, streams[Function.GROUP], message)
    return X12Numbers(interchange, group, allot_many(transaction, streams[Function.SET], message, sets))


def _numbered(new: NewSending, ready: ReadyX12, numbers: X12Numbers) -> NewSending:
    """A sending of X12 with its bytes, under its numbers."""
    day, time = interchange_date_time(ready.writer.at)
    sets = [f"{number:04d}" for number in numbers.sets]
    return replace(
        new,
        data=ready.written(numbers),
        sender=ready.sender,
        receiver=ready.receiver,
        isa13=numbers.interchange,
        written_at=f"{day} {time}",
        carried=tuple(
            Carry(each.document, ready.gs01, numbers.group, ready.st01, st02)
            for each, st02 in zip(new.carried, sets, strict=True)
        ),
        keys=(*new.keys, *_envelope_keys(numbers.interchange, numbers.group, sets)),
    )


def _envelope_keys(isa13: int, gs06: int, sets: Sequence[str]) -> tuple[Key, ...]:
    numbers = (Key(KeyKind.INTERCHANGE, f"{isa13:09d}"), Key(KeyKind.GROUP, str(gs06)))
    return (*numbers, *(Key(KeyKind.SET, st02) for st02 in sets))


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
