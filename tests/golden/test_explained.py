"""Every place that is written from a golden case is explained."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from gateway.formats.detect import Format
from gateway.mapping.evaluate.trace import Kind
from gateway.mapping.explain.model import Explanation, Output, key_of
from gateway.pipeline.explaining import explain
from gateway.pipeline.sources import receive
from tests.golden.cases import CASES, Case
from tests.pipeline.knowledge import knowledge

WAYS = [
    (case, form)
    for case in CASES
    for form in (case.source_form, Format.CANONICAL, *(f for f, path in case.others.items() if path.exists()))
]

every_way = pytest.mark.parametrize(
    ("case", "form"), WAYS, ids=[f"{case.name}-{form.value}" for case, form in WAYS]
)


def explained(case: Case, form: Format) -> tuple[Explanation, ...]:
    data = case.source.read_bytes()
    held = receive(case.source.name, [data], case.source_form, knowledge())
    made = explain(held.documents, case.source_form, form, knowledge())
    assert made.explanations
    assert not made.findings
    return made.explanations


def origins(output: Output) -> Iterator[object]:
    """What says where a place comes from."""
    if output.kind in (Kind.DEFAULT, Kind.CONSTANT, Kind.DERIVED, Kind.WRITER):
        yield output.kind
    for field in output.fields:
        yield from field.readings
        if field.made_by:
            yield field.made_by


@pytest.mark.one_in(3)
@every_way
def test_no_place_is_without_an_origin(case: Case, form: Format) -> None:
    for explanation in explained(case, form):
        assert explanation.outputs
        lacking = [key_of(each.location) for each in explanation.outputs if not [*origins(each)]]
        assert lacking == []


@pytest.mark.one_in(3)
@every_way
def test_what_is_told_of_the_source_stands_there(case: Case, form: Format) -> None:
    for explanation in explained(case, form):
        held = {part.key: part.text for line in explanation.source_lines for part in line.parts if part.key}
        coverage = explanation.coverage
        told = [
            reading for each in explanation.outputs for field in each.fields for reading in field.readings
        ]
        for reading in (*told, *coverage.unread, *coverage.unwritten):
            key = key_of(reading.location)
            if reading.kind is not Kind.CONSTANT and key in held:
                assert held[key].strip() in (reading.value, json.dumps(reading.value, ensure_ascii=False))


@pytest.mark.one_in(3)
@every_way
def test_what_is_told_of_the_target_stands_there(case: Case, form: Format) -> None:
    for explanation in explained(case, form):
        told = {key_of(each.location) for each in explanation.outputs}
        shown = [part for line in explanation.target_lines for part in line.parts if part.key]
        keys = [part.key for part in shown if part.key != "/document"]
        assert [key for key in keys if not is_within(key, told)] == []
        assert [key for key in told if not any(is_within(each, {key}) for each in keys)] == []


@pytest.mark.one_in(3)
@every_way
def test_the_whole_source_is_accounted_for(case: Case, form: Format) -> None:
    """Each value is used, left unread, or read without use; in X12 it may tell its segment apart."""
    for explanation in explained(case, form):
        coverage = explanation.coverage
        told = [
            reading for each in explanation.outputs for field in each.fields for reading in field.readings
        ]
        left = (*coverage.unread, *coverage.unwritten, *coverage.implied)
        known = {key_of(each.location) for each in (*told, *left)}
        if case.source_form is Format.X12:
            known = {key.split(".")[0] for key in known}
        lost = [
            f"{line.parts[0].text} {part.key} {part.text}"
            for line in explanation.source_lines
            for part in line.parts
            if part.key and not is_within(part.key, known)
        ]
        assert lost == []


MADE = {
    ("hl_tree", "/cartons/n/contents/n/line"),
    ("hl_tree", "/cartons/n/number"),
    ("hl_tree", "/levels"),
    ("hl_tree", "/lines/n/number"),
    ("hl_tree", "/pallets/n/cartons"),
    ("hl_tree", "/pallets/n/contents/n/line"),
    ("hl_tree", "/structure"),
    ("hl_tree", "HL01"),
    ("hl_tree", "HL02"),
    ("hl_tree", "HL04"),
    ("ship_rows", "/cartons/n/marks/n/scheme"),
    ("ship_rows", "/pallets/n/marks/n/scheme"),
    ("ship_rows", "SHC.pallet_number"),
    ("ship_rows", "pallet_number"),
}


@pytest.mark.one_in(3)
@every_way
def test_pairs_make_only_what_no_place_says(case: Case, form: Format) -> None:
    """Everything else that goes through a pair keeps its places."""
    made = set()
    for explanation in explained(case, form):
        columns = {
            key_of(each.location): each.text.partition(" ")[0] or each.location.place
            for each in explanation.outputs
        }
        for output in explanation.outputs:
            for field in output.fields:
                if field.made_by and field.made_by != "the table":
                    place = (
                        columns[key_of(output.location)] if output.location.line else output.location.place
                    )
                    made.add((field.made_by, re.sub("[0-9]+", "n", field.pointer) or place))
    assert made - MADE == set()


def is_within(key: str, known: set[str]) -> bool:
    separator = "/" if key.startswith("/") else "."
    while key and key not in known:
        key = key.rpartition(separator)[0]
    return bool(key)
