"""Segments that stand in no transaction set: each run of them becomes one note, however long it is."""

from __future__ import annotations

import msgspec

from gateway.findings import Location, found
from gateway.formats.x12.limits import Limits
from gateway.formats.x12.model import InterchangeNote


class Stray(msgspec.Struct):
    """A run of stray segments: the code they share, the first of them, and how many there are."""

    code: str
    segment: tuple[str, ...]
    location: Location
    count: int = 1

    def note(self, limits: Limits) -> InterchangeNote:
        """The note that tells of them all."""
        details = {"more": f" (and {self.count - 1:,} more after it)" if self.count > 1 else ""}
        if self.code in ("segment-too-long", "segment-too-many-elements"):
            details = {"limit": limits.shown(self.code)}
        finding = found(self.code, self.location, self.segment[0], severity=None, **details)
        return InterchangeNote(self.segment, self.location, (finding,))
