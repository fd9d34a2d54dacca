"""Checks a transaction set against one definition: a fast path that accepts, a slow one that explains."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import chain

import msgspec

from gateway.findings import Finding
from gateway.formats.x12.definitions import Release, SetDefinition
from gateway.formats.x12.model import TransactionSet
from gateway.formats.x12.shapes import ShapedSet
from gateway.report import Verdict
from gateway.schema.accept import FastPath, Followed
from gateway.schema.automaton import Automaton
from gateway.schema.diagnose import Diagnosis
from gateway.schema.doubt import doubtful_tags
from gateway.schema.envelope import header_fault
from gateway.schema.faults import Fault
from gateway.schema.hierarchy import hierarchy_faults, levels_agree
from gateway.schema.segments import Syntax, segment_faults
from gateway.schema.structure import NO_ROW, Structure, read_structure, resemble
from gateway.schema.sums import LINES, counted_tags, sum_faults
from gateway.schema.sums_agree import Totals

FIRST_RELEASE_WITH_EXPONENTS = "005010"


class CheckedSet(msgspec.Struct, frozen=True):
    """What came of a set.

    `rows` has the `Row.index` of each segment in the definition, -1 where it stands in none; sets of the same
    shape may share it. `shaped` is there where a set was accepted whose shape came often before; else it was
    cut into elements.
    """

    verdict: Verdict
    findings: tuple[Finding, ...]
    rows: Sequence[int]
    transaction_set: TransactionSet
    cut: list[list[str]] | None
    shaped: ShapedSet | None = None

    @property
    def elements(self) -> list[list[str]]:
        """The segments of the set cut into elements, the tag first."""
        return self.transaction_set.split() if self.cut is None else self.cut


class _Read(msgspec.Struct, frozen=True):
    """A set cut into elements, its order, and the segments whose elements the slow path has to look at."""

    elements: list[list[str]]
    structure: Structure
    doubtful: Sequence[int]


class SetChecker:
    """The compiled form of one definition."""

    def __init__(self, release: Release, definition: SetDefinition) -> None:
        self._release = release
        self._definition = definition
        self._automaton = Automaton(definition)
        self._totals = Totals(definition.set)
        self._levels = self._rows_of(("HL",))
        lines = LINES.get(definition.set)
        self._lines = self._rows_of((lines.counted,) if lines is not None else ())
        self._stated = self._rows_of(lines.totals if lines is not None else ())
        self._counted = self._rows_of(counted_tags(definition.set))
        self._exponent = release.release >= FIRST_RELEASE_WITH_EXPONENTS
        self._fast = FastPath(definition, self._automaton, self._totals, self._exponent)

    def check(self, transaction_set: TransactionSet, gs01: str, tolerant: bool) -> CheckedSet:
        """The verdict on a set, with every finding.

        What the fast path accepts has no fault in its order and its elements. What it doubts the slow path
        looks at: the order of the segments, or the elements of just those segments.
        """
        sound_so_far = gs01 == self._definition.group and not transaction_set.findings
        shaped = self._fast.shaped(transaction_set) if sound_so_far else None
        if shaped is not None:
            return CheckedSet(Verdict.ACCEPTED, (), shaped.shape.rows, transaction_set, None, shaped)
        followed = self._fast.follow(transaction_set.segments, transaction_set.delimiters)
        elements, rows = followed.elements, followed.rows
        if rows is not None and sound_so_far and self._is_sound(followed):
            self._fast.learn(transaction_set, followed)
            return CheckedSet(Verdict.ACCEPTED, (), rows, transaction_set, elements)
        structure = self._structure(elements) if rows is None else Structure(rows, [])
        read = _Read(elements, structure, followed.doubtful)
        return self._judged(transaction_set, gs01, tolerant, read)

    def _is_sound(self, followed: Followed) -> bool:
        """Whether a set whose segments are in order surely has no fault."""
        if followed.doubtful:
            return False
        if self._levels and not levels_agree(self._definition.set, followed.at(self._levels)):
            return False
        totals, number = followed.at(self._stated), followed.count(self._lines)
        return self._totals.tell_only(totals, number) or self._totals.agree(followed.at(self._counted))

    def _rows_of(self, tags: Collection[str]) -> frozenset[int]:
        """The rows of the definition where segments with these tags stand."""
        return frozenset(row for row, each in enumerate(self._automaton.rows) if each.tag in tags)

    def explain(self, transaction_set: TransactionSet, gs01: str, tolerant: bool) -> CheckedSet:
        """The same by the slow path alone; the tests hold the two together."""
        elements = transaction_set.split()
        read = _Read(elements, self._structure(elements), range(len(elements)))
        return self._judged(transaction_set, gs01, tolerant, read)

    def _structure(self, elements: Sequence[Sequence[str]]) -> Structure:
        tags = [values[0] for values in elements]
        return read_structure(self._definition, self._automaton, self._release.segments, tags)

    def _judged(self, transaction_set: TransactionSet, gs01: str, tolerant: bool, read: _Read) -> CheckedSet:
        faults = self._faults(transaction_set, gs01, read)
        rows = read.structure.rows
        first = next(faults, None)
        if first is None and not transaction_set.findings:
            return CheckedSet(Verdict.ACCEPTED, (), rows, transaction_set, read.elements)
        diagnosis = Diagnosis(transaction_set, tolerant)
        for fault in chain([first] if first is not None else [], faults):
            diagnosis.add_fault(fault, self._loop(fault, rows))
            if diagnosis.settled:
                break
        return CheckedSet(diagnosis.verdict(), diagnosis.findings(), rows, transaction_set, read.elements)

    def _faults(self, transaction_set: TransactionSet, gs01: str, read: _Read) -> Iterator[Fault]:
        if gs01 != self._definition.group:
            details = (("set", self._definition.set), ("expected", self._definition.group))
            yield Fault(code="functional-id-mismatch", element=1, value=gs01, details=details)
        yield from read.structure.faults
        syntax = Syntax(transaction_set.delimiters, self._exponent)
        told = {finding.code for finding in transaction_set.findings}
        for index in read.doubtful:
            values = read.elements[index]
            segment = self._definition.segments.get(values[0])
            for fault in segment_faults(segment, values, syntax) if segment is not None else ():
                placed = _of_service_segment(fault, values[0], told)
                if placed is not None:
                    yield msgspec.structs.replace(placed, index=index)
        set_type = self._definition.set
        if self._levels and not _lost_a_level(read.structure):
            levels = [(index, values) for index, values in enumerate(read.elements) if values[0] == "HL"]
            yield from hierarchy_faults(set_type, levels)
        if not read.structure.faults:
            yield from sum_faults(set_type, read.elements)
        else:
            yield from self._sum_faults(read)

    def _sum_faults(self, read: _Read) -> Iterator[Fault]:
        """Totals of a set whose order is wrong: those that its faults do not touch."""
        set_type = self._definition.set
        doubtful = doubtful_tags(counted_tags(set_type), read.elements, read.structure, self._automaton)
        placed = [index for index, row in enumerate(read.structure.rows) if row != NO_ROW]
        for fault in sum_faults(set_type, [read.elements[index] for index in placed], doubtful):
            yield msgspec.structs.replace(fault, index=placed[fault.index])

    def _loop(self, fault: Fault, rows: Sequence[int]) -> str:
        row = rows[fault.index] if fault.row is None else fault.row
        return "" if row == NO_ROW else self._automaton.rows[row].path


def _of_service_segment(fault: Fault, tag: str, told: set[str]) -> Fault | None:
    """The fault of an element as it is told: AK502 has codes for those of ST, the reader tells some of SE."""
    if tag == "ST":
        return header_fault(fault) or fault
    if tag == "SE" and fault.element == 1 and "se-segment-count" in told:
        return None
    if tag == "SE" and fault.element == 2:
        return None  # SE02 is compared with ST02, which is checked
    return fault


def _lost_a_level(structure: Structure) -> bool:
    """Whether an HL is missing or misspelled, so that the tree would be full of holes."""
    return any(
        (fault.code == "segment-missing" and fault.tag == "HL")
        or (fault.code == "segment-unknown" and resemble(fault.tag or "", "HL"))
        for fault in structure.faults
    )
