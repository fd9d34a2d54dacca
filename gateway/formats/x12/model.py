"""What the X12 reader hands over: separators, envelopes and transaction sets, with their places in the file.

A segment is a list of its elements with the tag first, so that `segment[3]` is element 03.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import cached_property

import msgspec

from gateway.findings import Finding, Location

Elements = Sequence[str]


class Delimiters(msgspec.Struct, frozen=True):
    """The service characters of an interchange. `repetition` is None before version 00402 (ISA11 is `U`).

    `line_end` is what follows each segment terminator: "", "\\n", "\\r\\n" or blanks.
    """

    element: str = "*"
    component: str = ">"
    segment: str = "~"
    repetition: str | None = None
    line_end: str = ""


def blanks_before_segments(element: str, component: str) -> str:
    """The blanks and line ends that may stand before a segment; a separator is none of them."""
    return "".join(blank for blank in " \t\r\n" if blank not in (element, component))


class InterchangeStart(msgspec.Struct, frozen=True):
    """ISA was read. `isa[13]` is ISA13 as written, padding included.

    `location` has interchange, isa13, segment, tag and byte. `isa` always has 17 elements; ISA16 is "" when
    it is missing. When a finding tells that the separators cannot cut the interchange apart, `InterchangeEnd`
    follows at once, without a trailer and without a finding about that.
    """

    isa: tuple[str, ...]
    delimiters: Delimiters
    location: Location
    findings: tuple[Finding, ...] = ()


class InterchangeNote(msgspec.Struct, frozen=True):
    """A segment that stands in no transaction set: TA1, ISB, ISE, or one that does not belong there.

    Of segments that do not belong there and follow each other only the first is told, with their count in its
    finding. `location` has `group` when it stands in one.
    """

    segment: tuple[str, ...]
    location: Location
    findings: tuple[Finding, ...] = ()


class GroupStart(msgspec.Struct, frozen=True):
    """GS was read. `gs[6]` is GS06."""

    gs: tuple[str, ...]
    location: Location
    findings: tuple[Finding, ...] = ()


class TransactionSet(msgspec.Struct, frozen=True, dict=True):
    """One transaction set, whole: from ST to SE (SE may be missing, then a finding says so).

    `segments[0]` is the text of ST, terminator and line end taken off; an empty segment is there as "".
    `location` is that of ST: interchange, group, set, isa13, gs06, st02, segment (in the file),
    segment_in_set, tag, byte. `complete` is false when a limit was met: then `segments` ends before the
    segment that met it, and SE is not there. `raw` is the text as it stood in the file, one character a byte
    (Latin-1), `raw_terminator` what ends its segments; byte offsets are counted from these when needed.
    """

    segments: tuple[str, ...]
    delimiters: Delimiters
    location: Location
    raw: str
    findings: tuple[Finding, ...] = ()
    complete: bool = True
    raw_terminator: str = "~"

    @cached_property
    def offsets(self) -> array[int]:
        """How many bytes after ST each segment begins; `offsets[0]` is 0."""
        blanks = blanks_before_segments(self.delimiters.element, self.delimiters.component)
        line_ended = self.raw_terminator in ("\r", "\n")
        raw, terminator = self.raw, self.raw_terminator
        if line_ended:
            raw, terminator = raw.replace("\r", "\n"), "\n"
        found, position = array("q"), 0
        for piece in raw.split(terminator):
            text = piece.lstrip(blanks)
            if text or not line_ended:
                found.append(position + len(piece) - len(text))
            position += len(piece) + len(terminator)
        return found[: len(self.segments)]

    def split(self) -> list[list[str]]:
        """The segments cut into elements: `split()[4][2]` is element 02 of the fifth segment."""
        separator = self.delimiters.element
        return [segment.split(separator) for segment in self.segments]


class GroupEnd(msgspec.Struct, frozen=True):
    """GE was read, or found missing (`ge` empty). `sets` is the number of transaction sets received."""

    ge: tuple[str, ...]
    sets: int
    location: Location
    findings: tuple[Finding, ...] = ()


class InterchangeEnd(msgspec.Struct, frozen=True):
    """IEA was read, or found missing (`iea` empty). `groups` is the number of groups received."""

    iea: tuple[str, ...]
    groups: int
    location: Location
    findings: tuple[Finding, ...] = ()


class FileNote(msgspec.Struct, frozen=True):
    """Faults outside every interchange. `stopped` is set when a limit ended the reading early."""

    findings: tuple[Finding, ...]
    stopped: bool = False


Event = (
    InterchangeStart | InterchangeNote | GroupStart | TransactionSet | GroupEnd | InterchangeEnd | FileNote
)
