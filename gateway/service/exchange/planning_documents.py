"""Decides what becomes of one document: routed, held against what came before, and translated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection

from gateway.acknowledgments.received import ReceivedInterchange
from gateway.agreements.agreement import Agreement, OnDuplicate, OnRevision
from gateway.agreements.channel import Channel
from gateway.documents import Document, PurchaseOrder
from gateway.documents.codec import encode_all
from gateway.documents.parts import Moment
from gateway.exchange.duplicates import Duplicate, First, Revision, Scope, decide
from gateway.exchange.hold import must_hold
from gateway.exchange.reading import ReadDocument
from gateway.exchange.revisions import order_change
from gateway.exchange.routing import Envelope, Routed, Unplaced, identity_fault, onward, route
from gateway.exchange.writing import prepare
from gateway.findings import Finding
from gateway.formats.detect import Format
from gateway.lifecycle import Event
from gateway.pipeline.tables import Sourced
from gateway.report import Verdict
from gateway.service.exchange.envelopes import identities_of, keys_of_set
from gateway.service.exchange.in_force import InForce
from gateway.service.exchange.outcomes import (
    REPEATED,
    first_error,
    format_of,
    is_awaited,
    not_made,
    repeated,
    undefined,
)
from gateway.service.exchange.plans import Arrived, DocumentPlan
from gateway.service.exchange.recognising import Recognising
from gateway.service.work.document_keys import is_of_buyer, keys_of_document, number_of, orders_of
from gateway.store.documents import partner_of_order


@dataclass(frozen=True, slots=True)
class DocumentPlanner:
    """Plans documents of one configuration; `order_in` gives the order of a message as it was understood."""

    in_force: InForce
    recognising: Recognising
    connection: Connection
    now: datetime
    order_in: Callable[[str], PurchaseOrder | None]

    def plan(
        self,
        arrived: Arrived,
        channel: Channel,
        incoming: Sequence[Agreement],
        read: ReadDocument,
        envelopes: Sequence[Sequence[Envelope]],
        interchanges: Sequence[ReceivedInterchange],
    ) -> DocumentPlan:
        """What is to become of one document of an arrival; the interchanges are those of its file."""
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
            event = Event.IS_KEPT_BACK if is_awaited(read.findings) else Event.IS_AT_FAULT
            return _ended(basis, event, first_error(read.findings), read.findings)
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
        agreed = _replaced(agreed, digests=tuple(self.recognising.digest(each) for each in identities))
        judged = decide(placed.agreement.duplicates, self.recognising.seen_of(identities), type(document))
        if isinstance(judged, Duplicate):
            if judged.action is OnDuplicate.HOLD:
                agreed = self._directed(agreed, placed, document)
            told = repeated(judged.by, agreed.number, judged.of, judged.action)
            return _ended(agreed, REPEATED[judged.action], told.code, (*agreed.findings, told), judged.of)
        self.recognising.came(agreed.digests, arrived.id)
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
