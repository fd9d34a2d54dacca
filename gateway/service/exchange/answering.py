"""What is acknowledged, and with what: TA1, 997 and 999 as sendings of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from gateway.acknowledgments.answer import AnswerKind, acknowledge, groups_of_answers, owes_ta1
from gateway.acknowledgments.functional import FIRST_WITH_999
from gateway.acknowledgments.received import (
    ControlNumbers,
    GroupAnswer,
    ReceivedGroup,
    ReceivedInterchange,
    ReceivedSet,
)
from gateway.agreements.agreement import Acknowledge, Functional, Ta1
from gateway.exchange.duplicates import Kind
from gateway.findings import found
from gateway.lifecycle import Event
from gateway.report import Verdict
from gateway.service.exchange.plans import AnswerPlan, DocumentPlan
from gateway.store.control_numbers.allotting import allot, allot_many
from gateway.store.control_numbers.names import Function, StreamKey
from gateway.store.sendings import Carry
from gateway.store.writing.transaction import Transaction

ANSWER_REQUESTED = "1"  # ISA14
BY_NUMBERS = f"duplicate-{Kind.NUMBERS}"
GOOD = (Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_ERRORS)


class WrittenAnswer(msgspec.Struct, frozen=True):
    """An acknowledgment with its numbers, ready to be sent."""

    data: bytes
    kind: str
    sender: str
    receiver: str
    isa13: int
    carried: tuple[Carry, ...] = ()


def answer_plans(
    interchanges: Mapping[int, ReceivedInterchange], policy: Acknowledge, planned: Sequence[DocumentPlan]
) -> tuple[AnswerPlan, ...]:
    """What is owed for each of these interchanges of a file, by their places in it, as was agreed.

    One whose sets all came before, by their numbers, and are to be refused, is told of as a whole. One whose
    sets all came before and are dropped gets its earlier answers, and no new ones. Nothing is said of a group
    of which every set waits for an agreement.
    """
    plans = []
    for place, interchange in interchanges.items():
        of_it = [each for each in planned if each.read.report.interchange == place]
        if of_it and all(is_sent_again(each) for each in of_it):
            continue
        refused = bool(of_it) and all(
            each.why == BY_NUMBERS and Event.IS_AT_FAULT in each.events for each in of_it
        )
        told = _as_repeated(interchange) if refused else _as_planned(interchange, of_it)
        ta1 = policy.ta1 is not Ta1.NEVER
        functional = policy.functional is Functional.ALWAYS or (
            policy.functional is Functional.ERRORS
            and any(each.read.report.verdict is not Verdict.ACCEPTED for each in of_it)
        )
        if policy.ta1 is Ta1.REFUSED and told.isa[14].strip() == ANSWER_REQUESTED:
            told = msgspec.structs.replace(told, isa=(*told.isa[:14], "0", *told.isa[15:]))
        if ta1 or functional:
            plans.append(AnswerPlan(told, ta1, functional))
    return tuple(plans)


def _as_planned(interchange: ReceivedInterchange, planned: Sequence[DocumentPlan]) -> ReceivedInterchange:
    """An interchange as it is answered: sets that only we refuse are rejected, and groups are left out of
    which no set could be placed."""
    of_sets = {(each.read.report.group, each.read.report.set): each for each in planned}
    groups = []
    for number, group in enumerate(interchange.groups, 1):
        plans = [of_sets.get((number, place)) for place in range(1, len(group.sets) + 1)]
        if plans and all(each is not None and Event.CANNOT_BE_PLACED in each.events for each in plans):
            continue
        if any(each is not None and _is_refused_by_us(each) for each in plans):
            sets = tuple(_as_refused(one, each) for one, each in zip(group.sets, plans, strict=True))
            group = msgspec.structs.replace(group, sets=sets)  # noqa: PLW2901 - the group as it is answered
        groups.append(group)
    return msgspec.structs.replace(interchange, groups=tuple(groups))


def _is_refused_by_us(plan: DocumentPlan) -> bool:
    """Whether the standard let a set through that was rejected all the same."""
    return plan.read.is_good and Event.IS_AT_FAULT in plan.events


def _as_refused(one: ReceivedSet, plan: DocumentPlan | None) -> ReceivedSet:
    if plan is None or not _is_refused_by_us(plan):
        return one
    return msgspec.structs.replace(one, verdict=Verdict.REJECTED)


def is_sent_again(plan: DocumentPlan) -> bool:
    """Whether a set came before in its very interchange, and is answered as it was answered then.

    What says the same in another interchange gets an answer of its own: that one has other numbers.
    """
    return plan.why == BY_NUMBERS and Event.CAME_BEFORE in plan.events


def _as_repeated(interchange: ReceivedInterchange) -> ReceivedInterchange:
    repeated = found("isa13-duplicate", value=interchange.isa[13])
    return msgspec.structs.replace(interchange, findings=(*interchange.findings, repeated))


def written_answers(
    transaction: Transaction, plan: AnswerPlan, agreed: GroupAnswer, at: datetime, new_message: Sequence[str]
) -> list[WrittenAnswer]:
    """The acknowledgments of one interchange under numbers of this change.

    `new_message` has ids for the messages that the numbers are given to: of the TA1, and of the 997 or 999.
    """
    isa = plan.interchange.isa
    sender, receiver = f"{isa[7].strip()}/{isa[8].strip()}", f"{isa[5].strip()}/{isa[6].strip()}"
    written = []
    numbered = _Numbered(transaction, sender, receiver)
    if plan.ta1 and owes_ta1(plan.interchange):
        isa13 = numbered.one(Function.INTERCHANGE, new_message[0])
        numbers = ControlNumbers(interchange=isa13, group=1, set=1)
        data = b"".join(acknowledge([plan.interchange], kind=AnswerKind.TA1, control_numbers=numbers, at=at))
        if data:
            written.append(WrittenAnswer(data, "TA1", sender, receiver, isa13))
    groups = groups_of_answers(plan.interchange) if plan.functional else 0
    owed = sum(group.is_owed_an_answer for group in plan.interchange.groups)
    if groups and owed:
        message = new_message[1]
        isa13 = numbered.one(Function.INTERCHANGE, message)
        gs06 = numbered.many(Function.GROUP, message, groups)[0]
        st02 = numbered.many(Function.SET, message, owed)[0]
        numbers = ControlNumbers(interchange=isa13, group=gs06, set=st02)
        kind = AnswerKind(agreed.value)
        data = b"".join(acknowledge([plan.interchange], kind=kind, control_numbers=numbers, at=at))
        sets = [_set_of(group, agreed) for group in plan.interchange.groups if group.is_owed_an_answer]
        carried = tuple(
            Carry(None, "FA", gs06, st01, f"{st02 + number:04d}") for number, st01 in enumerate(sets)
        )
        written.append(WrittenAnswer(data, max(sets), sender, receiver, isa13, carried))
    return written


def _set_of(group: ReceivedGroup, agreed: GroupAnswer) -> str:
    """Which transaction set answers a group: those before 005010 know the 997 alone."""
    return (agreed if group.release >= FIRST_WITH_999 else GroupAnswer.FUNCTIONAL).value


class _Numbered:
    """The numbers of one direction between two sides."""

    def __init__(self, transaction: Transaction, sender: str, receiver: str) -> None:
        self._transaction = transaction
        self._sender = sender
        self._receiver = receiver

    def one(self, function: Function, message: str) -> int:
        return allot(self._transaction, self._key(function), message)

    def many(self, function: Function, message: str, count: int) -> tuple[int, ...]:
        return allot_many(self._transaction, self._key(function), message, count)

    def _key(self, function: Function) -> StreamKey:
        return StreamKey(self._sender, self._receiver, function)
