"""Codecs, one by one: what they read, what they write, what they refuse."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.documents.parts import Moment
from gateway.mapping.bound import FieldKind
from gateway.mapping.cells import CellError
from gateway.mapping.codec import Codec
from gateway.mapping.codecs import CODECS, CodecError, Setting, make_codec
from gateway.mapping.plan import CsvSettings, FormatKind
from tests.mapping.small import LISTS, ZONE

X12, JSON, CSV, XML = FormatKind.X12, FormatKind.JSON, FormatKind.CSV, FormatKind.XML


def codec(name: str, format_kind: FormatKind, field: FieldKind, *arguments: str, **more: object) -> Codec:
    """A codec for one field."""
    setting = Setting(format=format_kind, fields=(field,), arguments=arguments, zone=ZONE, lists=LISTS)
    return make_codec(name, _with(setting, **more))


def _with(setting: Setting, **more: object) -> Setting:
    fields = {name: getattr(setting, name) for name in setting.__struct_fields__}
    return Setting(**{**fields, **more})


def refused(function: object, *values: object) -> str:
    """The reason why a codec refuses."""
    assert callable(function)
    with pytest.raises(CodecError) as fault:
        function(*values)
    return fault.value.details.get("reason", fault.value.code)


@pytest.mark.parametrize(
    ("text", "number", "written"),
    [
        ("12.50", "12.50", "12.50"),
        (".95", "0.95", ".95"),
        ("0.95", "0.95", ".95"),
        ("-0.5", "-0.5", "-.5"),
        ("007", "7", "7"),
        ("5.", "5", "5"),
        ("0", "0", "0"),
        ("-0", "0", "0"),
        ("-.00", "0.00", ".00"),
        ("-0E1", "0E+1", "0"),
        ("1E3", "1E+3", "1000"),
        ("1000000000000000000.01", "1000000000000000000.01", "1000000000000000000.01"),
    ],
)
def test_numbers_of_x12(text: str, number: str, written: str) -> None:
    made = codec("decimal", X12, FieldKind.DECIMAL)
    assert str(made.read(text)) == number
    assert made.write(Decimal(number)) == written
    assert made.read(written) == Decimal(number)


@pytest.mark.parametrize("form", FormatKind)
def test_a_zero_below_zero_is_read_and_written_as_zero(form: FormatKind) -> None:
    made = codec("decimal", form, FieldKind.DECIMAL)
    assert made.usual is not None
    assert [str(made.read(text)) for text in ("-0", "-0.00", Decimal("-0.0"))] == ["0", "0.00", "0.0"]
    assert [made.usual.read(text) for text in ("-0", "-0.00")] == [None, None]
    assert made.write(Decimal("-0")) == "0"


@pytest.mark.parametrize(
    "text", ["", "-", ".", "1,5", "1 000", "+1", "NaN", "Infinity", "1E999", "１", "9" * 60]
)
def test_what_is_no_number(text: str) -> None:
    assert refused(codec("decimal", X12, FieldKind.DECIMAL).read, text)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1E+40", "1E-40"])
def test_numbers_no_format_can_say(number: str) -> None:
    assert refused(codec("decimal", X12, FieldKind.DECIMAL).write, Decimal(number))


def test_numbers_of_json_are_texts_and_read_from_numbers_too() -> None:
    made = codec("decimal", JSON, FieldKind.DECIMAL)
    assert made.write(Decimal("0.95")) == "0.95"
    assert (made.read(3), made.read(Decimal("1.50")), made.read("2")) == (3, Decimal("1.50"), 2)
    assert refused(made.read, True)
    assert refused(made.read, ["1"])


def test_the_decimal_sign_of_a_file() -> None:
    made = codec("decimal", CSV, FieldKind.DECIMAL, settings=CsvSettings(decimal=","))
    assert made.read("1234,50") == Decimal("1234.50")
    assert made.write(Decimal("-0.5")) == "-0,5"
    assert "`,`" in refused(made.read, "1.5")


def test_whole_numbers_and_decimal_fields_that_are_whole() -> None:
    made = codec("integer", JSON, FieldKind.DECIMAL)
    assert made.read(3) == Decimal(3)
    assert made.write(Decimal("3.00")) == 3
    assert refused(made.write, Decimal("3.5"))
    assert refused(made.read, Decimal("3.5"))
    assert codec("integer", X12, FieldKind.INTEGER).read("-12") == -12
    assert codec("integer", CSV, FieldKind.INTEGER).write(12) == "12"


def test_implied_decimals_are_never_rounded() -> None:
    made = codec("implied", X12, FieldKind.DECIMAL, "2")
    assert [made.read(text) for text in ("1250", "5", "-7")] == [
        Decimal("12.50"),
        Decimal("0.05"),
        Decimal("-0.07"),
    ]
    assert [made.write(Decimal(text)) for text in ("12.5", "0.05", "3.000")] == ["1250", "5", "300"]
    assert refused(made.write, Decimal("0.005")) == "it has more than 2 decimal places"
    assert refused(made.read, "12.5")


def test_scaled_numbers() -> None:
    made = codec("scaled", X12, FieldKind.DECIMAL, "-2")
    assert made.read(".05") == Decimal(5)
    assert made.write(Decimal("7.5")) == ".075"


def test_days_of_each_format() -> None:
    moment = Moment(date=date(2024, 5, 31))
    for format_kind, text in ((X12, "20240531"), (JSON, "2024-05-31"), (CSV, "2024-05-31")):
        made = codec("date", format_kind, FieldKind.MOMENT)
        assert made.read(text) == moment
        assert made.write(moment) == text
    german = codec("date", CSV, FieldKind.DATE, settings=CsvSettings(date="DD.MM.YY"))
    assert german.read("1.5.24") == date(2024, 5, 1)
    assert german.write(date(2024, 5, 1)) == "01.05.24"
    assert refused(german.write, date(1999, 1, 1))


@pytest.mark.parametrize("text", ["20240230", "240531", "2024-05-31", "２０２４０５３１", "00000101"])
def test_what_is_no_day_of_x12(text: str) -> None:
    assert refused(codec("date", X12, FieldKind.MOMENT).read, text)


def test_a_time_becomes_the_day_of_the_agreement() -> None:
    made = codec("date", X12, FieldKind.MOMENT)
    assert made.write(Moment(time=datetime(2024, 1, 1, 2, tzinfo=UTC))) == "20231231"
    assert refused(made.write, Moment(time=datetime.min.replace(tzinfo=UTC)))


@pytest.mark.parametrize(
    ("text", "written"),
    [("1430", "1430"), ("143005", "143005"), ("14300550", "14300550"), ("143000", "1430")],
)
def test_times_of_x12(text: str, written: str) -> None:
    made = codec("datetime", X12, FieldKind.MOMENT, places=2)
    read = made.read("20240531", text)
    assert isinstance(read, Moment)
    assert read.time is not None
    assert read.time.utcoffset() == timedelta(hours=-7)
    assert made.write(read) == ("20240531", written)


@pytest.mark.parametrize("text", ["2400", "1460", "14", "14301", "abcd"])
def test_what_is_no_time_of_x12(text: str) -> None:
    made = codec("datetime", X12, FieldKind.MOMENT, places=2)
    assert refused(made.read, "20240531", text)
    assert refused(made.read, None, "1430")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2024-05-31T14:30:00Z", "2024-05-31T14:30:00Z"),
        ("2024-05-31T14:30:00.304Z", "2024-05-31T14:30:00.304Z"),
        ("2024-05-31T14:30:00+02:00", "2024-05-31T14:30:00+02:00"),
        ("2024-05-31T14:30:00", "2024-05-31T14:30:00-07:00"),
        ("2024-05-31", "2024-05-31T00:00:00-07:00"),
    ],
)
def test_times_of_json(text: str, written: str) -> None:
    made = codec("datetime", JSON, FieldKind.MOMENT)
    assert made.write(made.read(text)) == written


def test_a_time_from_before_there_were_zones_is_refused_in_both_ways() -> None:
    """Los Angeles was 7 hours, 52 minutes and 58 seconds behind; no offset says that."""
    x12 = codec("datetime", X12, FieldKind.MOMENT, places=2)
    assert refused(x12.read, "18831117", "1200")
    assert refused(x12.write, Moment(time=datetime(1883, 11, 17, 12, tzinfo=UTC)))
    assert x12.write(x12.read("18831119", "1200")) == ("18831119", "1200")
    json = codec("datetime", JSON, FieldKind.MOMENT)
    assert refused(json.read, "1883-11-17T12:00:00")
    assert refused(json.write, Moment(date=date(1883, 11, 17)))
    assert json.write(json.read("1883-11-17T12:00:00Z")) == "1883-11-17T12:00:00Z"


@pytest.mark.parametrize("text", ["2024-05-31T25:00:00Z", "2024-W01", "soon", "2024-02-30", ""])
def test_what_is_no_time_of_json(text: str) -> None:
    assert refused(codec("datetime", JSON, FieldKind.MOMENT).read, text)


def test_times_in_files_are_days_by_the_pattern_or_iso_times() -> None:
    made = codec("datetime", CSV, FieldKind.MOMENT, settings=CsvSettings(date="DD.MM.YYYY"))
    assert made.read("31.05.2024") == Moment(date=date(2024, 5, 31))
    time = Moment(time=datetime(2024, 5, 31, 14, tzinfo=timezone(timedelta(hours=2))))
    assert made.read("2024-05-31T14:00+02:00") == time
    assert made.write(time) == "2024-05-31T14:00:00+02:00"


def test_split_keeps_full_parts_together_and_ends_lines_at_shorter_ones() -> None:
    made = codec("split", X12, FieldKind.TEXT, "3", repeated=True)
    assert made.read(("abc", "de", None, "f")) == "abcde\nf"
    assert made.write("abcde\n\nf") == ("abc", "de", "f")
    assert made.read(("abc",)) == "abc"
    assert "3 characters" in refused(made.write, "abc\nd")


def test_lists_drop_blank_places() -> None:
    made = codec("list", X12, FieldKind.TEXTS, places=2)
    assert made.read("a", None) == ("a",)
    assert made.read(None, "b") == ("b",)
    assert made.write(("a",)) == ("a", None)
    assert refused(made.write, ("a", "b", "c"))


def test_digits_are_a_number_in_json() -> None:
    made = codec("digits", JSON, FieldKind.TEXT)
    assert (made.read(7), made.write("007")) == ("7", 7)
    for value in ("x", "1.5", "９", "1" * 19):
        assert refused(made.write, value)
    for held in (True, -1, "7", Decimal(1)):
        assert refused(made.read, held)


@pytest.mark.parametrize(
    ("name", "setting", "mistake"),
    [
        ("decmal", {}, "did you mean `decimal`"),
        ("decimal", {"fields": (FieldKind.TEXT,)}, "write `text`"),
        ("text", {"fields": (FieldKind.DECIMAL,)}, "write `decimal`"),
        ("code", {"arguments": ("units",)}, "did you mean `unit`"),
        ("code", {"arguments": ("mark",)}, "has no column `x12`"),
        ("code", {}, "takes 1 argument(s)"),
        ("flag", {"fields": (FieldKind.BOOLEAN,), "arguments": ("Y",)}, "takes 2 argument(s)"),
        ("flag", {"fields": (FieldKind.BOOLEAN,), "arguments": ("Y", "Y")}, "must differ"),
        ("bool", {"fields": (FieldKind.BOOLEAN,)}, "flag(Y,N)"),
        ("implied", {"fields": (FieldKind.DECIMAL,), "arguments": ("x",)}, "from 1 to 9"),
        ("pairs", {"fields": (FieldKind.MAP,), "arguments": ("item-id",)}, "PO106-25"),
        ("pairs", {"fields": (FieldKind.MAP,), "arguments": ("item-id",), "range": 3}, "even number"),
        ("split", {"arguments": ("5",)}, "repeated place"),
        ("text", {"repeated": True}, "needs `list`"),
        ("text", {"places": 2}, "takes 1 place(s)"),
        ("interval", {"fields": (FieldKind.MOMENT, FieldKind.MOMENT)}, "no intervals"),
        ("datetime", {"fields": (FieldKind.MOMENT,)}, "takes 2 place(s)"),
        ("list", {"fields": (FieldKind.TEXTS,), "arguments": (";",)}, "delimited file"),
    ],
)
def test_mistakes_of_tables_are_told(name: str, setting: dict[str, object], mistake: str) -> None:
    made = _with(Setting(format=X12, fields=(FieldKind.TEXT,), lists=LISTS), **setting)
    with pytest.raises(CellError) as fault:
        make_codec(name, made)
    assert mistake in str(fault.value)


numbers = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=4)


@given(numbers, st.sampled_from(list(FormatKind)))
def test_numbers_survive_every_format(number: Decimal, format_kind: FormatKind) -> None:
    made = codec("decimal", format_kind, FieldKind.DECIMAL)
    assert made.read(made.write(number)) == number


@given(st.datetimes(timezones=st.just(UTC)), st.sampled_from([JSON, CSV]))
def test_times_survive(time: datetime, format_kind: FormatKind) -> None:
    made = codec("datetime", format_kind, FieldKind.MOMENT)
    assert made.read(made.write(Moment(time=time))) == Moment(time=time)


@given(st.text(max_size=40) | st.none() | st.integers() | st.lists(st.text(max_size=3), max_size=3))
def test_no_codec_fails_in_another_way_than_refusing(value: object) -> None:
    kinds = {"decimal": FieldKind.DECIMAL, "scaled": FieldKind.DECIMAL, "integer": FieldKind.INTEGER}
    kinds |= {"implied": FieldKind.DECIMAL, "date": FieldKind.MOMENT, "datetime": FieldKind.MOMENT}
    kinds |= {"bool": FieldKind.BOOLEAN, "flag": FieldKind.BOOLEAN}
    arguments = {"scaled": ("2",), "implied": ("2",), "flag": ("Y", "N"), "code": ("unit",)}
    for name in ("text", "digits", "code", *kinds):
        assert name in CODECS
        made = codec(name, JSON, kinds.get(name, FieldKind.TEXT), *arguments.get(name, ()))
        try:
            made.read(value)
        except CodecError as fault:
            assert fault.code in {"mapping-value", "code-unknown"}


def strays(made: Codec, texts: tuple[str, ...], places: int) -> bool:
    """Whether a list of texts that stand each at a place as they are is written or read otherwise."""
    at_places = (*texts, *[None] * (places - len(texts)))
    return made.write(texts) != at_places or made.read(*at_places) != texts


@given(st.sampled_from(FormatKind), st.integers(2, 4), st.lists(st.text(min_size=1), min_size=1, max_size=4))
def test_parts_of_a_list_stand_at_their_places_as_they_are(
    kind: FormatKind, places: int, texts: list[str]
) -> None:
    made = codec("list", kind, FieldKind.TEXTS, places=places)
    assert made.parts
    assert len(texts) > places or not strays(made, tuple(texts), places)


def test_parts_that_do_not_stand_as_they_are_are_seen() -> None:
    made = codec("list", JSON, FieldKind.TEXTS, places=2)

    def stripped(texts: tuple[str, ...]) -> object:
        return made.write(tuple(text.strip() for text in texts))

    assert strays(msgspec.structs.replace(made, write=stripped), ("A ",), 2)
    assert not codec("list", JSON, FieldKind.TEXTS).parts
    assert not codec("list", X12, FieldKind.TEXTS, places=2, repeated=True).parts
