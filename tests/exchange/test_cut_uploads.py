"""Uploads that stop on their way: nothing of a part is ever processed, and no whole file is missed."""

from __future__ import annotations

import pytest

from tests.exchange.conftest import MakeWorld
from tests.exchange.files import acknowledgment, orders
from tests.exchange.partners import ALL
from tests.exchange.world import World

TENTHS = range(1, 10)
QUIET = {
    name: text.replace("whole: {by: rename}", "whole: {by: quiet, quiet: 60s}") for name, text in ALL.items()
}
PARTS = {
    "x12": ("amazon", [orders(f"ORDER{tenth:03d}", control=tenth) for tenth in TENTHS]),
    "csv": ("erp", [acknowledgment(f"ORDER{tenth:03d}") for tenth in TENTHS]),
}


def with_their_orders(world: World) -> World:
    """The orders that the answers of the ERP are about."""
    world.drop("corner", "orders.850", orders(*(f"ORDER{tenth:03d}" for tenth in TENTHS), sender="CORNER"))
    world.run()
    return world


def cut(data: bytes, tenth: int) -> bytes:
    """The first tenths of a file."""
    return data[: len(data) * tenth // 10]


@pytest.mark.parametrize("form", PARTS)
def test_uploads_that_are_renamed_when_they_are_whole(world: World, form: str) -> None:
    partner, files = PARTS[form]
    for tenth, data in zip(TENTHS, files, strict=True):
        world.upload(partner, f"{tenth}.{form}.part", cut(data, tenth))
    world.pass_time(300, stride=60)
    assert world.taken_in(partner) == 0

    for tenth, data in zip(TENTHS, files, strict=True):
        if tenth != 5:  # whoever uploads that never comes back
            world.upload(partner, f"{tenth}.{form}.part", data)
            world.finish(partner, f"{tenth}.{form}.part", f"{tenth}.{form}")
    world.pass_time(300, stride=60)

    assert world.raw_of(partner) == sorted(
        data for tenth, data in zip(TENTHS, files, strict=True) if tenth != 5
    )


@pytest.mark.one_in(3)
@pytest.mark.parametrize("form", PARTS)
@pytest.mark.parametrize("pause", [0, 20, 50])
def test_uploads_under_their_own_names(new_world: MakeWorld, form: str, pause: int) -> None:
    """They stop for less than the quiet time of the channel."""
    world = new_world(QUIET)
    partner, files = PARTS[form]
    for tenth, data in zip(TENTHS, files, strict=True):
        world.upload(partner, f"{tenth}.{form}", cut(data, tenth))
    world.pass_seconds(pause)
    assert world.taken_in(partner) == 0
    for tenth, data in zip(TENTHS, files, strict=True):
        world.upload(partner, f"{tenth}.{form}", data)
    world.pass_seconds(70)

    assert world.raw_of(partner) == sorted(files)


def test_a_cut_interchange_is_waited_for_as_long_as_it_takes(new_world: MakeWorld) -> None:
    """It says by its end that it is cut: even a stop of hours makes no part of it a file."""
    world = new_world(QUIET)
    partner, files = PARTS["x12"]
    for tenth, data in zip(TENTHS, files, strict=True):
        world.upload(partner, f"{tenth}.x12", cut(data, tenth))
    for _ in range(6):
        world.pass_seconds(3600, stride=600)
        assert world.taken_in(partner) == 0
    for tenth, data in zip(TENTHS, files, strict=True):
        world.upload(partner, f"{tenth}.x12", data)
    world.pass_seconds(70)

    assert world.raw_of(partner) == sorted(files)
    assert len(world.taken("erp")) == len(files)


def test_a_file_that_stays_cut_is_set_aside_and_told_of(new_world: MakeWorld) -> None:
    world = new_world(QUIET)
    world.upload("amazon", "cut.x12", cut(orders("ORDER001"), 5))
    world.pass_seconds(25 * 3600, stride=3600)

    assert not world.waiting("amazon")
    assert world.alerts() == {"file-refused": 1}
    assert not world.arrivals()


def test_who_dropped_a_file_that_stayed_cut_is_told_beside_it(world: World) -> None:
    world.upload("erp", "cut.csv", b"ISA*00*")
    world.pass_seconds(25 * 3600, stride=3600)

    assert [*world.replies("erp")] == ["cut.csv.err"]
