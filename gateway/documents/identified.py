"""Identifiers where documents carry them: told as warnings of what was read, as errors of what we send.

A number of ours that is wrong on a ship notice or an invoice is charged back, so such a document does not go
to a partner. Item numbers may be those that the buyer ordered by: they hold it only when they are no such
number at all. An order acknowledgment repeats what was ordered, even to refuse it, and is never held.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeAlias

from gateway.documents import Document, Invoice, ShipNotice, sscc
from gateway.documents.identifiers import NAMES, Flaw, flaw_of
from gateway.documents.invoice import InvoiceLine
from gateway.documents.order_acknowledgment import OrderAcknowledgmentLine
from gateway.documents.order_change_acknowledgment import OrderChangeAcknowledgmentLine
from gateway.documents.parts import Party
from gateway.documents.purchase_order import PurchaseOrderLine
from gateway.documents.purchase_order_change import PurchaseOrderChangeLine
from gateway.documents.ship_notice import Carton, Pallet, ShipNoticeLine
from gateway.documents.sound import ITEM_NUMBERS, NO_CODE, PARTY_NUMBERS
from gateway.findings import Finding, Location, Severity, found

__all__ = ["MAX_ERRORS", "faulty_identifiers", "may_be_held", "suspicious_identifiers"]

Line: TypeAlias = (
    PurchaseOrderLine
    | PurchaseOrderChangeLine
    | OrderAcknowledgmentLine
    | OrderChangeAcknowledgmentLine
    | ShipNoticeLine
    | InvoiceLine
)

MAX_ERRORS = 200  # of one document; what follows says nothing new
_HELD = (ShipNotice, Invoice)
OUR_ROLES = frozenset({"seller", "ship_from", "remit_to"})
TOLD_ON_READING = "csv:"  # by `flat-code-unknown`, with what may be meant


def suspicious_identifiers(document: Document) -> Iterator[Finding]:
    """A warning for each identifier that is none, judged leniently."""
    yield from _code("currency", document.currency, "/currency")
    yield from _parties(document.parties, "")
    if document.carrier is not None and document.carrier.scac is not None:
        yield from _told("scac", document.carrier.scac, "/carrier/scac")
    lines: Sequence[Line] = document.lines
    for at, line in enumerate(lines):
        yield from _ids(line.ids, ITEM_NUMBERS, f"/lines/{at}")
        if line.unit is not None and NO_CODE in line.unit and not line.unit.startswith(TOLD_ON_READING):
            yield found("unit-unknown", Location(pointer=f"/lines/{at}/unit"), line.unit)
        if isinstance(line, OrderAcknowledgmentLine | OrderChangeAcknowledgmentLine):
            for index, item in enumerate(line.items):
                yield from _ids(item.ids, ITEM_NUMBERS, f"/lines/{at}/items/{index}")
        if isinstance(line, ShipNoticeLine):
            yield from _code("country", line.country_of_origin, f"/lines/{at}/country_of_origin")
        elif not isinstance(line, PurchaseOrderChangeLine | OrderChangeAcknowledgmentLine):
            yield from _parties(line.parties, f"/lines/{at}")
    if isinstance(document, ShipNotice):
        yield from _serial_codes(document)


def may_be_held(kind: type[object]) -> bool:
    """Whether `faulty_identifiers` may find any in documents of a kind."""
    return issubclass(kind, _HELD)


def faulty_identifiers(document: Document) -> tuple[Finding, ...]:
    """An error for each identifier of ours that costs a chargeback when it is sent."""
    if not isinstance(document, _HELD):
        return ()
    return tuple(islice(_faulty(document), MAX_ERRORS))


def _faulty(document: ShipNotice | Invoice) -> Iterator[Finding]:
    for at, party in enumerate(document.parties):
        if party.role in OUR_ROLES and "gln" in party.ids:
            yield from _told("gln", party.ids["gln"], f"/parties/{at}/ids/gln", Severity.ERROR)
    if document.carrier is not None and document.carrier.scac is not None:
        yield from _told("scac", document.carrier.scac, "/carrier/scac", Severity.ERROR)
    lines: Sequence[Line] = document.lines
    for at, line in enumerate(lines):
        for kind in ITEM_NUMBERS:
            flaw = flaw_of(kind, line.ids[kind], strict=False) if kind in line.ids else None
            if flaw is not None and flaw.reason:
                yield _finding(kind, line.ids[kind], f"/lines/{at}/ids/{kind}", flaw, Severity.ERROR)
    if isinstance(document, ShipNotice):
        yield from _serial_codes(document, Severity.ERROR)


def _containers(notice: ShipNotice) -> Iterator[tuple[str, Carton | Pallet]]:
    """Cartons and pallets, each with the pointer to it."""
    for at, carton in enumerate(notice.cartons):
        yield f"/cartons/{at}", carton
    for at, pallet in enumerate(notice.pallets):
        yield f"/pallets/{at}", pallet


def _serial_codes(notice: ShipNotice, severity: Severity | None = None) -> Iterator[Finding]:
    """SSCCs that are none, or whose check digit is wrong."""
    for pointer, container in _containers(notice):
        for index, mark in enumerate(container.marks):
            if mark.scheme != "sscc":
                continue
            place = Location(pointer=f"{pointer}/marks/{index}/value")
            digits = sscc.normal_form(mark.value)
            if digits is None:
                yield found("sscc-malformed", place, mark.value, severity=severity)
                continue
            expected = sscc.check_digit(digits[:-1])
            if expected != digits[-1]:
                yield found("sscc-check-digit", place, mark.value, severity=severity, expected=expected)


def _parties(parties: tuple[Party, ...], pointer: str) -> Iterator[Finding]:
    for at, party in enumerate(parties):
        if party.ids:
            yield from _ids(party.ids, PARTY_NUMBERS, f"{pointer}/parties/{at}")
        yield from _code("country", party.country, f"{pointer}/parties/{at}/country")


def _ids(ids: Mapping[str, str], kinds: tuple[str, ...], pointer: str) -> Iterator[Finding]:
    for kind in kinds:
        if kind in ids:
            yield from _told(kind, ids[kind], f"{pointer}/ids/{kind}")


def _code(kind: str, value: str | None, pointer: str) -> Iterator[Finding]:
    if value is not None:
        yield from _told(kind, value, pointer)


def _told(kind: str, value: str, pointer: str, severity: Severity | None = None) -> Iterator[Finding]:
    flaw = flaw_of(kind, value, strict=severity is Severity.ERROR)
    if flaw is not None:
        yield _finding(kind, value, pointer, flaw, severity)


def _finding(kind: str, value: str, pointer: str, flaw: Flaw, severity: Severity | None) -> Finding:
    place = Location(pointer=pointer)
    if flaw.digit:
        return found(
            "identifier-check-digit", place, value, severity=severity, kind=NAMES[kind], expected=flaw.digit
        )
    return found(
        "identifier-malformed", place, value, severity=severity, kind=NAMES[kind], reason=flaw.reason
    )
