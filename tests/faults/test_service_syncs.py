"""A sync of the real service fails: it says so and stops, and has promised nothing that is not kept."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from gateway.service.around import real_surroundings
from gateway.service.starting import make
from tests.faults.events import Event, before
from tests.faults.order import early, early_by_token
from tests.faults.powerloss import images
from tests.faults.recording import Recording
from tests.faults.service import (
    CHECKOUT,
    SIGNED,
    Traceable,
    deeds,
    harmless,
    held,
    is_answer,
    message_of,
    token_of,
    wrong,
)
from tests.faults.tracing import needs_strace, read_calls
from tests.kills.work import Deed, attempts
from tests.thoroughness import Tell, either_of

STOPPED = 3
PREPARED = "ws/var/cache"  # what can be made anew
DEEDS = deeds(8, "sync", large_every=3)
# SQLite passes over a failed sync of its folder; the gateway has synced it before by itself
PASSED_OVER = ("fdatasync", "ws/var")
# when the last connection is closed SQLite copies its log, all of it synced before, and keeps it at a fault
COPIED_AT_THE_END = {("fdatasync", "ws/var/gateway.db"), ("fdatasync", "ws/var/gateway.db-wal")}


class Failed(NamedTuple):
    """A run in which a sync failed: how it ended, what it said, and what is wrong with it."""

    at: str  # the file whose sync failed; nothing where none did
    status: int
    said: str
    answered: int
    late: int  # answers that left after that
    lost: list[str]


def run(folder: Path, call: str, nth: int, fault: str) -> Failed:
    """The service, of which each thread has its n-th sync fail, and one client that waits for each answer."""
    folder.mkdir(exist_ok=True)
    root = folder / "kept" / "ws"
    root.parent.mkdir()
    make(root, real_surroundings())
    at_first = before(root.parent)
    with Traceable(folder, "serve", fault=fault, injected=_injected(call, nth)) as running:
        process = running.ready()
        answered = [] if process is None else until_unanswered(running.root, DEEDS)
        if len(answered) == len(DEEDS) and process is not None:
            os.kill(process, signal.SIGTERM)
        status = running.end()
    recording = Recording(folder / "calls", folder / "kept", at_first, CHECKOUT)
    failed = [each for each in read_calls(folder / "calls") if each.error == "EIO"]
    at = re.sub(r"\w{32}", "NAME", _path(failed[0].arguments)) if failed else ""
    promised = [event for event in recording.answers() if is_answer(event) and message_of(event.data)]
    late = [event for event in promised if failed and event.start > failed[0].start]
    lost = [f"an answer before {each.paths}" for each in early(recording, _promises, harmless)]
    lost += [f"{each.answer!r} was early" for each in early_by_token(recording, token_of, is_answer)]
    lost += held(root, set(answered))
    for image in images(recording, range(3), is_answer):
        lost += wrong(image, folder / "image")
    return Failed(at, status, "".join(running.lines), len(answered), len(late), lost)


def _injected(call: str, nth: int) -> list[str]:
    return ["-e", f"inject={call}:error=EIO:when={nth}"]


def until_unanswered(root: Path, wanted: Sequence[Deed]) -> list[str]:
    """Ask one after the other until one is not answered; the messages that are kept."""
    kept: list[str] = []
    for deed in wanted:
        (told,) = attempts(root, [deed])
        if told.answer is None:
            break
        kept.append(str(told.answer["message"]))
    return kept


def _path(arguments: str) -> str:
    written = "".join(re.findall(r"\\x([0-9a-f]{2})", arguments))
    return bytes.fromhex(written).decode().rpartition("/kept/")[2]


def _promises(event: Event) -> bool:
    return is_answer(event) and message_of(event.data) is not None


ONE_BY_ONE = [(call, nth) for call in ("fsync", "fdatasync") for nth in range(1, 21)]


@needs_strace
@pytest.mark.parametrize(("call", "nth"), either_of([("fsync", 4), ("fdatasync", 3)], ONE_BY_ONE))
def test_it_stops_at_a_failed_sync(call: str, nth: int, tmp_path: Path, tell: Tell) -> None:
    found = run(tmp_path, call, nth, "none")
    tell(f"{call} {nth}: {found.at or 'no such sync'}, ended with {found.status}")
    assert found.lost == []
    if (call, found.at) in {(call, ""), PASSED_OVER}:
        assert (found.status, found.answered) == (0, len(DEEDS))
    elif '"stopping"' not in found.said:
        assert found.status == STOPPED
        # one of an earlier commit may be on its way, and what is received waits for nothing of other threads
        assert found.late <= 1 or found.at.startswith((SIGNED, PREPARED))
        assert re.search("the gateway stops.*(log of the system|is kept)", found.said)


@needs_strace
@pytest.mark.parametrize(("call", "nth"), either_of([("fdatasync", 5)], ONE_BY_ONE))
def test_nothing_is_lost_at_a_failed_sync_of_a_checkpoint(
    call: str, nth: int, tmp_path: Path, tell: Tell
) -> None:
    """SQLite says nothing of it, and copies all of it again; the log keeps what it has not copied."""
    found = run(tmp_path, call, nth, "checkpoints-often")
    tell(f"{call} {nth} with checkpoints: {found.at or 'no such sync'}, ended with {found.status}")
    assert found.lost == []


@needs_strace
def test_a_failed_sync_that_is_ignored_is_found(tmp_path: Path) -> None:
    found = run(tmp_path, "fsync", 4, "doubt-ignored")
    assert found.status == 0
    assert found.late > 1
    assert found.lost


@needs_strace
@pytest.mark.parametrize(("call", "nth"), either_of([("fsync", 9)], [*ONE_BY_ONE, ("fsync", 30)]))
def test_a_workspace_whose_making_meets_a_failed_sync_is_made_whole_later(
    call: str, nth: int, tmp_path: Path, tell: Tell
) -> None:
    with Traceable(tmp_path, "init", injected=_injected(call, nth)) as running:
        status = running.end()
    failed = [each for each in read_calls(tmp_path / "calls") if each.error == "EIO"]
    at = _path(failed[0].arguments) if failed else ""
    tell(f"init, {call} {nth}: {at or 'no such sync'}, ended with {status}")
    if status == 0 and (call, at) in COPIED_AT_THE_END:
        assert (running.root / "var/gateway.db-wal").stat().st_size
    elif at and (call, at) != PASSED_OVER and not at.startswith("ws/partners/acorn"):
        assert status == STOPPED, running.lines
        assert re.search("did not confirm|cannot tell what is kept|log of the system", running.lines[-1])
        make(running.root, real_surroundings())
    assert held(running.root, set()) == []
