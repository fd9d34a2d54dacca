"""Faults of canonical documents, and business checks that never reject."""

from __future__ import annotations

from gateway.codes.model import Code, Severity

_LAW = "The schemas in `schemas/canonical/` say what every mapping may rely on."
_TABLE = (
    "When a translation made the document, correct the row of the mapping table that fills this place; "
    "when it came as a file, correct the file."
)

CODES = (
    Code(
        code="canonical-document",
        severity=Severity.ERROR,
        title="Not a canonical document",
        message="{value} at {place} is no canonical document",
        why="The field `document` tells which schema applies; without it nothing can be checked.",
        remedy=(
            "Set `document` to `PurchaseOrder`, `OrderAcknowledgment`, `PurchaseOrderChange`, "
            "`OrderChangeAcknowledgment`, `ShipNotice` or `Invoice`."
        ),
    ),
    Code(
        code="canonical-missing",
        severity=Severity.ERROR,
        title="Required field missing",
        message="{place} is missing",
        why=_LAW,
        remedy=_TABLE,
    ),
    Code(
        code="canonical-unknown-field",
        severity=Severity.ERROR,
        title="Unknown field",
        message="no field is called {value} at {place}",
        why="A field nobody knows would be dropped without a word.",
        remedy="Correct the name, or put what no field says under `ext`.",
    ),
    Code(
        code="canonical-type",
        severity=Severity.ERROR,
        title="Value of the wrong kind",
        message="{found} at {place}, where {expected} belongs",
        why=_LAW,
        remedy=_TABLE,
    ),
    Code(
        code="canonical-value",
        severity=Severity.ERROR,
        title="Value not allowed",
        message="{value} at {place} is not {expected}",
        why=_LAW,
        remedy=_TABLE,
    ),
    Code(
        code="canonical-one-of",
        severity=Severity.ERROR,
        title="Not exactly one of several fields",
        message="{place} must have exactly one of {alternatives}",
        why="A day without a zone and a time with one say different things; both or neither say nothing.",
        remedy=_TABLE,
    ),
    Code(
        code="window-reversed",
        severity=Severity.WARNING,
        title="Window ends before it starts",
        message="{place} starts {start} and ends {end}",
        why="Nothing can be shipped or delivered in such a window.",
        remedy="Ask the buyer which dates are meant.",
    ),
    Code(
        code="number-twice",
        severity=Severity.WARNING,
        title="Number stands twice",
        message="the number {value} at {place} was used before in this document",
        why="Whoever refers to this number cannot tell which of the two is meant.",
        remedy="Ask the sender which of the two is meant.",
    ),
    Code(
        code="line-not-acknowledged",
        severity=Severity.WARNING,
        title="Line without an answer",
        message="{place} is acknowledged neither as accepted nor as backordered or rejected",
        why="Buyers take a line without an answer as rejected.",
        remedy="State for each line what becomes of it.",
    ),
    Code(
        code="changed-value-missing",
        severity=Severity.WARNING,
        title="Change without its new value",
        message="{place} is changed ({value}), but has no {missing}",
        why="A change that does not say what is wanted instead cannot be made.",
        remedy="Ask the sender what is wanted, or state the new value.",
    ),
    Code(
        code="left-above-ordered",
        severity=Severity.WARNING,
        title="More left than ordered",
        message="{place} leaves {value} to receive of {ordered} ordered",
        why="One of the two quantities is wrong, or they are counted in different units.",
        remedy="Ask the sender which of the quantities is right.",
    ),
    Code(
        code="acknowledged-quantity-zero",
        severity=Severity.WARNING,
        title="Nothing acknowledged",
        message="the quantity at {place} is zero",
        why="Some buyers refuse an answer about nothing; a rejection names the quantity that is not coming.",
        remedy="Leave the answer out, or give the quantity it is about.",
    ),
    Code(
        code="acknowledged-quantity-differs",
        severity=Severity.WARNING,
        title="Acknowledged and ordered quantity differ",
        message="the quantities at {place} come to {value}, but {expected} were ordered",
        why="Accepted, backordered and rejected quantities together are those of the order.",
        remedy="Correct the quantities, so that all of the line is answered.",
    ),
    Code(
        code="container-count-differs",
        severity=Severity.WARNING,
        title="Count of cartons or pallets differs",
        message="{place} is {value}, but the notice lists {listed}",
        why="The receiver counts what arrives against this number.",
        remedy="Correct the count, or list what is missing.",
    ),
    Code(
        code="carton-unknown",
        severity=Severity.WARNING,
        title="Pallet names an unknown carton",
        message="{place} names carton {value}, which the notice does not list",
        why="What is in that carton cannot be told.",
        remedy="List the carton, or correct its number.",
    ),
    Code(
        code="carton-loaded-twice",
        severity=Severity.WARNING,
        title="Carton on two pallets",
        message="{place} names carton {value}, which stands on a pallet already",
        why="A carton stands in one place.",
        remedy="Correct the cartons of the pallets.",
    ),
    Code(
        code="content-line-unknown",
        severity=Severity.WARNING,
        title="Contents name an unknown line",
        message="{place} names line {value}, which the notice does not have",
        why="What is packed there cannot be told.",
        remedy="Add the line, or correct its number.",
    ),
    Code(
        code="shipped-quantity-differs",
        severity=Severity.WARNING,
        title="Packed and shipped quantity differ",
        message="{place} is {value}, but cartons and pallets hold {packed}",
        why="The receiver counts the contents; a difference becomes a claim.",
        remedy="Correct the line or the contents.",
    ),
    Code(
        code="sscc-malformed",
        severity=Severity.WARNING,
        title="Not an SSCC",
        message="{value} at {place} is neither 18 digits, nor 20 that begin with 00",
        why="The receiver's scanner will not find this carton or pallet.",
        remedy="Send the number under the barcode; a notice without it is not sent to a partner (an error).",
    ),
    Code(
        code="sscc-check-digit",
        severity=Severity.WARNING,
        title="Check digit of an SSCC is wrong",
        message="{value} at {place} must end in {expected}",
        why="A digit was mistyped or made up; the printed label will differ.",
        remedy="Send the number under the barcode; a notice without it is not sent to a partner (an error).",
    ),
    Code(
        code="identifier-malformed",
        severity=Severity.WARNING,
        title="Not an identifier of its kind",
        message="{value} at {place} is no {kind}: {reason}",
        why="Whoever looks it up finds nothing, or something else; on a ship notice it is charged back.",
        remedy=(
            "Correct it at its source; in a spreadsheet make the column one of text first. A ship notice or "
            "invoice with such an item number, carrier or GLN of ours is not sent to a partner (an error)."
        ),
    ),
    Code(
        code="identifier-check-digit",
        severity=Severity.WARNING,
        title="Check digit is wrong",
        message="{value} at {place} is no {kind}: its last digit would be {expected}",
        why="A digit was mistyped or two were swapped, so another item or place may be meant.",
        remedy=(
            "Compare it with its source. A ship notice or invoice with such a GLN of ours is not sent to a "
            "partner (an error); item numbers are sent as they are, since the buyer may have ordered by them."
        ),
    ),
    Code(
        code="unit-unknown",
        severity=Severity.WARNING,
        title="Unit is in no code list",
        message="the unit {value} at {place} is in no code list",
        why="It goes back to its own format as it is; no other format can be written with it.",
        remedy="Add it to `mappings/codes/unit.csv`, or ask the sender for a common unit.",
    ),
    Code(
        code="sscc-twice",
        severity=Severity.WARNING,
        title="SSCC stands on two cartons or pallets",
        message="{value} at {place} marks another carton or pallet of the notice as well",
        why="An SSCC belongs to one carton or pallet, and to no other for a year.",
        remedy="Give each carton and pallet its own number.",
    ),
    Code(
        code="line-amount-differs",
        severity=Severity.WARNING,
        title="Amount of a line differs",
        message="{place} is {value}, but quantity times price is {expected}",
        why="The buyer pays what was ordered at the price of the order.",
        remedy="Correct quantity, price or amount; or set how this partner prices cases.",
    ),
    Code(
        code="invoice-total-differs",
        severity=Severity.WARNING,
        title="Total of an invoice differs",
        message="{place} is {value}, but lines, charges, allowances and taxes come to {expected}",
        why="Buyers hold invoices that do not add up.",
        remedy="Correct the figures; or set how this partner adds up an invoice.",
    ),
)
