"""Each construct of a table, read from X12 and written back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

from gateway.documents.parts import Ext, Moment, Window
from gateway.findings import Severity
from gateway.mapping import evaluate
from tests.mapping.small import (
    MARKS,
    NUMBER,
    Charge,
    Freight,
    Line,
    Order,
    Party,
    Tax,
    both_ways,
    codes_of,
    plan_of,
    read_x12,
    write_x12,
)


def test_an_element_is_the_last_two_digits_of_its_place() -> None:
    both_ways(NUMBER, "BEG***A1", Order(number="A1"))


def test_a_qualifier_finds_the_first_segment_that_fits_and_is_written_with_the_value() -> None:
    rows = NUMBER + "  references.vendor: REF[CR]02\n  freight.place: FOB[04=01,06=OV]05\n"
    document = Order(number="A1", references={"vendor": "V9"}, freight=Freight(place="Reno"))
    both_ways(rows, "BEG***A1\nREF*CR*V9\nFOB****01*Reno*OV", document)


def test_of_two_fitting_segments_the_second_is_kept() -> None:
    document = Order(number="A1", references={"vendor": "V9"}, ext={"x12": {"REF": ("REF*CR*V8",)}})
    both_ways(NUMBER + "  references.vendor: REF[CR]02\n", "BEG***A1\nREF*CR*V9\nREF*CR*V8", document)


def test_a_segment_in_a_loop_without_a_block_is_reached_through_its_loop() -> None:
    rows = NUMBER + "  total: CTT/AMT[TT]02 decimal\nderived: {CTT01: line_count}\n"
    document = Order(number="A1", total=Decimal("9.50"))
    both_ways(rows, "BEG***A1\nCTT*0\nAMT*TT*9.50", document)


def test_a_component_of_a_composite_is_read_and_written() -> None:
    rows = NUMBER + "  references.part: REF[ZZ]04-02\n  note: REF[04-01=AB]04-03\n"
    document = Order(number="A1", references={"part": "two"}, ext={"x12": {"REF[ZZ]04-03": "three"}})
    both_ways(rows, "BEG***A1\nREF*ZZ***>two>three", document)


def test_a_component_that_holds_the_separator_is_refused() -> None:
    plan = plan_of("x12", NUMBER + "  note: REF[ZZ]04-02\n")
    target, findings = evaluate.write(plan, Order(number="A1", note="a>b"), MARKS)
    assert target is None
    assert codes_of(findings) == ["separator-in-component"]
    assert findings[0].location.pointer == "/note"


def test_pairs_of_a_range_become_a_map_and_unknown_qualifiers_keep_their_code() -> None:
    rows = NUMBER + "  lines[]:\n    at: PO1\n    ids: PO106-13 pairs(item-id)\n"
    document = Order(number="A1", lines=(Line(ids={"asin": "B1", "x12:QQ": "7"}),))
    both_ways(rows, "BEG***A1\nPO1******BP*B1*QQ*7", document)


def test_a_qualifier_that_stands_twice_is_kept_where_it_stood() -> None:
    rows = NUMBER + "  lines[]:\n    at: PO1\n    ids: PO106-13 pairs(item-id)\n"
    kept: Ext = {"x12": {"PO108": "UP", "PO109": "2"}}
    document = Order(number="A1", lines=(Line(ids={"upc": "1"}, ext=kept),))
    both_ways(rows, "BEG***A1\nPO1******UP*1*UP*2", document)


def test_pairs_without_room_are_told_and_the_first_ones_written() -> None:
    rows = NUMBER + "  parties[]:\n    at: N1\n    role: N101 code(role)\n    ids: N103-04 pairs(party-id)\n"
    party = Party(role="buyer", ids={"gln": "9", "assigned": "X"})
    target, findings = evaluate.write(plan_of("x12", rows), Order(number="A1", parties=(party,)), MARKS)
    assert isinstance(target, evaluate.X12Target)
    assert target.segments[1] == ["N1", "BY", "", "UL", "9"]
    assert [(f.code, f.severity, f.value) for f in findings] == [("no-room", Severity.WARNING, "assigned")]


def test_pairs_over_repeated_segments_leave_out_segments_of_other_rows() -> None:
    rows = NUMBER + "  references: REF01+REF02* pairs(reference)\n  note: REF[ZZ]02\n"
    document = Order(number="A1", note="n", references={"department": "7", "x12:QQ": "8"})
    both_ways(rows, "BEG***A1\nREF*DP*7\nREF*QQ*8\nREF*ZZ*n", document)


def test_a_key_with_a_row_of_its_own_is_not_taken_by_pairs() -> None:
    rows = NUMBER + "  references.contract: BEG04\n  references: REF01+REF02* pairs(reference)\n"
    document = Order(number="A1", references={"contract": "C", "department": "7"})
    both_ways(rows, "BEG***A1*C\nREF*DP*7", document)
    kept = Order(number="A1", references={"department": "7"}, ext={"x12": {"REF": ("REF*CT*D",)}})
    both_ways(rows, "BEG***A1\nREF*DP*7\nREF*CT*D", kept)


def test_pairs_of_moments() -> None:
    rows = NUMBER + "  dates: DTM01+DTM02* pairs(date-kind, date)\n"
    document = Order(number="A1", dates={"shipped": Moment(date=date(2024, 5, 31))})
    both_ways(rows, "BEG***A1\nDTM*011*20240531", document)


def test_one_text_over_repeated_segments() -> None:
    rows = NUMBER + "  note: N9/MSG01* split(5)\n"
    both_ways(
        rows + "derived: {N901: =L1}\n",
        "BEG***A1\nN9*L1\nMSG*Hello\nMSG*!\nMSG*You",
        Order("A1", note="Hello!\nYou"),
    )


def test_several_places_over_repeated_segments_make_one_list() -> None:
    rows = NUMBER + "  parties[]:\n    at: N1\n    role: N101 code(role)\n    street: N301+N302* list\n"
    document = Order(number="A1", parties=(Party(role="buyer", street=("a", "b", "c")),))
    both_ways(rows, "BEG***A1\nN1*BY\nN3*a*b\nN3*c", document)


def test_date_and_time_are_local_to_the_agreement() -> None:
    rows = NUMBER + "  date: BEG05+BEG06 datetime\n"
    local = datetime(2024, 5, 31, 14, 30, tzinfo=timezone(timedelta(hours=-7)))
    both_ways(rows, "BEG***A1**20240531*1430", Order(number="A1", date=Moment(time=local)))
    both_ways(rows, "BEG***A1**20240531", Order(number="A1", date=Moment(date=date(2024, 5, 31))))


def test_a_time_is_written_as_the_day_in_the_zone_of_the_agreement() -> None:
    plan = plan_of("x12", NUMBER + "  date: BEG05 date\n")
    late = Moment(time=datetime(2024, 6, 1, 3, 0, tzinfo=UTC))
    assert write_x12(plan, Order(number="A1", date=late)) == "BEG***A1**20240531"


def test_a_record_inside_exists_when_one_of_its_fields_does() -> None:
    rows = NUMBER + "  window.start: DTM[064]02 date\n  window.end: DTM[063]02 date\n"
    document = Order(number="A1", window=Window(end=Moment(date=date(2024, 1, 2))))
    both_ways(rows, "BEG***A1\nDTM*063*20240102", document)
    both_ways(rows, "BEG***A1", Order(number="A1"))


def test_blocks_nest_as_loops_and_may_stand_on_a_repeated_segment() -> None:
    rows = (
        NUMBER
        + """\
  lines[]:
    at: PO1
    number: PO101
    taxes[]: {at: TXI, type: TXI01, amount: TXI02 decimal}
    charges[]:
      at: SAC
      kind: SAC01
      taxes[]: {at: TXI, type: TXI01}
"""
    )
    charge = Charge(kind="C", taxes=(Tax("GS"), Tax("PG")))
    lines = (Line(number="1", taxes=(Tax("VA", Decimal("1.5")),), charges=(charge,)), Line(number="2"))
    segments = "BEG***A1\nPO1*1\nTXI*VA*1.5\nSAC*C\nTXI*GS\nTXI*PG\nPO1*2"
    both_ways(rows, segments, Order(number="A1", lines=lines))


def test_a_filter_takes_some_items_and_its_opposite_the_rest_in_the_order_of_the_list() -> None:
    rows = (
        NUMBER
        + """\
  parties[role=seller]:
    at: "."
    ids.assigned: REF[CR]02
  parties[role=ship_to]: {at: "N1[ST]", name: N102}
  parties[]: {at: N1, role: N101 code(role), name: N102}
"""
    )
    parties = (
        Party(role="seller", ids={"assigned": "V"}),
        Party(role="buyer", name="b"),
        Party(role="ship_to", name="s"),
        Party(role="buyer", name="c"),
    )
    both_ways(rows, "BEG***A1\nREF*CR*V\nN1*BY*b\nN1*ST*s\nN1*BY*c", Order(number="A1", parties=parties))


def test_an_item_the_filter_refuses_stays_whole_in_ext() -> None:
    rows = NUMBER + "  parties[role!=seller]: {at: N1, role: N101 code(role), name: N102}\n"
    kept: Ext = {"x12": {"N1": ("N1*SE*x", "N1/N3*street")}}
    both_ways(
        rows, "BEG***A1\nN1*BY*b\nN1*SE*x\nN3*street", Order("A1", parties=(Party("buyer", "b"),), ext=kept)
    )


def test_two_items_for_one_place_are_refused() -> None:
    plan = plan_of("x12", NUMBER + "  parties[role=seller]:\n    at: '.'\n    name: REF[CR]02\n")
    sellers = (Party(role="seller", name="a"), Party(role="seller", name="b"))
    target, findings = evaluate.write(plan, Order(number="A1", parties=sellers), MARKS)
    assert target is None
    assert codes_of(findings) == ["several-items"]
    assert findings[0].location.pointer == "/parties/1"


def test_fan_out_gives_every_item_the_value_and_wants_them_to_agree() -> None:
    rows = NUMBER + "  lines[].backorder: CSH01 flag(Y,N)\n  lines[]: {at: PO1, number: PO101}\n"
    lines = (Line(number="1", backorder=True), Line(number="2", backorder=True))
    both_ways(rows, "BEG***A1\nCSH*Y\nPO1*1\nPO1*2", Order(number="A1", lines=lines))
    differing = Order(
        number="A1", lines=(Line(number="1", backorder=True), Line(number="2", backorder=False))
    )
    target, findings = evaluate.write(plan_of("x12", rows), differing, MARKS)
    assert target is None
    (finding,) = findings
    assert (finding.code, finding.location.pointer) == ("lines-differ", "/lines/1/backorder")
    assert "t.yaml:6" in findings[0].message


def test_fan_in_wants_the_items_to_agree_and_fills_what_is_there() -> None:
    rows = (
        NUMBER
        + "  lines[]:\n    at: PO1\n    number: PO101\n    price: CUR01 decimal\n    ^currency: CUR02\n"
    )
    document = Order(
        number="A1", currency="USD", lines=(Line(number="1", price=Decimal(1)), Line(number="2"))
    )
    plan = plan_of("x12", rows)
    assert write_x12(plan, document) == "BEG***A1\nPO1*1\nCUR*1*USD\nPO1*2"
    read, findings = read_x12(plan, "BEG***A1\nPO1*1\nCUR*1*USD\nPO1*2\nCUR**CAD")
    assert read is None
    assert codes_of(findings) == ["places-differ"]
    assert (findings[0].location.segment_in_set, findings[0].location.place) == (6, "CUR02")
