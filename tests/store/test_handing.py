"""Checkpoints are handed to places outside in their order, and what witnesses answer is kept."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from gateway.errors import StorageDoubtError, StoreError, TamperedError
from gateway.ledger.proof import parse_consistency_proof
from gateway.store.disk import Disk
from gateway.store.queue.leased_table import StepQueue
from gateway.store.queue.steps import Leased, NewStep
from gateway.store.receiving import Arrival
from gateway.store.signing.handing import HAND, HandingOver
from gateway.store.signing.signer import Signer
from gateway.store.store import Store, make_store, open_store
from gateway.store.surroundings import SystemClock, SystemRandomness
from gateway.store.tables import Alert, Step, Witnessed
from gateway.store.witnesses.folder import run as run_witness
from gateway.store.witnesses.places import CommandPlace, FolderPlace, Place
from tests.store.stores import ME, new_parts

SEED = b"the seed of a key, of 32 letters"


class Gateway:
    """A store whose checkpoints are handed to some places; steps are worked by hand."""

    def __init__(self, store: Store, places: Sequence[Place]) -> None:
        self.store = store
        self.signer = Signer(store, SEED)
        self.handing = HandingOver(store, self.signer, places, StepQueue())

    def fire(self) -> list[Leased]:
        """What the schedule does; the steps that it enqueued, in their order."""
        before = {step.id for step in self.steps()}
        self.store.writer.do(self.handing.make(leased(NewStep("make-checkpoint"), 0)))
        return [step for step in self.steps() if step.id not in before]

    def hand(self, steps: Sequence[Leased]) -> None:
        for step in steps:
            self.store.writer.do(self.handing.hand(step))

    def receive(self, count: int = 1) -> None:
        for number in range(count):
            self.store.intake.receive(Arrival("amazon", ME, "amazon", f"{number}.edi"), [b"ISA*00"])

    def steps(self) -> list[Leased]:
        with self.store.database.reading() as connection:
            rows = connection.execute(
                select(col(Step.n), col(Step.kind), col(Step.body)).order_by(col(Step.n))
            ).all()
        return [leased(NewStep(row.kind, json.loads(row.body)), row.n) for row in rows if row.kind == HAND]

    def witnessed(self) -> list[tuple[int, str]]:
        wanted = select(col(Witnessed.size), col(Witnessed.outcome)).order_by(col(Witnessed.id))
        with self.store.database.reading() as connection:
            return [(row.size, row.outcome) for row in connection.execute(wanted)]


def _never(doubt: StorageDoubtError) -> None:
    raise AssertionError(doubt)


def leased(step: NewStep, n: int) -> Leased:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    return Leased(n, str(n), step.kind, step.body, None, None, 0, now, None, 0, 0, 0, 1)


def test_a_witness_follows_the_log_by_what_the_folder_holds(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "handed"
    folder.mkdir()
    gateway = Gateway(store, [FolderPlace(folder, Disk())])
    sizes = []
    for _ in range(3):
        gateway.receive(7)
        steps = gateway.fire()
        gateway.hand(steps)
        sizes.append(steps[0].body["size"])
    report = run_witness(
        folder, tmp_path / "memory", disk=Disk(), clock=SystemClock(), randomness=SystemRandomness()
    )
    assert report.exit_code == 0
    assert [each.standing.value for each in report.judged] == ["first seen", "grown", "grown"]
    assert gateway.fire() == []
    assert sorted(gateway.witnessed()[3:]) == sorted(
        [(0, "witness-key"), *((size, "countersigned") for size in sizes)]
    )
    gateway.fire()
    assert len(gateway.witnessed()) == 7


def test_the_same_checkpoint_is_handed_once_a_day_and_leaves_the_file(store: Store, tmp_path: Path) -> None:
    gateway = Gateway(store, [FolderPlace(tmp_path, Disk())])
    steps = gateway.fire()
    gateway.hand(steps)
    (path,) = (tmp_path / "epoch-1").glob("0*")
    before = path.read_bytes()
    assert gateway.fire() == []
    gateway.hand(steps)
    assert path.read_bytes() == before


def test_a_late_step_does_not_set_a_place_back(store: Store, tmp_path: Path) -> None:
    gateway = Gateway(store, [FolderPlace(tmp_path, Disk())])
    late = gateway.fire()
    gateway.receive(3)
    gateway.hand(gateway.fire())
    gateway.hand(late)
    (path,) = (tmp_path / "epoch-1").glob("0*")
    assert parse_consistency_proof(path.read_bytes()).old == 0
    assert len(gateway.witnessed()) == 1


def test_a_folder_that_is_away_is_tried_again_and_people_are_told(store: Store, tmp_path: Path) -> None:
    gateway = Gateway(store, [FolderPlace(tmp_path / "away", Disk())])
    steps = gateway.fire()
    with pytest.raises(StoreError, match="is not there"):
        gateway.hand(steps)
    with store.database.reading() as connection:
        assert connection.execute(select(col(Alert.code))).scalars().all() == ["witness-failed"]
    (tmp_path / "away").mkdir()
    gateway.hand(steps)
    assert [outcome for _, outcome in gateway.witnessed()] == ["handed"]


def test_another_key_in_the_folder_is_left_alone_and_told(store: Store, tmp_path: Path) -> None:
    (tmp_path / "epoch-1").mkdir()
    (tmp_path / "epoch-1" / "log.vkey").write_text("another\n", encoding="ascii")
    gateway = Gateway(store, [FolderPlace(tmp_path, Disk())])
    with pytest.raises(TamperedError, match="another key"):
        gateway.hand(gateway.fire())


def test_another_history_in_the_folder_is_not_mixed_with_ours_and_people_are_told(
    tmp_path: Path, store: Store
) -> None:
    """Two stores of one name and key, as when one backup is restored twice without another epoch."""
    folder = tmp_path / "handed"
    folder.mkdir()
    (tmp_path / "other").mkdir()
    parts = new_parts(tmp_path / "other")
    make_store(parts, ME)
    with closing(open_store(parts, _never)) as other:
        theirs = Gateway(other, [FolderPlace(folder, Disk())])
        theirs.receive(5)
        theirs.hand(theirs.fire())
    before = sorted(path.name for path in folder.rglob("*"))
    ours = Gateway(store, [FolderPlace(folder, Disk())])
    steps = ours.fire()
    with pytest.raises(TamperedError, match="which this store did not sign"):
        ours.hand(steps)
    with store.database.reading() as connection:
        assert connection.execute(select(col(Alert.code))).scalars().all() == ["witness-failed"]
    assert sorted(path.name for path in folder.rglob("*")) == before
    assert ours.witnessed() == []


def test_a_folder_whose_newest_checkpoint_was_exchanged_is_refused(store: Store, tmp_path: Path) -> None:
    gateway = Gateway(store, [FolderPlace(tmp_path, Disk())])
    gateway.hand(gateway.fire())
    (path,) = (tmp_path / "epoch-1").glob("0*")
    proof = parse_consistency_proof(path.read_bytes())
    size = proof.checkpoint.decode().split("\n")[1]
    path.write_bytes(path.read_bytes().replace(f"\n{size}\n".encode(), f"\n{size}1\n".encode()))
    gateway.receive()
    with pytest.raises(TamperedError, match="which this store did not sign"):
        gateway.hand(gateway.fire())


def test_an_answer_that_nobody_signed_is_not_kept(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "handed"
    folder.mkdir()
    gateway = Gateway(store, [FolderPlace(folder, Disk())])
    gateway.hand(gateway.fire())
    run_witness(folder, tmp_path / "memory", disk=Disk(), clock=SystemClock(), randomness=SystemRandomness())
    (answer,) = (folder / "epoch-1").glob("*.cosigned")
    answer.write_bytes(answer.read_bytes().replace(b"\n", b"\nA line more\n", 1))
    gateway.fire()
    assert "countersigned" not in [outcome for _, outcome in gateway.witnessed()]
    with store.database.reading() as connection:
        assert connection.execute(select(col(Alert.code))).scalars().all() == ["witness-failed"]


def command(tmp_path: Path, program: str, seconds: float = 30.0) -> CommandPlace:
    return CommandPlace((sys.executable, "-c", program), tmp_path, {}, SystemClock(), seconds)


def test_a_program_gets_proof_and_checkpoint_and_what_it_says_is_kept(store: Store, tmp_path: Path) -> None:
    program = "import sys; data = sys.stdin.read(); open('got', 'w').write(data); print('thanks')"
    gateway = Gateway(store, [command(tmp_path, program)])
    gateway.hand(gateway.fire())
    got = parse_consistency_proof((tmp_path / "got").read_bytes())
    assert got.old == 0
    assert got.checkpoint == gateway.signer.make().note
    with store.database.reading() as connection:
        assert connection.execute(select(col(Witnessed.answer))).scalar_one() == b"thanks\n"


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("import sys; print('I am full'); sys.exit(4)", "ended with 4: I am full"),
        ("raise SystemExit(4)", "ended with 4$"),
        ("import time; time.sleep(60)", "was killed$"),
    ],
)
def test_a_program_that_fails_or_does_not_end_is_told(
    store: Store, tmp_path: Path, program: str, why: str
) -> None:
    gateway = Gateway(store, [command(tmp_path, program, seconds=2.0)])
    with pytest.raises(StoreError, match=why):
        gateway.hand(gateway.fire())
    assert gateway.witnessed() == []
