"""The pieces of which `gateway view` shows a document: facts, parties, a table of lines, words for values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType

from gateway.cli.screen import Screen, printable, tied
from gateway.documents.parts import Charge, Measure, Moment, Party, Tax, Terms, Window

NUMERIC = frozenset(("Quantity", "Left", "Price", "Ordered"))  # columns whose cells stand to the right

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


def print_heading(screen: Screen, what: str, number: str, kind: str | None) -> None:
    screen.line()
    screen.line(
        (printable(f"{what} {number}"), "bold"), printable(f"  {plain_words(kind)}") if kind else "", hang=4
    )


def print_facts(screen: Screen, *facts: Fact) -> None:
    for name, value in facts:
        if value:
            screen.line(f"  {printable(name):<{NAMES - 3}} {printable(value)}", hang=NAMES)


def print_parties(screen: Screen, parties: tuple[Party, ...]) -> None:
    for party in parties:
        words = [party.name or "", *each_id(party.ids), *party.street, party.city or "", party.region or ""]
        words += [party.postal_code or "", party.country or ""]
        shown = ", ".join(tied(printable(word)) for word in words if word)
        screen.line(f"  {printable(plain_words(party.role)):<{NAMES - 3}} {shown}", hang=NAMES)


def terms_facts(terms: tuple[Terms, ...]) -> Iterator[Fact]:
    for each in terms:
        days = f"net {each.net_days} days" if each.net_days is not None else None
        discount = (
            f"{number_text(each.discount_percent)} % within {each.discount_days} days"
            if each.discount_percent is not None
            else None
        )
        yield (
            "Terms",
            ", ".join(word for word in (plain_words(each.type), days, discount, each.description) if word),
        )


def reference_facts(references: Mapping[str, str]) -> Iterator[Fact]:
    for kind, value in references.items():
        yield label(kind), value


class LineTable:
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


def plain_words(text: str | None) -> str:
    """A word of the canonical document as people write it: `pick_and_pack`, or `x12:CS` from a code list."""
    if not text:
        return ""
    standard, colon, code = text.partition(":")
    if colon and standard in CODED:
        return f"{code} ({CODED[standard]} code)"
    return text.replace("_", " ")


def label(word: str) -> str:
    """A name before a value: `Bill of lading`, `ARN`, `Customer reference`."""
    if word in LABELS:
        return LABELS[word]
    told = plain_words(word)
    return told if ":" in word else told[:1].upper() + told[1:]


def each_id(ids: Mapping[str, str]) -> list[str]:
    return [f"{LABELS.get(scheme) or plain_words(scheme)} {value}" for scheme, value in ids.items()]


def ids_text(ids: Mapping[str, str]) -> str:
    return ", ".join(each_id(ids))


def number_text(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"


def measure_text(measure: Measure | None) -> str | None:
    return None if measure is None else f"{number_text(measure.value)} {plain_words(measure.unit)}"


def moment_text(moment: Moment | None) -> str:
    if moment is None:
        return ""
    if moment.date is not None:
        return moment.date.isoformat()
    return f"{_clock(moment.time)} {moment.time.tzname()}" if moment.time else ""


def _clock(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S}".removesuffix(":00")


def window_text(window: Window | None) -> str | None:
    if window is None:
        return None
    start, end = window.start, window.end
    if start and end and start.time and end.time and start.time.utcoffset() == end.time.utcoffset():
        return f"{_clock(start.time)} to {moment_text(end)}"  # the zone of both is told once
    return f"{moment_text(window.start) or '…'} to {moment_text(window.end) or '…'}"


def charge_name(charge: Charge) -> str:
    return f"{label(charge.kind)} {plain_words(charge.type) or charge.description or ''}".strip()


def tax_text(tax: Tax) -> str:
    percent = f" ({number_text(tax.percent)} %)" if tax.percent is not None else ""
    return f"{number_text(tax.amount)}{percent}"
