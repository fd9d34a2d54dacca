"""Records of an answer filled with what the order says, each value with the place it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

import msgspec

from gateway.documents import PurchaseOrder
from gateway.documents.parts import Moment
from gateway.findings import Location, found
from gateway.formats.json_pointer import child
from gateway.mapping.bound import BoundPath, FieldKind, Value
from gateway.mapping.crossrefs.complete import Filling, value_at, with_value
from gateway.mapping.crossrefs.values import key_text
from gateway.mapping.evaluate.bounded import FindingList
from gateway.mapping.evaluate.holders import is_empty, passes
from gateway.mapping.orders.matching import line_number
from gateway.mapping.orders.model import OrderFill, OrderPlace, OrderPlan

__all__ = ["Filler", "OrderSource", "pointer_of"]

_TEXTS = frozenset({"description", "name"})  # written in many ways; nothing follows from a difference
_BY_UNIT = frozenset({"quantity", "price", "list_price", "case_size"})  # mean nothing in another unit
_NUMBERS = frozenset({"number", "order_line"})  # of lines, with or without zeros in front


class OrderSource(msgspec.Struct, frozen=True):
    """An order, the records of it that fields are taken from (outermost first), and where the last stands."""

    order: PurchaseOrder
    records: tuple[msgspec.Struct, ...]
    pointer: str = ""

    @property
    def unit(self) -> object:
        """The unit in which a line of the order is counted."""
        return getattr(self.records[-1], "unit", None)

    def value(self, path: BoundPath) -> tuple[object, str]:
        """What stands at a path, and the pointer there."""
        outer = path.up > 0 and len(self.records) > 1
        record = self.records[0] if outer else self.records[-1]
        return value_at(record, path), pointer_of("" if outer else self.pointer, path)


class Filler:
    """Fills records of one document, and keeps what it filled and what it found to differ."""

    def __init__(self, entry: OrderPlan, zone: tzinfo, findings: FindingList) -> None:
        self.entry = entry
        self.zone = zone
        self.findings = findings
        self.fillings: list[Filling] = []
        self.source: OrderSource | None = None
        self.counted_otherwise = False

    def filled(
        self, entry: OrderPlan, record: msgspec.Struct, pointer: str, sources: Sequence[OrderSource]
    ) -> msgspec.Struct:
        """A record with what all sources tell alike."""
        self.entry = entry
        self.counted_otherwise = _differ(getattr(record, "unit", None), sources[0].unit)
        for fill in entry.fills:
            told = [source.value(fill.theirs) for source in sources]
            self.source = sources[0]
            value, place = told[0]
            if fill.own.kind is FieldKind.RECORDS:
                parts = [_items(fill.theirs, each) for each, _ in told]
                if all(_same_records(each, parts[0]) for each in parts[1:]):
                    record = self.with_records(record, pointer, fill, parts[0], place)
            elif not is_empty(value) and all(each == value for each, _ in told[1:]):
                record = self.with_field(record, pointer, fill.own, value, place)
        return record

    def with_field(
        self, record: msgspec.Struct, pointer: str, path: BoundPath, value: object, place: str
    ) -> msgspec.Struct:
        own = value_at(record, path)
        if isinstance(value, dict):
            return self.with_map(record, pointer, path, value, place)
        name = path.steps[-1].name
        if is_empty(own):
            if self.counted_otherwise and name in _BY_UNIT:
                return record
            self.fill(pointer_of(pointer, path), value, place)
            return with_value(record, path.steps, value)
        if name not in _TEXTS and path.kind is not FieldKind.TEXTS and not self.same(name, own, value):
            self.differs(pointer_of(pointer, path), path.text, own, value)
        return record

    def with_map(
        self, record: msgspec.Struct, pointer: str, path: BoundPath, theirs: dict[str, object], place: str
    ) -> msgspec.Struct:
        """The keys that the record lacks; none where it tells of another item or party."""
        held = value_at(record, path)
        own: dict[str, object] = held if isinstance(held, dict) else {}
        at = pointer_of(pointer, path)
        other = {key: value for key, value in theirs.items() if key in own and own[key] != value}
        for key, value in other.items():
            self.differs(child(at, key), f"{path.text}.{key}", own[key], value)
        missing = {key: value for key, value in theirs.items() if key not in own}
        if other or not missing:
            return record
        for key, value in missing.items():
            self.fill(child(at, key), value, child(place, key))
        return with_value(record, path.steps, {**own, **missing})

    def with_records(
        self,
        record: msgspec.Struct,
        pointer: str,
        fill: OrderFill,
        theirs: Sequence[tuple[int, msgspec.Struct]],
        place: str,
    ) -> msgspec.Struct:
        """The items of a list that the record lacks wholly; the same party is completed."""
        step = fill.own.steps[-1]
        held: tuple[msgspec.Struct, ...] = getattr(record, step.name)
        at = child(pointer, step.name)
        positions = [
            number for number, item in enumerate(held) if step.test is not None and passes(item, step.test)
        ]
        if not theirs:
            return record
        items = list(held)
        if not positions:
            for number, item in theirs:
                copied = _without_ext(item)
                self.fill_all(copied, child(at, len(items)), child(place, number))
                items.append(copied)
        elif len(positions) == 1 and len(theirs) == 1:
            (mine,), ((number, item),) = positions, theirs
            items[mine] = self.same_party(held[mine], child(at, mine), item, child(place, number))
        if len(items) == len(held) and all(new is old for new, old in zip(items, held, strict=True)):
            return record
        return msgspec.structs.replace(record, **{step.name: tuple(items)})

    def same_party(
        self, own: msgspec.Struct, pointer: str, theirs: msgspec.Struct, place: str
    ) -> msgspec.Struct:
        """A party completed where both sides know it by one identifier, and by no different one."""
        mine, other = getattr(own, "ids", None), getattr(theirs, "ids", None)
        if not isinstance(mine, dict) or not isinstance(other, dict):
            return own
        common = mine.keys() & other.keys()
        different = [key for key in sorted(common) if mine[key] != other[key]]
        for key in different:
            self.differs(child(child(pointer, "ids"), key), f"ids.{key}", mine[key], other[key])
        if different or not common:
            return own
        lacking = {
            name: value
            for name, value in _fields(_without_ext(theirs))
            if is_empty(getattr(own, name)) and not isinstance(value, dict)
        }
        more = {key: value for key, value in other.items() if key not in mine}
        for name, value in lacking.items():
            self.fill_value(value, child(pointer, name), child(place, name))
        self.fill_value(more, child(pointer, "ids"), child(place, "ids"))
        if not lacking and not more:
            return own
        return msgspec.structs.replace(own, **lacking, ids={**mine, **more})

    def same(self, name: str, own: object, theirs: object) -> bool:
        if isinstance(own, Moment) and isinstance(theirs, Moment):
            return self.day(own) == self.day(theirs)
        if name in _NUMBERS:
            return line_number(own) == line_number(theirs)
        return own == theirs

    def day(self, moment: Moment) -> object:
        return moment.date if moment.time is None else moment.time.astimezone(self.zone).date()

    def fill_all(self, record: msgspec.Struct, pointer: str, place: str) -> None:
        """Tells where every value of a record comes from."""
        for name, value in _fields(record):
            self.fill_value(value, child(pointer, name), child(place, name))

    def fill_value(self, value: object, pointer: str, place: str) -> None:
        if isinstance(value, msgspec.Struct) and not isinstance(value, Moment):
            self.fill_all(value, pointer, place)
        elif isinstance(value, dict):
            for key, inner in value.items():
                self.fill(child(pointer, key), inner, child(place, key))
        elif isinstance(value, tuple) and value and isinstance(value[0], msgspec.Struct):
            for number, item in enumerate(value):
                self.fill_all(item, child(pointer, number), child(place, number))
        elif not is_empty(value):
            self.fill(pointer, value, place)

    def fill(self, pointer: str, value: object, place: str) -> None:
        assert self.source is not None, "a value is filled from a source"
        order = OrderPlace(self.source.order.number, place)
        held: Value = value  # type: ignore[assignment]  # canonical records hold nothing else
        self.fillings.append(Filling(pointer, held, None, self.entry.origin, order=order))

    def differs(self, pointer: str, field: str, own: object, theirs: object) -> None:
        assert self.source is not None, "a value is compared with a source"
        place, order, row = Location(pointer=pointer), self.source.order.number, str(self.entry.origin)
        details = {"field": field, "other": _shown(theirs), "order": order, "row": row}
        self.findings.add(found("order-differs", place, _shown(own), severity=None, **details))


def _differ(own: object, theirs: object) -> bool:
    return not is_empty(own) and not is_empty(theirs) and own != theirs


def _items(path: BoundPath, held: object) -> list[tuple[int, msgspec.Struct]]:
    """The records of a list that a path means, each with its position."""
    test = path.steps[-1].test
    items = held if isinstance(held, tuple) else ()
    return [(number, item) for number, item in enumerate(items) if test is not None and passes(item, test)]


def _same_records(
    some: Sequence[tuple[int, msgspec.Struct]], others: Sequence[tuple[int, msgspec.Struct]]
) -> bool:
    first, second = ([_without_ext(item) for _, item in each] for each in (some, others))
    return first == second


def _without_ext(record: msgspec.Struct) -> msgspec.Struct:
    """What a format said beside the table's rows belongs to the order's own format, not to the answer's."""
    changed: dict[str, object] = {}
    for name in record.__struct_fields__:
        value = getattr(record, name)
        if name == "ext":
            changed[name] = {}
        elif isinstance(value, tuple) and value and isinstance(value[0], msgspec.Struct):
            changed[name] = tuple(_without_ext(item) for item in value)
    return msgspec.structs.replace(record, **changed)


def _fields(record: msgspec.Struct) -> list[tuple[str, object]]:
    named = ((name, getattr(record, name)) for name in record.__struct_fields__)
    return [(name, value) for name, value in named if not is_empty(value)]


def pointer_of(pointer: str, path: BoundPath) -> str:
    """The pointer to the end of a path, from the record that `pointer` leads to."""
    for step in path.steps:
        pointer = child(pointer, step.name)
    return pointer


def _shown(value: object) -> str:
    if isinstance(value, Moment):
        return str(value.date or value.time)
    return key_text(value)
