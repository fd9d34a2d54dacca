"""What may be copied from a faulty document into an acknowledgment, so that the answer itself has no fault.

A sender does not acknowledge an acknowledgment, so one that breaks the standard is dropped unread at the far
end, and with it all it says of the other sets. Whatever was received is therefore made to fit the element it
is copied to.
"""

from __future__ import annotations

from datetime import datetime

from gateway.formats.x12.model import Delimiters

# The basic and the extended character set of X12.6 as releases up to 004010 have them.
PLAIN_CHARACTERS = frozenset(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!\"&'()*+,-./:;?= abcdefghijklmnopqrstuvwxyz%~@[]_{}\\|<>#$"
)
BAD_DATA_LENGTH = 99  # AK404, element 724
CONTROL_NUMBER_LENGTH = 9
GUIDE_LENGTH = 35  # ST03 and AK203, element 1705
NO_CONTROL_NUMBER = "0"
NO_IDENTIFIER = "000"
NO_SEGMENT_TAG = "00"


def separators(delimiters: Delimiters) -> frozenset[str]:
    """The characters that no data may contain."""
    used = (delimiters.element, delimiters.component, delimiters.segment, delimiters.repetition)
    return frozenset(character for character in used if character)


def bad_data(value: str | None, delimiters: Delimiters) -> str:
    """AK404: at most 99 characters of the bad value, or "" when it cannot be copied as it is.

    The semantic note of AK404 forbids a value that would be a syntax error itself. A value with a separator
    or a character outside the sets of X12.6 is left out rather than mended: a sender who looks for the value
    in what was sent would never find a mended one, and AK401 names its place anyhow.
    """
    if value is None:
        return ""
    copied = value[:BAD_DATA_LENGTH].rstrip()
    return copied if PLAIN_CHARACTERS.issuperset(copied) and separators(delimiters).isdisjoint(copied) else ""


def plain(text: str, delimiters: Delimiters) -> str:
    """The text without separators, characters outside the sets of X12.6, and blanks around it."""
    allowed = PLAIN_CHARACTERS - separators(delimiters)
    return "".join(character for character in text if character in allowed).strip()


def segment_tag(tag: str, delimiters: Delimiters) -> str:
    """AK301, two or three characters: a longer tag is cut; blanks fill a shorter one (X12.6); 00 for none.

    AK304 tells that the tag is wrong and AK302 where it stands, so that a cut tag misleads nobody.
    """
    return plain(tag, delimiters)[:3].ljust(2) if plain(tag, delimiters) else NO_SEGMENT_TAG


def set_identifier(st01: str) -> str:
    """AK201, three characters; 000, which is no transaction set, when ST01 is not valid (AK502 6 tells)."""
    identifier = st01.strip()
    return (
        identifier
        if len(identifier) == 3 and identifier.isascii() and identifier.isalnum()
        else NO_IDENTIFIER
    )


def set_control_number(st02: str, delimiters: Delimiters) -> str:
    """AK202, four to nine characters: ST02, with leading zeros when it is shorter, its end when it is longer.

    Zeros keep the number the same for a reader that compares numbers; AK502 7 tells that ST02 is not valid.
    """
    return plain(st02, delimiters)[-CONTROL_NUMBER_LENGTH:].rjust(4, "0")


def guide(st03: str, delimiters: Delimiters) -> str:
    """AK203, at most 35 characters: ST03 as it was sent, "" where it cannot be copied as it is."""
    text = st03.strip()
    fits = len(text) <= GUIDE_LENGTH and text == plain(text, delimiters)
    return text if fits else ""


def group_control_number(gs06: str) -> str:
    """AK102, one to nine digits: GS06, or 0 when it is none (AK905 6 tells).

    0 and not a part of it: a cut number may be that of another group, which would then seem rejected.
    """
    number = gs06.strip()
    valid = number.isascii() and number.isdigit() and len(number) <= CONTROL_NUMBER_LENGTH
    return number if valid else NO_CONTROL_NUMBER


def interchange_control_number(isa13: str) -> str:
    """TA101, nine digits: ISA13, or zeros when it is no number (TA105 018 tells)."""
    return group_control_number(isa13).zfill(CONTROL_NUMBER_LENGTH)


def interchange_date(isa09: str, at: datetime) -> str:
    """TA102, YYMMDD: ISA09, without the century some give it; the day of the answer where it is none."""
    return _time_as(isa09[-6:] if len(isa09) == 8 else isa09, "%y%m%d", at)


def interchange_time(isa10: str, at: datetime) -> str:
    """TA103, HHMM: ISA10, without seconds; the time of the answer where it is none."""
    return _time_as(isa10[:4], "%H%M", at)


def _time_as(text: str, form: str, otherwise: datetime) -> str:
    """TA105 014 or 015 tells of a date or time that is none; copied, it would be a fault of the answer."""
    try:
        read = datetime.strptime(text, form)
    except ValueError:
        read = otherwise
    written = read.strftime(form)
    return written if written == text else otherwise.strftime(form)
