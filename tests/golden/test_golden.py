"""Each golden case: source to canonical, canonical to every other format, and back to the source."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from gateway.codes import CATALOGUE
from gateway.documents import Document
from gateway.documents.codec import decode, encode
from gateway.documents.judge import faults
from gateway.findings import Severity
from gateway.formats.detect import Format
from tests.golden.cases import CASES, FORMS, IN_X12_AND_CSV, SETS, Case, body_of, is_said_in, read, written

every_case = pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
TARGETS = [(case, form, path) for case in CASES for form, path in case.others.items() if path.exists()]
REFUSED = [(case, form) for case in CASES for form, path in case.others.items() if not path.exists()]


def canonical(case: Case) -> list[Document]:
    documents = decode(case.canonical.read_bytes()).documents
    return [document for document in documents if document is not None]


def rows_of(data: bytes) -> list[dict[str, str]]:
    """The rows of a flat file with what stands in them, whatever other columns there are."""
    rows = csv.DictReader(io.StringIO(data.decode(), newline=""))
    return [{column: cell for column, cell in row.items() if cell} for row in rows]


def test_every_document_has_a_case_in_every_format() -> None:
    kinds = {(case.folder.parent.name, case.source_form) for case in CASES}
    assert kinds == {
        (name, form) for name in SETS for form in (Format.X12, *FORMS.values()) if is_said_in(name, form)
    }


@pytest.mark.parametrize("case", [case for case in CASES if case.folder.parent.name in IN_X12_AND_CSV])
@pytest.mark.parametrize("form", [Format.SPAPI, Format.FIXED, Format.XML])
def test_what_a_format_has_no_documents_for_is_refused_as_a_whole(case: Case, form: Format) -> None:
    made = written(canonical(case), form)
    assert made.data is None
    assert [finding.code for finding in made.findings] == ["no-mapping"]


@every_case
def test_the_source_is_read_without_a_finding(case: Case) -> None:
    received = read(case.source.read_bytes(), case.source_form)
    told = [finding for finding in received.report.findings if not CATALOGUE[finding.code].guide]
    assert [finding.message for finding in told] == []
    assert encode([each.document for each in received.documents]) == case.canonical.read_bytes()


@every_case
def test_its_canonical_documents_fulfil_their_schemas(case: Case) -> None:
    documents = canonical(case)
    assert documents
    assert [fault.message for document in documents for fault in faults(document)] == []


@pytest.mark.parametrize(
    ("case", "form", "path"), TARGETS, ids=[f"{case.name}-{form.value}" for case, form, _ in TARGETS]
)
def test_what_is_written_is_the_target(case: Case, form: Format, path: Path) -> None:
    data = written(canonical(case), form).data
    assert data is not None
    assert data.decode() == path.read_bytes().decode()


@pytest.mark.parametrize(
    ("case", "form"), REFUSED, ids=[f"{case.name}-{form.value}" for case, form in REFUSED]
)
def test_a_format_without_a_target_refuses_the_documents(case: Case, form: Format) -> None:
    made = written(canonical(case), form)
    assert made.data is None
    errors = [finding for finding in made.findings if finding.severity is Severity.ERROR]
    assert errors
    assert all(finding.location.pointer or finding.location.column for finding in errors)


@every_case
def test_written_back_it_is_the_source_or_says_the_same(case: Case) -> None:
    source = case.again.read_bytes()
    data = written(canonical(case), case.source_form).data
    assert data is not None
    if case.source_form is Format.X12:
        assert body_of(data) == body_of(source)
    elif case.source_form is Format.SPAPI:
        assert json.loads(data) == json.loads(source)
    elif case.source_form in (Format.FIXED, Format.XML):
        assert data.decode() == source.decode()
    else:
        assert rows_of(data) == rows_of(source)
