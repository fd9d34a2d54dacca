"""Which vendor documents a JSON tree holds, whatever it is wrapped in, and the wrapper to write them in.

The same order stands in `{payload: {orders: […]}}` (getPurchaseOrders), `{payload: {…}}` (getPurchaseOrder),
`{orders: […]}`, in a bare list, or alone; the three documents that vendors submit likewise.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from gateway.findings import Finding, Location, found
from gateway.formats.json import Json, JsonObject
from gateway.formats.json_pointer import child

__all__ = ["Contents", "Document", "Kind", "contents", "recognise", "wrapped"]

MAX_SHOWN_ERRORS = 20  # Amazon repeats one error six times over; more of them tell nothing new


class Kind(StrEnum):
    """The four documents of vendor retail."""

    ORDER = "order"
    ACKNOWLEDGEMENT = "acknowledgement"
    SHIPMENT_CONFIRMATION = "shipment_confirmation"
    INVOICE = "invoice"

    @property
    def list_key(self) -> str:
        """The key of the list in the operation's payload or body."""
        return _LIST_KEYS[self]

    @property
    def definition(self) -> str:
        """The name of one document among the `$defs` of its schema."""
        return _DEFINITIONS[self]

    @property
    def schema_file(self) -> str:
        """The schema's path below the folder of schemas."""
        return f"spapi/{_SCHEMA_NAMES[self]}.schema.json"


_LIST_KEYS = {
    Kind.ORDER: "orders",
    Kind.ACKNOWLEDGEMENT: "acknowledgements",
    Kind.SHIPMENT_CONFIRMATION: "shipmentConfirmations",
    Kind.INVOICE: "invoices",
}
_DEFINITIONS = {
    Kind.ORDER: "Order",
    Kind.ACKNOWLEDGEMENT: "OrderAcknowledgement",
    Kind.SHIPMENT_CONFIRMATION: "ShipmentConfirmation",
    Kind.INVOICE: "Invoice",
}
_SCHEMA_NAMES = {
    Kind.ORDER: "orders",
    Kind.ACKNOWLEDGEMENT: "acknowledgements",
    Kind.SHIPMENT_CONFIRMATION: "shipment-confirmations",
    Kind.INVOICE: "invoices",
}
# A document that stands alone is known by fields that only its kind has; one such set is enough. Required
# fields are left out of them in part, because Amazon's own examples lack some.
_MARKS: tuple[tuple[Kind, frozenset[str]], ...] = (
    (Kind.ORDER, frozenset({"purchaseOrderNumber", "purchaseOrderState"})),
    (Kind.ORDER, frozenset({"purchaseOrderNumber", "orderDetails"})),
    (Kind.ACKNOWLEDGEMENT, frozenset({"purchaseOrderNumber", "acknowledgementDate"})),
    (Kind.SHIPMENT_CONFIRMATION, frozenset({"shipmentIdentifier", "shipmentConfirmationType"})),
    (Kind.SHIPMENT_CONFIRMATION, frozenset({"shipmentIdentifier", "shipmentConfirmationDate"})),
    (Kind.SHIPMENT_CONFIRMATION, frozenset({"shipmentIdentifier", "shippedItems"})),
    (Kind.INVOICE, frozenset({"invoiceType", "id"})),
    (Kind.INVOICE, frozenset({"invoiceType", "invoiceTotal"})),
    (Kind.INVOICE, frozenset({"remitToParty", "invoiceTotal"})),
)


class Document(msgspec.Struct, frozen=True):
    """One document as it stands in a file; `pointer` leads to it from the root of the file."""

    pointer: str
    tree: Json


class Contents(msgspec.Struct, frozen=True):
    """The documents of a file. `kind` is `None` when Amazon answered with an error instead of any."""

    kind: Kind | None
    documents: tuple[Document, ...] = ()
    findings: tuple[Finding, ...] = ()


def recognise(tree: Json) -> Kind | None:
    """The kind of the documents in a tree, or `None` when it holds none of the four kinds, or several."""
    held = contents(tree)
    return None if held is None else held.kind


def contents(tree: Json) -> Contents | None:
    """The documents of a tree with their pointers, or `None` when it is nothing of the vendor APIs.

    What the wrapper itself says is a finding: an error that Amazon answered with, a further page, a field
    that no wrapper has.
    """
    if not isinstance(tree, dict):
        return _bare(tree, "")
    payload = tree.get("payload")
    inner = None if payload is None else _within(payload, "/payload")
    if inner is not None:
        return _with_findings(inner, (*_errors(tree), *_unknown(tree, "", {"payload", "errors"})))
    errors = _errors(tree)
    return Contents(None, (), errors) if errors else _within(tree, "")


def wrapped(kind: Kind, documents: Sequence[Json]) -> JsonObject:
    """The payload or body that holds these documents, as the operation of their kind has it."""
    return {kind.list_key: list(documents)}


def _within(tree: Json, pointer: str) -> Contents | None:
    """What stands under `payload`, or at the top: a list by its key, one document, or a bare list."""
    if not isinstance(tree, dict):
        return _bare(tree, pointer)
    listed = [kind for kind in Kind if kind.list_key in tree]
    if len(listed) != 1:
        return _bare(tree, pointer)
    kind = listed[0]
    place = child(pointer, kind.list_key)
    entries = tree[kind.list_key]
    members = entries if isinstance(entries, list) else [entries]
    documents = (
        Document(child(place, index) if isinstance(entries, list) else place, member)
        for index, member in enumerate(members)
    )
    findings = (*_more_pages(tree, pointer), *_unknown(tree, pointer, {kind.list_key, "pagination"}))
    return Contents(kind, tuple(documents), findings)


def _bare(tree: Json, pointer: str) -> Contents | None:
    """One document without a wrapper, or a list of documents that are all of one kind."""
    if isinstance(tree, dict):
        kind = _kind_of(tree)
        return None if kind is None else Contents(kind, (Document(pointer, tree),))
    if not isinstance(tree, list):
        return None
    kinds = {_kind_of(member) for member in tree}
    kind = kinds.pop() if len(kinds) == 1 else None
    if kind is None:
        return None
    return Contents(kind, tuple(Document(child(pointer, index), entry) for index, entry in enumerate(tree)))


def _kind_of(tree: Json) -> Kind | None:
    if not isinstance(tree, dict):
        return None
    kinds = {kind for kind, marks in _MARKS if marks <= tree.keys()}
    return kinds.pop() if len(kinds) == 1 else None


def _with_findings(held: Contents, findings: tuple[Finding, ...]) -> Contents:
    return Contents(held.kind, held.documents, (*findings, *held.findings))


def _errors(tree: JsonObject) -> tuple[Finding, ...]:
    """The errors of an answer: a list of objects that have a code and a message."""
    errors = tree.get("errors")
    if not isinstance(errors, list):
        return ()
    return tuple(
        found(
            "spapi-error-response",
            Location(pointer=f"/errors/{index}"),
            str(error["code"]),
            text=" ".join(str(error[key]) for key in ("message", "details") if error.get(key)),
        )
        for index, error in enumerate(errors[:MAX_SHOWN_ERRORS])
        if isinstance(error, dict) and "code" in error
    )


def _more_pages(tree: JsonObject, pointer: str) -> tuple[Finding, ...]:
    pagination = tree.get("pagination")
    if not isinstance(pagination, dict) or not pagination.get("nextToken"):
        return ()
    return (found("spapi-more-pages", Location(pointer=child(pointer, "pagination") + "/nextToken")),)


def _unknown(tree: JsonObject, pointer: str, known: set[str]) -> tuple[Finding, ...]:
    unknown = [key for key in tree if key not in known]
    return tuple(
        found("spapi-field-unknown", Location(pointer=child(pointer, key)))
        for key in unknown[:MAX_SHOWN_ERRORS]
    )
