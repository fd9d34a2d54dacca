"""The straight ways of usual numbers do what their codecs do, and nothing that a field would refuse."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.documents.accept import Part, takes_any_number, value_check
from gateway.formats.json import Json
from gateway.formats.json_accept import Accepting
from gateway.formats.json_words import NUMBER
from gateway.mapping.bound import FieldKind
from gateway.mapping.codec import Codec, Usual
from gateway.mapping.codecs import CodecError, Setting, make_codec
from gateway.mapping.compiled.doubt import Doubt
from gateway.mapping.compiled.remembering import remembered
from gateway.mapping.compiled.template import SHORT_NUMBER
from gateway.mapping.compiled.validity import Checks
from gateway.mapping.compiled.verified import verified
from gateway.mapping.plan import CsvSettings, FormatKind
from tests.mapping.test_compiled_agreement import plan_of

X12, JSON, CSV, XML = FormatKind.X12, FormatKind.JSON, FormatKind.CSV, FormatKind.XML
ORDER, INVOICE, JSON_ORDER = plan_of("x12-850"), plan_of("x12-810"), plan_of("spapi-order")


def number_codec(name: str, kind: FormatKind, *arguments: str, sign: str = ".") -> Codec:
    fields, settings = (FieldKind.DECIMAL,), CsvSettings(decimal=sign)
    return make_codec(name, Setting(format=kind, fields=fields, arguments=arguments, settings=settings))


CODECS = (
    *(number_codec("decimal", kind) for kind in FormatKind),
    number_codec("decimal", CSV, sign=","),
    *(number_codec("integer", kind) for kind in FormatKind),
    *(number_codec("implied", X12, places) for places in ("1", "2", "9")),
)
PRICE = next(
    (row, saying)
    for block in ORDER.root.blocks
    for row in block.rows
    for saying in row.sayings
    if saying.codec.priced is not None
)

texts = st.from_regex(r"[-+]?[0-9]{0,20}[.,]?[0-9]{0,12}(E[0-9])?\n?", fullmatch=True)
texts |= st.from_regex(r"-?(0|[0-9]{1,18})([.,][0-9]{1,10})?", fullmatch=True)
texts |= st.sampled_from(["", ".", "-", "-0", "-0.00", "0.00", ".5", "-.5", "007", "\u0661", "1_0", " 1"])
numbers = st.decimals() | st.decimals(min_value=-(10**6), max_value=10**6, places=2)
numbers |= st.sampled_from([Decimal(text) for text in ("-0", "-0.00", "0E-7", "0.0000001", "1E+3", "007.10")])


def outcome(function: Callable[..., object], *given: object) -> object:
    """What a function gives, with the exact digits of numbers, or that it refuses."""
    try:
        value = function(*given)
    except (CodecError, Doubt):
        return "refused"
    return repr(value)


def strays(made: Codec, place: object, number: Decimal) -> list[str]:
    """Where the straight way of a codec differs from the codec."""
    assert made.usual is not None
    read, written = made.usual.read(place), made.usual.write(str(number))
    found = [] if read is None or repr(read) == outcome(made.read, place) else [f"reads {place!r}: {read!r}"]
    if written is not None and repr(written) != outcome(made.write, number):
        found.append(f"writes {number!r}: {written!r}")
    return found


@pytest.mark.parametrize("made", CODECS)
def test_the_straight_way_does_what_the_codec_does(made: Codec) -> None:
    @given(texts | st.integers() | st.booleans() | st.none(), numbers)
    def holds(place: object, number: Decimal) -> None:
        assert not strays(made, place, number)

    holds()


def test_the_straight_way_is_taken() -> None:
    for made in CODECS:
        assert made.usual is not None
        written = made.usual.write("12")
        assert written is not None
        assert str(made.usual.read(written)) in ("12", "12.0", "12.00", "12.000000000")
    comma = number_codec("decimal", CSV, sign=",")
    assert comma.usual is not None
    assert comma.usual.write("1.50") == "1,50"
    assert str(comma.usual.read("1,50")) == "1.50"


@pytest.mark.parametrize(
    "fault",
    [
        {"read": lambda _: Decimal(7)},
        {"write": lambda digits: digits},
        {"write": lambda digits: f"{digits}0"},
    ],
)
def test_a_planted_difference_is_seen(fault: dict[str, Callable[..., object]]) -> None:
    made = CODECS[0]
    assert made.usual is not None
    faulty = msgspec.structs.replace(made, usual=msgspec.structs.replace(made.usual, **fault))
    assert strays(faulty, "12.5", Decimal("-0.00"))


def moved(made: Codec, number: Decimal, short: str = SHORT_NUMBER) -> list[str]:
    """How digits that go as they stand into texts with holes are not written so, not read so, or refused by
    a place for numbers."""
    digits = str(number)
    if not eval(short.format("text"), {"text": digits, "len": len}):
        return []
    assert made.usual is not None
    written = {"codec": outcome(made.write, number), "usual": outcome(made.usual.write, digits)}
    read = {"codec": outcome(made.read, digits), "usual": outcome(made.usual.read, digits)}
    found = [f"{way} writes {each}" for way, each in written.items() if each != repr(digits)]
    found += [f"{way} reads {each}" for way, each in read.items() if each != repr(number)]
    return found if takes_numbers(f'"{digits}"', digits) else [*found, "refused"]


STAYING = [made for made in CODECS if made.usual is not None and made.usual.as_they_stand]
PLACE: Json = {"at": {"type": "string", "pattern": NUMBER.replace(r"\Z", "$")}}
ACCEPTING = Accepting({"type": "object", "properties": PLACE, "additionalProperties": False})
takes_numbers = ACCEPTING.fits(["at"]) or (lambda _text, _value: False)
decimals = st.from_regex(r"-?[0-9]{1,20}(\.[0-9]{1,12})?(E[+-]?[0-9])?", fullmatch=True).map(Decimal)
decimals |= st.from_regex(r"[0-9]{1,6}\.[0-9]{2,4}", fullmatch=True).map(Decimal)


@pytest.mark.parametrize("made", STAYING)
def test_digits_that_stay_as_they_are_are_written_and_read_so(made: Codec) -> None:
    @given(numbers | decimals)
    @example(Decimal("0"))
    @example(Decimal("0.00"))
    @example(Decimal("12.50"))
    def holds(number: Decimal) -> None:
        assert not moved(made, number)

    holds()


def test_digits_stay_as_they_are_but_in_x12_and_where_the_rule_is_that_of_numbers() -> None:
    assert all(made.name == "decimal" and made.write(Decimal("0.5")) == "0.5" for made in STAYING)
    assert len(STAYING) == len(FormatKind) - 1
    assert ACCEPTING.pattern(["at"]) == NUMBER
    assert eval(SHORT_NUMBER.format("text"), {"text": "12.50", "len": len})


@pytest.mark.parametrize(
    ("fault", "short", "number"),
    [
        ({"write": lambda number: str(number.normalize())}, SHORT_NUMBER, "12.50"),
        ({"read": lambda text: Decimal(text).normalize()}, SHORT_NUMBER, "12.50"),
        ({}, "{}", "-0.00"),
        ({}, "{}", "1E+3"),
        ({}, "{}", "1" * 30),
    ],
)
def test_digits_that_do_not_stay_are_seen(fault: dict[str, object], short: str, number: str) -> None:
    assert moved(msgspec.structs.replace(STAYING[0], **fault), Decimal(number), short)


@given(st.from_regex(r"-?([0-9]{1,18}(\.[0-9]{1,10})?|\.[0-9]{1,10})", fullmatch=True))
def test_no_number_field_refuses_a_usual_number(text: str) -> None:
    checks = [
        value_check(record, field.name, Part.WHOLE)
        for plan in (ORDER, INVOICE)
        for record, fields in plan.fields.items()
        for field in fields.values()
        if field.kind is FieldKind.DECIMAL and takes_any_number(record, field.name, Part.WHOLE)
    ]
    assert checks
    assert all(check(Decimal(text)) for check in checks)


@given(texts | st.none(), st.sampled_from([None, "PE", "RE", "CT", "??", ""]), texts | st.none())
def test_prices_are_read_as_their_codec_reads_them(
    amount: str | None, code: str | None, listed: str | None
) -> None:
    row, saying = PRICE
    kinds = tuple(field.kind for field in row.fields)
    names = remembered(saying, kinds, X12)
    assert names["R"] is not saying.codec.read
    for letter in ("R", "X"):
        read = names[letter]
        assert callable(read)
        assert outcome(read, amount, code, listed) == outcome(saying.codec.read, amount, code, listed)


def test_the_word_beside_a_price_is_checked() -> None:
    row, saying = PRICE
    kinds = tuple(field.kind for field in row.fields)
    fields = (lambda _: True, lambda _: False, lambda _: True)
    read = remembered(saying, kinds, X12, Checks(fields, numbers=True))["R"]
    assert callable(read)
    assert read("1.50", "PE", None) == (Decimal("1.50"), None, None)
    with pytest.raises(Doubt):
        read("1.50", "CT", None)


def test_what_does_not_come_back_is_left_to_the_codec() -> None:
    saying = next(
        saying
        for block in JSON_ORDER.root.blocks
        for row in block.rows
        for saying in row.sayings
        if saying.codec.name == "decimal"
    )
    held = verified(saying, exact=True).codec.usual
    assert held is not None
    assert held.write("12.50") == "12.50"
    for lying in (
        Usual(lambda _: Decimal("12.5"), lambda digits: digits),
        Usual(lambda _: None, lambda digits: digits),
        Usual(lambda place: Decimal(str(place)), lambda _: "12.51"),
    ):
        faulty = msgspec.structs.replace(saying.codec, usual=lying)
        usual = verified(msgspec.structs.replace(saying, codec=faulty), exact=True).codec.usual
        assert usual is not None
        assert usual.write("12.50") is None
