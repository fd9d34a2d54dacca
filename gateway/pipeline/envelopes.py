"""Who sends a written interchange to whom, and how it is written."""

from __future__ import annotations

from types import MappingProxyType

import msgspec

from gateway.agreements.partner import EnvelopeIdentity, Partner, X12Style
from gateway.documents import Document, PurchaseOrder, PurchaseOrderChange
from gateway.documents.parts import Party
from gateway.findings import Finding, found
from gateway.formats.x12.model import Delimiters

NOBODY_KNOWN_SENDER = EnvelopeIdentity("ZZ", "SENDER")
NOBODY_KNOWN_RECEIVER = EnvelopeIdentity("ZZ", "RECEIVER")
BUYING = ("buyer", "ship_to", "bill_to")
SELLING = ("seller", "vendor", "remit_to", "ship_from")
MAX_ID_LENGTH = 15  # ISA06, ISA08
ISA_QUALIFIERS = MappingProxyType(  # element I05 for the schemes of party identifiers, the surest first
    {"duns": "01", "duns4": "14", "gln": "07", "scac": "02", "assigned": "ZZ"}
)


class Identities(msgspec.Struct, frozen=True):
    """Sender and receiver of an interchange, and what had to be assumed of them."""

    sender: EnvelopeIdentity
    receiver: EnvelopeIdentity
    findings: tuple[Finding, ...] = ()


def identities(document: Document, partner: Partner | None) -> Identities:
    """The identities for an interchange that carries this document.

    An order and its change go from the buyer to the seller, everything else the other way; a partner file
    describes a buyer. Without a partner, or with one that has no names in envelopes, the identities
    are those of the document's own parties, as far as it has them.
    """
    to_seller = isinstance(document, PurchaseOrder | PurchaseOrderChange)
    if partner is not None and partner.partner is not None and partner.own is not None:
        sides = (partner.partner, partner.own) if to_seller else (partner.own, partner.partner)
        return Identities(*sides)
    buyer, seller = _identity(document.parties, BUYING), _identity(document.parties, SELLING)
    sender, receiver = (buyer, seller) if to_seller else (seller, buyer)
    known = Identities(sender or NOBODY_KNOWN_SENDER, receiver or NOBODY_KNOWN_RECEIVER)
    note = found(
        "identities-assumed",
        sender=f"{known.sender.qualifier}/{known.sender.id}",
        receiver=f"{known.receiver.qualifier}/{known.receiver.id}",
    )
    return Identities(known.sender, known.receiver, (note,))


def _identity(parties: tuple[Party, ...], roles: tuple[str, ...]) -> EnvelopeIdentity | None:
    for role in roles:
        for party in parties:
            if party.role != role:
                continue
            for scheme, qualifier in ISA_QUALIFIERS.items():
                value = party.ids.get(scheme, "")
                if 2 <= len(value) <= MAX_ID_LENGTH and value.isascii() and value.isprintable():
                    return EnvelopeIdentity(qualifier, value)
    return None


def delimiters_of(style: X12Style) -> Delimiters:
    """The separators and line ends that a partner wants."""
    return Delimiters(
        element=style.element_separator,
        component=style.component_separator,
        segment=style.segment_terminator,
        repetition=style.repetition_separator,
        line_end=style.line_end.characters,
    )
