"""The numbers by which documents are found, and those of the orders they are about."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.documents import Document, Invoice, PurchaseOrder, PurchaseOrderChange, ShipNotice
from gateway.store.search_keys import Key, KeyKind


def number_of(document: Document) -> str:
    """The business number of a document; an answer to an order has that of the order."""
    if isinstance(document, PurchaseOrder | Invoice | ShipNotice):
        return document.number
    return document.order_number


def orders_of(document: Document) -> tuple[str, ...]:
    """The numbers of the orders that a document is about, each once."""
    return tuple(each.written for each in keys_of_document(document) if each.kind is KeyKind.PURCHASE_ORDER)


def is_of_buyer(document: Document) -> bool:
    """Whether the document comes from the one who buys."""
    return isinstance(document, PurchaseOrder | PurchaseOrderChange)


def keys_of_document(document: Document) -> Iterator[Key]:
    """What a document is found by."""
    if isinstance(document, PurchaseOrder):
        yield Key(KeyKind.PURCHASE_ORDER, document.number)
    elif isinstance(document, Invoice):
        yield Key(KeyKind.INVOICE, document.number)
        yield from _orders(document.order_number, *(line.order_number for line in document.lines))
    elif isinstance(document, ShipNotice):
        yield Key(KeyKind.SHIPMENT, document.number)
        yield from _orders(*(order.number for order in document.orders))
        yield from _orders(*(line.order_number for line in document.lines))
    else:
        yield Key(KeyKind.PURCHASE_ORDER, document.order_number)


def _orders(*numbers: str | None) -> Iterator[Key]:
    return (Key(KeyKind.PURCHASE_ORDER, number) for number in dict.fromkeys(numbers) if number)
