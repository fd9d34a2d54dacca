"""Killed at random while many processes send, the service loses nothing and doubles nothing."""

from __future__ import annotations

import itertools
import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.kills.clients import file_of
from tests.kills.services import DEADLINE, READY_WITHIN, ROOT, Zygote, seconds_until_ready, serving
from tests.kills.work import Told, untrue
from tests.thoroughness import Tell, either

CLIENTS = 32
FILES_BETWEEN_KILLS = 16
SEED = int(os.environ.get("GATEWAY_SEED", "850"))


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    started = Zygote()
    yield started
    started.close()


class Ran(NamedTuple):
    """What came of it: the answers, how many to a repeated key, the longest start in seconds, and faults."""

    told: list[Told]
    again: int
    slowest: float
    untrue: list[str]


def run(zygote: Zygote, root: Path, kills: int, fault: str = "none") -> Ran:
    """Kill the service so many times while 32 processes send files, each until it is answered."""
    root.mkdir()
    zygote.start(root, "init", str(root))
    assert zygote.end().status == 0
    files = kills * FILES_BETWEEN_KILLS // CLIENTS + 1
    command = [sys.executable, "-m", "tests.kills.clients", str(root), str(CLIENTS), str(files)]
    choose = random.Random(SEED)
    answers, slowest = [], 0.0
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as clients:
        assert clients.stdout is not None
        for left in range(kills, -1, -1):
            with serving(zygote, root, fault=fault) as process:
                ready = seconds_until_ready(zygote, root)
                assert ready is not None
                slowest = max(slowest, ready)
                until = choose.randrange(1, 2 * FILES_BETWEEN_KILLS) if left else CLIENTS * files
                answers += [json.loads(line) for line in itertools.islice(clients.stdout, until)]
                if left:
                    os.kill(process, signal.SIGKILL)
            assert zygote.end().killed == bool(left)
        assert clients.wait(DEADLINE) == 0
    told = [Told(file_of(answer["process"], answer["number"]), answer) for answer in answers]
    assert len(told) == CLIENTS * files
    return Ran(told, sum(answer["again"] for answer in answers), slowest, untrue(root, told))


def test_nothing_is_lost_or_doubled(zygote: Zygote, tmp_path: Path, tell: Tell) -> None:
    kills = either(10, 500)
    ran = run(zygote, tmp_path / "ws", kills)
    tell(
        f"{kills} kills among {len(ran.told)} answers, {ran.again} of them to a repeated key; "
        f"ready after {ran.slowest:.1f} s at most; seed {SEED} (GATEWAY_SEED)"
    )
    assert ran.untrue == []
    assert ran.slowest < READY_WITHIN
    assert len({each.answer["message"] for each in ran.told if each.answer is not None}) == len(ran.told)


@pytest.mark.one_in(2)
@pytest.mark.parametrize(("fault", "words"), [("answers-early", "acknowledged"), ("keys-ignored", "times")])
def test_a_planted_fault_is_found(fault: str, words: str, zygote: Zygote, tmp_path: Path) -> None:
    ran = run(zygote, tmp_path / "ws", 3, fault)
    assert any(words in each for each in ran.untrue)
