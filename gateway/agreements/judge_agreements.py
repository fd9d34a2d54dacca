"""What is wrong with the agreements of a partner, each by itself and two of them together."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import date
from itertools import combinations

from gateway.agreements.agreement import (
    Acknowledge,
    Agreement,
    Batch,
    Direction,
    Hold,
    Receipt,
    Tolerances,
)
from gateway.agreements.channel import Channel, Use
from gateway.agreements.judge_channels import name_problem
from gateway.agreements.judge_tables import table_problems
from gateway.agreements.known import Known, Path, Problem, shown
from gateway.agreements.partner import Partner, Usage
from gateway.documents import DOCUMENTS
from gateway.suggestions import suggestion

__all__ = ["FORMATS", "IN_ALONE", "OUT_ALONE", "agreement_problems", "overlapping", "read_otherwise"]

FORMATS = ("x12", "csv", "fixed", "xml", "spapi")
OUT_ALONE = {"batch": Batch(), "windows": (), "hold": Hold(), "receipt": Receipt()}
IN_ALONE = {"to": (), "acknowledge": Acknowledge(), "tolerances": Tolerances()}
"""What is about one direction only, with what stands there when nothing is agreed."""
READ_BY = ("zone", "date_patterns", "crossrefs", "guide", "tolerances.form")
"""What says how a file is read."""
_DOCUMENTS = {document.__name__: document for document in DOCUMENTS}
_WINDOW = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)")
_DATE_PATTERN = re.compile(r"(?=.*DD)(?=.*MM)(?=.*YY)(?:YYYY|YY|MM|DD|[-./ ])+")
_DATE_PARTS = re.compile(r"YYYY|YY|MM|DD")


def agreement_problems(
    name: str, agreement: Agreement, partner: Partner, known: Known, unread: Collection[Path]
) -> Iterator[Problem]:
    """Everything about an agreement that could not be carried out."""
    at = ("agreements", name)
    yield from name_problem(at)
    if agreement.document not in _DOCUMENTS:
        text = f"`document` {shown(agreement.document)} is none that the gateway knows"
        yield ((*at, "document"),), f"{text}{suggestion(agreement.document, _DOCUMENTS)}"
    if agreement.format not in FORMATS:
        text = f"`format` {shown(agreement.format)} is none that the gateway knows"
        yield ((*at, "format"),), f"{text}{suggestion(agreement.format, FORMATS)}"
    if agreement.document in _DOCUMENTS and agreement.format in FORMATS:
        yield from table_problems(at, agreement, partner.x12, known)
    yield from _direction(at, agreement)
    yield from _identities(at, agreement, partner, unread)
    yield from _channel(at, agreement, partner, unread)
    yield from _times(at, agreement, partner, known, unread)
    yield from _hold(at, agreement)
    yield from _batch(at, agreement)


def _direction(at: Path, agreement: Agreement) -> Iterator[Problem]:
    alone, way = (IN_ALONE, "comes in") if agreement.direction is Direction.OUT else (OUT_ALONE, "goes out")
    for key, nothing in alone.items():
        if getattr(agreement, key) != nothing:
            text = f"`{key}` is about what {way}, and this agreement has `direction: {agreement.direction}`"
            yield ((*at, key),), f"{text}; leave it out"


def _identities(
    at: Path, agreement: Agreement, partner: Partner, unread: Collection[Path]
) -> Iterator[Problem]:
    if agreement.format != "x12":
        return
    sides = (("partner", partner.partner), ("own", partner.own))
    missing = [side for side, identity in sides if identity is None]
    if len(missing) == len(sides) and not any((side,) in unread for side in missing):
        text = "`format: x12` needs to know who writes to whom; give `partner:` and `own:` with their"
        yield ((*at, "format"),), f"{text} `qualifier` and `id` at the top of the file"


def _channel(at: Path, agreement: Agreement, partner: Partner, unread: Collection[Path]) -> Iterator[Problem]:
    named, place = agreement.channel, ((*at, "channel"),)
    if ("channels",) in unread or ("channels", named) in unread:
        return
    channel = partner.channels.get(named)
    if channel is None:
        of = [path[1] for path in unread if path[0] == "channels"]
        text = f"`channel` {shown(named)} is not among the `channels:` of this partner"
        yield place, f"{text}{suggestion(named, (*partner.channels, *of))}"
        return
    yield from _way(place, agreement, channel)
    usage = agreement.usage or channel.usage
    if usage is not channel.usage:
        text = f"a {usage} agreement cannot use the channel {shown(named)}, which is for {channel.usage}"
        yield ((*at, "usage"), *place), f"{text}; use another channel, or leave `usage` out"
    written = agreement.format == "x12" and agreement.direction is Direction.OUT
    if (
        written
        and usage is Use.PRODUCTION
        and partner.x12.usage is not Usage.PRODUCTION
        and ("x12",) not in unread
    ):
        text = (
            f"what is written says `{partner.x12.usage}` in ISA15, which never goes to a production channel"
        )
        yield place, f"{text}; set `x12.usage: P`, or `usage: test` of the channel {shown(named)}"


def _way(place: tuple[Path, ...], agreement: Agreement, channel: Channel) -> Iterator[Problem]:
    folder = channel.folder
    if agreement.direction is Direction.OUT and (folder is None or folder.out is None):
        text = f"the channel {shown(channel.name)} has no way out"
        yield place, f"{text}; give its `folder:` an `out:`, such as outbound/{channel.partner}"
    elif agreement.direction is Direction.IN and folder is not None and folder.into is None:
        text = f"the channel {shown(channel.name)} has no way in"
        yield place, f"{text}; give its `folder:` an `in:`, such as inbound/{channel.partner}"


def _times(
    at: Path, agreement: Agreement, partner: Partner, known: Known, unread: Collection[Path]
) -> Iterator[Problem]:
    zone, calendar = agreement.zone, agreement.calendar
    if zone is not None and known.is_zone is not None and not known.is_zone(zone):
        text = f"`zone` {shown(zone)} is no time zone of the IANA list, such as America/Los_Angeles"
        yield ((*at, "zone"),), f"{text}{suggestion(zone, known.zones())}"
    unjudged = ("calendars",) in unread or ("calendars", calendar or "") in unread
    if calendar is not None and calendar not in partner.calendars and not unjudged:
        text = f"`calendar` {shown(calendar)} is not among the `calendars:` of this partner"
        yield ((*at, "calendar"),), f"{text}{suggestion(calendar, partner.calendars)}"
    for index, window in enumerate(agreement.windows):
        if not _WINDOW.fullmatch(window) or window[:5] == window[6:]:
            text = f"`windows` are times of the day such as 06:00-20:00, not {shown(window)}"
            yield ((*at, "windows", str(index)),), text
    for index, pattern in enumerate(agreement.date_patterns):
        parts = _DATE_PARTS.findall(pattern)
        if not _DATE_PATTERN.fullmatch(pattern) or len(parts) != len({part[:2] for part in parts}):
            text = f"`date_patterns` has {shown(pattern)}; a pattern is `YYYY-MM-DD` or `DD.MM.YYYY`"
            yield ((*at, "date_patterns", str(index)),), text
    if agreement.date_patterns and agreement.format in FORMATS and agreement.format != "csv":
        where = "the layout of its records says how" if agreement.format == "fixed" else "they have one form"
        text = f"`date_patterns` are for csv; of dates in {agreement.format} {where}"
        yield ((*at, "date_patterns"),), f"{text}; leave them out"
    since, until = agreement.since, agreement.until
    if since is not None and until is not None and until < since:
        yield (
            ((*at, "from"), (*at, "until")),
            f"`until` {until} is before `from` {since}; then it never holds",
        )


def _hold(at: Path, agreement: Agreement) -> Iterator[Problem]:
    document = _DOCUMENTS.get(agreement.document)
    if agreement.hold.above is None or document is None or agreement.direction is Direction.IN:
        return
    place = ((*at, "hold", "above"),)
    if "total" not in document.__struct_fields__:
        having = ", ".join(name for name, each in _DOCUMENTS.items() if "total" in each.__struct_fields__)
        text = f"`above` is about a total, and {agreement.document} has none; those with one: {having}"
        yield place, f"{text}; use `always: true`"
    elif agreement.hold.always:
        yield place, "`above` says nothing beside `always: true`; leave one of them out"


def _batch(at: Path, agreement: Agreement) -> Iterator[Problem]:
    """What waits for others must not wait for ever."""
    batch = agreement.batch
    if agreement.direction is Direction.IN or batch.is_of_one or batch.seconds:
        return
    text = "`batch` says no `seconds`: the last documents may wait for ever until there are enough of them"
    yield ((*at, "batch"),), f"{text}; add how long the first may wait, such as `seconds: 15 min`"


def overlapping(partner: Partner) -> Iterator[Problem]:
    """Agreements of which nobody could say which one a document is under."""
    for one, other in combinations(partner.agreements.values(), 2):
        if _pair(one) == _pair(other) and _together(one, other) and not _told_apart(one, other):
            places = (("agreements", one.name), ("agreements", other.name))
            text = (
                f"{shown(other.name)} and {shown(one.name)} are both about {other.document} in {other.format}"
            )
            text += f", {other.direction}, on {other.channel}, on the same days"
            yield places, f"{text}; change `from` or `until`{_or_release(one)}"


def read_otherwise(partner: Partner) -> Iterator[Problem]:
    """Agreements about one document on one channel that would have it read in different ways.

    A file is read before it is known which of them it is under.
    """
    for one, other in combinations(partner.agreements.values(), 2):
        if _pair(one) != _pair(other) or one.direction is Direction.OUT:
            continue
        ways = zip(READ_BY, _read_by(one, partner), _read_by(other, partner), strict=True)
        for key in (key for key, first, second in ways if first != second):
            text = f"{shown(other.name)} has another `{key}` than {shown(one.name)}"
            text += ", and a file is read before it is known which of them it is under"
            yield (("agreements", other.name),), f"{text}; give both the same"


def _read_by(agreement: Agreement, partner: Partner) -> tuple[object, ...]:
    zone = agreement.zone or partner.terms.zone
    return zone, agreement.date_patterns, agreement.crossrefs, agreement.guide, agreement.tolerances.form


def _pair(agreement: Agreement) -> tuple[str, ...]:
    return (agreement.direction, agreement.document, agreement.format, agreement.channel)


def _told_apart(one: Agreement, other: Agreement) -> bool:
    """Whether GS08 tells which one a set is under: one without a release takes what no other names."""
    if one.format != "x12" or one.direction is not Direction.IN or one.release == other.release:
        return False
    names = [each.release for each in (one, other) if each.release is not None]
    return len(names) == 1 or not (names[0].startswith(names[1]) or names[1].startswith(names[0]))


def _or_release(agreement: Agreement) -> str:
    is_told_by_release = agreement.format == "x12" and agreement.direction is Direction.IN
    return ", or give each a `release` of its own" if is_told_by_release else ""


def _together(one: Agreement, other: Agreement) -> bool:
    return (one.since or date.min) <= (other.until or date.max) and (other.since or date.min) <= (
        one.until or date.max
    )
