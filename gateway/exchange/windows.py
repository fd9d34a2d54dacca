"""When something may be sent: times of the day in a zone, on the days on which business is done."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

import msgspec

from gateway.agreements.partner import Calendar
from gateway.errors import UsageError

__all__ = ["Window", "due_after", "is_business_day", "next_open", "parse_window"]

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FURTHEST: Final = 3 * 366  # days ahead that are looked at; a calendar that is closed for longer never opens
DAY: Final = timedelta(days=1)
_WINDOW = re.compile(r"([0-9]{2}):([0-9]{2})-([0-9]{2}):([0-9]{2})")


class Window(msgspec.Struct, frozen=True):
    """Minutes after midnight from which and until which it is open; one that ends later than at 24:00 ends
    on the next day, and belongs to the day on which it opens."""

    opens: int
    closes: int


WHOLE_DAY: Final = Window(0, 24 * 60)


def parse_window(text: str) -> Window:
    """A window such as `06:00-20:00`, `22:00-04:00` over midnight, or `00:00-24:00`; `UsageError` else."""
    matched = _WINDOW.fullmatch(text)
    if matched is None:
        raise UsageError(f"{text!r} is no window; write it as 06:00-20:00, with two digits each")
    from_hour, from_minute, to_hour, to_minute = (int(digits) for digits in matched.groups())
    opens, closes = from_hour * 60 + from_minute, to_hour * 60 + to_minute
    if max(from_minute, to_minute) > 59 or opens >= 24 * 60 or closes > 24 * 60:
        raise UsageError(f"{text!r} has a time that no clock shows; write it as 06:00-20:00")
    if opens == closes:
        raise UsageError(f"{text!r} is never open; write 00:00-24:00 for the whole day")
    return Window(opens, closes if closes > opens else closes + 24 * 60)


def next_open(
    moment: datetime, windows: Sequence[Window], calendar: Calendar | None, zone: tzinfo
) -> datetime:
    """The first moment from this one on at which it is open, in UTC; this very one where it is.

    No windows are the whole day, no calendar every day. Where clocks are put forward over the time at which
    it opens or closes, that is when they are; where a time comes twice, the first counts. `UsageError` where
    it is closed for three years.
    """
    moment = moment.astimezone(UTC)
    if not windows and calendar is None:
        return moment
    first = moment.astimezone(zone).date() - DAY  # a window over midnight may have opened on the day before
    for offset in range(FURTHEST):
        spans = _spans(first + offset * DAY, windows, calendar, zone)
        openings = [max(opens, moment) for opens, closes in spans if moment < closes]
        if openings:
            return min(openings)
    raise UsageError("the calendar has no day of business in three years; see its days and holidays")


def due_after(start: datetime, length: timedelta, calendar: Calendar | None, zone: tzinfo) -> datetime:
    """When so much time of business days has passed, in UTC; any time counts without a calendar.

    `UsageError` where no business is done for three years.
    """
    reached = start.astimezone(UTC)
    if calendar is None:
        return reached + length
    while True:
        reached = next_open(reached, (), calendar, zone)
        day = reached.astimezone(zone).date()
        for _, closes in _spans(day, (), calendar, zone):
            if reached + length <= closes:
                return reached + length
            length -= closes - reached
            reached = closes


def is_business_day(day: date, calendar: Calendar | None) -> bool:
    """Whether business is done on this day."""
    return calendar is None or (WEEKDAYS[day.weekday()] in calendar.days and day not in calendar.holidays)


def _spans(
    day: date, windows: Sequence[Window], calendar: Calendar | None, zone: tzinfo
) -> Iterator[tuple[datetime, datetime]]:
    """From when until when it is open by the windows of one day, in UTC."""
    if not is_business_day(day, calendar):
        return
    for window in windows or (WHOLE_DAY,):
        opens, closes = _instant(day, window.opens, zone), _instant(day, window.closes, zone)
        if opens < closes:
            yield opens, closes


def _instant(day: date, minutes: int, zone: tzinfo) -> datetime:
    """When the clock first shows a time of a day, or a later one where clocks were put forward over it."""
    days, rest = divmod(minutes, 24 * 60)
    shown = datetime.combine(day + days * DAY, time(rest // 60, rest % 60), zone)
    instant = shown.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == shown.replace(tzinfo=None):
        return instant
    return _change_between(shown.replace(fold=1).astimezone(UTC), instant, zone)


def _change_between(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """The second at which the clocks are changed, which is behind `before` and not behind `after`."""
    earlier = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == earlier:
            before = middle
        else:
            after = middle
    return after
