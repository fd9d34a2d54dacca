"""What X12.6 demands of the value of one element, by type: slow and complete, it says what is wrong.

The types: AN text, ID code, N0 to N9 whole number with implied decimals, R number with a decimal point, DT
date (CCYYMMDD or YYMMDD), TM time (HHMM, HHMMSS, with tenths or hundredths), B binary. Lengths are
characters; those of numbers leave out sign, decimal point and the mark of an exponent.
"""

from __future__ import annotations

import re
from datetime import date

from gateway.formats.x12.definitions import Element
from gateway.schema.faults import Fault

CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f]")

_DIGITS = re.compile(r"[0-9]+")
_WHOLE_NUMBER = re.compile(r"-?([0-9]+)")
_NUMBER = re.compile(r"-?([0-9]+\.?[0-9]*|\.[0-9]+)")
_NUMBER_WITH_EXPONENT = re.compile(r"-?([0-9]+\.?[0-9]*|\.[0-9]+)(E-?[0-9]+)?")
_DATE_FORMS = {6: "YYMMDD", 8: "CCYYMMDD"}
_TIME_LENGTHS = (4, 6, 7, 8)


def value_fault(element: Element, value: str, exponent: bool) -> Fault | None:
    """The first thing wrong with a value that is sent (not empty): characters, then length, then meaning.

    `exponent`: the release lets a number of type R have one (X12.6 from 005010 on).
    """
    if CONTROL_CHARACTER.search(value):
        return _character("there is a control character in it")
    if not value.strip(" "):
        return _character("it holds nothing but blanks")
    match element.type[0]:
        case "N" | "R":
            return _number_fault(element, value, exponent)
        case "D":
            return _length_fault(element, len(value)) or _date_fault(value)
        case "T":
            return _length_fault(element, len(value)) or _time_fault(value)
        case "I":
            return _length_fault(element, len(value)) or _code_fault(element, value)
        case _:
            return _length_fault(element, len(value))


def is_number(value: str, minimum: int, maximum: int, form: str) -> bool:
    """Whether a value is a number: `form` N has no decimal point, R may have one, E an exponent too."""
    pattern = {"N": _WHOLE_NUMBER, "R": _NUMBER, "E": _NUMBER_WITH_EXPONENT}[form]
    return pattern.fullmatch(value) is not None and minimum <= _number_length(value) <= maximum


def is_date(value: str, minimum: int, maximum: int) -> bool:
    """Whether a value is a day of the calendar, as YYMMDD or CCYYMMDD."""
    return minimum <= len(value) <= maximum and _date_fault(value) is None


def is_time(value: str, minimum: int, maximum: int) -> bool:
    """Whether a value is a time of day, as HHMM, HHMMSS, HHMMSSD or HHMMSSDD."""
    return minimum <= len(value) <= maximum and _time_fault(value) is None


def _character(problem: str) -> Fault:
    return Fault(code="element-character", details=(("problem", problem),))


def _length_fault(element: Element, length: int) -> Fault | None:
    if length < element.minimum:
        return Fault(code="element-too-short", details=(("length", length), ("min", element.minimum)))
    if length > element.maximum:
        return Fault(code="element-too-long", details=(("length", length), ("max", element.maximum)))
    return None


def _number_length(value: str) -> int:
    return len(value) - value.count("-") - value.count(".") - value.count("E")


def _number_fault(element: Element, value: str, exponent: bool) -> Fault | None:
    if element.type != "R":
        if not _WHOLE_NUMBER.fullmatch(value):
            problem = "only digits may stand in it, and a minus sign before them"
            return _character(problem)
    elif not (_NUMBER_WITH_EXPONENT if exponent else _NUMBER).fullmatch(value):
        return _character("it is no number with at most one decimal point")
    return _length_fault(element, _number_length(value))


def _code_fault(element: Element, value: str) -> Fault | None:
    if element.codes is None or value in element.codes.codes:
        return None
    code = "element-code" if element.codes.whole else "code-not-listed"
    return Fault(code=code)


def _date_fault(value: str) -> Fault | None:
    form = _DATE_FORMS.get(len(value))
    if form is not None and value.isascii() and _DIGITS.fullmatch(value):
        year = int(value[:4]) if form == "CCYYMMDD" else 2000 + int(value[:2])
        try:
            date(year, int(value[-4:-2]), int(value[-2:]))
        except ValueError:
            pass
        else:
            return None
    return Fault(code="element-date")


def _time_fault(value: str) -> Fault | None:
    if len(value) in _TIME_LENGTHS and _DIGITS.fullmatch(value):
        hour, minute, second = int(value[:2]), int(value[2:4]), int(value[4:6] or 0)
        if hour < 24 and minute < 60 and second < 60:
            return None
    return Fault(code="element-time")
