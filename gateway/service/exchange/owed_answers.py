"""What is owed to the sender of an interchange, by where each of its sets stands: TA1, and 997 or 999."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from enum import Enum, auto

import msgspec

from gateway.acknowledgments.received import ReceivedGroup, ReceivedInterchange, ReceivedSet
from gateway.agreements.agreement import Acknowledge, Functional, Ta1
from gateway.exchange.duplicates import Kind
from gateway.findings import found
from gateway.lifecycle import State
from gateway.report import SetReport, Verdict
from gateway.service.exchange.plans import AnswerPlan, DocumentPlan

ANSWER_REQUESTED = "1"  # ISA14
BY_NUMBERS = f"duplicate-{Kind.NUMBERS}"
GOOD = (Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_ERRORS)
ENVELOPE = 0  # in place of the number of a group: the interchange itself, which a TA1 answers

Place = tuple[int, int]
"""An interchange in its file, and a group in that, or `ENVELOPE`; both are counted from 1."""


class Fate(Enum):
    """What a sender is told of a set."""

    WAITS = auto()  # nothing yet: it cannot be placed
    TAKEN = auto()
    REFUSED = auto()
    REPEATED = auto()  # it came before in its very interchange, and is answered as it was answered then


class SetOutcome(msgspec.Struct, frozen=True):
    """One set of a file: its report, where it stands, and the code of what keeps it there."""

    report: SetReport
    state: State
    why: str | None = None
    policy: Acknowledge | None = None  # that of its agreement, where it has one

    @classmethod
    def of(cls, plan: DocumentPlan) -> SetOutcome:
        """What is planned."""
        policy = plan.agreement.acknowledge if plan.agreement is not None else None
        return cls(plan.read.report, plan.state, plan.why, policy)

    @property
    def fate(self) -> Fate:
        """What is told of it. What a person called off, while nothing was said of it yet, is refused."""
        if self.state in (State.QUARANTINED, State.RECEIVED, State.ERASED):
            return Fate.WAITS
        if self.state in (State.REJECTED, State.CANCELLED):
            return Fate.REFUSED
        if self.state is State.DUPLICATE and self.why == BY_NUMBERS:
            return Fate.REPEATED
        return Fate.TAKEN

    @property
    def verdict(self) -> Verdict:
        """What is told of it: what was taken once is never told as rejected, however it reads today."""
        if self.fate is Fate.REFUSED:
            return self.report.verdict if self.report.verdict not in GOOD else Verdict.REJECTED
        return self.report.verdict if self.report.verdict in GOOD else Verdict.ACCEPTED


class Owed(msgspec.Struct, frozen=True):
    """What is answered now. `answered` is what these answers are about, `waiting` what is answered later."""

    answers: tuple[AnswerPlan, ...]
    answered: tuple[Place, ...]
    waiting: tuple[Place, ...]


def owed_answers(
    interchanges: Mapping[int, ReceivedInterchange],
    policy: Acknowledge,
    outcomes: Sequence[SetOutcome],
    among: frozenset[Place] | None = None,
) -> Owed:
    """What is owed for these interchanges of a file, by their places in it; `among` is all that is asked for.

    A group is answered once, when each of its sets was placed or refused, since its one 997 tells of all of
    them. `policy` counts for an interchange of which no set was placed. One whose sets all came before, by
    their numbers, and are to be refused, is told of as a whole. One whose sets all came before and are
    dropped gets its earlier answers, and no new ones.
    """
    answers: list[AnswerPlan] = []
    answered: list[Place] = []
    waiting: list[Place] = []
    of_interchanges: dict[int, list[SetOutcome]] = defaultdict(list)
    for each in outcomes:
        of_interchanges[each.report.interchange].append(each)
    for place, interchange in interchanges.items():
        of_it = of_interchanges[place]
        asked = [
            number
            for number in range(1, len(interchange.groups) + 1)
            if among is None or (place, number) in among
        ]
        late = {each.report.group for each in of_it if each.fate is Fate.WAITS}
        ready = [number for number in asked if number not in late]
        waiting += [(place, number) for number in asked if number in late]
        asks_ta1 = among is None or (place, ENVELOPE) in among
        answered += [(place, ENVELOPE)] if asks_ta1 else []
        answered += [(place, number) for number in ready]
        answers += _answers(interchange, policy, of_it, ready, asks_ta1=asks_ta1)
    return Owed(tuple(answers), tuple(answered), tuple(waiting))


def _answers(
    interchange: ReceivedInterchange,
    policy: Acknowledge,
    outcomes: Sequence[SetOutcome],
    groups: Sequence[int],
    *,
    asks_ta1: bool,
) -> list[AnswerPlan]:
    """The answers to one interchange: to its envelope, and to some of its groups, by their numbers."""
    if outcomes and all(each.fate is Fate.REPEATED for each in outcomes):
        return []
    policy = next((each.policy for each in outcomes if each.policy is not None), policy)
    told = interchange
    if outcomes and all(each.fate is Fate.REFUSED and each.why == BY_NUMBERS for each in outcomes):
        repeated = found("isa13-duplicate", value=interchange.isa[13])
        told = msgspec.structs.replace(told, findings=(*told.findings, repeated))
    if policy.ta1 is Ta1.REFUSED and told.isa[14].strip() == ANSWER_REQUESTED:
        told = msgspec.structs.replace(told, isa=(*told.isa[:14], "0", *told.isa[15:]))
    of_groups = [each for each in outcomes if each.report.group in groups]
    functional = policy.functional is Functional.ALWAYS or (
        policy.functional is Functional.ERRORS
        and any(each.verdict is not Verdict.ACCEPTED for each in of_groups)
    )
    ta1 = asks_ta1 and policy.ta1 is not Ta1.NEVER
    settled = _settled(told, of_groups, groups)
    if len(groups) == len(interchange.groups):
        return [AnswerPlan(settled, ta1, functional)] if ta1 or functional else []
    answers = [AnswerPlan(told, ta1=True, functional=False)] if ta1 else []
    return [*answers, AnswerPlan(settled, ta1=False, functional=True)] if functional and groups else answers


def _settled(
    interchange: ReceivedInterchange, outcomes: Sequence[SetOutcome], groups: Sequence[int]
) -> ReceivedInterchange:
    """An interchange with some of its groups, each set with the verdict that is told of it."""
    of_sets = {(each.report.group, each.report.set): each for each in outcomes}
    told = tuple(_group(interchange.groups[number - 1], number, of_sets) for number in groups)
    return msgspec.structs.replace(interchange, groups=told)


def _group(
    group: ReceivedGroup, number: int, outcomes: Mapping[tuple[int, int], SetOutcome]
) -> ReceivedGroup:
    of_it = [outcomes.get((number, place)) for place in range(1, len(group.sets) + 1)]
    if all(each is None or each.verdict is each.report.verdict for each in of_it):
        return group
    sets = tuple(_set(one, each) for one, each in zip(group.sets, of_it, strict=True))
    return msgspec.structs.replace(group, sets=sets)


def _set(one: ReceivedSet, outcome: SetOutcome | None) -> ReceivedSet:
    return one if outcome is None else msgspec.structs.replace(one, verdict=outcome.verdict)
