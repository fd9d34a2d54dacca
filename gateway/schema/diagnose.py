"""From faults to findings: the full address of each, within limits, and what they mean for the verdict."""

from __future__ import annotations

import msgspec

from gateway.codes import CATALOGUE
from gateway.findings import Finding, Location, Severity, found
from gateway.formats.x12.model import TransactionSet
from gateway.formats.x12.places import location_of
from gateway.report import Verdict
from gateway.schema.faults import MAX_FAULTS_PER_SET, Fault

# Tags have three characters at most; a longer one is shown from its beginning.
_SHOWN_TAG_LENGTH = 20


class Diagnosis:
    """Collects the findings of one transaction set.

    `tolerant` lowers errors of elements (those the catalogue marks) to warnings, if nothing else is wrong.
    """

    def __init__(self, transaction_set: TransactionSet, tolerant: bool) -> None:
        self._set = transaction_set
        self._tolerant = tolerant
        self._kept: dict[Severity, list[Finding]] = {severity: [] for severity in Severity}
        self._dropped = False
        self._refused = False
        self._lowered = False
        for finding in transaction_set.findings:
            self.add(finding)

    def add(self, finding: Finding) -> None:
        """Judge a finding, and keep it while there is room."""
        if self._has_room(finding.code, finding.severity):
            self._kept[finding.severity].append(finding)

    def add_fault(self, fault: Fault, loop: str = "") -> None:
        """Add a fault of the set; `loop` is the path of the loop it stands in, "" for none."""
        severity = CATALOGUE[fault.code].severity
        if not self._has_room(fault.code, severity):
            return
        place = location_of(
            self._set,
            fault.index + 1,
            tag=None if fault.tag is None else fault.tag[:_SHOWN_TAG_LENGTH],
            loop=loop or None,
            element=fault.element,
            component=fault.component,
            repetition=fault.repetition,
        )
        details = dict(fault.details)
        self._kept[severity].append(found(fault.code, place, fault.value, severity=None, **details))

    def _has_room(self, code: str, severity: Severity) -> bool:
        """Whether another finding is kept; it is judged either way."""
        if severity is Severity.ERROR:
            if self._tolerant and CATALOGUE[code].tolerable:
                self._lowered = True
            elif CATALOGUE[code].of_the_standard:
                self._refused = True
        room = len(self._kept[severity]) < MAX_FAULTS_PER_SET
        self._dropped = self._dropped or not room
        return room

    @property
    def settled(self) -> bool:
        """Whether more errors would change neither the verdict nor what is kept."""
        return self._refused and len(self._kept[Severity.ERROR]) == MAX_FAULTS_PER_SET and self._dropped

    def verdict(self) -> Verdict:
        """Errors of the standard refuse the set; lowered ones are noted."""
        if self._refused:
            return Verdict.REJECTED
        return Verdict.ACCEPTED_WITH_ERRORS if self._lowered else Verdict.ACCEPTED

    def findings(self) -> tuple[Finding, ...]:
        """All that were kept, in the order of their places."""
        every = [finding for kept in self._kept.values() for finding in kept]
        if self._lowered and not self._refused:
            every = [_lowered(finding) for finding in every]
        every.sort(key=lambda finding: _place(finding.location))
        if self._dropped:
            every.append(found("findings-limit", self._set.location, limit=MAX_FAULTS_PER_SET))
        return tuple(every)


def _place(location: Location) -> tuple[int, int, int, int]:
    return (
        location.segment or 0,
        location.element or 0,
        location.repetition or 0,
        location.component or 0,
    )


def _lowered(finding: Finding) -> Finding:
    if finding.severity is Severity.ERROR and CATALOGUE[finding.code].tolerable:
        return msgspec.structs.replace(finding, severity=Severity.WARNING)
    return finding
