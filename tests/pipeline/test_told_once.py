"""What a format leaves out is told once for all documents of a file that lose the same."""

from __future__ import annotations

from gateway.findings import NOWHERE, Finding, Location, found
from gateway.pipeline.losses import told_once


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
