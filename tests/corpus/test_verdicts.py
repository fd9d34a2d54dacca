"""Every file of the corpus is judged, and judged as the index and the standard have it."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest

from gateway.codes import CATALOGUE
from gateway.findings import Finding, Severity
from gateway.report import Verdict
from tests.corpus.departures import ERRORS, WARNINGS, Departure
from tests.corpus.files import Sample, name, of_verdict, samples, take, taken
from tests.corpus.notes import named_by_envelope, named_by_table
from tests.schema.definitions import RELEASES, release

GOOD = [sample for sample in of_verdict("good") if sample.is_defined]
HELD_AGAINST_TABLES = [sample for sample in samples() if named_by_table(sample.notes) is not None]
# The codes that tell of segments and elements; what is only remarked is left out.
OF_SEGMENTS = ("segment-", "loop-", "element-", "hl-")


def place(finding: Finding) -> str:
    return f"{finding.location.segment} {finding.location.place}"


def findings(sample: Sample, severity: Severity) -> list[Finding]:
    return [finding for finding in taken(sample).report.findings if finding.severity is severity]


@pytest.mark.parametrize("sample", samples(), ids=name)
def test_every_file_is_read_to_its_end_and_has_a_verdict(sample: Sample) -> None:
    report = taken(sample).report
    assert report.complete
    assert report.verdict in Verdict
    assert (report.verdict is Verdict.ACCEPTED) <= all(
        each.verdict is Verdict.ACCEPTED for each in report.sets
    )
    for finding in report.findings:
        assert finding.message
        assert finding.remedy


@pytest.mark.parametrize("sample", samples(), ids=name)
def test_a_set_without_definition_is_never_valid(sample: Sample) -> None:
    for each in taken(sample).report.sets:
        version = each.version[:6]
        defined = version in RELEASES and each.type in release(version).sets
        assert defined or each.verdict in (Verdict.NO_DEFINITION, Verdict.REJECTED)


@pytest.mark.parametrize("sample", samples(), ids=name)
def test_tolerance_lowers_errors_of_elements_and_nothing_else(sample: Sample) -> None:
    strict, tolerant = taken(sample).report, take(sample.file, sample.data, tolerant=True).report
    assert [each.code for each in tolerant.findings] == [each.code for each in strict.findings]
    for one, other in zip(strict.sets, tolerant.sets, strict=True):
        lowered = (one.verdict, other.verdict) == (Verdict.REJECTED, Verdict.ACCEPTED_WITH_ERRORS)
        assert lowered or one.verdict is other.verdict
    for before, after in zip(strict.findings, tolerant.findings, strict=True):
        assert before.severity is after.severity or CATALOGUE[before.code].tolerable


@pytest.mark.parametrize("sample", GOOD, ids=name)
def test_a_good_file_is_accepted_or_broke_a_rule_of_the_standard(sample: Sample) -> None:
    errors = findings(sample, Severity.ERROR)
    assert listed(sample, errors, ERRORS) == {(finding.code, place(finding)) for finding in errors}
    assert (taken(sample).report.verdict is Verdict.ACCEPTED) is (not errors)


@pytest.mark.parametrize("sample", GOOD, ids=name)
def test_a_good_file_is_not_warned_without_reason(sample: Sample) -> None:
    warnings = findings(sample, Severity.WARNING)
    assert listed(sample, warnings, WARNINGS) == {(finding.code, place(finding)) for finding in warnings}


def listed(sample: Sample, found: Iterable[Finding], departures: Iterable[Departure]) -> set[tuple[str, str]]:
    """The code and place of each entry of a table whose rule stands, and of those that no longer apply."""
    entries = [
        (departure, where)
        for departure in departures
        if departure.file == sample.file
        for where in departure.places
    ]
    by_place = {(finding.code, place(finding)): finding for finding in found}
    return {
        (departure.code, where)
        for departure, where in entries
        if (finding := by_place.get((departure.code, where))) is None or departure.rule.stands(finding)
    }


@pytest.mark.parametrize("table", [ERRORS, WARNINGS])
def test_the_tables_name_files_of_the_corpus(table: tuple[Departure, ...]) -> None:
    assert {departure.file for departure in table} <= {sample.file for sample in GOOD}


@pytest.mark.parametrize("sample", of_verdict("bad"), ids=name)
def test_every_fault_that_the_notes_name_is_found_at_its_place(sample: Sample) -> None:
    found = taken(sample).report.findings
    named = named_by_envelope(sample.notes)
    table = named_by_table(sample.notes) or []
    assert named or table
    assert [each.text for each in named if not any(each.is_told_by(finding) for finding in found)] == []


@pytest.mark.parametrize("sample", HELD_AGAINST_TABLES, ids=name)
def test_another_check_of_the_same_tables_comes_to_the_same(sample: Sample) -> None:
    found = taken(sample).report.findings
    named = named_by_table(sample.notes) or []
    assert [each.text for each in named if not any(each.is_told_by(finding) for finding in found)] == []
    if not named:
        told = [finding for finding in found if finding.code.startswith(OF_SEGMENTS)]
        assert [place(finding) for finding in told if finding.severity is Severity.ERROR] == []


@pytest.mark.parametrize("sample", samples(), ids=name)
def test_every_finding_stands_where_the_file_has_its_segment(sample: Sample) -> None:
    data = sample.data
    for finding in taken(sample).report.findings:
        location = finding.location
        if location.byte is None or location.tag is None:
            continue
        if finding.code.endswith("-missing") and location.element is None:
            assert 0 <= location.byte <= len(data)
            continue
        text = data[location.byte : location.byte + len(location.tag)].decode("latin-1")
        assert text == location.tag, finding


@pytest.mark.parametrize("sample", samples(), ids=name)
def test_segments_are_counted_as_terminators_are(sample: Sample) -> None:
    data = sample.data
    interchanges = taken(sample).interchanges
    assert len(interchanges) == 1
    terminator = re.escape(interchanges[0].delimiters.segment.encode())
    ends = re.compile(b"[\r\n]+" if terminator in (b"\\\r", b"\\\n") else terminator)
    start = data.find(b"ISA")
    for finding in taken(sample).report.findings:
        location = finding.location
        if location.byte is None or location.segment is None or location.byte == len(data):
            continue
        assert location.segment == len(ends.findall(data, start, location.byte)) + 1, finding
