"""Commands that make something large are killed at each moment: given again, they make it whole."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.kills.points import Point
from tests.kills.services import Zygote, seconds_until_ready, serving
from tests.kills.test_kills import DEEDS, SHARES, copied
from tests.kills.work import attempts, untrue
from tests.thoroughness import either


def chosen(moments: list[str], share: int, one_in: int = 6) -> list[tuple[int, str]]:
    """The moments of a share: in `make test` one of so many, in a sweep all."""
    return list(enumerate(moments))[share :: SHARES * either(one_in, 1)]


def run(zygote: Zygote, folder: Path, *arguments: str, fatal: Point | None = None) -> int:
    """The exit code of a command that runs in a folder."""
    zygote.start(folder, *arguments, fatal=fatal)
    return zygote.end().status


def moments_of(zygote: Zygote, folder: Path, *arguments: str) -> list[str]:
    """Every moment that a command reaches in a folder of its own."""
    noted = folder.parent / f"{folder.name}.points"
    noted.unlink(missing_ok=True)
    assert run(zygote, folder, *arguments) == 0
    return list(dict.fromkeys(noted.read_text(encoding="utf-8").splitlines()))


def killed(zygote: Zygote, folder: Path, *arguments: str, at: str) -> None:
    assert run(zygote, folder, *arguments, fatal=Point(at)) < 0, f"it did not come to {at}"


def works(zygote: Zygote, root: Path) -> list[str]:
    """What is wrong with a workspace in which everything is asked for."""
    with serving(zygote, root):
        assert seconds_until_ready(zygote, root) is not None
        told = attempts(root, DEEDS)
    assert zygote.end().status == 0
    assert all(each.answer is not None for each in told)
    return untrue(root, told)


@pytest.mark.parametrize("share", range(SHARES))
def test_init_is_finished_by_a_second_one(zygote: Zygote, tmp_path: Path, share: int) -> None:
    dry = tmp_path / "dry"
    dry.mkdir()
    moments = moments_of(zygote, dry, "init", "ws")
    assert len(moments) > 10
    for number, moment in chosen(moments, share):
        folder = tmp_path / str(number)
        folder.mkdir()
        killed(zygote, folder, "init", "ws", at=moment)
        assert run(zygote, folder, "init", "ws") in (0, 2), moment  # 2: it was whole already
        assert works(zygote, folder / "ws") == [], moment
        shutil.rmtree(folder)


@pytest.mark.parametrize("share", range(SHARES))
def test_a_backup_that_was_killed_is_none(zygote: Zygote, template: Path, tmp_path: Path, share: int) -> None:
    root = copied(template, tmp_path / "full")
    assert works(zygote, root) == []
    moments = moments_of(zygote, root, "backup", str(tmp_path / "whole"))
    assert len(moments) > 10
    for number, moment in chosen(moments, share):
        target = tmp_path / f"backup-{number}"
        killed(zygote, root, "backup", str(target), at=moment)
        shutil.rmtree(target.with_name(f"{target.name}.part"), ignore_errors=True)
        if not target.exists():
            assert run(zygote, root, "backup", str(target)) == 0, moment
        restored = tmp_path / f"restored-{number}"
        assert run(zygote, tmp_path, "restore", str(target), str(restored)) == 1
        shutil.copytree(root / "var" / "keys", restored / "var" / "keys", dirs_exist_ok=True)
        assert run(zygote, tmp_path, "restore", str(target), str(restored)) == 0, moment
        assert works(zygote, restored) == [], moment
        for each in (target, restored):
            shutil.rmtree(each)


@pytest.mark.parametrize("share", range(SHARES))
def test_a_restore_that_was_killed_is_finished_by_a_second_one(
    zygote: Zygote, template: Path, tmp_path: Path, share: int
) -> None:
    root = copied(template, tmp_path / "full")
    assert works(zygote, root) == []
    backup = tmp_path / "backup"
    assert run(zygote, root, "backup", str(backup)) == 0
    dry = laid_out(zygote, tmp_path / "dry", root, backup)
    moments = moments_of(zygote, dry.parent, "restore", str(backup), str(dry))
    assert len(moments) > 10
    for number, moment in chosen(moments, share, one_in=20):
        restored = laid_out(zygote, tmp_path / str(number), root, backup)
        killed(zygote, restored.parent, "restore", str(backup), str(restored), at=moment)
        assert run(zygote, restored.parent, "restore", str(backup), str(restored)) in (0, 2), moment
        assert works(zygote, restored) == [], moment
        shutil.rmtree(restored.parent)


def laid_out(zygote: Zygote, folder: Path, root: Path, backup: Path) -> Path:
    """A folder with the files and the keys of a workspace, and no store yet."""
    folder.mkdir()
    assert run(zygote, folder, "restore", str(backup), str(folder / "ws")) == 1
    shutil.copytree(root / "var" / "keys", folder / "ws" / "var" / "keys", dirs_exist_ok=True)
    return folder / "ws"
