"""Whether the elements of service segments are valid (X12.5, X12.6), and which release a group is in.

Counts, control numbers that must agree, padding and separators are looked at where the file is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter

import msgspec

from gateway.findings import Finding, Location, Severity, found
from gateway.formats.x12.definitions import Element, ElementUse, Release, Requirement, Segment
from gateway.formats.x12.delimiters import has_repetition
from gateway.formats.x12.model import (
    Delimiters,
    GroupEnd,
    GroupStart,
    InterchangeEnd,
    InterchangeNote,
    InterchangeStart,
)
from gateway.schema.compile import segment_checks
from gateway.schema.elements import value_fault
from gateway.schema.faults import Fault
from gateway.schema.segments import Syntax, segment_faults

RELEASE_LENGTH = 6  # GS08 begins with version, release and subrelease; an industry's guide may follow
FIRST_RELEASE_WITH_CENTURY = "004010"  # GS04 has two digits for the year before

_MAY_BE_BLANK = (2, 4)  # authorization and security information
_REPETITION = 11
_VERSION = 12
_COMPONENT_SEPARATOR = 16
_OF_EACH = (9, 10, 13)  # date, time and control number
_AT_OF_EACH = itemgetter(*_OF_EACH)
_REPEATED_BY_TA1 = 3
_MOST_REMEMBERED = 1_000  # headers of as many partners; each takes about 1 KiB

_NO_COMPONENTS = ""
_SYNTAX = Syntax(Delimiters(component=_NO_COMPONENTS), exponent=False)

_PROBLEMS = {
    "element-missing": "it is missing",
    "element-too-short": "{value} has {length} characters, at least {min} are needed",
    "element-too-long": "{value} has {length} characters, at most {max} are allowed",
    "element-character": "{problem}",
    "element-code": "{value} is not one of its codes",
    "element-date": "{value} is no date",
    "element-time": "{value} is no time",
    "element-components": "it holds the component separator",
    "element-repetitions": "it holds the repetition separator",
}
_SHOWN = 40  # a value in a problem; the finding has it whole


def release_of(releases: Mapping[str, Release], gs08: str) -> Release | None:
    """The installed release of a GS08 such as 004010 or 004010VICS."""
    return releases.get(gs08) or releases.get(gs08.strip()[:RELEASE_LENGTH])


class InterchangeElements:
    """The checks of the elements of ISA. Blanks at their ends are padding.

    The headers of one sender differ in date, time and number alone: the rest is looked at once.
    """

    def __init__(self, envelope: Release) -> None:
        self._elements = tuple(_unpadded(use.content) for use in envelope.segments["ISA"].uses)
        self._every = tuple(range(1, len(self._elements) + 1))
        self._sound: set[tuple[str | bool, ...]] = set()
        of_each = [self._elements[position - 1] for position in _OF_EACH]
        uses = tuple(ElementUse(each, Requirement.MANDATORY) for each in of_each if each is not None)
        self._of_each = segment_checks(Segment("ISA", "", uses), exponent=False)

    def findings(self, start: InterchangeStart) -> tuple[Finding, ...]:
        """The findings about the elements of one ISA."""
        isa = start.isa
        same: tuple[str | bool, ...] = (*isa[:9], *isa[11:13], *isa[14:], start.delimiters.repetition is None)
        if same in self._sound:
            return () if self._accepts_of_each(isa) else tuple(self._found(start, _OF_EACH))
        findings = tuple(self._found(start, self._every))
        if not findings and len(self._sound) < _MOST_REMEMBERED:
            self._sound.add(same)
        return findings

    def _accepts_of_each(self, isa: Sequence[str]) -> bool:
        """Whether the elements that differ surely have no fault."""
        segment = (isa[0], *_AT_OF_EACH(isa))
        return "".join(segment).isascii() and self._of_each[len(segment)](segment, _NO_COMPONENTS)

    def _found(self, start: InterchangeStart, positions: Iterable[int]) -> Iterator[Finding]:
        for position in positions:
            element = self._elements[position - 1]
            if position == _COMPONENT_SEPARATOR or element is None:
                continue
            value = start.isa[position].strip(" ") if position < len(start.isa) else ""
            if position == _REPETITION and has_repetition(start.isa[_VERSION].strip(" ")):
                if start.delimiters.repetition is None:
                    place = _element_of(start, position)
                    problem = "it cannot be the repetition separator"
                    yield found(
                        "interchange-element", place, value, severity=Severity.WARNING, problem=problem
                    )
                continue
            fault = _unpadded_fault(element, position, value)
            if fault is not None:
                place = _element_of(start, position)
                if position == _VERSION:
                    yield found("interchange-version-unknown", place, value)
                else:
                    yield _finding("interchange-element", place, fault)


class ServiceSegments:
    """The checks of the elements of GS, GE, IEA and the other service segments but ISA and ST."""

    def __init__(self, envelope: Release) -> None:
        self._segments = envelope.segments
        self._checks = {
            tag: segment_checks(segment, exponent=False) for tag, segment in envelope.segments.items()
        }

    def faults(self, segment: Sequence[str]) -> list[Fault]:
        """The faults of one segment, tag first; its elements have neither components nor repetitions."""
        if self._accepts(segment):
            return []
        return segment_faults(self._segments[segment[0]], segment, _SYNTAX)

    def _accepts(self, segment: Sequence[str]) -> bool:
        text = "*".join(segment)
        usual = text.isascii() and text.isprintable() and "* " not in text
        return usual and self._checks[segment[0]][len(segment)](segment, _NO_COMPONENTS)


def note_findings(service: ServiceSegments, note: InterchangeNote) -> tuple[Finding, ...]:
    """The findings about the elements of TA1, ISB and ISE."""
    tag = note.segment[0]
    if tag not in ("TA1", "ISB", "ISE"):
        return ()
    findings = [
        _finding("interchange-element", note.location, fault) for fault in service.faults(note.segment)
    ]
    return tuple(_repeated_by_ta1(finding) if tag == "TA1" else finding for finding in findings)


def trailer_findings(service: ServiceSegments, end: GroupEnd | InterchangeEnd) -> tuple[Finding, ...]:
    """The findings about the elements of GE or IEA on which the reader, which compares them, is silent.

    Warnings: the count and the number are the right ones, only written as they must not be.
    """
    segment = end.ge if isinstance(end, GroupEnd) else end.iea
    if not segment:
        return ()
    faults = service.faults(segment)
    if not faults:
        return ()
    told = {finding.location.element for finding in end.findings}
    code = "group-element" if isinstance(end, GroupEnd) else "interchange-element"
    findings = (_finding(code, end.location, fault) for fault in faults if fault.element not in told)
    return tuple(_at_most_a_warning(finding) for finding in findings)


def group_findings(
    service: ServiceSegments, releases: Mapping[str, Release], start: GroupStart
) -> tuple[Finding, ...]:
    """The findings about the elements of GS: its release, and those with the codes of AK905."""
    return tuple(_gs_findings(service, releases, start))


def header_faults(envelope: Release, st: Sequence[str], delimiters: Delimiters) -> list[Fault]:
    """The faults of ST in a set that has no definition, as `st01-invalid` and `st02-invalid`."""
    faults = segment_faults(envelope.segments["ST"], st, Syntax(delimiters, exponent=False))
    return [fault for fault in map(header_fault, faults) if fault is not None]


def header_fault(fault: Fault) -> Fault | None:
    """A fault of ST as AK502 tells it; None where it has no code."""
    code = {1: "st01-invalid", 2: "st02-invalid"}.get(fault.element or 0)
    if code is None or fault.code not in _PROBLEMS:
        return None
    return msgspec.structs.replace(fault, code=code, details=(("problem", _problem(fault)),))


def _unpadded(content: object) -> Element | None:
    """An element of ISA as its value is judged without padding."""
    if not isinstance(content, Element):
        return None
    return msgspec.structs.replace(content, minimum=1) if content.type[0] in "AN" else content


def _element_of(start: InterchangeStart, position: int) -> Location:
    return msgspec.structs.replace(start.location, tag="ISA", element=position)


def _repeated_by_ta1(finding: Finding) -> Finding:
    """TA101 to TA103 repeat what stood in the interchange that is acknowledged, which may have been wrong."""
    if (finding.location.element or 0) > _REPEATED_BY_TA1:
        return finding
    return _at_most_a_warning(finding)


def _at_most_a_warning(finding: Finding) -> Finding:
    if finding.severity is not Severity.ERROR:
        return finding
    return msgspec.structs.replace(finding, severity=Severity.WARNING)


def _unpadded_fault(element: Element, position: int, value: str) -> Fault | None:
    """The fault of an element of ISA; whether it is padded to its length is another matter."""
    if not value:
        return None if position in _MAY_BE_BLANK else Fault(code="element-missing", element=position)
    if len(value) > element.maximum and element.type[0] in "AN":
        element = msgspec.structs.replace(element, maximum=len(value))
    fault = value_fault(element, value, exponent=False)
    return fault and msgspec.structs.replace(fault, element=position, value=value)


def _gs_findings(
    service: ServiceSegments, releases: Mapping[str, Release], start: GroupStart
) -> Iterator[Finding]:
    gs08 = start.gs[8] if len(start.gs) > 8 else ""
    for fault in service.faults(start.gs):
        if fault.element == 8 or (fault.element == 4 and _is_old_date(fault, gs08)):
            continue
        yield _finding("gs06-invalid" if fault.element == 6 else "group-element", start.location, fault)
    release = release_of(releases, gs08)
    if release is not None and gs08 == release.release:
        return
    place = msgspec.structs.replace(start.location, tag="GS", element=8)
    if release is None:
        yield found("group-version-unknown", place, gs08)
    else:
        yield found("version-base-release", place, gs08, release=release.release)


def _is_old_date(fault: Fault, gs08: str) -> bool:
    value = fault.value or ""
    date = Element("373", "Date", "DT", 6, 6)
    return gs08 < FIRST_RELEASE_WITH_CENTURY and value_fault(date, value, exponent=False) is None


def _finding(code: str, place: Location, fault: Fault) -> Finding:
    if fault.code not in _PROBLEMS:  # trailing separators and the like say enough themselves
        place = msgspec.structs.replace(place, element=fault.element)
        return found(fault.code, place, fault.value, severity=None, **dict(fault.details))
    place = msgspec.structs.replace(place, element=fault.element, component=fault.component)
    return found(code, place, fault.value, problem=_problem(fault))


def _problem(fault: Fault) -> str:
    return _PROBLEMS[fault.code].format(value=(fault.value or "")[:_SHOWN], **dict(fault.details))
