"""The findings of one file that are told: so many, the errors before all others, and a word on the rest."""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter

from gateway.codes import CATALOGUE
from gateway.findings import Finding, Severity, found

MAX_FINDINGS = 10_000  # a person reads far fewer; a hostile file could fill the memory with more
MAX_JUDGED_FINDINGS = 100_000  # each takes some 10 µs to find; a file with more is not what its sender meant

_LESSER = {
    Severity.ERROR: (Severity.NOTE, Severity.WARNING),
    Severity.WARNING: (Severity.NOTE,),
    Severity.NOTE: (),
}


class Told:
    """Takes findings in the order of a file and keeps so many of them, in this order.

    Where there is no room an error takes the place of a note or a warning, and a warning that of a note. A
    finding that tells why the reading ended is kept in any case.
    """

    def __init__(self) -> None:
        self._limit = MAX_FINDINGS
        self._most = MAX_JUDGED_FINDINGS
        self._came = 0
        self._size = 0
        self._kept: dict[Severity, list[tuple[int, Finding]]] = {severity: [] for severity in _LESSER}
        self._left_out = dict.fromkeys(_LESSER, 0)

    @property
    def is_cut(self) -> bool:
        """Whether findings were left out."""
        return self._came > self._size

    @property
    def is_enough(self) -> bool:
        """Whether so many came that the rest of the file is not worth looking at."""
        return self._came > self._most

    @property
    def has_errors(self) -> bool:
        """Whether one of them was an error."""
        return bool(self._kept[Severity.ERROR])

    def add(self, findings: Iterable[Finding]) -> None:
        """Keep findings while there is room for them."""
        for finding in findings:
            self._came += 1
            if self._has_place(finding):
                self._kept[finding.severity].append((self._came, finding))
                self._size += 1
            else:
                self._left_out[finding.severity] += 1

    def join(self, other: Told) -> None:
        """Take in what another was told, what it left out as numbers."""
        self.add(other._in_order())
        for severity, count in other._left_out.items():
            self._left_out[severity] += count
            self._came += count

    def enough(self) -> Finding:
        """The finding that tells of `is_enough`, without its place."""
        return found("file-too-many-faults", limit=f"{self._most:,}")

    def findings(self) -> tuple[Finding, ...]:
        """What was kept in the order it came in, and what was not in numbers."""
        told = self._in_order()
        if not self.is_cut:
            return told
        errors, warnings, notes = (f"{self._left_out[severity]:,}" for severity in Severity)
        limit = f"{self._limit:,}"
        return (*told, found("findings-left-out", limit=limit, errors=errors, warnings=warnings, notes=notes))

    def _in_order(self) -> tuple[Finding, ...]:
        every = sorted((each for kept in self._kept.values() for each in kept), key=itemgetter(0))
        return tuple(finding for _, finding in every)

    def _has_place(self, finding: Finding) -> bool:
        """Whether there is room for a finding, if need be that of a lesser one."""
        if self._size < self._limit or CATALOGUE[finding.code].ends_reading:
            return True
        for severity in _LESSER[finding.severity]:
            if self._kept[severity]:
                self._kept[severity].pop()
                self._left_out[severity] += 1
                self._size -= 1
                return True
        return False
