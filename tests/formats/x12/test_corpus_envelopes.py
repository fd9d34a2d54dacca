"""Other people's files: each is read, the good ones without a fault, the bad ones with the faults noted.

The index beside the files judges their envelopes independently; every phrase of its notes about an envelope
is either turned into the finding it must lead to, or listed here as a matter of the validator.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gateway.findings import Finding, Severity
from gateway.formats.detect import Format, detect
from gateway.formats.x12.model import Event, InterchangeStart, TransactionSet
from gateway.formats.x12.reader import read
from tests.shared import SHARED, needs_shared

CORPUS = SHARED / "x12"
Row = dict[str, str]
Expectation = Callable[[Finding], bool]

pytestmark = needs_shared

# Findings of severity error in files that the index calls good, by code, with the rule that makes them true.
EXCEPTIONS: dict[str, dict[str, str]] = {}

# What the notes say of single elements and tags is for the validator: the reader hands the segments over.
FOR_THE_VALIDATOR = (r"ISA13 not numeric: .*", r"bad segment id .*")


def rows() -> list[Row]:
    index = CORPUS / "INDEX.csv"
    if not index.is_file():
        return []
    with index.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def data_of(row: Row) -> bytes:
    return Path(CORPUS / "corpus" / row["file"]).read_bytes()


def all_findings(events: list[Event]) -> list[Finding]:
    return [finding for event in events for finding in event.findings]


def names(row: Row) -> str:
    return row["file"]


def trailer(code: str, tag: str, element: int, value: str, **details: str) -> Expectation:
    def matches(finding: Finding) -> bool:
        place = finding.location
        return (
            (finding.code, place.tag, place.element, finding.value or "") == (code, tag, element, value)
            and place.byte is not None
            and place.segment is not None
            and details.items() <= dict(finding.details).items()
        )

    return matches


def at_tag(code: str, tag: str, element: int | None = None) -> Expectation:
    def matches(finding: Finding) -> bool:
        return (finding.code, finding.location.tag, finding.location.element) == (code, tag, element)

    return matches


def _count(match: re.Match[str]) -> Expectation:
    codes = {"SE": "se-segment-count", "GE": "ge-set-count", "IEA": "iea-group-count"}
    return trailer(codes[match["tag"]], match["tag"], 1, match["says"], actual=match["counted"])


def _number(match: re.Match[str]) -> Expectation:
    codes = {"SE": "se-control-number", "GE": "ge-control-number", "IEA": "iea-control-number"}
    return trailer(codes[match["tag"]], match["tag"], 2, match["says"], expected=match["header"])


def _outside(finding: Finding) -> bool:
    return finding.code == "data-outside-interchange"


PHRASES: tuple[tuple[str, Callable[[re.Match[str]], Expectation]], ...] = (
    (r"(?P<tag>SE|GE|IEA)01 (?P<says>\S*), counted (?P<counted>\d+)", _count),
    (r"(?P<tag>SE|GE|IEA)02 (?P<says>\S*) != (?:ST02|GS06|ISA13) (?P<header>\S+)", _number),
    (r"ISA not fixed width .*", lambda _: lambda finding: finding.code == "isa-not-padded"),
    (
        r"ISA(?P<element>\d\d) length (?P<length>\d+), need (?P<need>\d+)",
        lambda match: at_tag("isa-not-padded", "ISA", int(match["element"])),
    ),
    (r"ISA16 missing .*", lambda _: at_tag("isa-component-separator", "ISA", 16)),
    (r"IEA missing", lambda _: at_tag("iea-missing", "IEA")),
    (r"last segment (?P<tag>\S+) not terminated", lambda _: at_tag("iea-missing", "IEA")),
    (r"duplicate GS06 .*", lambda _: at_tag("gs06-duplicate", "GS", 6)),
    (r"ST outside group", lambda _: at_tag("segment-outside-group", "ST")),
    (r"SE without ST", lambda _: at_tag("segment-outside-set", "SE")),
    (
        r"segment (?P<tag>\S+) outside transaction",
        lambda match: at_tag("segment-outside-set", match["tag"]),
    ),
    (r"data after IEA: .*", lambda _: _outside),
)


def phrases(row: Row) -> list[str]:
    notes = [note for note in row["notes"].split(" | ") if note.startswith("envelope: ")]
    return [phrase for note in notes for phrase in re.split(r"(?<!`); ", note.removeprefix("envelope: "))]


def expectations(row: Row) -> Iterator[tuple[str, Expectation]]:
    for phrase in phrases(row):
        known = next(((m, make) for p, make in PHRASES if (m := re.fullmatch(p, phrase))), None)
        if known is not None:
            match, make = known
            yield phrase, make(match)
        else:
            assert any(re.fullmatch(pattern, phrase) for pattern in FOR_THE_VALIDATOR), phrase


@pytest.mark.parametrize("row", rows(), ids=names)
def test_every_file_is_read_and_told_to_be_x12(row: Row) -> None:
    data = data_of(row)
    events = list(read([data]))
    assert detect(data) is Format.X12
    assert events == list(read(data[at : at + 7] for at in range(0, len(data), 7)))
    for finding in all_findings(events):
        assert finding.message
        assert finding.location.byte is not None


@pytest.mark.parametrize("row", [row for row in rows() if row["verdict"] != "bad"], ids=names)
def test_a_file_without_a_noted_fault_has_none(row: Row) -> None:
    told = {f.code for f in all_findings(list(read([data_of(row)]))) if f.severity is Severity.ERROR}
    assert told == set(EXCEPTIONS.get(row["file"], {}))


@pytest.mark.parametrize("row", [row for row in rows() if row["verdict"] == "bad"], ids=names)
def test_each_noted_fault_is_found_at_its_place(row: Row) -> None:
    told = all_findings(list(read([data_of(row)])))
    for phrase, matches in expectations(row):
        assert any(matches(finding) for finding in told), phrase


@pytest.mark.parametrize("row", [row for row in rows() if row["verdict"] == "bad"], ids=names)
def test_each_isa_fault_tells_the_length(row: Row) -> None:
    told = {
        f.location.element: dict(f.details)
        for f in all_findings(list(read([data_of(row)])))
        if f.code == "isa-not-padded"
    }
    for phrase in phrases(row):
        match = re.fullmatch(r"ISA(\d\d) length (\d+), need (\d+)", phrase)
        if match:
            assert told[int(match[1])] == {"length": match[2], "expected": match[3]}


@pytest.mark.parametrize("row", rows(), ids=names)
def test_separators_and_sets_are_those_of_the_index(row: Row) -> None:
    events = list(read([data_of(row)]))
    start = next(event for event in events if isinstance(event, InterchangeStart))
    terminator = row["segment_term"].encode().decode("unicode_escape")
    learned = start.delimiters
    assert start.isa[12] == row["isa12"]
    assert learned.element == row["element_sep"]
    if row["component_sep"] and row["component_sep"] != row["element_sep"]:
        assert learned.component == row["component_sep"]
    assert (learned.segment + learned.line_end)[: len(terminator)] == terminator
    assert (learned.repetition or "") == row["repetition_sep"]
    kinds = {event.split()[0][1] for event in events if isinstance(event, TransactionSet)}
    if "outside" not in row["notes"]:
        assert kinds == set(re.findall(r"\d{3}", row["transaction_sets"]))


def test_no_entry_of_the_lists_above_is_idle() -> None:
    noted = [phrase for row in rows() for phrase in phrases(row)]
    for pattern in (*FOR_THE_VALIDATOR, *(pattern for pattern, _ in PHRASES)):
        assert any(re.fullmatch(pattern, phrase) for phrase in noted), pattern
    assert set(EXCEPTIONS) <= {row["file"] for row in rows() if row["verdict"] != "bad"}
