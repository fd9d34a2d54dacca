"""When it is open: over midnight, holidays, and the nights in which clocks are changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.agreements.partner import Calendar
from gateway.errors import UsageError
from gateway.exchange.windows import Window, due_after, is_business_day, next_open, parse_window

NEW_YORK = ZoneInfo("America/New_York")  # 2026: clocks go forward on 8 March at 2:00, back on 1 November
HOLIDAYS = Calendar(holidays=(date(2026, 11, 26),))

moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(second=0, microsecond=0)
)
zones = st.sampled_from(["UTC", "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe", "Asia/Kathmandu"])
windows = st.lists(
    st.builds(
        lambda opens, length: Window(opens, opens + length), st.integers(0, 1439), st.integers(1, 1440)
    ),
    max_size=3,
)
calendars = st.none() | st.just(HOLIDAYS) | st.just(Calendar(days=("sat",)))


def local(text: str, zone: ZoneInfo = NEW_YORK, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold)


def opening(text: str, window: str, calendar: Calendar | None = None) -> str:
    found = next_open(local(text), (parse_window(window),), calendar, NEW_YORK)
    assert found.tzinfo is UTC
    return found.astimezone(NEW_YORK).strftime("%a %Y-%m-%d %H:%M %Z")


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("06:00-20:00", Window(360, 1200)),
        ("22:00-04:00", Window(1320, 1680)),
        ("00:00-24:00", Window(0, 1440)),
        ("00:00-00:01", Window(0, 1)),
    ],
)
def test_a_window_is_two_times_of_the_day(text: str, window: Window) -> None:
    assert parse_window(text) == window


@pytest.mark.parametrize(
    "text",
    ["", "6:00-20:00", "06:00", "06:00-20:60", "24:00-02:00", "06:00-24:01", "06:00-06:00", " 06:00-20:00"],
)
def test_what_is_no_window_is_refused_with_how_to_write_one(text: str) -> None:
    with pytest.raises(UsageError, match="00"):
        parse_window(text)


@pytest.mark.parametrize(
    ("text", "window", "expected"),
    [
        ("2026-11-23T12:00", "06:00-20:00", "Mon 2026-11-23 12:00 EST"),
        ("2026-11-23T06:00", "06:00-20:00", "Mon 2026-11-23 06:00 EST"),
        ("2026-11-23T05:59", "06:00-20:00", "Mon 2026-11-23 06:00 EST"),
        ("2026-11-23T20:00", "06:00-20:00", "Tue 2026-11-24 06:00 EST"),
        ("2026-11-25T20:00", "06:00-20:00", "Fri 2026-11-27 06:00 EST"),  # Thursday is a holiday
        ("2026-11-27T21:00", "06:00-20:00", "Mon 2026-11-30 06:00 EST"),
        ("2026-11-24T03:00", "22:00-04:00", "Tue 2026-11-24 03:00 EST"),
        ("2026-11-24T04:00", "22:00-04:00", "Tue 2026-11-24 22:00 EST"),
        ("2026-11-28T03:00", "22:00-04:00", "Sat 2026-11-28 03:00 EST"),  # it opened on Friday
        (
            "2026-11-27T03:00",
            "22:00-04:00",
            "Fri 2026-11-27 22:00 EST",
        ),  # it would have opened on the holiday
    ],
)
def test_it_opens_on_days_of_business_at_the_time_of_the_zone(text: str, window: str, expected: str) -> None:
    assert opening(text, window, HOLIDAYS) == expected


@pytest.mark.parametrize(
    ("text", "window", "expected"),
    [
        ("2026-03-08T00:00", "02:30-06:00", "Sun 2026-03-08 03:00 EDT"),  # 2:30 does not come
        ("2026-03-08T00:00", "02:10-02:40", "Mon 2026-03-09 02:10 EDT"),  # nor does anything of it
        ("2026-03-08T03:00", "01:00-02:30", "Mon 2026-03-09 01:00 EDT"),  # it closed when clocks were changed
        ("2026-03-08T01:59", "01:00-02:30", "Sun 2026-03-08 01:59 EST"),
        ("2026-11-01T00:00", "01:30-03:00", "Sun 2026-11-01 01:30 EDT"),  # 1:30 comes twice; the first counts
        ("2026-11-01T00:00", "06:00-20:00", "Sun 2026-11-01 06:00 EST"),
    ],
)
def test_nights_in_which_clocks_are_changed(text: str, window: str, expected: str) -> None:
    assert opening(text, window) == expected


def test_it_closes_when_the_time_comes_for_the_first_time() -> None:
    second = local("2026-11-01T01:10", fold=1)
    found = next_open(second, (parse_window("00:00-01:30"),), None, NEW_YORK)
    assert found == local("2026-11-02T00:00")


def test_no_window_is_the_whole_day_and_no_calendar_every_day() -> None:
    holiday = local("2026-11-26T12:00")
    assert next_open(holiday, (), None, NEW_YORK) == holiday
    assert next_open(holiday, (), HOLIDAYS, NEW_YORK) == local("2026-11-27T00:00")
    assert is_business_day(date(2026, 11, 26), None)


def test_of_several_windows_the_first_to_open_counts() -> None:
    both = (parse_window("16:00-18:00"), parse_window("08:00-09:00"))
    assert next_open(local("2026-11-23T07:00"), both, None, NEW_YORK) == local("2026-11-23T08:00")
    assert next_open(local("2026-11-23T10:00"), both, None, NEW_YORK) == local("2026-11-23T16:00")


def test_a_calendar_that_is_always_closed_is_told() -> None:
    with pytest.raises(UsageError, match="no day of business"):
        next_open(local("2026-11-23T07:00"), (), Calendar(days=()), NEW_YORK)


def is_open(moment: datetime, spans: list[Window], calendar: Calendar | None, zone: ZoneInfo) -> bool:
    """By the clock on the wall alone, for days on which it is not changed."""
    wall = moment.astimezone(zone)
    minutes = wall.hour * 60 + wall.minute
    today, yesterday = wall.date(), wall.date() - timedelta(days=1)
    return any(
        (is_business_day(today, calendar) and span.opens <= minutes < span.closes)
        or (is_business_day(yesterday, calendar) and minutes + 1440 < span.closes)
        for span in spans or [Window(0, 1440)]
    )


def changes_near(moment: datetime, zone: ZoneInfo) -> bool:
    offsets = {(moment + timedelta(hours=12 * half)).astimezone(zone).utcoffset() for half in range(-6, 7)}
    return len(offsets) > 1


@given(moments, windows, calendars, zones)
def test_it_is_open_then_and_was_not_before(
    moment: datetime, spans: list[Window], calendar: Calendar | None, name: str
) -> None:
    zone = ZoneInfo(name)
    found = next_open(moment, spans, calendar, zone)
    assert found >= moment
    assert next_open(found, spans, calendar, zone) == found
    if changes_near(moment, zone) or changes_near(found, zone):
        return
    assert is_open(found, spans, calendar, zone)
    step = max((found - moment) / 50, timedelta(minutes=1))
    before = (moment + step * count for count in range(50))
    assert not any(is_open(each, spans, calendar, zone) for each in before if each < found)


@given(moments, st.integers(0, 90 * 24), calendars, st.sampled_from(["UTC", "Asia/Kathmandu"]))
def test_what_is_due_is_so_when_as_much_time_of_business_has_passed(
    start: datetime, hours: int, calendar: Calendar | None, name: str
) -> None:
    zone = ZoneInfo(name)
    due = due_after(start, timedelta(hours=hours), calendar, zone)
    quarters = (due - start) // timedelta(minutes=15)  # clocks of these zones are never changed
    passed = (start + timedelta(minutes=15) * count for count in range(quarters))
    worked = sum(is_business_day(each.astimezone(zone).date(), calendar) for each in passed)
    assert abs(worked - hours * 4) <= 2 * (1 + (due - start).days), "a quarter is cut at each midnight"
    assert calendar is not None or due == start + timedelta(hours=hours)


def test_only_time_of_business_days_counts() -> None:
    def due(start: str, hours: int) -> datetime:
        return due_after(local(start), timedelta(hours=hours), HOLIDAYS, NEW_YORK)

    assert due("2026-11-25T12:00", 24) == local("2026-11-27T12:00"), "the 26th is a holiday"
    assert due("2026-11-27T12:00", 24) == local("2026-11-30T12:00"), "so is the weekend"
    assert due("2026-11-28T12:00", 0) == local("2026-11-30T00:00")
    assert due("2026-10-30T12:00", 24) == local("2026-11-02T12:00"), "clocks are changed on a Sunday"
    assert due_after(local("2026-11-25T12:00"), timedelta(hours=24), None, NEW_YORK) == local(
        "2026-11-26T12:00"
    )
