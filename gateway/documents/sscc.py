"""Serial shipping container codes (SSCC): GS1 General Specifications, sections 2.2.1 and 7.9."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["are_sound", "check_digit", "is_sound", "normal_form"]

_SSCC = re.compile(r"(?:00)?([0-9]{18})")
_ZERO = ord("0")
_DIGITS = int("000f" * 9, 16)  # every second one of the digits of 18 ASCII bytes
_PAIRS = 9
_WEIGHTED = bytes((3 * (pair >> 4) + (pair & 15)) % 10 for pair in range(256))  # of two digits in a byte
_TENS = bytes(range(0, 256, 10))


def normal_form(text: str) -> str | None:
    """The 18 digits of an SSCC written as 18 digits, or as 20 with its application identifier `00`.

    `None` for anything else. The check digit is not looked at.
    """
    match = _SSCC.fullmatch(text)
    return match[1] if match else None


def check_digit(digits: str) -> str:
    """The digit that follows the digits of a GS1 number: weights 3 and 1 from the right, up to a ten."""
    codes = digits.encode()  # of digits alone, whose codes end in the digit itself: 0x30 to 0x39
    weighted = 3 * sum(codes[::-2]) + sum(codes[-2::-2]) - _ZERO * (len(codes) + 2 * ((len(codes) + 1) // 2))
    return str(-weighted % 10)


def is_sound(text: str) -> bool:
    """Whether a text is an SSCC with the right check digit.

    Digits are weighted where they stand, in the bytes of one whole number. Its remainder by 65535 is the sum
    of its pairs of bytes, as that by 9 is of decimal digits: it comes to 324 at most, so none carries over.
    """
    if len(text) == 18 and text.isascii() and text.isdigit():
        number = int.from_bytes(text.encode(), "big")
        return (3 * (number >> 8 & _DIGITS) + (number & _DIGITS)) % 65535 % 10 == 0
    digits = normal_form(text)
    return digits is not None and check_digit(digits[:-1]) == digits[-1]


def are_sound(texts: Sequence[str]) -> bool:
    """Whether texts are SSCCs of 18 digits, each with the right check digit; it says no of some others too.

    Read as hexadecimal the digits stand two in a byte, and are weighted there. The bytes at one place of all
    texts are added to those at another as whole numbers: they come to 81 at most, so none carries over.
    """
    together = "".join(texts)
    if {*map(len, texts)} != {2 * _PAIRS} or not (together.isascii() and together.isdigit()):
        return False
    weighted = bytes.fromhex(together).translate(_WEIGHTED)
    sums = sum(int.from_bytes(weighted[place::_PAIRS], "big") for place in range(_PAIRS))
    return not sums.to_bytes(len(texts), "big").translate(None, _TENS)
