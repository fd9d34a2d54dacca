"""What a revised order says differently, as the PurchaseOrderChange that its buyer could have sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import msgspec

from gateway.documents.parts import Moment
from gateway.documents.purchase_order import PurchaseOrder, PurchaseOrderLine
from gateway.documents.purchase_order_change import PurchaseOrderChange
from gateway.exchange.line_changes import LineChange, added, changed, deleted
from gateway.exchange.saying import Saying, by_end, by_key, by_role, said_of, unsaid, whole
from gateway.findings import Finding

__all__ = ["NOT_COMPARED", "SAYABLE", "UNSAYABLE", "Revised", "order_change"]

SAYABLE: Final[Mapping[str, Saying]] = MappingProxyType(
    {
        "type": whole,
        "currency": whole,
        "parties": by_role,
        "contacts": whole,
        "references": by_key,
        "dates": by_key,
        "ship_window": by_end,
        "delivery_window": by_end,
        "freight": whole,
        "carrier": whole,
        "terms": whole,
        "charges": whole,
        "taxes": whole,
        "notes": whole,
    }
)
UNSAYABLE: Final = ("state", "release", "payment_method", "ext")
NOT_COMPARED: Final = (
    *("number", "date", "lines", "total"),  # the change has them by their own rules
    *("purpose", "changed", "state_changed"),  # why and when it was sent, nothing of what is ordered
)


class Revised(msgspec.Struct, frozen=True):
    """The change, None where it would say nothing; and what differs that it cannot say."""

    change: PurchaseOrderChange | None
    unsaid: tuple[Finding, ...] = ()


def order_change(
    first: PurchaseOrder, second: PurchaseOrder, day: Moment, change_number: str | None = None
) -> Revised:
    """The change that makes the second order of the first; both have the same number.

    `day` is when the second one came, and is the day of the change unless that order has a date of its own.
    Type, currency and the total after the change are told again whether they differ or not. Findings point
    into the second order.
    """
    base = PurchaseOrderChange(
        order_number=second.number,
        date=second.date if second.date != first.date else day,
        order_date=first.date,
        change_number=change_number,
        purpose="change",
        type=second.type,
        currency=second.currency,
        release=second.release,
        total=second.total,
    )
    if second.purpose == "cancel":
        return Revised(msgspec.structs.replace(base, purpose="cancel"))
    said = said_of(first, second, SAYABLE, UNSAYABLE, "")
    lines = tuple(_lines(first.lines, second.lines))
    findings = (*said.unsaid, *(finding for each in lines for finding in each.unsaid))
    told = tuple(each.line for each in lines if each.line is not None)
    says_total = second.total is not None and second.total != first.total
    if not said.given and not told and not says_total:
        return Revised(None, findings)
    return Revised(msgspec.structs.replace(base, **said.given, lines=told), findings)


def _lines(first: Sequence[PurchaseOrderLine], second: Sequence[PurchaseOrderLine]) -> Iterator[LineChange]:
    """How each line changed, in the order of the second one; those it has no more come last."""
    before, after = _numbered(first), _numbered(second)
    if before is None or after is None:
        if tuple(first) != tuple(second):
            problem = "differ, and have no number or the same one twice"
            yield LineChange(None, (unsaid("/lines", problem),))
        return
    for place, (number, line) in enumerate(after.items()):
        pointer = f"/lines/{place}"
        earlier = before.get(number)
        yield added(line, pointer) if earlier is None else changed(earlier, line, pointer)
    for number, line in before.items():
        if number not in after:
            yield deleted(line)


def _numbered(lines: Sequence[PurchaseOrderLine]) -> dict[str, PurchaseOrderLine] | None:
    """Lines by their number; None where it does not tell them apart."""
    numbered = {line.number: line for line in lines if line.number is not None}
    return numbered if len(numbered) == len(lines) else None
