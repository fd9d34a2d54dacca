"""When a file counts as whole: never while it is written, always when finished, by any order of looks."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.agreements.channel import Whole, WholeBy
from gateway.transports.folder.endings import ends_whole
from gateway.transports.folder.names import LONGEST, fitted, may_be_taken
from gateway.transports.folder.wholeness import Looks, Seen, Verdict
from tests.folder.folders import ISA, X12

QUIET = 60
PAUSE = 20  # seconds at most between two writes of one file; an upload that rests longer is not quiet's case


@dataclass
class Writer:
    """Writes one file step by step under a rule, and knows when it is finished."""

    by: WholeBy
    name: bytes
    left: int
    files: dict[bytes, Seen] = field(default_factory=dict)
    finished: bool = False
    inode: int = 1

    def step(self, now: float) -> None:
        """One more write; behind the last the sign that all is there."""
        place = self.name + b".part" if self.by is WholeBy.RENAME else self.name
        if self.left:
            self.left -= 1
            before = self.files.get(place, Seen(0, 0, self.inode))
            self.files[place] = Seen(before.size + 100, int(now * 1e9), self.inode)
            self.finished = self.left == 0 and self.by is WholeBy.QUIET
        elif not self.finished:
            if self.by is WholeBy.RENAME:
                self.files[self.name] = self.files.pop(place)
            else:
                self.files[self.name + b".ok"] = Seen(0, int(now * 1e9), 99)
            self.finished = True


@given(
    by=st.sampled_from(WholeBy),
    writes=st.integers(1, 8),
    pauses=st.lists(st.tuples(st.integers(1, PAUSE), st.booleans(), st.integers(0, 2)), min_size=1),
)
def test_no_file_is_taken_while_it_is_written_and_each_finished_one_is(
    by: WholeBy, writes: int, pauses: list[tuple[int, bool, int]]
) -> None:
    writer, looks, now = Writer(by, b"orders.csv", writes), Looks(Whole(by=by, quiet=QUIET)), 0.0
    taken = False
    for pause, writes_on, times in pauses:
        now += pause
        if writes_on or by is WholeBy.QUIET:
            writer.step(now)
        for _ in range(times):
            for judged in looks.look(writer.files, now, lambda name: None):
                taken |= judged.verdict is Verdict.WHOLE
        assert writer.finished or not taken
    while not writer.finished:
        now += 1
        writer.step(now)
    for _ in range(2):
        now += QUIET
        taken |= any(
            each.verdict is Verdict.WHOLE for each in looks.look(writer.files, now, lambda name: None)
        )
    assert taken


def test_x12_that_is_closed_needs_two_looks_and_no_quiet_time() -> None:
    looks, files = Looks(Whole(quiet=QUIET)), {b"a.edi": Seen(10, 1, 1)}
    verdicts = [next(looks.look(files, now, lambda name: True)).verdict for now in (0.0, 1.0)]
    assert verdicts == [Verdict.NOT_YET, Verdict.WHOLE]


@pytest.mark.parametrize("by", WholeBy)
def test_a_cut_file_is_waited_for_until_patience_is_over_and_anew_after_each_change(by: WholeBy) -> None:
    looks = Looks(Whole(by=by, quiet=QUIET, patience=600))
    files = {b"a.edi": Seen(10, 1, 1), b"a.edi.ok": Seen(0, 1, 2)}

    def verdict(now: float) -> Verdict:
        return next(looks.look(files, now, lambda name: False)).verdict

    verdict(0.0)
    assert [verdict(1.0), verdict(599.0), verdict(600.0)] == [
        Verdict.INCOMPLETE,
        Verdict.INCOMPLETE,
        Verdict.GIVEN_UP,
    ]
    files[b"a.edi"] = Seen(20, 2, 1)
    verdict(700.0)
    assert [verdict(1299.0), verdict(1300.0)] == [Verdict.INCOMPLETE, Verdict.GIVEN_UP]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (X12, True),
        (X12 + b"\r\n\x1a", True),
        (b"\xef\xbb\xbf" + X12, True),
        (X12.replace(b"~", b"\n"), True),
        (X12.replace(b"~", b"~\r\n"), True),
        (b"\r\n".join(X12[at : at + 80] for at in range(0, len(X12), 80)), True),
        (X12[:-1], None),
        (X12[:-2], False),
        (ISA, False),
        (ISA[:50], False),
        (b"IS", False),
        (b"", None),
        (b"order,line\n", None),
        (X12 + X12[:150], False),
    ],
)
def test_the_end_of_x12_says_whether_all_is_there(content: bytes, expected: bool | None) -> None:
    assert ends_whole(content[:4096], content[-4096:]) is expected


def test_every_beginning_of_an_interchange_is_no_whole_one() -> None:
    verdicts = {ends_whole(X12[:length], X12[:length]) for length in range(1, len(X12) - 1)}
    assert verdicts == {False}


def test_a_table_may_know_the_trailer_of_its_files() -> None:
    def trailer(head: bytes, tail: bytes) -> bool:
        return tail.endswith(b"END\n")

    assert ends_whole(b"A\nEND\n", b"A\nEND\n", trailer) is True
    assert ends_whole(b"A\n", b"A\n", trailer) is False


@given(st.binary(min_size=1, max_size=255))
def test_a_name_is_shortened_the_same_each_time_and_stays_apart(name: bytes) -> None:
    short = fitted(name)
    assert len(short) <= LONGEST
    assert fitted(short) == short
    assert fitted(b"x" * 200 + name) != fitted(b"y" * 200 + name)


@pytest.mark.parametrize(
    "name", [b".hidden", b"a.tmp", b"a.PART", b"a.filepart", b"a.ok", b"a.Err", b"a.done", b"."]
)
def test_names_that_are_never_taken(name: bytes) -> None:
    assert not may_be_taken(name)
