"""The disk of the real service is full: it refuses, keeps what it promised, lives, and goes on by itself."""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest

from gateway.errors import GatewayError, StorageFullError
from gateway.service.connection.client import ask
from gateway.service.connection.frames import Answer
from gateway.service.connection.local_socket import connected
from tests.faults.service import LARGE, SMALL, held
from tests.faults.small_disk import SIZE, needs_mount, small_disk
from tests.kills.services import Zygote, seconds_until_ready, serving
from tests.kills.work import Deed, receiving
from tests.processes import Starter
from tests.thoroughness import either_of

HUGE = 3_000_000  # bytes
LATER = 75  # the exit code of what may be tried again


@contextmanager
def workspace(zygote: Zygote, folder: Path, free: str) -> Iterator[Path]:
    """A workspace on a small disk, of which `free` is to stay free."""
    with small_disk(folder) as root:  # all of the disk: what the tests write stands elsewhere
        zygote.start(root, "init", str(root))
        assert zygote.end().status == 0
        set_limits(root, f"free_disk_bytes: {free}", "free_disk_percent: 0")
        yield root


def set_limits(root: Path, *settings: str) -> None:
    """Set what is commented out in the settings of a new workspace."""
    lines = (root / "gateway.yaml").read_text().splitlines()
    for setting in settings:
        name = f"#{setting.partition(':')[0]}:"
        (place,) = [at for at, line in enumerate(lines) if line.strip().startswith(name)]
        lines[place] = f"  {setting}"
    (root / "gateway.yaml").write_text("\n".join(lines) + "\n")


def told(root: Path, deed: Deed) -> Answer | GatewayError:
    """The answer to a command, or the fault that it was answered with."""
    link = connected(root / "var")
    assert link is not None, "the service is down"
    with link:
        try:
            return ask(link, deed.request, [deed.data])
        except GatewayError as error:
            return error


def until_refused(root: Path, name: str, size: int) -> tuple[set[str], StorageFullError]:
    """Send files until one is refused: the messages that are kept, and why."""
    kept: set[str] = set()
    for number in range(SIZE // size + 2000):
        answer = told(root, receiving(f"{name}-{number}-{size}", size))
        if isinstance(answer, GatewayError):
            assert isinstance(answer, StorageFullError), answer
            return kept, answer
        kept.add(str(answer["message"]))
    raise AssertionError("the disk was never full")


def ballast(folder: Path, leave: int = 0) -> Path:
    """A file that takes up what is free on the disk but for `leave` bytes."""
    path = folder / ".ballast"
    free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
    with path.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, free - leave)
    return path


def comes(path: Path) -> bool:
    """Whether a file comes to be within some seconds."""
    pause = Event()
    return any(path.exists() or pause.wait(0.02) for _ in range(500))


def stopped(zygote: Zygote, process: int) -> None:
    os.kill(process, signal.SIGTERM)
    assert zygote.end().status == 0


def log_of(root: Path) -> str:
    return (root.parent / f"{root.name}.log").read_text()


@needs_mount
def test_it_refuses_and_goes_on_when_there_is_room(
    zygote: Zygote, tmp_path: Path, processes: Starter
) -> None:
    with workspace(zygote, tmp_path / "small", "1 MiB") as root:
        weight = ballast(root, leave=8 << 20)
        with serving(zygote, root) as process:
            assert seconds_until_ready(zygote, root) is not None
            assert (root / "var/reserve").stat().st_size == SIZE // 64
            large, why = until_refused(root, "large", 300_000)
            small, _ = until_refused(root, "small", SMALL)
            assert len(large) > 10
            assert "stay free by the settings" in str(why)
            people, program = (
                processes.gateway("receive", "-", "--channel", "acorn", *more, folder=root)
                for more in ([], ["--json"])
            )
            status = processes.gateway("status", "--json", folder=root)
            for each in (people, program):
                each.end_input()
                assert each.wait() == LATER
            assert people.out == ""
            assert people.err.startswith("gateway: There is no room for ")
            assert "Nothing was kept and nothing was promised. Make room" in people.err
            assert "Make room" in json.loads(program.err)["error"]["message"]
            assert status.wait() == 0
            assert json.loads(status.out)["messages"] == len(large | small)
            weight.unlink()
            again = told(root, receiving(f"again-0-{LARGE}", LARGE))
            assert not isinstance(again, GatewayError)
            stopped(zygote, process)
        assert held(root, {*large, *small, str(again["message"])}) == []
        events = re.findall('"event": "(disk-full|disk-has-room)"', log_of(root))
        # once until there is room; a file that was refused may leave room for smaller ones
        episodes = events[::2]
        assert episodes
        assert set(episodes) == {"disk-full"}
        assert set(events[1::2]) <= {"disk-has-room"}


@needs_mount
@pytest.mark.parametrize("size", either_of([SMALL, HUGE], [SMALL, 20_000, LARGE, 300_000, HUGE]))
def test_a_disk_that_is_full_in_the_middle_keeps_what_it_promised(
    zygote: Zygote, tmp_path: Path, size: int
) -> None:
    """Nothing is left free by the settings, so that a commit, or a file of the vault, finds no room."""
    with workspace(zygote, tmp_path / "small", "0 B") as root:
        weight = ballast(root, leave=2 << 20)
        with serving(zygote, root) as process:
            assert seconds_until_ready(zygote, root) is not None
            kept, why = until_refused(root, "filling", size)
            assert "Nothing was kept" in str(why)
            # whatever is left of the disk goes, and the reserve with it
            more, _ = until_refused(root, "tiny", 40)
            assert not (root / "var/reserve").exists()
            weight.unlink()
            again = told(root, receiving(f"again-0-{LARGE}", LARGE))
            assert not isinstance(again, GatewayError)
            assert comes(root / "var/reserve")
            stopped(zygote, process)
        assert held(root, {*kept, *more, str(again["message"])}) == []
        assert list((root / "var/vault").rglob("*.part")) == []


@needs_mount
def test_it_starts_on_a_full_disk_by_its_reserve(zygote: Zygote, tmp_path: Path) -> None:
    with workspace(zygote, tmp_path / "small", "1 MiB") as root:
        with serving(zygote, root) as process:
            assert seconds_until_ready(zygote, root) is not None
            first = told(root, receiving(f"first-0-{LARGE}", LARGE))
            assert not isinstance(first, GatewayError)
            stopped(zygote, process)
        weight = ballast(root)
        with serving(zygote, root) as process:
            assert seconds_until_ready(zygote, root) is not None, log_of(root)
            assert isinstance(told(root, receiving(f"second-0-{SMALL}", SMALL)), StorageFullError)
            weight.unlink()
            second = told(root, receiving(f"second-0-{SMALL}", SMALL))
            assert not isinstance(second, GatewayError)
            stopped(zygote, process)
        assert held(root, {str(first["message"]), str(second["message"])}) == []
        # without any room it says so, and whether it starts is settled when there is some
        (root / "var/reserve").unlink(missing_ok=True)
        weight = ballast(root)
        with serving(zygote, root) as process:
            if seconds_until_ready(zygote, root) is None:
                assert zygote.end().status == LATER
                assert "the disk of the database is full; make room" in log_of(root).splitlines()[-1]
            else:
                stopped(zygote, process)
        weight.unlink()
        with serving(zygote, root) as process:
            assert seconds_until_ready(zygote, root) is not None
            stopped(zygote, process)


@needs_mount
def test_a_service_that_keeps_nothing_and_says_it_does_is_found(zygote: Zygote, tmp_path: Path) -> None:
    with workspace(zygote, tmp_path / "small", "0 B") as root:
        ballast(root, leave=1 << 20)
        with serving(zygote, root, fault="full-ignored") as process:
            assert seconds_until_ready(zygote, root) is not None
            answers = [told(root, receiving(f"lost-{number}-300000", 300_000)) for number in range(5)]
            stopped(zygote, process)
        (root / ".ballast").unlink()
        kept = {str(answer["message"]) for answer in answers if not isinstance(answer, GatewayError)}
        assert any("There is no message" in each for each in held(root, kept))


@pytest.mark.one_in(2)
@needs_mount
@pytest.mark.parametrize("free", either_of([0, 64 << 10], range(0, 320 << 10, 8 << 10)))
def test_a_workspace_that_finds_no_room_is_made_whole_later(
    zygote: Zygote, tmp_path: Path, free: int
) -> None:
    with small_disk(tmp_path / "small") as root:
        weight = ballast(root, leave=free)
        zygote.start(root, "init", str(root))
        assert zygote.end().status == LATER, log_of(root)
        assert "no room" in log_of(root) or "full" in log_of(root)
        weight.unlink()
        zygote.start(root, "init", str(root))
        assert zygote.end().status == 0, log_of(root)
        assert held(root, set()) == []
