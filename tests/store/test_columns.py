"""What a column keeps comes back as it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.store.columns import MOMENT_LENGTH, moment_of, moment_text, storable

aware = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))
shifted = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(aware, shifted)
def test_a_moment_comes_back_whatever_its_zone(moment: datetime, zone: timezone) -> None:
    text = moment_text(moment.astimezone(zone))
    assert len(text) == MOMENT_LENGTH
    assert moment_of(text) == moment
    assert moment_of(text).utcoffset() == timedelta(0)


@given(aware, aware)
def test_texts_sort_as_moments_do(one: datetime, other: datetime) -> None:
    assert (moment_text(one) < moment_text(other)) == (one < other)


def test_a_moment_is_spelled_in_one_way() -> None:
    assert moment_text(datetime(2026, 11, 23, 16, 12, 29, tzinfo=UTC)) == "2026-11-23T16:12:29.000000Z"
    with pytest.raises(ValueError, match="names no time zone"):
        moment_text(datetime(2026, 11, 23))


@given(st.text(st.characters(codec=None, categories=None)))
def test_every_text_becomes_one_that_databases_take(text: str) -> None:
    kept = storable(text)
    assert kept.encode().decode() == kept
    assert "\0" not in kept
    assert storable(kept) == kept
    if "\0" not in text and text.isprintable():
        assert kept == text


@pytest.mark.parametrize(
    ("text", "kept"), [("a\0b", r"a\x00b"), ("ü\0", r"ü\x00"), ("a\udc80b", r"a\udc80b"), ("ünï", "ünï")]
)
def test_what_no_database_takes_is_spelled_out(text: str, kept: str) -> None:
    assert storable(text) == kept
