"""Every set, segment, composite, element and code of ours against the facts of the standard.

What differs stands in `DEPARTURES` with its reason; an entry that no longer applies fails too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import msgspec
import pytest

from gateway.formats.x12.definitions import (
    Composite,
    Element,
    ElementUse,
    Loop,
    Release,
    Requirement,
    Segment,
    SegmentUse,
)
from gateway.schema.show import set_rows
from tests.schema.definitions import RELEASES, envelope, release
from tests.shared import SHARED, needs_shared

pytestmark = needs_shared

WHOLE_UP_TO = 70
"""An element with at most so many codes in the standard has them all; of more, those our documents use."""

Fact = str | int | None | tuple[str, ...]
Difference = tuple[Fact, Fact]


class Departure(msgspec.Struct, frozen=True):
    standard: Fact
    ours: Fact
    reason: str


DEPARTURES_OF_004010 = {
    "ISA11 element": Departure(
        "I10/I65", "I10", "one place, two elements: the envelope check takes I65 from version 00402 on"
    ),
    "ISA11 type": Departure("ID/-", "ID", "the type of I10; I65 holds one character of any kind"),
    "ISA16 type": Departure(
        "-", "AN", "the standard gives separators no type; one character is read as AN 1/1"
    ),
    "143 whole": Departure("partial", "whole", "AK201 names any set, so every identifier must be known"),
    "479 whole": Departure("partial", "whole", "GS01 belongs to the envelope, whose lists are whole"),
}

NOT_TOLD = "the facts have no notes for this segment of 005010; those of 004010 are kept"
TEN_TIMES = "the facts do not tell repeats; in the maps of pyx12 for 005010 it repeats ten times"

DEPARTURES_OF_005010 = {
    "CTB notes": Departure((), ("R020406", "P0304", "P0506"), NOT_TOLD),
    "LFH notes": Departure((), ("P0506",), NOT_TOLD),
    "LH2 notes": Departure(
        (),
        ("P0607", "P0809", "P1011", "P1213"),
        "the facts have no notes; those of 004010, and the one that stupidedi has for the new elements",
    ),
    "MEA notes": Departure(
        (),
        ("R03050608", "E0412", "L050412", "L060412", "L07030506", "E0803", "P1112"),
        "the facts have no notes; stupidedi lets MEA12, which is new, stand for the unit in MEA04",
    ),
    "MTX notes": Departure((), ("C0102", "C0302"), NOT_TOLD),
    "N907 notes among components": Departure((), ("P0304", "P0506"), NOT_TOLD),
    "PAL notes": Departure((), ("P0506", "C0710", "C0810", "C0910", "L10070809", "P1112", "P1314"), NOT_TOLD),
    "PAL17 shortest": Departure(None, 1, "the facts lack it; the longest is one character"),
    "PO1 notes": Departure(
        (),
        (
            *("C0302", "C0504", "P0607", "P0809", "P1011", "P1213"),
            *("P1415", "P1617", "P1819", "P2021", "P2223", "P2425"),
        ),
        NOT_TOLD,
    ),
    "REF04 notes among components": Departure((), ("P0304", "P0506"), NOT_TOLD),
    "SE01 type": Departure("AN", "N0", "a slip in the facts: a count is a number, as in 004010"),
    "SN1 notes": Departure((), ("P0506",), NOT_TOLD),
    "DMG05 repeats": Departure(1, 10, TEN_TIMES),
    "CTX01 repeats": Departure(1, 10, TEN_TIMES),
}

DEPARTURES = {"004010": DEPARTURES_OF_004010, "005010": DEPARTURES_OF_005010}

BESIDE_THE_FACTS = frozenset(("860", "865", "BCA", "BCH", "G53", "PD", "PDD", "POC"))
"""Sets and segments that the facts do not hold; `test_order_changes.py` pins what we have of them."""


class StandardElement(msgspec.Struct):
    ref: str
    de: str
    req: str
    type: str
    min: int | None
    max: int | None
    components: list[StandardElement] = []


class StandardSegment(msgspec.Struct):
    elements: list[StandardElement]
    notes: list[str] | None = []
    comp_notes: list[str] | None = None


class StandardRow(msgspec.Struct):
    area: str
    pos: str | None
    id: str
    loop: str | None
    req: str
    max: int | None
    loop_start: bool
    loop_req: str | None
    loop_max: int | None
    req_in_loop: str | None = None


class StandardSet(msgspec.Struct):
    functional_id: str
    rows: list[StandardRow]


class StandardDictionaryEntry(msgspec.Struct):
    type: str
    min: int
    max: int
    codes: list[str] | None = None


class Standard(msgspec.Struct):
    control_segments: dict[str, StandardSegment]
    ack_codes: dict[str, dict[str, str]]
    functional_ids: dict[str, list[str]]
    sets: dict[str, dict[str, StandardSet]]
    segments: dict[str, dict[str, StandardSegment]]
    elements: dict[str, dict[str, StandardDictionaryEntry]]


@cache
def standard() -> Standard:
    return msgspec.json.decode((SHARED / "x12" / "standard.json").read_bytes(), type=Standard)


@pytest.mark.parametrize("name", RELEASES)
def test_what_differs_from_the_standard_is_listed_with_its_reason(name: str) -> None:
    found = {place: (theirs, ours) for place, theirs, ours in _comparisons(name) if theirs != ours}
    departures = DEPARTURES[name]
    listed = {place: (departure.standard, departure.ours) for place, departure in departures.items()}
    assert found == listed
    assert all(departure.reason for departure in departures.values())


@pytest.mark.parametrize(("name", "rows", "positions"), [("004010", 499, 874), ("005010", 533, 940)])
def test_everything_of_the_standard_was_compared(name: str, rows: int, positions: int) -> None:
    """The comparison counts what it saw, so that an empty loop cannot pass for agreement."""
    places = [place for place, _, _ in _comparisons(name)]
    assert len(places) == len(set(places))
    assert rows == sum(len(one.rows) for one in standard().sets[name].values())
    assert positions == sum(len(one.elements) for one in standard().segments[name].values())
    assert sum(place.endswith(" row") for place in places) == rows
    assert sum(place.endswith(" element") for place in places) > positions
    sets = {"850", "855", "856", "810", "997"}
    assert set(release(name).sets) == sets | ({"999"} if name == "005010" else {"860", "865"})


def test_a_change_in_our_data_is_seen() -> None:
    """The comparison itself: a segment whose elements differ is found with the place of each difference."""
    theirs = standard().segments["004010"]["BEG"]
    beg = release().segments["BEG"]
    changed = msgspec.structs.replace(
        beg, uses=(msgspec.structs.replace(beg.uses[0], repeats=2), *beg.uses[1:-1]), notes=()
    )
    found = [place for place, one, other in _segment("BEG", theirs, changed) if one != other]
    assert found == ["BEG elements", "BEG01 repeats"]


def test_the_acknowledgment_codes_are_whole() -> None:
    groups = {
        "720": "AK304 / 720 segment syntax error",
        "723": "AK403 / 723 element syntax error",
        "717": "AK501 / 717 transaction set ack",
        "718": "AK502-506 / 718 transaction set error",
        "715": "AK901 / 715 group ack",
        "716": "AK905-909 / 716 group error",
        "I17": "TA104 / I17",
        "I18": "TA105 / I18",
    }
    for number, title in groups.items():
        codes = release().elements[number].codes
        assert codes is not None
        assert codes.whole
        named = {code for code in standard().ack_codes[title] if "005010" not in code}
        assert named <= set(codes.codes), number


def test_the_acknowledgment_codes_of_005010_are_whole() -> None:
    """The 999 has those of the 997 under other numbers, and those of guides besides."""
    for number, title in {
        "720": "AK304 / 720 segment syntax error",
        "620": "AK304 / 720 segment syntax error",
        "723": "AK403 / 723 element syntax error",
        "621": "AK403 / 723 element syntax error",
        "718": "AK502-506 / 718 transaction set error",
        "618": "AK502-506 / 718 transaction set error",
    }.items():
        codes = release("005010").elements[number].codes
        assert codes is not None
        assert codes.whole
        assert {code.split(" ")[0] for code in standard().ack_codes[title]} <= set(codes.codes), number


def test_every_set_of_the_standard_has_an_identifier_and_a_group() -> None:
    sets, groups = release().elements["143"].codes, envelope().elements["479"].codes
    assert sets is not None
    assert groups is not None
    for number, identifiers in standard().functional_ids.items():
        assert set(identifiers) <= set(groups.codes)
        # 427 is named with a group but not among the identifiers of element 143 in 004010
        assert number in sets.codes or number == "427"


def _comparisons(name: str) -> Iterator[tuple[str, Fact, Fact]]:
    facts, ours = standard(), release(name)
    sets, segments = facts.sets[name], facts.segments[name]
    yield "sets", tuple(sorted(sets)), tuple(sorted(ours.sets.keys() - BESIDE_THE_FACTS))
    yield "segments", tuple(sorted(segments)), tuple(sorted(ours.segments.keys() - BESIDE_THE_FACTS))
    for number in sets:
        yield from _set(number, sets[number], ours)
    for tag, segment in segments.items():
        yield from _segment(tag, segment, ours.segments[tag])
    for number, entry in facts.elements.get(name, {}).items():
        yield from _dictionary_entry(number, entry, ours.elements[number])
    if name == RELEASES[0]:
        yield from _control_segments(ours)


def _control_segments(ours: Release) -> Iterator[tuple[str, Fact, Fact]]:
    facts = standard().control_segments
    yield "control segments", tuple(sorted(facts)), tuple(sorted(envelope().segments))
    for tag, segment in facts.items():
        prefix = "envelope " if tag in ours.segments else ""
        for place, theirs, own in _segment(tag, segment, envelope().segments[tag]):
            yield prefix + place, theirs, own


def _set(name: str, theirs: StandardSet, ours: Release) -> Iterator[tuple[str, Fact, Fact]]:
    definition = ours.sets[name]
    yield f"{name} group", theirs.functional_id, definition.group
    rows = set_rows(definition)
    yield f"{name} rows", len(theirs.rows), len(rows)
    loops = list(_loops(definition.members, ""))
    for row, own in zip(theirs.rows, rows, strict=False):
        place = f"{name} {own.area} {own.loop} {own.position or rows.index(own)} {own.tag}"
        yield f"{place} row", row.id, own.tag
        yield f"{place} area", row.area, own.area[0].upper()
        yield f"{place} position", row.pos, own.position or None
        yield f"{place} loop", row.loop or "", own.loop
        need = row.req_in_loop if row.loop_start else row.req
        yield f"{place} requirement", need, own.requirement.value
        yield f"{place} maximum", row.max, own.maximum
        yield f"{place} opens a loop", row.loop_start, own.opens_loop
    starts = [row for row in theirs.rows if row.loop_start]
    yield f"{name} loops", len(starts), len(loops)
    for number, (row, (path, loop)) in enumerate(zip(starts, loops, strict=False)):
        yield f"{name} loop {number} {path}", row.loop, path
        yield f"{name} loop {number} {path} requirement", row.loop_req, loop.requirement.value
        yield f"{name} loop {number} {path} maximum", row.loop_max, loop.maximum


def _loops(members: tuple[SegmentUse | Loop, ...], path: str) -> Iterator[tuple[str, Loop]]:
    for member in members:
        if isinstance(member, Loop):
            inner = f"{path}/{member.name}" if path else member.name
            yield inner, member
            yield from _loops(member.members, inner)


def _segment(tag: str, theirs: StandardSegment, ours: Segment) -> Iterator[tuple[str, Fact, Fact]]:
    yield f"{tag} elements", len(theirs.elements), len(ours.uses)
    yield f"{tag} notes", tuple(theirs.notes or ()), tuple(str(note) for note in ours.notes)
    for element, use in zip(theirs.elements, ours.uses, strict=False):
        yield from _use(element, use, conditions_told=theirs.notes is not None)
        if element.components:
            yield from _composite(theirs, element, use)


def _composite(
    segment: StandardSegment, theirs: StandardElement, use: ElementUse
) -> Iterator[tuple[str, Fact, Fact]]:
    composite = use.content
    assert isinstance(composite, Composite)
    yield f"{theirs.ref} components", len(theirs.components), len(composite.components)
    told = segment.comp_notes is not None
    notes = [re.fullmatch(rf"{theirs.ref}\(.*\): (\w+)", note) for note in segment.comp_notes or ()]
    wanted = tuple(match[1] for match in notes if match)
    yield f"{theirs.ref} notes among components", wanted, tuple(str(note) for note in composite.notes)
    for component, part in zip(theirs.components, composite.components, strict=False):
        yield from _use(component, part, conditions_told=told)


def _use(theirs: StandardElement, use: ElementUse, conditions_told: bool) -> Iterator[tuple[str, Fact, Fact]]:
    """Facts without syntax notes have optional for conditional, which comes from the notes."""
    place, content = theirs.ref, use.content
    conditional = use.requirement is Requirement.CONDITIONAL
    yield f"{place} element", theirs.de, content.number
    yield (
        f"{place} requirement",
        theirs.req,
        "O" if conditional and not conditions_told else use.requirement.value,
    )
    yield f"{place} repeats", 1, use.repeats
    if isinstance(content, Element):
        yield f"{place} type", theirs.type, content.type
        yield f"{place} shortest", theirs.min, content.minimum
        yield f"{place} longest", theirs.max, content.maximum
    else:
        yield f"{place} type", theirs.type, "composite"


def _dictionary_entry(
    number: str, theirs: StandardDictionaryEntry, ours: Element
) -> Iterator[tuple[str, Fact, Fact]]:
    yield f"{number} type", theirs.type, ours.type
    yield f"{number} shortest", theirs.min, ours.minimum
    yield f"{number} longest", theirs.max, ours.maximum
    codes = theirs.codes or []
    yield f"{number} has codes", bool(codes), ours.codes is not None
    if ours.codes is None:
        return
    known = "whole" if len(codes) <= WHOLE_UP_TO else "partial"
    yield f"{number} whole", known, "whole" if ours.codes.whole else "partial"
    missing = tuple(sorted(set(codes) - set(ours.codes.codes))) if ours.codes.whole else ()
    yield f"{number} codes left out", (), missing
    yield f"{number} codes of our own", (), tuple(sorted(set(ours.codes.codes) - set(codes)))
