"""The transaction sets of an interchange that may be translated, kept until it is known whether it stands."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import msgspec

from gateway.findings import Finding, Location
from gateway.formats.x12.limits import KIBIBYTE
from gateway.formats.x12.model import TransactionSet
from gateway.packed import Packed
from gateway.pipeline.taken import set_report
from gateway.report import SetReport, Verdict
from gateway.schema.checker import CheckedSet

PACKED_BYTES = (
    256 * KIBIBYTE
)  # of sets that are packed together; cut into elements they take 20 times as much


class ReceivedDocument(msgspec.Struct, frozen=True):
    """A transaction set that its interchange let through, ready for a mapping table to read."""

    report: SetReport
    checked: CheckedSet
    transaction_set: TransactionSet


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    """A set with what came of its check; `elements` is empty where it is to be cut into them once more."""

    st01: str
    version: str
    verdict: Verdict
    findings: tuple[Finding, ...]
    rows: Sequence[int]
    elements: list[list[str]]
    transaction_set: TransactionSet


class KeptSets:
    """Sets in the order they came in; all but the last ones are packed, to a fifth of their text or so."""

    def __init__(self) -> None:
        self._sets: Packed[_Kept] = Packed()

    def add(self, checked: CheckedSet, event: TransactionSet, st01: str, version: str) -> None:
        """Keep a set of a group with this GS08."""
        sets = self._sets
        if sets.weight >= PACKED_BYTES:
            sets.open = [msgspec.structs.replace(one, elements=[], rows=list(one.rows)) for one in sets.open]
        kept = _Kept(st01, version, checked.verdict, checked.findings, checked.rows, checked.elements, event)
        sets.append(kept, len(event.raw), PACKED_BYTES)

    def documents(self, refused: Collection[int]) -> Iterator[ReceivedDocument]:
        """The sets, made ready one by one, without those of groups that are refused."""
        for kept in self._sets.items(_Kept):
            place = kept.transaction_set.location
            if place.group in refused:
                continue
            elements = kept.elements or kept.transaction_set.split()
            checked = CheckedSet(kept.verdict, kept.findings, kept.rows, elements)
            yield ReceivedDocument(_report(kept, place), checked, kept.transaction_set)


def _report(kept: _Kept, place: Location) -> SetReport:
    return set_report(place, place.set or 0, kept.st01, place.st02 or "", kept.version, kept.verdict)
