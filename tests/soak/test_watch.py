"""What is kept of a crasher, and how it is looked at again."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from gateway.findings import has_errors
from gateway.formats.xlsx import read_xlsx
from tests.soak import look
from tests.soak.mutation import Mutator
from tests.soak.promise import expect
from tests.soak.targets import TARGETS
from tests.soak.watch import Status, Watch


class Doubtful:
    """A target with three faults."""

    name = "doubtful"
    marks = b","

    def seeds(self) -> Sequence[bytes]:
        return (b"a,b",)

    def look(self, data: bytes) -> None:
        if data.startswith(b"0"):
            raise ZeroDivisionError
        expect(not data.startswith(b"1"), "ones are read", data)
        if data.startswith(b"2"):
            sum(range(3_000_000))


def test_one_input_of_each_fault_is_kept_and_told(tmp_path: Path) -> None:
    watch = Watch(Doubtful(), tmp_path, Status("doubtful", "none", 1), slow=0.005)
    told = [watch.look(data) for data in (b"0", b"00", b"1", b"11", b"2", b"22", b"fine")]
    assert [crasher is not None for crasher in told] == [True] * 6 + [False]
    assert sorted(path.read_bytes() for path in tmp_path.glob("*.input")) == [b"0", b"1", b"2"]
    assert (watch.status.runs, watch.status.crashers) == (7, 3)
    assert watch.status.slowest > 0.005
    texts = {path.with_suffix(".input").read_bytes(): path.read_text() for path in tmp_path.glob("*.txt")}
    assert "ZeroDivisionError" in texts[b"0"]
    assert "ones are read: b'1'" in texts[b"1"]
    assert "of processor time for 1 bytes" in texts[b"2"]
    assert all("python -m tests.soak.look doubtful" in text for text in texts.values())
    assert all("write a test in tests/" in text for text in texts.values())


def test_a_kept_input_is_looked_at_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "one.input"
    path.write_bytes(TARGETS["csv"].seeds()[0])
    assert look.main("csv", str(path)) == 0
    assert "All is well" in capsys.readouterr().out


def test_changes_are_the_same_for_the_same_chance_and_within_bounds() -> None:
    seeds = TARGETS["x12"].seeds()
    mutator = Mutator(TARGETS["x12"].marks, seeds)
    one = [mutator.changed(seeds[0], random.Random(number), 500) for number in range(50)]
    assert one == [mutator.changed(seeds[0], random.Random(number), 500) for number in range(50)]
    assert len(set(one)) > 40
    assert all(len(each) <= 500 for each in one)
    assert all(mutator.changed(b"", random.Random(number), 500) is not None for number in range(50))


def test_a_changed_workbook_is_mostly_one_that_is_read() -> None:
    seeds = TARGETS["xlsx"].seeds()
    mutator = Mutator(TARGETS["xlsx"].marks, seeds)
    changed = [mutator.changed(seeds[-1], random.Random(number), 96 << 10) for number in range(200)]
    assert changed == [mutator.changed(seeds[-1], random.Random(number), 96 << 10) for number in range(200)]
    assert len(set(changed)) > 150
    read = [read_xlsx(data) for data in changed]
    assert sum(not has_errors(findings) for _, findings in read) > 60
    assert len({sheets for sheets, findings in read if not has_errors(findings)}) > 20
    assert {"sheet-unreadable", "sheet-xml"} < {each.code for _, findings in read for each in findings}


def test_a_changed_interchange_can_keep_its_counts() -> None:
    seed = TARGETS["x12"].seeds()[0]
    mutator = Mutator(TARGETS["x12"].marks, [seed])
    kept = 0
    for number in range(200):
        changed = mutator.changed(seed, random.Random(number), 10_000)
        segments = [part.lstrip(b"\n") for part in changed.split(b"~")]
        ends = [part for part in segments if part.startswith(b"SE*")]
        starts = [at for at, part in enumerate(segments) if part.startswith(b"ST*")]
        if len(ends) == 1 and len(starts) == 1 and len(segments) != seed.count(b"~") + 1:
            kept += ends[0].split(b"*")[1] == b"%d" % (segments.index(ends[0]) - starts[0] + 1)
    assert kept > 10
