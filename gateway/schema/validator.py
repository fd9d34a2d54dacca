"""The checks of X12 as one part: sets against the installed releases, and the elements of their envelopes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from gateway.findings import Finding
from gateway.formats.x12.definitions import Release
from gateway.formats.x12.model import (
    GroupEnd,
    GroupStart,
    InterchangeEnd,
    InterchangeNote,
    InterchangeStart,
    TransactionSet,
)
from gateway.report import Verdict
from gateway.schema import envelope
from gateway.schema.checker import CheckedSet, SetChecker
from gateway.schema.diagnose import Diagnosis
from gateway.schema.faults import Fault
from gateway.schema.structure import NO_ROW

if TYPE_CHECKING:
    from gateway.schema.guides.judge import GuideJudge

Guided = tuple[str, str]  # release and set

_TAG = re.compile(r"[A-Z][A-Z0-9]{1,2}")  # what a segment identifier is in every release (X12.6)


class Validator:
    """Checks interchanges against the installed releases; `service` defines the segments ISA to IEA.

    `guides` are those of the partner whose sets are checked, by release and set: a second verdict.
    """

    def __init__(
        self,
        releases: Mapping[str, Release],
        service: Release,
        guides: Mapping[Guided, GuideJudge] = MappingProxyType({}),
    ) -> None:
        self._releases = releases
        self._service = service
        self._guides = guides
        self._service_segments = envelope.ServiceSegments(service)
        self._interchange_elements = envelope.InterchangeElements(service)
        self._checkers: dict[tuple[str, str], SetChecker] = {}  # at most one for each definition

    def check_interchange(self, start: InterchangeStart) -> tuple[Finding, ...]:
        """The findings about the elements of ISA."""
        return self._interchange_elements.findings(start)

    def check_note(self, note: InterchangeNote) -> tuple[Finding, ...]:
        """The findings about the elements of TA1, ISB or ISE; none for other segments."""
        return envelope.note_findings(self._service_segments, note)

    def check_group(self, start: GroupStart) -> tuple[Finding, ...]:
        """The findings about the elements of GS, its release among them."""
        return envelope.group_findings(self._service_segments, self._releases, start)

    def check_trailer(self, end: GroupEnd | InterchangeEnd) -> tuple[Finding, ...]:
        """The findings about the elements of GE or IEA, beside those that the reader made."""
        return envelope.trailer_findings(self._service_segments, end)

    def check_set(
        self, transaction_set: TransactionSet, gs08: str, gs01: str, tolerant: bool = False
    ) -> CheckedSet:
        """Check one set of a group with these GS08 and GS01.

        `tolerant` lowers the errors of elements that the catalogue marks to warnings, when nothing else is
        wrong. The findings the reader made about the set are among the result.
        """
        set_type = _set_type(transaction_set)
        checker = self._checkers.get((gs08, set_type))  # most often GS08 is the name of the release
        name = gs08
        if checker is None:
            release = envelope.release_of(self._releases, gs08)
            checker = self._checker(release, set_type) if release is not None else None
            name = gs08 if release is None else release.release
        if checker is None:
            return self._undefined(transaction_set, name, set_type, tolerant)
        checked = checker.check(transaction_set, gs01, tolerant)
        guide = self._guides.get((name, set_type)) if self._guides else None
        return checked if guide is None else guide.judge(checked, transaction_set)

    def _checker(self, release: Release, set_type: str) -> SetChecker | None:
        checker = self._checkers.get((release.release, set_type))
        if checker is None and set_type in release.sets:
            checker = SetChecker(release, release.sets[set_type])
            self._checkers[release.release, set_type] = checker
        return checker

    def _undefined(
        self, transaction_set: TransactionSet, release: str, set_type: str, tolerant: bool
    ) -> CheckedSet:
        """A set that cannot be checked: it was read; the elements of ST and the tags are looked at."""
        elements = transaction_set.split()
        diagnosis = Diagnosis(transaction_set, tolerant)
        for fault in envelope.header_faults(self._service, elements[0], transaction_set.delimiters):
            diagnosis.add_fault(fault)
        verdict = Verdict.REJECTED
        if len(set_type) == 3 and set_type.isascii() and set_type.isdecimal():
            verdict = Verdict.NO_DEFINITION
            details = (("release", release),)
            diagnosis.add_fault(Fault(code="no-definition", element=1, value=set_type, details=details))
        for fault in _tag_faults(elements, release):
            diagnosis.add_fault(fault)
        rows = [NO_ROW] * len(elements)
        return CheckedSet(verdict, diagnosis.findings(), rows, transaction_set, elements)


def _set_type(transaction_set: TransactionSet) -> str:
    """ST01, "" when it is missing."""
    header = transaction_set.segments[0].split(transaction_set.delimiters.element, 2)
    return header[1] if len(header) > 1 else ""


def _tag_faults(elements: Sequence[Sequence[str]], release: str) -> Iterator[Fault]:
    """The segments whose tag is none in any release."""
    odd = {values[0] for values in elements if not _TAG.fullmatch(values[0])}
    for index, values in enumerate(elements if odd else ()):
        tag = values[0]
        if not tag:
            yield Fault(code="segment-empty", index=index, tag="")
        elif tag in odd:
            details = (("release", release),)
            yield Fault(code="segment-unknown", index=index, tag=tag, value=tag, details=details)
