"""What belongs together: a file that came, its documents, what was sent of them, and acknowledgments."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, Select, select
from sqlalchemy.orm import Mapped
from sqlmodel import col

from gateway.lifecycle import Kind
from gateway.store.search_keys import KeyKind, normalised
from gateway.store.tables import Carried, DocumentRow, Message, SearchKey, SendingRow

AT_ONCE = 500
TOLD_BY = ("receipt", "of", "sending", "acknowledges")
"""Details of a leaf that name other messages: what told it, what it repeats, and what it went with."""


def related(connection: Connection, message: str, kind: Kind) -> frozenset[str]:
    """The messages that tell the story of one: where it came from, and what became of it.

    Of a document's file the other documents are left out, as are those of other files in the same sending.
    """
    if kind is Kind.SENDING:
        documents = documents_in(connection, (message,))
        up = arrivals_of(connection, documents) | _answered(connection, (message,))
        return frozenset({message} | documents | up)
    if kind is Kind.ARRIVAL:
        return frozenset({message} | _from(connection, (message,), documents_of(connection, (message,))))
    readings = {message} | _readings(connection, message)
    return frozenset(_from(connection, arrivals_of(connection, readings), readings))


@dataclass(frozen=True, slots=True)
class MadeOf:
    """What was made of a message `alone`; and what is `left` that holds some of it beside other things."""

    alone: frozenset[str]
    left: frozenset[str]


def made_of(connection: Connection, message: str) -> MadeOf:
    """What was made of a message, and what holds some of it besides.

    Of a file these are its documents, other readings of them, its acknowledgments, and what was sent with
    nothing else in it; of a document what was sent of it alone, while its file is left. Nothing is made of
    what was sent; the documents in it are left.
    """
    documents = {message} | documents_of(connection, (message,))
    documents |= {each for one in sorted(documents) for each in _read_from(connection, one)}
    sent = sendings_with(connection, documents)
    alone = {each for each in sent if documents_in(connection, (each,)) <= documents}
    made = (documents | alone | answers_to(connection, (message,))) - {message}
    left = (sent - alone) | (arrivals_of(connection, (message,)) | documents_in(connection, (message,)))
    return MadeOf(frozenset(made), frozenset(left - made - {message}))


def of_order(connection: Connection, number: str) -> frozenset[str]:
    """All that belongs to an order: its documents, the files they came in, what was sent, and its answers."""
    normal = normalised(number)
    by_row = select(col(DocumentRow.message_id)).where(col(DocumentRow.order_number) == normal)
    by_key = select(col(SearchKey.message_id)).where(
        col(SearchKey.normalised) == normal, col(SearchKey.kind) == KeyKind.PURCHASE_ORDER.value
    )
    found = {*connection.execute(by_row).scalars(), *connection.execute(by_key).scalars()}
    of_kinds = select(col(Message.id), col(Message.kind)).where(col(Message.id).in_(bound := sorted(found)))
    kinds = {row.id: row.kind for row in connection.execute(of_kinds)} if bound else {}
    documents = {each for each in found if kinds.get(each) == Kind.DOCUMENT}
    return frozenset(found | _from(connection, arrivals_of(connection, documents), documents))


def documents_of(connection: Connection, arrivals: Collection[str]) -> set[str]:
    """The documents that came in these files."""
    wanted = select(col(Message.id)).where(col(Message.kind) == Kind.DOCUMENT.value)
    return _those(connection, wanted, col(Message.within), arrivals)


def arrivals_of(connection: Connection, documents: Collection[str]) -> set[str]:
    """The files in which these documents came."""
    wanted = select(col(Message.within)).where(col(Message.within).is_not(None))
    return _those(connection, wanted, col(Message.id), documents)


def sendings_with(connection: Connection, documents: Collection[str]) -> set[str]:
    """What was, or is to be, sent with these documents in it."""
    return _those(connection, select(col(Carried.sending_id)), col(Carried.document_id), documents)


def documents_in(connection: Connection, sendings: Collection[str]) -> set[str]:
    """The documents that these sendings carry."""
    wanted = select(col(Carried.document_id)).where(col(Carried.document_id).is_not(None))
    return _those(connection, wanted, col(Carried.sending_id), sendings)


def answers_to(connection: Connection, arrivals: Collection[str]) -> set[str]:
    """The acknowledgments of these files."""
    return _those(connection, select(col(SendingRow.message_id)), col(SendingRow.answers), arrivals)


def _from(connection: Connection, arrivals: Collection[str], documents: Collection[str]) -> set[str]:
    """Files and documents with all that was sent of them, or in answer to them."""
    sent = sendings_with(connection, documents) | answers_to(connection, arrivals)
    return {*arrivals, *documents, *sent}


def _answered(connection: Connection, sendings: Collection[str]) -> set[str]:
    wanted = select(col(SendingRow.answers)).where(col(SendingRow.answers).is_not(None))
    return _those(connection, wanted, col(SendingRow.message_id), sendings)


def _read_from(connection: Connection, document: str) -> set[str]:
    """The other readings of a document, from it on."""
    wanted = select(col(DocumentRow.message_id))
    known, coming = set[str](), {document}
    while coming:
        coming = _those(connection, wanted, col(DocumentRow.parent), coming) - known
        known |= coming
    return known


def _readings(connection: Connection, document: str) -> set[str]:
    """Other readings of a document: those it was made from, and those made from it."""
    known, coming = {document}, {document}
    while coming:
        above = select(col(DocumentRow.parent)).where(col(DocumentRow.parent).is_not(None))
        found = _those(connection, above, col(DocumentRow.message_id), coming)
        found |= _those(connection, select(col(DocumentRow.message_id)), col(DocumentRow.parent), coming)
        coming = found - known
        known |= coming
    return known


def _those(
    connection: Connection,
    wanted: Select[str] | Select[str | None],
    column: Mapped[str] | Mapped[str | None],
    ids: Iterable[str],
) -> set[str]:
    """What is selected where the column has one of the ids."""
    given, found = sorted(ids), set[str]()
    for start in range(0, len(given), AT_ONCE):
        rows = connection.execute(wanted.where(column.in_(given[start : start + AT_ONCE])))
        found.update(str(each) for each in rows.scalars())
    return found
