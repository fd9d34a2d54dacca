"""The faults that the notes of the index name, as findings to look for.

The notes come from programs of others than this one: one that looked at envelopes, and one that held every
transaction set against tables of the standard, of whose findings the first three were noted.
"""

from __future__ import annotations

import re

import msgspec

from gateway.findings import Finding

# What ends a file too early shows in the trailers that are missing there.
TRAILERS_MISSING = ("se-missing", "ge-missing", "iea-missing", "segment-unterminated")
# A value is judged by its characters, then its length, then its meaning; the first fault is told.
CHARACTERS = ("element-character",)
LENGTH = (*CHARACTERS, "element-too-short", "element-too-long")


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """A fault that a note names: any of `codes`, at a place as exact as the note gives it."""

    text: str
    codes: tuple[str, ...]
    tag: str | None = None
    position: int | None = None  # of the segment in its set
    elements: tuple[int, ...] = ()
    value: str | None = None
    details: tuple[tuple[str, str], ...] = ()

    def is_told_by(self, finding: Finding) -> bool:
        location = finding.location
        return (
            finding.code in self.codes
            and (self.tag is None or (location.tag or "").startswith(self.tag))
            and (self.position is None or location.segment_in_set == self.position)
            and (not self.elements or location.element in self.elements)
            and (self.value is None or (finding.value or "") == self.value)
            and set(self.details) <= set(finding.details)
        )


def named_by_envelope(notes: str) -> list[Named]:
    """The faults of the envelope; `ValueError` for a note that is not understood."""
    part = _part(notes, "envelope: ")
    named = []
    while part:
        for pattern, make in ENVELOPE_NOTES:
            match = pattern.match(part)
            if match is not None:
                named.append(make(match))
                part = part[match.end() :].removeprefix("; ")
                break
        else:
            raise ValueError(part)
    return named


def named_by_table(notes: str) -> list[Named] | None:
    """The faults of segments and elements that were noted; None when the tables were not asked."""
    part = _part(notes, f"{_TABLE}: ")
    if not part or part == "clean":
        return [] if part else None
    named = []
    for text in re.sub(r"^\d+ findings, e\.g\. ", "", part).split("; "):
        for pattern, make in _TABLE_FAULTS:
            match = pattern.fullmatch(text)
            if match is not None:
                named.append(make(match))
                break
        else:
            raise ValueError(text)
    return named


_TABLE = "004010 table check"


def _part(notes: str, label: str) -> str:
    return next((part.removeprefix(label) for part in notes.split(" | ") if part.startswith(label)), "")


def _count(match: re.Match[str]) -> Named:
    code = {"SE": "se-segment-count", "GE": "ge-set-count", "IEA": "iea-group-count"}[match[1]]
    return Named(
        text=match[0],
        codes=(code,),
        tag=match[1],
        elements=(1,),
        value=match[2],
        details=(("actual", match[3]),),
    )


def _numbers(match: re.Match[str]) -> Named:
    code = {"SE": "se-control-number", "GE": "ge-control-number", "IEA": "iea-control-number"}[match[1]]
    return Named(
        text=match[0],
        codes=(code,),
        tag=match[1],
        elements=(2,),
        value=match[2],
        details=(("expected", match[3]),),
    )


def _isa_length(match: re.Match[str]) -> Named:
    details = (("length", match[2]), ("expected", match[3]))
    return Named(
        text=match[0], codes=("isa-not-padded",), tag="ISA", elements=(int(match[1]),), details=details
    )


def _outside(match: re.Match[str]) -> Named:
    code = "segment-outside-group" if match[2] == "group" else "segment-outside-set"
    return Named(text=match[0], codes=(code,), tag=match[1])


ENVELOPE_NOTES = (
    (re.compile(r"(SE|GE|IEA)01 ([^ ,]*), counted (\d+)"), _count),
    (re.compile(r"(SE|GE|IEA)02 (\w+) != (?:ST02|GS06|ISA13) (\w+)"), _numbers),
    (re.compile(r"ISA(\d\d) length (\d+), need (\d+)"), _isa_length),
    (
        re.compile(r"ISA not fixed width \(106 bytes\)"),
        lambda match: Named(text=match[0], codes=("isa-not-padded",), tag="ISA"),
    ),
    (
        re.compile(r"ISA16 missing \(terminator follows ISA15\)"),
        lambda match: Named(text=match[0], codes=("isa-component-separator",), tag="ISA", elements=(16,)),
    ),
    (
        re.compile(r"ISA(\d\d) not numeric: '([^']*)'"),
        lambda match: Named(
            text=match[0],
            codes=("interchange-element",),
            tag="ISA",
            elements=(int(match[1]),),
            value=match[2],
        ),
    ),
    (
        re.compile(r"bad segment id '([^']*)'"),
        lambda match: Named(
            text=match[0], codes=("segment-unknown",), tag=match[1].encode().decode("unicode_escape")
        ),
    ),
    (
        re.compile(r"last segment (\S+) not terminated"),
        lambda match: Named(text=match[0], codes=TRAILERS_MISSING),
    ),
    (re.compile(r"IEA missing"), lambda match: Named(text=match[0], codes=("iea-missing",), tag="IEA")),
    (
        re.compile(r"data after IEA: '([^']*)'"),
        lambda match: Named(text=match[0], codes=("data-outside-interchange",), value=match[1]),
    ),
    (re.compile(r"segment (\w+) outside (transaction)"), _outside),
    (re.compile(r"(ST) outside (group)"), _outside),
    (re.compile(r"(SE) without (ST)"), _outside),
    (
        re.compile(r"duplicate GS06 (\w+)"),
        lambda match: Named(
            text=match[0], codes=("gs06-duplicate",), tag="GS", elements=(6,), value=match[1]
        ),
    ),
)


def _element(codes: tuple[str, ...], match: re.Match[str]) -> Named:
    return Named(text=match[0], codes=codes, tag=match[1], position=int(match[2]), elements=(int(match[3]),))


def _note(match: re.Match[str]) -> Named:
    positions = tuple(int(number) for number in re.findall(r"\d\d", match[3]))
    codes = ("element-conditional-missing", "element-exclusion", "element-missing")
    return Named(text=match[0], codes=codes, tag=match[1], position=int(match[2]), elements=positions)


_AT = r"(\w+) at (\d+): "

_TABLE_FAULTS = (
    (
        re.compile(r"(\S+) at (\d+) not in set"),
        lambda match: Named(
            text=match[0], codes=("segment-unknown", "segment-not-in-set"), position=int(match[2])
        ),
    ),
    (
        re.compile(r"mandatory (?:loop )?(\w+)(?: in loop \w+)? missing"),
        lambda match: Named(text=match[0], codes=("segment-missing",), tag=match[1]),
    ),
    (re.compile(_AT + r"(\d\d) too (?:long|short)"), lambda match: _element(LENGTH, match)),
    (
        re.compile(_AT + r"(\d\d) code .*", re.DOTALL),
        lambda match: _element((*LENGTH, "element-code", "code-not-listed"), match),
    ),
    (re.compile(_AT + r"(\d\d) bad date"), lambda match: _element((*LENGTH, "element-date"), match)),
    (re.compile(_AT + r"(\d\d) missing"), lambda match: _element(("element-missing",), match)),
    (re.compile(_AT + r"note [PRECL](\d+)"), _note),
    (
        re.compile(_AT + r"too many elements \(\d+>\d+\)"),
        lambda match: Named(text=match[0], codes=("element-too-many",), tag=match[1], position=int(match[2])),
    ),
    (
        # An element of blanks alone was taken for an empty one there; here a separator after which something
        # is missing is not one too many.
        re.compile(_AT + r"trailing separator"),
        lambda match: Named(
            text=match[0],
            codes=("segment-trailing-separator", "element-missing", *CHARACTERS),
            tag=match[1],
            position=int(match[2]),
        ),
    ),
)
