"""What is found in files whose envelope is good: each with the rule of the standard that makes it true.

A rule is held against the facts of the standard, not against our definitions of it.
"""

from __future__ import annotations

from typing import Protocol

import msgspec

from gateway.findings import Finding
from tests.schema.test_against_the_standard import WHOLE_UP_TO, standard

RELEASE_OF_THE_FACTS = "004010"  # the facts have code lists of this one alone
HELLOOOPS = "hellooops__vscode-edi-support"
STUPIDEDI = "kputnam__stupidedi"
DRAFTEDI = "yawway365__draftedi-core"


class Rule(Protocol):
    """A rule of the standard: whether it is one, and whether a finding is about it."""

    def stands(self, finding: Finding) -> bool: ...


class MostElements(msgspec.Struct, frozen=True):
    """A segment has so many elements."""

    tag: str
    count: int

    def stands(self, finding: Finding) -> bool:
        return (
            len(standard().segments[RELEASE_OF_THE_FACTS][self.tag].elements)
            == self.count
            == _position(finding) - 1
        )


class SyntaxNote(msgspec.Struct, frozen=True):
    """A segment has this syntax note, and it names the element."""

    tag: str
    note: str

    def stands(self, finding: Finding) -> bool:
        known = self.note in (standard().segments[RELEASE_OF_THE_FACTS][self.tag].notes or ())
        return known and f"{_position(finding):02d}" in self.note


class CodeOf(msgspec.Struct, frozen=True):
    """The element does not have this code, and its list is whole."""

    element: str
    code: str

    def stands(self, finding: Finding) -> bool:
        codes = standard().elements[RELEASE_OF_THE_FACTS][self.element].codes or []
        return finding.value == self.code and self.code not in codes and 0 < len(codes) <= WHOLE_UP_TO


class LongList(msgspec.Struct, frozen=True):
    """The element has more codes than the documents use; this one is not among ours."""

    element: str
    code: str

    def stands(self, finding: Finding) -> bool:
        codes = standard().elements[RELEASE_OF_THE_FACTS][self.element].codes or []
        return finding.value == self.code and len(codes) > WHOLE_UP_TO


class Shortest(msgspec.Struct, frozen=True):
    """The element has at least so many characters."""

    element: str
    length: int

    def stands(self, finding: Finding) -> bool:
        shortest = standard().elements[RELEASE_OF_THE_FACTS][self.element].min
        return len(finding.value or "") < self.length == shortest


class Words(msgspec.Struct, frozen=True):
    """A rule that the tables of the standard do not hold: what it says, and the value that breaks it."""

    rule: str
    value: str | None = None

    def stands(self, finding: Finding) -> bool:
        return self.value is None or finding.value == self.value


class Departure(msgspec.Struct, frozen=True):
    """Findings of one code in one file. A place is the segment of the file and the element."""

    file: str
    code: str
    places: tuple[str, ...]
    rule: Rule


def _position(finding: Finding) -> int:
    return finding.location.element or 0


ERRORS = (
    Departure(
        "azoner__pyx12/test__files__simple1.997.base",
        "element-too-many",
        ("7 AK305",),
        MostElements("AK3", 4),
    ),
    Departure(
        "azoner__pyx12/x12testdata.py.L721.edi",
        "element-character",
        ("7 AK404", "10 AK404"),
        Words("X12.6: text has at least one character that is no blank", "  "),
    ),
    Departure(
        "eskrano__php-edi-coedition/850-sample.edi",
        "element-code",
        ("7 TD512", "45 TD512"),
        CodeOf("284", "BS"),
    ),
    Departure(
        "eskrano__php-edi-coedition/856-sample.edi",
        "element-code",
        ("21 MAN01", "45 MAN01", "69 MAN01"),
        CodeOf("88", "2I"),
    ),
    *(
        Departure(f"{HELLOOOPS}/{file}", "element-conditional-missing", (place,), SyntaxNote("SAC", note))
        for file in ("850-loop.edi", "x12.minify.edi")
        for place, note in (("7 SAC02", "R0203"), ("7 SAC03", "P0304"))
    ),
    Departure(f"{HELLOOOPS}/fixtures.ts.L94.edi", "element-too-short", ("4 BIG03",), Shortest("373", 8)),
    Departure(
        f"{STUPIDEDI}/004010__IN810__pass__1.edi",
        "element-conditional-missing",
        ("9 IT103",),
        SyntaxNote("IT1", "P020304"),
    ),
    Departure(
        f"{STUPIDEDI}/IN810__pass__1.edi",
        "element-conditional-missing",
        ("9 IT103", "11 IT103"),
        SyntaxNote("IT1", "P020304"),
    ),
    *(
        Departure("azoner__pyx12/x12testdata.py.L2252.edi", code, (place,), Words(rule))
        for code, place, rule in (
            ("segment-not-in-set", "6 IK5", "IK5 belongs to the 999; this is a 997"),
            ("segment-missing", "7 AK5", "the verdict on a set is AK5 in a 997"),
        )
    ),
    Departure(
        "imsweb__x12-parser/x12_999_accepted_ta1.txt", "element-too-short", ("6 AK202",), Shortest("329", 4)
    ),
    *(
        Departure(f"{DRAFTEDI}/test_parser.py.L287.edi", code, (place,), Words(rule))
        for code, place, rule in (
            ("element-components", "4 BEG03", "BEG03 is no composite"),
            ("element-missing", "4 BEG05", "BEG05, the date, is mandatory"),
            ("segment-missing", "5 PO1", "the loop PO1 is mandatory"),
        )
    ),
)

_REPETITION = Words("X12.5: from version 00402 on ISA11 holds the repetition separator", "U")
_BEFORE_THE_FIRST_GROUP = Words("X12.5: TA1 stands between ISA and the first GS; here it follows a GE")

WARNINGS = (
    *(
        Departure(file, "interchange-element", ("1 ISA11",), _REPETITION)
        for file in (
            "acicero__edi-parser/ParserDemo.js.L10.edi",
            "apimeister__x12-types/test_810.rs.L66.edi",
            "azoner__pyx12/x12testdata.py.L2252.edi",
        )
    ),
    Departure(
        "imsweb__x12-parser/x12_999_accepted_ta1.txt",
        "interchange-element",
        ("2 TA101",),
        Words("X12.5: TA101 repeats ISA13, which has nine digits", "101"),
    ),
    *(
        Departure(f"azoner__pyx12/{file}", "interchange-segment-misplaced", (place,), _BEFORE_THE_FIRST_GROUP)
        for file, place in (
            ("835_simple.997.base", "10 TA1"),
            ("ele.997.base", "10 TA1"),
            ("explicit_missing.997.base", "10 TA1"),
            ("fail_no_IEA.997.base", "12 TA1"),
            ("files__trailer_errors.997.base", "12 TA1"),
            ("loop_counting.997.base", "14 TA1"),
            ("loop_counting2.997.base", "10 TA1"),
            ("simple_837p.997.base", "10 TA1"),
            ("trailer_errors.997.base", "12 TA1"),
            ("x12testdata.py.L1340.edi", "14 TA1"),
            ("x12testdata.py.L2009.edi", "10 TA1"),
            ("x12testdata.py.L334.edi", "12 TA1"),
            ("x12testdata.py.L806.edi", "10 TA1"),
            ("x12testdata.py.L886.edi", "12 TA1"),
            ("x12testdata.py.L906.edi", "14 TA1"),
        )
    ),
    *(
        Departure(
            f"azoner__pyx12/{file}",
            "interchange-element",
            ("10 TA103",),
            Words("X12.5: TA103 is a time, and no hour is the 33rd", "3339"),
        )
        for file in ("ele.997.base", "x12testdata.py.L806.edi")
    ),
    *(
        Departure(f"{HELLOOOPS}/{file}", code, (place,), Words(rule))
        for file in ("850-loop.edi", "x12.minify.edi")
        for code, place, rule in (
            ("total-lines", "33 CTT01", "CTT01 counts the PO1 segments, which are 2 here"),
            ("total-hash", "33 CTT02", "CTT02 adds up the quantities, 3 and 3 here"),
        )
    ),
    Departure(
        f"{HELLOOOPS}/inlayHintsEdiProvider.test.ts.L177.edi",
        "total-hash",
        ("7 CTT02",),
        Words("CTT02 adds up the quantities, of which there is one, 3", "200"),
    ),
    Departure(f"{STUPIDEDI}/PR855__pass__1.edi", "code-not-listed", ("4 BAK10",), LongList("640", "CJ")),
    Departure(
        f"{STUPIDEDI}/SH856__pass__1.edi",
        "hl-child-flag",
        ("6 HL04",),
        Words("HL04 is 1 when levels follow below; this shipment has no other level", "1"),
    ),
)
