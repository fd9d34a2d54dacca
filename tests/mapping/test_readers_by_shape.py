"""Readers for one shape of sets accept no more than the plain reader, and make the same of it."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from functools import cache

import msgspec
import pytest

from gateway.documents.accept import accepts
from gateway.formats.x12.shapes import Outlined, Shape
from gateway.mapping import evaluate
from gateway.mapping.bound import Plan
from gateway.mapping.codecs.model import CodecError
from gateway.mapping.compiled import Doubt, by_shape
from gateway.mapping.compiled.by_shape import MADE_AFTER, MOST_DOUBTS, ReadersByShape
from gateway.mapping.compiled.program import namespace
from gateway.mapping.evaluate import X12Source
from tests.mapping.damage import damaged_segments
from tests.mapping.test_compiled_agreement import X12_TABLES, plan_of, sets, source_of
from tests.thoroughness import examples

TABLES = [name for name in X12_TABLES if plan_of(name).pair is None]
ROUNDS = examples(60)

Change = Callable[[str], str]


@cache
def outlined(name: str) -> Outlined:
    definition = plan_of(name).definition
    assert definition is not None
    return Outlined(definition.rows())


def shape_of(name: str, source: X12Source) -> Shape | None:
    """The shape of a set whose segments stand in order."""
    rows = list(source.rows)
    if min(rows) < 0 or (rows[0], rows[-1]) != (0, len(plan_of(name).definition.rows()) - 1):  # type: ignore[union-attr]  # X12 has one
        return None
    return outlined(name).shape(rows, [len(segment) for segment in source.segments])


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
        shape = shape_of(name, source)
        made = None if shape is None else _read(name, source, shape, change)
        if made is None:
            continue
        document, findings = evaluate.read(plan_of(name), source)
        if findings or made != document or not accepts(made):
            yield f"{['*'.join(segment) for segment in segments]}: {findings} {made} {document}"


def _read(name: str, source: X12Source, shape: Shape, change: Change) -> msgspec.Struct | None:
    text = readers(name).source(shape.fold)
    if text is None:
        return None
    names = namespace(plan_of(name))
    exec(change(text), names)
    try:
        return names["read_shaped"](source.segments, shape.spans)  # type: ignore[operator,no-any-return]  # just defined
    except (Doubt, CodecError):
        return None


@pytest.mark.parametrize("name", TABLES)
def test_readers_by_shape_make_what_the_evaluator_makes(name: str) -> None:
    assert next(differences(name), None) is None


PLANTED = {
    "a wrong element is read": (r"beg(\d)_4 or None", r"beg\1_3 or None"),
    "nothing is doubted": (r"raise Doubt", "pass"),
    "the numbers of lines are lost": (r"(number_\d+) = own\d+_1 or None", r"\1 = None"),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_caught(fault: str) -> None:
    pattern, wrong = PLANTED[fault]
    assert next(differences("x12-850", lambda text: re.sub(pattern, wrong, text)), None) is not None


def order_of(lines: int, *more: str) -> tuple[X12Source, Shape]:
    """An order of so many equal lines."""
    line = [
        ["PO1", "1", "2", "EA", "3.50", "PE", "UP", "012345678905", *more],
        ["PID", "F", "", "", "", "HAMMER"],
    ]
    segments = [
        ["BEG", "00", "NE", "A1", "", "20260131"],
        ["N1", "ST", "HERE", "92", "DC1"],
        *line * lines,
        ["CTT", str(lines)],
    ]
    source = source_of("x12-850", sets("x12-850")[0], segments)
    shape = shape_of("x12-850", source)
    assert shape is not None
    return source, shape


def after_many(lines: int) -> tuple[ReadersByShape, X12Source, Shape]:
    """What has read so many orders of so many lines that there is a reader for them; and such an order."""
    readers = readers_of(plan_of("x12-850"))
    source, shape = order_of(lines)
    for _ in range(MADE_AFTER):
        readers.read(source.segments, shape)
    return readers, source, shape


def test_a_reader_is_made_when_a_shape_has_come_often() -> None:
    by_shape = readers_of(plan_of("x12-850"))
    source, shape = order_of(1)
    told = [by_shape.read(source.segments, shape) for _ in range(MADE_AFTER + 1)]
    assert set(map(type, told[:-1])) == {type(None)}
    assert told[-1] == evaluate.read(plan_of("x12-850"), source)[0]


def test_orders_of_one_line_and_of_many_share_a_reader() -> None:
    by_shape, _, _ = after_many(2)
    more, other = order_of(7)
    document = by_shape.read(more.segments, other)
    assert document is not None
    assert len(document.lines) == 7
    assert document == evaluate.read(plan_of("x12-850"), more)[0]


def test_a_reader_that_always_doubts_is_given_up() -> None:
    by_shape, source, shape = after_many(1)
    odd, _ = order_of(1)
    odd.segments[3][2] = ""  # type: ignore[index]  # a list of lists; here a line without a quantity
    assert all(by_shape.read(odd.segments, shape) is None for _ in range(MOST_DOUBTS))
    assert by_shape.read(source.segments, shape) is None


def test_no_more_readers_are_made_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_shape, "MOST_FOLDS", 1)
    readers = readers_of(plan_of("x12-850"))
    first, shape = order_of(1)
    readers.read(first.segments, shape)
    other, of_other = order_of(1, "VN", "A")
    assert not any(readers.read(other.segments, of_other) for _ in range(MADE_AFTER + 2))
