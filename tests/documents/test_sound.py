"""What is sound at first sight calls for no warning, and what calls for one is not sound at first sight."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gateway.documents import (
    Document,
    PurchaseOrder,
    PurchaseOrderChange,
    ShipNotice,
    business,
    identifiers,
    sound,
    sound_packing,
    sscc,
)
from gateway.documents.identified import suspicious_identifiers
from gateway.documents.identifiers import end_in_check_digits, flaw_of
from gateway.documents.parts import Carrier, Moment, Party, Window
from gateway.documents.purchase_order import PurchaseOrderLine
from gateway.documents.ship_notice import Carton, Content, Mark, Pallet, ShipNoticeLine
from gateway.documents.sscc import check_digit
from tests.documents.samples import ORDER
from tests.documents.strategies import documents
from tests.thoroughness import examples

TEXTS = ("614141000030", "614141000029", "0614141000012", "0614141000013", "9780306406157", "0306406152")
IDS = st.dictionaries(
    st.sampled_from(["upc", "ean", "gtin", "isbn", "gln", "scac", "asin"]),
    st.sampled_from([*TEXTS, "ABCD", "A1", "ÀB", "x" * 60]),
    max_size=2,
)
COUNTRIES = st.sampled_from([None, "US", "XX", "DEU"])
UNITS = st.sampled_from(["each", "each", "x12:ZZ", "csv:Box"])
SSCCS = st.sampled_from(["106141412345678908", "00106141412345678908", "106141412345678900", "1", "１" * 18])
DAYS = st.none() | st.builds(Moment, date=st.dates(datetime.date(2026, 1, 1), datetime.date(2026, 1, 3)))
TIMES = st.builds(Moment, time=st.datetimes(timezones=st.just(datetime.UTC)))
WINDOWS = st.none() | st.builds(Window, DAYS | TIMES, DAYS | TIMES)
PARTIES = st.lists(st.builds(Party, st.just("buyer"), IDS, country=COUNTRIES), max_size=2).map(tuple)
MARKS = st.lists(st.builds(Mark, scheme=st.sampled_from(["sscc", "tracking"]), value=SSCCS), max_size=2)


NUMBERS = st.sampled_from(["1", "2"])
PACKED_LINES = st.lists(
    st.builds(ShipNoticeLine, NUMBERS, st.integers(0, 4).map(Decimal), st.sampled_from(["each", "case"])),
    max_size=2,
).map(tuple)
CONTENTS = st.builds(
    Content, NUMBERS, st.integers(0, 2).map(Decimal), st.sampled_from(["each", "each", "case"])
)
PACKED_CARTONS = st.lists(
    st.builds(Carton, NUMBERS, MARKS.map(tuple), contents=st.lists(CONTENTS, max_size=3).map(tuple)),
    max_size=2,
).map(tuple)
CODE = "106141412345678908"
PACKED = ShipNotice(
    "1",
    Moment(date=datetime.date(2026, 1, 1)),
    carton_count=2,
    lines=(ShipNoticeLine("1", Decimal(3), "each"), ShipNoticeLine("2", Decimal("0.50"), "case")),
    cartons=(
        Carton("1", (Mark("sscc", CODE),), contents=(Content("1", Decimal(2), "each"),)),
        Carton("2", contents=(Content("1", Decimal(1), "each"), Content("2", Decimal("0.5"), "case"))),
    ),
)
_FIRST, _SECOND = PACKED.cartons
SPOILED: tuple[tuple[dict[str, object], str | None], ...] = (
    ({"carton_count": 3}, "container-count-differs"),
    ({"lines": PACKED.lines[:1]}, "content-line-unknown"),
    ({"lines": (PACKED.lines[0], ShipNoticeLine("2", Decimal(1), "case"))}, "shipped-quantity-differs"),
    ({"lines": (*PACKED.lines, ShipNoticeLine("3", Decimal(1), "each"))}, "shipped-quantity-differs"),
    ({"cartons": (_FIRST, msgspec.structs.replace(_SECOND, number="1"))}, "number-twice"),
    (
        {"cartons": (_FIRST, msgspec.structs.replace(_SECOND, marks=(Mark("sscc", f"00{CODE}"),)))},
        "sscc-twice",
    ),
    ({"pallets": (Pallet(cartons=("9",)),)}, "carton-unknown"),
    ({"lines": (PACKED.lines[0], ShipNoticeLine("2", Decimal("0.5"), "each"))}, None),
)


@st.composite
def odd(draw: st.DrawFn) -> Document:
    """Accepted documents with identifiers, units and windows of all kinds."""
    document = draw(documents())
    lines = tuple(_salted(draw, line) for line in document.lines)
    carrier = draw(st.none() | st.builds(Carrier, scac=st.sampled_from(["ABCD", "abc", "A1"])))
    changes: dict[str, object] = {"lines": lines, "parties": draw(PARTIES), "carrier": carrier}
    changes["currency"] = draw(st.sampled_from([None, "USD", "XXY"]))
    if isinstance(document, ShipNotice):
        changes["cartons"] = tuple(_marked(draw, carton) for carton in document.cartons)
        changes["pallets"] = tuple(_marked(draw, pallet) for pallet in document.pallets)
    if isinstance(document, PurchaseOrder | PurchaseOrderChange):
        changes |= {"ship_window": draw(WINDOWS), "delivery_window": draw(WINDOWS)}
    return msgspec.structs.replace(document, **changes)


def _salted(draw: st.DrawFn, line: msgspec.Struct) -> msgspec.Struct:
    made: dict[str, Callable[[], object]] = {
        "ids": lambda: draw(IDS),
        "unit": lambda: draw(UNITS),
        "parties": lambda: draw(PARTIES),
        "country_of_origin": lambda: draw(COUNTRIES),
        "ship_window": lambda: draw(WINDOWS),
        "delivery_window": lambda: draw(WINDOWS),
        "number": lambda: draw(st.sampled_from(["1", "2", "3"])),
        "items": lambda: tuple(
            msgspec.structs.replace(item, ids=draw(IDS)) for item in getattr(line, "items", ())
        ),
    }
    known = {name: make() for name, make in made.items() if name in line.__struct_fields__}
    return msgspec.structs.replace(line, **known)


def _marked(draw: st.DrawFn, container: Carton | Pallet) -> Carton | Pallet:
    return msgspec.structs.replace(container, marks=tuple(draw(MARKS)))


@given(odd())
@settings(max_examples=examples(100), deadline=None)
def test_identifiers_are_sound_exactly_where_none_is_suspicious(document: Document) -> None:
    _same_of_identifiers(document)


def _same_of_identifiers(document: Document) -> None:
    told = [*suspicious_identifiers(document)]
    told_elsewhere = any((line.unit or "").startswith("csv:") for line in document.lines)
    assert sound.has_sound_identifiers(document) == (not told and not told_elsewhere), told


@given(odd())
@settings(max_examples=examples(100), deadline=None)
def test_an_order_agrees_exactly_where_there_is_nothing_to_tell(document: Document) -> None:
    if isinstance(document, PurchaseOrder):
        _same_of_order(document)


def _same_of_order(order: PurchaseOrder) -> None:
    told = [*business._of_order(order), *suspicious_identifiers(order)]
    told_elsewhere = any((line.unit or "").startswith("csv:") for line in order.lines)
    assert sound.agrees(order) == (not told and not told_elsewhere), told


ONE, TWO = (Moment(date=datetime.date(2026, 1, day)) for day in (1, 2))


@pytest.mark.parametrize(
    ("change", "sound_at_once"),
    [
        ({}, True),
        ({"number": None}, True),
        ({"number": "1"}, False),
        ({"ids": {"upc": "614141000030"}}, False),
        ({"ids": {"upc": "0614141000036"}}, True),
        ({"ids": {"upc": "614141000036", "ean": "9780306406158"}}, False),
        ({"ids": {"gtin": "10614141000034"}}, False),
        ({"ids": {"isbn": "0306406153"}}, False),
        ({"unit": "x12:ZZ"}, False),
        ({"parties": (Party("buyer", country="XX"),)}, False),
        ({"ship_window": Window(ONE, TWO), "delivery_window": Window(TWO, ONE)}, False),
        ({"ship_window": Window(TWO, ONE)}, False),
    ],
)
def test_every_part_of_each_line_of_an_order_is_looked_at(
    change: dict[str, object], sound_at_once: bool
) -> None:
    first = PurchaseOrderLine(Decimal(1), "each", "1", ids={"upc": "614141000036"})
    lines = (first, PurchaseOrderLine(Decimal(1)), msgspec.structs.replace(first, **{"number": "2"} | change))
    order = PurchaseOrder("1", ONE, lines=lines)
    assert sound.agrees(order) == sound_at_once
    _same_of_order(order)


KINDS = {"upc": 12, "ean": 13, "gtin": 14}
DIGITS = st.text("0123456789", min_size=11, max_size=14) | st.text("09", min_size=11, max_size=14)
OTHERS = st.text(
    "059 -:/\u0660\uff11\u00b2\ud800", min_size=4, max_size=14
)  # digits beyond ASCII, and half a pair


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """Item numbers and what looks like one, half of the former with the check digit that belongs."""
    text = draw(DIGITS | OTHERS)
    if text.isascii() and text.isdigit() and draw(st.booleans()):
        return text + check_digit(text)
    return text


def _step(text: str) -> None:
    """The quick look at a check digit says yes to just what has no flaw in its own length."""
    for kind, length in KINDS.items():
        flawless = len(text) == length and flaw_of(kind, text, strict=True) is None
        assert end_in_check_digits((text,), length) == flawless, (kind, text)
        right = "1" * (length - 1)
        right += check_digit(right)
        assert end_in_check_digits((right, text, right), length) == flawless, (kind, text)


@given(numbers())
@example("9" * 14)
@example("9" * 12 + "3")
@settings(max_examples=examples(300), deadline=None)
def test_the_quick_look_at_a_check_digit_keeps_step(text: str) -> None:
    _step(text)


def test_a_digit_that_is_left_out_of_the_sum_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identifiers, "_WEIGHTED", bytes(pair >> 4 for pair in range(256)))
    with pytest.raises(AssertionError, match="upc"):
        _step("614141000036")


def test_an_identifier_that_is_taken_for_sound_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    line = msgspec.structs.replace(ORDER.lines[0], ids={"upc": "614141000030"})
    order = msgspec.structs.replace(ORDER, lines=(line,))
    _same_of_identifiers(order)
    monkeypatch.setattr(sound, "end_in_check_digits", lambda texts, length: True)
    with pytest.raises(AssertionError, match="identifier-check-digit"):
        _same_of_identifiers(order)
    with pytest.raises(AssertionError, match="identifier-check-digit"):
        _same_of_order(order)


@given(
    st.builds(
        ShipNotice,
        st.just("1"),
        st.just(Moment(date=datetime.date(2026, 1, 1))),
        carton_count=st.sampled_from([None, 1, 2]),
        lines=PACKED_LINES,
        cartons=PACKED_CARTONS,
        pallets=st.sampled_from([(), (), (), (Pallet(),)]),
    )
)
@settings(max_examples=examples(300), deadline=None)
def test_a_notice_whose_packing_agrees_calls_for_no_warning(notice: ShipNotice) -> None:
    told = [*business._of_ship_notice(notice)]
    assert not (told and sound_packing.packing_agrees(notice)), told


@pytest.mark.parametrize(("field", "value"), [("line", "9"), ("unit", "case"), ("quantity", Decimal(4))])
def test_lines_that_are_packed_whole_are_accepted_until_one_is_not(field: str, value: object) -> None:
    _, second = _SECOND.contents
    for first in (Content("1", Decimal(3), "each"), Content("1", Decimal("3.0"), "each")):
        for content in (first, msgspec.structs.replace(first, **{field: value})):
            cartons = (msgspec.structs.replace(_FIRST, contents=(content, second)), Carton("2"))
            notice = msgspec.structs.replace(PACKED, cartons=cartons)
            assert sound_packing.packing_agrees(notice) == (content is first)
            assert content is not first or business.warnings(notice) == ()


@pytest.mark.parametrize(("change", "code"), SPOILED)
def test_a_notice_that_packs_what_it_ships_is_accepted_until_it_does_not(
    change: dict[str, object], code: str | None
) -> None:
    assert sound_packing.packing_agrees(PACKED)
    notice = msgspec.structs.replace(PACKED, **change)
    assert not sound_packing.packing_agrees(notice)
    assert [each.code for each in business.warnings(notice)] == ([code] if code else [])


@given(st.from_regex(r"[0-9]{17,20}", fullmatch=True) | SSCCS)
def test_a_serial_code_is_sound_where_its_check_digit_is_right(text: str) -> None:
    digits = sscc.normal_form(text)
    right = digits is not None and sscc.check_digit(digits[:-1]) == digits[-1]
    assert sscc.is_sound(text) == right
    if digits is not None:
        assert sscc.is_sound(digits[:-1] + sscc.check_digit(digits[:-1]))


def _with_its_digit(digits: str) -> str:
    return digits + check_digit(digits)


CODES = st.from_regex(r"[0-9]{17}", fullmatch=True)
MOST_DIGITS = ["9" * 17 + "5", "9" * 18]


@given(st.lists(CODES.map(_with_its_digit)), st.lists(CODES.map("{}0".format) | SSCCS, max_size=1))
@example([MOST_DIGITS[0]] * 9, [])
@example([MOST_DIGITS[0]] * 9, MOST_DIGITS[1:])
def test_serial_codes_are_sound_together_where_each_is(sound: list[str], others: list[str]) -> None:
    _step_together([*sound, *others, *sound])


def _step_together(codes: list[str]) -> None:
    of_usual_length = {*map(len, codes)} == {18}
    assert sscc.are_sound(codes) == (of_usual_length and all(map(sscc.is_sound, codes)))


def test_a_digit_that_is_left_out_of_sums_together_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sscc, "_WEIGHTED", bytes(pair >> 4 for pair in range(256)))
    with pytest.raises(AssertionError):
        _step_together([CODE, CODE])


def test_identifiers_beyond_what_is_remembered_are_judged_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sound, "REMEMBERED", 2)
    judged = sound._Sound("upc")
    for text in (*TEXTS, *TEXTS, "6" * 41):
        assert judged[text] is (flaw_of("upc", text, strict=False) is None)
        assert len(judged) <= 2
    assert "6" * 41 not in judged


def test_what_is_not_sound_is_warned_of() -> None:
    line = msgspec.structs.replace(ORDER.lines[0], ids={"upc": "614141000030"})
    order = msgspec.structs.replace(ORDER, lines=(line,))
    assert [each.code for each in business.warnings(order)] == ["identifier-check-digit"]
