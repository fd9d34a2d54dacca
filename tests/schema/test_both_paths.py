"""Both paths say the same of thousands of random sets, and a grammar judges the order of segments alike."""

from __future__ import annotations

import random
from collections import Counter
from functools import cache

import msgspec
import pytest

from gateway.formats.x12.definitions import Element, Release, Requirement, Segment, SetDefinition
from gateway.report import Verdict
from gateway.schema.automaton import Automaton
from gateway.schema.checker import FIRST_RELEASE_WITH_EXPONENTS, SetChecker
from gateway.schema.compile import segment_checks
from gateway.schema.segments import Syntax, segment_faults
from gateway.schema.structure import read_structure
from tests.schema.definitions import RELEASES, release
from tests.schema.random_sets import BAD, MARKS, Draw, as_set, follows, grammar, without_shape
from tests.thoroughness import examples

SETS = examples(3_000)
SEGMENTS = 8_000
TAKEN_FOR_GRANTED = ("\x00", "\x07", "\n", "\t", "٣", "𝟙", "^")  # what the checks of one segment need not see

Disagreement = tuple[str, ...]


def random_set(draw: Draw, number: int, name: str) -> tuple[str, list[list[str]]]:
    """A set of each kind in turn; two of three are damaged."""
    kinds = sorted(release(name).sets)
    kind = kinds[number % len(kinds)]
    segments = draw.good(release(name).sets[kind])
    if number % 3:
        draw.damage(segments)
    return kind, segments


def disagreements(
    fast: dict[str, SetChecker], slow: dict[str, SetChecker], count: int, seed: int, name: str = "004010"
) -> tuple[list[Disagreement], Counter[Verdict]]:
    """The random sets of which the fast path of some and the slow path of others say different things."""
    found: list[Disagreement] = []
    verdicts: Counter[Verdict] = Counter()
    draw = Draw(release(name), seed)
    for number in range(count):
        kind, segments = random_set(draw, number, name)
        random_one = as_set(segments)
        group = release(name).sets[kind].group
        quick = fast[kind].check(random_one, group, tolerant=False)
        complete = slow[kind].explain(random_one, group, tolerant=False)
        verdicts[quick.verdict] += 1
        if without_shape(quick) != complete:
            found.append(random_one.segments)
    return found, verdicts


@cache
def checkers(name: str = "004010") -> dict[str, SetChecker]:
    return {kind: SetChecker(release(name), definition) for kind, definition in release(name).sets.items()}


def changed(kind: str, tag: str, element: int, **changes: object) -> dict[str, SetChecker]:
    """The checkers, with one element of a segment of one set defined in another way."""
    definition = release().sets[kind]
    segment = definition.segments[tag]
    uses = list(segment.uses)
    uses[element - 1] = msgspec.structs.replace(uses[element - 1], **changes)
    segments = {**definition.segments, tag: msgspec.structs.replace(segment, uses=tuple(uses))}
    return {**checkers(), kind: SetChecker(release(), msgspec.structs.replace(definition, segments=segments))}


@pytest.mark.one_in(2)
@pytest.mark.parametrize("name", RELEASES)
def test_both_paths_agree(name: str) -> None:
    found, verdicts = disagreements(checkers(name), checkers(name), SETS, seed=20, name=name)
    assert found == []
    assert min(verdicts[Verdict.ACCEPTED], verdicts[Verdict.REJECTED]) > SETS / 10


def test_a_planted_difference_is_seen() -> None:
    """A fast path that takes one element too generously does not go unnoticed, nor one that is too strict."""
    text = release().sets["850"].segments["REF"].uses[1].content
    assert isinstance(text, Element)
    short = msgspec.structs.replace(text, maximum=4)
    shorter = changed("850", "REF", 2, content=short)
    assert disagreements(checkers(), shorter, 600, seed=21)[0]
    assert disagreements(shorter, checkers(), 600, seed=21)[0]
    mandatory = changed("997", "AK5", 2, requirement=Requirement.MANDATORY)
    assert disagreements(checkers(), mandatory, 600, seed=22)[0]


def drawn_segment(draw: Draw, rolls: random.Random, segment: Segment) -> list[str]:
    values = draw.segment(segment)
    if rolls.random() < 0.6:
        position = rolls.randint(1, len(values))
        values[position : position + 1] = [rolls.choice(BAD)]
    return values


def usual(segment: Segment, values: list[str]) -> bool:
    """Whether a segment holds only what its check has to judge; the rest is looked at once for a set."""
    text = "*".join(values)
    blank = any(value and not value.strip(" ") for value in values)
    simple = "".join(
        value
        for number, value in enumerate(values)
        if not 0 < number <= len(segment.uses) or isinstance(segment.uses[number - 1].content, Element)
    )
    odd = any(mark in text for mark in TAKEN_FOR_GRANTED)
    return not (blank or odd or MARKS.component in simple) and bool(values[1:])


@pytest.mark.parametrize("name", RELEASES)
def test_a_check_accepts_exactly_what_has_no_finding(name: str) -> None:
    draw, rolls = Draw(release(name), 30), random.Random(31)
    tags = sorted(release(name).segments)
    exponent = name >= FIRST_RELEASE_WITH_EXPONENTS
    checks = {tag: segment_checks(release(name).segments[tag], exponent) for tag in tags}
    verdicts: Counter[bool] = Counter()
    for number in range(SEGMENTS):
        segment = release(name).segments[tags[number % len(tags)]]
        values = drawn_segment(draw, rolls, segment)
        if not usual(segment, values):
            continue
        accepted = checks[segment.tag][len(values)](values, MARKS.component)
        faults = segment_faults(segment, values, Syntax(MARKS, exponent))
        assert accepted == (not faults), (values, faults)
        verdicts[accepted] += 1
    assert min(verdicts.values()) > SEGMENTS / 10


def order_disagreements(definition: SetDefinition, other: SetDefinition, count: int) -> list[list[str]]:
    """Random orders of tags that one definition's structure and another's grammar judge differently."""
    known = release(definition.release)
    pattern, automaton, draw = grammar(other), Automaton(definition), Draw(known, 40)
    found = []
    for number in range(count):
        segments = draw.good(definition)
        if number % 2:
            draw.damage(segments)
        tags = [values[0] for values in segments]
        if len(tags) > 60 or not all(tag.isalnum() for tag in tags):
            continue
        structure = read_structure(definition, automaton, known.segments, tags)
        in_order = pattern.fullmatch("".join(f"{tag} " for tag in tags)) is not None
        good = not structure.faults
        if good != in_order or (good and not follows(automaton, tags)):
            found.append(tags)
    return found


@pytest.mark.parametrize(("name", "kind"), [(name, kind) for name in RELEASES for kind in release(name).sets])
def test_the_order_of_segments_is_that_of_the_grammar(name: str, kind: str) -> None:
    assert order_disagreements(release(name).sets[kind], release(name).sets[kind], 400) == []


def test_a_planted_difference_of_order_is_seen() -> None:
    definition = release().sets["997"]
    ak1, ak2 = definition.members[1:3]
    members = (definition.members[0], ak2, ak1, *definition.members[3:])
    assert order_disagreements(definition, msgspec.structs.replace(definition, members=members), 50)


def test_a_set_of_another_kind_is_all_findings() -> None:
    """A set of another kind is all findings, and none is an exception."""
    other = as_set([["ST", "850", "0001"], ["SE", "2", "0001"]])
    nothing = Release("004010", {}, {}, release().sets)
    result = SetChecker(nothing, release().sets["997"]).check(other, "FA", tolerant=False)
    assert [finding.code for finding in result.findings] == ["segment-missing", "segment-missing"]
    assert [finding.location.tag for finding in result.findings] == ["AK1", "AK9"]
