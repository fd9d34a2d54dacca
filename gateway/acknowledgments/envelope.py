"""The envelope of an answer: the envelope received, turned round (X12.5, X12.20)."""

from __future__ import annotations

from datetime import datetime

import msgspec

from gateway.acknowledgments import copying
from gateway.acknowledgments.received import ACKNOWLEDGMENTS, ReceivedGroup, ReceivedInterchange
from gateway.formats.x12.model import Delimiters

IDENTIFIER_LENGTH = 15  # ISA06, ISA08; GS02 and GS03 have at most as many
USAGE_INDICATORS = frozenset("PTI")
TEST = "T"
NO_QUALIFIER = "ZZ"  # mutually defined: what a sender meant that named no qualifier
NO_IDENTIFIER = "00"  # GS02 and GS03 need two characters
USUAL_VERSION = "00401"
FIRST_VERSION_WITH_REPETITION = "00402"
REPETITION_SEPARATORS = "^!|;"  # the usual one, and others, of which three may be taken
STANDARDS_IDENTIFIER = "U"  # ISA11 where it is no repetition separator
FIRST_RELEASE_WITH_CENTURY = "004010"

USUAL_DELIMITERS = Delimiters()


def answer_delimiters(interchange: ReceivedInterchange) -> Delimiters:
    """The separators received, as their sender is sure to read them, or the usual ones.

    The usual ones where the received cannot separate: when two are the same, one is a letter, a digit, a
    blank or outside ASCII, or one stands in an identity that the answer must repeat.
    """
    received = interchange.delimiters
    used = [received.element, received.component, received.segment]
    used += [received.repetition] if received.repetition else []
    named = [*interchange.isa[5:9], *(element for group in interchange.groups for element in group.gs[2:4])]
    separate = len(set(used)) == len(used) and all(_can_separate(one) for one in used)
    clash = any(one in element for one in used for element in named)
    chosen = received if separate and not clash else USUAL_DELIMITERS
    return msgspec.structs.replace(chosen, repetition=_repetition_separator(interchange, chosen))


def answer_version(interchange: ReceivedInterchange) -> str:
    """ISA12 to answer with: the one received, or 00401 where it is no version."""
    version = interchange.isa[12].strip()
    return version if len(version) == 5 and version.isascii() and version.isdigit() else USUAL_VERSION


def answer_isa(
    interchange: ReceivedInterchange,
    *,
    control_number: int,
    at: datetime,
    usage: str | None,
    delimiters: Delimiters,
) -> tuple[str, ...]:
    """ISA of the answer, 17 strings of full length: the parties turned round, the version mirrored.

    ISA01 to ISA04 are empty, since the received ones may hold the sender's password. ISA14 is 0: an answer
    asks for none. `usage` None mirrors ISA15; T stands in for one that is not valid.
    """
    isa = interchange.isa
    usage_indicator = isa[15] if usage is None else usage
    return (
        "ISA",
        "00",
        " " * 10,
        "00",
        " " * 10,
        _qualifier(isa[7], delimiters),
        _identifier(isa[8], delimiters),
        _qualifier(isa[5], delimiters),
        _identifier(isa[6], delimiters),
        f"{at:%y%m%d}",
        f"{at:%H%M}",
        delimiters.repetition or STANDARDS_IDENTIFIER,
        answer_version(interchange),
        f"{control_number:09d}",
        "0",
        usage_indicator if usage_indicator in USAGE_INDICATORS else TEST,
        delimiters.component,
    )


def answer_gs(
    group: ReceivedGroup,
    interchange: ReceivedInterchange,
    *,
    control_number: int,
    at: datetime,
    delimiters: Delimiters,
) -> tuple[str, ...]:
    """GS of the answer to a group: FA, the parties turned round, the version mirrored.

    A group that names no party is answered to the interchange's. GS04 has a century from 004010 on.
    """
    date = f"{at:%Y%m%d}" if group.release >= FIRST_RELEASE_WITH_CENTURY else f"{at:%y%m%d}"
    return (
        "GS",
        ACKNOWLEDGMENTS,
        _application(group.gs[3:4], interchange.isa[8], delimiters),
        _application(group.gs[2:3], interchange.isa[6], delimiters),
        date,
        f"{at:%H%M}",
        str(control_number),
        "X",
        copying.plain(group.version, delimiters),
    )


def _repetition_separator(interchange: ReceivedInterchange, chosen: Delimiters) -> str | None:
    """ISA11 must name one from 00402 on, even where the sender left the U of older versions in it."""
    if answer_version(interchange) < FIRST_VERSION_WITH_REPETITION:
        return None
    used = (chosen.element, chosen.component, chosen.segment)
    return chosen.repetition or next(one for one in REPETITION_SEPARATORS if one not in used)


def _can_separate(character: str) -> bool:
    return len(character) == 1 and character.isascii() and not character.isalnum() and character != " "


def _qualifier(text: str, delimiters: Delimiters) -> str:
    return copying.plain(text, delimiters)[:2].ljust(2) if copying.plain(text, delimiters) else NO_QUALIFIER


def _identifier(text: str, delimiters: Delimiters) -> str:
    return copying.plain(text, delimiters)[:IDENTIFIER_LENGTH].ljust(IDENTIFIER_LENGTH)


def _application(element: tuple[str, ...], interchange_identifier: str, delimiters: Delimiters) -> str:
    named = copying.plain("".join(element), delimiters) or copying.plain(interchange_identifier, delimiters)
    return named[:IDENTIFIER_LENGTH].ljust(2) if named else NO_IDENTIFIER
