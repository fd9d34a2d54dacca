"""Identifiers that tell a slip by themselves: GS1 numbers by length and check digit, others by their form.

GS1 General Specifications, sections 2 and 7.9 (GTIN-8, -12, -13, -14, GLN); ISBN: ISO 2108; SCAC: two to four
letters, as the NMFTA gives them out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

import msgspec

from gateway.documents.iso import COUNTRIES, CURRENCIES

__all__ = ["NAMES", "Flaw", "end_in_check_digits", "flaw_of", "lookalike"]

NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "upc": "UPC",
        "ean": "EAN",
        "gtin": "GTIN",
        "gln": "GLN",
        "isbn": "ISBN",
        "scac": "SCAC",
        "country": "country code of ISO 3166",
        "currency": "currency code of ISO 4217",
    }
)
"""The kinds of identifiers that are known here, each with its name for people."""

_LENGTHS: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {"upc": (12,), "ean": (13, 8), "gtin": (14, 13, 12, 8), "gln": (13,)}
)
_PADDED: Mapping[str, tuple[int, ...]] = MappingProxyType(  # read from partners who fill with zeros
    {"upc": (12, 13, 14), "ean": (13, 8, 12, 14), "gtin": (14, 13, 12, 8), "gln": (13,)}
)
_DIGITS = re.compile(r"[0-9]+")
_SCAC = re.compile(r"[A-Z]{2,4}")
_EXPONENT = re.compile(r"[0-9](?:[.,][0-9]*)?[Ee]\+?[0-9]{1,3}")
_DECIMALS = re.compile(r"[0-9]+[.,]0+")
_WEIGHTED = bytes(3 * (pair >> 4) + (pair & 15) for pair in range(256))  # by two digits in a byte
_ZEROS = tuple(ord("0") * ((n + 1) // 2 + 3 * (n // 2)) for n in range(20))  # what so many zeros come to


class Flaw(msgspec.Struct, frozen=True):
    """What is wrong with an identifier: in plain words, or the check `digit` that it should end with."""

    reason: str = ""
    digit: str = ""


def flaw_of(kind: str, text: str, *, strict: bool) -> Flaw | None:
    """What is wrong with an identifier of a kind of `NAMES`; None when nothing is.

    Lenient, as for what partners send: blanks and hyphens between digits, and zeros before a GTIN that fill
    it up to 14, are no flaw. Strict, as for what we send: the bare digits in their own length.
    """
    lengths = (_LENGTHS if strict else _PADDED).get(kind)
    if lengths is not None:
        if len(text) in lengths and text.isdigit() and text.isascii() and not _remainder(text):
            return None
        return _of_digits(text if strict else _bare(text), text, lengths)
    if kind == "isbn":
        return _of_isbn(_bare(text), text)
    if kind == "scac":
        good = _SCAC.fullmatch(text if strict else text.upper()) is not None
        return None if good else Flaw("it is two to four letters")
    known = COUNTRIES if kind == "country" else CURRENCIES
    return None if text in known else Flaw("no such code is given out")


def end_in_check_digits(texts: Sequence[str], length: int) -> bool:
    """Whether texts are GTINs of so many digits, each with the right check digit.

    Read as hexadecimal the digits stand two in a byte, and are weighted there.
    """
    together = "".join(texts)
    if not (together.isascii() and together.encode().isdigit()):
        return False
    if length % 2:
        texts, length = [f"0{text}" for text in texts], length + 1
    for text in texts:
        if len(text) != length or sum(bytes.fromhex(text).translate(_WEIGHTED)) % 10:
            return False
    return True


def lookalike(text: str) -> str:
    """What a spreadsheet made of a number, in plain words; "" where none is seen to have been at work."""
    if _EXPONENT.fullmatch(text):
        return "a spreadsheet wrote it as a power of ten, and its last digits are lost"
    if _DECIMALS.fullmatch(text):
        return "a spreadsheet wrote it as a number with decimals"
    return ""


def _bare(text: str) -> str:
    return text.replace("-", "").replace(" ", "")


def _of_digits(digits: str, text: str, lengths: tuple[int, ...]) -> Flaw | None:
    if not digits.isascii() or not digits.isdigit():
        return Flaw(lookalike(text) or "it is digits alone")
    if len(digits) not in lengths:
        shown = " or ".join(str(length) for length in lengths)
        lost = ", and zeros at its start may be lost" if len(digits) < max(lengths) else ""
        return Flaw(f"it has {len(digits)} digits, where {shown} belong{lost}")
    return _of_check_digit(digits)


def _of_check_digit(digits: str) -> Flaw | None:
    remainder = _remainder(digits)
    return Flaw(digit=str((int(digits[-1]) - remainder) % 10)) if remainder else None


def _remainder(digits: str) -> int:
    """Weights 1 and 3 in turn from the right, the check digit first: the sum is a multiple of ten."""
    codes = digits.encode()
    return (sum(codes[::-2]) + 3 * sum(codes[-2::-2]) - _ZEROS[len(codes)]) % 10


def _of_isbn(digits: str, text: str) -> Flaw | None:
    if len(digits) == 13 and _DIGITS.fullmatch(digits):
        if not digits.startswith(("978", "979")):
            return Flaw("one of 13 digits begins with 978 or 979")
        return _of_check_digit(digits)
    if len(digits) != 10 or not _DIGITS.fullmatch(digits[:-1]) or digits[-1] not in "0123456789Xx":
        return Flaw(lookalike(text) or "it is 13 digits, or ten of which the last may be an X")
    weighted = sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), digits, strict=False))
    expected = "0123456789X"[-weighted % 11]
    return None if expected == digits[-1].upper() else Flaw(digit=expected)
