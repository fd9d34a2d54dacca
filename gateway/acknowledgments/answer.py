"""Decides what a sender is answered, and writes it: TA1, and 997 or 999, in interchanges of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import count

from gateway.acknowledgments.envelope import (
    GroupHeader,
    answer_delimiters,
    answer_group_header,
    answer_interchange,
)
from gateway.acknowledgments.functional import (
    FIRST_WITH_999,
    SegmentElements,
    acknowledgment_body,
)
from gateway.acknowledgments.interchange import InterchangeCode, interchange_acknowledgment, is_refused, judge
from gateway.acknowledgments.received import (
    ControlNumbers,
    GroupAnswer,
    ReceivedGroup,
    ReceivedInterchange,
)
from gateway.formats.x12.model import Delimiters
from gateway.formats.x12.numbers import within_nine_digits
from gateway.formats.x12.writer import OutgoingGroup, OutgoingSet, interchange_bytes, segment_text

CHARSET = "ascii"  # all that is copied into an answer is in the character sets of X12.6
ANSWER_REQUESTED = "1"  # ISA14


class AnswerKind(StrEnum):
    """Which acknowledgments to write.

    AUTO: a TA1 when the envelope is refused, when its sender asks for one in ISA14 or when a group cannot be
    named in a 997, and a 997 or 999 for every other group, as was agreed. TA1: one for each interchange, and
    nothing else. FUNCTIONAL: 997 alone. IMPLEMENTATION: 999 alone, and 997 for groups of releases before it.
    """

    AUTO = "auto"
    TA1 = "ta1"
    FUNCTIONAL = "997"
    IMPLEMENTATION = "999"


def acknowledge(
    interchanges: Iterable[ReceivedInterchange],
    *,
    kind: AnswerKind,
    control_numbers: ControlNumbers,
    at: datetime,
    delimiters: Delimiters | None = None,
    usage: str | None = None,
    agreed: GroupAnswer = GroupAnswer.IMPLEMENTATION,
) -> Iterator[bytes]:
    """The interchanges that answer those received, in their order; none where no answer is owed.

    `at` is the time of writing as ISA09/10 and GS04/05 shall tell it, in the zone to tell it in. `delimiters`
    and `usage` None mirror what was received. `agreed` is what groups from 005010 on are answered with where
    `kind` leaves it open; older ones have 997 alone. The TA1 travels alone, so that what becomes of the 997s
    cannot hold it up; all 997s for one interchange travel in one. One 997 answers one functional group, and
    as their parties are exchanged from the GS they answer, those of the same parties and version share one
    group (X12.20, note to the 997).
    """
    numbers = _Numbers(control_numbers)
    for interchange in interchanges:
        if not interchange.can_be_answered:
            continue
        writing = _Writing(interchange, numbers, at, answer_delimiters(interchange, delimiters), usage)
        if _ta1_is_owed(interchange, kind):
            yield from writing.interchange_acknowledgment()
        if kind is not AnswerKind.TA1:
            answer = agreed if kind is AnswerKind.AUTO else GroupAnswer(kind.value)
            yield from writing.functional_acknowledgments(answer)


def groups_of_answers(interchange: ReceivedInterchange, delimiters: Delimiters | None = None) -> int:
    """How many groups the 997s or 999s for an interchange travel in."""
    written = answer_delimiters(interchange, delimiters)
    owed = [group for group in interchange.groups if group.is_owed_an_answer]
    return len({answer_group_header(group, interchange, written) for group in owed})


def owes_ta1(interchange: ReceivedInterchange) -> bool:
    """Whether an interchange is answered with a TA1 by itself: it is refused, asks for one, or a group of it
    can be told of in no other way."""
    return interchange.can_be_answered and _ta1_is_owed(interchange, AnswerKind.AUTO)


def _ta1_is_owed(interchange: ReceivedInterchange, kind: AnswerKind) -> bool:
    if kind is not AnswerKind.AUTO:
        return kind is AnswerKind.TA1
    unnamed = any(not group.can_be_named for group in interchange.groups)
    refused = judge(interchange).code is InterchangeCode.REFUSED
    return refused or unnamed or interchange.isa[14].strip() == ANSWER_REQUESTED


class _Numbers:
    """The control numbers to use next; after the highest of nine digits comes 1 again."""

    def __init__(self, first: ControlNumbers) -> None:
        self._interchanges = count(first.interchange)
        self._groups = count(first.group)
        self._sets = count(first.set)

    def interchange(self) -> int:
        return within_nine_digits(next(self._interchanges))

    def group(self) -> int:
        return within_nine_digits(next(self._groups))

    def set(self) -> str:
        return f"{within_nine_digits(next(self._sets)):04d}"


class _Writing:
    """The answers to one interchange."""

    def __init__(
        self,
        interchange: ReceivedInterchange,
        numbers: _Numbers,
        at: datetime,
        delimiters: Delimiters,
        usage: str | None,
    ) -> None:
        self._interchange = interchange
        self._numbers = numbers
        self._at = at
        self._delimiters = delimiters
        self._usage = usage

    def interchange_acknowledgment(self) -> Iterator[bytes]:
        """An interchange with the TA1, if there is one to send."""
        segment = interchange_acknowledgment(self._interchange, self._at)
        if segment is not None:
            yield self._written(acknowledgments=(segment,))

    def functional_acknowledgments(self, newest: GroupAnswer) -> Iterator[bytes]:
        """An interchange with the answer to every group that is owed one, if any is."""
        answers: dict[GroupHeader, list[OutgoingSet]] = {}
        for group in self._interchange.groups:
            if group.is_owed_an_answer:
                header = answer_group_header(group, self._interchange, self._delimiters)
                kind = newest if group.release >= FIRST_WITH_999 else GroupAnswer.FUNCTIONAL
                answers.setdefault(header, []).append(self._functional_acknowledgment(group, kind))
        if answers:
            groups = [header.group(self._numbers.group(), self._at, sets) for header, sets in answers.items()]
            yield self._written(groups=groups)

    def _functional_acknowledgment(self, group: ReceivedGroup, kind: GroupAnswer) -> OutgoingSet:
        number = self._numbers.set()
        segments = acknowledgment_body(
            group,
            delimiters=self._delimiters,
            interchange_refused=is_refused(self._interchange),
            kind=kind,
        )
        body = [segment_text(segment, self._delimiters) for segment in segments]
        return OutgoingSet(kind.value, number, body)

    def _written(
        self, acknowledgments: Sequence[SegmentElements] = (), groups: Sequence[OutgoingGroup] = ()
    ) -> bytes:
        outgoing = answer_interchange(
            self._interchange,
            control_number=self._numbers.interchange(),
            at=self._at,
            usage=self._usage,
            delimiters=self._delimiters,
            acknowledgments=acknowledgments,
            groups=groups,
        )
        return interchange_bytes(outgoing, self._delimiters, CHARSET)
