"""X12 to canonical documents: each set is mapped as soon as it is judged, while its elements are at hand.

What is made of a set counts when its interchange has ended, and lets it through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

import msgspec

from gateway.acknowledgments.read import ANSWERS, AcknowledgmentReader
from gateway.findings import Location, found
from gateway.formats.x12.limits import MEBIBYTE, ReadOptions
from gateway.formats.x12.model import Event, InterchangeNote, InterchangeStart, TransactionSet
from gateway.formats.x12.reader import read
from gateway.pipeline.intake import Intake, JudgedSet
from gateway.pipeline.judged import judged
from gateway.pipeline.knowledge import Knowledge
from gateway.pipeline.received import Answer, Received
from gateway.pipeline.strangers import Strangers
from gateway.pipeline.tables import Outcome, Sourced
from gateway.pipeline.told import Told

__all__ = ["MAX_TRANSLATED_BYTES", "MappedSet", "X12Stream", "receive_x12"]

MAX_TRANSLATED_BYTES = 64 * MEBIBYTE  # of sets; as documents that are kept they take some 20 times as much
MAX_ANSWERS_BYTES = 8 * MEBIBYTE  # of acknowledgments, which need some ten times as much when read
LONG_SET = MEBIBYTE // 2
TA1_BYTES = 32  # a TA1 as it is written

Kept = TypeVar("Kept")


class MappedSet(msgspec.Struct, frozen=True):
    """What was made of a transaction set at a place."""

    place: Location
    outcome: Outcome
    is_long: bool


class X12Stream:
    """Reads one file and maps its sets, `most` bytes of them; `intake` judges it and has the report."""

    def __init__(self, knowledge: Knowledge, most: int) -> None:
        tolerated = knowledge.tolerated_sets
        self.intake = Intake(knowledge.validator, tolerated_sets=tolerated, hand_out=most)
        self._answers = _Answers()
        self._knowledge = knowledge

    @property
    def answers(self) -> tuple[Answer, ...]:
        """The acknowledgments that were read."""
        return tuple(self._answers.kept)

    def mapped(self, chunks: Iterable[bytes]) -> Iterator[MappedSet | None]:
        """Each set that may be translated, in the order of the file; None after those of an interchange."""
        intake, knowledge = self.intake, self._knowledge
        strangers = Strangers(knowledge.partner)
        charset = knowledge.partner.x12.charset if knowledge.partner else ReadOptions().charset
        open_sets = False
        for event in read(chunks, ReadOptions(charset=charset)):
            if isinstance(event, InterchangeStart):
                intake.note(strangers.take(event))
            received = intake.take(event)
            if received is None or received.st01 in ANSWERS:
                self._answers.take(event)
            if received is not None:
                open_sets = True
                mapped = _mapped_set(received, knowledge)
                del received  # the elements of a long set are not held while its document is written
                yield mapped
                if not intake.stopped:
                    continue
            if open_sets and intake.has_ended:
                open_sets = False
                yield None
            if intake.stopped:
                return

    def let_through(self, chunks: Iterable[bytes], made: Callable[[Sourced], Kept]) -> list[Kept]:
        """What is made of each document at once, of those that their interchanges let through in the end.

        Of a long one it is made when all has been read: until then the reader holds the text of its set.
        """
        through: list[Kept | Sourced] = []
        groups: dict[int | None, _OfGroup[Kept]] = {}
        for each in self.mapped(chunks):
            if each is not None:
                of_group = groups.get(each.place.group)
                if of_group is None:
                    of_group = groups[each.place.group] = _OfGroup(made)
                of_group.take(each)
                continue
            for number, group in groups.items():
                if self.intake.lets_through(number):
                    through += group.kept
                    if group.told is not None:
                        self.intake.note_of_documents(group.told)
            groups.clear()
        return [made(each) if isinstance(each, Sourced) else each for each in through]


class _OfGroup(Generic[Kept]):
    """What is made of the documents of one group, and what was found when they were mapped."""

    def __init__(self, made: Callable[[Sourced], Kept]) -> None:
        self.kept: list[Kept | Sourced] = []
        self.told: Told | None = None
        self._made = made

    def take(self, mapped: MappedSet) -> None:
        outcome = mapped.outcome
        if outcome.findings:
            self.told = self.told or Told()
            self.told.add(outcome.findings)
        if outcome.document is not None:
            source = Sourced(outcome.document, mapped.place, outcome.reading)
            self.kept.append(source if mapped.is_long else self._made(source))


def receive_x12(file: str, chunks: Iterable[bytes], knowledge: Knowledge) -> Received:
    """The documents of a file whose interchanges let them through, and the report."""
    stream = X12Stream(knowledge, MAX_TRANSLATED_BYTES)
    documents = stream.let_through(chunks, lambda each: each)
    return Received(tuple(documents), stream.intake.report(file), stream.answers)


class _Answers:
    """The acknowledgments among the events of a file, as many as may be kept."""

    def __init__(self) -> None:
        self.kept: list[Answer] = []
        self._reader = AcknowledgmentReader()
        self._bytes = 0

    def take(self, event: Event) -> None:
        """Keep the acknowledgment that the event is, if it is one."""
        if self._bytes > MAX_ANSWERS_BYTES:
            return
        answer = self._reader.take(event)
        if answer is not None and isinstance(event, TransactionSet | InterchangeNote):
            self._bytes += len(event.raw) if isinstance(event, TransactionSet) else TA1_BYTES
            self.kept.append(Answer(answer, event.location))


def _place(of_set: Location) -> Location:
    """The names of a set's envelopes, without the place of its first segment."""
    return Location(
        interchange=of_set.interchange,
        group=of_set.group,
        set=of_set.set,
        isa13=of_set.isa13,
        gs06=of_set.gs06,
        st02=of_set.st02,
    )


def _mapped_set(received: JudgedSet, knowledge: Knowledge) -> MappedSet:
    read = received.transaction_set
    place = _place(read.location)
    outcome = judged(_mapped(received, knowledge), place, knowledge)
    return MappedSet(place, outcome, len(read.raw) > LONG_SET)


def _mapped(received: JudgedSet, knowledge: Knowledge) -> Outcome:
    table = knowledge.segment_table(received.st01, received.version)
    if table is None:
        named = f"a {received.st01} of {received.version}"
        place = received.transaction_set.location
        return Outcome(None, (found("no-mapping", place, document="a canonical document", format=named),))
    return table.received(received.checked, received.transaction_set)
