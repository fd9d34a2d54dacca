"""Answers completed from the orders that they name, after a table has read them.

It stands behind the evaluator and the compiled functions, so that both give the same document.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from gateway.documents import Document, PurchaseOrder
from gateway.documents.purchase_order import PurchaseOrderLine
from gateway.documents.ship_notice import Content, ShipNotice
from gateway.findings import Finding, Location, found
from gateway.formats.json_pointer import child
from gateway.mapping.bound import Plan
from gateway.mapping.crossrefs.complete import Completed, value_at
from gateway.mapping.crossrefs.values import key_text
from gateway.mapping.evaluate.bounded import FindingList
from gateway.mapping.evaluate.holders import Holder, is_empty, leaves_of, passes, pointers_to
from gateway.mapping.orders.filling import Filler, OrderSource, pointer_of
from gateway.mapping.orders.matching import matching_lines
from gateway.mapping.orders.model import OrderPlan

__all__ = ["OrderOf", "completed_from_orders"]

OrderOf = Callable[[str], PurchaseOrder | None]
"""The stored order of a number; None where there is none."""


def completed_from_orders(plan: Plan, document: Document, order_of: OrderOf) -> Completed:
    """The document with what it leaves out and its orders tell; held where there is no such order."""
    run = _Run(plan, order_of)
    made = run.document(document)
    findings = run.findings
    return Completed(made, findings.has_errors, findings.closed(), tuple(run.filler.fillings))


class _Run:
    """One document on its way to completeness."""

    def __init__(self, plan: Plan, order_of: OrderOf) -> None:
        self.plan = plan
        self.order_of = order_of
        self.findings = FindingList()
        self.filler = Filler(plan.orders[0], plan.parameters.zone, self.findings)

    def document(self, document: Document) -> Document:
        head = self.plan.orders[0]
        orders = self.orders(document, head)
        if self.findings.has_errors:
            return document
        made: msgspec.Struct = document
        sources = [OrderSource(order, (order,)) for order in orders.values()]
        if sources:
            made = self.filler.filled(head, made, "", sources)
        for entry in self.plan.orders[1:]:
            made = self.lines(entry, made, orders)
        if isinstance(made, ShipNotice):
            made = _with_units_of_lines(made)
        assert isinstance(made, Document)
        self.tell_lacking(made)
        return made

    def orders(self, document: Document, head: OrderPlan) -> dict[str, PurchaseOrder]:
        """The orders that the document names; those that are missing are told."""
        orders: dict[str, PurchaseOrder] = {}
        missing: set[str] = set()
        for key in head.keys:
            pointers = pointers_to(Holder(document, ""), key.own.steps)
            for number, pointer in zip(leaves_of(document, key.own.steps), pointers, strict=False):
                if not isinstance(number, str) or not number or number in orders or number in missing:
                    continue
                order = self.order_of(number)
                if order is not None:
                    orders[number] = order
                else:
                    missing.add(number)
                    row = str(head.origin)
                    self.findings.add(found("order-missing", Location(pointer=pointer), number, row=row))
        return orders

    def lines(
        self, entry: OrderPlan, document: msgspec.Struct, orders: dict[str, PurchaseOrder]
    ) -> msgspec.Struct:
        """The document with its lines completed, each from the order it names, else from the only one."""
        (step,) = entry.steps
        held = getattr(document, step.name)
        own = getattr(document, "order_number", None)
        only = own if own in orders else next(iter(orders)) if len(orders) == 1 else None
        items = []
        for number, line in enumerate(held):
            named = getattr(line, "order_number", None) or only
            fits = step.test is not None and passes(line, step.test)
            made = line
            if named in orders and fits:
                made = self.line(entry, line, child(child("", step.name), number), orders[named])
            items.append(made)
        if all(new is old for new, old in zip(items, held, strict=True)):
            return document
        return msgspec.structs.replace(document, **{step.name: tuple(items)})

    def line(
        self, entry: OrderPlan, line: msgspec.Struct, pointer: str, order: PurchaseOrder
    ) -> msgspec.Struct:
        key, positions = matching_lines(entry, line, order)
        if key is None:
            return line
        if len(positions) != 1:
            code = "order-line-unclear" if positions else "order-line-unknown"
            place = Location(pointer=pointer_of(pointer, key.own))
            said = value_at(line, key.own)
            shown = ", ".join(said.values()) if isinstance(said, dict) else key_text(said)
            row = str(entry.origin)
            self.findings.add(found(code, place, shown, order=order.number, row=row))
            return line
        (position,) = positions
        of_order: PurchaseOrderLine = order.lines[position]
        source = OrderSource(order, (order, of_order), child(child("", "lines"), position))
        return self.filler.filled(entry, line, pointer, [source])

    def tell_lacking(self, document: Document) -> None:
        """What a row requires, and neither the file nor the order told."""
        for entry in self.plan.orders:
            steps = entry.steps
            records = leaves_of(document, steps)
            for record, pointer in zip(records, pointers_to(Holder(document, ""), steps), strict=False):
                for name, (spot, origin) in entry.lacking.items():
                    if is_empty(getattr(record, name)):
                        place = Location(pointer=child(pointer, name))
                        self.findings.add(_lacks(place, spot, name, str(origin)))


def _lacks(place: Location, spot: str, field: str, row: str) -> Finding:
    return found("mapping-required-missing", place, severity=None, spot=spot, field=field, row=row)


def _with_units_of_lines(notice: ShipNotice) -> ShipNotice:
    """What packages hold of a line is counted in the unit of the line where nothing else is said."""
    units = {line.number: line.unit for line in notice.lines}

    def completed(contents: tuple[Content, ...]) -> tuple[Content, ...]:
        return tuple(
            each if each.unit is not None else msgspec.structs.replace(each, unit=units.get(each.line))
            for each in contents
        )

    held = [package.contents for package in notice.cartons]
    held += [package.contents for package in notice.pallets]
    if all(each.unit is not None for contents in held for each in contents):
        return notice
    return msgspec.structs.replace(
        notice,
        cartons=tuple(
            msgspec.structs.replace(each, contents=completed(each.contents)) for each in notice.cartons
        ),
        pallets=tuple(
            msgspec.structs.replace(each, contents=completed(each.contents)) for each in notice.pallets
        ),
    )
