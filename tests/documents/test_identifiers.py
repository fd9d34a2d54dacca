"""Identifiers against biip, which knows the GS1 General Specifications, and where documents carry them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from biip import ParseError
from biip.gln import Gln
from biip.gtin import Gtin
from biip.sscc import Sscc
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.documents import Document, Invoice, OrderAcknowledgment, PurchaseOrder, ShipNotice, sscc
from gateway.documents.accept import accepts
from gateway.documents.business import warnings
from gateway.documents.identified import faulty_identifiers
from gateway.documents.identifiers import NAMES, flaw_of
from gateway.documents.invoice import InvoiceLine
from gateway.documents.iso import COUNTRIES, CURRENCIES
from gateway.documents.order_acknowledgment import AcknowledgedItem, OrderAcknowledgmentLine
from gateway.documents.parts import Carrier, Party
from gateway.documents.purchase_order import PurchaseOrderLine
from gateway.documents.ship_notice import Carton, Mark, Pallet, ShipNoticeLine
from gateway.findings import Severity
from tests.documents.samples import DAY
from tests.thoroughness import examples

UPC = "614141000029"
GLN = "0614141000012"
SSCC = "106141412345678908"
DIGITS = st.sampled_from([8, 12, 13, 14, 18]).flatmap(
    lambda length: st.text("0123456789", min_size=length, max_size=length)
)
ONE = Decimal(1)


def parses(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except ParseError:
        return False
    return True


def with_check_digit(digits: str) -> str:
    return digits[:-1] + sscc.check_digit(digits[:-1])


@settings(max_examples=examples(300))
@given(DIGITS, st.booleans())
def test_numbers_are_judged_as_biip_judges_them(digits: str, right: bool) -> None:
    digits = with_check_digit(digits) if right else digits
    if len(digits) != 18:
        good = parses(Gtin.parse, digits)
        assert (flaw_of("gtin", digits, strict=True) is None) is good
        for kind, length in (("upc", 12), ("ean", 13), ("ean", 8)):
            assert (flaw_of(kind, digits, strict=True) is None) is (
                good and len(digits) in _own(kind, length)
            )
        assert (flaw_of("gln", digits, strict=True) is None) is parses(Gln.parse, digits)
    else:
        own = sscc.normal_form(digits) == digits and sscc.check_digit(digits[:-1]) == digits[-1]
        assert own is parses(Sscc.parse, digits)


def _own(kind: str, length: int) -> tuple[int, ...]:
    return (8, 13) if kind == "ean" else (length,)


@settings(max_examples=examples(300))
@given(st.text(max_size=20) | st.text("0123456789-. E+X", max_size=16))
def test_no_text_is_too_odd_and_a_strict_judge_accepts_no_more_than_a_lenient_one(text: str) -> None:
    for kind in NAMES:
        strict, lenient = (flaw_of(kind, text, strict=each) for each in (True, False))
        assert strict is not None or lenient is None
        for flaw in (strict, lenient):
            assert flaw is None or bool(flaw.reason) is not bool(flaw.digit)


@settings(max_examples=examples(200))
@given(DIGITS.filter(lambda digits: len(digits) == 12))
def test_the_digit_that_is_named_makes_the_number_good(digits: str) -> None:
    flaw = flaw_of("upc", digits, strict=True)
    if flaw is not None:
        assert flaw_of("upc", digits[:-1] + flaw.digit, strict=True) is None


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        ("upc", "6.14141E+11", "power of ten"),
        ("upc", "6,14141E+11", "power of ten"),
        ("upc", "614141000029.0", "number with decimals"),
        ("upc", "61414100002X", "digits alone"),
        ("upc", "61414100029", "11 digits, where 12 or 13 or 14 belong, and zeros at its start may be lost"),
        ("upc", "٦١٤١٤١٠٠٠٠٢٩", "digits alone"),
        ("upc", "6141410000²9", "digits alone"),
        ("ean", "", "digits alone"),
        ("gln", "614141000012", "12 digits, where 13 belong, and zeros at its start may be lost"),
        ("isbn", "1230000000005", "begins with 978 or 979"),
        ("isbn", "306406152", "ten of which the last may be an X"),
        ("scac", "O4KF", "two to four letters"),
        ("country", "XY", "no such code"),
        ("currency", "USA", "no such code"),
    ],
)
def test_what_is_no_identifier_is_told_with_its_reason(kind: str, text: str, reason: str) -> None:
    flaw = flaw_of(kind, text, strict=False)
    assert flaw is not None
    assert reason in flaw.reason


@pytest.mark.parametrize(
    ("kind", "text", "ours"),
    [
        ("upc", "6 14141 00002 9", False),
        ("upc", f"0{UPC}", False),
        ("ean", UPC, False),
        ("scac", "oakf", False),
        ("gtin", UPC, True),
        ("isbn", "0-306-40615-2", True),
        ("isbn", "080442957X", True),
        ("isbn", "978-0-306-40615-7", True),
    ],
)
def test_a_partner_s_way_of_writing_is_accepted_and_ours_is_strict(kind: str, text: str, ours: bool) -> None:
    assert flaw_of(kind, text, strict=False) is None
    assert (flaw_of(kind, text, strict=True) is None) is ours


def test_the_countries_are_those_of_the_time_zone_database() -> None:
    table = Path("/usr/share/zoneinfo/iso3166.tab")
    if not table.exists():
        pytest.skip("no iso3166.tab on this machine")
    known = {line[:2] for line in table.read_text(encoding="utf-8").splitlines() if line[:1] not in ("", "#")}
    assert {code for code in COUNTRIES if len(code) == 2} == known
    assert len([code for code in COUNTRIES if len(code) == 3]) == len(known)
    assert all(len(code) == 3 and code.isupper() for code in CURRENCIES)


def told(document: Document) -> list[tuple[str, str | None, str | None]]:
    assert accepts(document)
    return [(each.code, each.location.pointer, each.value) for each in warnings(document)]


def test_identifiers_are_told_wherever_an_order_carries_them() -> None:
    party = Party("ship_to", {"gln": "0614141000013", "scac": "1"}, country="XX")
    line = PurchaseOrderLine(
        ONE, "x12:YY", ids={"upc": "6.14141E+11", "ean": "4006381333932", "asin": "6.1E+3"}, parties=(party,)
    )
    order = PurchaseOrder("1", DAY, currency="XYZ", parties=(party,), carrier=Carrier("OAKF9"), lines=(line,))
    assert told(order) == [
        ("identifier-malformed", "/currency", "XYZ"),
        ("identifier-check-digit", "/parties/0/ids/gln", "0614141000013"),
        ("identifier-malformed", "/parties/0/ids/scac", "1"),
        ("identifier-malformed", "/parties/0/country", "XX"),
        ("identifier-malformed", "/carrier/scac", "OAKF9"),
        ("identifier-malformed", "/lines/0/ids/upc", "6.14141E+11"),
        ("identifier-check-digit", "/lines/0/ids/ean", "4006381333932"),
        ("unit-unknown", "/lines/0/unit", "x12:YY"),
        ("identifier-check-digit", "/lines/0/parties/0/ids/gln", "0614141000013"),
        ("identifier-malformed", "/lines/0/parties/0/ids/scac", "1"),
        ("identifier-malformed", "/lines/0/parties/0/country", "XX"),
    ]


def test_substitutes_of_an_acknowledgment_and_the_origin_of_goods_are_looked_at() -> None:
    item = AcknowledgedItem("accepted", ids={"upc": "61414100002X"})
    acknowledgment = OrderAcknowledgment("1", DAY, lines=(OrderAcknowledgmentLine(ONE, items=(item,)),))
    assert told(acknowledgment) == [("identifier-malformed", "/lines/0/items/0/ids/upc", "61414100002X")]
    notice = ShipNotice("1", DAY, lines=(ShipNoticeLine("1", ONE, "each", country_of_origin="ZZ"),))
    assert told(notice) == [("identifier-malformed", "/lines/0/country_of_origin", "ZZ")]


def test_a_unit_that_the_table_of_a_flat_file_told_is_not_told_twice() -> None:
    assert told(PurchaseOrder("1", DAY, lines=(PurchaseOrderLine(ONE, "csv:Cases"),))) == []


def test_good_identifiers_are_not_mentioned() -> None:
    party = Party("seller", {"gln": GLN, "scac": "OAKF", "assigned": "6.1E+3"}, country="US")
    line = InvoiceLine(ONE, "each", ids={"upc": UPC, "gtin": f"00{UPC}", "ean": "4006381333931"})
    invoice = Invoice("invoice", "1", DAY, currency="USD", parties=(party,), lines=(line,))
    assert told(invoice) == []
    assert faulty_identifiers(invoice) == ()


def notice(**changes: object) -> ShipNotice:
    own = Party("ship_from", {"gln": GLN})
    line = ShipNoticeLine("1", ONE, "each", ids={"upc": UPC})
    carton = Carton("1", (Mark("sscc", SSCC),))
    sound = ShipNotice("1", DAY, parties=(own,), carrier=Carrier("OAKF"), lines=(line,), cartons=(carton,))
    return msgspec.structs.replace(sound, **changes)


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({}, []),
        ({"parties": (Party("ship_from", {"gln": "0614141000013"}),)}, ["/parties/0/ids/gln"]),
        ({"parties": (Party("ship_to", {"gln": "0614141000013"}),)}, []),
        ({"carrier": Carrier("oakf")}, ["/carrier/scac"]),
        ({"cartons": (Carton("1", (Mark("sscc", "106141412345678909"),)),)}, ["/cartons/0/marks/0/value"]),
        (
            {
                "pallets": (
                    Pallet(
                        marks=(Mark("bps", "X"), Mark("sscc", "1")),
                    ),
                )
            },
            ["/pallets/0/marks/1/value"],
        ),
        ({"lines": (ShipNoticeLine("1", ONE, "each", ids={"upc": "6.14141E+11"}),)}, ["/lines/0/ids/upc"]),
        ({"lines": (ShipNoticeLine("1", ONE, "each", ids={"upc": "614141000028"}),)}, []),
    ],
)
def test_a_notice_is_held_for_what_is_charged_back(changes: dict[str, object], pointers: list[str]) -> None:
    found = faulty_identifiers(notice(**changes))
    assert [each.location.pointer for each in found] == pointers
    assert {each.severity for each in found} <= {Severity.ERROR}


def test_orders_and_answers_to_them_are_never_held() -> None:
    bad = {"upc": "6.14141E+11"}
    order = PurchaseOrder("1", DAY, lines=(PurchaseOrderLine(ONE, ids=bad),))
    answer = OrderAcknowledgment("1", DAY, lines=(OrderAcknowledgmentLine(ONE, ids=bad),))
    assert faulty_identifiers(order) == faulty_identifiers(answer) == ()
    assert told(order) == [("identifier-malformed", "/lines/0/ids/upc", "6.14141E+11")]
