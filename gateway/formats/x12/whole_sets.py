"""Sets that stand whole in a batch and have sound envelopes, made at once: the fast way to read most of them.

It only accepts. Where it doubts, `gateway.formats.x12.envelopes` takes segment by segment and says what is
wrong; what both accept is the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from gateway.findings import Finding, Location
from gateway.formats.x12.framing import Batch
from gateway.formats.x12.header import Header
from gateway.formats.x12.limits import Limits
from gateway.formats.x12.model import TransactionSet
from gateway.formats.x12.numbers import Remembered, shown_number

_NOTHING = re.compile("")


class Beginning(msgspec.Struct, frozen=True, gc=False):
    """A segment that may open or close something: its index in the batch, and where its tag stands in the
    text of that; -1 where only `Batch.starts` tells.
    """

    index: int
    start: int


class WholeSets:
    """Finds the sets of one interchange; `tags` are those of segments that open or close something."""

    def __init__(self, header: Header, limits: Limits, tags: Iterable[str]) -> None:
        self._header = header
        self._limits = limits
        self._tags = tuple(tags)
        separator = header.service.element
        self._first_characters = frozenset([*self._tags, *[(tag + separator)[:3] for tag in self._tags]])
        self._between = ""
        self._beginning = _NOTHING

    def beginnings(self, batch: Batch) -> list[Beginning]:
        """Every segment of a batch that may open or close something, and perhaps others."""
        first_characters = self._first_characters
        if not batch.between:
            segments = enumerate(batch.segments)
            return [Beginning(index, -1) for index, segment in segments if segment[:3] in first_characters]
        if batch.between != self._between:
            self._between = batch.between
            self._beginning = self._pattern(batch)
        found, text, terminator = [], batch.text, batch.terminator
        first = batch.segments[0]
        if first[:3] in first_characters:
            found.append(Beginning(0, text.index(first)))  # nothing but blanks stands before it
        index = counted = 0
        for match in self._beginning.finditer(text):
            start = match.end()
            index += text.count(terminator, counted, start)
            found.append(Beginning(index, start))
            counted = start
        return found

    def _pattern(self, batch: Batch) -> re.Pattern[str]:
        """What stands before a segment that opens or closes something. ISA may have another separator."""
        tags = "|".join(tag for tag in self._tags if tag != "ISA")
        behind = f"{re.escape(self._header.service.element)}|{re.escape(batch.terminator)}"
        return re.compile(f"{re.escape(batch.between)}(?=ISA|(?:{tags})(?:{behind}))")

    def sound_set(
        self, batch: Batch, st: Beginning, se: Beginning, group: Location, count: int, numbers: Remembered
    ) -> TransactionSet | None:
        """The set from one beginning to the next, when they are its ST and SE; None when in doubt.

        `count` is its number in the group, `numbers` those of the sets before it.
        """
        if st.start < 0 or se.start < 0:
            return None
        separator = self._header.delimiters.element
        header = batch.segments[st.index].split(separator)
        trailer = batch.segments[se.index].split(separator)
        if len(header) < 3 or len(trailer) < 3 or header[0] != "ST" or trailer[0] != "SE":
            return None
        number = header[2]
        size = se.index - st.index + 1
        raw = batch.text[st.start : batch.end_of(se.index, se.start)]
        within_limits = size <= self._limits.segments_per_set and len(raw) <= self._limits.set_bytes
        says_right = trailer[1] == str(size) and trailer[2] == number == number.strip() != ""
        if not (within_limits and says_right and raw.isascii()):
            return None
        place = Location(
            interchange=group.interchange,
            group=group.group,
            set=count,
            isa13=group.isa13,
            gs06=group.gs06,
            st02=shown_number(number),
            segment=batch.number + st.index,
            segment_in_set=1,
            tag="ST",
            byte=batch.offset + st.start,
        )
        findings: tuple[Finding, ...] = numbers.findings(number, place, 2, number)
        return TransactionSet(
            tuple(batch.segments[st.index : se.index + 1]),
            self._header.delimiters,
            place,
            raw,
            findings,
            True,
            self._header.service.segment,
        )
