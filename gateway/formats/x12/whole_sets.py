"""Sets that stand whole in a batch and have sound envelopes, made at once: the fast way to read most of them.

It only accepts. Where it doubts, `gateway.formats.x12.envelopes` takes segment by segment and says what is
wrong; what both accept is the same.
"""

from __future__ import annotations

import re
from functools import lru_cache

from gateway.findings import Location
from gateway.formats.x12.framing import Batch
from gateway.formats.x12.header import Header
from gateway.formats.x12.limits import Limits
from gateway.formats.x12.model import TransactionSet
from gateway.formats.x12.numbers import LONGEST_COUNT
from gateway.formats.x12.sets import OpenGroup

_NOTHING = re.compile("")

# The segments that open or close something; ISA may have another separator.
_TAGS = ("ST", "SE", "GS", "GE", "ISA", "IEA", "ISB", "ISE", "TA1")
_TAG_PATTERNS = ("S[ET]", "G[ES]", "I(?:EA|SB|SE)", "TA1")  # each begins with a letter, which is fast

# A segment that may open or close something: where its tag stands in the text of its batch, and its index in
# that. Of an even batch the index may be -1, of others the place: it is told when it is asked for.
Beginning = tuple[int, int]


@lru_cache(maxsize=64)  # of what the partners separate with
def beginnings_pattern(element: str, terminator: str, between: str) -> re.Pattern[str]:
    """Finds what may open or close something behind this text between segments; its group 1 is the tag."""
    behind = f"(?={re.escape(element)}|{re.escape(terminator)})"
    tags = "|".join(tag + behind for tag in _TAG_PATTERNS)
    return re.compile(f"{re.escape(between)}({tags}|ISA)")


class WholeSets:
    """Finds the sets of one interchange."""

    def __init__(self, header: Header, limits: Limits) -> None:
        self._delimiters = header.delimiters
        self._element = header.service.element
        self._terminator = header.service.segment
        self._limits = limits
        self._between = ""
        self._beginning = _NOTHING

    def beginnings(self, batch: Batch) -> list[Beginning]:
        """Every segment of a batch that may open or close something, and perhaps others."""
        if not batch.between:
            return [(-1, index) for index, segment in enumerate(batch.segments) if segment.startswith(_TAGS)]
        if batch.between != self._between:
            self._between = batch.between
            self._beginning = beginnings_pattern(self._element, batch.terminator, batch.between)
        length = len(batch.between)
        found = [(match.start() + length, -1) for match in self._beginning.finditer(batch.text)]
        first = batch.segments[0]
        if first.startswith(_TAGS):
            found.insert(0, (batch.text.index(first), 0))  # nothing but blanks stands before it
        return found

    def sound_set(
        self, batch: Batch, first: int, start: int, se: int, group: OpenGroup
    ) -> TransactionSet | None:
        """The set of an even batch from the segment `first` on to the next that opens or closes something.

        Their tags stand at `start` and `se` in the text. None when they are not its ST and SE, or in doubt.
        """
        terminator, separator = batch.terminator, self._element
        end = batch.text.find(terminator, se)
        header = batch.segments[first].split(separator)
        trailer = batch.text[se:end].split(separator)
        if len(header) < 3 or len(trailer) < 3 or header[0] != "ST" or trailer[0] != "SE":
            return None
        count, number = trailer[1], header[2]
        if not (count.isdecimal() and len(count) <= LONGEST_COUNT and trailer[2] == number):
            return None
        segments = tuple(batch.segments[first : first + int(count)])
        raw = batch.between.join(segments) + terminator
        # Consecutive segments of an even batch are its text: as many as SE counts, if they end with it.
        if start + len(raw) != end + len(terminator) or not (raw.isascii() and separator.isascii()):
            return None
        within_limits = len(segments) <= self._limits.segments_per_set and len(raw) <= self._limits.set_bytes
        if not (within_limits and group.set_numbers.takes_next(number)):
            return None
        of_group = group.location
        place = Location(
            interchange=of_group.interchange,
            group=of_group.group,
            set=group.sets + 1,
            isa13=of_group.isa13,
            gs06=of_group.gs06,
            st02=number,
            segment=batch.number + first,
            segment_in_set=1,
            tag="ST",
            byte=batch.offset + start,
        )
        return TransactionSet(segments, self._delimiters, place, raw, (), True, self._terminator)
