"""`gateway view`: a document as a person reads it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from gateway.cli.screen import Screen, printable
from gateway.cli.view_parts import (
    LineTable,
    charge_name,
    ids_text,
    measure_text,
    moment_text,
    number_text,
    plain_words,
    print_facts,
    print_heading,
    print_parties,
    reference_facts,
    tax_text,
    terms_facts,
    window_text,
)
from gateway.documents import (
    Document,
    Invoice,
    OrderAcknowledgment,
    OrderChangeAcknowledgment,
    PurchaseOrder,
    PurchaseOrderChange,
    ShipNotice,
)
from gateway.documents.order_acknowledgment import AcknowledgedItem, quantity_left
from gateway.documents.order_change_acknowledgment import OrderChangeAcknowledgmentLine
from gateway.documents.parts import Note
from gateway.documents.purchase_order_change import PurchaseOrderChangeLine
from gateway.documents.ship_notice import Carton, Pallet, ShipNoticeLine


def print_document(screen: Screen, document: Document) -> None:
    """Print one document: what it is, its facts, its parties, its lines, and what it adds up to."""
    if isinstance(document, PurchaseOrder):
        _print_order(screen, document)
    elif isinstance(document, OrderAcknowledgment):
        _print_acknowledgment(screen, document)
    elif isinstance(document, PurchaseOrderChange):
        _print_change(screen, document)
    elif isinstance(document, OrderChangeAcknowledgment):
        _print_change_acknowledgment(screen, document)
    elif isinstance(document, ShipNotice):
        _print_ship_notice(screen, document)
    else:
        _print_invoice(screen, document)


def _print_order(screen: Screen, order: PurchaseOrder) -> None:
    print_heading(screen, "Purchase order", order.number, order.type)
    print_facts(
        screen,
        ("Ordered", moment_text(order.date)),
        ("State", plain_words(order.state)),
        ("Ship", window_text(order.ship_window)),
        ("Deliver", window_text(order.delivery_window)),
        ("Freight", plain_words(order.freight.payment) if order.freight else None),
        ("Currency", order.currency),
        *terms_facts(order.terms),
        *reference_facts(order.references),
    )
    print_parties(screen, order.parties)
    table = LineTable("Line", "Item", "Quantity", "Unit", "Price", "Description")
    for line in order.lines:
        table.add(
            line.number,
            ids_text(line.ids),
            number_text(line.quantity),
            plain_words(line.unit),
            number_text(line.price if line.price is not None else line.list_price),
            line.description,
        )
    table.print(screen)
    _print_notes(screen, order.notes)


def _print_notes(screen: Screen, notes: tuple[Note, ...]) -> None:
    for note in notes:
        text = printable(f"  {plain_words(note.kind) or 'note'}: {note.text or note.reference or ''}")
        screen.line(text, hang=4)


def _print_acknowledgment(screen: Screen, acknowledgment: OrderAcknowledgment) -> None:
    print_heading(screen, "Acknowledgment of order", acknowledgment.order_number, acknowledgment.type)
    print_facts(
        screen,
        ("Answered", moment_text(acknowledgment.date)),
        ("Ordered", moment_text(acknowledgment.order_date)),
        ("Currency", acknowledgment.currency),
        *reference_facts(acknowledgment.references),
    )
    print_parties(screen, acknowledgment.parties)
    table = LineTable("Line", "Item", "Ordered", "Answer", "Quantity", "Unit", "When", "Reason")
    for line in acknowledgment.lines:
        for number, item in enumerate(line.items):
            table.add(
                line.number if number == 0 else "",
                ids_text(line.ids) if number == 0 else "",
                number_text(line.quantity) if number == 0 else "",
                plain_words(item.status),
                number_text(quantity_left(line) if item.quantity is None else item.quantity),
                plain_words(item.unit),
                moment_text(item.ship_date) or moment_text(item.delivery_date),
                plain_words(item.reason or item.change),
            )
    table.print(screen)


def _print_change(screen: Screen, change: PurchaseOrderChange) -> None:
    print_heading(screen, "Change of order", change.order_number, change.purpose)
    print_facts(
        screen,
        ("Change", change.change_number),
        ("Changed", moment_text(change.date)),
        ("Ordered", moment_text(change.order_date)),
        ("Ship", window_text(change.ship_window)),
        ("Deliver", window_text(change.delivery_window)),
        ("Freight", plain_words(change.freight.payment) if change.freight else None),
        ("Currency", change.currency),
        *terms_facts(change.terms),
        *reference_facts(change.references),
    )
    print_parties(screen, change.parties)
    table = LineTable("Line", "Change", "Item", "Quantity", "Left", "Unit", "Price", "When", "Description")
    for line in change.lines:
        table.add(
            line.number,
            plain_words(line.change),
            ids_text(line.ids),
            number_text(line.quantity),
            number_text(line.left_to_receive),
            plain_words(line.unit),
            number_text(line.price if line.price is not None else line.list_price),
            ", ".join(_days(line)),
            line.description,
        )
    table.print(screen)
    _print_notes(screen, change.notes)


def _days(line: PurchaseOrderChangeLine) -> Iterator[str]:
    """When the goods of a line are wanted."""
    for name, window in (("ship", line.ship_window), ("deliver", line.delivery_window)):
        if window is not None:
            yield f"{name} {window_text(window)}"
    for kind, when in line.dates.items():
        yield f"{plain_words(kind)} {moment_text(when)}"


def _print_change_acknowledgment(screen: Screen, answer: OrderChangeAcknowledgment) -> None:
    answers = any(line.items for line in answer.lines) or answer.type is not None
    title = "Answer to the change of order" if answers else "Change the seller asks for, of order"
    print_heading(screen, title, answer.order_number, answer.type or answer.purpose)
    print_facts(
        screen,
        ("Change", answer.change_number),
        ("Answered" if answers else "Asked", moment_text(answer.date)),
        ("Changed", moment_text(answer.change_date)),
        ("Ordered", moment_text(answer.order_date)),
        ("Currency", answer.currency),
        *reference_facts(answer.references),
    )
    print_parties(screen, answer.parties)
    table = LineTable(
        *("Line", "Change", "Item", "Ordered", "Price"),
        *("Answer", "Quantity", "Unit", "When", "Reason"),
    )
    for line in answer.lines:
        head = (line.number, plain_words(line.change), ids_text(line.ids), number_text(line.quantity))
        for number, item in enumerate(line.items or (None,)):
            told = (*head, number_text(line.price)) if number == 0 else ("",) * (len(head) + 1)
            table.add(*told, *_part(line, item))
    table.print(screen)
    _print_notes(screen, answer.notes)


def _part(line: OrderChangeAcknowledgmentLine, item: AcknowledgedItem | None) -> tuple[str, ...]:
    """What becomes of a part of a line; where the line has no parts, its unit."""
    if item is None:
        return "", "", plain_words(line.unit), "", ""
    return (
        plain_words(item.status),
        number_text(quantity_left(line) if item.quantity is None else item.quantity),
        plain_words(item.unit),
        moment_text(item.ship_date) or moment_text(item.delivery_date),
        plain_words(item.reason or item.change),
    )


def _print_ship_notice(screen: Screen, notice: ShipNotice) -> None:
    print_heading(screen, "Ship notice", notice.number, notice.structure)
    print_facts(
        screen,
        ("Written", moment_text(notice.date)),
        ("Shipped", moment_text(notice.shipped)),
        ("Expected", moment_text(notice.estimated_delivery)),
        ("Carrier", notice.carrier.scac if notice.carrier else None),
        ("Cartons", None if notice.carton_count is None else str(notice.carton_count)),
        ("Pallets", None if notice.pallet_count is None else str(notice.pallet_count)),
        ("Weight", measure_text(notice.weight)),
        *reference_facts(notice.references),
    )
    print_parties(screen, notice.parties)
    table = LineTable("Pallet", "Carton", "Mark", "Order", "Item", "Quantity", "Unit", "Lot", "Expiry")
    for pallet, carton, line, quantity, unit in _packed(notice):
        package = carton or pallet
        table.add(
            (pallet.number or "") if pallet else "",
            carton.number if carton else "",
            package.marks[0].value if package and package.marks else "",
            line.order_number,
            ids_text(line.ids),
            number_text(quantity),
            plain_words(unit),
            line.lot,
            moment_text(line.expiry),
        )
    table.print(screen)


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


def _print_invoice(screen: Screen, invoice: Invoice) -> None:
    title = "Invoice" if invoice.type == "invoice" else invoice.type.replace("_", " ").capitalize()
    print_heading(screen, title, invoice.number, None)
    print_facts(
        screen,
        ("Date", moment_text(invoice.date)),
        ("Order", invoice.order_number),
        ("Currency", invoice.currency),
        *terms_facts(invoice.terms),
        *reference_facts(invoice.references),
    )
    print_parties(screen, invoice.parties)
    table = LineTable("Line", "Item", "Order", "Quantity", "Unit", "Price", "Description")
    for line in invoice.lines:
        table.add(
            line.number,
            ids_text(line.ids),
            line.order_number,
            number_text(line.quantity),
            plain_words(line.unit),
            number_text(line.price),
            line.description,
        )
    table.print(screen)
    print_facts(
        screen,
        *((charge_name(charge), number_text(charge.amount)) for charge in invoice.charges),
        *((f"Tax {plain_words(tax.type)}".strip(), tax_text(tax)) for tax in invoice.taxes),
        ("Total", f"{number_text(invoice.total)} {invoice.currency or ''}".strip()),
    )
