"""The second verdict on a transaction set: after the standard, the guide of a partner."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import msgspec

from gateway.codes import CATALOGUE
from gateway.findings import Finding, Severity, found, has_errors
from gateway.formats.x12.model import TransactionSet
from gateway.formats.x12.places import location_of
from gateway.report import Verdict
from gateway.schema.checker import CheckedSet
from gateway.schema.faults import MAX_FAULTS_PER_SET
from gateway.schema.guides.compile import FastGuide
from gateway.schema.guides.explain import Broken, guide_faults
from gateway.schema.guides.narrow import Narrowed
from gateway.schema.structure import NO_ROW

ELEMENTS_ONLY = "8"  # AK304: nothing is wrong with the order of the segments


class GuideJudge:
    """Judges sets by one guide. `rejects`: an error rejects the set, else it is told and noted."""

    def __init__(self, narrowed: Narrowed, rejects: bool) -> None:
        self._narrowed = narrowed
        self._rejects = rejects
        self._paths = [row.path for row in narrowed.definition.rows()]

    @cached_property
    def _fast(self) -> FastGuide:
        return FastGuide(self._narrowed)

    def judge(self, checked: CheckedSet, transaction_set: TransactionSet) -> CheckedSet:
        """The set with what the guide says of it behind what the standard says.

        Where the standard finds fault with an element, the guide is silent about it; where the order of the
        segments is in doubt, about what is missing or too often.
        """
        ordered = _is_ordered(checked)
        marks = transaction_set.delimiters
        if ordered and self._fast.accepts(checked.rows, checked.elements, marks):
            return checked
        return self.explain(checked, transaction_set)

    def explain(self, checked: CheckedSet, transaction_set: TransactionSet) -> CheckedSet:
        """The same by the slow path alone; the tests hold the two together."""
        told = tuple(sorted(self._findings(checked, transaction_set), key=_place))
        if not told:
            return checked
        if len(told) > MAX_FAULTS_PER_SET:
            limit = found("findings-limit", transaction_set.location, limit=MAX_FAULTS_PER_SET)
            told = (*told[:MAX_FAULTS_PER_SET], limit)
        verdict = self._verdict(checked.verdict, told)
        return msgspec.structs.replace(checked, verdict=verdict, findings=(*checked.findings, *told))

    def _verdict(self, standard: Verdict, told: tuple[Finding, ...]) -> Verdict:
        if standard not in (Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_ERRORS) or not has_errors(told):
            return standard
        return Verdict.REJECTED if self._rejects else Verdict.ACCEPTED_WITH_ERRORS

    def _findings(self, checked: CheckedSet, transaction_set: TransactionSet) -> Iterator[Finding]:
        """At most one more than may be told."""
        marks, count = transaction_set.delimiters, 0
        known = {
            (each.location.segment_in_set, each.location.element)
            for each in checked.findings
            if each.severity is Severity.ERROR
        }
        faults = guide_faults(self._narrowed, checked.rows, checked.elements, marks, _is_ordered(checked))
        for broken in faults:
            finding = self._finding(broken, checked, transaction_set)
            if (finding.location.segment_in_set, finding.location.element or 0) in known:
                continue
            yield finding
            count += 1
            if count > MAX_FAULTS_PER_SET:
                return

    def _finding(self, broken: Broken, checked: CheckedSet, transaction_set: TransactionSet) -> Finding:
        fault, statement = broken.fault, broken.bound.statement
        row = checked.rows[fault.index] if fault.row is None else fault.row
        place = location_of(
            transaction_set,
            fault.index + 1,
            tag=fault.tag,
            loop=(self._paths[row] if row != NO_ROW else "") or None,
            element=fault.element,
            component=fault.component,
            repetition=fault.repetition,
        )
        return found(
            fault.code,
            place,
            fault.value,
            severity=Severity.WARNING if statement.unverified else None,
            **dict(fault.details),
            statement=f"{self._narrowed.guide.file}:{statement.line}",
            doubt=f"; not verified: {statement.unverified}" if statement.unverified else "",
        )


def _place(finding: Finding) -> tuple[int, int, int, int]:
    place = finding.location
    return (
        place.segment_in_set or 0,
        place.element or 0,
        place.repetition or 0,
        place.component or 0,
    )


def _is_ordered(checked: CheckedSet) -> bool:
    """Whether every segment is where it belongs, and none is missing."""
    return all(
        each.severity is not Severity.ERROR or CATALOGUE[each.code].ak304 in (None, ELEMENTS_ONLY)
        for each in checked.findings
    )
