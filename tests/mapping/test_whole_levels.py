"""Levels of a ship notice that rows claim as a whole are read the straight way, whatever other levels say."""

from __future__ import annotations

import re

import pytest

from bench.notices import notice
from gateway.formats.x12.model import TransactionSet
from gateway.formats.x12.reader import read
from gateway.mapping import compiled
from gateway.mapping.compiled import Doubt
from gateway.mapping.compiled.program import namespace
from gateway.mapping.compiled.x12_runtime import Exact
from gateway.mapping.evaluate import X12Source
from tests.mapping.agreement import compiled_of, differs_on_read
from tests.mapping.test_compiled_agreement import plan_of, source_of

CARTONS = 4
LEVELS = 2 + 3 * CARTONS  # shipment, order, and of each carton itself and two items


def source(data: bytes) -> X12Source:
    (held,) = [event for event in read([data]) if isinstance(event, TransactionSet)]
    return source_of("x12-856", held, held.split()[1:-1])


def levels(of: X12Source) -> list[bool]:
    """Of each level, whether it is claimed as a whole."""
    plan = plan_of("x12-856")
    names = namespace(plan)
    exec(compiled.source(plan), names)
    definition = plan.definition
    assert definition is not None
    rows = definition.rows()
    row = next(number for number, each in enumerate(rows) if each.tag == "HL")
    loops = {row: names[f"read_loop{row}_by_form"]}
    found = Exact(of.segments, of.rows, ">", definition, rows, loops)  # type: ignore[arg-type]  # generated code
    return [item is not None for _, item in found.openings(row)]


CHANGES = {
    "an element of the shipment": (b"TD5*B*2", b"TD5*B*2", [0]),
    "an element of a carton": (b"MAN*GM*006141400000000020", b"MAN*GM*006141400000000020*7", [0, 8]),
    "a segment of an item": (b"*EA~", b"*EA~\nPKG*F****LOOSE~", [0, 3]),
}


@pytest.mark.parametrize("change", CHANGES)
def test_levels_without_leftovers_are_read_as_a_whole(change: str) -> None:
    old, new, exactly = CHANGES[change]
    given = source(notice(1, CARTONS).replace(old, new, 1))
    assert levels(given) == [number not in exactly for number in range(LEVELS)]
    read_by_evaluator, difference = differs_on_read(plan_of("x12-856"), given)
    assert difference is None
    assert read_by_evaluator[0] is not None


def test_a_notice_with_parties_and_nothing_left_over_is_read_plainly() -> None:
    data = re.sub(rb"TD5\*B", b"TD5*", notice(1, CARTONS))
    given = source(data)
    assert b"N1*SF" in data
    made = compiled_of(plan_of("x12-856"))
    assert made._read_plain(given.segments, given.rows) is not None
    with pytest.raises(Doubt):
        left = source(notice(1, CARTONS))
        made._read_plain(left.segments, left.rows)
