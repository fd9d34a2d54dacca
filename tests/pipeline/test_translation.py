"""Documents on their whole way: from every format to every other, faults told, good ones still sent."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from shutil import copytree

import msgspec
import pytest

from gateway.bootstrap import Library
from gateway.documents import PurchaseOrder
from gateway.documents.codec import encode
from gateway.findings import Finding, Location, Severity
from gateway.formats.detect import Format
from gateway.mapping.engine import COMPILE_AFTER
from gateway.pipeline.losses import MOST_NOTES
from gateway.pipeline.sources import receive
from gateway.pipeline.targets import FirstNumbers, Written, write
from gateway.report import Verdict
from gateway.workspace import Workspace
from tests.pipeline.knowledge import AT, ROOT, documents_of, example, judged, library, received, translated

SAMPLES = ("purchase-orders.850", "order-acknowledgment.csv", "ship-notice.csv", "invoice.csv")
TARGETS = (Format.CANONICAL, Format.SPAPI, Format.X12, Format.CSV)


@pytest.mark.parametrize(("name", "target"), list(product(SAMPLES, TARGETS)))
def test_every_sample_can_be_written_in_every_format(name: str, target: Format) -> None:
    source = received(example(name))
    assert source.report.verdict is Verdict.ACCEPTED, source.report.findings
    written = translated(example(name), target)
    assert written.data is not None
    assert [finding for finding in written.findings if finding.severity == "error"] == []


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_comes_back_from_x12_as_the_same_documents(name: str) -> None:
    first = documents_of(example(name))
    written = translated(example(name), Format.X12)
    assert written.data is not None
    again = documents_of(written.data)
    assert translated(encode(again), Format.X12).data == written.data
    assert len(again) == len(first)


def test_what_is_written_as_x12_is_valid_x12() -> None:
    written = translated(example("ship-notice.csv"), Format.X12)
    assert written.data is not None
    report = judged(written.data).report("out")
    assert (report.verdict, report.findings) == (Verdict.ACCEPTED, ())


@pytest.mark.parametrize("blank", [" ", "\x85", "\xa0", "\u2028"])
def test_a_text_with_blanks_around_it_is_not_written_into_a_cell(blank: str) -> None:
    (order, *_) = documents_of(example("purchase-orders.850"))
    assert isinstance(order, PurchaseOrder)
    first = msgspec.structs.replace(order.lines[0], description=f"Tent{blank}")
    rimmed = msgspec.structs.replace(order, lines=(first, *order.lines[1:]))
    written = translated(encode([rimmed]), Format.CSV)
    assert written.data is None
    (finding,) = [each for each in written.findings if each.severity is Severity.ERROR]
    assert (finding.code, finding.value, finding.location) == ("flat-blanks", f"Tent{blank}", Location(set=1))
    assert "the column description would hold 'Tent" in finding.message


def test_the_bad_document_is_reported_and_the_good_one_goes() -> None:
    source = received(example("purchase-order-with-faults.850"))
    assert [type(each.document) for each in source.documents] == [PurchaseOrder]
    assert {finding.location.st02 for finding in source.report.findings} == {"0002"}
    written = translated(example("purchase-order-with-faults.850"), Format.SPAPI)
    assert written.data is not None
    assert [order["purchaseOrderNumber"] for order in json.loads(written.data)["orders"]] == ["5JM81KPD"]


def test_identities_come_from_the_partner() -> None:
    written = translated(example("invoice.csv"), Format.X12)
    assert written.data is not None
    assert written.data[32:70] == b"ZZ*ACORNSUPPLY    *ZZ*AMAZON         *"
    assert [finding.code for finding in written.findings] == ["control-numbers-assumed"]


def test_numbers_that_start_at_1_are_told_once_for_a_file_and_given_ones_are_not() -> None:
    (note,) = translated(example("purchase-orders.850"), Format.X12).findings
    assert (note.code, note.severity) == ("control-numbers-assumed", Severity.NOTE)
    assert "--control-numbers" in note.remedy
    documents = received(example("purchase-orders.850")).documents
    given = write(documents, Format.X12, library().knowledge("amazon", None), FirstNumbers(2, 1, 1), AT)
    assert given.findings == ()


def test_without_a_partner_the_identities_are_assumed_and_said() -> None:
    written = translated(example("invoice.csv"), Format.X12, partner=None)
    assert written.data is not None
    assert [finding.code for finding in written.findings] == ["identities-assumed", "control-numbers-assumed"]
    assert "ZZ/ACRN1" in written.findings[0].message


def test_nothing_is_made_up_to_fill_a_required_place() -> None:
    order = json.loads(encode(documents_of(example("purchase-orders.850"))[0]))
    del order["lines"][0]["number"]
    written = translated(json.dumps(order).encode(), Format.SPAPI)
    (finding,) = written.findings
    assert written.data is None
    assert finding.code == "mapping-required-missing"
    assert "itemSequenceNumber" in finding.message
    assert "mappings/spapi-order.yaml:" in finding.message


def test_a_separator_in_the_data_is_refused() -> None:
    order = json.loads(encode(documents_of(example("purchase-orders.850"))[0]))
    order["parties"][1]["name"] = "Acorn*Oak"
    written = translated(json.dumps(order).encode(), Format.X12)
    assert written.data is None
    assert written.findings[-1].code == "written-not-valid"
    assert "N102" in written.findings[-1].message


def test_a_value_the_target_cannot_hold_is_told_with_its_place() -> None:
    order = json.loads(encode(documents_of(example("purchase-orders.850"))[0]))
    order["number"] = "N" * 23
    written = translated(json.dumps(order).encode(), Format.X12)
    assert written.data is None
    assert "BEG03" in written.findings[-1].message
    assert "at most 22" in written.findings[-1].message


def test_kinds_do_not_mix_in_one_vendor_request() -> None:
    together = [*documents_of(example("invoice.csv")), *documents_of(example("ship-notice.csv"))]
    written = translated(encode(together), Format.SPAPI)
    assert written.data is not None
    assert list(json.loads(written.data)) == ["invoices"]
    mixed = [finding for finding in written.findings if finding.severity is Severity.ERROR]
    assert [finding.code for finding in mixed] == ["documents-mixed", "documents-mixed"]


def test_kinds_become_groups_of_one_interchange() -> None:
    together = [*documents_of(example("invoice.csv")), *documents_of(example("ship-notice.csv"))]
    written = translated(encode(together), Format.X12)
    assert written.data is not None
    report = judged(written.data).report("out")
    assert [(each.group, each.type) for each in report.sets] == [
        (1, "810"),
        (1, "810"),
        (2, "856"),
        (2, "856"),
    ]
    assert report.verdict is Verdict.ACCEPTED


def test_a_flat_file_of_unknown_columns_is_not_guessed_at() -> None:
    source = received(b"colour,size\nred,5\n")
    assert source.report.verdict is Verdict.UNREADABLE
    assert [finding.code for finding in source.report.findings] == ["mapping-unclear"]


def test_json_that_is_no_document_is_unreadable() -> None:
    source = received(b'{"hello": 1}')
    assert source.report.verdict is Verdict.UNREADABLE
    assert [finding.code for finding in source.report.findings] == ["format-unknown"]


def test_a_finding_of_writing_names_the_document_by_its_source() -> None:
    data = example("purchase-orders.850").replace(b"*EA*6.15*PE*UP*", b"*BX*6.15*PE*UP*")
    written = translated(data, Format.SPAPI)
    (finding,) = [each for each in written.findings if each.code == "code-unknown"]
    assert (finding.location.st02, finding.location.field) == ("0002", "/lines/0/unit")
    assert written.data is not None


def lost(written: Written) -> tuple[Finding, ...]:
    return tuple(each for each in written.findings if each.code == "not-carried")


def test_what_a_format_does_not_carry_is_said() -> None:
    (order, _) = documents_of(example("purchase-orders.850"))
    tree = json.loads(encode(order))
    tree["references"] = {"department": "014"}
    written = translated(json.dumps(tree).encode(), Format.SPAPI)
    (note,) = lost(written)
    assert (note.code, note.severity) == ("not-carried", Severity.NOTE)
    assert "references.department" in note.message


def test_what_lines_lose_is_said_too() -> None:
    tree = json.loads(encode(documents_of(example("purchase-orders.850"))[0]))
    tree["lines"][1]["ids"] = {"upc": "614141000029", "color": "red", "size": "L"}
    tree["parties"][1]["contacts"] = [{"name": "Ada", "phone": "1"}]
    (note,) = lost(translated(json.dumps(tree).encode(), Format.SPAPI))
    assert sorted(dict(note.details)["fields"].split(", ")) == [
        "lines[].ids.color",
        "lines[].ids.size",
        "parties[].contacts[].name",
        "parties[].contacts[].phone",
    ]


def test_a_field_that_a_default_puts_elsewhere_is_carried() -> None:
    written = translated(example("invoice.csv"), Format.SPAPI)
    assert written.data is not None
    assert b'"purchaseOrderNumber": "7XQ4RT2B"' in written.data
    named = [path for note in lost(written) for path in dict(note.details)["fields"].split(", ")]
    assert "order_date" in named
    assert "order_number" not in named


def test_every_field_that_stays_behind_is_named_however_many_there_are() -> None:
    tree = json.loads(encode(documents_of(example("purchase-orders.850"))[0]))
    kinds = [f"kind_{number:02}" for number in range(40)]
    tree["references"] = dict.fromkeys(kinds, "1")
    notes = lost(translated(json.dumps(tree).encode(), Format.SPAPI))
    named = [path for note in notes for path in dict(note.details)["fields"].split(", ")]
    assert named == [f"references.{kind}" for kind in kinds]


def test_a_document_of_nothing_but_lost_fields_does_not_flood_the_report() -> None:
    tree = json.loads(encode(documents_of(example("purchase-orders.850"))[0]))
    tree["references"] = {f"kind_{number}": "1" for number in range(5_000)}
    notes = lost(translated(json.dumps(tree).encode(), Format.SPAPI))
    assert len(notes) == MOST_NOTES
    named = sum(note.message.count("references.") for note in notes)
    assert dict(notes[-1].details)["fields"].endswith(f" and {5_000 - named:,} more")


def test_nothing_is_said_to_be_lost_where_nothing_is() -> None:
    assert lost(translated(example("purchase-orders.850"), Format.SPAPI)) == ()
    codes = [each.code for each in translated(example("purchase-orders.850"), Format.X12).findings]
    assert codes == ["control-numbers-assumed"]


def row_of(table: str, cell: str) -> int:
    lines = (ROOT / "mappings" / table).read_text(encoding="utf-8").splitlines()
    return 1 + next(number for number, line in enumerate(lines) if line.split("#")[0].endswith(cell))


def test_what_the_table_fills_in_is_told_once_with_its_rows() -> None:
    data = example("purchase-orders.850").replace(b"CSH*N~\n", b"").replace(b"SE*11*", b"SE*10*")
    written = translated(data, Format.SPAPI)
    (note,) = [each for each in written.findings if each.code == "filled-by-default"]
    table = "spapi-order.yaml"
    cells = (
        "purchaseOrderState code(order-state) default=new",
        "default=.date",
        "isBackOrderAllowed bool default=false",
    )
    first, second, third = (row_of(table, cell) for cell in cells)
    assert (note.severity, note.location) == (Severity.NOTE, Location())
    assert dict(note.details) == {
        "format": "SP-API JSON",
        "places": "purchaseOrderState, orderDetails.purchaseOrderStateChangedDate, isBackOrderAllowed",
        "rows": f"mappings/{table}:{first}, :{second}, :{third}",
    }
    assert written.data is not None
    orders = json.loads(written.data)["orders"]
    assert len(orders) == 2
    assert {order["purchaseOrderState"] for order in orders} == {"New"}


def test_what_the_document_says_is_not_told_as_filled_in() -> None:
    tree = json.loads(encode(documents_of(example("purchase-orders.850"))[0]))
    tree |= {"state": "acknowledged", "state_changed": {"date": "2026-11-04"}}
    for line in tree["lines"]:
        line["backorder_allowed"] = True
    assert "filled-by-default" not in [
        each.code for each in translated(json.dumps(tree).encode(), Format.SPAPI).findings
    ]
    tree["lines"][1].pop("backorder_allowed")
    (note,) = [
        each
        for each in translated(json.dumps(tree).encode(), Format.SPAPI).findings
        if each.code == "filled-by-default"
    ]
    assert dict(note.details)["places"] == "isBackOrderAllowed"


@pytest.mark.parametrize(
    ("target", "given", "place"),
    [(Format.X12, {"type": None}, "BEG02"), (Format.SPAPI, {"state": None}, "purchaseOrderState")],
)
def test_compiled_functions_fill_in_what_is_told(target: Format, given: dict[str, None], place: str) -> None:
    tree = json.loads(encode(documents_of(example("purchase-orders.850"))[0]))
    for name in given:
        tree.pop(name, None)
    several = [{**tree, "number": f"PO{number}"} for number in range(2 * COMPILE_AFTER)]
    written = translated(json.dumps(several[-1:]).encode(), target)
    (alone,) = [each for each in written.findings if each.code == "filled-by-default"]
    (note,) = [
        each
        for each in translated(json.dumps(several).encode(), target).findings
        if each.code == "filled-by-default"
    ]
    assert note == alone
    assert place in note.message


def test_the_agreement_names_the_release_to_write(tmp_path: Path) -> None:
    partner = (ROOT / "partners/amazon/partner.yaml").read_text(encoding="utf-8")
    folder = tmp_path / "partners" / "later"
    folder.mkdir(parents=True)
    (folder / "partner.yaml").write_text(partner.replace('"004010"', '"006099"'), encoding="utf-8")
    copytree(ROOT / "schemas/x12/004010", tmp_path / "schemas/x12/006099")  # installed, but without tables
    later = Library(Workspace(tmp_path, ROOT)).knowledge("later", None)
    written = write(received(example("invoice.csv")).documents, Format.X12, later, FirstNumbers(), AT)
    assert written.data is None
    assert {finding.code for finding in written.findings} == {"no-mapping"}


@pytest.mark.parametrize("target", [Format.SPAPI, Format.X12, Format.CSV])
def test_many_documents_are_written_as_one_alone_would_be(target: Format) -> None:
    head, _, rest = example("purchase-orders.850").partition(b"ST*850*0001~")
    order, _, _ = rest.partition(b"SE*13*0001~")
    many = [
        b"ST*850*%04d~%sSE*13*%04d~\n" % (number, order.replace(b"7XQ4RT2B", b"PO%06d" % number), number)
        for number in range(1, 3 * COMPILE_AFTER)
    ]
    data = b"%s%sGE*%d*41~\nIEA*1*000000041~\n" % (head, b"".join(many), len(many))
    fresh = library().knowledge("amazon", None)
    documents = receive("file", [data], Format.X12, fresh).documents
    together = write(documents, target, fresh, FirstNumbers(7), AT)
    assert len(documents) == len(many)
    assert {each.code for each in together.findings} <= {"filled-by-default"}
    numbers = FirstNumbers(7, set=len(many))
    last = write(documents[-1:], target, library().knowledge("amazon", None), numbers, AT)
    assert together.data is not None
    assert last.data is not None
    assert essence(last.data, target) in essence(together.data, target)


def essence(data: bytes, form: Format) -> bytes:
    """The document itself, without what stands once around all documents of a file."""
    if form is Format.X12:
        return data.partition(b"ST*")[2].partition(b"GE*")[0]
    if form is Format.CSV:
        return data.partition(b"\r\n")[2]
    return data.partition(b"[")[2].rpartition(b"]")[0].strip()
