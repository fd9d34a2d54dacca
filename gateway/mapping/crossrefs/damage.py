"""Cells of a cross-reference that cannot be what was typed, as spreadsheets leave them, by their column."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType

from gateway.documents import sscc
from gateway.documents.identifiers import NAMES, flaw_of, lookalike

__all__ = ["damage_of"]

_FREE = frozenset({"name", "street", "city", "district", "county", "description"})
_NUMBERS = frozenset({"case_size", "net_days", "discount_days", "discount_percent"})
_NUMBER = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,6})?")
_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_DATE = re.compile(rf"[0-9]{{1,2}}-{_MONTH}(?:-[0-9]{{2,4}})?|{_MONTH}-[0-9]{{2,4}}")
_ERROR = re.compile(r"#(?:N/A|NAME\?|REF!|VALUE!|DIV/0!|NULL!|NUM!|#+)")
_EXPONENT = re.compile(r"[0-9](?:[.,][0-9]+)?E[+-][0-9]{1,3}")
_AS_TEXT = "make the column one of text and type it again"


def damage_of(column: str, cell: str, units: frozenset[str] | None) -> str:
    """What is wrong with a cell and what to do about it; "" when nothing is seen. `units`: the known ones."""
    if column in _FREE or not cell:
        return "a spreadsheet could not work it out" if _ERROR.fullmatch(cell) else ""
    for shape, problem in _SHAPES.items():
        if shape.fullmatch(cell):
            return f"{problem}; {_AS_TEXT}"
    if column in NAMES:
        return _of_identifier(column, cell)
    if column in _NUMBERS:
        good = _NUMBER.fullmatch(cell) and (column != "case_size" or Decimal(cell) > 0)
        return "" if good else "it is a number such as `12` or `0.5`"
    judge = _OTHERS.get(column)
    if judge is not None:
        return judge(cell)
    if column == "unit" and units is not None and cell not in units:
        return "no word of mappings/codes/unit.csv"
    return ""


def _of_identifier(kind: str, cell: str) -> str:
    flaw = flaw_of(kind, cell, strict=True)
    if flaw is None:
        return ""
    if flaw.digit:
        return f"as {NAMES[kind]} its last digit would be {flaw.digit}"
    mends = f"; {_AS_TEXT}" if lookalike(cell) or cell.isdigit() else ""
    return f"no {NAMES[kind]}: {flaw.reason}{mends}"


def _of_asin(cell: str) -> str:
    if cell.isdigit() and len(cell) < 10:
        return f"an ASIN has ten characters, and zeros at its start may be lost; {_AS_TEXT}"
    return ""


def _of_duns(cell: str) -> str:
    if len(cell) == 9 and cell.isascii() and cell.isdigit():
        return ""
    return f"a DUNS number has 9 digits; {_AS_TEXT}"


def _of_sscc(cell: str) -> str:
    digits = sscc.normal_form(cell)
    good = digits is not None and sscc.check_digit(digits[:-1]) == digits[-1]
    return "" if good else "no SSCC with its check digit"


_SHAPES: Mapping[re.Pattern[str], str] = MappingProxyType(
    {
        _EXPONENT: "a spreadsheet wrote it as a power of ten, and its last digits are lost",
        _DATE: "a spreadsheet took it for a date",
        _ERROR: "a spreadsheet could not work it out",
        re.compile('=".*"'): "a formula, not the text in it",
    }
)
_OTHERS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {"asin": _of_asin, "duns": _of_duns, "sscc": _of_sscc}
)
