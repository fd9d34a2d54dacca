"""What an acknowledgment is written from: interchanges as they were received, with findings and verdicts.

Whoever reads and validates builds these values; the faults an acknowledgment can report are told by the
catalogue (`gateway.codes`), by the code of each finding.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from gateway.findings import Finding
from gateway.formats.x12.model import Delimiters
from gateway.report import Verdict

ISA_LENGTH = 17  # the tag and its 16 elements
VERSION_LENGTH = 12  # GS08
USUAL_RELEASE = "004010"
ACKNOWLEDGMENTS = "FA"  # GS01 of a group that holds acknowledgments


class GroupAnswer(StrEnum):
    """The transaction set that answers a functional group."""

    FUNCTIONAL = "997"
    IMPLEMENTATION = "999"


class ReceivedSet(msgspec.Struct, frozen=True, kw_only=True):
    """One transaction set. `findings` are those of its envelope, segments and elements.

    `st03` names the guide it follows, "" where it names none (from 005010 on).
    """

    st01: str
    st02: str
    st03: str = ""
    verdict: Verdict
    findings: tuple[Finding, ...] = ()


class ReceivedGroup(msgspec.Struct, frozen=True, kw_only=True):
    """One functional group with its sets in the order received, which may be very many.

    `gs[6]` is GS06. `ge01` is the declared number of sets as it was written, "" when GE is missing.
    `findings` are those of GS, GE and what stands between the sets.
    """

    gs: tuple[str, ...]
    ge01: str = ""
    sets: Sequence[ReceivedSet] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def holds_acknowledgments(self) -> bool:
        """Whether the group holds acknowledgments, which are never acknowledged (X12.20, note to the 997)."""
        return self._element(1) == ACKNOWLEDGMENTS

    @property
    def can_be_named(self) -> bool:
        """Whether AK101 can name the group: a 997 can only be about one whose GS01 is a code of the list."""
        functional_identifier = self._element(1)
        faulty = any(
            finding.location.tag == "GS" and finding.location.element == 1 for finding in self.findings
        )
        return (
            len(functional_identifier) == 2
            and functional_identifier.isascii()
            and functional_identifier.isalnum()
            and not faulty
        )

    @property
    def is_owed_an_answer(self) -> bool:
        """Whether a 997 answers this group."""
        return self.can_be_named and not self.holds_acknowledgments

    @property
    def version(self) -> str:
        """GS08 to answer with: the one received, with its industry suffix, as its sender is known to read it.

        004010 where GS08 does not start with a release: the oldest one that all programs of today read.
        """
        version = self._element(8)
        release = version[:6]
        valid = (
            len(release) == 6 and release.isascii() and release.isdigit() and len(version) <= VERSION_LENGTH
        )
        return version if valid else USUAL_RELEASE

    @property
    def release(self) -> str:
        """The release of the answer: the first six characters of its GS08."""
        return self.version[:6]

    def _element(self, position: int) -> str:
        return self.gs[position].strip() if position < len(self.gs) else ""


class ReceivedInterchange(msgspec.Struct, frozen=True, kw_only=True):
    """One interchange. `isa[13]` is ISA13 as written; `findings` are those of the interchange level alone.

    `carries_ta1` is set when TA1 segments stood in it: an interchange of nothing else is never answered.
    """

    isa: tuple[str, ...]
    delimiters: Delimiters
    groups: tuple[ReceivedGroup, ...] = ()
    findings: tuple[Finding, ...] = ()
    carries_ta1: bool = False

    @property
    def can_be_answered(self) -> bool:
        """Whether ISA has all its elements: without them there is nobody to answer and no number to name."""
        return len(self.isa) >= ISA_LENGTH


class ControlNumbers(msgspec.Struct, frozen=True, kw_only=True):
    """The first control number to write on each level (ISA13, GS06, ST02); the next ones are used in turn.

    Each is from 1 to 999999999, as the nine digits of these elements allow.
    """

    interchange: int = 1
    group: int = 1
    set: int = 1
