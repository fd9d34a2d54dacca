"""Cross-references: what a table fills from them, in both directions, and what it says when it cannot."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec
import pytest

from gateway.bootstrap import Library, parameters_of
from gateway.documents import PurchaseOrder
from gateway.documents.parts import Moment
from gateway.errors import DataFileError
from gateway.findings import Finding, Location, Severity
from gateway.formats.detect import Format
from gateway.mapping.crossrefs.complete import Completed
from gateway.mapping.engine import COMPILE_AFTER, Mapper
from gateway.mapping.plan import Direction, FormatKind
from gateway.pipeline.sources import receive
from gateway.pipeline.tables import Sourced
from gateway.pipeline.targets import FirstNumbers, write
from gateway.workspace import Workspace
from tests.golden.cases import AT
from tests.pipeline.knowledge import ROOT

ITEMS = """\
asin,vendor_sku,upc,unit,case_size,valid_from,valid_until
B0ACRN0001,ACS-100-12,614141000012,case,12,,
# the bottle was sold under another number until July
B0ACRN0002,ACS-200,614141000029,each,,,2026-06-30
B0ACRN0002,ACS-205,614141000029,each,,2026-07-01,
"""
PLACES = "assigned,assigned_by_seller,street,city\nPHX3,C-1003,Dock 7; 1 Cactus Road,Phoenix\n"
TABLE = "partners/amazon/mappings/csv-order.yaml"

ORDER = """\
order_number,order_date,ship_to_code,line_number,quantity,unit,price,asin,vendor_sku
P1,{date},PHX3,1,12,CA,42.5,{asin},{sku}
"""

OWN = "own_"
Put = Callable[..., Library]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """A library whose partner amazon has this line of `crossrefs` for lines, and these files."""

    def library(line: str, items: str = ITEMS, records: str = "lines[]", **files: str) -> Library:
        texts = {
            TABLE: f"overlay: csv-order\ncrossrefs:\n  {records}: {line}\n",
            "partners/amazon/crossrefs/items.csv": items,
            **{
                f"partners/amazon/crossrefs/{name.removeprefix(OWN)}.csv"
                if name.startswith(OWN)
                else f"mappings/crossrefs/{name}.csv": text
                for name, text in files.items()
            },
        }
        for relative, text in texts.items():
            path = tmp_path / relative
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return Library(Workspace(tmp_path, ROOT))

    return library


def order(library: Library, asin: str = "", sku: str = "", date: str = "2026-11-03") -> PurchaseOrder:
    """An order as it is read without cross-references."""
    data = ORDER.format(asin=asin, sku=sku, date=date).encode()
    (sourced,) = receive("o.csv", [data], Format.CSV, library.knowledge(None, None)).documents
    assert isinstance(sourced.document, PurchaseOrder)
    return sourced.document


def completed(library: Library, document: PurchaseOrder, way: Direction = Direction.WRITE) -> Completed:
    parameters = parameters_of(library.partner("amazon"))
    plan = library.sound_plan("csv-order", parameters, "amazon")
    return Mapper(plan, crossrefs=partial(library.crossref, plan, "amazon")).completed(document, way)


def order_in(made: Completed) -> PurchaseOrder:
    assert isinstance(made.document, PurchaseOrder)
    return made.document


def ids(made: Completed) -> dict[str, str]:
    return order_in(made).lines[0].ids


def told(findings: tuple[Finding, ...]) -> list[tuple[str, Severity, str | None, str | None]]:
    return [(each.code, each.severity, each.location.pointer, each.value) for each in findings]


def test_a_row_fills_what_is_missing_and_its_place_is_kept(put: Put) -> None:
    library = put("items(ids.asin -> ids.vendor_sku, ids.upc, case_size)")
    made = completed(library, order(library, "B0ACRN0001"))
    assert ids(made) == {"asin": "B0ACRN0001", "vendor_sku": "ACS-100-12", "upc": "614141000012"}
    assert order_in(made).lines[0].case_size == 12
    assert not made.findings
    assert [(each.pointer, str(each.value), str(each.row)) for each in made.fillings] == [
        ("/lines/0/ids/vendor_sku", "ACS-100-12", "partners/amazon/crossrefs/items.csv:2"),
        ("/lines/0/ids/upc", "614141000012", "partners/amazon/crossrefs/items.csv:2"),
        ("/lines/0/case_size", "12", "partners/amazon/crossrefs/items.csv:2"),
    ]
    assert {str(each.completion) for each in made.fillings} == {f"{TABLE}:3"}


@pytest.mark.parametrize(
    ("day", "sku"), [("2026-06-30", "ACS-200"), ("2026-07-01", "ACS-205"), ("1999-01-01", "ACS-200")]
)
def test_the_date_of_the_document_tells_which_row_holds(put: Put, day: str, sku: str) -> None:
    library = put("items(ids.asin -> ids.vendor_sku)")
    assert ids(completed(library, order(library, "B0ACRN0002", date=day)))["vendor_sku"] == sku


def test_a_time_is_a_day_in_the_zone_of_the_agreement(put: Put) -> None:
    library = put("items(ids.asin -> ids.vendor_sku)")
    late = msgspec.convert({"time": "2026-07-01T05:00:00Z"}, Moment)  # still June in Los Angeles
    document = msgspec.structs.replace(order(library, "B0ACRN0002"), date=late)
    assert ids(completed(library, document))["vendor_sku"] == "ACS-200"


def test_keys_are_tried_in_turn_and_two_fields_may_be_one_key(put: Put) -> None:
    library = put("items(ids.vendor_sku, ids.asin+unit -> ids.upc)")
    for asin, sku in (("B0ACRN0001", ""), ("", "ACS-100-12"), ("B0ACRN0001", "unknown")):
        assert ids(completed(library, order(library, asin, sku)))["upc"] == "614141000012"
    assert "upc" not in ids(completed(library, order(library, "B0ACRN0002")))  # in cases, not each


@pytest.mark.parametrize(
    ("word", "severity", "held", "sku"),
    [
        ("", Severity.NOTE, False, None),
        (" hold", Severity.ERROR, True, None),
        (" default=ASK-US", Severity.NOTE, False, "ASK-US"),
    ],
)
def test_a_miss_does_what_the_table_says(
    put: Put, word: str, severity: Severity, held: bool, sku: str | None
) -> None:
    library = put(f"items(ids.asin -> ids.vendor_sku){word}")
    made = completed(library, order(library, "B0ACRN0009"))
    assert made.held is held
    assert ids(made).get("vendor_sku") == sku
    assert told(made.findings) == [("crossref-missed", severity, "/lines/0/ids/vendor_sku", "B0ACRN0009")]
    assert "2026-11-03" in made.findings[0].message
    assert f"{TABLE}:3" in made.findings[0].message


def test_a_value_of_the_document_is_kept_and_compared(put: Put) -> None:
    library = put("items(ids.asin -> ids.vendor_sku) hold")
    made = completed(library, order(library, "B0ACRN0001", "ACS-OTHER"))
    assert ids(made)["vendor_sku"] == "ACS-OTHER"
    assert told(made.findings) == [
        ("crossref-differs", Severity.WARNING, "/lines/0/ids/vendor_sku", "ACS-OTHER")
    ]
    assert not completed(library, order(library, "B0ACRN0009", "ACS-OTHER")).findings


@pytest.mark.parametrize(("word", "severity"), [("", Severity.WARNING), (" hold", Severity.ERROR)])
def test_several_rows_that_hold_are_no_answer_unless_they_agree(
    put: Put, word: str, severity: Severity
) -> None:
    items = "asin,vendor_sku,upc\nB0ACRN0001,ACS-1,614141000012\nB0ACRN0001,ACS-2,614141000012\n"
    library = put(f"items(ids.asin -> ids.vendor_sku){word}", items)
    made = completed(library, order(library, "B0ACRN0001"))
    assert "vendor_sku" not in ids(made)
    assert told(made.findings) == [("crossref-ambiguous", severity, "/lines/0/ids/vendor_sku", "B0ACRN0001")]
    assert "items.csv:2 and partners/amazon/crossrefs/items.csv:3" in made.findings[0].message
    agreeing = put(f"items(ids.asin -> ids.upc){word}", items)
    assert ids(completed(agreeing, order(agreeing, "B0ACRN0001")))["upc"] == "614141000012"


def test_a_partner_s_own_rows_stand_before_those_for_all(put: Put) -> None:
    own = "assigned,city\nPHX3,Tolleson\n"
    library = put("places(ids.assigned -> city)", records="parties[role=ship_to]", places=PLACES)
    document = order(library, "B0ACRN0001")
    assert order_in(completed(library, document)).parties[0].city == "Phoenix"
    library = put("places(ids.assigned -> city)", records="parties[role=ship_to]", own_places=own)
    assert order_in(completed(library, document)).parties[0].city == "Tolleson"


def test_an_address_comes_from_a_code(put: Put) -> None:
    line = "places(ids.assigned -> ids.assigned_by_seller, street, city) hold"
    library = put(line, records="parties[role=ship_to]", places=PLACES)
    made = completed(library, order(library, "B0ACRN0001"))
    (party,) = order_in(made).parties
    assert (party.ids["assigned_by_seller"], party.city) == ("C-1003", "Phoenix")
    assert party.street == ("Dock 7", "1 Cactus Road")


def test_the_same_is_done_on_reading_and_read_only_does_it_there_alone(put: Put) -> None:
    library = put("items(ids.vendor_sku -> ids.asin) read-only")
    document = order(library, sku="ACS-100-12")
    assert ids(completed(library, document, Direction.READ))["asin"] == "B0ACRN0001"
    assert "asin" not in ids(completed(library, document, Direction.WRITE))


def test_a_file_is_filled_both_ways_by_evaluator_and_compiled_code_alike(put: Put) -> None:
    lines = ["items(ids.asin -> ids.vendor_sku, ids.upc) hold", "items(ids.vendor_sku -> ids.asin)"]
    library = put("\n    - " + "\n    - ".join(lines))
    knowledge = library.knowledge("amazon", None)
    header, row = ORDER.format(asin="", sku="ACS-205", date="2026-11-03").splitlines()
    many = [row.replace("P1", f"P{number}") for number in range(COMPILE_AFTER * 2)]
    received = receive("o.csv", ["\n".join([header, *many]).encode()], Format.CSV, knowledge)
    read = [each.document for each in received.documents if isinstance(each.document, PurchaseOrder)]
    assert {each.lines[0].ids["asin"] for each in read} == {"B0ACRN0002"}
    assert len(received.documents) == len(many)
    written = write(received.documents, Format.CSV, knowledge, FirstNumbers(1, 1, 1), AT)
    assert written.data is not None
    assert written.data.decode().count("B0ACRN0002,,ACS-205,,614141000029") == len(many)


@pytest.mark.parametrize(
    ("table", "form"), [("xml-order", Format.XML), ("fixed-order", Format.FIXED)], ids=["xml", "fixed"]
)
def test_trees_of_other_formats_are_filled_both_ways(
    put: Put, table: str, form: Format, tmp_path: Path
) -> None:
    line = "items(ids.asin -> ids.vendor_sku)"
    library = put(line)
    document = order(library, asin="B0ACRN0001")
    overlay = tmp_path / "partners/amazon/mappings" / f"{table}.yaml"
    overlay.write_text(f"overlay: {table}\ncrossrefs:\n  lines[]: {line}\n", encoding="utf-8")
    knowledge = Library(Workspace(tmp_path, ROOT)).knowledge("amazon", None)
    sourced = [Sourced(document, Location(set=1))]
    written = write(sourced, form, knowledge, FirstNumbers(1, 1, 1), AT).data
    assert written is not None
    assert b"ACS-100-12" in written
    bare = write(sourced, form, put(line).knowledge(None, None), FirstNumbers(1, 1, 1), AT).data
    assert bare is not None
    assert b"ACS-100-12" not in bare
    (read,) = receive("o", [bare], form, knowledge).documents
    assert isinstance(read.document, PurchaseOrder)
    assert read.document.lines[0].ids["vendor_sku"] == "ACS-100-12"


def test_a_held_document_is_left_out_and_the_others_go(put: Put) -> None:
    library = put("items(ids.asin -> ids.vendor_sku) hold")
    knowledge = library.knowledge("amazon", None)
    text = ORDER.format(asin="B0ACRN0001", sku="", date="2026-11-03")
    text += "P2,2026-11-03,PHX3,1,12,CA,42.5,B0ACRN0009,\n"
    received = receive("o.csv", [text.encode()], Format.CSV, knowledge)
    assert [each.location.set for each in received.documents] == [1]
    (missed,) = received.report.findings
    assert (missed.code, missed.location.line, missed.location.set) == ("crossref-missed", 3, 2)


def test_a_cell_that_the_field_cannot_hold_is_told_with_its_row(put: Put) -> None:
    library = put("items(ids.asin -> case_size)", "asin,case_size\nB0ACRN0001,1.2E+01\n")
    made = completed(library, order(library, "B0ACRN0001"))
    assert made.held
    assert "1.2E+01 in partners/amazon/crossrefs/items.csv:2 cannot be case_size" in made.findings[0].message


def test_hostile_cells_are_data(put: Put) -> None:
    cell = "=cmd|' /C calc'!A0;{0}{__class__}%s\x1b[31m"
    library = put("items(ids.asin -> ids.vendor_sku)", f'asin,vendor_sku\nB0ACRN0001,"{cell}"\n')
    made = completed(library, order(library, "B0ACRN0001"))
    assert ids(made)["vendor_sku"] == cell


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ("items(ids.asin)", "names no cross-reference; one looks like"),
        ("items(ids.asin -> ids.vendor_sku) held", "is no word of a cross-reference; did you mean `hold`?"),
        ("items(ids.asin -> vendor_sku)", "PurchaseOrderLine has no field `vendor_sku`"),
        ("items(ids.asin -> weight.value)", "cannot be filled alone: `weight` needs value, unit"),
        ("items(ids.asin -> backorder_allowed)", "holds a true or false, which no cell"),
        ("items(^currency -> ids.upc)", "a cross-reference takes fields of the record itself"),
        ("items(ids.asin -> ids.upc) hold default=1", "either `hold` or `default=`"),
        ("items(ids.asin -> ids.upc+ids.ean)", "has a column of its own, without `+`"),
        ("items(ids.asin -> ids.ean)", "items.csv has no column `ean`"),
        ("things(ids.asin -> ids.upc)", "there is no mappings/crossrefs/things.csv"),
    ],
)
def test_a_mistake_in_a_table_is_told_with_its_line(put: Put, line: str, mistake: str) -> None:
    library = put(line)
    with pytest.raises(DataFileError) as raised:
        completed(library, order(library, "B0ACRN0001"))
    assert [(file, number) for file, number, _ in raised.value.mistakes] == [(TABLE, 3)]
    assert mistake in raised.value.mistakes[0][2]


@pytest.mark.parametrize(
    ("items", "line", "mistake"),
    [
        ("", 1, "empty; the first line names the columns"),
        ("asin;vendor_sku\n", 1, "save the file with commas"),
        ("asin,asin\n", 1, "the column `asin` stands twice"),
        ("asin,vendor sku\n", 1, "`vendor sku` names no column"),
        ("asin,vendor_sku\nB0ACRN0001\n", 2, "1 cells where the first line names 2 columns"),
        ('asin,vendor_sku\nB0,"A"x\n', 2, "this is no row of a CSV file"),
        ("asin,vendor_sku,valid_from\nB0,A,5-Mar\n", 2, "`5-Mar` is no day"),
        ("asin,vendor_sku,valid_from\nB0,A,2026-W01-1\n", 2, "is no day"),
    ],
)
def test_an_unusable_file_is_told_with_its_line(put: Put, items: str, line: int, mistake: str) -> None:
    library = put("items(ids.asin -> ids.vendor_sku)", items)
    with pytest.raises(DataFileError) as raised:
        completed(library, order(library, "B0ACRN0001"))
    assert [each[:2] for each in raised.value.mistakes] == [("partners/amazon/crossrefs/items.csv", line)]
    assert mistake in raised.value.mistakes[0][2]


def test_no_file_is_read_before_a_document_needs_it(put: Put) -> None:
    library = put("items(ids.asin -> ids.vendor_sku)", "")
    kinds = {library.heads(name)[1].kind for name in library.mappings.tables}
    assert FormatKind.CSV in kinds
    assert library.sound_plan("csv-order", library.agreement("amazon").parameters, "amazon").completions
