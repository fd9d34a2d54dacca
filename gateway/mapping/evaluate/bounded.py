"""Findings up to a limit: a hostile document can be wrong in a million places, and a report must end."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.findings import Finding, Severity, found

__all__ = ["MAX_FINDINGS", "FindingList"]

MAX_FINDINGS = 1_000  # of one document; nobody mends more at once


class FindingList:
    """Gathers findings, equal ones once; `has_errors` counts those beyond the limit too."""

    def __init__(self) -> None:
        self._kept: dict[Finding, None] = {}  # in the order they came
        self._beyond = False
        self.has_errors = False

    def add(self, finding: Finding) -> None:
        """Keeps a finding while there is room."""
        self.has_errors |= finding.severity is Severity.ERROR
        if len(self._kept) < MAX_FINDINGS:
            self._kept.setdefault(finding)
        elif finding not in self._kept:
            self._beyond = True

    def extend(self, findings: Iterable[Finding]) -> None:
        """Keeps findings while there is room."""
        for finding in findings:
            self.add(finding)

    def closed(self) -> tuple[Finding, ...]:
        """The findings, with a note when there were more."""
        more = (found("findings-limit", limit=MAX_FINDINGS),) if self._beyond else ()
        return (*self._kept, *more)
