"""Codecs of numbers. They are exact: what does not fit is refused, never rounded."""

from __future__ import annotations

import re
from decimal import Decimal

from gateway.mapping.bound import FieldKind
from gateway.mapping.cells import CellError
from gateway.mapping.codec import Codec, Usual
from gateway.mapping.codecs.model import Setting, refuse
from gateway.mapping.plan import FormatKind

__all__ = ["decimal", "implied", "integer", "scaled"]

MAX_DIGITS = 28  # of one number; canonical numbers have 18 before the point, and 28 are exact in arithmetic

_DECIMAL = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:E[+-]?[0-9]{1,2})?")
_USUAL = re.compile(  # within every bound, and no zero with a sign
    r"(?!-[0.]+\Z)-?(?:[0-9]{1,18}(?:\.[0-9]{1,10})?|\.[0-9]{1,10})"
)
_USUAL_WHOLE = re.compile("[0-9]{1,18}")
SHORT = 11  # characters of an amount that is usual when it has but digits and a point
_is_usual, _is_usual_whole = _USUAL.fullmatch, _USUAL_WHOLE.fullmatch
_INTEGER = re.compile(r"-?[0-9]+")
_NOT_A_NUMBER = "it is no number"
_TOO_LONG = f"it has more than {MAX_DIGITS} digits"


def decimal(setting: Setting) -> Codec:
    """`decimal`: exact decimal numbers."""
    setting.expect(FieldKind.DECIMAL)
    return _decimal(setting, 0)


def scaled(setting: Setting) -> Codec:
    """`scaled(n)`: the format's number is the canonical one times ten to the n."""
    setting.expect(FieldKind.DECIMAL, arguments=(1, 1))
    return _decimal(setting, setting.number(-6, 6))


def _decimal(setting: Setting, power: int) -> Codec:
    sign = setting.settings.decimal if setting.format is FormatKind.CSV else "."
    short = setting.format is FormatKind.X12

    def read(value: object) -> Decimal:
        if isinstance(value, str) and sign != ".":
            if "." in value:
                raise refuse(value, f"the decimal sign of this file is `{sign}`")
            number = _number(value.replace(sign, "."))
        else:
            number = _number(value)
        return number.scaleb(-power) if power else number

    def write(value: Decimal) -> str:
        text = _plain(_checked(value).scaleb(power) if power else _checked(value))
        if short:
            text = _short(text)
        return text if sign == "." else text.replace(".", sign)

    def usual_read(value: object) -> Decimal | None:
        if not isinstance(value, str) or "." in value:
            return None
        return _usual(value.replace(sign, "."))

    def usual_write(digits: str) -> str | None:
        return digits.replace(".", sign) if _usual_digits(digits) else None

    memo = not setting.format.is_tree
    if power:
        return Codec("decimal", read, write, memo_read=memo)
    if sign != ".":
        return Codec("decimal", read, write, memo_read=memo, usual=Usual(usual_read, usual_write))
    usual = Usual(_usual, _usual_digits_short if short else _usual_digits, as_they_stand=not short)
    return Codec("decimal", _number, write, memo_read=memo, usual=usual)


def _usual(value: object) -> Decimal | None:
    if not isinstance(value, str):
        return None
    short = len(value) <= SHORT and value.isascii() and value.replace(".", "", 1).isdecimal()
    return Decimal(value) if short or _is_usual(value) else None


def _usual_digits(digits: str) -> str | None:
    """`str` and the format `f` write all of these alike but a zero with a sign."""
    return digits if _is_usual(digits) and digits[0] != "-" else None


def _usual_digits_short(digits: str) -> str | None:
    return _short(digits) if _is_usual(digits) and digits[0] != "-" else None


def _number(value: object) -> Decimal:
    if isinstance(value, str):
        if _is_usual(value):
            return Decimal(value)
        if not _DECIMAL.fullmatch(value):
            raise refuse(value, _NOT_A_NUMBER)
        if len(value) > 2 * MAX_DIGITS:
            raise refuse(value, _TOO_LONG)
        return _without_sign_of_zero(_checked(Decimal(value)))
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return _without_sign_of_zero(_checked(Decimal(value)))
    raise refuse(value, _NOT_A_NUMBER)


def _without_sign_of_zero(value: Decimal) -> Decimal:
    """No format is written with a zero below zero, so that what is read of `-0` is what is read back."""
    return value.copy_abs() if value.is_zero() else value


def _checked(value: Decimal) -> Decimal:
    if not value.is_finite():
        raise refuse(value, _NOT_A_NUMBER)
    _, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    if max(len(digits), len(digits) + exponent, -exponent) > MAX_DIGITS:
        raise refuse(value, _TOO_LONG)
    return value


def _plain(value: Decimal) -> str:
    text = format(value, "f")
    return text.removeprefix("-") if value.is_zero() else text


def _short(text: str) -> str:
    """X12.6: leading zeros are suppressed; `0.95` is `.95`."""
    if text.startswith("0."):
        return text[1:]
    return f"-{text[2:]}" if text.startswith("-0.") else text


def integer(setting: Setting) -> Codec:
    """`integer`: whole numbers; a decimal field must hold a whole one."""
    setting.expect(FieldKind.INTEGER, FieldKind.DECIMAL)
    as_decimal = setting.fields[0] is FieldKind.DECIMAL
    as_number = setting.format is FormatKind.JSON

    def read(value: object) -> int | Decimal:
        whole = _whole(value)
        return Decimal(whole) if as_decimal else whole

    def write(value: int | Decimal) -> int | str:
        whole = _whole(value)
        return whole if as_number else str(whole)

    def usual_read(value: object) -> Decimal | None:
        if as_number:
            return Decimal(value) if type(value) is int and _is_usual_whole(str(value)) else None
        return Decimal(value) if isinstance(value, str) and _is_usual_whole(value) else None

    def usual_write(digits: str) -> str | int | None:
        if not _is_usual_whole(digits):
            return None
        return int(digits) if as_number else digits

    usual = Usual(usual_read, usual_write) if as_decimal else None
    return Codec("integer", read, write, memo_read=not as_number, usual=usual)


def _whole(value: object) -> int:
    if isinstance(value, str):
        if not _INTEGER.fullmatch(value):
            raise refuse(value, "it is no whole number")
        if len(value) > MAX_DIGITS:
            raise refuse(value, _TOO_LONG)
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise refuse(value, "it is no whole number")
    number = _checked(Decimal(value))
    if number != number.to_integral_value():
        raise refuse(value, "it is no whole number")
    return int(number)


def implied(setting: Setting) -> Codec:
    """`implied(n)`: a whole number whose last n digits stand behind the point (X12 types N1 to N9)."""
    setting.expect(FieldKind.DECIMAL, arguments=(1, 1))
    places = setting.number(1, 9)
    if setting.format is FormatKind.CSV:
        raise CellError("`implied` is for X12 and JSON; a delimited file writes the decimal sign")
    as_number = setting.format is FormatKind.JSON

    def read(value: object) -> Decimal:
        return Decimal(_whole(value)).scaleb(-places)

    def write(value: Decimal) -> int | str:
        shifted = _checked(value).scaleb(places)
        if shifted != shifted.to_integral_value():
            raise refuse(value, f"it has more than {places} decimal places")
        return int(shifted) if as_number else str(int(shifted))

    def usual_read(value: object) -> Decimal | None:
        whole = isinstance(value, str) and _is_usual_whole(value)
        return Decimal(f"{value}E-{places}") if whole else None

    def usual_write(digits: str) -> str | None:
        whole, _, after = digits.partition(".")
        shifted = whole + after.ljust(places, "0")
        usual = len(after) <= places and _is_usual_whole(shifted)
        return str(int(shifted)) if usual else None

    usual = None if as_number else Usual(usual_read, usual_write)
    return Codec("implied", read, write, memo_read=not as_number, usual=usual)
