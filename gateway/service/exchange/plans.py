"""What is to become of an arrival, decided before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from gateway.acknowledgments.received import ReceivedInterchange
from gateway.agreements.agreement import Agreement
from gateway.agreements.channel import Channel
from gateway.exchange.reading import ReadDocument
from gateway.exchange.writing import Ready
from gateway.findings import Finding
from gateway.lifecycle import Event, Kind, State, after
from gateway.pipeline.received import Answer
from gateway.store.search_keys import Key


@dataclass(frozen=True, slots=True)
class Arrived:
    """An arrival as it stands. `partner` is the id by which leaves name its partner."""

    id: str
    channel: str
    partner: str | None
    state: State
    size: int
    file_name: str


class DocumentPlan(msgspec.Struct, frozen=True):
    """One document: what happens to it from its coming to be, and what it leads to.

    `why` is the code of what keeps it or was its end, `of` an earlier message that it repeats or revises.
    `digests` are its identities. `ready` is what is sent at once by the agreement `onward`.
    """

    read: ReadDocument
    kind: str
    usage: str
    events: tuple[Event, ...]
    number: str | None = None
    orders: tuple[str, ...] = ()
    agreement: Agreement | None = None
    onward: Agreement | None = None
    ready: Ready | None = None
    why: str | None = None
    of: str | None = None
    findings: tuple[Finding, ...] = ()
    digests: tuple[str, ...] = ()
    keys: tuple[Key, ...] = ()
    canonical: bytes | None = None

    @property
    def state(self) -> State:
        """Where it stands when all of this has happened."""
        state = after(Kind.DOCUMENT, None, Event.ARRIVED)
        for event in self.events:
            state = after(Kind.DOCUMENT, state, event)
        return state


@dataclass(frozen=True, slots=True)
class AnswerPlan:
    """An interchange that is to be acknowledged."""

    interchange: ReceivedInterchange
    ta1: bool
    functional: bool


class ArrivalPlan(msgspec.Struct, frozen=True):
    """A whole arrival. `rests_on` has the latest message under each identity that was looked for.

    `answered_before` is an earlier arrival whose answers are sent once more.
    """

    arrived: Arrived
    event: Event
    channel: Channel | None = None
    why: str | None = None
    of: str | None = None
    format: str = ""
    findings: tuple[Finding, ...] = ()
    documents: tuple[DocumentPlan, ...] = ()
    answers: tuple[AnswerPlan, ...] = ()
    answered_before: tuple[str, ...] = ()
    receipts: tuple[Answer, ...] = ()
    digests: tuple[str, ...] = ()
    rests_on: Mapping[str, str | None] = msgspec.field(default_factory=dict)
