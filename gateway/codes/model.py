"""What the catalogue says of one kind of fault."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Severity(StrEnum):
    """How much a finding weighs: an error rejects or stops, a warning and a note never do."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of fault.

    `message` is a format template; it may name `{place}` and `{value}` (rendered from the finding) and any
    detail the finding carries. `ends_reading`: nothing behind its place was looked at. `guide`: it breaks the
    guide of a partner and not the standard, so that the agreement says whether it rejects. The last group of
    fields are the codes of the acknowledgments that report it: AK304 (element 720), AK403 (723), AK502 (718),
    AK905 (716), TA105 (I18).
    """

    code: str
    severity: Severity
    title: str
    message: str
    why: str
    remedy: str
    tolerable: bool = False
    ends_reading: bool = False
    guide: bool = False
    ak304: str | None = None
    ak403: str | None = None
    ak502: str | None = None
    ak905: str | None = None
    ta105: str | None = None

    @property
    def of_the_standard(self) -> bool:
        """Whether it breaks the standard, as acknowledgments report it, and so rejects a transaction set."""
        return not self.guide and bool(self.ak304 or self.ak403 or self.ak502 or self.ak905 or self.ta105)
