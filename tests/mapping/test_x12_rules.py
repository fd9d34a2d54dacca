"""Words of a table, and the rules by which X12 is written: sharing, keeping, totals, faults."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from gateway.documents.parts import Ext
from gateway.findings import Severity
from gateway.mapping import evaluate
from tests.mapping.small import (
    AGREED,
    MARKS,
    NUMBER,
    Charge,
    Line,
    Mark,
    Order,
    Tax,
    both_ways,
    codes_of,
    plan_of,
    read_x12,
    write_x12,
)


def test_a_constant_is_given_by_reading_and_another_value_refused_by_writing() -> None:
    rows = NUMBER + "  purpose: =original\n"
    both_ways(rows, "BEG***A1", Order(number="A1", purpose="original"))
    plan = plan_of("x12", rows)
    assert write_x12(plan, Order(number="A1")) == "BEG***A1"
    target, findings = evaluate.write(plan, Order(number="A1", purpose="cancel"), MARKS)
    assert target is None
    assert codes_of(findings) == ["constant-differs"]


def test_a_constant_makes_no_record_inside() -> None:
    rows = NUMBER + "  lines[]:\n    at: PO1\n    weight.value: TD107 decimal\n    weight.unit: =pound\n"
    plan = plan_of("x12", rows)
    read, _ = read_x12(plan, "BEG***A1\nPO1*1\nPO1*2\nTD1*******5")
    assert isinstance(read, Order)
    assert read.lines[0].weight is None
    assert read.lines[1].weight is not None
    assert read.lines[1].weight.unit == "pound"


def test_defaults_fill_a_segment_that_exists_and_make_none() -> None:
    rows = NUMBER + "  purpose: BEG01 code(purpose) default=original\n  currency: CUR02 default=$currency\n"
    plan = plan_of("x12", rows)
    assert write_x12(plan, Order(number="A1")) == "BEG*00**A1"
    assert write_x12(plan, Order(number="A1", purpose="cancel")) == "BEG*01**A1"
    assert write_x12(plan, Order(number="A1", currency="EUR")) == "BEG*00**A1\nCUR**EUR"


def test_absent_is_read_where_nothing_stands_and_not_written() -> None:
    both_ways(
        NUMBER + "  purpose: BEG01 code(purpose) absent=original\n",
        "BEG***A1",
        Order("A1", purpose="original"),
    )


def test_a_required_place_without_a_source_names_place_and_row() -> None:
    plan = plan_of("x12", NUMBER + "  date: BEG05 date required\n")
    target, findings = evaluate.write(plan, Order(number="A1"), MARKS)
    assert target is None
    assert findings[0].code == "mapping-required-missing"
    assert findings[0].message == "BEG05 date is required, and there is no date for it (row t.yaml:6)"
    read, findings = read_x12(plan, "BEG***A1")
    assert read is None
    place = findings[0].location
    assert (findings[0].code, place.segment_in_set, place.segment, place.st02) == (
        "mapping-required-missing",
        2 - 1,
        3,
        "0001",
    )


def test_a_field_the_document_must_have_is_missed_where_its_block_stands() -> None:
    plan = plan_of("x12", NUMBER + "  parties[]: {at: N1, role: N101 code(role), name: N102}\n")
    read, findings = read_x12(plan, "BEG***A1\nN1**b")
    assert read is None
    assert [(f.code, f.location.segment_in_set, f.location.tag) for f in findings] == [
        ("mapping-field-missing", 3, "N1")
    ]
    assert "parties[0].role" in findings[0].message


def test_directions_restrict_a_cell() -> None:
    rows = NUMBER + "  currency: [CUR02, BEG02 read-only]\n"
    plan = plan_of("x12", rows)
    assert write_x12(plan, Order(number="A1", currency="USD")) == "BEG***A1\nCUR**USD"
    read, _ = read_x12(plan, "BEG**USD*A1")
    assert isinstance(read, Order)
    assert read.currency == "USD"


def test_one_field_said_twice_must_agree() -> None:
    plan = plan_of("x12", NUMBER + "  currency: [CUR02, BEG02]\n")
    read, findings = read_x12(plan, "BEG**USD*A1\nCUR**EUR")
    assert read is None
    assert [(f.code, f.value) for f in findings] == [("places-differ", "USD")]


def test_several_fields_and_one_code() -> None:
    rows = NUMBER + "  state+reason: BEG02 code(status)\n"
    both_ways(rows, "BEG**R2*A1", Order(number="A1", state="rejected", reason="obsolete"))
    both_ways(rows, "BEG**IA*A1", Order(number="A1", state="accepted"))


def test_unknown_codes_pass_back_and_words_without_a_code_are_refused_by_name() -> None:
    rows = NUMBER + "  lines[]:\n    at: PO1\n    unit: PO103 code(unit)\n"
    both_ways(rows, "BEG***A1\nPO1***QQ", Order(number="A1", lines=(Line(unit="x12:QQ"),)))
    plan = plan_of("x12", rows)
    for word in ("csv:QQ", "bushel"):
        target, findings = evaluate.write(plan, Order(number="A1", lines=(Line(unit=word),)), MARKS)
        assert target is None
        assert [(f.code, f.value, f.location.pointer) for f in findings] == [
            ("code-unknown", word, "/lines/0/unit")
        ]
        assert "unit" in findings[0].message


def test_the_first_row_of_a_code_list_wins_in_each_direction() -> None:
    plan = plan_of("x12", NUMBER + "  lines[]:\n    at: PO1\n    unit: PO103 code(unit)\n")
    read, _ = read_x12(plan, "BEG***A1\nPO1***UN")
    assert isinstance(read, Order)
    assert read.lines[0].unit == "each"
    assert write_x12(plan, read).endswith("PO1***EA")


def test_rows_that_do_not_contradict_share_a_segment() -> None:
    rows = NUMBER + "  carton_count: TD1[CTN]02 integer\n  total: TD1[06=G]07 decimal\n  note: TD1[PLT]02\n"
    document = Order(number="A1", carton_count=2, total=Decimal(9))
    both_ways(rows, "BEG***A1\nTD1*CTN*2****G*9", document)
    plan = plan_of("x12", rows)
    read, _ = read_x12(plan, "BEG***A1\nTD1*CTN*2\nTD1*PLT*4****G*9*LB")
    assert isinstance(read, Order)
    assert (read.carton_count, read.note, read.total) == (2, "4", Decimal(9))
    assert read.ext == {"x12": {"TD1[06=G]08": "LB"}}


def test_two_values_for_one_segment_of_a_loop_find_no_room() -> None:
    rows = (
        NUMBER
        + "  lines[]:\n    at: PO1\n    price: PO1[05=PE]04 decimal\n    list_price: PO1[05=RE]04 decimal\n"
    )
    both_ways(rows, "BEG***A1\nPO1****9*RE", Order(number="A1", lines=(Line(list_price=Decimal(9)),)))
    line = Line(price=Decimal(8), list_price=Decimal(9))
    target, findings = evaluate.write(plan_of("x12", rows), Order(number="A1", lines=(line,)), MARKS)
    assert target is None
    assert [(f.code, f.location.pointer) for f in findings] == [("place-taken", "/lines/0/list_price")]


def test_what_no_row_claims_is_kept_by_place_and_written_back() -> None:
    rows = (
        NUMBER
        + """\
  references.vendor: REF[CR]02
  lines[]:
    at: PO1
    number: PO101
    description: PID[F]05* split(80)
    charges[]: {at: SAC, kind: SAC01}
"""
    )
    charge = Charge(kind="C", ext={"x12": {"SAC14": "TRADE", "TXI": ("TXI*GS*1",)}})
    kept: Ext = {
        "x12": {
            "PO109": "x",
            "PID[F]02": "q",
            "PID[F]/MEA": ("MEA*1", "MEA*2"),
            "PID": ("PID*S****t", "PID/MEA*3"),
        }
    }
    line = Line(number="1", description="d", charges=(charge,), ext=kept)
    document = Order(
        number="A1",
        references={"vendor": "V"},
        lines=(line,),
        ext={
            "x12": {
                "BEG02": "NE",
                "REF[CR]03": "t",
                "REF": ("REF*QQ*a", "REF*ZZ*b"),
                "LM": ("LM*1", "LM/LQ*2", "LM*3"),
            }
        },
    )
    segments = """BEG**NE*A1
REF*CR*V*t
REF*QQ*a
REF*ZZ*b
LM*1
LQ*2
LM*3
PO1*1********x
PID*F*q***d
MEA*1
MEA*2
PID*S****t
MEA*3
SAC*C*************TRADE
TXI*GS*1"""
    both_ways(rows, segments, document)


def test_leftovers_of_a_record_without_ext_are_kept_around_it() -> None:
    rows = NUMBER + "  lines[]:\n    at: PO1\n    taxes[]: {at: TXI, type: TXI01}\n"
    line = Line(taxes=(Tax("GS"), Tax("VA")), ext={"x12": {"TXI03": "a", "TXI#2.02": "b"}})
    both_ways(rows, "BEG***A1\nPO1\nTXI*GS**a\nTXI*VA*b", Order(number="A1", lines=(line,)))


def test_separators_inside_kept_data_survive() -> None:
    document = Order(number="A1", ext={"x12": {"REF": (r"REF*a\*b*c\\d**x>y\>z",)}})
    plan = plan_of("x12", NUMBER)
    target, findings = evaluate.write(plan, document, MARKS)
    assert not findings
    assert isinstance(target, evaluate.X12Target)
    assert target.segments[1] == ["REF", "a*b", "c\\d", "", "x>y>z"]
    source = evaluate.X12Source(
        [["REF", "a*b", "c\\d", "", "x:y>z"]], [3], msgspec.structs.replace(MARKS, component=":")
    )
    read, _ = evaluate.read(plan_of("x12", "rows: {number: REF02}\n"), source)
    assert isinstance(read, Order)
    assert read.ext == {"x12": {"REF01": "a*b", "REF04": r"x>y\>z"}}


def test_kept_data_that_has_no_place_is_told() -> None:
    plan = plan_of("x12", NUMBER)
    for place in ("PO1", "BEG03", "XYZ", "ST", "BEG77", "no place", "BEG[", "REF[ZZ]"):
        value: str | tuple[str, ...] = "x" if place[-1].isdigit() and place != "PO1" else (f"{place}*x",)
        if place == "PO1":
            continue
        target, findings = evaluate.write(plan, Order(number="A1", ext={"x12": {place: value}}), MARKS)
        assert target is not None
        assert [(f.code, f.severity) for f in findings] in ([("ext-not-placed", Severity.WARNING)], []), place


def test_derived_places_are_computed_and_compared() -> None:
    rows = (
        NUMBER
        + """\
  lines[]: {at: PO1, number: PO101, quantity: PO102 decimal}
derived: {CTT01: line_count, CTT02: quantity_total, CTT03: =end}
"""
    )
    lines = (Line(number="1", quantity=Decimal("2.5")), Line(number="2", quantity=Decimal(4)))
    both_ways(rows, "BEG***A1\nPO1*1*2.5\nPO1*2*4\nCTT*2*6.5*end", Order(number="A1", lines=lines))
    read, findings = read_x12(plan_of("x12", rows), "BEG***A1\nPO1*1*2.5\nCTT*2*2.50*end")
    assert read is not None
    assert [(f.code, f.value, f.location.place) for f in findings] == [("total-differs", "2", "CTT01")]


def test_derived_places_bear_a_half_filled_document() -> None:
    derived = "derived: {CTT01: line_count, CTT02: total(lines.quantity)}\n"
    rows = NUMBER + "  lines[]: {at: PO1, quantity: PO102 decimal}\n" + derived
    both_ways(
        rows, "BEG***A1\nPO1\nPO1**1\nCTT*2*1", Order(number="A1", lines=(Line(), Line(quantity=Decimal(1))))
    )
    both_ways(rows, "BEG***A1\nCTT*0", Order(number="A1"))


def test_a_refused_value_is_told_with_its_full_address() -> None:
    rows = NUMBER + "  lines[]:\n    at: PO1\n    quantity: PO102 decimal\n"
    read, findings = read_x12(plan_of("x12", rows), "BEG***A1\nPO1*1*2\nPO1*2*abc")
    assert read is None
    finding = findings[0]
    place = finding.location
    assert (finding.code, finding.value) == ("mapping-value", "abc")
    assert (place.segment_in_set, place.segment, place.tag, place.element, place.loop) == (
        4,
        6,
        "PO1",
        2,
        "PO1",
    )
    assert (
        finding.message
        == "abc at PO102 does not fit the row `quantity: PO102 decimal`: it is no number (t.yaml:8)"
    )


def test_all_faults_are_told_at_once() -> None:
    rows = (
        NUMBER + "  lines[]:\n    at: PO1\n    number: PO101 required\n    quantity: PO102 decimal required\n"
    )
    _, findings = read_x12(plan_of("x12", rows), "BEG\nPO1*1*x\nPO1")
    missing = "mapping-required-missing"
    assert codes_of(findings) == [missing, "mapping-value", missing, missing, "mapping-field-missing"]


def test_a_segment_without_a_place_in_the_set_is_told() -> None:
    plan = plan_of("x12", NUMBER)
    source = evaluate.X12Source([["ST", "900"], ["BEG", "", "", "A1"], ["QQQ", "1"]], [0, 1, -1], MARKS)
    read, findings = evaluate.read(plan, source)
    assert read is None
    assert [(f.code, f.value, f.location.segment_in_set) for f in findings] == [
        ("segment-not-placed", "QQQ", 3)
    ]


def test_a_parameter_names_the_key_of_a_map_and_without_it_the_row_is_left_out() -> None:
    rows = NUMBER + "  lines[]:\n    at: PO1\n    ids.$vendor_item_id: PO107\n"
    both_ways(rows, "BEG***A1\nPO1*******77", Order(number="A1", lines=(Line(ids={"own": "77"}),)))
    plan = plan_of("x12", rows, parameters=msgspec.structs.replace(AGREED, values={}))
    read, _ = read_x12(plan, "BEG***A1\nPO1*******77")
    assert isinstance(read, Order)
    assert read.lines[0].ext == {"x12": {"PO107": "77"}}


def test_marks_at_their_parents_place() -> None:
    rows = NUMBER + "  lines[]:\n    at: PO1\n    marks[scheme=sscc]: {at: '.', value: 'MAN[GM]02'}\n"
    line = Line(marks=(Mark("sscc", "1"),))
    both_ways(rows, "BEG***A1\nPO1\nMAN*GM*1", Order(number="A1", lines=(line,)))


@pytest.mark.parametrize("text", ["", "0", "abc"])
def test_flags_leave_other_codes_unclaimed(text: str) -> None:
    rows = NUMBER + "  lines[].backorder: CSH01 flag(Y,N)\n  lines[]: {at: PO1, number: PO101}\n"
    read, findings = read_x12(plan_of("x12", rows), f"BEG***A1\nCSH*{text}*q\nPO1*1")
    assert not findings
    assert isinstance(read, Order)
    assert read.lines[0].backorder is None
    assert read.ext == {"x12": {"CSH": (f"CSH*{text}*q",)}}
