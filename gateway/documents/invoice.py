"""The invoice and the credit note: X12 810, SP-API submitInvoices."""

from __future__ import annotations

from typing import Literal

import msgspec

from gateway.documents.parts import (
    Carrier,
    Charge,
    Code,
    Contact,
    Count,
    Currency,
    Ext,
    Freight,
    Identifier,
    Measure,
    Moment,
    Note,
    Number,
    Part,
    Party,
    Tax,
    Terms,
)

__all__ = ["AdditionalDetail", "CreditReferences", "Invoice", "InvoiceLine", "InvoiceType"]

InvoiceType = Literal[
    "invoice", "product_invoice", "consolidated_invoice", "debit_memo", "credit_note", "credit_invoice"
]


class CreditReferences(Part, frozen=True):
    """What a credit note answers to."""

    invoice_number: Identifier | None = None
    debit_note_number: Identifier | None = None
    return_number: Identifier | None = None
    return_date: Moment | None = None
    return_authorization: Identifier | None = None
    cooperative_number: Identifier | None = None
    consignor_number: Identifier | None = None


class AdditionalDetail(Part, frozen=True):
    """A text the tax office or the buyer asks for; `language` is an ISO 639 code."""

    type: Code
    text: str
    language: str | None = None
    ext: Ext = msgspec.field(default_factory=dict)


class InvoiceLine(Part, frozen=True):
    """One invoiced item.

    `price` is that of one unit, or of one `price_unit` (a weight) when that is given, then `weight` is the
    weight invoiced. `amount` is the line's total as stated, before charges, allowances and taxes.
    """

    quantity: Number
    unit: Code
    number: Identifier | None = None
    order_number: Identifier | None = None
    order_date: Moment | None = None
    order_line: Identifier | None = None
    case_size: Number | None = None
    weight: Measure | None = None
    price: Number | None = None
    price_unit: Code | None = None
    price_basis: Code | None = None
    amount: Number | None = None
    ids: dict[Code, Identifier] = msgspec.field(default_factory=dict)
    description: str | None = None
    tariff_code: Identifier | None = None
    credit: CreditReferences | None = None
    references: dict[Code, Identifier] = msgspec.field(default_factory=dict)
    dates: dict[Code, Moment] = msgspec.field(default_factory=dict)
    parties: tuple[Party, ...] = ()
    charges: tuple[Charge, ...] = ()
    taxes: tuple[Tax, ...] = ()
    notes: tuple[Note, ...] = ()
    ext: Ext = msgspec.field(default_factory=dict)


class Invoice(Part, frozen=True, tag_field="document", tag="Invoice"):
    """What a seller asks to be paid, or gives back.

    `total` is the amount of the whole document as it states it; `total_without_tax` is given where a document
    states both. `discount_base` is what the discount of the terms is taken of, `discounted_total` what is due
    when it is taken. The amounts of a credit note are positive.
    """

    type: InvoiceType
    number: Identifier
    date: Moment
    currency: Currency | None = None
    purpose: Code | None = None
    order_number: Identifier | None = None
    order_date: Moment | None = None
    release: str | None = None
    parties: tuple[Party, ...] = ()
    contacts: tuple[Contact, ...] = ()
    references: dict[Code, Identifier] = msgspec.field(default_factory=dict)
    dates: dict[Code, Moment] = msgspec.field(default_factory=dict)
    shipped: Moment | None = None
    freight: Freight | None = None
    carrier: Carrier | None = None
    terms: tuple[Terms, ...] = ()
    credit: CreditReferences | None = None
    details: tuple[AdditionalDetail, ...] = ()
    notes: tuple[Note, ...] = ()
    lines: tuple[InvoiceLine, ...] = ()
    charges: tuple[Charge, ...] = ()
    taxes: tuple[Tax, ...] = ()
    total: Number | None = None
    total_without_tax: Number | None = None
    discount_base: Number | None = None
    discounted_total: Number | None = None
    discount_amount: Number | None = None
    carton_count: Count | None = None
    weight: Measure | None = None
    ext: Ext = msgspec.field(default_factory=dict)
