"""`gateway view`: a document as a person reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from rich.console import Console
from rich.text import Text

from gateway.cli.output import printable
from gateway.documents import Document, Invoice, OrderAcknowledgment, PurchaseOrder, ShipNotice
from gateway.documents.order_acknowledgment import quantity_left
from gateway.documents.parts import Charge, Measure, Moment, Party, Tax, Terms, Window
from gateway.documents.ship_notice import Carton, Pallet, ShipNoticeLine

NUMERIC = ("Quantity", "Price", "Ordered")  # columns whose cells stand to the right
WIDEST_COLUMN = 60  # characters; one huge cell must not widen every other row

Fact = tuple[str, str | None]


def print_document(console: Console, document: Document) -> None:
    """Print one document: what it is, its facts, its parties, its lines, and what it adds up to."""
    if isinstance(document, PurchaseOrder):
        _print_order(console, document)
    elif isinstance(document, OrderAcknowledgment):
        _print_acknowledgment(console, document)
    elif isinstance(document, ShipNotice):
        _print_ship_notice(console, document)
    else:
        _print_invoice(console, document)


def _print_order(console: Console, order: PurchaseOrder) -> None:
    _heading(console, "Purchase order", order.number, order.type)
    _facts(
        console,
        ("Ordered", _moment(order.date)),
        ("State", order.state),
        ("Ship", _window(order.ship_window)),
        ("Deliver", _window(order.delivery_window)),
        ("Freight", order.freight.payment if order.freight else None),
        ("Currency", order.currency),
        *_terms(order.terms),
        *_references(order.references),
    )
    _parties(console, order.parties)
    table = _Lines("Line", "Item", "Quantity", "Unit", "Price", "Description")
    for line in order.lines:
        table.add(
            line.number,
            _ids(line.ids),
            _number(line.quantity),
            line.unit,
            _number(line.price if line.price is not None else line.list_price),
            line.description,
        )
    table.print(console)
    for note in order.notes:
        text = printable(f"  {note.kind or 'note'}: {note.text or note.reference or ''}")
        console.print(Text(text), soft_wrap=True)


def _print_acknowledgment(console: Console, acknowledgment: OrderAcknowledgment) -> None:
    _heading(console, "Acknowledgment of order", acknowledgment.order_number, acknowledgment.type)
    _facts(
        console,
        ("Answered", _moment(acknowledgment.date)),
        ("Ordered", _moment(acknowledgment.order_date)),
        ("Currency", acknowledgment.currency),
        *_references(acknowledgment.references),
    )
    _parties(console, acknowledgment.parties)
    table = _Lines("Line", "Item", "Ordered", "Answer", "Quantity", "Unit", "When", "Reason")
    for line in acknowledgment.lines:
        for number, item in enumerate(line.items):
            table.add(
                line.number if number == 0 else "",
                _ids(line.ids) if number == 0 else "",
                _number(line.quantity) if number == 0 else "",
                item.status,
                _number(quantity_left(line) if item.quantity is None else item.quantity),
                item.unit,
                _moment(item.ship_date) or _moment(item.delivery_date),
                item.reason or item.change,
            )
    table.print(console)


def _print_ship_notice(console: Console, notice: ShipNotice) -> None:
    _heading(console, "Ship notice", notice.number, notice.structure)
    _facts(
        console,
        ("Written", _moment(notice.date)),
        ("Shipped", _moment(notice.shipped)),
        ("Expected", _moment(notice.estimated_delivery)),
        ("Carrier", notice.carrier.scac if notice.carrier else None),
        ("Cartons", None if notice.carton_count is None else str(notice.carton_count)),
        ("Pallets", None if notice.pallet_count is None else str(notice.pallet_count)),
        ("Weight", _measure(notice.weight)),
        *_references(notice.references),
    )
    _parties(console, notice.parties)
    table = _Lines("Pallet", "Carton", "Mark", "Order", "Item", "Quantity", "Unit", "Lot", "Expiry")
    for pallet, carton, line, quantity, unit in _packed(notice):
        package = carton or pallet
        table.add(
            (pallet.number or "") if pallet else "",
            carton.number if carton else "",
            package.marks[0].value if package and package.marks else "",
            line.order_number,
            _ids(line.ids),
            _number(quantity),
            unit,
            line.lot,
            _moment(line.expiry),
        )
    table.print(console)


def _packed(
    notice: ShipNotice,
) -> Iterator[tuple[Pallet | None, Carton | None, ShipNoticeLine, Decimal, str]]:
    lines = {line.number: line for line in notice.lines}
    pallet_of = {number: pallet for pallet in notice.pallets for number in pallet.cartons}
    packed = set()
    for carton in notice.cartons:
        for content in carton.contents:
            packed.add(content.line)
            if content.line in lines:
                pallet = pallet_of.get(carton.number)
                yield pallet, carton, lines[content.line], content.quantity, content.unit
    for pallet in notice.pallets:
        for content in pallet.contents:
            packed.add(content.line)
            if content.line in lines:
                yield pallet, None, lines[content.line], content.quantity, content.unit
    for line in notice.lines:
        if line.number not in packed:
            yield None, None, line, line.quantity, line.unit


def _print_invoice(console: Console, invoice: Invoice) -> None:
    title = "Credit note" if invoice.type == "credit_note" else "Invoice"
    _heading(console, title, invoice.number, None)
    _facts(
        console,
        ("Date", _moment(invoice.date)),
        ("Order", invoice.order_number),
        ("Currency", invoice.currency),
        *_terms(invoice.terms),
        *_references(invoice.references),
    )
    _parties(console, invoice.parties)
    table = _Lines("Line", "Item", "Order", "Quantity", "Unit", "Price", "Description")
    for line in invoice.lines:
        table.add(
            line.number,
            _ids(line.ids),
            line.order_number,
            _number(line.quantity),
            line.unit,
            _number(line.price),
            line.description,
        )
    table.print(console)
    _facts(
        console,
        *((_charge_name(charge), _number(charge.amount)) for charge in invoice.charges),
        *((f"Tax {tax.type}", _tax(tax)) for tax in invoice.taxes),
        ("Total", f"{_number(invoice.total)} {invoice.currency or ''}".strip()),
    )


def _heading(console: Console, what: str, number: str, kind: str | None) -> None:
    title = (printable(f"{what} {number}"), "bold")
    console.print(Text.assemble("\n", title, printable(f"  {kind}") if kind else ""), soft_wrap=True)


def _facts(console: Console, *facts: Fact) -> None:
    for name, value in facts:
        if value:
            console.print(Text(f"  {printable(name):<16}{printable(value)}"), soft_wrap=True)


def _parties(console: Console, parties: tuple[Party, ...]) -> None:
    for party in parties:
        words = [party.name or "", _ids(party.ids), *party.street, party.city or "", party.region or ""]
        words += [party.postal_code or "", party.country or ""]
        shown = ", ".join(word for word in words if word)
        console.print(
            Text(f"  {printable(party.role).replace('_', ' '):<16}{printable(shown)}"), soft_wrap=True
        )


def _terms(terms: tuple[Terms, ...]) -> Iterator[Fact]:
    for each in terms:
        days = f"net {each.net_days} days" if each.net_days is not None else None
        discount = (
            f"{_number(each.discount_percent)} % within {each.discount_days} days"
            if each.discount_percent is not None
            else None
        )
        yield "Terms", ", ".join(word for word in (each.type, days, discount, each.description) if word)


def _references(references: Mapping[str, str]) -> Iterator[Fact]:
    for kind, value in references.items():
        yield kind.replace("_", " ").capitalize(), value


class _Lines:
    """A table of plain text: columns as wide as their widest cell, columns without any content left out."""

    def __init__(self, *columns: str) -> None:
        self._rows: list[tuple[str, ...]] = [columns]

    def add(self, *cells: str | None) -> None:
        """Add a row; a cell for each column."""
        self._rows.append(tuple(printable(cell or "") for cell in cells))

    def print(self, console: Console) -> None:
        """Print the header and the rows, never folded: a number must stay one that can be copied."""
        columns = [column for column in zip(*self._rows, strict=True) if any(column[1:])]
        widths = [min(max(map(len, column)), WIDEST_COLUMN) for column in columns]
        for number, row in enumerate(zip(*columns, strict=True)):
            cells = (
                cell.rjust(width) if column[0] in NUMERIC else cell.ljust(width)
                for cell, width, column in zip(row, widths, columns, strict=True)
            )
            console.print(
                Text(f"  {'  '.join(cells)}".rstrip(), "bold" if number == 0 else ""), soft_wrap=True
            )


def _ids(ids: Mapping[str, str]) -> str:
    return ", ".join(f"{scheme} {value}" for scheme, value in ids.items())


def _number(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"


def _measure(measure: Measure | None) -> str | None:
    return None if measure is None else f"{_number(measure.value)} {measure.unit}"


def _moment(moment: Moment | None) -> str:
    if moment is None:
        return ""
    if moment.date is not None:
        return moment.date.isoformat()
    return moment.time.isoformat(" ", "minutes") if moment.time else ""


def _window(window: Window | None) -> str | None:
    if window is None:
        return None
    return f"{_moment(window.start) or '…'} to {_moment(window.end) or '…'}"


def _charge_name(charge: Charge) -> str:
    return f"{charge.kind.capitalize()} {charge.type or charge.description or ''}".strip()


def _tax(tax: Tax) -> str:
    percent = f" ({_number(tax.percent)} %)" if tax.percent is not None else ""
    return f"{_number(tax.amount)}{percent}"
