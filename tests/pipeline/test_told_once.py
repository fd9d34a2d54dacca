"""What a format leaves out is told once for all documents of a file that lose the same."""

from __future__ import annotations

from functools import partial

import msgspec

from gateway.findings import NOWHERE, Finding, Location, found
from gateway.pipeline.losses import ToldOnce, told_once


def left_out(document: int, fields: str) -> Finding:
    place = Location(set=document)
    return found("not-carried", place, fields=fields, format="X12", documents="the document")


def test_documents_that_lose_the_same_are_told_together() -> None:
    other = found("read-back-differs", Location(set=2), format="X12")
    told = told_once((left_out(1, "type"), other, left_out(2, "levels"), left_out(3, "type")))
    assert [(each.code, each.location.set) for each in told] == [
        ("not-carried", None),
        ("read-back-differs", 2),
        ("not-carried", 2),
    ]
    assert told[0].location == NOWHERE
    assert told[0].message == "X12 has no place for everything in 2 documents; left out: type"
    assert told[2].message == "X12 has no place for everything in the document; left out: levels"
    assert "docs/round-trip.md" in told[0].remedy


def test_many_documents_take_one_note() -> None:
    (told,) = told_once([left_out(number, "type") for number in range(12_345)])
    assert "in 12,345 documents" in told.message


def of_document(findings: tuple[Finding, ...], document: int) -> tuple[Finding, ...]:
    return tuple(msgspec.structs.replace(each, location=Location(set=document)) for each in findings)


def test_findings_are_told_alike_whether_they_come_one_by_one_or_together() -> None:
    plain = left_out(0, "type"), left_out(0, "levels")
    other = (left_out(0, "type"), found("read-back-differs", format="X12"))
    told = ToldOnce()
    every: list[Finding] = []
    for number, given in enumerate((plain[:1], plain, plain, other, other, plain, plain, (plain[1],)), 1):
        told.add(given, partial(of_document, document=number))
        every += of_document(given, number)
    assert told.findings() == told_once(every)
    assert [dict(each.details).get("documents") for each in told.findings()] == [
        "7 documents",
        "5 documents",
        None,
        None,
    ]
    assert told.findings()[-1].location.set == 5
