"""Partner files for tests: a sound one, its parts changed, and what is told of it."""

from __future__ import annotations

from gateway.agreements.known import Known, TableHead
from gateway.agreements.parse import ReadPartner, read_partner

FILE = "partners/buyer/partner.yaml"
TABLES = {
    "x12-850": TableHead("PurchaseOrder", "x12", "850", ("004010", "005010")),
    "x12-856": TableHead("ShipNotice", "x12", "856", ("004010",)),
    "x12-810": TableHead("Invoice", "x12", "810", ("004010",)),
    "csv-order": TableHead("PurchaseOrder", "csv"),
    "csv-invoice": TableHead("Invoice", "csv"),
}
KNOWN = Known(
    releases=("004010", "005010"),
    sets=lambda release: ("850", "856", "810"),
    is_zone=lambda name: name in ("UTC", "America/Chicago"),
    zones=lambda: ("UTC", "America/Chicago"),
    tables=lambda: TABLES,
    crossrefs=lambda: ("items", "places"),
)
SOUND = """\
partner: {qualifier: ZZ, id: BUYER}
own: {qualifier: ZZ, id: SELLER}
calendars: {work: {days: [mon, fri], holidays: [2026-12-25]}}
channels:
  edi: {folder: {in: inbound/buyer, out: outbound/buyer}}
  live: {usage: production, folder: {in: inbound/live}}
agreements:
  orders: {direction: in, document: PurchaseOrder, format: x12, channel: edi}
  notices: {direction: out, document: ShipNotice, format: x12, channel: edi}
"""
ORDERS = "  orders: {direction: in, document: PurchaseOrder, format: x12, channel: edi"
NOTICES = "  notices: {direction: out, document: ShipNotice, format: x12, channel: edi"


def read(text: str, file: str = FILE) -> ReadPartner:
    """What the text says, where everything that may be named is known."""
    return read_partner(text, file, KNOWN)


def told(text: str) -> list[tuple[int, str]]:
    """The line and the words of each mistake."""
    return [(line, words) for _, line, words in read(text).mistakes]
