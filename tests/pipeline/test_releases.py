"""One table serves several releases: what is read says in which, the agreement says in which to write."""

from __future__ import annotations

from functools import cache

import msgspec
import pytest

from gateway.agreements.partner import X12Style
from gateway.binder import Binder
from gateway.bootstrap import parameters_of
from gateway.codes import CATALOGUE
from gateway.documents import (
    Document,
    Invoice,
    OrderAcknowledgment,
    OrderChangeAcknowledgment,
    PurchaseOrder,
    PurchaseOrderChange,
    ShipNotice,
)
from gateway.findings import Location, Severity
from gateway.formats.detect import Format
from gateway.pipeline.knowledge import Knowledge
from gateway.pipeline.sources import receive
from gateway.pipeline.tables import Sourced
from gateway.pipeline.targets import FirstNumbers, write
from tests.golden.cases import AT, CASES, Case, read
from tests.pipeline.knowledge import knowledge, library

LATER = X12Style(release="005010", interchange_version="00501", repetition_separator="^")
NEEDS_005010 = "ship-notice/x12-release-005010"
ONLY_IN_004010 = ("order-change", "change-acknowledgment")
IN_BOTH = [
    case
    for case in CASES
    if case.name != NEEDS_005010
    and case.folder.parent.name not in ONLY_IN_004010
    and case.others.get(Format.X12, case.source).exists()
]
# CAD of 005010 wants the mode of transport, which this ERP does not tell.
LEFT_OUT = {"invoice/csv-erp": ("carrier",), "invoice/fixed-erp": ("carrier",)}


@cache
def in_release(release: str) -> Knowledge:
    """What is known of amazon, were everything written in one release."""
    agreed = knowledge().partner
    assert agreed is not None
    style = LATER if release == "005010" else msgspec.structs.replace(agreed.x12, releases={})
    partner = msgspec.structs.replace(agreed, x12=style)
    binder = Binder(library(), parameters_of(partner), partner, "amazon")
    return msgspec.structs.replace(
        knowledge(),
        partner=partner,
        segment_table=binder.segment_table,
        written_segment_table=binder.written_segment_table,
    )


def in_x12(case: Case, release: str) -> bytes:
    documents = [each.document for each in read(case.source.read_bytes(), case.source_form).documents]
    sourced = [Sourced(document, Location(set=number)) for number, document in enumerate(documents, 1)]
    written = write(sourced, Format.X12, in_release(release), FirstNumbers(), AT)
    assert [each.message for each in written.findings if each.severity is Severity.ERROR] == []
    assert written.data is not None
    return written.data


def read_back(data: bytes) -> list[Document]:
    received = receive("file", [data], Format.X12, in_release("005010"))
    told = [each for each in received.report.findings if not CATALOGUE[each.code].guide]
    assert [each.message for each in told] == []
    return [each.document for each in received.documents]


@pytest.mark.parametrize("case", IN_BOTH, ids=[case.name for case in IN_BOTH])
def test_every_document_says_the_same_in_both_releases(case: Case) -> None:
    older, later = in_x12(case, "004010"), in_x12(case, "005010")
    assert b"*X*004010~" in older
    assert b"*X*004010~" not in later
    assert b"*X*005010~" in later
    left_out = ("ext", *LEFT_OUT.get(case.name, ()))
    assert [_without(each, left_out) for each in read_back(later)] == [
        _without(each, left_out) for each in read_back(older)
    ]


def _without(value: object, names: tuple[str, ...]) -> object:
    """A document as plain values, without some fields: `ext` is what only its format can say."""
    if isinstance(value, msgspec.Struct):
        fields = {name: getattr(value, name) for name in value.__struct_fields__ if name not in names}
        return {name: _without(each, names) for name, each in fields.items()}
    return tuple(_without(each, names) for each in value) if isinstance(value, tuple) else value


def test_what_the_older_release_has_no_room_for_is_refused_there() -> None:
    (case,) = [case for case in CASES if case.name == NEEDS_005010]
    documents = [each.document for each in read(case.source.read_bytes(), case.source_form).documents]
    sourced = [Sourced(document, Location(set=1)) for document in documents]
    written = write(sourced, Format.X12, in_release("004010"), FirstNumbers(), AT)
    assert written.data is None
    (left, refused) = written.findings
    assert left.code == "ext-not-placed"
    assert "AT9" in left.message
    assert "REF02 (Reference) holds ACRN20871009-OAK-RIDGE-WAY-RENO-0000000001" in refused.message


def test_a_carrier_without_its_mode_is_told_and_left_out() -> None:
    (case,) = [case for case in CASES if case.name == "invoice/csv-erp"]
    documents = [each.document for each in read(case.source.read_bytes(), case.source_form).documents]
    sourced = [Sourced(document, Location(set=1)) for document in documents[:1]]
    written = write(sourced, Format.X12, in_release("005010"), FirstNumbers(), AT)
    told = [finding for finding in written.findings if finding.code == "nothing-to-fill"]
    assert [finding.location.field for finding in told] == ["/carrier/scac"]


@pytest.mark.parametrize(
    ("document", "release"),
    [
        (ShipNotice, "005010"),
        (OrderAcknowledgment, "004010"),
        (PurchaseOrderChange, "004010"),
        (OrderChangeAcknowledgment, "004010"),
        (Invoice, "004010"),
        (PurchaseOrder, "004010"),
    ],
)
def test_amazon_is_sent_its_ship_notice_in_005010_and_all_else_in_004010(
    document: type[Document], release: str
) -> None:
    table = knowledge().written_segment_table(document)
    assert table is not None
    assert table.definition.release == release


@pytest.mark.parametrize(
    ("gs08", "release"),
    [("004010VICS", "004010"), ("005010", "005010"), ("005010X231A1", "005010"), ("006020", None)],
)
def test_a_set_is_read_by_the_table_of_its_release(gs08: str, release: str | None) -> None:
    table = knowledge().segment_table("850", gs08)
    assert (table.definition.release if table else None) == release


WITHIN_A_PARTY = ("N2*", "N3*", "N4*", "REF*", "PER*")
REPEATED = "DMG*D8*19800101***A^B~"


def with_repetition() -> bytes:
    """An invoice of ours in 005010 with an element that repeats, which no row reads."""
    (case,) = [case for case in CASES if case.name == "invoice/x12-taxes-charges-terms"]
    text = in_x12(case, "005010").decode()
    lines = text.splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("N1*"))
    behind = enumerate(lines[first + 1 :], first + 1)
    last = next(number for number, line in behind if not line.startswith(WITHIN_A_PARTY))
    text = "\n".join([*lines[:last], REPEATED, *lines[last:], ""])
    count = next(line for line in text.splitlines() if line.startswith("SE*"))
    number = int(count.split("*")[1])
    return text.replace(f"SE*{number}*", f"SE*{number + 1}*", 1).encode()


def test_an_element_that_repeats_is_kept_and_put_back() -> None:
    received = receive("file", [with_repetition()], Format.X12, in_release("005010"))
    assert [each.message for each in received.report.findings] == []
    written = write(received.documents, Format.X12, in_release("005010"), FirstNumbers(), AT)
    assert written.data is not None
    assert written.data.decode().count(REPEATED) == 1


def test_an_element_that_repeats_is_never_written_without_its_separator() -> None:
    received = receive("file", [with_repetition()], Format.X12, in_release("005010"))
    agreed = in_release("005010").partner
    assert agreed is not None
    style = msgspec.structs.replace(LATER, repetition_separator="!")
    other = msgspec.structs.replace(in_release("005010"), partner=msgspec.structs.replace(agreed, x12=style))
    written = write(received.documents[:1], Format.X12, other, FirstNumbers(), AT)
    assert written.data is None
    assert {finding.code for finding in written.findings} >= {"written-not-valid"}
