"""Serial shipping container codes (SSCC): GS1 General Specifications, sections 2.2.1 and 7.9."""

from __future__ import annotations

import re

__all__ = ["check_digit", "normal_form"]

_SSCC = re.compile(r"(?:00)?([0-9]{18})")


def normal_form(text: str) -> str | None:
    """The 18 digits of an SSCC written as 18 digits, or as 20 with its application identifier `00`.

    `None` for anything else. The check digit is not looked at.
    """
    match = _SSCC.fullmatch(text)
    return match[1] if match else None


def check_digit(digits: str) -> str:
    """The digit that follows these digits of a GS1 number: weights 3 and 1 from the right, up to a ten."""
    weighted = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-weighted % 10)
