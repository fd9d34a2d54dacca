"""Codecs of days and times. A plain day becomes a time as midnight in the zone of the agreement, and a time
becomes a day as the day in that zone."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from gateway.documents.parts import Moment
from gateway.mapping.bound import FieldKind
from gateway.mapping.cells import CellError
from gateway.mapping.codec import Codec
from gateway.mapping.codecs.model import CodecError, Setting, refuse, text_of
from gateway.mapping.plan import FormatKind

__all__ = ["day", "interval", "moment"]

_X12_DAY = 8  # digits of a date
_X12_TIME = re.compile(r"([01][0-9]|2[0-3])([0-5][0-9])(?:([0-5][0-9])([0-9]{1,2})?)?")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ISO_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?"
    r"(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})?"
)
_PARTS = {"YYYY": r"(?P<year>[0-9]{4})", "YY": r"(?P<short>[0-9]{2})", "MM": r"(?P<month>[0-9]{1,2})"}
_PARTS["DD"] = r"(?P<day>[0-9]{1,2})"
_NO_DAY = "it is no day of the calendar"
_CENTURY = 2000  # a two-digit year of a delimited file means this century

Day = Callable[[object], date]


def day(setting: Setting) -> Codec:
    """`date`: a day without a time."""
    setting.expect(FieldKind.MOMENT, FieldKind.DATE)
    read_day, write_day = _days(setting)
    zone = setting.zone
    if setting.fields[0] is FieldKind.DATE:
        return Codec("date", read_day, write_day, memo_read=True, memo_write=True)

    def read(value: object) -> Moment:
        return Moment(read_day(value))

    def write(value: Moment) -> str:
        return write_day(_day_of(value, zone))

    return Codec("date", read, write, memo_read=True, memo_write=True)


def _day_of(value: Moment, zone: tzinfo) -> date:
    if value.date is not None:
        return value.date
    if value.time is None:
        raise refuse("nothing", _NO_DAY)
    try:
        return value.time.astimezone(zone).date()
    except OverflowError as fault:
        raise refuse(value.time, _NO_DAY) from fault


def _days(setting: Setting) -> tuple[Day, Callable[[date], str]]:
    if setting.format is FormatKind.X12:
        return _read_x12_day, lambda value: f"{value.year:04d}{value.month:02d}{value.day:02d}"
    if setting.format.is_tree:
        return _read_iso_day, date.isoformat
    settings = setting.settings
    if not settings.other_dates:
        return _pattern_days(settings.date)
    return _days_of_any((settings.date, *settings.other_dates))


def _made(year: int, month: int, day_of_month: int, shown: str) -> date:
    try:
        return date(year, month, day_of_month)
    except ValueError as fault:
        raise refuse(shown, _NO_DAY) from fault


def _read_x12_day(value: object) -> date:
    given = text_of(value)
    if len(given) != _X12_DAY or not (given.isascii() and given.isdecimal()):
        raise refuse(given, "a date is eight digits: year, month, day")
    try:
        return date.fromisoformat(given)
    except ValueError as fault:
        raise refuse(given, _NO_DAY) from fault


def _read_iso_day(value: object) -> date:
    given = text_of(value)
    if not _ISO_DATE.fullmatch(given):
        raise refuse(given, "a date is written as 2024-05-31")
    return _made(int(given[:4]), int(given[5:7]), int(given[8:]), given)


def _days_of_any(patterns: Sequence[str]) -> tuple[Day, Callable[[date], str]]:
    """Days in the first of the patterns that fits; written by the first of all."""
    ways = [_pattern_days(pattern) for pattern in patterns]

    def read(value: object) -> date:
        for read_day, _ in ways:
            with suppress(CodecError):
                return read_day(value)
        raise refuse(text_of(value), f"it is a day in none of the ways agreed on: {', '.join(patterns)}")

    return read, ways[0][1]


def _pattern_days(pattern: str) -> tuple[Day, Callable[[date], str]]:
    pieces = re.split("(YYYY|YY|MM|DD)", pattern)
    form = re.compile("".join(_PARTS.get(piece, re.escape(piece)) for piece in pieces))

    def read(value: object) -> date:
        given = text_of(value)
        match = form.fullmatch(given)
        if match is None:
            raise refuse(given, f"it is not written as {pattern}, the `date` of the table's settings")
        parts = match.groupdict()
        year = int(parts["year"]) if parts.get("year") else _CENTURY + int(parts["short"])
        return _made(year, int(parts["month"]), int(parts["day"]), given)

    def write(value: date) -> str:
        if "YYYY" not in pattern and not _CENTURY <= value.year < _CENTURY + 100:
            raise refuse(value, f"a year of two digits cannot say {value.year}")
        filled = {"YYYY": f"{value.year:04d}", "YY": f"{value.year % 100:02d}"}
        filled |= {"MM": f"{value.month:02d}", "DD": f"{value.day:02d}"}
        return "".join(filled.get(piece, piece) for piece in pieces)

    return read, write


def moment(setting: Setting) -> Codec:
    """`datetime`: a time with its zone, or a plain day. `datetime(midnight)`: midnight is a plain day."""
    if setting.format is FormatKind.X12:
        setting.expect(FieldKind.MOMENT, places=2)
        return Codec("datetime", *_x12_moment(setting.zone), memo_read=True, memo_write=True)
    setting.expect(FieldKind.MOMENT, arguments=(0, 1))
    return Codec("datetime", *_iso_moment(setting), memo_read=True, memo_write=True)


def _x12_moment(
    zone: tzinfo,
) -> tuple[Callable[[object, object], Moment], Callable[[Moment], tuple[str, str | None]]]:
    def read(day_text: object, time_text: object) -> Moment:
        if day_text is None:
            raise refuse(time_text, "there is a time without a date")
        day_read = _read_x12_day(day_text)
        return (
            Moment(date=day_read)
            if time_text is None
            else Moment(time=_at(day_read, text_of(time_text), zone))
        )

    def write(value: Moment) -> tuple[str, str | None]:
        local = None if value.time is None else _shifted(value.time, zone)
        shown = _day_of(value, zone)
        text = f"{shown.year:04d}{shown.month:02d}{shown.day:02d}"
        return text, None if local is None else _x12_time(_whole(local))

    return read, write


def _at(day_read: date, text: str, zone: tzinfo) -> datetime:
    match = _X12_TIME.fullmatch(text)
    if match is None:
        raise refuse(text, "a time is HHMM, HHMMSS or HHMMSS with tenths or hundredths")
    hours, minutes, seconds, part = match.groups()
    micro = int(part.ljust(2, "0")) * 10_000 if part else 0
    local = datetime.combine(day_read, time(int(hours), int(minutes), int(seconds or 0), micro), zone)
    return _fixed(local)


def _fixed(value: datetime) -> datetime:
    """The same time with its offset alone, as a document keeps it; UTC stays UTC."""
    offset = _whole(value).utcoffset() or timedelta(0)
    return value.replace(tzinfo=timezone(offset) if offset else UTC, fold=0)


def _whole(value: datetime) -> datetime:
    """A time whose offset can be written down: before zones were agreed on, places had seconds in theirs."""
    if (value.utcoffset() or timedelta(0)) % timedelta(minutes=1):
        raise refuse(value, "its zone had no offset of whole minutes then")
    return value


def _shifted(value: datetime, zone: tzinfo) -> datetime:
    try:
        return value.astimezone(zone)
    except OverflowError as fault:
        raise refuse(value, _NO_DAY) from fault


def _x12_time(local: datetime) -> str:
    """HHMM, with seconds and hundredths only where there are any; finer parts are cut, as X12 has none."""
    text = f"{local.hour:02d}{local.minute:02d}"
    hundredths = local.microsecond // 10_000
    if local.second or hundredths:
        text += f"{local.second:02d}"
    return f"{text}{hundredths:02d}" if hundredths else text


def _iso_moment(setting: Setting) -> tuple[Callable[[object], Moment], Callable[[Moment], str]]:
    midnight = _midnight_is_a_day(setting)
    zone = setting.zone
    says_days = setting.format in (FormatKind.CSV, FormatKind.XML)
    read_day, write_day = _days(setting)

    def read(value: object) -> Moment:
        given = text_of(value)
        if not _ISO_TIME.fullmatch(given):
            return Moment(date=read_day(given))
        try:
            time_read = datetime.fromisoformat(given.upper())
        except ValueError as fault:
            raise refuse(given, "it is no time of the calendar") from fault
        if time_read.tzinfo is None:
            time_read = time_read.replace(tzinfo=zone)
        if midnight and (local := _shifted(time_read, zone)).time() == time(0):
            return Moment(date=local.date())
        return Moment(time=_fixed(time_read))

    def write(value: Moment) -> str:
        if value.time is not None:
            return _iso(value.time)
        shown = _day_of(value, zone)
        return write_day(shown) if says_days else _iso(_fixed(datetime.combine(shown, time(0), zone)))

    return read, write


def _midnight_is_a_day(setting: Setting) -> bool:
    if setting.arguments and setting.arguments[0] != "midnight":
        raise CellError(f"the one argument is `midnight`, not `{setting.arguments[0][:20]}`")
    return bool(setting.arguments)


def _iso(value: datetime) -> str:
    """RFC 3339, with as many digits of a second as there are: none, three or six."""
    parts = "auto" if value.microsecond % 1000 else "milliseconds" if value.microsecond else "seconds"
    return value.isoformat(timespec=parts).replace("+00:00", "Z")


def interval(setting: Setting) -> Codec:
    """`interval`: two moments in one text, `start--end`."""
    if len(setting.fields) != 2:
        raise CellError("`interval` makes two fields: `window.start+window.end`")
    for kind in setting.fields:
        setting.expect_kind(kind, (FieldKind.MOMENT,))
    setting.expect_places(1)
    setting.expect_arguments(0, 1)
    if setting.format is FormatKind.X12:
        raise CellError("X12 has no intervals; give each end a row of its own")
    read_moment, write_moment = _iso_moment(setting)

    def read(value: object) -> tuple[Moment, Moment]:
        start, sign, end = text_of(value).partition("--")
        if not sign:
            raise refuse(value, "an interval is written as start--end")
        return read_moment(start.strip()), read_moment(end.strip())

    def write(start: Moment | None, end: Moment | None) -> str:
        if start is None or end is None:
            raise refuse(_iso_or_nothing(start or end), "an interval needs both its ends")
        return f"{write_moment(start)}--{write_moment(end)}"

    return Codec("interval", read, write, memo_read=True, memo_write=True)


def _iso_or_nothing(value: Moment | None) -> str:
    if value is None:
        return "nothing"
    return value.date.isoformat() if value.date else _iso(value.time) if value.time else "nothing"
