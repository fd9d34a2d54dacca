"""The witness: what it countersigns, what it refuses, and that it remembers before it answers."""

from __future__ import annotations

import random
import stat
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.errors import StorageFullError, StoreBusyError, TamperedError, UsageError
from gateway.ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from gateway.ledger.notes import COSIGNATURE, SigningKey, VerifierKey, open_note
from gateway.ledger.proof import ConsistencyProof
from gateway.ledger.tree import Frontier, Place, consistency_proof, leaf_hashes
from gateway.ledger.witness import Epoch, Standing, judge
from gateway.store.disk import Disk
from gateway.store.witnesses.folder import WitnessReport, run
from gateway.store.witnesses.memory import default_memory, opened_memory
from tests.clocks import FakeClock, SeededRandomness

RENAMES = 9  # of a first run over two checkpoints: three keys, then memory, copy and answer of each
LOG = "edi.example.org/ledger"


class Log:
    """A log of a gateway, with its key; `text` makes the leaves differ from those of another."""

    def __init__(self, epoch: int = 1, seed: int = 7, text: str = "leaf", name: str = LOG) -> None:
        self.epoch = epoch
        self.key = SigningKey(f"{name}/epoch-{epoch}", bytes((seed,)) * 32)
        self.leaves = [f"{text} {number}".encode() for number in range(200)]

    def subtrees(self, places: Sequence[Place]) -> list[bytes]:
        spans = [self.leaves[index << level : (index + 1) << level] for level, index in places]
        return [Frontier().extended(leaf_hashes(span))[0].root for span in spans]

    def checkpoint(self, size: int) -> Checkpoint:
        return Checkpoint(self.key.name, size, Frontier().extended(leaf_hashes(self.leaves[:size]))[0].root)

    def body(self, size: int, old: int = 0) -> bytes:
        hashes = consistency_proof(old, size, self.subtrees)
        return ConsistencyProof(old, hashes, sign_checkpoint(self.checkpoint(size), self.key)).data

    def rewritten(self, at: int) -> Log:
        """The log of somebody who has the key and changed one entry."""
        other = Log(self.epoch)
        other.key = self.key
        other.leaves[at] = b"another price"
        return other


class Auditor:
    """The folder where checkpoints are handed over, and a witness with its memory."""

    def __init__(self, folder: Path) -> None:
        self.directory, self.memory = folder / "handed", folder / "memory"
        self.directory.mkdir()
        self.clock = FakeClock(tick=timedelta(seconds=1))

    def hand(self, log: Log, size: int, old: int = 0, name: str = "") -> Path:
        return self.put(log.epoch, name or f"{size:020d}", log.body(size, old), log)

    def put(self, epoch: int, name: str, content: bytes, log: Log | None = None) -> Path:
        place = self.directory / f"epoch-{epoch}"
        place.mkdir(exist_ok=True)
        if log and not (place / "log.vkey").exists():
            (place / "log.vkey").write_text(log.key.verifier.text + "\n", encoding="ascii")
        (place / name).write_bytes(content)
        return place / name

    def run(
        self,
        disk: Disk | None = None,
        key: str | None = None,
        name: str | None = None,
        accept_epoch: int | None = None,
        answers: Path | None = None,
    ) -> WitnessReport:
        return run(
            self.directory,
            self.memory,
            disk=disk or Disk(),
            clock=self.clock,
            randomness=SeededRandomness(1),
            answers=answers,
            key=key,
            name=name,
            accept_epoch=accept_epoch,
        )

    def answers(self) -> Mapping[str, bytes]:
        found = self.directory.rglob("*.cosigned")
        return {str(path.relative_to(self.directory)): path.read_bytes() for path in found}


def standings(report: WitnessReport) -> dict[str, str]:
    return {one.file: one.standing.value for one in report.judged}


@pytest.fixture
def auditor(tmp_path: Path) -> Auditor:
    return Auditor(tmp_path)


@pytest.fixture
def log() -> Log:
    return Log()


def names(*sizes: int, epoch: int = 1) -> list[str]:
    return [f"epoch-{epoch}/{size:020d}" for size in sizes]


def test_a_log_that_only_grows_is_countersigned_from_checkpoint_to_checkpoint(
    auditor: Auditor, log: Log
) -> None:
    for size, old in ((3, 0), (8, 3), (64, 8), (65, 64), (199, 65)):
        auditor.hand(log, size, old)
    report = auditor.run()
    assert report.exit_code == 0
    assert standings(report) == dict(
        zip(names(3, 8, 64, 65, 199), ["first seen", "grown", "grown", "grown", "grown"], strict=True)
    )
    witness = VerifierKey.from_text(report.witness)
    assert witness.kind == COSIGNATURE
    for name, answer in auditor.answers().items():
        opened = open_note(answer, (log.key.verifier, witness))
        assert [one.key for one in opened.verified] == [log.key.verifier, witness]
        assert (opened.verified[1].timestamp or 0) > 1_795_000_000
        assert f"{open_checkpoint(answer, log.key.verifier).size:020d}.cosigned" == name.rpartition("/")[2]
    assert len(auditor.answers()) == 5


def test_what_was_seen_is_answered_as_it_was_then(auditor: Auditor, log: Log) -> None:
    auditor.hand(log, 3)
    auditor.run()
    before = auditor.answers()
    for path in auditor.directory.rglob("*.cosigned"):
        path.unlink()
    report = auditor.run()
    assert (report.exit_code, report.judged, report.unchanged) == (0, (), 1)
    assert auditor.answers() == before


def test_the_key_of_the_log_is_pinned_on_first_use_and_said_so(auditor: Auditor, log: Log) -> None:
    auditor.hand(log, 3)
    first, second = auditor.run(), auditor.run()
    assert first.newly_pinned == first.keys == (log.key.verifier.text,)
    assert (second.newly_pinned, second.keys) == ((), first.keys)


def test_a_key_that_was_given_is_believed_and_the_folder_is_not(auditor: Auditor, log: Log) -> None:
    stranger = Log(seed=9)
    auditor.hand(stranger, 3)
    report = auditor.run(key=log.key.verifier.text)
    assert report.newly_pinned == ()
    assert standings(report) == {names(3)[0]: "other key"}
    assert report.exit_code == 1
    with pytest.raises(UsageError, match="not the pinned one"):
        auditor.run(key=stranger.key.verifier.text)


def test_a_log_that_was_set_back_is_refused(auditor: Auditor, log: Log) -> None:
    auditor.hand(log, 50)
    auditor.run()
    auditor.hand(log, 40)
    report = auditor.run()
    assert standings(report) == {names(40)[0]: "rolled back"}
    assert "50 entries already" in report.judged[0].words
    assert report.exit_code == 1
    assert names(40)[0] + ".cosigned" not in auditor.answers()


def test_a_log_that_was_set_back_and_went_on_is_refused(auditor: Auditor, log: Log) -> None:
    auditor.hand(log, 40)
    auditor.hand(log, 50, 40)
    auditor.run()
    auditor.hand(log.rewritten(45), 60, 40)
    assert standings(auditor.run()) == {names(60)[0]: "not proven"}


def test_the_newest_checkpoint_may_not_disappear(auditor: Auditor, log: Log) -> None:
    auditor.hand(log, 40)
    newest = auditor.hand(log, 50, 40)
    auditor.run()
    newest.unlink()
    report = auditor.run()
    assert (standings(report), report.exit_code) == ({names(50)[0]: "withheld"}, 1)


@pytest.mark.parametrize("at", [0, 20, 39])
def test_a_past_rewritten_and_signed_with_the_stolen_key_is_found(
    auditor: Auditor, log: Log, at: int
) -> None:
    auditor.hand(log, 40)
    auditor.run()
    before = auditor.answers()
    thief = log.rewritten(at)
    auditor.hand(thief, 40)
    auditor.hand(thief, 60, 40)
    report = auditor.run()
    assert standings(report) == dict.fromkeys(names(40, 60), "forked")
    assert report.exit_code == 1
    assert auditor.answers() == before


def test_a_witness_without_a_memory_cannot_find_it(tmp_path: Path, log: Log) -> None:
    auditor = Auditor(tmp_path)
    auditor.hand(log.rewritten(20), 60)
    assert standings(auditor.run()) == {names(60)[0]: "first seen"}


def test_many_rewritten_rolled_back_and_honest_logs_are_told_apart(log: Log) -> None:
    chance = random.Random(20261123)
    for _ in range(150):
        old = chance.randrange(1, 150)
        new = chance.randrange(old + 1, 200)
        remembered = Epoch(log.key.verifier, log.checkpoint(old), ended=False)
        seen = {old: log.checkpoint(old)}.get
        thief = log.rewritten(chance.randrange(old))
        assert judge(log.body(new, old), remembered, seen).standing is Standing.GROWN
        assert judge(thief.body(new, old), remembered, seen).standing is Standing.FORKED
        assert judge(thief.body(old), remembered, seen).standing is Standing.FORKED
        honest_proof = consistency_proof(old, new, log.subtrees)
        note = sign_checkpoint(thief.checkpoint(new), log.key)
        mixed = ConsistencyProof(old, honest_proof, note).data
        assert judge(mixed, remembered, seen).standing is Standing.FORKED
        if old > 1:
            smaller = log.body(chance.randrange(1, old))
            assert judge(smaller, remembered, seen).standing is Standing.ROLLED_BACK


def test_a_missing_link_is_asked_for_and_a_proof_on_request_closes_the_gap(
    auditor: Auditor, log: Log
) -> None:
    auditor.hand(log, 10)
    auditor.run()
    auditor.hand(log, 30, 20)
    report = auditor.run()
    assert standings(report) == {names(30)[0]: "not proven"}
    assert "a proof from 10 to 30" in report.judged[0].words
    name = f"{30:020d}-from-{10:020d}"
    auditor.hand(log, 30, 10, name)
    report = auditor.run()
    assert (report.exit_code, standings(report)) == (0, {f"epoch-1/{name}": "grown"})


def test_other_keys_and_missing_signatures_are_refused(auditor: Auditor, log: Log) -> None:
    auditor.hand(log, 10)
    auditor.run()
    stranger = Log(seed=9)
    auditor.hand(stranger, 20, 10)
    body = log.body(30, 10)
    unsigned = body[: body.index("— ".encode())] + b"\xe2\x80\x94 somebody AAAAAAAA\n"
    auditor.put(1, f"{30:020d}", unsigned)
    auditor.put(1, f"{40:020d}", log.body(40, 10).replace(b"\n40\n", b"\n41\n"))
    auditor.put(1, f"{50:020d}", log.body(60, 10))
    auditor.put(1, f"{70:020d}", b"hello")
    auditor.put(1, f"{80:020d}", log.body(80, 10) + bytes(1 << 20))
    other = Log(name="other.example.org")
    auditor.put(1, f"{90:020d}", other.body(90, 10))
    report = auditor.run()
    wanted = ["other key", "not signed", "not signed", "unreadable", "unreadable", "unreadable", "other log"]
    assert standings(report) == dict(zip(names(20, 30, 40, 50, 70, 80, 90), wanted, strict=True))
    assert report.exit_code == 1
    assert len(auditor.answers()) == 1


def test_another_key_in_the_folder_does_not_replace_the_pinned_one(auditor: Auditor, log: Log) -> None:
    auditor.hand(log, 10)
    auditor.run()
    auditor.put(1, "log.vkey", Log(seed=9).key.verifier.text.encode())
    auditor.hand(log, 20, 10)
    report = auditor.run()
    assert standings(report) == {"epoch-1/log.vkey": "other key", names(20)[0]: "grown"}
    assert report.exit_code == 1


def test_a_new_epoch_is_said_aloud_and_waits_until_it_is_accepted(auditor: Auditor, log: Log) -> None:
    auditor.hand(log, 10)
    auditor.run()
    restored = Log(epoch=2, seed=8)
    auditor.hand(restored, 9)
    for accept in (None, 3, 1):
        report = auditor.run(accept_epoch=accept)
        assert (standings(report), report.exit_code) == ({"epoch-2": "new epoch"}, 1)
        assert "--accept-epoch 2" in report.judged[0].words
    report = auditor.run(accept_epoch=2)
    assert (report.exit_code, standings(report)) == (0, {names(9, epoch=2)[0]: "first seen"})
    assert report.newly_pinned == (restored.key.verifier.text,)
    auditor.hand(log, 20, 10)
    auditor.hand(log.rewritten(3), 10)
    report = auditor.run()
    assert standings(report) == {names(10)[0]: "forked", names(20)[0]: "past epoch"}
    assert report.keys == (log.key.verifier.text, restored.key.verifier.text)


def test_an_epoch_of_another_log_is_not_accepted(auditor: Auditor, log: Log) -> None:
    auditor.hand(log, 10)
    auditor.run()
    auditor.hand(Log(epoch=2, name="other.example.org"), 9)
    report = auditor.run(accept_epoch=2)
    assert (standings(report), report.exit_code) == ({"epoch-2/log.vkey": "other log"}, 1)


def test_an_earlier_epoch_that_turns_up_later_is_refused(auditor: Auditor) -> None:
    auditor.hand(Log(epoch=2), 10)
    auditor.run()
    auditor.hand(Log(epoch=1), 10)
    assert standings(auditor.run(accept_epoch=1)) == {"epoch-1": "past epoch"}


class StoppedError(Exception):
    """The process is taken down here."""


class StoppingDisk(Disk):
    """A disk on which the process ends before the change of the number `at`."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.left = at

    def rename(self, old: Path, new: Path) -> None:
        if self.left == 0:
            raise StoppedError
        self.left -= 1
        super().rename(old, new)


@pytest.mark.parametrize("at", range(RENAMES))
def test_stopped_at_any_point_a_repeat_gives_the_same_answers(auditor: Auditor, log: Log, at: int) -> None:
    auditor.hand(log, 10)
    auditor.hand(log, 30, 10)
    with pytest.raises(StoppedError):
        auditor.run(StoppingDisk(at))
    half = auditor.answers()
    remembered = {
        path.name: path.read_bytes() for path in auditor.memory.glob("epoch-1/*") if path.suffix == ""
    }
    assert all(remembered[name.rpartition("/")[2].removesuffix(".cosigned")] == half[name] for name in half)
    auditor.run()
    after = auditor.answers()
    assert set(after) == {f"{name}.cosigned" for name in names(10, 30)}
    assert all(after[name] == answer for name, answer in half.items())
    assert all(
        after[f"epoch-1/{name}.cosigned"] == note for name, note in remembered.items() if name.isdigit()
    )


def test_the_points_at_which_it_is_stopped_are_all(auditor: Auditor, log: Log) -> None:
    auditor.hand(log, 10)
    auditor.hand(log, 30, 10)
    disk = StoppingDisk(1000)
    auditor.run(disk)
    assert 1000 - disk.left == RENAMES


def test_an_answer_is_named_only_after_its_memory_is_on_the_disk(auditor: Auditor, log: Log) -> None:
    class WatchedDisk(Disk):
        """A disk that writes down what was done, in the order it was done."""

        def __init__(self) -> None:
            super().__init__()
            self.done: list[tuple[str, Path]] = []

        def rename(self, old: Path, new: Path) -> None:
            super().rename(old, new)
            self.done.append(("rename", new))

        def sync_folder(self, path: Path) -> None:
            super().sync_folder(path)
            self.done.append(("sync", path))

    auditor.hand(log, 10)
    disk = WatchedDisk()
    auditor.run(disk)
    epoch = auditor.memory / "epoch-1"
    kept = disk.done.index(("rename", epoch / f"{10:020d}"))
    answered = disk.done.index(("rename", auditor.directory / f"{names(10)[0]}.cosigned"))
    assert ("sync", epoch) in disk.done[kept:answered]


def test_what_is_not_remembered_is_not_answered(auditor: Auditor, log: Log) -> None:
    class FullDisk(Disk):
        """A disk on which the memory finds no room any more."""

        def replace(self, path: Path, data: bytes, mode: int = 0o600) -> None:
            if path.name.isdigit():
                raise StorageFullError("full")
            super().replace(path, data, mode)

    auditor.hand(log, 10)
    with pytest.raises(StorageFullError):
        auditor.run(FullDisk())
    assert auditor.answers() == {}


def test_every_changed_byte_of_the_memory_is_found_or_changes_nothing(auditor: Auditor, log: Log) -> None:
    auditor.hand(log, 10)
    auditor.hand(log, 30, 10)
    auditor.run()
    before = auditor.answers()
    chance = random.Random(20261123)
    auditor.hand(log.rewritten(5), 60, 30)
    for path in (path for path in auditor.memory.rglob("*") if path.is_file() and path.name != "lock"):
        content = path.read_bytes()
        for _ in range(40):
            changed = bytearray(content)
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
            path.write_bytes(changed)
            with pytest.raises(TamperedError, match="damaged"):
                auditor.run()
        path.write_bytes(content)
    assert auditor.answers() == before
    assert standings(auditor.run()) == {names(60)[0]: "forked"}


@pytest.mark.parametrize(
    "lost", ["witness.key", "newest", "epoch-1/log.vkey", f"epoch-1/{30:020d}", f"epoch-1/{10:020d}"]
)
def test_a_lost_file_of_the_memory_never_lets_a_rewritten_log_through(
    auditor: Auditor, log: Log, lost: str
) -> None:
    auditor.hand(log, 10)
    auditor.hand(log, 30, 10)
    auditor.run()
    (auditor.memory / lost).unlink()
    auditor.hand(log.rewritten(5), 60, 30)
    if lost.endswith("10"):
        assert standings(auditor.run()) == {names(10)[0]: "rolled back", names(60)[0]: "forked"}
    else:
        with pytest.raises(TamperedError, match=r"damaged.*backup"):
            auditor.run()


def test_the_secret_key_is_for_its_owner_alone_and_answers_are_for_all(auditor: Auditor, log: Log) -> None:
    auditor.hand(log, 10)
    auditor.run(name="audit.example.org/w1")
    assert stat.S_IMODE((auditor.memory / "witness.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(auditor.memory.stat().st_mode) == 0o700
    assert stat.S_IMODE((auditor.directory / f"{names(10)[0]}.cosigned").stat().st_mode) == 0o644
    report = auditor.run()
    assert report.witness.startswith("audit.example.org/w1+")
    assert (auditor.directory / "witness.vkey").read_text(encoding="ascii") == f"{report.witness}\n"
    with pytest.raises(UsageError, match="is called"):
        auditor.run(name="another")
    with pytest.raises(UsageError, match="no blanks"):
        auditor.run(name="two words")


def test_answers_may_go_elsewhere(auditor: Auditor, log: Log, tmp_path: Path) -> None:
    auditor.hand(log, 10)
    auditor.run(answers=tmp_path / "out" / "answers")
    assert (tmp_path / "out" / "answers" / f"{names(10)[0]}.cosigned").is_file()
    assert auditor.answers() == {}


def test_two_runs_do_not_meet(auditor: Auditor, log: Log) -> None:
    auditor.hand(log, 10)
    with (
        opened_memory(auditor.memory, Disk(), SeededRandomness(1), None),
        pytest.raises(StoreBusyError, match="another run"),
    ):
        auditor.run()


def test_a_folder_without_checkpoints_is_told(auditor: Auditor, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no checkpoint was handed over"):
        auditor.run()
    with pytest.raises(UsageError, match="no such folder"):
        run(
            tmp_path / "nowhere",
            auditor.memory,
            disk=Disk(),
            clock=auditor.clock,
            randomness=SeededRandomness(1),
        )
    auditor.put(1, f"{10:020d}", Log().body(10))
    report = auditor.run()
    assert (standings(report), report.exit_code) == ({"epoch-1/log.vkey": "unreadable"}, 1)


def test_links_are_not_followed(auditor: Auditor, log: Log, tmp_path: Path) -> None:
    auditor.hand(log, 10)
    (tmp_path / "elsewhere").write_bytes(log.body(20, 10))
    (auditor.directory / "epoch-1" / f"{20:020d}").symlink_to(tmp_path / "elsewhere")
    assert standings(auditor.run()) == {names(10)[0]: "first seen"}


def test_hostile_files_are_refused_and_nothing_else_happens(log: Log) -> None:
    chance = random.Random(20261123)
    epoch = Epoch(log.key.verifier, log.checkpoint(10), ended=False)
    body = log.body(30, 10)
    wanted = log.checkpoint(30)
    for _ in range(2000):
        changed = bytearray(body)
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(changed))
            changed[at : at + chance.randint(0, 3)] = chance.randbytes(chance.randint(0, 3))
        judgment = judge(bytes(changed), epoch, {10: log.checkpoint(10)}.get)
        assert judgment.refused or judgment.checkpoint == wanted
        assert judgment.refused == (judgment.checkpoint is None)


def test_the_memory_goes_by_the_folder_and_not_by_what_the_log_is_called(tmp_path: Path) -> None:
    one = default_memory(tmp_path / "a", {"XDG_STATE_HOME": str(tmp_path)})
    assert one == default_memory(tmp_path / "b" / ".." / "a", {"XDG_STATE_HOME": str(tmp_path)})
    assert one != default_memory(tmp_path / "b", {"XDG_STATE_HOME": str(tmp_path)})
    assert one.is_relative_to(tmp_path)
