"""Writes the 997 and 999, functional and implementation acknowledgment: what became of a functional group.

Both say the same in the same order; in the 999 the segments and code lists for segments, elements and sets
are others (IK3, IK4 and IK5 with elements 620, 621 and 618), whose codes 1 to 27 mean what those of the 997
mean. Its codes that begin with I tell of guides, for which there are no findings, so that none is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec

from gateway.acknowledgments import copying
from gateway.acknowledgments.received import GroupAnswer, ReceivedGroup, ReceivedSet
from gateway.codes import CATALOGUE
from gateway.findings import Finding, Severity, has_errors
from gateway.formats.x12.model import Delimiters
from gateway.formats.x12.writer import Element
from gateway.report import Verdict

SegmentElements = tuple[Element, ...]

MAX_SETS = 999_999  # repeats of the AK2 loop, and the six digits of AK902, AK903 and AK904
MAX_SEGMENT_NOTES = 999_999  # repeats of the AK3 loop in one AK2 loop
MAX_ELEMENT_NOTES = 99  # AK4 in one AK3 loop
MAX_CODES = 5  # AK502 to AK506, AK905 to AK909
MAX_SEGMENT_POSITION = 999_999  # AK302, six digits
MAX_ELEMENT_POSITION = 99  # AK401-01 and AK401-02, two digits
MAX_REPETITION = 9_999  # AK401-03, four digits

ELEMENT_ERRORS = "8"  # AK304: the AK4 that follow tell which
SET_NOT_SUPPORTED = "1"  # AK502
SEGMENTS_IN_ERROR = "5"  # AK502
TOO_MANY_ELEMENTS = "3"  # AK403
CODES_OF_005010 = frozenset({"12", "13"})  # AK403: too many repetitions, too many components

FIRST_WITH_999 = "005010"
FIRST_WITH_COMPONENTS = "003050"  # AK401 is a plain number before
FIRST_WITH_REPETITIONS = "004030"

SET_CODES = {Verdict.ACCEPTED: "A", Verdict.ACCEPTED_WITH_ERRORS: "E"}


class _Tags(msgspec.Struct, frozen=True):
    """The segments that tell of a segment, an element and a set."""

    segment: str
    element: str
    set: str


_TAGS = {
    GroupAnswer.FUNCTIONAL: _Tags("AK3", "AK4", "AK5"),
    GroupAnswer.IMPLEMENTATION: _Tags("IK3", "IK4", "IK5"),
}


class ElementNote(msgspec.Struct, frozen=True, order=True):
    """One AK4. Component and repetition are 0 where they do not apply, number and data "" where not known."""

    element: int
    component: int
    repetition: int
    code: str
    number: str
    data: str


class _SegmentNote(msgspec.Struct, frozen=True, order=True):
    """One AK3; the order is that of the segments, and for one segment that of the codes, 8 the last."""

    position: int
    code: int
    tag: str
    loop: str


def functional_acknowledgment(
    group: ReceivedGroup,
    *,
    control_number: str,
    delimiters: Delimiters,
    interchange_refused: bool = False,
    kind: GroupAnswer = GroupAnswer.FUNCTIONAL,
) -> list[SegmentElements]:
    """The 997 or 999 for a group (X12.20), ST to SE, each segment as its elements with the tag first.

    `control_number` becomes ST02; `delimiters` are those it will be written with, and none of them stands in
    copied data. In a refused interchange no group is accepted, whatever is in it. Empty for a group that is
    owed no answer: one of acknowledgments, or one that AK101 cannot name.
    """
    if not group.is_owed_an_answer:
        return []
    body = acknowledgment_body(
        group, delimiters=delimiters, interchange_refused=interchange_refused, kind=kind
    )
    segments: list[SegmentElements] = [("ST", kind.value, control_number), *body]
    segments.append(("SE", str(len(segments) + 1), control_number))
    return segments


def acknowledgment_body(
    group: ReceivedGroup,
    *,
    delimiters: Delimiters,
    interchange_refused: bool = False,
    kind: GroupAnswer = GroupAnswer.FUNCTIONAL,
) -> Iterator[SegmentElements]:
    """The segments between ST and SE of the answer to a group that is owed one, made one after another."""
    yield _group_named(group, kind, delimiters)
    group_errors = _in_order({error for one in group.findings if (error := CATALOGUE[one.code].ak905)})
    refused = interchange_refused or has_errors(group.findings)
    release = group.release
    codes: Counter[str] = Counter()
    for number, one in enumerate(group.sets):
        code = _set_code(one.verdict, refused)
        codes[code] += 1
        if number < MAX_SETS:
            yield from _set_response(one, code, release, delimiters, kind)
    yield _group_response(group, codes, group_errors, refused)


def _set_code(verdict: Verdict, group_refused: bool) -> str:
    """AK501. In a refused envelope no set is accepted: it will be sent again and would count twice."""
    return "R" if group_refused else SET_CODES.get(verdict, "R")


def _group_named(group: ReceivedGroup, kind: GroupAnswer, delimiters: Delimiters) -> SegmentElements:
    """AK1. AK103, which came with 005010, is sent in the 999 alone: an older reader of a 997 lacks it."""
    named = ("AK1", group.gs[1].strip().upper(), copying.group_control_number(_element(group.gs, 6)))
    if kind is GroupAnswer.FUNCTIONAL:
        return named
    return (*named, copying.plain(group.version, delimiters))


def _set_response(
    one: ReceivedSet, code: str, release: str, delimiters: Delimiters, kind: GroupAnswer
) -> Iterator[SegmentElements]:
    tags = _TAGS[kind]
    guide = copying.guide(one.st03, delimiters) if kind is GroupAnswer.IMPLEMENTATION else ""
    named = (copying.set_identifier(one.st01), copying.set_control_number(one.st02, delimiters))
    yield ("AK2", *named, guide) if guide else ("AK2", *named)
    if one.verdict is Verdict.ACCEPTED:
        yield (tags.set, code)
        return
    notes = list(islice(_segment_notes(one.findings, release, delimiters), MAX_SEGMENT_NOTES))
    for note, elements in notes:
        yield (tags.segment, note.tag, str(note.position), note.loop, str(note.code))
        for element in elements:
            yield _element_response(element, tags.element)
    errors = {error for finding in one.findings if (error := CATALOGUE[finding.code].ak502)}
    if notes:
        errors.add(SEGMENTS_IN_ERROR)
    if one.verdict is Verdict.NO_DEFINITION:
        errors.add(SET_NOT_SUPPORTED)
    yield (tags.set, code, *_in_order(errors))


def _segment_notes(
    findings: Iterable[Finding], release: str, delimiters: Delimiters
) -> Iterator[tuple[_SegmentNote, list[ElementNote]]]:
    """One note for each segment and error code, by place; the elements in error stand with code 8."""
    notes: dict[_SegmentNote, set[ElementNote]] = {}
    for finding in findings:
        catalogued = CATALOGUE[finding.code]
        place = finding.location
        position = place.segment_in_set or 1
        if catalogued.ak304 is None or position > MAX_SEGMENT_POSITION:
            continue
        if catalogued.guide and finding.severity is not Severity.ERROR:
            continue  # of a statement that nobody has verified
        note = _SegmentNote(
            position,
            int(catalogued.ak304),
            copying.segment_tag(place.tag or "", delimiters),
            copying.plain(_bounded_loop(place.loop), delimiters),
        )
        elements = notes.setdefault(note, set())
        if catalogued.ak304 == ELEMENT_ERRORS and catalogued.ak403 and _can_be_pointed_at(finding):
            elements.add(_element_note(finding, catalogued.ak403, release, delimiters))
    for note in sorted(notes):
        yield note, sorted(notes[note])[:MAX_ELEMENT_NOTES]


def _bounded_loop(path: str | None) -> str:
    """AK303: the code of the loop between LS and LE that a segment stands in, "" outside of them.

    Element 447 names loops bounded by LS and LE and no others; the standard recommends the loop's own name as
    its value. In a path such as `PO1/LS/LDT` it is the part after LS.
    """
    parts = (path or "").split("/")
    return parts[parts.index("LS") + 1] if "LS" in parts[:-1] else ""


def _can_be_pointed_at(finding: Finding) -> bool:
    element = finding.location.element
    return element is not None and element <= MAX_ELEMENT_POSITION


def _element_note(finding: Finding, code: str, release: str, delimiters: Delimiters) -> ElementNote:
    place = finding.location
    number = dict(finding.details).get("number", "")
    return ElementNote(
        place.element or 0,
        _part(place.component, MAX_ELEMENT_POSITION) if release >= FIRST_WITH_COMPONENTS else 0,
        _part(place.repetition, MAX_REPETITION) if release >= FIRST_WITH_REPETITIONS else 0,
        TOO_MANY_ELEMENTS if code in CODES_OF_005010 and release < "005010" else code,
        number if len(number) <= 4 and number.isascii() and number.isdigit() else "",
        copying.bad_data(finding.value, delimiters),
    )


def _part(position: int | None, limit: int) -> int:
    return position if position is not None and position <= limit else 0


def _element_response(note: ElementNote, tag: str) -> SegmentElements:
    position = (str(note.element), str(note.component or ""), str(note.repetition or ""))
    return (tag, position, note.number, note.code, note.data)


def _group_response(
    group: ReceivedGroup, set_codes: Counter[str], errors: list[str], refused: bool
) -> SegmentElements:
    """AK9. AK902 repeats the declared count; without a usable one the received count stands in its place."""
    received = min(set_codes.total(), MAX_SETS)
    accepted = min(set_codes.total() - set_codes["R"], MAX_SETS)
    declared = group.ge01.strip()
    usable = declared.isascii() and declared.isdigit() and len(declared) <= 6
    return (
        "AK9",
        _group_code(set_codes, bool(errors), refused),
        declared if usable else str(received),
        str(received),
        str(accepted),
        *errors,
    )


def _group_code(set_codes: Counter[str], errors_noted: bool, refused: bool) -> str:
    """AK901: R when nothing was accepted, P when some sets were, E when errors were noted, else A."""
    seen = {code for code, count in set_codes.items() if count}
    if refused or seen == {"R"}:
        return "R"
    if "R" in seen:
        return "P"
    return "E" if errors_noted or "E" in seen else "A"


def _in_order(codes: set[str]) -> list[str]:
    return sorted(codes, key=int)[:MAX_CODES]


def _element(segment: tuple[str, ...], position: int) -> str:
    return segment[position] if position < len(segment) else ""
