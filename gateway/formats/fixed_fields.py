"""The fields of fixed-width records: what stands in the file, and the plain text it means.

A number means its digits with a decimal point (`-12.5`), a date is written as 2024-05-31, a text has no fill.
"""

from __future__ import annotations

import re

from gateway.formats.fixed_layout import Field, FieldKind, Sign

__all__ = ["FieldError", "read_field", "write_field"]

_DIGITS = re.compile("[0-9]+")
_POINTED = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_PLAIN = re.compile(r"(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?")
_ISO_DATE = re.compile("([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DATE_PARTS = re.compile("(YYYY|YY|MM|DD)")
_CONTROL = "it holds a line end or another control character"
_UNSAFE = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029]")
_PLUS, _MINUS = "{ABCDEFGHI", "}JKLMNOPQR"
_CENTURY = 2000  # a year of two digits means this century, as in delimited files


class FieldError(ValueError):
    """What is wrong with a value, in words that end a sentence."""


def read_field(field: Field, raw: str) -> str | None:
    """What the characters of a field mean, None for nothing; `FieldError` when they mean nothing sensible."""
    held = raw.strip(" ")
    if not held or (field.zeros_empty and not held.strip("0")):
        return None
    if field.fill not in " 0" and not held.strip(field.fill):
        return None
    if field.kind in (FieldKind.NUMBER, FieldKind.COUNT):
        return _read_number(field, raw)
    if field.kind is FieldKind.DATE:
        return _read_date(field, raw)
    if field.fill != " ":
        held = held.lstrip(field.fill) if field.right else held.rstrip(field.fill)
    if _UNSAFE.search(held):
        raise FieldError(_CONTROL)
    return held or None


def _read_number(field: Field, raw: str) -> str:
    text = raw.strip(" ")
    text = text.lstrip(field.fill) if field.fill not in " 0" else text
    sign = ""
    if field.sign is Sign.LEADING and text[0] in "+-":
        sign, text = text[0], text[1:].lstrip(" ")
    elif field.sign is Sign.TRAILING and text[-1] in "+-":
        sign, text = text[-1], text[:-1].rstrip(" ")
    elif field.sign is Sign.OVERPUNCH:
        sign, text = _unpunched(text)
    minus = "-" if sign == "-" else ""
    if not (_POINTED if field.decimals is None else _DIGITS).fullmatch(text):
        raise FieldError(_meant(field))
    whole, _, part = text.partition(".")
    if field.decimals:
        padded = text.rjust(field.decimals + 1, "0")
        whole, part = padded[: -field.decimals], padded[-field.decimals :]
    whole, part = whole.lstrip("0") or "0", part.rstrip("0")
    number = f"{whole}.{part}" if part else whole
    return minus + number if number != "0" else number


def _unpunched(text: str) -> tuple[str, str]:
    last = text[-1:]
    if last in _MINUS:
        return "-", text[:-1] + str(_MINUS.index(last))
    return "+", text[:-1] + (str(_PLUS.index(last)) if last in _PLUS else last)


def _meant(field: Field) -> str:
    form = "digits with a decimal point where one is needed" if field.decimals is None else "digits alone"
    signs = {
        Sign.NONE: "without a sign",
        Sign.LEADING: "with a sign before them where they are negative",
        Sign.TRAILING: "with a sign behind them where they are negative",
        Sign.OVERPUNCH: "with the sign in the last one",
    }
    return f"a number is {form}, {signs[field.sign]}"


def _read_date(field: Field, raw: str) -> str:
    pieces = _DATE_PARTS.split(field.argument)
    form = "".join(
        f"(?P<{p}>[0-9]{{{len(p)}}})" if _DATE_PARTS.fullmatch(p) else re.escape(p) for p in pieces
    )
    match = re.fullmatch(form, raw)
    if match is None:
        raise FieldError(f"a date is written as {field.argument}")
    parts = match.groupdict()
    year = parts.get("YYYY") or str(_CENTURY + int(parts["YY"]))
    return f"{year}-{parts['MM']}-{parts['DD']}"


def write_field(field: Field, text: str) -> str:
    """The characters of a field that mean this text; `FieldError` when they could not be read as it again.

    Nothing is cut or rounded.
    """
    if _UNSAFE.search(text):
        raise FieldError(_CONTROL)
    shown = _written(field, text)
    if len(shown) > field.length:
        raise FieldError(f"it needs {len(shown)} characters, and the field has {field.length}")
    filled = _filled(field, shown)
    if read_field(field, filled) != _plain(field, text):
        raise FieldError(f"it would be read back as {read_field(field, filled) or 'nothing'}")
    return filled


def _written(field: Field, text: str) -> str:
    if field.kind in (FieldKind.NUMBER, FieldKind.COUNT):
        return _number(field, text)
    if field.kind is FieldKind.DATE:
        match = _ISO_DATE.fullmatch(text)
        if match is None:
            raise FieldError("it is no date")
        year, month, day = match.groups()
        if "YYYY" not in field.argument and not _CENTURY <= int(year) < _CENTURY + 100:
            raise FieldError("a year of two digits cannot say it")
        filled = {"YYYY": year, "YY": year[2:], "MM": month, "DD": day}
        return "".join(filled.get(piece, piece) for piece in _DATE_PARTS.split(field.argument))
    return text


def _plain(field: Field, text: str) -> str:
    """The text as it is read: a number without the zeros that say nothing."""
    match = _PLAIN.fullmatch(text) if field.kind is FieldKind.NUMBER else None
    if match is None:
        return text
    part = (match[3] or "").rstrip("0")
    number = f"{match[2]}.{part}" if part else match[2]
    return match[1] + number if number != "0" else number


def _number(field: Field, text: str) -> str:
    """The digits, with the sign where it has one; zeros before them come later."""
    match = _PLAIN.fullmatch(text)
    if match is None:
        raise FieldError("it is no plain number, and zeros before one would be lost")
    minus, whole, part = match[1], match[2], (match[3] or "").rstrip("0")
    if field.decimals is None:
        digits = f"{whole}.{part}" if part else whole
    elif len(part) > field.decimals:
        raise FieldError(f"the field has room for {field.decimals} digits behind the decimal point")
    else:
        digits = (whole + part.ljust(field.decimals, "0")).lstrip("0") or "0"
    if minus and field.sign is Sign.NONE:
        raise FieldError("it is negative, and the field has no sign")
    if field.sign is Sign.OVERPUNCH:
        return digits[:-1] + (_MINUS if minus else _PLUS)[int(digits[-1])]
    if field.sign is Sign.TRAILING:
        return digits + (minus or " ")
    return minus + digits


def _filled(field: Field, shown: str) -> str:
    if (
        field.kind is FieldKind.NUMBER
        and field.sign is Sign.LEADING
        and field.fill == "0"
        and shown[0] == "-"
    ):
        return "-" + shown[1:].rjust(field.length - 1, "0")
    return shown.rjust(field.length, field.fill) if field.right else shown.ljust(field.length, field.fill)
