"""The first step with what arrived: which documents it holds, so that it is found by their numbers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from itertools import islice

from sqlalchemy import select
from sqlmodel import col

from gateway.bootstrap import Library
from gateway.documents import Document, Invoice, PurchaseOrder, ShipNotice
from gateway.formats.detect import HEAD_BYTES, detect
from gateway.formats.fixed_width import format_by_layouts
from gateway.pipeline.received import Received
from gateway.pipeline.sources import receive
from gateway.report import SetReport
from gateway.store.messages import add_keys, enter_keys, is_erased
from gateway.store.payloads.reading import read_payload
from gateway.store.queue.steps import Leased
from gateway.store.search_keys import Key, KeyKind
from gateway.store.store import Store
from gateway.store.tables import Message, PartnerRow
from gateway.store.writing.transaction import Change, Transaction

READ_KEYS = "read-keys"
MOST_KEYS = 10_000  # of one file; it has more when it holds thousands of orders
LARGEST = 4 << 20  # bytes; what is larger is found by its name, its channel and its time alone


class KeyReader:
    """The handler of steps `read-keys`; one file at a time, since what a workspace knows is shared."""

    def __init__(self, store: Store, library: Callable[[], Library]) -> None:
        self._store = store
        self._library = library
        self._reading = threading.Lock()

    def __call__(self, step: Leased) -> Change[object]:
        """Read the file of a step's message. A file that nobody can read has no numbers: that is no fault."""
        message = str(step.message)
        with self._reading:
            keys = tuple(islice(self._keys(message), MOST_KEYS))

        def noted(transaction: Transaction) -> None:
            if is_erased(transaction.connection, message):  # since it was read
                return
            add_keys(transaction, message, keys)
            enter_keys(transaction, message)

        return noted

    def _keys(self, message: str) -> Iterator[Key]:
        with self._store.database.reading() as connection:
            wanted = select(col(Message.size), col(PartnerRow.name)).join(PartnerRow, isouter=True)
            size, partner = connection.execute(wanted.where(col(Message.id) == message)).one()
            if size > LARGEST or is_erased(connection, message):
                return
            parts = [*read_payload(connection, self._store.keys, self._store.vault, message, "raw")]
        library = self._library()
        head = b"".join(parts)[:HEAD_BYTES]
        form = format_by_layouts(head, detect(head), library.layouts.values(), whole=size < HEAD_BYTES)
        yield from keys_of(receive("", parts, form, library.knowledge(partner, None)))


def keys_of(received: Received) -> Iterator[Key]:
    """The numbers of envelopes and documents by which a file is looked for; some may come twice."""
    for report in received.report.sets:
        yield from _of_envelope(report)
    for sourced in received.documents:
        yield from _of_document(sourced.document)


def _of_envelope(report: SetReport) -> Iterator[Key]:
    numbers = ((KeyKind.INTERCHANGE, report.isa13), (KeyKind.GROUP, report.gs06), (KeyKind.SET, report.st02))
    return (Key(kind, number) for kind, number in numbers if number)


def _of_document(document: Document) -> Iterator[Key]:
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
