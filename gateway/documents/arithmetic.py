"""How invoices add up.

What two parties must agree on is handed in as `Arithmetic`. Where a document itself leaves something open,
such as whether header charges restate those of the lines, every reading counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import product
from typing import Final

import msgspec

from gateway.documents import Invoice
from gateway.documents.invoice import InvoiceLine
from gateway.documents.parts import Charge, Tax

__all__ = ["HALF_A_CENT", "Arithmetic", "line_amount", "totals"]

HALF_A_CENT: Final = Decimal("0.005")  # what rounding an amount to cents can change


class Arithmetic(msgspec.Struct, frozen=True, kw_only=True):
    """How a partner adds up an invoice; the defaults are what the SP-API model describes in words.

    `line_tax_per_unit`: a tax on a line is that of one unit. `case_cost_per_each`: the price of a line in
    cases is that of one each, so that the case size multiplies.
    """

    total_includes_tax: bool = True
    line_tax_per_unit: bool = False
    case_cost_per_each: bool = False


def line_amount(line: InvoiceLine, arithmetic: Arithmetic) -> Decimal | None:
    """Quantity times price, or weight times price; `None` when the line does not say enough."""
    if line.price is None:
        return None
    if line.price_unit is not None and line.price_unit != line.unit:
        if line.weight is None or line.weight.unit != line.price_unit:
            return None
        return line.weight.value * line.price
    if arithmetic.case_cost_per_each and line.unit == "case":
        return None if line.case_size is None else line.quantity * line.case_size * line.price
    return line.quantity * line.price


def totals(invoice: Invoice, arithmetic: Arithmetic) -> tuple[Decimal, ...]:
    """What the total may be under every reading, the plainest first; empty when an amount is missing."""
    amounts = [
        line_amount(line, arithmetic) if line.amount is None else line.amount for line in invoice.lines
    ]
    known = [amount for amount in amounts if amount is not None]
    line_charges = [charge for line in invoice.lines for charge in line.charges]
    header, lines = _balance(invoice.charges), _balance(line_charges)
    if header is None or lines is None or len(known) < len(amounts):
        return ()
    goods = sum(known, Decimal(0))
    charges = (header + lines, header) if invoice.charges else (lines,)
    taxes = _taxes(invoice, line_charges, arithmetic) if arithmetic.total_includes_tax else (Decimal(0),)
    return tuple(goods + charge + tax for charge, tax in product(charges, taxes))


def _balance(charges: Iterable[Charge]) -> Decimal | None:
    """Charges less allowances; `None` when one has no amount, or is neither."""
    balance = Decimal(0)
    for charge in charges:
        if charge.amount is None or charge.kind not in ("charge", "allowance"):
            return None
        balance += charge.amount if charge.kind == "charge" else -charge.amount
    return balance


def _taxes(invoice: Invoice, line_charges: Sequence[Charge], arithmetic: Arithmetic) -> tuple[Decimal, ...]:
    """The tax under every reading: the header restates taxes of lines, and may leave out those of charges."""
    of_charges = [_tax(charge.taxes) for charge in (invoice.charges or line_charges)]
    more = sum(of_charges, Decimal(0))
    if invoice.taxes:
        return (_tax(invoice.taxes), _tax(invoice.taxes) + more)
    quantities = (line.quantity if arithmetic.line_tax_per_unit else Decimal(1) for line in invoice.lines)
    of_lines = (_tax(line.taxes) * times for line, times in zip(invoice.lines, quantities, strict=True))
    return (sum(of_lines, Decimal(0)) + more,)


def _tax(taxes: Iterable[Tax]) -> Decimal:
    return sum((tax.amount for tax in taxes if tax.amount is not None), Decimal(0))
