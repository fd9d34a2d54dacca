"""What a document is called: its kind and number, told even of one that is refused, if it can be read."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

import msgspec

from gateway.documents import DOCUMENTS, Document
from gateway.formats.json import Json, JsonObject
from gateway.mapping.bound import JsonSpot, Plan
from gateway.mapping.evaluate.sources import CsvSource
from gateway.spapi.contents import Kind

__all__ = [
    "Name",
    "number_field",
    "number_of",
    "of_canonical",
    "of_records",
    "of_rows",
    "of_text",
    "of_vendor",
]

MAX_LENGTH = 80  # characters of a number that is shown; what is longer is none that a partner gave
_OF_VENDOR = MappingProxyType(
    {
        Kind.ORDER: ("PurchaseOrder", "purchaseOrderNumber"),
        Kind.ACKNOWLEDGEMENT: ("OrderAcknowledgment", "purchaseOrderNumber"),
        Kind.SHIPMENT_CONFIRMATION: ("ShipNotice", "shipmentIdentifier"),
        Kind.INVOICE: ("Invoice", "id"),
    }
)
_NUMBER = MappingProxyType(
    {
        kind.__name__: "number" if "number" in kind.__struct_fields__ else "order_number"
        for kind in DOCUMENTS  # an answer or a change is known by the order that it is about
    }
)


class Name(msgspec.Struct, frozen=True):
    """The kind of a document, as `Invoice`, and its number; "" where one is not known."""

    kind: str = ""
    number: str = ""


def of_canonical(tree: Json) -> Name:
    """The name of a canonical document as it stands in its file."""
    kind = tree.get("document") if isinstance(tree, dict) else None
    if not isinstance(tree, dict) or not isinstance(kind, str) or kind not in _NUMBER:
        return Name()
    return Name(kind, _number(tree.get(_NUMBER[kind])))


def of_vendor(kind: Kind, tree: Json) -> Name:
    """The name of a document of SP-API as it stands in its file."""
    name, key = _OF_VENDOR[kind]
    return Name(name, _number(tree.get(key)) if isinstance(tree, dict) else "")


def of_rows(document: type[Document], source: CsvSource, keys: Sequence[str]) -> Name:
    """The name of a document of a delimited file, which is the cell that its rows have in common."""
    if len(keys) != 1 or keys[0] not in source.columns or not source.rows:
        return Name(document.__name__)
    cells = source.rows[0].cells
    position = source.columns.index(keys[0])
    return Name(document.__name__, _number(cells[position].strip() if position < len(cells) else ""))


def of_records(document: type[Document], tree: JsonObject, plan: Plan) -> Name:
    """The name of a document of a fixed-width file, from the field that its table reads the number from."""
    for row in plan.root.rows:
        spot = row.sayings[0].spots[0] if row.sayings else None
        if row.key == _NUMBER[document.__name__] and isinstance(spot, JsonSpot):
            record = tree.get(spot.keys[0])
            return Name(
                document.__name__, _number(record.get(spot.keys[-1]) if isinstance(record, dict) else "")
            )
    return Name(document.__name__)


def number_field(document: type[Document]) -> str:
    """The field of a kind of documents that holds their number."""
    return _NUMBER[document.__name__]


def of_text(document: type[Document], number: str) -> Name:
    """The name of a document whose number stands as this text in its file."""
    return Name(document.__name__, _number(number))


def _number(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= MAX_LENGTH else ""


def number_of(document: Document) -> str:
    """The number that a document is known by."""
    return str(getattr(document, _NUMBER[type(document).__name__]))
