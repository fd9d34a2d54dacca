"""Answers that wait: of which groups nothing was said yet, and where the documents in them stand by now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from gateway.acknowledgments.received import ReceivedInterchange
from gateway.agreements.agreement import Agreement
from gateway.exchange.reading import ReadFile
from gateway.service.exchange.owed_answers import ENVELOPE, Fate, Place, SetOutcome
from gateway.store.documents import Settled
from gateway.store.seen import Recognition

WAITS, ANSWERED = "answer-waits", "answered"
"""The kinds of two marks: that a group was passed over when its file was answered; that it was answered."""
_FIRST = (Fate.TAKEN, Fate.REPEATED, Fate.WAITS, Fate.REFUSED)


@dataclass(frozen=True, slots=True)
class WaitingAnswers:
    """Knows which answers wait, by marks that are kept under digests, as identities are.

    A mark is set only where something waits: a file that is answered at once costs nothing.
    """

    recognition: Recognition
    connection: Connection

    def waits(self, arrival: str, places: Sequence[Place]) -> tuple[str, ...]:
        """The marks that these places of an arrival wait."""
        return self._marks(WAITS, arrival, places)

    def answered(self, arrival: str, places: Sequence[Place]) -> tuple[str, ...]:
        """The marks that these places of an arrival were answered after they waited."""
        return self._marks(ANSWERED, arrival, places)

    def of(self, arrival: str, places: Iterable[Place]) -> frozenset[Place]:
        """Which of these places wait still."""
        waits = {mark: place for place in places for mark in self.waits(arrival, [place])}
        marked = self.recognition.latest(self.connection, waits)
        waiting = {
            mark: place
            for place in (waits[mark] for mark in marked)
            for mark in self.answered(arrival, [place])
        }
        ended = self.recognition.latest(self.connection, waiting)
        return frozenset(place for mark, place in waiting.items() if mark not in ended)

    def _marks(self, kind: str, arrival: str, places: Sequence[Place]) -> tuple[str, ...]:
        texts = [f"{arrival} {interchange} {group}" for interchange, group in places]
        return tuple(self.recognition.digest(self.connection, kind, text) for text in texts)


def places_of(interchanges: Iterable[ReceivedInterchange]) -> list[Place]:
    """All places of a file that may be answered."""
    return [
        (place, group)
        for place, each in enumerate(interchanges, 1)
        for group in (ENVELOPE, *range(1, len(each.groups) + 1))
    ]


def outcomes_of(
    read: ReadFile, documents: Sequence[Settled], agreements: Mapping[str, Agreement]
) -> list[SetOutcome]:
    """The sets of a file as they stand. One that was read anew is taken when any reading of it was."""
    by_place: dict[int, list[Settled]] = defaultdict(list)
    for each in documents:
        by_place[each.place].append(each)
    outcomes = []
    for document in read.documents:
        found = []
        for each in by_place[document.place]:
            agreement = agreements.get(each.agreement or "")
            policy = agreement.acknowledge if agreement is not None else None
            found.append(SetOutcome(document.report, each.state, each.why, policy))
        outcomes += sorted(found, key=lambda each: _FIRST.index(each.fate))[:1]
    return outcomes
