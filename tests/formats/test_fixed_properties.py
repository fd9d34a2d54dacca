"""Fixed width at random: reading is the inverse of writing, and no bytes break the reader."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.formats.fixed_fields import FieldError, read_field, write_field
from gateway.formats.fixed_layout import Field, FieldKind, Sign
from gateway.formats.fixed_width import fits_layout, read_fixed
from tests.formats.test_fixed_width import LINES, layout, padded

NUMBERS = st.decimals(-99_999, 99_999, places=3, allow_nan=False, allow_infinity=False)
TEXTS = st.text(max_size=12)
LAYOUTS = [layout(line_end="lf"), layout(line_end="none"), layout(trimmed="true"), layout(charset="cp037")]


@pytest.mark.parametrize("sign", Sign)
@pytest.mark.parametrize("decimals", [None, 0, 2, 3])
@pytest.mark.parametrize("fill", ["0", " "])
@given(number=NUMBERS)
@settings(max_examples=40, deadline=None)
def test_a_number_that_is_written_is_read_as_it_was(
    sign: Sign, decimals: int | None, fill: str, number: Decimal
) -> None:
    field = Field(
        name="n",
        start=1,
        length=9,
        kind=FieldKind.NUMBER,
        decimals=decimals,
        sign=sign,
        right=True,
        fill=fill,
    )
    try:
        raw = write_field(field, f"{number:f}")
    except FieldError:
        exact = decimals is None or number == round(number, decimals)
        roomy = len(f"{abs(number):f}") + 1 <= 9
        assert not (exact and roomy and (number >= 0 or sign is not Sign.NONE)) or number.is_signed()
        return
    assert len(raw) == 9
    read = read_field(field, raw)
    assert read is not None
    assert Decimal(read) == number


@pytest.mark.parametrize(("right", "fill"), [(False, " "), (True, " "), (True, "0"), (False, "*")])
@given(text=TEXTS)
@settings(max_examples=100, deadline=None)
def test_a_text_that_is_written_is_read_as_it_was(right: bool, fill: str, text: str) -> None:
    field = Field(name="t", start=1, length=10, right=right, fill=fill)
    try:
        raw = write_field(field, text)
    except FieldError:
        return
    assert len(raw) == 10
    assert read_field(field, raw) == text


@pytest.mark.parametrize("number", range(len(LAYOUTS)))
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_no_bytes_break_the_reader(number: int, data: st.DataObject) -> None:
    good = bytearray(padded(*LINES))
    for _ in range(data.draw(st.integers(0, 6))):
        start = data.draw(st.integers(0, len(good)))
        end = data.draw(st.integers(start, min(len(good), start + 40)))
        good[start:end] = data.draw(st.binary(max_size=40))
    documents, whole = read_fixed(bytes(good), LAYOUTS[number])
    assert documents or whole
    fits_layout(bytes(good), LAYOUTS[number], whole=data.draw(st.booleans()))


def test_a_file_of_one_endless_line_is_refused_at_once() -> None:
    documents, whole = read_fixed(b"HDR" + b"x" * 1_000_000, LAYOUTS[0])
    assert documents == ()
    assert whole
