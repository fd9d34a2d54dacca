"""Ship notices as levels and as rows: what contradicts itself is refused, never shortened or doubled."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import msgspec
import pytest

from gateway.documents.codec import decode, encode
from gateway.documents.ship_notice import Content, Pallet, ShipNotice
from gateway.findings import Severity
from gateway.formats.detect import Format
from tests.golden.cases import FOLDER, body_of, read, written
from tests.pipeline.knowledge import documents_of, example, received, translated

ERROR = Severity.ERROR
replace = msgspec.structs.replace


def notice(case: str = "x12-s-o-t-p-i") -> ShipNotice:
    (document,) = decode((FOLDER / "ship-notice" / case / "canonical.json").read_bytes()).documents
    assert isinstance(document, ShipNotice)
    return document


def without_a_line(whole: ShipNotice) -> ShipNotice:
    return replace(whole, lines=whole.lines[1:])


def shipping_more(whole: ShipNotice) -> ShipNotice:
    first = replace(whole.lines[0], quantity=Decimal(13))
    return replace(whole, lines=(first, *whole.lines[1:]))


def with_an_empty_carton(whole: ShipNotice) -> ShipNotice:
    return replace(whole, cartons=(*whole.cartons, replace(whole.cartons[0], number="9", contents=())))


def with_an_unknown_carton(whole: ShipNotice) -> ShipNotice:
    return replace(whole, pallets=(replace(whole.pallets[0], cartons=("1", "77")),))


def with_a_carton_on_two_pallets(whole: ShipNotice) -> ShipNotice:
    return replace(whole, pallets=(*whole.pallets, Pallet(cartons=("1",))))


def with_two_lines_of_one_number(whole: ShipNotice) -> ShipNotice:
    return replace(whole, lines=(*whole.lines, whole.lines[0]))


def test_a_content_of_zero_below_zero_is_the_same_after_xml() -> None:
    whole = notice()
    carton = whole.cartons[0]
    nothing = Content(line=carton.contents[0].line, quantity=Decimal(3), unit=carton.contents[0].unit)
    more = replace(whole, cartons=(replace(carton, contents=(*carton.contents, nothing)), *whole.cartons[1:]))
    data = translated(encode([more]), Format.XML).data
    assert data is not None
    (first,) = documents_of(data.replace(b">3</quantity>", b">-0</quantity>"))
    assert isinstance(first, ShipNotice)
    assert str(first.cartons[0].contents[-1].quantity) == "0"
    again = translated(encode([first]), Format.XML).data
    assert again is not None
    assert encode(documents_of(again)) == encode([first])


def test_of_two_notices_of_one_number_one_is_written_in_rows() -> None:
    whole = notice()
    made = translated(encode([whole, replace(whole, carton_count=7)]), Format.CSV)
    assert made.data is not None
    assert len(documents_of(made.data)) == 1
    told = [(each.code, each.value, each.location.set) for each in made.findings if each.severity is ERROR]
    assert told == [("flat-key-held", whole.number, 2)]


@pytest.mark.parametrize("form", [Format.X12, Format.CSV])
@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (without_a_line, "a package names line 1, which the notice does not have"),
        (shipping_more, "packages hold 12 of line 1, of which 13 are shipped"),
        (with_an_empty_carton, "carton 9 holds nothing that is listed"),
        (with_an_unknown_carton, "pallet 1 names carton 77, which the notice does not have"),
        (with_a_carton_on_two_pallets, "two pallets name carton 1, or one names it twice"),
        (with_two_lines_of_one_number, "two lines have the number 1"),
    ],
)
def test_packing_that_contradicts_itself_is_refused(
    change: Callable[[ShipNotice], ShipNotice], problem: str, form: Format
) -> None:
    made = written([change(notice())], form)
    assert made.data is None
    assert [finding.code for finding in made.findings] == ["shape-refused"]
    assert problem in made.findings[0].message


def test_levels_that_have_no_place_for_pallets_are_refused() -> None:
    made = written([replace(notice(), levels=("S", "O", "P", "I"))], Format.X12)
    assert made.data is None
    assert "the levels S-O-P-I have no place for pallets" in made.findings[0].message


@pytest.mark.parametrize("cartons", [1, 2])
def test_packages_that_tell_a_line_in_another_unit_are_refused_as_rows(cartons: int) -> None:
    whole = notice()
    each = replace(whole.cartons[0].contents[0], quantity=Decimal(72), unit="each")
    opened = tuple(replace(carton, contents=(each,)) for carton in whole.cartons[:cartons])
    made = written([replace(whole, cartons=(*opened, *whole.cartons[cartons:]))], Format.CSV)
    assert made.data is None
    assert [finding.code for finding in made.findings] == ["shape-refused"]
    said = "packages hold line 1 in each, which is shipped in case; a row has one unit"
    assert said in made.findings[0].message


def test_a_notice_without_goods_comes_back_from_x12() -> None:
    bare = ShipNotice(number="S1", date=notice().date, purpose="cancel", structure="master_case")
    data = translated(encode([bare]), Format.X12, None).data
    assert data is not None
    assert [line.partition("*")[0] for line in body_of(data)] == ["ST", "BSN", "HL", "CTT", "SE"]
    (again,) = received(data, None).documents
    assert isinstance(again.document, ShipNotice)
    assert (again.document.levels, again.document.structure) == ((), "master_case")
    assert body_of(translated(encode([again.document]), Format.X12, None).data or b"") == body_of(data)


def test_a_pallet_that_restates_its_cartons_is_written_once() -> None:
    whole = notice()
    restated = (Content(line="1", quantity=Decimal(12), unit="case"),)
    again = replace(whole, pallets=(replace(whole.pallets[0], contents=restated),))
    assert written([again], Format.X12).data == written([whole], Format.X12).data


def test_two_lots_of_one_line_are_two_items() -> None:
    whole = notice("x12-s-t-o-i")
    halves = tuple(Content(line="1", quantity=Decimal(12), unit="case", lot=lot) for lot in ("A", "B"))
    pallet = replace(whole.pallets[1], contents=halves)
    data = written([replace(whole, pallets=(whole.pallets[0], pallet))], Format.X12).data
    assert data is not None
    assert [line for line in body_of(data) if line.startswith(("SN1**12", "REF*LT"))] == [
        "SN1**12*CA~",
        "REF*LT*A~",
        "SN1**12*CA~",
        "REF*LT*B~",
    ]


def test_rows_without_line_numbers_are_one_line_where_they_say_the_same() -> None:
    first, second = documents_of(example("ship-notice.csv"))
    assert isinstance(first, ShipNotice)
    assert isinstance(second, ShipNotice)
    assert [(line.number, line.quantity) for line in first.lines] == [("1", Decimal(12)), ("2", Decimal(36))]
    assert [[content.line for content in carton.contents] for carton in first.cartons] == [["1", "2"], ["1"]]
    assert [line.number for line in second.lines] == ["1"]


def test_rows_of_one_carton_that_differ_are_refused_at_their_line() -> None:
    data = example("ship-notice.csv").replace(b"006141412087100012,98,LB", b"006141412087100012,97,LB", 1)
    received = read(data, Format.CSV)
    (refusal,) = [finding for finding in received.report.findings if finding.code == "shape-refused"]
    assert "the rows of carton 1 have different values for carton_weight" in refusal.message
    assert refusal.location.line == 3
    assert len(received.documents) == 1


def test_levels_nested_both_ways_are_refused() -> None:
    source = (FOLDER / "ship-notice" / "x12-s-p-o-i" / "source.856").read_text()
    turned = source.replace("HL*7*1*P*1~", "HL*7*5*P*1~")
    received = read(turned.encode(), Format.X12)
    refused = [finding.message for finding in received.report.findings if finding.code == "shape-refused"]
    assert refused == ["hl_tree: the same two kinds of level are nested both ways round"]


def test_what_cannot_be_shared_among_cartons_is_told_once() -> None:
    source = (FOLDER / "ship-notice" / "x12-s-o-i-p" / "source.856").read_bytes()
    uneven = source.replace(b"SN1**12*CA", b"SN1**7*CA")
    refused = [each for each in read(uneven, Format.X12).report.findings if each.code == "shape-refused"]
    (finding,) = refused
    assert "7 cannot be shared evenly among 2 cartons" in finding.message
    assert (finding.location.st02, finding.location.tag, finding.location.segment) == ("0001", "HL", 14)


@pytest.mark.parametrize("structure", [None, "palletized_pick_and_pack"])
def test_a_notice_goes_with_the_structure_that_its_levels_have(
    structure: str | None,
) -> None:
    bare = replace(notice("x12-s-o-p-i"), structure=structure, levels=(), pallets=())
    done = written([bare], Format.X12)
    assert done.data is not None, done.findings
    (again,) = documents_of(done.data)
    assert isinstance(again, ShipNotice)
    assert (again.structure, again.levels) == ("pick_and_pack", ("S", "O", "P", "I"))
