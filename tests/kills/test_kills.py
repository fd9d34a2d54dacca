"""The service is killed at each named moment; what it acknowledged is there once, and it goes on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gateway.service.connection.frames import Request
from tests.kills.points import Point
from tests.kills.services import READY_WITHIN, Zygote, seconds_until_ready, serving
from tests.kills.work import LARGE, SMALL, Deed, Told, attempts, receiving, taking, untrue
from tests.thoroughness import TIMES, a_share

LEAST_MOMENTS = 40
MOST_TIMES = 3  # in a sweep: the first, second and third time that a moment is reached
SHARES = 4  # so that processes of the test run can take one each
DEEDS = [
    *(receiving(f"small-{number}", SMALL) for number in range(6)),
    *(receiving(f"large-{number}", LARGE) for number in range(3)),
    receiving("small-0", SMALL),
    *(taking(number) for number in range(2)),
    Deed(Request("checkpoint", {})),
]


def named_moments(zygote: Zygote, root: Path) -> list[str]:
    """Every moment that the work reaches, in a run in which nothing happens."""
    with serving(zygote, root):
        assert seconds_until_ready(zygote, root) is not None
        told = attempts(root, DEEDS)
    assert zygote.end().status == 0
    assert all(each.answer is not None for each in told)
    noted = (root.parent / f"{root.name}.points").read_text(encoding="utf-8").splitlines()
    return list(dict.fromkeys(noted))


def copied(template: Path, folder: Path) -> Path:
    return Path(shutil.copytree(template, folder / "ws"))


def died_and_went_on(zygote: Zygote, root: Path, fatal: Point) -> tuple[list[Told], list[Told]]:
    """What was told before the kill, and what when everything was asked again."""
    with serving(zygote, root, fatal):
        ready = seconds_until_ready(zygote, root)
        before = attempts(root, DEEDS) if ready is not None else []
    assert zygote.end().killed or fatal.time > 1, f"the service did not come to {fatal}"
    with serving(zygote, root):
        ready = seconds_until_ready(zygote, root)
        assert ready is not None
        assert ready < READY_WITHIN
        after = attempts(root, DEEDS)
    assert zygote.end().status == 0
    return before, after


@pytest.mark.parametrize("share", range(SHARES))
def test_it_dies_at_each_moment_and_loses_nothing(
    zygote: Zygote, template: Path, tmp_path: Path, share: int
) -> None:
    moments = named_moments(zygote, copied(template, tmp_path / "dry"))
    assert len(moments) >= LEAST_MOMENTS
    points = [Point(moment, time) for time in range(1, 1 + min(TIMES, MOST_TIMES)) for moment in moments]
    for number, point in a_share(list(enumerate(points))[share::SHARES], one_in=6):
        root = copied(template, tmp_path / str(number))
        before, after = died_and_went_on(zygote, root, point)
        assert all(each.answer is not None for each in after)
        assert untrue(root, [*before, *after]) == []
        shutil.rmtree(root)
