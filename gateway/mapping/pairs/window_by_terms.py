"""The pair `window_by_terms`: whose window an order's one pair of dates is.

An 850 gives "not before" and "not after" without saying of what. Amazon means the days of pick-up when it
pays the carriage (collect) and of arrival when the vendor does (prepaid); SP-API has a field for each.
"""

from __future__ import annotations

import msgspec

from gateway.documents.parts import Freight
from gateway.documents.purchase_order import PurchaseOrder
from gateway.findings import Finding
from gateway.mapping.pairs.model import Pair, PairTrace
from gateway.mapping.parameters import Parameters

__all__ = ["WINDOW_BY_TERMS"]

PAID_BY_THE_BUYER = frozenset({"collect", "paid_by_buyer"})


def to_document(
    shape: msgspec.Struct, trace: PairTrace, parameters: Parameters
) -> tuple[msgspec.Struct | None, tuple[Finding, ...]]:
    """The order as it is: SP-API tells the two windows apart."""
    return shape, ()


def to_shape(
    document: msgspec.Struct, trace: PairTrace, parameters: Parameters
) -> tuple[msgspec.Struct | None, tuple[Finding, ...]]:
    """The order with its only window as the ship window where the buyer pays the carriage."""
    assert isinstance(document, PurchaseOrder)
    payment = document.freight.payment if document.freight else None
    if payment not in PAID_BY_THE_BUYER or document.ship_window or not document.delivery_window:
        return document, ()
    moved = msgspec.structs.replace(document, ship_window=document.delivery_window, delivery_window=None)
    trace.moved(moved, document)
    trace.copy(moved, "ship_window", (document, "delivery_window"))
    return moved, ()


WINDOW_BY_TERMS = Pair(
    "window_by_terms",
    PurchaseOrder,
    PurchaseOrder,
    to_document,
    to_shape,
    makes=("ship_window",),
    telling=frozenset({(Freight, "payment")}),
)
