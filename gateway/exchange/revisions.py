"""What a revised order says differently, as the PurchaseOrderChange that its buyer could have sent."""

from __future__ import annotations

import msgspec

from gateway.documents.parts import Moment
from gateway.documents.purchase_order import PurchaseOrder
from gateway.documents.purchase_order_change import PurchaseOrderChange
from gateway.findings import Finding

__all__ = ["Revised", "order_change"]


class Revised(msgspec.Struct, frozen=True):
    """The change, None where nothing differs; and what differs that it cannot say."""

    change: PurchaseOrderChange | None
    unsaid: tuple[Finding, ...] = ()


def order_change(
    first: PurchaseOrder, second: PurchaseOrder, day: Moment, change_number: str | None = None
) -> Revised:
    """The change that makes the second order of the first. `day` is when the second one came."""
    if first == second:
        return Revised(None)
    return Revised(PurchaseOrderChange(order_number=first.number, date=day, change_number=change_number))
