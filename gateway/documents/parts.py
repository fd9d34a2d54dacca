"""The parts that canonical documents share: parties, moments, charges, taxes, terms, measures."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import msgspec

from gateway.documents.scalars import Code, Count, Country, Currency, Day, Ext, Identifier, Number, Time

__all__ = [
    "EXACTLY_ONE",
    "Carrier",
    "Charge",
    "Code",
    "Contact",
    "Count",
    "Country",
    "Currency",
    "Dimensions",
    "Ext",
    "Freight",
    "Identifier",
    "Measure",
    "Moment",
    "Note",
    "Number",
    "Part",
    "Party",
    "Tax",
    "TaxRegistration",
    "Terms",
    "Window",
]


class Part(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, forbid_unknown_fields=True):
    """What every canonical record is: frozen, outside the garbage collector (records never form a cycle)."""


class Moment(Part, frozen=True):
    """A point in time as far as it is known: exactly one of a day without a zone, or an aware time."""

    date: Day | None = None
    time: Time | None = None


EXACTLY_ONE: Final[Mapping[type[msgspec.Struct], tuple[str, ...]]] = MappingProxyType(
    {Moment: ("date", "time")}
)
"""Records of which exactly one of these fields is given; no annotation can say so."""


class Window(Part, frozen=True):
    """A span of time; an end that is not given is open."""

    start: Moment | None = None
    end: Moment | None = None


class Measure(Part, frozen=True):
    """A value and its unit: weights, volumes, spans of shelf life."""

    value: Number
    unit: Code


class Dimensions(Part, frozen=True):
    """Length, width and height in one unit."""

    length: Number
    width: Number
    height: Number
    unit: Code


class TaxRegistration(Part, frozen=True):
    """A number under which a party is known to a tax office; `type` is `vat`, `gst`, …"""

    type: Code
    number: Identifier


class Contact(Part, frozen=True):
    """Whom to ask; `role` tells what for."""

    role: Code | None = None
    name: str | None = None
    phone: str | None = None
    email: str | None = None
    fax: str | None = None
    ext: Ext = msgspec.field(default_factory=dict)


class Party(Part, frozen=True):
    """A company or place and its part in the document.

    `role`: `buyer`, `seller`, `ship_to`, `ship_from`, `bill_to`, `remit_to`, … `ids`: scheme to value, such
    as `assigned` (by the buyer), `gln`, `duns`, `san`, `scac`.
    """

    role: Code
    ids: dict[Code, Identifier] = msgspec.field(default_factory=dict)
    name: str | None = None
    additional_names: tuple[str, ...] = ()
    street: tuple[str, ...] = ()
    city: str | None = None
    district: str | None = None
    county: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: Country | None = None
    phone: str | None = None
    contacts: tuple[Contact, ...] = ()
    tax_registrations: tuple[TaxRegistration, ...] = ()
    references: dict[Code, Identifier] = msgspec.field(default_factory=dict)
    ext: Ext = msgspec.field(default_factory=dict)


class Note(Part, frozen=True):
    """Free text; `kind` tells its purpose, `reference` a number that goes with it."""

    text: str | None = None
    kind: Code | None = None
    reference: str | None = None
    ext: Ext = msgspec.field(default_factory=dict)


class Tax(Part, frozen=True):
    """A tax. `percent` 5 means five per cent; amounts are in the currency of the document."""

    type: Code
    amount: Number | None = None
    percent: Number | None = None
    taxable_amount: Number | None = None
    jurisdiction_type: Code | None = None
    jurisdiction: str | None = None
    exempt: Code | None = None
    relationship: Code | None = None
    reference: str | None = None
    ext: Ext = msgspec.field(default_factory=dict)


class Charge(Part, frozen=True):
    """A charge or an allowance, as `kind` says; `type` tells what for, such as `freight` or `defective`.

    `amount` is positive and in the currency of the document; an allowance lowers the total. `percent` 5 means
    five per cent of what `percent_basis` names. `rate` is the price of one `unit` of `quantity`.
    """

    kind: Code
    type: Code | None = None
    amount: Number | None = None
    percent: Number | None = None
    percent_basis: Code | None = None
    rate: Number | None = None
    quantity: Number | None = None
    unit: Code | None = None
    handling: Code | None = None
    reference: str | None = None
    description: str | None = None
    taxes: tuple[Tax, ...] = ()
    ext: Ext = msgspec.field(default_factory=dict)


class Terms(Part, frozen=True):
    """When to pay, and what paying early is worth. Days count from the day that `basis` names."""

    type: Code | None = None
    basis: Code | None = None
    discount_percent: Number | None = None
    discount_amount: Number | None = None
    discount_days: Count | None = None
    discount_date: Moment | None = None
    net_days: Count | None = None
    net_date: Moment | None = None
    day_of_month: Count | None = None
    description: str | None = None
    ext: Ext = msgspec.field(default_factory=dict)


class Freight(Part, frozen=True):
    """Who pays the carriage, and on what terms of delivery.

    `incoterm` is the code of the International Chamber of Commerce, such as `FOB`.
    """

    payment: Code | None = None
    incoterm: Identifier | None = None
    place_type: Code | None = None
    place: str | None = None
    port_of_delivery: str | None = None
    containers: str | None = None
    ext: Ext = msgspec.field(default_factory=dict)


class Carrier(Part, frozen=True):
    """Who carries the goods and how. `scac` is the Standard Carrier Alpha Code of the NMFTA."""

    scac: Identifier | None = None
    name: str | None = None
    mode: Code | None = None
    service: Code | None = None
    routing: str | None = None
    ids: dict[Code, Identifier] = msgspec.field(default_factory=dict)
    ext: Ext = msgspec.field(default_factory=dict)
