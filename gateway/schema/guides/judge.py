"""The second verdict on a transaction set: after the standard, the guide of a partner."""

from __future__ import annotations

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
        told = self._findings(checked, transaction_set)
        if not told:
            return checked
        verdict = self._verdict(checked.verdict, told)
        return msgspec.structs.replace(checked, verdict=verdict, findings=(*checked.findings, *told))

    def _verdict(self, standard: Verdict, told: tuple[Finding, ...]) -> Verdict:
        if standard not in (Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_ERRORS) or not has_errors(told):
            return standard
        return Verdict.REJECTED if self._rejects else Verdict.ACCEPTED_WITH_ERRORS

    def _findings(self, checked: CheckedSet, transaction_set: TransactionSet) -> tuple[Finding, ...]:
        """By place, and no more of a severity than may be told; errors behind many warnings still count."""
        marks = transaction_set.delimiters
        known = {
            (each.location.segment_in_set, each.location.element or 0)
            for each in checked.findings
            if each.severity is Severity.ERROR
        }
        kept: dict[bool, list[Finding]] = {False: [], True: []}  # those that are not verified, and the others
        dropped = False
        for broken in guide_faults(
            self._narrowed, checked.rows, checked.elements, marks, _is_ordered(checked)
        ):
            verified = not broken.bound.statement.unverified
            if (broken.fault.index + 1, broken.fault.element or 0) in known:
                continue
            if len(kept[verified]) < MAX_FAULTS_PER_SET:
                kept[verified].append(self._finding(broken, checked, transaction_set))
                continue
            dropped = True
            if verified:
                break
        told = sorted((*kept[True], *kept[False]), key=_place)
        if dropped:
            told.append(found("findings-limit", transaction_set.location, limit=MAX_FAULTS_PER_SET))
        return tuple(told)

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
