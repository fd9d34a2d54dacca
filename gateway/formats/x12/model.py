"""What the X12 reader hands over: separators, envelopes and transaction sets, with their places in the file.

A segment is a list of its elements with the tag first, so that `segment[3]` is element 03.
"""

from __future__ import annotations

from collections.abc import Sequence

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


class InterchangeStart(msgspec.Struct, frozen=True):
    """ISA was read. `isa[13]` is ISA13 as written, padding included.

    `location` has interchange, isa13, segment and byte.
    """

    isa: tuple[str, ...]
    delimiters: Delimiters
    location: Location
    findings: tuple[Finding, ...] = ()


class InterchangeNote(msgspec.Struct, frozen=True):
    """A segment that stands directly in the interchange: TA1, ISB, ISE, or one that does not belong there."""

    segment: tuple[str, ...]
    location: Location
    findings: tuple[Finding, ...] = ()


class GroupStart(msgspec.Struct, frozen=True):
    """GS was read. `gs[6]` is GS06."""

    gs: tuple[str, ...]
    location: Location
    findings: tuple[Finding, ...] = ()


class TransactionSet(msgspec.Struct, frozen=True):
    """One transaction set, whole: from ST to SE (SE may be missing, then a finding says so).

    `segments[0]` is the text of ST, terminator and line end taken off. `location` is that of ST: interchange,
    group, set, isa13, gs06, st02, segment (in the file), byte. `raw` is the text as it stood in the file, one
    character a byte (Latin-1), from which byte offsets are counted when a finding needs one.
    """

    segments: tuple[str, ...]
    delimiters: Delimiters
    location: Location
    raw: str
    findings: tuple[Finding, ...] = ()
    complete: bool = True

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
