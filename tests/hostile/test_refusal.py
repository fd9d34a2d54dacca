"""What an envelope's fault refuses, and that no answer says otherwise."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gateway.acknowledgments.answer import AnswerKind, acknowledge
from gateway.acknowledgments.answered import AcknowledgedGroup
from gateway.acknowledgments.read import read_acknowledgments
from gateway.acknowledgments.received import ControlNumbers
from gateway.formats.x12.reader import read
from gateway.report import Verdict
from tests.hostile.samples import Taken, group, interchange, take, transaction_set

AT = datetime(2026, 11, 22, 13, 5, tzinfo=UTC)


def verdicts(taken: Taken) -> list[Verdict]:
    return [each.verdict for each in taken.report.sets]


def answered(taken: Taken) -> list[Verdict]:
    """What the 997s say of each set."""
    written = acknowledge(
        taken.interchanges, kind=AnswerKind.FUNCTIONAL, control_numbers=ControlNumbers(), at=AT
    )
    groups = [
        each
        for one in written
        for each in read_acknowledgments(read([one]))
        if isinstance(each, AcknowledgedGroup)
    ]
    for each in groups:
        codes = [one.verdict for one in each.sets]
        assert each.accepted == len(codes) - codes.count(Verdict.REJECTED)
    return [one.verdict for each in groups for one in each.sets]


GOOD = interchange(group(transaction_set()))


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("IEA*1*", "IEA*2*"),
        GOOD.replace("IEA*1*000000001", "IEA*1*000000002"),
        GOOD.replace("IEA*1*000000001~", ""),
        GOOD.replace("*P*>", "*X*>"),
        GOOD.replace("GE*1*1~", "GE*1*1~REF*IA*1~"),
        GOOD.replace("GE*1*1~", "GE*1*1~~"),
    ],
)
def test_the_sets_of_a_refused_interchange_are_rejected_in_every_answer(text: str) -> None:
    taken = take(text.encode())
    assert verdicts(taken) == [Verdict.REJECTED]
    assert answered(taken) == [Verdict.REJECTED]


def test_the_second_interchange_with_a_number_is_rejected_in_every_answer() -> None:
    taken = take(GOOD.encode(), GOOD.encode())
    assert verdicts(taken) == [Verdict.ACCEPTED, Verdict.REJECTED]
    assert answered(taken) == [Verdict.ACCEPTED, Verdict.REJECTED]


@pytest.mark.parametrize(
    ("sound", "broken"),
    [
        ("GE*1*1~", "GE*2*1~"),
        ("GE*1*1~", "GE*1*7~"),
        ("GE*1*1~", ""),
        ("GS*PO*SENDER*RECEIVER*20261122*1305*1*", "GS*PO*SENDER*RECEIVER*20261322*1305*1*"),
        ("GS*PO*SENDER*RECEIVER*20261122*1305*1*", "GS*PO*SENDER*RECEIVER*20261122*1305*3*"),
        ("GE*1*1~", "REF*IA*1~GE*1*1~"),
        ("GE*1*1~", "~GE*1*1~"),
        ("GE*1*1~", "TA1*000000001*261122*1305*A*000~GE*1*1~"),
    ],
)
def test_a_fault_of_one_group_leaves_the_others_alone(sound: str, broken: str) -> None:
    text = interchange(group(transaction_set(), number=1), group(transaction_set(), number=2))
    assert text.count(sound) == 1
    taken = take(text.replace(sound, broken).encode())
    assert sorted(verdicts(taken)) == [Verdict.ACCEPTED, Verdict.REJECTED]
    assert answered(taken) == verdicts(taken)


def test_a_fault_of_one_set_leaves_the_others_alone() -> None:
    sets = [transaction_set(number=f"{number:04d}") for number in range(1, 4)]
    text = interchange(group(*sets)).replace("SE*6*0002", "SE*7*0002")
    taken = take(text.encode())
    assert verdicts(taken) == [Verdict.ACCEPTED, Verdict.REJECTED, Verdict.ACCEPTED]
    assert answered(taken) == verdicts(taken)
    assert taken.report.verdict is Verdict.PARTIALLY_ACCEPTED
