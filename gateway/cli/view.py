"""`gateway view`: a document as a person reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType

from gateway.cli.screen import Screen, printable, tied
from gateway.documents import Document, Invoice, OrderAcknowledgment, PurchaseOrder, ShipNotice
from gateway.documents.order_acknowledgment import quantity_left
from gateway.documents.parts import Charge, Measure, Moment, Party, Tax, Terms, Window
from gateway.documents.ship_notice import Carton, Pallet, ShipNoticeLine

NUMERIC = frozenset(("Quantity", "Price", "Ordered"))  # columns whose cells stand to the right

# What people in the trade call a thing, where it is not the word of the canonical document with spaces.
LABELS = MappingProxyType(
    {
        "arn": "ARN",
        "asin": "ASIN",
        "bol": "Bill of lading",
        "ean": "EAN",
        "fob": "FOB",
        "gln": "GLN",
        "gtin": "GTIN",
        "isbn": "ISBN",
        "master_bol": "Master bill of lading",
        "pro": "PRO",
        "scac": "SCAC",
        "sku": "SKU",
        "sscc": "SSCC",
        "upc": "UPC",
        "vendor_sku": "vendor SKU",
        "duns": "DUNS",
        "duns4": "DUNS+4",
    }
)

CODED = MappingProxyType({"x12": "X12", "spapi": "SP-API", "csv": "CSV"})
NAMES = 18  # columns for the names of facts and parties

Fact = tuple[str, str | None]


def print_document(screen: Screen, document: Document) -> None:
    """Print one document: what it is, its facts, its parties, its lines, and what it adds up to."""
    if isinstance(document, PurchaseOrder):
        _print_order(screen, document)
    elif isinstance(document, OrderAcknowledgment):
        _print_acknowledgment(screen, document)
    elif isinstance(document, ShipNotice):
        _print_ship_notice(screen, document)
    else:
        _print_invoice(screen, document)


def _print_order(screen: Screen, order: PurchaseOrder) -> None:
    _heading(screen, "Purchase order", order.number, order.type)
    _facts(
        screen,
        ("Ordered", _moment(order.date)),
        ("State", _words(order.state)),
        ("Ship", _window(order.ship_window)),
        ("Deliver", _window(order.delivery_window)),
        ("Freight", _words(order.freight.payment) if order.freight else None),
        ("Currency", order.currency),
        *_terms(order.terms),
        *_references(order.references),
    )
    _parties(screen, order.parties)
    table = _Lines("Line", "Item", "Quantity", "Unit", "Price", "Description")
    for line in order.lines:
        table.add(
            line.number,
            _ids(line.ids),
            _number(line.quantity),
            _words(line.unit),
            _number(line.price if line.price is not None else line.list_price),
            line.description,
        )
    table.print(screen)
    for note in order.notes:
        text = printable(f"  {_words(note.kind) or 'note'}: {note.text or note.reference or ''}")
        screen.line(text, hang=4)


def _print_acknowledgment(screen: Screen, acknowledgment: OrderAcknowledgment) -> None:
    _heading(screen, "Acknowledgment of order", acknowledgment.order_number, acknowledgment.type)
    _facts(
        screen,
        ("Answered", _moment(acknowledgment.date)),
        ("Ordered", _moment(acknowledgment.order_date)),
        ("Currency", acknowledgment.currency),
        *_references(acknowledgment.references),
    )
    _parties(screen, acknowledgment.parties)
    table = _Lines("Line", "Item", "Ordered", "Answer", "Quantity", "Unit", "When", "Reason")
    for line in acknowledgment.lines:
        for number, item in enumerate(line.items):
            table.add(
                line.number if number == 0 else "",
                _ids(line.ids) if number == 0 else "",
                _number(line.quantity) if number == 0 else "",
                _words(item.status),
                _number(quantity_left(line) if item.quantity is None else item.quantity),
                _words(item.unit),
                _moment(item.ship_date) or _moment(item.delivery_date),
                _words(item.reason or item.change),
            )
    table.print(screen)


def _print_ship_notice(screen: Screen, notice: ShipNotice) -> None:
    _heading(screen, "Ship notice", notice.number, notice.structure)
    _facts(
        screen,
        ("Written", _moment(notice.date)),
        ("Shipped", _moment(notice.shipped)),
        ("Expected", _moment(notice.estimated_delivery)),
        ("Carrier", notice.carrier.scac if notice.carrier else None),
        ("Cartons", None if notice.carton_count is None else str(notice.carton_count)),
        ("Pallets", None if notice.pallet_count is None else str(notice.pallet_count)),
        ("Weight", _measure(notice.weight)),
        *_references(notice.references),
    )
    _parties(screen, notice.parties)
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
            _words(unit),
            line.lot,
            _moment(line.expiry),
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
    _heading(screen, title, invoice.number, None)
    _facts(
        screen,
        ("Date", _moment(invoice.date)),
        ("Order", invoice.order_number),
        ("Currency", invoice.currency),
        *_terms(invoice.terms),
        *_references(invoice.references),
    )
    _parties(screen, invoice.parties)
    table = _Lines("Line", "Item", "Order", "Quantity", "Unit", "Price", "Description")
    for line in invoice.lines:
        table.add(
            line.number,
            _ids(line.ids),
            line.order_number,
            _number(line.quantity),
            _words(line.unit),
            _number(line.price),
            line.description,
        )
    table.print(screen)
    _facts(
        screen,
        *((_charge_name(charge), _number(charge.amount)) for charge in invoice.charges),
        *((f"Tax {_words(tax.type)}".strip(), _tax(tax)) for tax in invoice.taxes),
        ("Total", f"{_number(invoice.total)} {invoice.currency or ''}".strip()),
    )


def _heading(screen: Screen, what: str, number: str, kind: str | None) -> None:
    screen.line()
    screen.line(
        (printable(f"{what} {number}"), "bold"), printable(f"  {_words(kind)}") if kind else "", hang=4
    )


def _facts(screen: Screen, *facts: Fact) -> None:
    for name, value in facts:
        if value:
            screen.line(f"  {printable(name):<{NAMES - 3}} {printable(value)}", hang=NAMES)


def _parties(screen: Screen, parties: tuple[Party, ...]) -> None:
    for party in parties:
        words = [party.name or "", *_each_id(party.ids), *party.street, party.city or "", party.region or ""]
        words += [party.postal_code or "", party.country or ""]
        shown = ", ".join(tied(printable(word)) for word in words if word)
        screen.line(f"  {printable(_words(party.role)):<{NAMES - 3}} {shown}", hang=NAMES)


def _terms(terms: tuple[Terms, ...]) -> Iterator[Fact]:
    for each in terms:
        days = f"net {each.net_days} days" if each.net_days is not None else None
        discount = (
            f"{_number(each.discount_percent)} % within {each.discount_days} days"
            if each.discount_percent is not None
            else None
        )
        yield (
            "Terms",
            ", ".join(word for word in (_words(each.type), days, discount, each.description) if word),
        )


def _references(references: Mapping[str, str]) -> Iterator[Fact]:
    for kind, value in references.items():
        yield _label(kind), value


class _Lines:
    """A table of lines; columns without any content are left out."""

    def __init__(self, *columns: str) -> None:
        self._columns = columns
        self._rows: list[tuple[str, ...]] = []

    def add(self, *cells: str | None) -> None:
        """Add a row; a cell for each column."""
        self._rows.append(tuple(printable(cell or "") for cell in cells))

    def print(self, screen: Screen) -> None:
        """Print the header and the rows."""
        screen.table(self._columns, self._rows, numeric=NUMERIC)


def _words(text: str | None) -> str:
    """A word of the canonical document as people write it: `pick_and_pack`, or `x12:CS` from a code list."""
    if not text:
        return ""
    standard, colon, code = text.partition(":")
    if colon and standard in CODED:
        return f"{code} ({CODED[standard]} code)"
    return text.replace("_", " ")


def _label(word: str) -> str:
    """A name before a value: `Bill of lading`, `ARN`, `Customer reference`."""
    if word in LABELS:
        return LABELS[word]
    told = _words(word)
    return told if ":" in word else told[:1].upper() + told[1:]


def _each_id(ids: Mapping[str, str]) -> list[str]:
    return [f"{LABELS.get(scheme) or _words(scheme)} {value}" for scheme, value in ids.items()]


def _ids(ids: Mapping[str, str]) -> str:
    return ", ".join(_each_id(ids))


def _number(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"


def _measure(measure: Measure | None) -> str | None:
    return None if measure is None else f"{_number(measure.value)} {_words(measure.unit)}"


def _moment(moment: Moment | None) -> str:
    if moment is None:
        return ""
    if moment.date is not None:
        return moment.date.isoformat()
    return f"{_clock(moment.time)} {moment.time.tzname()}" if moment.time else ""


def _clock(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S}".removesuffix(":00")


def _window(window: Window | None) -> str | None:
    if window is None:
        return None
    start, end = window.start, window.end
    if start and end and start.time and end.time and start.time.utcoffset() == end.time.utcoffset():
        return f"{_clock(start.time)} to {_moment(end)}"  # the zone of both is told once
    return f"{_moment(window.start) or '…'} to {_moment(window.end) or '…'}"


def _charge_name(charge: Charge) -> str:
    return f"{_label(charge.kind)} {_words(charge.type) or charge.description or ''}".strip()


def _tax(tax: Tax) -> str:
    percent = f" ({_number(tax.percent)} %)" if tax.percent is not None else ""
    return f"{_number(tax.amount)}{percent}"
