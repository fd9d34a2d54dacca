"""Separators: which characters an interchange declares, and which of them can cut it apart (X12.5, X12.6)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import msgspec

from gateway.findings import Finding, Location, found
from gateway.formats.x12.model import Delimiters

FIRST_VERSION_WITH_REPETITION = "00402"  # before, ISA11 names the control standards: U

# One of these stands for a component separator that cannot be used: no text has them, so that nothing is cut.
_NEVER_IN_TEXT = ("\x1f", "\x1e", "\x1d", "\x1c")

LINE_ENDS = ("\r", "\n")

COMPONENT = "component separator"
REPETITION = "repetition separator"


class ServiceCharacters(msgspec.Struct, frozen=True):
    """The separators as they stand in the bytes: one outside ASCII may have several bytes (UTF-8).

    `wrapped`: the lines of the file were broken at a fixed width, so that line ends are no part of it.
    """

    element: str
    component: str
    segment: str
    repetition: str | None = None
    wrapped: bool = False

    @property
    def line_ended(self) -> bool:
        """Whether each segment ends with its line."""
        return self.segment in LINE_ENDS

    def named(self) -> Iterator[tuple[str, str]]:
        """Each separator that is there, with its name; that of segments first, as it matters most."""
        yield "segment terminator", self.segment
        yield "element separator", self.element
        yield COMPONENT, self.component
        if self.repetition is not None:
            yield REPETITION, self.repetition


def has_repetition(version: str) -> bool:
    """Whether ISA11 is the repetition separator in an interchange control version (ISA12)."""
    return (
        len(version) == 5
        and version.isascii()
        and version.isdigit()
        and version >= FIRST_VERSION_WITH_REPETITION
    )


def can_separate(character: str) -> bool:
    """Whether data can do without this character: no letter, digit or blank."""
    return bool(character) and character != " " and not (character.isascii() and character.isalnum())


def clashes(service: ServiceCharacters | Delimiters) -> list[tuple[str, str, str]]:
    """Each pair of separators that are equal: their names and the character."""
    if isinstance(service, Delimiters):
        service = ServiceCharacters(service.element, service.component, service.segment, service.repetition)
    named = list(service.named())
    if len({character for _, character in named}) == len(named):
        return []
    pairs = combinations(named, 2)
    return [(first, second, one) for (first, one), (second, other) in pairs if one == other]


def safe(
    declared: ServiceCharacters, place: Location
) -> tuple[ServiceCharacters | None, tuple[Finding, ...]]:
    """What of the declared separators can be used, with a finding for each that cannot.

    A segment terminator that cannot be used leaves nothing to read: None. Other separators are done without.
    `place` is that of ISA.
    """
    findings = []
    component, repetition = declared.component, declared.repetition
    separates = can_separate(component) and component not in LINE_ENDS
    if separates and can_separate(declared.segment) and not clashes(declared):
        return declared, ()
    if not separates:
        element_16 = msgspec.structs.replace(place, element=16)
        findings.append(found("isa-component-separator", element_16, component or None))
        component = _never_in_text(declared)
    if not can_separate(declared.segment):
        findings.append(found("isa-terminator-invalid", place, declared.segment or None))
        return None, tuple(findings)
    for first, second, character in clashes(msgspec.structs.replace(declared, component=component)):
        findings.append(found("isa-separators-clash", place, character, first=first, second=second))
        if COMPONENT in (first, second):
            component = _never_in_text(declared)
        if second == REPETITION:
            repetition = None
    if declared.segment == declared.element:
        return None, tuple(findings)
    return msgspec.structs.replace(declared, component=component, repetition=repetition), tuple(findings)


def _never_in_text(declared: ServiceCharacters) -> str:
    used = {character for _, character in declared.named()}
    return next(character for character in _NEVER_IN_TEXT if character not in used)
