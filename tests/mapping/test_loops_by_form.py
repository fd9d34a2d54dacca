"""Levels of a ship notice are read by functions for their forms: the same records, or none."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import partial
from typing import cast

import pytest

from bench.notices import notice
from gateway.mapping import compiled
from gateway.mapping.codecs.model import CodecError
from gateway.mapping.compiled import Doubt, x12_forms
from gateway.mapping.compiled.program import namespace
from gateway.mapping.compiled.x12_forms import FormReaders, LoopReader, OfAll, OfForm
from tests.mapping.test_compiled_agreement import plan_of
from tests.mapping.test_whole_levels import source

HL, LIN, SN1, PO4, PID, TD1, REF, MAN, DTM, SE = 3, 4, 5, 8, 9, 13, 18, 33, 34, 57
ROWS = {
    "HL": HL,
    "LIN": LIN,
    "SN1": SN1,
    "PO4": PO4,
    "PID": PID,
    "TD1": TD1,
    "REF": REF,
    "MAN": MAN,
    "DTM": DTM,
}
LEVELS = (
    ("HL*4*3*I*0", "LIN*1*VN*ACO-682554", "SN1**203*EA"),
    ("HL*4*3*I*0", "LIN*1*VN*ACO-682554*UP*036000291452", "SN1**20.5*EA**24*CA", "PO4*12"),
    ("HL*4*3*I", "LIN**UP*036000291452", "SN1**203*EA", "PID*F****TEA", "PID*F****GREEN"),
    (
        "HL*4*3*I*0",
        "LIN*1*VN*A-1",
        "SN1**7*EA",
        "REF*LT*L1",
        "REF*PO*4",
        "DTM*036*20270101",
        "DTM*097*20260101",
    ),
    ("HL*3*2*P*1", "MAN*GM*006141400000000006"),
    ("HL*3*2*P*1", "TD1******G*12.5*LB", "REF*PO*4", "MAN*CP*1Z", "MAN*GM*006141400000000006", "MAN*UC*7"),
    ("HL*3*2*T*1", "MAN*GM*006141400000000006"),
)
TEXTS = (
    "",
    "",
    "GM",
    "CP",
    "UC",
    "VN",
    "UP",
    "EA",
    "XX",
    "F",
    "G",
    "LT",
    "PO",
    "0",
    "7",
    "1.5",
    "20260102",
    "I",
    "P",
)

Segments = list[list[str]]


def names() -> dict[str, object]:
    """The functions of the table of 856s."""
    plan = plan_of("x12-856")
    found = namespace(plan)
    exec(compiled.source(plan), found)
    return found


def drawn(rolls: random.Random) -> Segments:
    """A level in which most often something is said in another way."""
    segments = [text.split("*") for text in rolls.choice(LEVELS)]
    while rolls.random() < 0.6:
        values = rolls.choice(segments)
        place = rolls.randint(1, len(values))
        values[place : place + 1] = [rolls.choice(TEXTS)]
    if rolls.random() < 0.1:
        segments.insert(rolls.randint(1, len(segments)), list(rolls.choice(segments[1:])))
    return segments


def rows_of(segments: Segments) -> list[int]:
    return [ROWS[values[0]] for values in segments]


def outcome(read: OfForm, segments: Segments) -> object:
    try:
        return read(segments, 0)
    except (Doubt, CodecError):
        return None


def disagreements(count: int) -> tuple[int, int]:
    """How many drawn levels a function of their form reads in another way, or alone; how many it reads."""
    plan, known, rolls = plan_of("x12-856"), names(), random.Random(57)
    assert plan.definition is not None
    readers, made = FormReaders(plan, plan.definition, known), {}
    of_all = cast("OfAll", known[f"read_loop{HL}"])

    def by_rows(rows: list[int], segments: Sequence[Sequence[str]], start: int) -> object:
        return of_all([*segments, ["SE"]], [*rows, SE], start)[0]

    wrong = accepted = 0
    for _ in range(count):
        segments = drawn(rolls)
        rows = rows_of(segments)
        if rows != sorted(rows):
            continue
        forms = tuple(zip(rows, map(len, segments), strict=True))
        if forms not in made or rolls.random() < 0.05:
            made[forms] = readers.made(rows, segments)
        by_form = made[forms]
        read = None if by_form is None else outcome(by_form, segments)
        if read is not None:
            accepted += 1
            whole = outcome(partial(by_rows, rows), segments)
            wrong += repr(read) != repr(whole)
    return wrong, accepted


def test_a_level_is_read_by_its_form_as_by_its_rows() -> None:
    wrong, accepted = disagreements(3_000)
    assert wrong == 0
    assert accepted > 600


def test_a_planted_difference_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = FormReaders.source

    def with_other_marks(
        self: FormReaders, rows: Sequence[int], segments: Sequence[Sequence[str]]
    ) -> str | None:
        text = plain(self, rows, segments)
        return None if text is None else text.replace("'sscc'", "'gtin'")

    monkeypatch.setattr(FormReaders, "source", with_other_marks)
    assert disagreements(1_000)[0]


def test_a_form_that_comes_often_has_a_function(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(x12_forms, "MADE_AFTER", 4)
    given = source(notice(1, 8).replace(b"TD5*B", b"TD5*"))
    reader = names()[f"read_loop{HL}_by_form"]
    assert isinstance(reader, LoopReader)
    start = given.rows.index(HL)
    before = reader.read(given.segments, given.rows, start, whole=True)
    after = reader.read(given.segments, given.rows, start, whole=True)
    assert before.behind == len(given.rows) - 2
    assert after == before
    assert len(before.found) == 2 + 3 * 8
    assert [form[::2] for form in reader._functions] == [bytes([HL, LIN, SN1]), bytes([HL, MAN])]


def test_a_function_that_doubts_too_often_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(x12_forms, "MADE_AFTER", 4)
    monkeypatch.setattr(x12_forms, "MOST_DOUBTS", 3)
    good = source(notice(1, 8))
    damaged = source(notice(1, 8).replace(b"*I*", b"*X*"))
    reader = names()[f"read_loop{HL}_by_form"]
    assert isinstance(reader, LoopReader)
    reader.read(good.segments, good.rows, good.rows.index(HL), whole=False)
    read = reader.read(damaged.segments, good.rows, good.rows.index(HL), whole=False)
    assert [item is None for _, item in read.found][-3:] == [False, True, True]
    assert read.left[-6:] == [*range(read.behind - 6, read.behind)]
    assert [form[::2] for form in reader._functions] == [bytes([HL, MAN])]
    with pytest.raises(Doubt):
        reader.read(damaged.segments, good.rows, good.rows.index(HL), whole=True)


def test_forms_that_are_too_long_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """The forms that are counted are kept as long as the process runs, and a level may have any length."""
    monkeypatch.setattr(x12_forms, "MADE_AFTER", 4)
    for marks, kept in ((x12_forms.LONGEST_FORM - 1, 1), (x12_forms.LONGEST_FORM, 0), (10_000, 0)):
        level = [LEVELS[4][0].split("*"), *[["MAN", "UC", "7"]] * marks]
        reader = names()[f"read_loop{HL}_by_form"]
        assert isinstance(reader, LoopReader)
        rows = rows_of(level)
        read = reader.read([*level * 5, ["SE"]], [*rows * 5, SE], 0, whole=False)
        assert [item is not None for _, item in read.found] == [True] * 5
        assert len(reader._wanted) == kept


def test_forms_that_came_once_do_not_keep_others_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(x12_forms, "MADE_AFTER", 4)
    monkeypatch.setattr(x12_forms, "MOST_FORMS", 2)
    level = LEVELS[4][0].split("*")
    reader = names()[f"read_loop{HL}_by_form"]
    assert isinstance(reader, LoopReader)
    usual = [[level]] * 4
    odd = [[level, *[["MAN", "UC", "7"]] * marks] for marks in range(1, 6)]
    for levels in (odd[0], odd[1], usual[0], odd[2], *usual[1:3], odd[3], odd[4], usual[3]):
        reader.read([*levels, ["SE"]], [*rows_of(levels), SE], 0, whole=False)
    assert len(reader._wanted) == 2
    assert len(reader._functions) == 1
