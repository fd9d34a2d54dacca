"""The checks against other people's files: what is accepted, and that what they were found to lack is found.

`INDEX.csv` names for most files of 004010 what a table check of its own found in them.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import pytest

from gateway.findings import Finding, Severity
from gateway.formats.x12.model import GroupStart, InterchangeNote, InterchangeStart, TransactionSet
from gateway.formats.x12.reader import read
from gateway.report import Verdict
from gateway.schema.checker import SetChecker
from tests.schema.definitions import RELEASES, release
from tests.schema.random_sets import without_shape
from tests.schema.samples import validator
from tests.shared import SHARED, needs_shared

pytestmark = needs_shared

CORPUS = SHARED / "x12" / "corpus"

# Files that are good by their envelope, and what is wrong in them: places, each with the rule that is broken.
NOTE_R, NOTE_P = "R0203: SAC02 or SAC03 is sent", "P0304: SAC03 and SAC04 come together"
UNIT = "P020304: quantity, unit and price come together"
EXCEPTIONS: dict[str, dict[str, str]] = {
    "azoner__pyx12/test__files__simple1.997.base": {"5 AK305": "AK3 has four elements"},
    "azoner__pyx12/x12testdata.py.L721.edi": {
        "5 AK404": "X12.6: text holds more than blanks",
        "8 AK404": "X12.6: text holds more than blanks",
    },
    "eskrano__php-edi-coedition/850-sample.edi": {"5 TD512": "BS is no code of element 284"},
    "eskrano__php-edi-coedition/856-sample.edi": {"19 MAN01": "2I is no code of element 88"},
    "hellooops__vscode-edi-support/850-loop.edi": {"5 SAC02": NOTE_R, "5 SAC03": NOTE_P},
    "hellooops__vscode-edi-support/x12.minify.edi": {"5 SAC02": NOTE_R, "5 SAC03": NOTE_P},
    "hellooops__vscode-edi-support/fixtures.ts.L94.edi": {"2 BIG03": "a date has eight digits"},
    "hellooops__vscode-edi-support/fixtures.ts.L61.edi": {"ISA12": "99999 is no version"},
    "hellooops__vscode-edi-support/x12.test.ts.L457.edi": {
        "GS02": "X12.6: text holds more than blanks",
        "GS03": "X12.6: text holds more than blanks",
    },
    "kputnam__stupidedi/004010__IN810__pass__1.edi": {"7 IT103": UNIT},
    "kputnam__stupidedi/IN810__pass__1.edi": {"7 IT103": UNIT, "9 IT103": UNIT},
    "azoner__pyx12/x12testdata.py.L2252.edi": {
        "4 IK5": "IK5 belongs to the 999, this is a 997",
        "5 AK5": "a 997 has AK5",
    },
    "imsweb__x12-parser/x12_999_accepted_ta1.txt": {"3 AK202": "329 has at least four characters"},
    "yawway365__draftedi-core/test_parser.py.L287.edi": {
        "2 BEG03": "BEG03 is no composite",
        "2 BEG05": "BEG05 is mandatory",
        "3 PO1": "the loop PO1 is mandatory",
    },
}

# What INDEX.csv says of one segment or element, and what the same thing is called here.
REMARK = re.compile(r"(?P<tag>\S+) at (?P<segment>\d+):? (?P<what>.*)")
MISSING = re.compile(r"mandatory (?:loop )?(?P<tag>\w+) (?:in loop \w+ )?missing")
_WRONG_CODE = {
    "element-code",
    "code-not-listed",
    "element-too-short",
    "element-too-long",
    "element-character",
}
NAMES = (
    (r"(?P<element>\d\d) bad date", {"element-date", "element-too-short", "element-too-long"}),
    (
        r"(?P<element>\d\d) code .*",
        _WRONG_CODE,
    ),
    (r"(?P<element>\d\d) too long", {"element-too-long", "element-character"}),
    (r"(?P<element>\d\d) too short", {"element-too-short"}),
    (r"(?P<element>\d\d) missing", {"element-missing"}),
    (r"note [PRCL]\d+", {"element-conditional-missing"}),
    (r"too many elements .*", {"element-too-many"}),
    (
        r"trailing separator",
        {"segment-trailing-separator", "element-character", "element-conditional-missing"},
    ),
    (r"not in set", {"segment-unknown", "segment-not-in-set"}),
)


class Entry(NamedTuple):
    """One file of the corpus."""

    file: str
    verdict: str
    remarks: tuple[str, ...]


class Checked(NamedTuple):
    """The findings of a file, and the verdicts on its sets."""

    findings: list[Finding]
    verdicts: list[Verdict]


@cache
def entries() -> tuple[Entry, ...]:
    with (SHARED / "x12" / "INDEX.csv").open(encoding="utf-8", newline="") as index:
        return tuple(
            Entry(row["file"], row["verdict"], _remarks(row["notes"])) for row in csv.DictReader(index)
        )


def _remarks(notes: str) -> tuple[str, ...]:
    told = re.search(r"table check: \d+ findings?, e\.g\. ([^|]*)", notes)
    return tuple(remark.strip() for remark in told[1].split(";")) if told else ()


@cache
def checked(file: str) -> Checked:
    """What is found in a file; notes and findings of the reader about the envelope are left out."""
    findings: list[Finding] = []
    verdicts: list[Verdict] = []
    for only, group in sets(file, findings):
        result = validator().check_set(only, _element(group, 8), _element(group, 1))
        findings += result.findings
        verdicts.append(result.verdict)
    return Checked(findings, verdicts)


def sets(file: str, findings: list[Finding]) -> Iterator[tuple[TransactionSet, GroupStart]]:
    """The sets of a file with their groups; what is found in the envelopes is added to `findings`."""
    group = None
    for event in read([(CORPUS / file).read_bytes()]):
        if isinstance(event, InterchangeStart):
            findings += validator().check_interchange(event)
        elif isinstance(event, InterchangeNote):
            findings += validator().check_note(event)
        elif isinstance(event, GroupStart):
            group = event
            findings += validator().check_group(event)
        elif isinstance(event, TransactionSet):
            assert group is not None
            yield event, group


def _element(group: GroupStart, position: int) -> str:
    return group.gs[position] if position < len(group.gs) else ""


def _place(finding: Finding) -> str:
    position = finding.location.segment_in_set
    return finding.location.place if position is None else f"{position} {finding.location.place}"


def test_good_files_are_accepted_but_for_the_exceptions() -> None:
    """Each error in a good file is listed with its rule, and each entry of the list is still needed."""
    found = {}
    for entry in entries():
        undefined = ("no-definition", "group-version-unknown")
        errors = {
            _place(finding)
            for finding in (checked(entry.file).findings if entry.verdict == "good" else ())
            if finding.severity is Severity.ERROR and finding.code not in undefined
        }
        if errors:
            found[entry.file] = errors
    assert found == {file: set(places) for file, places in EXCEPTIONS.items()}


def test_enough_of_the_corpus_is_accepted() -> None:
    """Guards the test above against accepting or skipping everything."""
    verdicts = [verdict for entry in entries() for verdict in checked(entry.file).verdicts]
    assert verdicts.count(Verdict.ACCEPTED) > 60
    assert verdicts.count(Verdict.REJECTED) > 60


def _agrees(finding: Finding, remark: str) -> bool:
    place = finding.location
    missing = MISSING.fullmatch(remark)
    if missing:
        return finding.code == "segment-missing" and place.tag == missing["tag"]
    told = REMARK.fullmatch(remark)
    if not told or str(place.segment_in_set) != told["segment"]:
        return False
    for pattern, codes in NAMES:
        what = re.match(pattern, told["what"])
        if what and finding.code in codes:
            element = what.groupdict().get("element")
            return element is None or place.element == int(element)
    return False


def _told() -> list[tuple[str, str]]:
    if not SHARED.is_dir():
        return []
    return [(entry.file, remark) for entry in entries() for remark in entry.remarks]


@pytest.mark.parametrize(("file", "remark"), _told())
def test_what_another_check_found_is_found(file: str, remark: str) -> None:
    assert any(_agrees(finding, remark) for finding in checked(file).findings), [
        f"{_place(finding)} {finding.code}" for finding in checked(file).findings
    ]


def test_both_paths_agree_on_every_set() -> None:
    checkers = {
        (name, kind): SetChecker(release(name), definition)
        for name in RELEASES
        for kind, definition in release(name).sets.items()
    }
    compared: Counter[str] = Counter()
    for entry in entries():
        for only, group in sets(entry.file, []):
            header = only.segments[0].split(only.delimiters.element)
            name = _element(group, 8)[:6] if _element(group, 8)[:6] in RELEASES else RELEASES[0]
            checker = checkers.get((name, header[1] if len(header) > 1 else ""))
            if checker is not None:
                gs01 = _element(group, 1)
                checked = without_shape(checker.check(only, gs01, tolerant=True))
                assert checked == checker.explain(only, gs01, tolerant=True)
                compared[name] += 1
    assert compared["004010"] > 150
    assert compared["005010"] > 30
