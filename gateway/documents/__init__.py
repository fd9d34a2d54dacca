"""Canonical documents: the one neutral form every format is read into and written from."""

from __future__ import annotations

from gateway.documents.invoice import Invoice
from gateway.documents.order_acknowledgment import OrderAcknowledgment
from gateway.documents.order_change_acknowledgment import OrderChangeAcknowledgment
from gateway.documents.purchase_order import PurchaseOrder
from gateway.documents.purchase_order_change import PurchaseOrderChange
from gateway.documents.ship_notice import ShipNotice

__all__ = [
    "DOCUMENTS",
    "Document",
    "Invoice",
    "OrderAcknowledgment",
    "OrderChangeAcknowledgment",
    "PurchaseOrder",
    "PurchaseOrderChange",
    "ShipNotice",
]

Document = (
    PurchaseOrder
    | OrderAcknowledgment
    | PurchaseOrderChange
    | OrderChangeAcknowledgment
    | ShipNotice
    | Invoice
)

DOCUMENTS: tuple[type[Document], ...] = (
    PurchaseOrder,
    OrderAcknowledgment,
    PurchaseOrderChange,
    OrderChangeAcknowledgment,
    ShipNotice,
    Invoice,
)
"""Every canonical document type; its tag in JSON (`document`) is the name of the class."""
