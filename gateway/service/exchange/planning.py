"""Decides what becomes of an arrival: read, held against what came before, and answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256

import msgspec
from sqlalchemy import Connection

from gateway.acknowledgments.received import ReceivedInterchange
from gateway.agreements.agreement import Agreement, OnDuplicate
from gateway.agreements.channel import Channel, Use
from gateway.documents import PurchaseOrder
from gateway.documents.parts import Moment
from gateway.exchange.duplicates import Kind, Scope, of_file
from gateway.exchange.reading import ReadFile, read_file
from gateway.exchange.revisions import order_change
from gateway.exchange.routing import identity_fault
from gateway.findings import found
from gateway.formats.detect import HEAD_BYTES, Format, detect, is_blank
from gateway.formats.fixed_width import format_by_layouts
from gateway.lifecycle import Event
from gateway.pipeline.knowledge import Knowledge
from gateway.pipeline.tables import Sourced
from gateway.service.exchange.envelopes import envelopes_of
from gateway.service.exchange.in_force import InForce
from gateway.service.exchange.outcomes import REPEATED, event_of, repeated
from gateway.service.exchange.owed_answers import Fate, SetOutcome, owed_answers
from gateway.service.exchange.planning_documents import DocumentPlanner
from gateway.service.exchange.plans import ArrivalPlan, Arrived, DocumentPlan
from gateway.service.exchange.recognising import Recognising
from gateway.service.exchange.waiting_answers import WaitingAnswers, outcomes_of, places_of
from gateway.store.documents import Settled
from gateway.store.seen import Recognition


class Planner:
    """Plans arrivals of one configuration; `connection` is for reading."""

    def __init__(
        self,
        in_force: InForce,
        recognition: Recognition,
        connection: Connection,
        now: datetime,
        order_in: Callable[[str], PurchaseOrder | None],
        own: frozenset[str] = frozenset(),
    ) -> None:
        """`order_in` gives the order of a message as it was understood. Messages that are looked at again are
        not taken for earlier ones: they are `own`."""
        self.in_force = in_force
        self.connection = connection
        self._now = now
        self._order_in = order_in
        self._recognising = Recognising(recognition, connection, own)
        self._waiting = WaitingAnswers(recognition, connection)
        self._documents = DocumentPlanner(in_force, self._recognising, connection, now, order_in)

    @property
    def rests_on(self) -> Mapping[str, str | None]:
        """The latest message under each identity that was asked for."""
        return self._recognising.rests_on

    def at(self, target: Agreement) -> datetime:
        """The time that envelopes of an agreement tell: in its own zone."""
        return self._documents.at(target)

    def plan(self, arrived: Arrived, data: bytes) -> ArrivalPlan:
        """What is to become of an arrival with these bytes."""
        self._recognising.begin()
        channel, incoming = self._way_in(arrived)
        if channel is None or not incoming:
            none = found("no-agreement", value="a file", format="any format", channel=arrived.channel)
            return ArrivalPlan(arrived, Event.CANNOT_BE_PLACED, channel, "no-agreement", findings=(none,))
        scope = Scope(channel.partner, channel.usage is Use.TEST)
        of_bytes = self._recognising.digest(of_file(scope, sha256(data).hexdigest()))
        before = self._recognising.seen(of_bytes)
        if before is not None and before != arrived.id:
            return self._same_file(arrived, channel, incoming[0], before)
        read = self.read(arrived, channel, data)
        return self._of_read(arrived, channel, incoming, read, of_bytes)

    def again(self, arrived: Arrived, data: bytes, place: int) -> DocumentPlan | None:
        """What is to become of one document of an arrival, looked at once more; None when it is not there."""
        self._recognising.begin()
        channel, incoming = self._way_in(arrived)
        if channel is None or not incoming:
            return None
        read = self.read(arrived, channel, data)
        interchanges = [*read.interchanges]
        envelopes = [envelopes_of(each) for each in interchanges]
        for each in read.documents:
            if each.place == place:
                return self._documents.plan(arrived, channel, incoming, each, envelopes, interchanges)
        return None

    def is_unanswered(self, arrived: Arrived, plan: DocumentPlan) -> bool:
        """Whether the sender of a document that came before waits for an answer about its group."""
        place = (plan.read.report.interchange, plan.read.report.group)
        return bool(self._waiting.of(arrived.id, [place]))

    def late_answers(
        self, arrived: Arrived, data: bytes, documents: Sequence[Settled]
    ) -> tuple[ArrivalPlan, tuple[str, ...]] | None:
        """What is owed by now of the answers that waited, and digests of what they are about.

        `documents` are those of the arrival as they stand. None where nothing is agreed now.
        """
        channel, incoming = self._way_in(arrived)
        if channel is None or not incoming:
            return None
        read = self.read(arrived, channel, data)
        own = self._own(channel, incoming, [*read.interchanges])
        among = self._waiting.of(arrived.id, places_of(read.interchanges))
        outcomes = outcomes_of(read, documents, self.in_force.configuration.agreements)
        owed = owed_answers(own, incoming[0].acknowledge, outcomes, among)
        plan = ArrivalPlan(arrived, Event.WAS_SPLIT, channel, answers=owed.answers)
        return plan, self._waiting.answered(arrived.id, owed.answered)

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
        first = self._order_in(earlier)
        if sourced is None or first is None or not isinstance(sourced.document, PurchaseOrder):
            return None
        revised = order_change(first, sourced.document, Moment(date=self._now.date()))
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
        planned = [
            self._documents.plan(arrived, channel, incoming, each, envelopes, interchanges)
            for each in read.documents
        ]
        outcomes = [SetOutcome.of(each) for each in planned]
        own = self._own(channel, incoming, interchanges)
        owed = owed_answers(own, incoming[0].acknowledge, outcomes)
        foreign = {place: each for place, each in enumerate(interchanges, 1) if place not in own}
        waiting = (*owed.waiting, *(each for each in places_of(interchanges) if each[0] in foreign))
        before = [
            each.of
            for each, outcome in zip(planned, outcomes, strict=True)
            if each.of is not None and outcome.fate is Fate.REPEATED
        ]
        receipts = tuple(each for each in read.answers if each.location.interchange in own)
        is_told = bool(owed.answers) or (channel.folder is not None and channel.folder.replies is not None)
        event, why = event_of(read, bool(planned or receipts), bool(foreign), is_told)
        return ArrivalPlan(
            arrived,
            event,
            channel,
            why,
            format=read.format.value,
            findings=read.findings,
            documents=tuple(planned),
            answers=owed.answers,
            answered_before=tuple(dict.fromkeys(before)),
            receipts=receipts,
            digests=(of_bytes, *self._waiting.waits(arrived.id, waiting)),
            rests_on=self.rests_on,
        )

    def _way_in(self, arrived: Arrived) -> tuple[Channel | None, tuple[Agreement, ...]]:
        """The channel that an arrival came over, and the agreements by which something comes in there."""
        channel = self.in_force.channel(arrived.channel)
        return channel, () if channel is None else self.in_force.incoming(channel)

    def _own(
        self, channel: Channel, incoming: Sequence[Agreement], interchanges: Sequence[ReceivedInterchange]
    ) -> dict[int, ReceivedInterchange]:
        """The interchanges that name the channel's partner and us, by their places; others get no answer."""
        partner = self.in_force.partner(channel.partner)
        tolerated = all(each.tolerances.identity for each in incoming)
        return {
            place: each
            for place, each in enumerate(interchanges, 1)
            if tolerated
            or all(identity_fault(partner, channel, envelope) is None for envelope in envelopes_of(each))
        }
