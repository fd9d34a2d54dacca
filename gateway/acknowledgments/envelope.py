"""The envelope of an answer: the envelope received, turned round (X12.5, X12.20)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from gateway.acknowledgments import copying
from gateway.acknowledgments.received import ACKNOWLEDGMENTS, ReceivedGroup, ReceivedInterchange
from gateway.formats.x12.delimiters import can_separate, has_repetition
from gateway.formats.x12.model import Delimiters
from gateway.formats.x12.writer import (
    Element,
    OutgoingGroup,
    OutgoingInterchange,
    OutgoingSet,
    group_date_time,
    interchange_date_time,
)

IDENTIFIER_LENGTH = 15  # ISA06, ISA08; GS02 and GS03 have at most as many
USAGE_INDICATORS = frozenset("PTI")
TEST = "T"
NO_QUALIFIER = "ZZ"  # mutually defined: what a sender meant that named no qualifier
NO_IDENTIFIER = "00"  # GS02 and GS03 need two characters
USUAL_VERSION = "00401"
REPETITION_SEPARATORS = "^!|;"  # the usual one, and others, of which three may be taken

LINE_ENDS = ("", "\n", "\r\n")
LINE_BREAKS = ("\r", "\n")
USUAL_DELIMITERS = Delimiters()


def answer_delimiters(interchange: ReceivedInterchange, wanted: Delimiters | None = None) -> Delimiters:
    """The separators wanted; else those received, as their sender is sure to read them, or the usual ones.

    The usual ones where the received cannot separate: when two are the same, one is a letter, a digit, a
    blank, a line end inside a segment or outside ASCII, one stands in an identity that the answer must
    repeat, or ISA16 had none and the reader made do. What follows a terminator is repeated when it is a line
    end.
    """
    received = interchange.delimiters
    used = [received.element, received.component, received.segment]
    used += [received.repetition] if received.repetition else []
    named = [*interchange.isa[5:9], *(element for group in interchange.groups for element in group.gs[2:4])]
    separate = len(set(used)) == len(used) and all(_can_separate(one) for one in used)
    broken = received.element in LINE_BREAKS or received.component in LINE_BREAKS
    clash = any(one in element for one in used for element in named)
    declared = interchange.isa[16] == received.component
    line_end = received.line_end if received.line_end in LINE_ENDS else ""
    usable = received if separate and declared and not (clash or broken) else USUAL_DELIMITERS
    chosen = wanted or msgspec.structs.replace(usable, line_end=line_end)
    return msgspec.structs.replace(chosen, repetition=_repetition_separator(interchange, chosen))


def answer_version(interchange: ReceivedInterchange) -> str:
    """ISA12 to answer with: the one received, or 00401 where it is no version."""
    version = interchange.isa[12].strip()
    unknown = any(finding.code == "interchange-version-unknown" for finding in interchange.findings)
    readable = len(version) == 5 and version.isascii() and version.isdigit()
    return version if readable and not unknown else USUAL_VERSION


def answer_interchange(
    interchange: ReceivedInterchange,
    *,
    control_number: int,
    at: datetime,
    usage: str | None,
    delimiters: Delimiters,
    acknowledgments: Sequence[Sequence[Element]] = (),
    groups: Sequence[OutgoingGroup] = (),
) -> OutgoingInterchange:
    """The answer with its envelope: the parties turned round, the version mirrored.

    ISA01 to ISA04 say nothing, since the received ones may hold the sender's password. ISA14 is 0: an answer
    asks for none. `usage` None mirrors ISA15; T stands in for one that is not valid.
    """
    isa = interchange.isa
    date, time = interchange_date_time(at)
    usage_indicator = isa[15].strip() if usage is None else usage
    return OutgoingInterchange(
        sender_qualifier=_qualifier(isa[7], delimiters),
        sender=copying.plain(isa[8], delimiters)[:IDENTIFIER_LENGTH],
        receiver_qualifier=_qualifier(isa[5], delimiters),
        receiver=copying.plain(isa[6], delimiters)[:IDENTIFIER_LENGTH],
        date=date,
        time=time,
        control_number=str(control_number),
        version=answer_version(interchange),
        usage=usage_indicator if usage_indicator in USAGE_INDICATORS else TEST,
        acknowledgments=acknowledgments,
        groups=groups,
    )


class GroupHeader(msgspec.Struct, frozen=True):
    """What groups have in common whose 997s share a group: GS02, GS03 and GS08 of the answer."""

    sender: str
    receiver: str
    version: str

    def group(self, control_number: int, at: datetime, sets: Sequence[OutgoingSet]) -> OutgoingGroup:
        """The group of these 997s."""
        date, time = group_date_time(at, self.version)
        return OutgoingGroup(
            functional_id=ACKNOWLEDGMENTS,
            sender=self.sender,
            receiver=self.receiver,
            date=date,
            time=time,
            control_number=str(control_number),
            version=self.version,
            sets=sets,
        )


def answer_group_header(
    group: ReceivedGroup, interchange: ReceivedInterchange, delimiters: Delimiters
) -> GroupHeader:
    """The header of the answer to a group: parties turned round, version mirrored.

    A group that names no party is answered to that of the interchange.
    """
    return GroupHeader(
        sender=_application(group.gs[3:4], interchange.isa[8], delimiters),
        receiver=_application(group.gs[2:3], interchange.isa[6], delimiters),
        version=copying.plain(group.version, delimiters),
    )


def _repetition_separator(interchange: ReceivedInterchange, chosen: Delimiters) -> str | None:
    """ISA11 must name one from 00402 on, even where the sender left the U of older versions in it."""
    if not has_repetition(answer_version(interchange)):
        return None
    used = (chosen.element, chosen.component, chosen.segment)
    return chosen.repetition or next(one for one in REPETITION_SEPARATORS if one not in used)


def _can_separate(character: str) -> bool:
    return len(character) == 1 and character.isascii() and can_separate(character)


def _qualifier(text: str, delimiters: Delimiters) -> str:
    return copying.plain(text, delimiters)[:2].ljust(2) if copying.plain(text, delimiters) else NO_QUALIFIER


def _application(element: tuple[str, ...], interchange_identifier: str, delimiters: Delimiters) -> str:
    named = copying.plain("".join(element), delimiters) or copying.plain(interchange_identifier, delimiters)
    return named[:IDENTIFIER_LENGTH].ljust(2) if named else NO_IDENTIFIER
