"""How one line of an order changed, named by the codes of X12 element 670 as far as one of them says it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import msgspec

from gateway.documents.purchase_order import PurchaseOrderLine
from gateway.documents.purchase_order_change import PurchaseOrderChangeLine
from gateway.exchange.saying import Saying, by_end, by_key, said_of, whole
from gateway.findings import Finding

__all__ = ["SAYABLE", "UNSAYABLE", "LineChange", "added", "changed", "deleted"]

SAYABLE: Final[Mapping[str, Saying]] = MappingProxyType(
    {
        "quantity": whole,
        "unit": whole,
        "case_size": whole,
        "price": whole,
        "price_basis": whole,
        "list_price": whole,
        "retail_price": whole,
        "ids": by_key,
        "description": whole,
        "references": by_key,
        "dates": by_key,
        "ship_window": by_end,
        "delivery_window": by_end,
        "charges": whole,
        "taxes": whole,
        "notes": whole,
    }
)
UNSAYABLE: Final = (
    *("price_unit", "list_price_unit", "discount_multiplier", "backorder_allowed", "weight", "parties"),
    "ext",
)
PRICE: Final = ("price", "price_basis", "list_price")  # one composite of POC06, POC07 and CTP: given together
_GROUPS: Final = MappingProxyType(
    {
        "quantity": "quantity",
        **dict.fromkeys(PRICE, "price"),
        **dict.fromkeys(("dates", "ship_window", "delivery_window"), "schedule"),
        "charges": "charges",
    }
)
_KINDS: Final = MappingProxyType(
    {
        frozenset({"price"}): "price",
        frozenset({"price", "quantity"}): "price_and_quantity",
        frozenset({"price", "schedule"}): "price_and_schedule",
        frozenset({"schedule"}): "dates",
        frozenset({"schedule", "quantity"}): "schedule_and_quantity",
        frozenset({"price", "quantity", "schedule"}): "price_quantity_and_schedule",
        frozenset({"charges"}): "charges",
    }
)


class LineChange(msgspec.Struct, frozen=True):
    """The line of the change, None where it would say nothing; and what it cannot say."""

    line: PurchaseOrderChangeLine | None
    unsaid: tuple[Finding, ...] = ()


def added(line: PurchaseOrderLine, pointer: str) -> LineChange:
    """A line that the first order did not have, with all that can be said of it."""
    said = said_of(None, line, SAYABLE, UNSAYABLE, pointer)
    return LineChange(_line("added", line.number, said.given), said.unsaid)


def deleted(line: PurchaseOrderLine) -> LineChange:
    """A line that the second order does not have; its item is named for who does not know the order."""
    return LineChange(_line("deleted", line.number, {"ids": line.ids}))


def changed(first: PurchaseOrderLine, second: PurchaseOrderLine, pointer: str) -> LineChange:
    """A line that both orders have, by its number. Where one item stands instead of another, the identifiers
    given are all those of the new one; else what is not given stays."""
    is_replaced = any(second.ids.get(scheme, value) != value for scheme, value in first.ids.items())
    sayings = {**SAYABLE, "ids": whole} if is_replaced else SAYABLE
    said = said_of(first, second, sayings, UNSAYABLE, pointer)
    if not said.given:
        return LineChange(None, said.unsaid)
    kind = _kind(first, second, frozenset(said.given), is_replaced=is_replaced)
    given = {**said.given, "ids": second.ids, **_beside(second, said.given)}
    return LineChange(_line(kind, second.number, given), said.unsaid)


def _kind(
    first: PurchaseOrderLine, second: PurchaseOrderLine, names: frozenset[str], *, is_replaced: bool
) -> str:
    if is_replaced:
        return "replaced" if names <= {"ids", "description"} else "replaced_with_modifications"
    groups = frozenset(_GROUPS.get(name, name) for name in names)
    if groups == {"quantity"}:
        return "quantity_raised" if second.quantity > first.quantity else "quantity_lowered"
    if "price" in groups and second.price is None and second.list_price is None:
        return "changed"
    return _KINDS.get(groups, "changed")


def _beside(line: PurchaseOrderLine, given: Mapping[str, object]) -> dict[str, object]:
    """What goes with a given value: a quantity has its unit (X12 wants both), a price its basis."""
    names: list[str] = []
    if "quantity" in given or "unit" in given:
        names += ["quantity", "unit"]
    if any(name in given for name in PRICE):
        names += PRICE
    return {name: value for name in names if (value := getattr(line, name)) is not None}


def _line(kind: str, number: str | None, given: Mapping[str, object]) -> PurchaseOrderChangeLine:
    return msgspec.structs.replace(PurchaseOrderChangeLine(change=kind, number=number), **given)
