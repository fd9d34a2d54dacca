"""A running folder exchange is killed at its moments and at random: nothing is lost or comes twice."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from gateway.service.connection.frames import Request
from tests.kills.books import amiss
from tests.kills.points import Point
from tests.kills.services import READY_WITHIN, Zygote, seconds_until_ready, serving
from tests.kills.trading import Peers, trade, trading_partners
from tests.kills.work import Deed, attempts
from tests.thoroughness import TIMES, Tell, a_share, either

SEED = int(os.environ.get("GATEWAY_SEED", "850"))
SHARES = 2  # so that processes of the test run can take one each
MOST_TIMES = 3  # in a sweep: the first, second and third time that a moment is reached
BUSY = 4  # files that the other side waits for at any time
PATIENCE = 60.0  # seconds
MOST_TAKEN = 9  # files that the other side takes before a kill at random
LONGEST_DELAY = 0.08  # seconds from the last of them to the kill
OTHERS = (
    "Database.reading",
    "Signer",
    "write_signed",
    "Schedules",
)  # which change nothing, or are no part of it
TAKEN_UP = "commit of Workers._end.ended with TakingUp.work.written"
KNOWN = "commit of Workers._end.ended with Delivering.work.ended"  # to be handed over
STEPS = (
    "move in Incoming._claim_one",  # claimed
    "commit of Intake.begin",  # kept
    "move in move_beside",  # archived
    TAKEN_UP,
    "link_in in Outgoing._stage",  # staged
    "move in Outgoing._hand_over",  # handed over
    KNOWN,
    "replace_in in Replying.reply",  # replied
)


@pytest.fixture(scope="module")
def partners(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with both partners that nobody has used."""
    root = Path(shutil.copytree(template, tmp_path_factory.mktemp("trading") / "ws"))
    trading_partners(root)
    return root


def copied(partners: Path, folder: Path) -> Peers:
    return Peers(Path(shutil.copytree(partners, folder / "ws")))


def settled(zygote: Zygote, peers: Peers, fault: str = "none") -> list[str]:
    """Let a service bring all to its end; what is amiss then."""
    with serving(zygote, peers.root, fault=fault):
        ready = seconds_until_ready(zygote, peers.root)
        assert ready is not None
        assert ready < READY_WITHIN
        trade(peers, lambda: _is_settled(peers), PATIENCE if fault == "none" else 5.0)
    assert zygote.end().status == 0
    return amiss(peers)


def _is_settled(peers: Peers) -> bool:
    put_back(peers.root)
    return peers.is_settled


def takes(peers: Peers, files: int) -> None:
    """Let them trade until so many more files were taken."""
    until = len(peers.taken) + files
    assert trade(peers, lambda: len(peers.taken) >= until, PATIENCE, busy=2 * BUSY)


def put_back(root: Path) -> None:
    """Do what people do for a step that was in hand at three kills, for which it was parked."""
    with closing(sqlite3.connect(f"file:{root}/var/gateway.db?mode=ro", uri=True)) as connection:
        parked = [step for (step,) in connection.execute("SELECT id FROM step WHERE state = 'parked'")]
    attempts(root, [Deed(Request("put-back", {"step": step})) for step in parked])


def named_moments(zygote: Zygote, peers: Peers) -> list[str]:
    """Every moment that the exchange reaches between start and stop, in a run in which nothing happens."""
    noted = peers.root.parent / f"{peers.root.name}.points"
    with serving(zygote, peers.root):
        assert seconds_until_ready(zygote, peers.root) is not None
        at_first = len(noted.read_text(encoding="utf-8").splitlines())
        for _ in range(2 * BUSY):
            peers.order()
        assert trade(peers, lambda: peers.is_settled, PATIENCE)
        moments = noted.read_text(encoding="utf-8").splitlines()[at_first:]
    assert zygote.end().status == 0
    assert amiss(peers) == []
    return [each for each in dict.fromkeys(moments) if not any(other in each for other in OTHERS)]


def killed_at(zygote: Zygote, peers: Peers, points: Sequence[Point], fault: str = "none") -> None:
    """Kill a service at each of these moments, one start after the other, while they trade."""
    for point in points:
        with serving(zygote, peers.root, point, fault):
            if seconds_until_ready(zygote, peers.root) is not None:
                put_back(peers.root)
            came = trade(peers, lambda: zygote.has_ended, PATIENCE, busy=BUSY)
            assert came, f"the service did not come to {point}"
        assert zygote.end().killed, point


@pytest.mark.parametrize("share", range(SHARES))
def test_it_dies_at_each_moment_and_goes_on(
    zygote: Zygote, partners: Path, tmp_path: Path, share: int, tell: Tell
) -> None:
    moments = named_moments(zygote, copied(partners, tmp_path / "dry"))
    assert {f"{when} {step}" for when in ("before", "after") for step in STEPS} <= {*moments}
    points = [Point(moment, time) for time in range(1, 1 + min(TIMES, MOST_TIMES)) for moment in moments]
    mine = a_share(points[share::SHARES])
    together = either(len(mine), 1)  # kills of one workspace before it is looked at
    for first in range(0, len(mine), together):
        killed = mine[first : first + together]
        peers = copied(partners, tmp_path / str(first))
        killed_at(zygote, peers, killed)
        found = settled(zygote, peers)
        assert not found, "\n".join([*found, f"{killed}"])
        shutil.rmtree(peers.root)
    tell(f"killed at {len(mine)} moments")


def test_it_dies_at_random_and_goes_on(zygote: Zygote, partners: Path, tmp_path: Path, tell: Tell) -> None:
    kills = either(8, 500)
    peers, choose = copied(partners, tmp_path), random.Random(SEED)
    for _ in range(kills):
        with serving(zygote, peers.root) as process:
            assert seconds_until_ready(zygote, peers.root) is not None
            put_back(peers.root)
            takes(peers, choose.randrange(MOST_TAKEN))
            trade(peers, lambda: False, choose.uniform(0, LONGEST_DELAY), busy=2 * BUSY)
            os.kill(process, signal.SIGKILL)
        assert zygote.end().killed
    found = settled(zygote, peers)
    orders = len(peers.expected().interchanges)
    tell(f"{kills} kills among {orders} orders and {len(peers.taken)} files taken; seed {SEED}")
    assert orders >= kills
    assert not found, "\n".join(found)


def test_a_step_that_was_in_hand_at_three_kills_is_worked_when_it_is_put_back(
    zygote: Zygote, partners: Path, tmp_path: Path
) -> None:
    peers = copied(partners, tmp_path)
    killed_at(zygote, peers, [Point(f"before {TAKEN_UP}")] * 3)
    found = settled(zygote, peers)
    assert not found, "\n".join(found)


def test_what_was_delivered_before_a_kill_is_sent_again_when_it_is_wanted(
    zygote: Zygote, partners: Path, tmp_path: Path
) -> None:
    peers = copied(partners, tmp_path)
    killed_at(zygote, peers, [Point(f"after {KNOWN}")])
    with serving(zygote, peers.root):
        assert seconds_until_ready(zygote, peers.root) is not None
        assert trade(peers, lambda: peers.is_settled, PATIENCE)
        first = {each.name: each.data for each in peers.taken if each.name.startswith("997-000000001")}
        peers.repeat(1)
        assert trade(peers, lambda: peers.is_settled, PATIENCE)
    assert zygote.end().status == 0
    assert [each.data for each in peers.taken if each.name in first] == [*first.values()] * 2
    assert amiss(peers) == []


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("fault", "moment", "words"),
    [
        ("delivered-unmarked", "after move in Outgoing._hand_over", "delivered 2 times instead of 1"),
        ("archived-early", "before commit of Intake.begin", "delivered 0 times instead of 1"),
    ],
)
def test_a_planted_fault_is_found(
    fault: str, moment: str, words: str, zygote: Zygote, partners: Path, tmp_path: Path
) -> None:
    peers = copied(partners, tmp_path)
    killed_at(zygote, peers, [Point(moment, 2)] * 2, fault)
    found = settled(zygote, peers, fault)
    assert any(words in each for each in found), found
