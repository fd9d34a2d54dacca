"""Acknowledgments as they are written: TA1, 997 and 999 under numbers of their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from gateway.acknowledgments.answer import AnswerKind, acknowledge, groups_of_answers, owes_ta1
from gateway.acknowledgments.functional import FIRST_WITH_999
from gateway.acknowledgments.received import (
    ControlNumbers,
    GroupAnswer,
    ReceivedGroup,
)
from gateway.service.exchange.plans import AnswerPlan
from gateway.store.control_numbers.allotting import allot, allot_many
from gateway.store.control_numbers.names import Function, StreamKey
from gateway.store.sendings import Carry
from gateway.store.writing.transaction import Transaction


class WrittenAnswer(msgspec.Struct, frozen=True):
    """An acknowledgment with its numbers, ready to be sent."""

    data: bytes
    kind: str
    sender: str
    receiver: str
    isa13: int
    carried: tuple[Carry, ...] = ()


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
