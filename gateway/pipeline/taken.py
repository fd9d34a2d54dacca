"""What an intake remembers of a file until its end: each set in a few bytes, and no document.

A report and the acknowledgments are made of it; both go through the sets one after another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from gateway.acknowledgments.received import ReceivedGroup, ReceivedInterchange, ReceivedSet
from gateway.findings import Finding, Location
from gateway.formats.x12.model import Delimiters
from gateway.packed import Listed, Packed
from gateway.report import SetReport, Verdict

USUAL_LENGTH = 128  # characters of the elements that are kept of a set or a group; they have 30 to 60


class TakenSet(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A transaction set: what the answer to it says, and `named`, its ST02 as locations have it."""

    st01: str
    st02: str
    st03: str
    named: str
    verdict: Verdict
    findings: tuple[Finding, ...] = ()

    @property
    def weight(self) -> int:
        """1 of a usual set, more of a hostile one, whose elements may have any length."""
        return 1 + (len(self.st01) + len(self.st02) + len(self.st03)) // USUAL_LENGTH


class TakenGroup(msgspec.Struct, array_like=True):
    """A functional group; `verdicts` counts those of its sets, whatever becomes of the group."""

    place: Location
    gs: tuple[str, ...]
    ge01: str = ""
    findings: list[Finding] = []
    refused: bool = False
    sets: Packed[TakenSet] = msgspec.field(default_factory=Packed)
    verdicts: dict[Verdict, int] = {}

    @property
    def weight(self) -> int:
        """As many usual sets take as much memory."""
        return 1 + len(self.sets.open) + sum(map(len, self.gs)) // USUAL_LENGTH


class TakenInterchange(msgspec.Struct, array_like=True):
    """An interchange with its groups."""

    isa: tuple[str, ...]
    delimiters: Delimiters
    findings: list[Finding] = []
    refused: bool = False
    carries_ta1: bool = False
    groups: Packed[TakenGroup] = msgspec.field(default_factory=Packed)


class TakenFile:
    """The interchanges of a file that have ended."""

    def __init__(self) -> None:
        self._interchanges: Packed[TakenInterchange] = Packed()
        self.verdicts: dict[Verdict, int] = {}
        self.carries_ta1 = False

    def add(self, interchange: TakenInterchange) -> None:
        """Take in an interchange with all its groups; what is refused is refused now."""
        weight = 1
        for group in interchange.groups.items(TakenGroup):
            weight += group.weight
            for verdict, count in group.verdicts.items():
                given = _given(verdict, interchange, group)
                self.verdicts[given] = self.verdicts.get(given, 0) + count
        self.carries_ta1 = self.carries_ta1 or interchange.carries_ta1
        self._interchanges.append(interchange, weight)

    def __len__(self) -> int:
        return self._interchanges.count

    @property
    def reports(self) -> Sequence[SetReport]:
        """The verdicts on all sets."""
        return Listed(sum(self.verdicts.values()), self._reports)

    @property
    def received(self) -> Sequence[ReceivedInterchange]:
        """The interchanges as they are answered."""
        return Listed(len(self), self._received)

    def _reports(self) -> Iterator[SetReport]:
        for interchange in self._interchanges.items(TakenInterchange):
            for group in interchange.groups.items(TakenGroup):
                version = _element(group.gs, 8)
                for number, each in enumerate(group.sets.items(TakenSet), 1):
                    verdict = _given(each.verdict, interchange, group)
                    yield set_report(group.place, number, each.st01, each.named, version, verdict)

    def _received(self) -> Iterator[ReceivedInterchange]:
        for interchange in self._interchanges.items(TakenInterchange):
            yield ReceivedInterchange(
                isa=interchange.isa,
                delimiters=interchange.delimiters,
                groups=tuple(map(_answered, interchange.groups.items(TakenGroup))),
                findings=tuple(interchange.findings),
                carries_ta1=interchange.carries_ta1,
            )


def set_report(
    place: Location, number: int, st01: str, named: str, version: str, verdict: Verdict
) -> SetReport:
    """The report on a set, by the place of its group and its number there."""
    return SetReport(
        interchange=place.interchange or 0,
        group=place.group or 0,
        set=number,
        type=st01,
        version=version,
        isa13=place.isa13 or "",
        gs06=place.gs06 or "",
        st02=named,
        verdict=verdict,
    )


def _answered(group: TakenGroup) -> ReceivedGroup:
    sets = Listed(group.sets.count, lambda: map(_received_set, group.sets.items(TakenSet)))
    return ReceivedGroup(gs=group.gs, ge01=group.ge01, sets=sets, findings=tuple(group.findings))


def _received_set(each: TakenSet) -> ReceivedSet:
    return ReceivedSet(
        st01=each.st01, st02=each.st02, st03=each.st03, verdict=each.verdict, findings=each.findings
    )


def _given(verdict: Verdict, interchange: TakenInterchange, group: TakenGroup) -> Verdict:
    """The verdict on a set; one whose envelope is refused goes down with it, unless it was never checked."""
    refused = (interchange.refused or group.refused) and verdict is not Verdict.NO_DEFINITION
    return Verdict.REJECTED if refused else verdict


def _element(segment: Sequence[str], position: int) -> str:
    return segment[position].strip() if position < len(segment) else ""
