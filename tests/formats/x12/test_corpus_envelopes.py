"""Other people's files: each is read, the good ones without a fault, the bad ones with the faults noted.

The index beside the files judges their envelopes independently; every phrase of its notes about an envelope
leads to a finding of the reader, or to one that is listed here as a matter of the validator.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from gateway.findings import Finding, Severity
from gateway.formats.detect import Format, detect
from gateway.formats.x12.model import Event, InterchangeStart, TransactionSet
from gateway.formats.x12.reader import read
from tests.corpus.notes import ENVELOPE_NOTES, named_by_envelope
from tests.shared import SHARED, needs_shared

CORPUS = SHARED / "x12"
Row = dict[str, str]

pytestmark = needs_shared

# Findings of severity error in files that the index calls good, by code, with the rule that makes them true.
EXCEPTIONS: dict[str, dict[str, str]] = {}

# What the notes say of single elements and tags is for the validator: the reader hands the segments over.
FOR_THE_VALIDATOR = {"interchange-element", "segment-unknown"}


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
    for named in named_by_envelope(row["notes"]):
        if not FOR_THE_VALIDATOR & set(named.codes):
            assert any(named.is_told_by(finding) for finding in told), named.text


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


def test_no_entry_of_the_lists_is_idle() -> None:
    named = [each for row in rows() for each in named_by_envelope(row["notes"])]
    for pattern, _ in ENVELOPE_NOTES:
        assert any(pattern.fullmatch(each.text) for each in named), pattern
    assert {code for each in named for code in each.codes} >= FOR_THE_VALIDATOR
    assert set(EXCEPTIONS) <= {row["file"] for row in rows() if row["verdict"] != "bad"}
