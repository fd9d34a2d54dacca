"""The clock and the randomness of the tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from gateway.ports import Clock, Randomness
from tests.clocks import NOON, FakeClock, SeededRandomness


def test_a_clock_stands_until_it_is_moved() -> None:
    clock = FakeClock(NOON, 5.0)
    as_port: Clock = clock
    assert (as_port.now(), as_port.now(), as_port.monotonic()) == (NOON, NOON, 5.0)
    clock.advance(1.5)
    assert (clock.now(), clock.monotonic()) == (NOON + timedelta(seconds=1.5), 6.5)


def test_a_jump_moves_the_time_of_day_alone() -> None:
    clock = FakeClock(NOON, 5.0)
    clock.jump(timedelta(days=-1))
    assert (clock.now(), clock.monotonic()) == (NOON - timedelta(days=1), 5.0)


def test_each_reading_ticks_until_the_clock_is_frozen() -> None:
    clock = FakeClock(NOON, tick=timedelta(seconds=1))
    assert [clock.now() - NOON, clock.now() - NOON] == [timedelta(seconds=1), timedelta(seconds=2)]
    clock.freeze()
    assert (clock.now() - NOON, clock.monotonic()) == (timedelta(seconds=2), 2.0)


@pytest.mark.parametrize("zone", [None, timezone(timedelta(hours=1))])
def test_a_time_that_is_not_in_utc_is_refused(zone: timezone | None) -> None:
    with pytest.raises(ValueError, match="aware and in UTC"):
        FakeClock(datetime(2026, 11, 23, tzinfo=zone))


def test_time_does_not_pass_backwards() -> None:
    clock = FakeClock(datetime(2026, 11, 23, tzinfo=UTC))
    with pytest.raises(ValueError, match="jumps"):
        clock.advance(-1)


def test_a_seed_gives_the_same_numbers_again() -> None:
    one, again, other = (SeededRandomness(seed) for seed in (1, 1, 2))
    as_port: Randomness = one
    drawn = [(as_port.bytes(32), as_port.below(1000)) for _ in range(5)]
    assert drawn == [(again.bytes(32), again.below(1000)) for _ in range(5)]
    assert drawn[0][0] != other.bytes(32)
    assert all(len(several) == 32 and 0 <= number < 1000 for several, number in drawn)
