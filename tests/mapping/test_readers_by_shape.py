"""Readers for one shape of sets accept no more than the plain reader, and make the same of it."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache

import msgspec
import pytest

from gateway.documents.accept import accepts
from gateway.formats.x12.shapes import OutermostLoops, Shape, ShapedSet, Wording
from gateway.mapping import evaluate
from gateway.mapping.bound import Plan
from gateway.mapping.codecs.model import CodecError
from gateway.mapping.compiled import Doubt, by_shape
from gateway.mapping.compiled.by_shape import MADE_AFTER, MOST_DOUBTS, ReadersByShape
from gateway.mapping.compiled.program import namespace
from gateway.mapping.evaluate import X12Source
from tests.mapping.damage import damaged_segments
from tests.mapping.test_compiled_agreement import X12_TABLES, plan_of, sets, source_of
from tests.shaped import values_of
from tests.thoroughness import TIMES

TABLES = [name for name in X12_TABLES if plan_of(name).pair is None]
ROUNDS = 60 * TIMES
SHARE_OF_FIXED = 0.7  # of the texts that could be

Change = Callable[[str], str]


@cache
def loops_of(name: str) -> OutermostLoops:
    definition = plan_of(name).definition
    assert definition is not None
    return OutermostLoops(definition.rows())


def shaped_of(name: str, source: X12Source, draw: random.Random | None = None) -> ShapedSet | None:
    """A set whose segments stand in order as one of a wording; texts of it are fixed as they are drawn."""
    rows, segments = list(source.rows), source.segments
    if min(rows) < 0 or (rows[0], rows[-1]) != (0, len(plan_of(name).definition.rows()) - 1):  # type: ignore[union-attr]  # X12 has one
        return None
    shape = loops_of(name).shape(rows, [len(segment) for segment in segments])
    wording = wording_of(shape, segments, draw)
    return ShapedSet(shape, wording, values_of(shape, wording, segments))


def wording_of(shape: Shape, segments: Sequence[Sequence[str]], draw: random.Random | None) -> Wording:
    """Some of what all segments at the same place of a fold say, or nothing."""
    fixed: list[tuple[str | None, ...]] = []
    filled: list[frozenset[int]] = []
    at = 0
    for step, count in zip(shape.fold, shape.counts, strict=True):
        size = len(step.forms)
        for place in range(at, at + size):
            columns = [*zip(*(segments[place + size * n][1:] for n in range(count)), strict=True)]
            fixed.append(tuple(_fixed(column, draw) for column in columns))
            filled.append(frozenset(n for n, column in enumerate(columns, 1) if all(column) and draw))
        at += size * count
    return Wording(shape.fold, tuple(fixed), tuple(filled))


def _fixed(column: Sequence[str], draw: random.Random | None) -> str | None:
    alike = len({*column}) == 1 and draw is not None
    return column[0] if alike and draw is not None and draw.random() < SHARE_OF_FIXED else None


@cache
def readers(plan_name: str) -> ReadersByShape:
    return readers_of(plan_of(plan_name))


def readers_of(plan: Plan) -> ReadersByShape:
    assert plan.definition is not None
    return ReadersByShape(plan, plan.definition, namespace(plan))


def differences(name: str, change: Change = str) -> Iterator[str]:
    """Golden sets and changed ones of which a reader for their shape makes something else than the evaluator.

    `change`: of the text of each reader.
    """
    draw = random.Random(name)
    goldens = sets(name)
    for number in range(ROUNDS):
        held = draw.choice(goldens)
        segments = held.split()[1:-1]
        if number >= len(goldens):
            segments = damaged_segments(segments, draw)
        source = source_of(name, held, segments)
        shaped = shaped_of(name, source, draw if number % 4 else None)
        made = None if shaped is None else _read(name, shaped, change)
        if made is None:
            continue
        document, findings = evaluate.read(plan_of(name), source)
        if findings or made != document or not accepts(made):
            yield f"{['*'.join(segment) for segment in segments]}: {findings} {made} {document}"


def _read(name: str, shaped: ShapedSet, change: Change) -> msgspec.Struct | None:
    text = readers(name).source(shaped.wording)
    if text is None:
        return None
    names = namespace(plan_of(name))
    exec(change(text), names)
    try:
        return names["read_shaped"](shaped.values)  # type: ignore[operator,no-any-return]  # just defined
    except (Doubt, CodecError):
        return None


@pytest.mark.one_in(2)
@pytest.mark.parametrize("name", TABLES)
def test_readers_by_shape_make_what_the_evaluator_makes(name: str) -> None:
    assert next(differences(name), None) is None


PLANTED = {
    "another number": (r"PurchaseOrder\(([^,]+)", r"PurchaseOrder(\1 + '1'"),
    "nothing is doubted": (r"raise Doubt", "pass"),
    "the numbers of lines are lost": (r"(PurchaseOrderLine\([^,]+, [^,]+, )[^,]+", r"\1None"),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_caught(fault: str) -> None:
    pattern, wrong = PLANTED[fault]
    assert next(differences("x12-850", lambda text: re.sub(pattern, wrong, text)), None) is not None


def order_of(lines: int, *more: str, quantity: str = "2") -> tuple[X12Source, ShapedSet]:
    """An order of so many equal lines."""
    line = [
        ["PO1", "1", quantity, "EA", "3.50", "PE", "UP", "012345678905", *more],
        ["PID", "F", "", "", "", "HAMMER"],
    ]
    segments = [
        ["BEG", "00", "NE", "A1", "", "20260131"],
        ["N1", "ST", "HERE", "92", "DC1"],
        *line * lines,
        ["CTT", str(lines)],
    ]
    source = source_of("x12-850", sets("x12-850")[0], segments)
    shaped = shaped_of("x12-850", source)
    assert shaped is not None
    return source, shaped


def like(shaped: ShapedSet, other: ShapedSet) -> ShapedSet:
    """A set of the wording of another."""
    assert shaped.shape.fold == other.shape.fold
    return ShapedSet(shaped.shape, other.wording, shaped.values)


def after_many(lines: int) -> tuple[ReadersByShape, ShapedSet]:
    """What has read so many orders of so many lines that there is a reader for them; and such an order."""
    readers = readers_of(plan_of("x12-850"))
    _, shaped = order_of(lines)
    for _ in range(MADE_AFTER):
        readers.read(shaped)
    return readers, shaped


def test_a_reader_is_made_when_a_wording_has_come_often() -> None:
    by_shape = readers_of(plan_of("x12-850"))
    source, shaped = order_of(1)
    told = [by_shape.read(shaped) for _ in range(MADE_AFTER + 1)]
    assert set(map(type, told[:-1])) == {type(None)}
    assert told[-1] == evaluate.read(plan_of("x12-850"), source)[0]


def test_orders_of_few_lines_and_of_many_share_a_reader() -> None:
    by_shape, few = after_many(2)
    source, more = order_of(7)
    document = by_shape.read(like(more, few))
    assert document is not None
    assert len(document.lines) == 7
    assert document == evaluate.read(plan_of("x12-850"), source)[0]


def test_a_reader_that_always_doubts_is_given_up() -> None:
    by_shape, shaped = after_many(2)
    assert by_shape.read(shaped) is not None
    _, odd = order_of(2, quantity="")
    assert all(by_shape.read(like(odd, shaped)) is None for _ in range(MOST_DOUBTS))
    assert by_shape.read(shaped) is None


def test_wordings_are_forgotten_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_shape, "MOST_WORDINGS", 1)
    readers, shaped = after_many(1)
    assert readers.read(shaped) is not None
    readers.read(order_of(2)[1])
    assert readers.read(shaped) is None


@pytest.mark.parametrize("fixed", [("CR", None), (None, "CR"), ("CR", "CR"), (None, None)])
def test_a_second_segment_where_one_is_read_is_doubted(fixed: tuple[str | None, str | None]) -> None:
    """Whether it is a second one may follow from what is fixed, or from what a set says."""
    name = "x12-855 005010"
    segments = [
        ["BAK", "00", "AD", "A1", "20260131"],
        ["REF", "CR", "V1"],
        ["REF", "CR", "V2"],
        ["PO1", "1", "2", "EA", "3.5", "PE", "VN", "B1"],
        ["ACK", "IA", "2", "EA"],
        ["CTT", "1"],
    ]
    source = source_of(name, sets(name)[0], segments)
    shaped = shaped_of(name, source)
    assert shaped is not None
    texts = [[*each] for each in shaped.wording.fixed]
    texts[2][0], texts[3][0] = fixed
    wording = msgspec.structs.replace(shaped.wording, fixed=tuple(map(tuple, texts)))
    held = ShapedSet(shaped.shape, wording, values_of(shaped.shape, wording, source.segments))
    assert _read(name, held, str) is None
