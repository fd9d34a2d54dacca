"""Whether sets hold what the checks of segments take for granted not to be there."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gateway.formats.x12.model import Delimiters

__all__ = ["PRINTABLE", "Usual"]

PRINTABLE = range(0x20, 0x7F)
"""The characters of ASCII that can be printed, a blank among them."""
_JOINT = "\n"


class Usual:
    """What is usual in segments with the same separators: printable ASCII, no separators inside elements, and
    no element that begins with a blank."""

    def __init__(self, marks: Delimiters) -> None:
        self.marks = marks
        element, others = marks.element, f"{marks.component}{marks.repetition or ''}"
        usual: set[int] = set()
        if marks.component and element.isascii() and element not in f"{_JOINT}{others}":
            usual = {*PRINTABLE, ord(element)}.difference(others.encode("ascii", "replace"))
        self._usual = bytes(usual)
        self._begin_with_blank = re.compile(f"{re.escape(element)} ").search

    def holds(self, segments: Sequence[str]) -> bool:
        """Whether all is usual in these segments."""
        joined = _JOINT.join(segments)
        if not joined.isascii() or self._begin_with_blank(joined):
            return False
        left = joined.encode().translate(None, self._usual)
        return len(left) == len(segments) - 1 and left.count(_JOINT.encode()) == len(left)
