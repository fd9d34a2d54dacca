"""An order that several tests share."""

from __future__ import annotations

import datetime
from decimal import Decimal

from gateway.documents import PurchaseOrder
from gateway.documents.parts import Moment, Party, Terms
from gateway.documents.purchase_order import PurchaseOrderLine

DAY = Moment(date=datetime.date(2026, 1, 31))
ORDER = PurchaseOrder(
    number="PO1",
    date=DAY,
    currency="USD",
    parties=(Party("ship_to", {"assigned": "PHX3"}, street=("1 Main St", "Dock 4")),),
    terms=(Terms("basic", net_days=30),),
    lines=(
        PurchaseOrderLine(Decimal(12), "each", "1", price=Decimal("9.25"), ids={"upc": "012345678905"}),
        PurchaseOrderLine(Decimal(1), "x12:PE", "2", ext={"x12": {"SAC14": "T", "REF": ("REF*ZZ*1",)}}),
    ),
)
