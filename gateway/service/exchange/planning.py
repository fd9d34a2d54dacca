"""Decides what becomes of an arrival: read, routed, held against what came before, and translated."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection

from gateway.acknowledgments.received import ReceivedInterchange
from gateway.agreements.agreement import Agreement, OnDuplicate, OnRevision
from gateway.agreements.channel import Channel, Use
from gateway.documents import Document, PurchaseOrder
from gateway.documents.codec import encode_all
from gateway.documents.parts import Moment
from gateway.exchange.duplicates import (
    Duplicate,
    First,
    Identity,
    Kind,
    Revision,
    Scope,
    Seen,
    decide,
    of_file,
)
from gateway.exchange.hold import must_hold
from gateway.exchange.reading import ReadDocument, ReadFile, read_file
from gateway.exchange.revisions import order_change
from gateway.exchange.routing import Envelope, Routed, Unplaced, identity_fault, onward, route
from gateway.exchange.writing import prepare
from gateway.findings import Finding, found
from gateway.formats.detect import HEAD_BYTES, Format, detect, is_blank
from gateway.formats.fixed_width import format_by_layouts
from gateway.lifecycle import Event
from gateway.pipeline.knowledge import Knowledge
from gateway.pipeline.tables import Sourced
from gateway.report import Verdict
from gateway.service.exchange.answering import answer_plans, is_sent_again
from gateway.service.exchange.envelopes import envelopes_of, identities_of, keys_of_set
from gateway.service.exchange.in_force import InForce
from gateway.service.exchange.outcomes import (
    REPEATED,
    event_of,
    first_error,
    format_of,
    not_made,
    repeated,
    undefined,
)
from gateway.service.exchange.plans import ArrivalPlan, Arrived, DocumentPlan
from gateway.service.work.document_keys import is_of_buyer, keys_of_document, number_of, orders_of
from gateway.store.documents import partner_of_order
from gateway.store.seen import Recognition


@dataclass(slots=True)
class Planner:
    """Plans arrivals of one configuration; `connection` is for reading, and `rests_on` grows as it asks.

    `order_in` gives the order of a message as it was understood. Messages that are looked at again are not
    taken for earlier ones: they are `own`. `beside` has the identities of documents of the same file.
    """

    in_force: InForce
    recognition: Recognition
    connection: Connection
    now: datetime
    order_in: Callable[[str], PurchaseOrder | None]
    own: frozenset[str] = frozenset()
    rests_on: dict[str, str | None] = field(default_factory=dict)
    beside: dict[str, str] = field(default_factory=dict)

    def plan(self, arrived: Arrived, data: bytes) -> ArrivalPlan:
        """What is to become of an arrival with these bytes."""
        self.rests_on, self.beside = {}, {}
        channel = self.in_force.channel(arrived.channel)
        incoming = () if channel is None else self.in_force.incoming(channel)
        if channel is None or not incoming:
            none = found("no-agreement", value="a file", format="any format", channel=arrived.channel)
            return ArrivalPlan(arrived, Event.CANNOT_BE_PLACED, channel, "no-agreement", findings=(none,))
        scope = Scope(channel.partner, channel.usage is Use.TEST)
        of_bytes = self._digest(of_file(scope, sha256(data).hexdigest()))
        before = self._seen(of_bytes)
        if before is not None and before != arrived.id:
            return self._same_file(arrived, channel, incoming[0], before)
        read = self.read(arrived, channel, data)
        return self._of_read(arrived, channel, incoming, read, of_bytes)

    def again(self, arrived: Arrived, data: bytes, place: int) -> DocumentPlan | None:
        """What is to become of one document of an arrival, looked at once more; None when it is not there."""
        self.rests_on = {}
        channel = self.in_force.channel(arrived.channel)
        incoming = () if channel is None else self.in_force.incoming(channel)
        if channel is None or not incoming:
            return None
        read = self.read(arrived, channel, data)
        interchanges = [*read.interchanges]
        envelopes = [envelopes_of(each) for each in interchanges]
        for each in read.documents:
            if each.place == place:
                return self._document(arrived, channel, incoming, each, envelopes, interchanges)
        return None

    def outgoing(self, arrived: Arrived, data: bytes, place: int, earlier: str | None) -> Sourced | None:
        """One document of an arrival, to be sent; None when it cannot be read any more.

        An order that goes out as its change is held against the `earlier` one, by its message.
        """
        channel = self.in_force.channel(arrived.channel)
        if channel is None:
            return None
        for each in self.read(arrived, channel, data).documents:
            if each.place == place:
                return each.sourced if earlier is None else self._change(each.sourced, earlier)
        return None

    def _change(self, sourced: Sourced | None, earlier: str) -> Sourced | None:
        first = self.order_in(earlier)
        if sourced is None or first is None or not isinstance(sourced.document, PurchaseOrder):
            return None
        revised = order_change(first, sourced.document, Moment(date=self.now.date()))
        if revised.change is None:
            return None
        return msgspec.structs.replace(sourced, document=revised.change)

    def read(self, arrived: Arrived, channel: Channel, data: bytes) -> ReadFile:
        """The file of an arrival, as what is in force reads it."""
        knowledge = self.in_force.reading(channel)
        return read_file(arrived.file_name, (data,), self._format(data, knowledge), knowledge)

    def _format(self, data: bytes, knowledge: Knowledge) -> Format:
        form = detect(data[:HEAD_BYTES])
        if form in (Format.X12, Format.JSON, Format.XML) or is_blank((data,)):
            return form
        layouts = [each.layout for each in knowledge.fixed_tables()]
        return format_by_layouts(data[:HEAD_BYTES], form, layouts, whole=len(data) < HEAD_BYTES)

    def _same_file(
        self, arrived: Arrived, channel: Channel, agreement: Agreement, before: str
    ) -> ArrivalPlan:
        action = agreement.duplicates.file
        return ArrivalPlan(
            arrived,
            REPEATED[action],
            channel,
            "duplicate-file",
            before,
            findings=(repeated(Kind.FILE, None, before, action),),
            answered_before=(before,) if action is OnDuplicate.DROP else (),
            rests_on=self.rests_on,
        )

    def _of_read(
        self,
        arrived: Arrived,
        channel: Channel,
        incoming: Sequence[Agreement],
        read: ReadFile,
        of_bytes: str,
    ) -> ArrivalPlan:
        interchanges = [*read.interchanges]
        envelopes = [envelopes_of(each) for each in interchanges]
        partner = self.in_force.partner(channel.partner)
        foreign = [
            any(identity_fault(partner, channel, each) is not None for each in of_one)
            and not all(each.tolerances.identity for each in incoming)
            for of_one in envelopes
        ]
        planned = [
            self._document(arrived, channel, incoming, each, envelopes, interchanges)
            for each in read.documents
        ]
        repeated = [each.of for each in planned if each.of is not None and is_sent_again(each)]
        own = {place: each for place, each in enumerate(interchanges, 1) if not foreign[place - 1]}
        answers = answer_plans(own, incoming[0].acknowledge, planned)
        receipts = tuple(each for each in read.answers if each.location.interchange in own)
        is_told = bool(answers) or (channel.folder is not None and channel.folder.replies is not None)
        event, why = event_of(read, bool(planned or receipts), any(foreign), is_told)
        return ArrivalPlan(
            arrived,
            event,
            channel,
            why,
            format=read.format.value,
            findings=read.findings,
            documents=tuple(planned),
            answers=answers,
            answered_before=tuple(dict.fromkeys(repeated)),
            receipts=receipts,
            digests=(of_bytes,),
            rests_on=self.rests_on,
        )

    def _document(
        self,
        arrived: Arrived,
        channel: Channel,
        incoming: Sequence[Agreement],
        read: ReadDocument,
        envelopes: Sequence[Sequence[Envelope]],
        interchanges: Sequence[ReceivedInterchange],
    ) -> DocumentPlan:
        report = read.report
        envelope = envelopes[report.interchange - 1][report.group - 1] if report.interchange else None
        usage = channel.usage.value
        keys = tuple(keys_of_set(read))
        basis = DocumentPlan(read, report.type, usage, (), report.number or None, keys=keys)
        if envelope is not None:
            fault = identity_fault(self.in_force.partner(channel.partner), channel, envelope)
            if fault is not None and not all(each.tolerances.identity for each in incoming):
                return _ended(basis, Event.CANNOT_BE_PLACED, fault.code, (fault,))
        if report.verdict is Verdict.NO_DEFINITION:
            return _ended(basis, undefined(incoming[0].acknowledge), "no-definition", read.findings)
        if not read.is_good:
            return _ended(basis, Event.IS_AT_FAULT, first_error(read.findings), read.findings)
        if read.sourced is None:
            return _ended(basis, not_made(read.findings, incoming), first_error(read.findings), read.findings)
        return self._good(arrived, channel, incoming, basis, read.sourced, envelope, interchanges)

    def _good(
        self,
        arrived: Arrived,
        channel: Channel,
        incoming: Sequence[Agreement],
        basis: DocumentPlan,
        sourced: Sourced,
        envelope: Envelope | None,
        interchanges: Sequence[ReceivedInterchange],
    ) -> DocumentPlan:
        document, read = sourced.document, basis.read
        kind = type(document).__name__
        release = read.report.version or None
        form = "x12" if envelope is not None else format_of(incoming, kind)
        day = self.now.date()
        named = _replaced(
            basis,
            kind=kind,
            number=number_of(document),
            orders=orders_of(document),
            keys=(*basis.keys, *keys_of_document(document)),
        )
        placed = route(
            channel, incoming, self.in_force.configuration.partners, envelope, kind, form, release, day
        )
        if isinstance(placed, Unplaced):
            return _ended(named, Event.CANNOT_BE_PLACED, placed.code, (placed.finding,))
        agreed = _replaced(named, agreement=placed.agreement, findings=(*read.findings, *placed.findings))
        scope = Scope(channel.partner, placed.is_test)
        identities = [*identities_of(scope, read, document, interchanges)]
        agreed = _replaced(agreed, digests=tuple(self._digest(each) for each in identities))
        judged = decide(placed.agreement.duplicates, self._seen_of(identities), type(document))
        if isinstance(judged, Duplicate):
            if judged.action is OnDuplicate.HOLD:
                agreed = self._directed(agreed, placed, document)
            told = repeated(judged.by, agreed.number, judged.of, judged.action)
            return _ended(agreed, REPEATED[judged.action], told.code, (*agreed.findings, told), judged.of)
        self.beside.update(dict.fromkeys(agreed.digests, arrived.id))
        agreed = _replaced(agreed, of=judged.of)
        if isinstance(document, PurchaseOrder):
            agreed = _replaced(agreed, canonical=encode_all((document,)))
        if isinstance(judged, First):
            return self._onward(agreed, placed, sourced)
        return self._revised(agreed, placed, sourced, judged)

    def _revised(
        self, agreed: DocumentPlan, placed: Routed, sourced: Sourced, revision: Revision
    ) -> DocumentPlan:
        """An order that came before with other content: handed on as was agreed, or held."""
        if revision.action is OnRevision.WHOLE:
            return self._onward(agreed, placed, sourced)
        first, second = self.order_in(revision.of), sourced.document
        if revision.action is OnRevision.HOLD or first is None or not isinstance(second, PurchaseOrder):
            return self._held_revision(agreed, placed, sourced, revision.of)
        revised = order_change(first, second, Moment(time=self.now))
        findings = (*agreed.findings, *revised.unsaid)
        if revised.change is None or revised.unsaid:
            held = _replaced(agreed, findings=findings)
            return self._held_revision(held, placed, sourced, revision.of)
        return self._onward(agreed, placed, msgspec.structs.replace(sourced, document=revised.change))

    def _held_revision(self, agreed: DocumentPlan, placed: Routed, sourced: Sourced, of: str) -> DocumentPlan:
        """A revised order that a person has to look at; released it goes on as a whole."""
        directed = self._directed(agreed, placed, sourced.document)
        return _ended(directed, Event.IS_KEPT_BACK, "revision", directed.findings, of)

    def _directed(self, agreed: DocumentPlan, placed: Routed, document: Document) -> DocumentPlan:
        """A document that is kept back, with the way that it would go."""
        target = self._target(agreed, placed, document)
        return agreed if isinstance(target, Unplaced) else _replaced(agreed, onward=target)

    def _onward(self, agreed: DocumentPlan, placed: Routed, sourced: Sourced) -> DocumentPlan:
        target = self._target(agreed, placed, sourced.document)
        if isinstance(target, Unplaced):
            return _ended(agreed, Event.CANNOT_BE_PLACED, target.code, (*agreed.findings, target.finding))
        return self._translated(_replaced(agreed, onward=target), target, sourced)

    def _target(self, agreed: DocumentPlan, placed: Routed, document: Document) -> Agreement | Unplaced:
        """The agreement by which a document goes out."""
        configuration = self.in_force.configuration
        answers = None
        if not is_of_buyer(document) and agreed.orders:
            answers = partner_of_order(self.connection, agreed.orders[0])
        return onward(
            placed.agreement,
            type(document).__name__,
            configuration.agreements,
            configuration.channels,
            is_test=placed.is_test,
            answers=answers,
            day=self.now.date(),
        )

    def _translated(self, agreed: DocumentPlan, target: Agreement, sourced: Sourced) -> DocumentPlan:
        knowledge = self.in_force.writing(target)
        prepared = prepare((sourced,), Format(target.format), knowledge, self.at(target))
        findings = (*agreed.findings, *prepared.findings)
        if prepared.ready is None:
            event = not_made(prepared.findings, ())
            return _ended(agreed, event, first_error(prepared.findings), findings)
        kept_back = must_hold(target.hold, sourced.document, knowledge.arithmetic)
        if kept_back is not None:
            return _ended(agreed, Event.IS_KEPT_BACK, kept_back.code, (*findings, kept_back))
        ready = prepared.ready if target.batch.is_of_one else None
        return _replaced(agreed, events=(Event.WAS_TRANSLATED,), ready=ready, findings=findings)

    def at(self, target: Agreement) -> datetime:
        """The time that envelopes of an agreement tell: in its own zone."""
        return self.now.astimezone(ZoneInfo(self.in_force.configuration.zone_of(target)))

    def _digest(self, identity: Identity) -> str:
        return self.recognition.digest(self.connection, identity.kind, identity.text)

    def _seen(self, digest: str) -> str | None:
        found = self._latest((digest,))
        self.rests_on[digest] = found.get(digest)
        return found.get(digest)

    def _seen_of(self, identities: Sequence[Identity]) -> Seen:
        digests = {each.kind.value: self._digest(each) for each in identities}
        found = self._latest([*digests.values()])
        self.rests_on.update((each, found.get(each)) for each in digests.values())
        return Seen(**{kind: self.beside.get(digest, found.get(digest)) for kind, digest in digests.items()})

    def _latest(self, digests: Sequence[str]) -> Mapping[str, str]:
        return self.recognition.latest(self.connection, digests, self.own)


def _replaced(plan: DocumentPlan, **changes: object) -> DocumentPlan:
    return msgspec.structs.replace(plan, **changes)


def _ended(
    plan: DocumentPlan,
    event: Event,
    why: str,
    findings: tuple[Finding, ...] = (),
    of: str | None = None,
) -> DocumentPlan:
    return _replaced(plan, events=(event,), why=why, findings=findings, of=of)
