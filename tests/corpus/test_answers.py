"""The answers to every file of the corpus: sound to pyx12 and to ourselves, and true."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gateway.acknowledgments.answer import AnswerKind, acknowledge
from gateway.acknowledgments.answered import AcknowledgedGroup
from gateway.acknowledgments.read import read_acknowledgments
from gateway.acknowledgments.received import ControlNumbers, ReceivedGroup
from gateway.findings import Finding
from gateway.formats.x12.reader import read
from gateway.report import Verdict
from tests.acknowledgments.second_opinion import SecondOpinion
from tests.corpus.files import Sample, name, samples, take, taken
from tests.schema.definitions import RELEASES

AT = datetime(2026, 11, 3, 9, 15, tzinfo=UTC)


def answers(sample: Sample, kind: AnswerKind) -> list[bytes]:
    return list(acknowledge(taken(sample).interchanges, kind=kind, control_numbers=ControlNumbers(), at=AT))


# What an answer repeats as it was received, right or wrong: by it the sender knows what is answered.
REPEATED = {("ISA", 5): 7, ("ISA", 6): 8, ("ISA", 7): 5, ("ISA", 8): 6}


def faults(answer: bytes, sample: Sample) -> list[str]:
    """What our own validator has against an answer, but for what it repeats."""
    report = take("answer", in_a_release_that_is_defined(answer)).report
    return [finding.message for finding in report.findings if not is_repeated(finding, sample)]


def in_a_release_that_is_defined(answer: bytes) -> bytes:
    """An answer is in the release it answers; of others than ours there are no definitions to check it by."""
    text = answer.decode("ascii")
    element, terminator = text[3], text[105]
    segments = text.split(terminator)
    for index, segment in enumerate(segments):
        values = segment.split(element)
        if values[0].strip() == "GS":
            values[4] = values[4][-6:].rjust(8, "2")
            values[8] = max([name for name in RELEASES if name <= values[8]], default=RELEASES[0])
            segments[index] = element.join(values)
    return terminator.join(segments).encode("ascii")


def is_repeated(finding: Finding, sample: Sample) -> bool:
    place = (finding.location.tag or "", finding.location.element or 0)
    value = (finding.value or "").strip()
    (received,) = taken(sample).interchanges
    if place in REPEATED:
        return value == received.isa[REPEATED[place]].strip()
    return place == ("AK1", 1) and value in [group.gs[1] for group in received.groups]


def owed(sample: Sample) -> list[ReceivedGroup]:
    return [
        group
        for interchange in taken(sample).interchanges
        if interchange.can_be_answered
        for group in interchange.groups
        if group.is_owed_an_answer
    ]


@pytest.mark.parametrize("sample", samples(), ids=name)
def test_the_997_is_read_back_clean(sample: Sample, second_opinion: SecondOpinion) -> None:
    written = answers(sample, AnswerKind.FUNCTIONAL)
    assert bool(written) is bool(owed(sample))
    for one in written:
        assert second_opinion.faults(one) == []
        assert faults(one, sample) == []


@pytest.mark.parametrize("sample", samples(), ids=name)
def test_the_997_says_what_was_found(sample: Sample) -> None:
    answered = [
        each
        for one in answers(sample, AnswerKind.FUNCTIONAL)
        for each in read_acknowledgments(read([one]))
        if isinstance(each, AcknowledgedGroup)
    ]
    groups = owed(sample)
    assert len(answered) == len(groups)
    for answer, group in zip(answered, groups, strict=True):
        assert answer.findings == ()
        assert answer.functional_identifier == group.gs[1].strip()
    (received,) = taken(sample).interchanges
    reported = [
        each.verdict if each.verdict is not Verdict.NO_DEFINITION else Verdict.REJECTED
        for each in taken(sample).report.sets
        if received.groups[each.group - 1] in groups
    ]
    assert [each.verdict for answer in answered for each in answer.sets] == reported
    for answer in answered:
        verdicts = [each.verdict for each in answer.sets]
        assert answer.received == len(verdicts)
        assert answer.accepted == len(verdicts) - verdicts.count(Verdict.REJECTED)


@pytest.mark.parametrize("kind", [AnswerKind.AUTO, AnswerKind.TA1])
@pytest.mark.parametrize("sample", samples(), ids=name)
def test_every_other_answer_is_sound_too(
    sample: Sample, kind: AnswerKind, second_opinion: SecondOpinion
) -> None:
    for one in answers(sample, kind):
        assert second_opinion.faults(one) == []
        assert faults(one, sample) == []
