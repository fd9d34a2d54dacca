"""Faults of documents, as values: what is wrong, how much it weighs, and exactly where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

import msgspec

from gateway.codes import CATALOGUE
from gateway.codes.model import Severity

__all__ = ["NOWHERE", "Finding", "Location", "Severity", "found", "has_errors", "shown"]

SHOWN_VALUE_LENGTH = 60  # enough to recognise a value in a message; all of it stands in the document
KEPT_VALUE_LENGTH = 200  # AK404 copies at most 99 characters; more would let hostile input fill memory


class Location(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, gc=False):
    """Where a finding stands; parts that do not apply are absent.

    `interchange`, `group` and `set` count from 1 in the file, the interchange and the group. `segment` counts
    the segments of the file, `segment_in_set` those of the transaction set with ST as 1 (as AK302 does).
    `byte` is an offset into the file, from 0. `pointer` is a JSON pointer (RFC 6901) into the file. `line`
    and `column` of a flat file count from 1, as does the `line` of an XML file, whose `xpath` names elements
    without prefixes. `field` is a JSON pointer into the canonical document that was made of the file, which
    is no place in it. `file` tells which of several files that were read together. `cell` is one of a
    spreadsheet, as `unit!B5`, or its sheet or range.
    """

    interchange: int | None = None
    group: int | None = None
    set: int | None = None
    isa13: str | None = None
    gs06: str | None = None
    st02: str | None = None
    segment: int | None = None
    segment_in_set: int | None = None
    tag: str | None = None
    loop: str | None = None
    element: int | None = None
    component: int | None = None
    repetition: int | None = None
    byte: int | None = None
    pointer: str | None = None
    line: int | None = None
    column: int | None = None
    xpath: str | None = None
    field: str | None = None
    file: str | None = None
    cell: str | None = None

    @property
    def place(self) -> str:
        """A short name for people: `PO104`, `C04002 in REF04`, `/orders/0`, `line 3, column 2`,
        `/order/total (line 9)`."""
        if self.tag:
            if self.element is None:
                return self.tag
            name = f"{self.tag}{self.element:02d}"
            return name if self.component is None else f"{name}-{self.component:02d}"
        if self.pointer is not None:
            return self.pointer or "the whole document"
        if self.xpath is not None:
            return self.xpath + (f" (line {self.line})" if self.line is not None else "")
        if self.cell is not None:
            return self.cell
        if self.line is not None:
            file = f"{self.file}, " if self.file is not None else ""
            return f"{file}line {self.line}" + (f", column {self.column}" if self.column is not None else "")
        return self.field or "the file"


NOWHERE = Location()


class Finding(msgspec.Struct, frozen=True):
    """One fault or remark about a document. `details` fill the catalogue's message template."""

    code: str
    severity: Severity
    location: Location = NOWHERE
    value: str | None = None
    details: tuple[tuple[str, str], ...] = ()

    @property
    def message(self) -> str:
        """What is wrong, in plain words."""
        return self.told(CATALOGUE[self.code].message)

    def told(
        self, template: str, place: str | None = None, instead: Mapping[str, str] = MappingProxyType({})
    ) -> str:
        """What is wrong by another template of the same placeholders, its place in other words, and the
        words that stand `instead` of details, such as those of another language."""
        place = shown(
            place or self.location.place, KEPT_VALUE_LENGTH
        )  # a tag or pointer is text of the document too
        filled = {"place": place, "value": shown(self.value), **dict(self.details), **instead}
        return template.format_map(filled)

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return CATALOGUE[self.code].remedy


def found(
    code: str,
    location: Location = NOWHERE,
    value: str | None = None,
    *,
    severity: Severity | None = None,
    **details: object,
) -> Finding:
    """A finding of a catalogued code; `KeyError` when the catalogue does not have it."""
    kept = None if value is None else value[:KEPT_VALUE_LENGTH]
    texts = tuple((name, shown(str(text), KEPT_VALUE_LENGTH)) for name, text in details.items())
    return Finding(code, severity or CATALOGUE[code].severity, location, kept, texts)


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether one of the findings is an error: such findings refuse what they are about."""
    return any(finding.severity is Severity.ERROR for finding in findings)


def shown(value: str | None, length: int = SHOWN_VALUE_LENGTH) -> str:
    """A text as messages show it: cut, and without characters that cannot be printed."""
    if value is None:
        return "nothing"
    cut = value if len(value) <= length else value[:length] + "…"
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in cut)
