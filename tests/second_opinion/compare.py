"""Both judgments on one file, place by place: what one side has against it and the other has not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from gateway.findings import Finding, Severity
from gateway.formats.x12.reader import read
from gateway.pipeline.intake import Intake
from gateway.report import FileReport, Verdict
from gateway.schema.validator import Validator
from gateway.second_opinion.engine import NO_DEFINITION
from gateway.second_opinion.opinion import FileOpinion, Opinion, Remark
from tests.schema.definitions import envelope, release

NOTHING = "–"
NO_OPINION = "no opinion"
# Where no definition is installed neither side has anything to judge by.
OUTSIDE_THE_DEFINITIONS = ("group-version-unknown", "no-definition")

Set = tuple[int, int, int]  # interchange, group and set from 1, 0 where it is an envelope


class Disagreement(NamedTuple):
    """Something that one side says of a place: `13 PO104` in a set, `ISA06` in an envelope.

    `ours` is a code of ours, with its severity before it when it is no error; `theirs` is a code of pyx12.
    """

    file: str
    place: str
    ours: str
    theirs: str


@cache
def validator() -> Validator:
    known = release()
    return Validator({known.release: known}, envelope())


def judged(file: str, data: bytes) -> FileReport:
    intake = Intake(validator())
    for event in read([data]):
        intake.take(event)
    return intake.report(file)


def disagreements(file: str, data: bytes, theirs: FileOpinion) -> frozenset[Disagreement]:
    """Where the two differ in one file. What pyx12 did not read to its end is one disagreement."""
    return frozenset(_disagreements(judged(file, data), theirs))


def _disagreements(ours: FileReport, theirs: FileOpinion) -> Iterator[Disagreement]:
    unread = {each.interchange for each in theirs.unread}
    for interchange in sorted(unread):
        yield Disagreement(ours.file, f"interchange {interchange}", NOTHING, NO_OPINION)
    without = {
        (each.interchange, each.group, each.set): each.why
        for each in theirs.sets
        if each.opinion is Opinion.NONE and each.interchange not in unread
    }
    for why in without.values():
        if why != NO_DEFINITION:
            yield Disagreement(ours.file, "set", NOTHING, NO_OPINION)
    findings, remarks = _by_set(ours.findings), _remarks_by_set(theirs)
    seen = False
    for each in sorted(findings.keys() | remarks.keys()):
        if each not in without and each[0] not in unread:
            for found in _at(ours.file, findings[each], remarks[each]):
                seen = True
                yield found
    if not seen:
        yield from _verdicts(ours, theirs)


def _by_set(findings: tuple[Finding, ...]) -> defaultdict[Set, list[Finding]]:
    found = defaultdict(list)
    for finding in findings:
        place = finding.location
        if finding.code not in OUTSIDE_THE_DEFINITIONS:
            found[place.interchange or 0, place.group or 0, place.set or 0].append(finding)
    return found


def _remarks_by_set(theirs: FileOpinion) -> defaultdict[Set, list[Remark]]:
    remarks = defaultdict(list)
    for remark in (*theirs.envelope, *(each for one in theirs.sets for each in one.remarks)):
        remarks[remark.interchange, remark.group, remark.set].append(remark)
    return remarks


def _at(file: str, findings: list[Finding], remarks: list[Remark]) -> Iterator[Disagreement]:
    for finding in findings:
        if finding.severity is Severity.ERROR and not any(_same(finding, remark) for remark in remarks):
            yield Disagreement(file, _place_of_finding(finding), finding.code, NOTHING)
    for remark in remarks:
        about = [finding for finding in findings if _same(finding, remark)]
        if not any(finding.severity is Severity.ERROR for finding in about):
            said = f"{about[0].severity.value} {about[0].code}" if about else NOTHING
            yield Disagreement(file, _place_of_remark(remark), said, remark.code)


def _same(finding: Finding, remark: Remark) -> bool:
    """Whether both are about the same segment and the same element, or its trailing separators."""
    place = finding.location
    if (place.segment_in_set or 0, place.tag) != (remark.segment, remark.tag):
        return False
    return place.element in remark.elements if remark.elements else _of_segment(finding)


def _of_segment(finding: Finding) -> bool:
    return finding.location.element is None or finding.code == "segment-trailing-separator"


def _verdicts(ours: FileReport, theirs: FileOpinion) -> Iterator[Disagreement]:
    opinions = {(each.interchange, each.group, each.set): each for each in theirs.sets}
    for each in ours.sets:
        opinion = opinions.get((each.interchange, each.group, each.set))
        if opinion is None or opinion.opinion is Opinion.NONE or each.verdict is Verdict.NO_DEFINITION:
            continue
        if (each.verdict is Verdict.REJECTED) is not (opinion.opinion is Opinion.REJECTED):
            yield Disagreement(ours.file, "verdict", each.verdict.value, opinion.opinion.value)


def _place_of_finding(finding: Finding) -> str:
    place = finding.location
    return _place(place.segment_in_set or 0, place.tag or "", place.element)


def _place_of_remark(remark: Remark) -> str:
    return _place(remark.segment, remark.tag, remark.elements[0] if remark.elements else None)


def _place(segment: int, tag: str, element: int | None) -> str:
    where = tag if element is None else f"{tag}{element:02d}"
    return f"{segment} {where}" if segment else where or "file"
