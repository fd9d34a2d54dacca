"""The conformance cases of the envelope, each read in one piece and byte by byte."""

from __future__ import annotations

import msgspec
import pytest

from gateway.findings import Finding
from gateway.formats.x12.reader import read
from tests.formats.x12.cases import CASES, EMPTY, Case


def findings(data: bytes) -> list[Finding]:
    return [finding for event in read([data]) for finding in event.findings]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_rule_is_told_at_its_place(case: Case) -> None:
    got = [(finding.code, msgspec.to_builtins(finding.location)) for finding in findings(case.data)]
    assert got == case.expected()


@pytest.mark.parametrize("case", EMPTY, ids=lambda case: case.name)
def test_a_file_without_data_is_told(case: Case) -> None:
    assert [(finding.code, finding.location.byte) for finding in findings(case.data)] == [
        ("file-empty", None)
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_message_can_be_shown(case: Case) -> None:
    for finding in findings(case.data):
        assert finding.message
        assert finding.remedy


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_chunks_do_not_matter(case: Case) -> None:
    whole = list(read([case.data]))
    assert list(read(case.data[at : at + 1] for at in range(len(case.data)))) == whole
