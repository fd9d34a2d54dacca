"""What the envelopes of a file say of each set in it: who sends it, what identifies it, and what finds it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gateway.acknowledgments.received import ReceivedInterchange
from gateway.documents import Document
from gateway.exchange.duplicates import (
    Identity,
    Numbers,
    Scope,
    of_content,
    of_number,
    of_numbers,
)
from gateway.exchange.reading import ReadDocument
from gateway.exchange.routing import Envelope
from gateway.store.search_keys import Key, KeyKind


def envelopes_of(interchange: ReceivedInterchange) -> list[Envelope]:
    """What each group of an interchange says with it; of one without groups the interchange alone."""
    isa = interchange.isa
    names = {
        "sender_qualifier": isa[5],
        "sender": isa[6],
        "receiver_qualifier": isa[7],
        "receiver": isa[8],
        "usage": isa[15],
    }
    groups = [
        Envelope(**names, group_sender=_at(gs, 2), group_receiver=_at(gs, 3), version=_at(gs, 8))
        for gs in (group.gs for group in interchange.groups)
    ]
    return groups or [Envelope(**names)]


def _at(segment: Sequence[str], position: int) -> str:
    return segment[position] if position < len(segment) else ""


def identities_of(
    scope: Scope, read: ReadDocument, document: Document, interchanges: Sequence[ReceivedInterchange]
) -> Iterator[Identity]:
    """By what a document is known again: its control numbers, what it says, and its number."""
    report = read.report
    if report.interchange:
        isa = interchanges[report.interchange - 1].isa
        numbers = Numbers(
            sender_qualifier=isa[5],
            sender=isa[6],
            receiver_qualifier=isa[7],
            receiver=isa[8],
            isa13=isa[13],
            gs06=report.gs06,
            st02=report.st02,
        )
        yield of_numbers(scope, numbers)
    yield of_content(scope, document)
    yield of_number(scope, document)


def keys_of_set(read: ReadDocument) -> Iterator[Key]:
    """The control numbers by which a transaction set is found."""
    report = read.report
    kinds = ((KeyKind.INTERCHANGE, report.isa13), (KeyKind.GROUP, report.gs06), (KeyKind.SET, report.st02))
    return (Key(kind, written) for kind, written in kinds if written)
