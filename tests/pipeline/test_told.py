"""Which findings of a file come into its report: so many, errors first, in order, and the rest in numbers."""

from __future__ import annotations

import json

import pytest

from gateway.findings import Finding, Location, Severity, found
from gateway.formats.detect import Format
from gateway.formats.x12.limits import Limits, ReadOptions
from gateway.formats.x12.reader import read
from gateway.pipeline import told
from gateway.pipeline.intake import Intake
from gateway.pipeline.told import Told
from gateway.report import Verdict
from tests.hostile.samples import group, interchange, isa, take, transaction_set, validator
from tests.pipeline.knowledge import received

CODES = {
    Severity.ERROR: "ge-set-count",
    Severity.WARNING: "isa-not-padded",
    Severity.NOTE: "version-base-release",
}
DETAILS = {"actual": 1, "length": 1, "expected": 2, "release": "004010"}


def a(severity: Severity, byte: int) -> Finding:
    return found(CODES[severity], Location(byte=byte), None, severity=severity, **DETAILS)


def kept(every: list[Severity]) -> list[tuple[Severity, int | None]]:
    all_of_them = Told()
    all_of_them.add(a(severity, byte) for byte, severity in enumerate(every))
    *findings, last = all_of_them.findings()
    assert last.code == "findings-left-out"
    return [(finding.severity, finding.location.byte) for finding in findings]


ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


@pytest.mark.parametrize(
    ("came", "stays"),
    [
        ([WARNING, NOTE, WARNING, ERROR], [(WARNING, 0), (WARNING, 2), (ERROR, 3)]),
        ([NOTE, NOTE, NOTE, WARNING, ERROR], [(NOTE, 0), (WARNING, 3), (ERROR, 4)]),
        ([WARNING] * 4 + [NOTE, ERROR], [(WARNING, 0), (WARNING, 1), (ERROR, 5)]),
        ([ERROR] * 3 + [WARNING, NOTE, ERROR], [(ERROR, 0), (ERROR, 1), (ERROR, 2)]),
        ([NOTE, ERROR, ERROR, ERROR, ERROR], [(ERROR, 1), (ERROR, 2), (ERROR, 3)]),
    ],
)
def test_errors_take_the_place_of_lesser_findings(
    monkeypatch: pytest.MonkeyPatch, came: list[Severity], stays: list[tuple[Severity, int]]
) -> None:
    monkeypatch.setattr(told, "MAX_FINDINGS", 3)
    assert kept(came) == stays


def test_what_is_left_out_is_told_in_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(told, "MAX_FINDINGS", 2)
    findings = Told()
    findings.add(a(severity, 0) for severity in [NOTE] * 1_500 + [WARNING] * 4 + [ERROR] * 3)
    assert findings.is_cut
    assert findings.findings()[-1].message == (
        "the report stops after 2 findings; it leaves out 1 errors, 4 warnings and 1,500 notes"
    )


def test_what_fits_is_told_as_it_came() -> None:
    findings = Told()
    findings.add(a(severity, byte) for byte, severity in enumerate([NOTE, ERROR, WARNING]))
    assert [finding.location.byte for finding in findings.findings()] == [0, 1, 2]
    assert not findings.is_cut


def test_an_error_behind_many_warnings_comes_into_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(told, "MAX_FINDINGS", 5)
    noted = [
        transaction_set(("BEG*00*SA*4711**20261122", "PO1*1*1*ZQ*1"), number=f"{n:04d}") for n in range(9)
    ]
    report = take(interchange(group(*noted, transaction_set(("X",), number="9999"))).encode()).report
    assert "error" in {finding.severity for finding in report.findings if finding.location.set == 10}
    assert report.findings[-1].code == "findings-left-out"
    assert not report.complete
    assert report.has_errors


def test_a_file_of_faults_is_read_to_a_limit_and_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(told, "MAX_FINDINGS", 10)
    monkeypatch.setattr(told, "MAX_JUDGED_FINDINGS", 60)
    junk = [transaction_set(("X",) * 20, number=f"{number:04d}") for number in range(1, 101)]
    intake = Intake(validator())
    taken = 0
    for event in read([interchange(group(*junk)).encode()]):
        taken += 1
        assert intake.take(event) is None
        if intake.stopped:
            break
    report = intake.report("junk")
    assert taken < 10
    *first, stop, left_out = report.findings
    assert len(first) == 10
    assert (stop.code, left_out.code) == ("file-too-many-faults", "findings-left-out")
    assert (stop.location.interchange, stop.location.group, stop.location.tag) == (1, 1, "ST")
    assert stop.location.set == len(report.sets)
    assert (report.complete, report.verdict) == (False, Verdict.REJECTED)
    (answered,) = intake.interchanges
    assert "file-too-many-faults" in {finding.code for finding in answered.findings}
    assert [each.verdict for each in answered.groups[0].sets] == [Verdict.REJECTED] * len(report.sets)


def test_events_behind_the_stop_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(told, "MAX_JUDGED_FINDINGS", 30)
    junk = [transaction_set(("X",) * 20, number=f"{number:04d}") for number in range(1, 11)]
    good = interchange(group(transaction_set()), number=2)
    report = take(interchange(group(*junk)).encode(), good.encode()).report
    assert {each.verdict for each in report.sets} == {Verdict.REJECTED}
    assert len(report.sets) < 10
    assert {each.interchange for each in report.sets} == {1}


def test_headers_that_cannot_be_read_stop_the_reading_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(told, "MAX_JUDGED_FINDINGS", 20)
    report = take(b"ISA*00*~" * 50).report
    assert report.findings[-1].code == "file-too-many-faults"
    assert (report.verdict, report.complete, len(report.findings)) == (Verdict.UNREADABLE, False, 22)


@pytest.mark.parametrize("limit", [1, 3])
def test_why_the_reading_ended_is_told_in_any_case(monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    monkeypatch.setattr(told, "MAX_FINDINGS", limit)
    intake = Intake(validator())
    data = f"{isa()}{'GS*XX*~' * 50}".encode()
    for event in read([data], ReadOptions(limits=Limits(envelopes=20))):
        intake.take(event)
    assert "file-too-many-envelopes" in {finding.code for finding in intake.report("").findings}


def test_json_of_faulty_documents_is_looked_at_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(told, "MAX_JUDGED_FINDINGS", 40)
    report = received(json.dumps([{"document": 1}] * 400).encode(), form=Format.JSON).report
    assert len(report.sets) == 41
    assert (report.findings[-1].code, report.findings[-1].location.set) == ("file-too-many-faults", 41)
    assert (report.complete, report.verdict) == (False, Verdict.REJECTED)


def test_sets_to_translate_are_handed_out_to_a_limit() -> None:
    taking = Intake(validator(), hand_out=3 * len(transaction_set()))
    sets = [transaction_set(number=f"{number:04d}") for number in range(1, 6)]
    events = read([interchange(group(*sets)).encode()])
    handed_out = [each for event in events if (each := taking.take(event)) is not None]
    report = taking.report("")
    assert [each.transaction_set.location.st02 for each in handed_out] == ["0001", "0002", "0003"]
    assert [(finding.code, finding.location.st02) for finding in report.findings] == [
        ("set-not-translated", "0004"),
        ("set-not-translated", "0005"),
    ]
    assert {each.verdict for each in report.sets} == {Verdict.ACCEPTED}
    assert report.has_errors
