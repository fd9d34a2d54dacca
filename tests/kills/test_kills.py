"""The service is killed at each named moment; what it acknowledged is there once, and it goes on."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kills.points import Point
from tests.kills.services import READY_WITHIN, Zygote, seconds_until_ready, serving
from tests.kills.work import LARGE, SMALL, Told, attempts, receiving, untrue

SHARES = 4  # so that processes of the test run can take one each
DEEDS = [
    *(receiving(f"small-{number}", SMALL) for number in range(6)),
    *(receiving(f"large-{number}", LARGE) for number in range(3)),
    receiving("small-0", SMALL),
]


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    started = Zygote()
    yield started
    started.close()


@pytest.fixture(scope="module")
def template(zygote: Zygote, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace nobody has used."""
    root = tmp_path_factory.mktemp("kills") / "ws"
    root.mkdir()
    zygote.start(root, "init", str(root))
    assert zygote.end().status == 0
    return root


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
    assert zygote.end().killed, f"the service did not come to {fatal}"
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
    for number, moment in list(enumerate(moments))[share::SHARES]:
        root = copied(template, tmp_path / str(number))
        before, after = died_and_went_on(zygote, root, Point(moment))
        assert all(each.answer is not None for each in after)
        assert untrue(root, [*before, *after]) == []
        shutil.rmtree(root)
