"""A partner: how the two sides are named in envelopes, how X12 is written, what formats leave unsaid."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

import msgspec

from gateway.agreements.agreement import Agreement
from gateway.agreements.channel import Channel


class EnvelopeIdentity(msgspec.Struct, frozen=True):
    """One side's names: `qualifier` and `id` for ISA05-08, `group` for GS02-03 (`id` when absent).

    By the others it is known elsewhere: in AS2, in vendor systems, to GS1 and to Dun & Bradstreet.
    """

    qualifier: str
    id: str
    group: str | None = None
    as2: str | None = None
    vendor_code: str | None = None
    gln: str | None = None
    duns: str | None = None

    @property
    def group_id(self) -> str:
        """The name in the functional group header."""
        return self.group or self.id

    def __str__(self) -> str:
        """As people write it: `ZZ/AMAZON`."""
        return f"{self.qualifier}/{self.id}"


class LineEnd(StrEnum):
    """What follows each segment terminator."""

    NONE = "none"
    LF = "lf"
    CRLF = "crlf"

    @property
    def characters(self) -> str:
        """The characters it stands for."""
        return {LineEnd.NONE: "", LineEnd.LF: "\n", LineEnd.CRLF: "\r\n"}[self]


class Usage(StrEnum):
    """The usage indicator (ISA15)."""

    PRODUCTION = "P"
    TEST = "T"
    INFORMATION = "I"


class GroupAnswer(StrEnum):
    """What groups of 005010 and later are answered with; older ones are with the 997."""

    FUNCTIONAL = "997"
    IMPLEMENTATION = "999"


class GuideErrors(StrEnum):
    """What an error against the partner's guide does to a document that comes in; the standard allows it."""

    TELL = "tell"  # told, and acknowledged with errors noted
    REJECT = "reject"


class X12Style(msgspec.Struct, frozen=True):
    """How X12 for this partner is written, and what its guide may do to what is read.

    `releases` has the sets that are not written in `release`.
    """

    release: str = "004010"
    releases: Mapping[str, str] = msgspec.field(default_factory=dict)
    interchange_version: str = "00401"
    element_separator: str = "*"
    component_separator: str = ">"
    segment_terminator: str = "~"
    repetition_separator: str | None = None
    line_end: LineEnd = LineEnd.LF
    usage: Usage = Usage.TEST
    acknowledgment_requested: bool = False
    acknowledge: GroupAnswer = GroupAnswer.IMPLEMENTATION
    charset: str = "utf-8"
    guide_errors: GuideErrors = GuideErrors.TELL

    def release_of(self, set_id: str) -> str:
        """The release in which a transaction set is written."""
        return self.releases.get(set_id, self.release)


class LineTax(StrEnum):
    """What a tax amount on an invoice line is meant for."""

    PER_LINE = "per_line"
    PER_UNIT = "per_unit"


class CaseCost(StrEnum):
    """What the cost on a line ordered in cases is the cost of."""

    PER_CASE = "per_case"
    PER_EACH = "per_each"


class InvoiceArithmetic(msgspec.Struct, frozen=True):
    """How this partner adds an invoice up; partners differ, and examples contradict each other."""

    total_includes_tax: bool = True
    line_tax: LineTax = LineTax.PER_LINE
    case_cost: CaseCost = CaseCost.PER_CASE


class Terms(msgspec.Struct, frozen=True):
    """What a format cannot say and the agreement therefore fixes.

    `zone` is the IANA time zone in which this partner's plain dates are meant. `vendor_item_id` names the
    identifier scheme (such as vendor_sku, upc, ean) that the vendor's item number stands in.
    """

    zone: str = "UTC"
    currency: str | None = None
    vendor_code: str | None = None
    vendor_item_id: str = "vendor_sku"
    invoice: InvoiceArithmetic = InvoiceArithmetic()


class Calendar(msgspec.Struct, frozen=True):
    """The days on which business is done: weekdays such as `mon`, without `holidays` such as 2026-12-25."""

    days: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri")
    holidays: tuple[date, ...] = ()


class Partner(msgspec.Struct, frozen=True):
    """One trading partner, as `partners/<name>/partner.yaml` describes it.

    `partner` and `own` may be left out where no agreement is about X12, as those of an ERP.
    """

    partner: EnvelopeIdentity | None = None
    own: EnvelopeIdentity | None = None
    description: str = ""
    x12: X12Style = X12Style()
    terms: Terms = Terms()
    calendars: Mapping[str, Calendar] = msgspec.field(default_factory=dict)
    channels: Mapping[str, Channel] = msgspec.field(default_factory=dict)
    agreements: Mapping[str, Agreement] = msgspec.field(default_factory=dict)
