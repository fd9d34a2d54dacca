"""Documents within the reach of a table, for hypothesis: made from the table's own plan, row by row.

Fields that a row requires or fills in have a value, so that writing need not add one; words are those that
lead to a code and back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec
from hypothesis import strategies as st

from gateway.documents.parts import Moment
from gateway.mapping.bound import (
    BlockPlan,
    ColumnSpot,
    FieldKind,
    JsonSpot,
    Plan,
    RowPlan,
    RowsAt,
    SayingPlan,
    X12Spot,
)
from gateway.mapping.plan import FormatKind, Here
from tests.pipeline.knowledge import library

__all__ = ["Draw", "Maker", "documents"]

Draw = Callable[[st.SearchStrategy[object]], object]
Values = tuple[object, ...]

TEXTS = st.text("ABCabc019 -", min_size=1, max_size=10).map(str.strip).filter(bool)
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31)).map(lambda day: Moment(date=day))
TIMES = st.datetimes(datetime(2020, 1, 1), datetime(2030, 12, 31)).map(
    lambda time: Moment(time=time.replace(second=0, microsecond=0, tzinfo=UTC))
)
NUMBERS = st.decimals(Decimal("-9999.99"), Decimal("9999.99"), places=2)
WHOLE = st.integers(1, 9999)
DIGITS = st.integers(0, 99999).map(str)
SSCC = st.integers(0, 10**18 - 1).map(lambda number: f"{number:018d}")
KEYS = st.sampled_from(("asin", "bol", "department", "requested_ship", "x12:ZZ"))
MOST_ITEMS = 2
_LIST = re.compile(r"(?:code|pairs|container|unit-price)\(([a-z-]+)")


def documents(plan: Plan) -> st.SearchStrategy[msgspec.Struct]:
    """Documents (shapes, where the table has one) of which every field is said by a row."""

    @st.composite
    def made(draw: Draw) -> msgspec.Struct:
        record = Maker(plan, draw).record(plan.root)
        fields = {name: "CAD" for name in _filled_from_outside(plan.root) if getattr(record, name) is None}
        return msgspec.structs.replace(record, **fields)

    return made()


def _filled_from_outside(block: BlockPlan) -> set[str]:
    """The fields of the document that lines say for it, such as the currency of their prices."""
    names = {field.steps[0].name for row in block.rows for field in row.fields if field.up}
    return names.union(*(_filled_from_outside(inner) for inner in block.blocks))


class Maker:
    def __init__(self, plan: Plan, draw: Draw) -> None:
        self.plan = plan
        self.draw = draw
        self.numbers = 0  # of items that rows of a flat file are grouped by

    def record(self, block: BlockPlan) -> msgspec.Struct:
        """One record of a block, with at least one value of its own."""
        values: dict[str, object] = {}
        rows = [row for row in block.rows if row.sayings and row.sayings[0].reads and row.sayings[0].writes]
        own = [row for row in rows if not any(field.up or field.fans_out for field in row.fields)]
        whole = {key: self.draw(st.booleans()) for key in {_group(row) for row in own}}
        drawn = [row for row in own if self.is_drawn(row, block, bool(whole[_group(row)]))]
        objects = {_parent(row.sayings[0]) for row in drawn if not row.sayings[0].fills}
        drawn = [row for row in drawn if not row.sayings[0].fills or _parent(row.sayings[0]) in objects]
        for row in drawn or own[:1]:
            self.put_row(block, row, values)
        for row in block.rows:
            if row.constant is not None:
                _put(values, [step.name for step in row.fields[0].steps], row.constant)
        for inner in block.blocks:
            self.put_items(inner, values)
        if block.test.field and block.test.equal:
            values[block.test.field] = block.test.value
        self.put_for_all(rows, values)
        built = _built(block.record, values, self.plan)
        completed = {
            inner.target[0].name: tuple(inner.writes(built))
            for inner in block.blocks
            if inner.writes is not None
        }
        return msgspec.structs.replace(built, **completed)

    def is_drawn(self, row: RowPlan, block: BlockPlan, group: bool) -> bool:
        """Whether a row gets a value: it must, or its record has it as a whole, or by chance."""
        saying, field = row.sayings[0], row.fields[0]
        needed = self.plan.fields[block.record][field.steps[0].name].required
        filled = (saying.default, saying.default_from, saying.default_compute, saying.absent)
        if saying.required or needed or any(word is not None for word in filled) or _completes(row, block):
            return True
        return group if len(field.steps) > 1 else bool(self.draw(st.booleans()))

    def put_row(self, block: BlockPlan, row: RowPlan, values: dict[str, object]) -> None:
        for field, value in zip(row.fields, self.values(block, row), strict=True):
            if value is not None:
                _put(values, [step.name for step in field.steps], value)

    def put_items(self, inner: BlockPlan, values: dict[str, object]) -> None:
        single = isinstance(inner.at, Here) or getattr(inner.at, "array", True) is False
        least = 1 if isinstance(inner.at, RowsAt) or _has_outer(inner) else 0
        count = self.draw(st.integers(least, 1 if single else MOST_ITEMS))
        assert isinstance(count, int)
        items = tuple(self.record(inner) for _ in range(count if inner.many else min(count, 1)))
        names = [step.name for step in inner.target]
        if inner.many and items:
            held = values.get(names[0], ())
            assert isinstance(held, tuple)
            values[names[0]] = held + items
        elif items:
            _put(values, names, items[0])

    def put_for_all(self, rows: Sequence[RowPlan], values: dict[str, object]) -> None:
        """One value for every item, where the format says it once for all."""
        for row in rows:
            field = row.fields[0]
            if field.fans_out and not field.up:
                items = values.get(field.steps[0].name, ())
                assert isinstance(items, tuple)
                (value,) = self.values(self.plan.root, row)
                names = [step.name for step in field.steps[1:]]
                values[field.steps[0].name] = tuple(_with(item, names, value, self.plan) for item in items)

    def values(self, block: BlockPlan, row: RowPlan) -> Values:
        """A value for each field of a row."""
        saying, kinds = row.sayings[0], [field.kind for field in row.fields]
        if _is_key(block, saying):
            self.numbers += 1
            return (str(self.numbers),)
        name = saying.codec.name
        if name == "entries":
            values = DAYS | TIMES if kinds[0] is FieldKind.MOMENTS else TEXTS
            return (self.draw(st.dictionaries(KEYS, values, min_size=1, max_size=MOST_ITEMS)),)
        if name in ("code", "container", "unit-price"):
            return self.coded(block, row, name)
        if name == "pairs":
            return (self.pairs(row),)
        if name == "interval":
            return (self.draw(TIMES), self.draw(TIMES))
        if name in ("schedule", "order-date"):
            return (self.draw(DAYS), self.draw(st.none() | DAYS))
        return (self.draw(self.simple(saying, kinds[0])),)

    def simple(self, saying: SayingPlan, kind: FieldKind) -> st.SearchStrategy[object]:
        is_json = self.plan.format.kind is FormatKind.JSON
        if kind is FieldKind.MOMENT:
            return DAYS if saying.codec.name == "date" else TIMES if is_json else DAYS | TIMES
        if kind is FieldKind.TEXTS:
            room = 2 if saying.repeated else max(len(saying.spots), 1)
            return st.lists(TEXTS, min_size=1, max_size=room).map(tuple)
        if kind is FieldKind.DECIMAL:
            return WHOLE.map(Decimal) if saying.codec.name == "integer" else NUMBERS
        simple: Mapping[FieldKind, st.SearchStrategy[object]] = {
            FieldKind.INTEGER: WHOLE,
            FieldKind.BOOLEAN: st.booleans(),
        }
        return simple.get(kind, DIGITS if saying.codec.name == "digits" else TEXTS)

    def coded(self, block: BlockPlan, row: RowPlan, name: str) -> Values:
        word = self.draw(st.sampled_from(self.words(row.sayings[0])))
        assert isinstance(word, str)
        if name == "container":
            return (word, self.draw(SSCC if word == "sscc" else TEXTS))
        if name == "unit-price":
            if self.draw(st.booleans()):
                return (None, None, self.draw(NUMBERS))
            basis = None if word in ("per_each", "retail_each") else word
            return (self.draw(NUMBERS), basis, self.draw(st.none() | NUMBERS))
        parts = [part or None for part in word.split("+")] if len(row.fields) > 1 else [word]
        if block.test.field == row.fields[0].steps[0].name and word == block.test.value:
            return self.coded(block, row, name)
        return (*parts, *[None] * (len(row.fields) - len(parts)))

    def words(self, saying: SayingPlan) -> list[str]:
        """The words of a row's list that lead to a code and back."""
        match = _LIST.search(saying.text)
        assert match is not None
        column = self.plan.format.kind.codecs.column
        codes = library().mapping_library.lists[match[1]]
        readers = codes.readers(column)
        return [word for word, code in codes.writers(column).items() if readers[code] == word]

    def pairs(self, row: RowPlan) -> dict[str, object]:
        saying = row.sayings[0]
        spot = saying.spots[0]
        assert isinstance(spot, X12Spot)
        writers = library().mapping_library.lists[_LIST.findall(saying.text)[0]].writers("x12")
        taken = {qualifier.value for other in spot.excluded for qualifier in other if qualifier.element == 1}
        words = [word for word in self.words(saying) if writers[word] not in taken]
        room = 1 if spot.last is not None and spot.last - spot.element == 1 else MOST_ITEMS
        keys = self.draw(st.lists(st.sampled_from(words), min_size=1, max_size=room, unique=True))
        assert isinstance(keys, list)
        return {key: self.draw(DAYS if "date)" in saying.text else TEXTS) for key in keys}


def _is_key(block: BlockPlan, saying: SayingPlan) -> bool:
    columns = block.at.columns if isinstance(block.at, RowsAt) else ()
    return any(isinstance(spot, ColumnSpot) and spot.column in columns for spot in saying.spots)


def _group(row: RowPlan) -> tuple[str, ...]:
    return tuple(step.name for step in row.fields[0].steps[:-1])


def _parent(saying: SayingPlan) -> tuple[str, ...]:
    spot = saying.spots[0]
    return spot.keys[:-1] if isinstance(spot, JsonSpot) else ()


def _completes(row: RowPlan, block: BlockPlan) -> bool:
    """Whether a value of an outer record only fills the object that this row makes, so it is needed."""
    outer = {
        spot.keys[:-1]
        for other in block.rows
        if any(field.up for field in other.fields)
        for saying in other.sayings
        for spot in saying.spots
        if isinstance(spot, JsonSpot)
    }
    return bool(_parent(row.sayings[0])) and _parent(row.sayings[0]) in outer


def _has_outer(block: BlockPlan) -> bool:
    return any(field.up for row in block.rows for field in row.fields) or any(
        row.fields[0].fans_out for row in block.rows
    )


def _put(values: dict[str, object], names: Sequence[str], value: object) -> None:
    for name in names[:-1]:
        inner = values.setdefault(name, {})
        assert isinstance(inner, dict)
        values = inner
    held = values.get(names[-1])
    values[names[-1]] = {**value, **held} if isinstance(value, dict) and isinstance(held, dict) else value


def _with(item: msgspec.Struct, names: Sequence[str], value: object, plan: Plan) -> msgspec.Struct:
    if len(names) == 1:
        return msgspec.structs.replace(item, **{names[0]: value})
    field = plan.fields[type(item)][names[0]]
    inner = getattr(item, names[0]) or field.records[0]()
    return msgspec.structs.replace(item, **{names[0]: _with(inner, names[1:], value, plan)})


def _built(record: type[msgspec.Struct], values: Mapping[str, object], plan: Plan) -> msgspec.Struct:
    made: dict[str, object] = {}
    for name, value in values.items():
        field = plan.fields[record][name]
        inner = isinstance(value, dict) and field.kind is FieldKind.RECORD
        made[name] = _built(field.records[0], value, plan) if inner and isinstance(value, dict) else value
    return record(**made)
