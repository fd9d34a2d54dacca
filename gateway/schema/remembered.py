"""Segments that were accepted before: the same names, addresses and dates come again in set after set."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.formats.x12.model import Delimiters

MOST_SEGMENTS = 8_192  # with the elements of each, about 4 MiB
LONGEST_SEGMENT = 80  # most texts that repeat are shorter
MOST_CHARACTERS = 512 * 1024  # of the segments seen once

_PRINTABLE = bytes(range(0x20, 0x7F))


class Remembered:
    """Accepted segments by their text, for one set of separators.

    A segment is remembered when it is seen for the second time, so that numbers that never come again do not
    crowd out what does. When there is no more room all is forgotten. `known` has the elements of each; they
    are shared by all sets, and nobody may change them.
    """

    def __init__(self, marks: Delimiters) -> None:
        self.marks = marks
        self.known: dict[str, list[str]] = {}
        self._once: set[str] = set()
        self._room = MOST_CHARACTERS
        separators = f"{marks.component}{marks.repetition or ''}".encode("ascii", "replace")
        self._usual = _PRINTABLE.translate(None, separators) if marks.component else b""
        self._begins_with_blank = f"{marks.element} "

    def are_usual(self, segments: str) -> bool:
        """Whether segments, put together, surely hold nothing that the checks take for granted not to be
        there: only printable ASCII, no other separators, and no element that begins with a blank."""
        return (
            segments.isascii()
            and not segments.encode("ascii").translate(None, self._usual)
            and self._begins_with_blank not in segments
        )

    def remember(self, texts: list[str], elements: Sequence[list[str]], size: int) -> None:
        """Take in accepted segments that were not known; `size` is the number of their characters."""
        again = self._once.intersection(texts)
        if again:
            if len(self.known) + len(again) > MOST_SEGMENTS:
                self.known.clear()
            for text, values in zip(texts, elements, strict=True):
                if text in again and len(text) <= LONGEST_SEGMENT and len(self.known) < MOST_SEGMENTS:
                    self.known[text] = values
        self._room -= size
        if self._room < 0 or len(self._once) > MOST_SEGMENTS:
            self._once.clear()
            self._room = MOST_CHARACTERS
        if size <= self._room:
            self._once.update(texts)
