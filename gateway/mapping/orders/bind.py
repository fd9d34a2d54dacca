"""What a table takes from the order bound to records, and the rows that are not required any more for it."""

from __future__ import annotations

import msgspec

from gateway.documents import PurchaseOrder
from gateway.documents.purchase_order import PurchaseOrderLine
from gateway.mapping.bound import BlockPlan, BoundPath, BoundStep, FieldKind, Plan, RowPlan, StepKind
from gateway.mapping.cells import CellError
from gateway.mapping.crossrefs.bind import expect_fillable, records_of
from gateway.mapping.orders.model import Ordered, OrderFill, OrderPlan, Taken
from gateway.mapping.paths import PathResolver
from gateway.mapping.plan import Each, Filter, Origin, Path
from gateway.mapping.records import Field

__all__ = ["bound_order", "completable"]

RecordType = type[msgspec.Struct]


def bound_order(entry: Ordered, document: RecordType, paths: PathResolver) -> OrderPlan:
    """One line of `order` for records of this document; `CellError` when a path leads to no field."""
    steps, record = records_of(entry.path, document, paths)
    if entry.path is None:
        keys = tuple(_number(each, record, paths) for each in entry.keys)
        fills = tuple(_fill(each, record, (PurchaseOrder,), paths) for each in entry.fills)
    else:
        if [step.kind for step in steps] != [StepKind.ITEMS]:
            raise CellError(f"`{entry.path}`: the order fills the document (`.`) and its lines (`lines[]`)")
        keys = tuple(_key(each, record, paths) for each in entry.keys)
        around = (PurchaseOrder, PurchaseOrderLine)
        fills = tuple(_fill(each, record, around, paths) for each in entry.fills)
    shown = ", ".join(each.own.text for each in keys), ", ".join(each.own.text for each in fills)
    return OrderPlan(
        steps=steps, record=record, keys=keys, fills=fills, text=" -> ".join(shown), origin=entry.origin
    )


def _number(taken: Taken, record: RecordType, paths: PathResolver) -> OrderFill:
    own = paths.leaf(taken.own, (record,))
    if own.kind is not FieldKind.TEXT:
        raise CellError(f"`{own.text}` holds a {own.kind.value}, which is no number of an order")
    return OrderFill(own, own)


def _key(taken: Taken, record: RecordType, paths: PathResolver) -> OrderFill:
    own, theirs = paths.leaf(taken.own, (record,)), paths.leaf(taken.theirs, (PurchaseOrderLine,))
    if own.kind is not theirs.kind or own.kind not in (FieldKind.TEXT, FieldKind.MAP):
        raise CellError(f"`{own.text}` finds no line; a number or identifiers do, such as `number` or `ids`")
    return OrderFill(own, theirs)


def _fill(taken: Taken, record: RecordType, around: tuple[RecordType, ...], paths: PathResolver) -> OrderFill:
    up = 1 if taken.theirs.up else 0
    own_path = msgspec.structs.replace(taken.own, up=0) if taken.own == taken.theirs else taken.own
    if isinstance(taken.own.steps[-1].items, Each | Filter):
        own = _list(own_path, record, paths)
        theirs = _list(taken.theirs, around[-1 - min(up, len(around) - 1)], paths)
    else:
        own = paths.leaf(own_path, (record,))
        theirs = paths.leaf(taken.theirs, around)
        expect_fillable(own, record)
    if own.kind is not theirs.kind or theirs.up > 1 or (own.fans_out and own.kind is not FieldKind.RECORDS):
        raise CellError(f"`{own.text}` cannot be filled with `{theirs.text}` of the order")
    return OrderFill(own, theirs)


def _list(path: Path, record: RecordType, paths: PathResolver) -> BoundPath:
    if len(path.steps) != 1:
        raise CellError(f"`{path}`: a list is taken whole only where it stands in the record itself")
    step: BoundStep = paths.step(path.steps[0], paths.field(record, path.steps[0].name), path)
    return BoundPath(str(path), (step,), FieldKind.RECORDS, path.up)


def completable(plan: Plan) -> Plan:
    """The plan for when orders are at hand: what they may fill, a file need not say. It is judged when the
    document is completed."""
    root, orders = plan.root, []
    fields = {record: dict(known) for record, known in plan.fields.items()}
    for entry in plan.orders:
        opening = _Opening(entry, fields, shaped=plan.pair is not None)
        root = opening.block(root)
        orders.append(msgspec.structs.replace(entry, lacking=opening.lacking))
    return msgspec.structs.replace(plan, root=root, orders=tuple(orders), fields=fields)


class _Opening:
    """Takes `required` from what one line of `order` may fill.

    The rows of a shape (`shaped`) have the fields of the document's lines by their names.
    """

    def __init__(self, entry: OrderPlan, fields: dict[RecordType, dict[str, Field]], *, shaped: bool) -> None:
        self.record = entry.record
        self.wanted = {fill.own.steps[0].name for fill in entry.fills if len(fill.own.steps) == 1}
        self.fields = fields
        self.shaped = shaped and bool(entry.steps)
        self.lacking: dict[str, tuple[str, Origin]] = {}

    def block(self, block: BlockPlan) -> BlockPlan:
        rows = block.rows
        if block.record is self.record or (self.shaped and block.many):
            rows = tuple(self.row(row, self.fields[block.record]) for row in rows)
        return msgspec.structs.replace(
            block, rows=rows, blocks=tuple(self.block(inner) for inner in block.blocks)
        )

    def row(self, row: RowPlan, known: dict[str, Field]) -> RowPlan:
        name = row.fields[0].steps[0].name
        alone = len(row.fields) == 1 and len(row.fields[0].steps) == 1 and not row.fields[0].up
        if not alone or name not in self.wanted:
            return row
        asked = [saying for saying in row.sayings if saying.must_be_read]
        if not asked and not known[name].required:
            return row
        told = (asked or row.sayings)[0]
        self.lacking[name] = (told.text, told.origin)
        if known[name].required:
            known[name] = msgspec.structs.replace(known[name], required=False, awaited=True)
        sayings = tuple(msgspec.structs.replace(each, awaited=True) for each in row.sayings)
        return msgspec.structs.replace(row, sayings=sayings)
