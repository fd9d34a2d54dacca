"""What is wrong with the settings of a partner, told when its file is read, not when they are first used."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from itertools import combinations

from gateway.agreements.judge_agreements import agreement_problems, overlapping, read_otherwise
from gateway.agreements.judge_channels import calendar_problems, channel_problems
from gateway.agreements.known import SHOWN, Known, Path, Problem, shown
from gateway.agreements.partner import EnvelopeIdentity, Partner, Terms, X12Style
from gateway.errors import UsageError
from gateway.formats.x12.charset import checked_charset
from gateway.formats.x12.delimiters import LINE_ENDS, can_separate, has_repetition
from gateway.suggestions import suggestion

ID_LENGTH = 15  # ISA06 and ISA08 are fixed fields, and GS02 and GS03 no longer (X12.5)
LEAST_GROUP_LENGTH = 2  # GS02 and GS03
SEPARATORS = ("element_separator", "component_separator", "segment_terminator", "repetition_separator")

_CURRENCY = re.compile(r"[A-Z]{3}")


def problems(partner: Partner, known: Known, unread: Collection[Path] = ()) -> Iterator[Problem]:
    """Every setting that could not be used.

    `unread` are the parts that have mistakes already: what hangs on them is not judged.
    """
    for side, identity in (("partner", partner.partner), ("own", partner.own)):
        if identity is not None:
            yield from _names(side, identity, partner.x12, known)
    yield from _sides(partner, unread)
    yield from _charset(partner.x12)
    yield from _separators(partner.x12)
    yield from _releases(partner.x12, known)
    yield from _terms(partner.terms, known)
    for name, calendar in partner.calendars.items():
        yield from calendar_problems(name, calendar)
    for name, channel in partner.channels.items():
        yield from channel_problems(name, channel)
    for name, agreement in partner.agreements.items():
        yield from agreement_problems(name, agreement, partner, known, unread)
    yield from overlapping(partner)
    yield from read_otherwise(partner)


def _sides(partner: Partner, unread: Collection[Path]) -> Iterator[Problem]:
    """One side alone names no pair."""
    sides = {"partner": partner.partner, "own": partner.own}
    for side, other in (("partner", "own"), ("own", "partner")):
        if sides[side] is not None and sides[other] is None and (other,) not in unread:
            yield ((side,),), f"`{other}:` is missing; an envelope names both sides, so give both, or none"


def _names(side: str, identity: EnvelopeIdentity, style: X12Style, known: Known) -> Iterator[Problem]:
    if known.qualifiers is not None and identity.qualifier not in known.qualifiers:
        text = f"`qualifier` {shown(identity.qualifier)} is no code of ISA05"
        yield ((side, "qualifier"),), f"{text}; ZZ is the one that two partners agree on, 01 is DUNS"
    for key, name, least in (("id", identity.id, 1), ("group", identity.group, LEAST_GROUP_LENGTH)):
        if name is None:
            continue
        place = ((side, key),)
        if len(name) > ID_LENGTH:
            yield place, f"`{key}` has more than {ID_LENGTH} characters"
        elif len(name.strip()) < least:
            yield place, f"`{key}` says too little; at least {least} of its characters must be no blanks"
        unwritable = next((each for each in name if _cannot_be_written(each, style)), None)
        if unwritable is not None:
            text = f"`{key}` holds {unwritable!r}, which is a separator, a control character"
            yield place, f"{text} or not in the character set; write it without"


def _cannot_be_written(character: str, style: X12Style) -> bool:
    if not character.isprintable() or character in [getattr(style, key) for key in SEPARATORS]:
        return True
    try:
        character.encode(style.charset)
    except UnicodeEncodeError:
        return True
    except LookupError:  # told of the character set itself
        return False
    return False


def _charset(style: X12Style) -> Iterator[Problem]:
    try:
        checked_charset(style.charset)
    except UsageError as fault:
        yield (("x12", "charset"),), str(fault)


def _separators(style: X12Style) -> Iterator[Problem]:
    named: dict[str, str] = {}
    for key in SEPARATORS:
        character: str | None = getattr(style, key)
        if character is None:
            continue
        if len(character) != 1 or character.isalnum() or not can_separate(character):
            text = f"`{key}` must be one character that is neither letter nor digit nor blank"
            yield (("x12", key),), f"{text}, such as {getattr(X12Style(), key) or '^'}"
        elif character in LINE_ENDS and key != "segment_terminator":
            yield (("x12", key),), f"`{key}` cannot be a line end; only `segment_terminator` can"
        else:
            named[key] = character
    for (first, one), (second, other) in combinations(named.items(), 2):
        if one == other:
            yield (("x12", first), ("x12", second)), f"`{first}` and `{second}` are the same character"
    if style.repetition_separator is not None and not has_repetition(style.interchange_version):
        text = f"version {shown(style.interchange_version)} has no `repetition_separator`; leave it out"
        places = (("x12", "repetition_separator"), ("x12", "interchange_version"))
        yield places, f"{text}, or use `interchange_version` 00402 or later"


def _releases(style: X12Style, known: Known) -> Iterator[Problem]:
    if known.releases is not None:
        yield from _releases_named(style, known.releases, known.sets)
    version = style.interchange_version
    if known.versions is not None and version not in known.versions:
        text = f"`interchange_version` {shown(version)} is no code of ISA12"
        yield (("x12", "interchange_version"),), f"{text}{suggestion(version, known.versions)}"


def _releases_named(
    style: X12Style, installed: Collection[str], sets: Callable[[str], Collection[str]]
) -> Iterator[Problem]:
    if style.release not in installed:
        text = f"`release` {shown(style.release)} is not installed"
        yield (("x12", "release"),), f"{text}{suggestion(style.release, installed)}"
    for set_id, release in style.releases.items():
        place = (("x12", "releases", set_id),)
        if release not in installed:
            text = f"`{set_id[:SHOWN]}` {shown(release)} is not installed"
            yield place, f"{text}{suggestion(release, installed)}"
        elif set_id not in sets(release):
            text = f"release {release} has no transaction set {shown(set_id)}"
            yield place, f"{text}{suggestion(set_id, sets(release))}"


def _terms(terms: Terms, known: Known) -> Iterator[Problem]:
    if known.is_zone is not None and not known.is_zone(terms.zone):
        text = f"`zone` {shown(terms.zone)} is no time zone of the IANA list, such as America/Los_Angeles"
        yield (("terms", "zone"),), f"{text}{suggestion(terms.zone, known.zones())}"
    currency = terms.currency
    if currency is not None and not _CURRENCY.fullmatch(currency):
        text = f"`currency` is three capital letters (ISO 4217) such as USD, not {shown(currency)}"
        capital = currency.strip().upper()
        meant = f"; did you mean `{capital}`?" if _CURRENCY.fullmatch(capital) else ""
        yield (("terms", "currency"),), f"{text}{meant}"
    if terms.vendor_code is not None and not terms.vendor_code.strip():
        yield (("terms", "vendor_code"),), "`vendor_code` says nothing; give it a value, or leave it out"
    scheme = terms.vendor_item_id
    if known.schemes is not None and scheme not in known.schemes:
        text = f"`vendor_item_id` {shown(scheme)} is no identifier of items in mappings/codes/item-id.csv"
        yield (("terms", "vendor_item_id"),), f"{text}{suggestion(scheme, known.schemes)}"
