"""Generated writers: the part that is the same for every format, in the order in which the evaluator works.

Own values first, then blocks, computed places, what was kept in `ext`, and last what only fills.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Generic, TypeVar

from gateway.mapping.bound import (
    BlockPlan,
    BoundDerivation,
    BoundPath,
    FieldKind,
    JsonAt,
    Plan,
    RowPlan,
    SayingPlan,
    StepKind,
)
from gateway.mapping.compiled.code import Code
from gateway.mapping.compiled.names import Names
from gateway.mapping.plan import Here

__all__ = ["Writing"]

Scope = TypeVar("Scope")

_TRUE_WHEN_FILLED = frozenset({FieldKind.TEXT, FieldKind.TEXTS, FieldKind.MAP, FieldKind.MOMENTS})


class Writing(ABC, Generic[Scope]):
    """Writes the code that writes one document. What a format does in its own way is abstract."""

    def __init__(self, plan: Plan, names: Names, code: Code) -> None:
        self.plan = plan
        self.names = names
        self.code = code
        self.around: list[str] = []
        self.pointers: list[tuple[str, ...]] = [()]
        self.values_of: dict[int, list[tuple[str, str]]] = {}
        self.inner: list[dict[tuple[str, tuple[str, ...]], str]] = []

    @abstractmethod
    def put(self, scope: Scope, saying: SayingPlan, places: Sequence[str], *, fill: bool) -> str | None:
        """Writes the locals with the values of a row's places, each of which may be empty. When it only
        fills, gives the local (or literal) that tells whether there was something to fill."""

    @abstractmethod
    def open(self, scope: Scope, block: BlockPlan) -> Scope:
        """A new occurrence of a block."""

    @abstractmethod
    def close(self, scope: Scope, opened: Scope, block: BlockPlan) -> None:
        """The occurrence is complete."""

    @abstractmethod
    def kept(self, scope: Scope, record: str) -> None:
        """What the record keeps of this format."""

    def document(self, scope: Scope) -> None:
        """The whole document, once the scope stands; `remarks` gathers what was left out."""
        self.code.line("remarks = []")
        if self.plan.pair is not None:
            self.code.line("document, findings = to_shape(document, SILENT, PARAMETERS)")
            self.code.line("if findings or document is None: raise Doubt")
        self.around.append("document")
        self.write_block(self.plan.root, scope)

    def write_block(self, block: BlockPlan, scope: Scope) -> None:
        """Writes the record of the innermost local by the rows and blocks of a block."""
        self.inner.append({})
        self.own_values(block, scope)
        self.blocks(block, scope)
        if block is self.plan.root:
            for number, item in enumerate(self.plan.derived):
                self.derived(number, item, scope)
        if block.ext and (not isinstance(block.at, Here) or not block.target):
            self.kept(scope, self.around[-1])
        self.fill_in(block, scope)
        self.inner.pop()

    def own_values(self, block: BlockPlan, scope: Scope) -> None:
        for row in block.rows:
            if row.constant is not None:
                value, given = self.value(row, row.fields[0], None)
                self.code.line(f"if {given} and {value} != {self.names.constant(row)}: raise Doubt")
                continue
            for saying in row.sayings:
                if not saying.writes or saying.fills:
                    continue
                values = self.values(row, saying)
                with self.code.inside(f"if {any_of(values)}:"):
                    self.encoded(scope, saying, [value for value, _ in values], fill=False)
                if saying.required and not has_default(saying):
                    self.code.line("else: raise Doubt")

    def fill_in(self, block: BlockPlan, scope: Scope) -> None:
        for row in block.rows:
            for saying in row.sayings:
                if not saying.writes or not (saying.fills or has_default(saying)):
                    continue
                given = any_of(self.values(row, saying) if saying.fills else self.values_of[id(saying)])
                if saying.fills:
                    self.fill_own(row, saying, given, scope)
                if has_default(saying):
                    with self.code.inside("else:" if saying.fills else f"if not ({given}):"):
                        self.fill_default(saying, scope)

    def fill_own(self, row: RowPlan, saying: SayingPlan, given: str, scope: Scope) -> None:
        with self.code.inside(f"if {given}:"):
            values = [value for value, _ in self.values_of[id(saying)]]
            filled = self.encoded(scope, saying, values, fill=True)
            if not any(field.up for field in row.fields):
                parts = (*self.pointers[-1], *(f"{step.name!a}" for step in row.fields[0].steps))
                which = f"{self.names.row(row)}, S{self.names.number(saying)}"
                told = f"left_out({which}, ({', '.join(parts)},), ({', '.join(values)},))"
                self.code.line(f"if not {filled}: remarks.append({told})")

    def fill_default(self, saying: SayingPlan, scope: Scope) -> None:
        value = self.code.name("default")
        number = self.names.number(saying)
        if saying.default_compute is not None:
            self.code.line(f"{value} = COMPUTE{number}({self.around[-1]})")
        elif saying.default_from is not None:
            self.code.line(f"{value} = {self.other(saying.default_from, number)}")
        else:
            self.code.line(f"{value} = {self.names.default(saying)}")
        with self.code.inside(f"if {value} is not None:"):
            self.encoded(scope, saying, [value], fill=True)
        if saying.required and not saying.fills:
            self.code.line("else: raise Doubt")

    def other(self, field: BoundPath, number: int) -> str:
        """The expression of the field that fills in for that of a cell, None where it holds nothing."""
        record = self.around[-1 - field.up]
        kinds = [step.kind for step in field.steps]
        if kinds not in ([StepKind.FIELD], [StepKind.FIELD, StepKind.KEY]):
            return f"agreed_or_none({record}, S{number}.default_from.steps)"
        held = f"{record}.{field.steps[0].name}"
        if len(kinds) > 1:
            held = f"{held}.get({field.steps[1].name!a})"
        return f"{held} or None" if field.kind in _TRUE_WHEN_FILLED else held

    def values(self, row: RowPlan, saying: SayingPlan) -> list[tuple[str, str]]:
        """Locals with the values of a row's fields, each with the condition that there is something to
        write."""
        found = [self.value(row, field, saying) for field in row.fields]
        self.values_of[id(saying)] = found
        return found

    def value(self, row: RowPlan, field: BoundPath, saying: SayingPlan | None) -> tuple[str, str]:
        value = self.code.name("value")
        self.code.line(f"{value} = {self.leaf(row, field)}")
        given = value if field.kind in _TRUE_WHEN_FILLED else f"{value} is not None"
        if saying is not None and saying.absent is not None:
            self.code.line(f"if {value} == {self.names.absent(saying)}: {value} = None")
        if len(row.fields) > 1 and field.kind in _TRUE_WHEN_FILLED:
            self.code.line(f"if not {value}: {value} = None")
        return value, given

    def leaf(self, row: RowPlan, field: BoundPath) -> str:
        """The expression of what a path leads to; items of a list must agree."""
        record = self.around[-1 - field.up]
        if field.fans_out:
            return self.of_items(record, row, field)
        steps = list(field.steps)
        last = steps.pop()
        keyed = last.kind is StepKind.KEY
        holder = steps.pop() if keyed else last
        if steps:
            record = self.inside(record, tuple(step.name for step in steps))
        held = f"{record}.{holder.name}"
        if keyed:
            held = f"{held}.get({last.name!a})"
        return f"{held} if {record} is not None else None" if steps else held

    def of_items(self, record: str, row: RowPlan, field: BoundPath) -> str:
        """The expression of the value that all items of a list have."""
        test = field.steps[0].test
        plain = len(field.steps) == 2 and test is not None and not test.field
        if not plain or field.steps[1].kind is not StepKind.FIELD or self.several_types(field):
            return f"agreed({record}, {self.names.row(row)}.fields[{row.fields.index(field)}].steps)"
        items, leaf = field.steps[0].name, field.steps[1].name
        leaves = self.code.name("leaves")
        self.code.line(f"{leaves} = [each.{leaf} for each in {record}.{items}]")
        self.code.line(f"if {leaves}.count({leaves}[0] if {leaves} else None) != len({leaves}): raise Doubt")
        return f"{leaves}[0] if {leaves} else None"

    def several_types(self, field: BoundPath) -> bool:
        """Whether the list at the start of a path may hold records of several types."""
        name, test = field.steps[0].name, field.steps[0].test
        held = [fields[name].records for fields in self.plan.fields.values() if name in fields]
        return any(test is not None and test.record in types and len(types) > 1 for types in held)

    def inside(self, record: str, names: tuple[str, ...]) -> str:
        """The local with a record inside another, which may be None."""
        known = next((each[record, names] for each in self.inner if (record, names) in each), None)
        if known is not None:
            return known
        outer = self.inside(record, names[:-1]) if len(names) > 1 else record
        local = self.inner[-1][record, names] = self.code.name("inner")
        self.code.line(f"{local} = {self.field(outer, names)}")
        return local

    def field(self, holder: str, names: tuple[str, ...]) -> str:
        """The expression of the last field of a path; the record that holds it may be None further in."""
        held = f"{holder}.{names[-1]}"
        return held if len(names) == 1 else f"{held} if {holder} is not None else None"

    def encoded(self, scope: Scope, saying: SayingPlan, values: Sequence[str], *, fill: bool) -> str:
        """Writes values through the codec; gives what `put` gives."""
        several = len(saying.spots) > 1 and not saying.repeated
        places = [self.code.name("place") for _ in (saying.spots if several else (None,))]
        written = self.names.encoded(saying, list(values))
        if saying.codec.pairs:
            self.code.line(f"{places[0]}, left = {written}")
            self.code.line("if left: raise Doubt")
        else:
            self.code.line(f"{', '.join(places)} = {written}")
        return self.put(scope, saying, places, fill=fill) or "True"

    def derived(self, number: int, item: BoundDerivation, scope: Scope) -> None:
        computed, place = self.code.name("computed"), self.code.name("place")
        self.code.line(f"{computed} = COMPUTED{number}({self.around[-1]})")
        with self.code.inside(f"if {computed} is not None:"):
            self.code.line(f"{place} = WRITTEN{number}({computed})")
            self.put(scope, item.saying, [place], fill=False)

    def blocks(self, block: BlockPlan, scope: Scope) -> None:
        """The blocks of one list share it, in the list's own order."""
        groups: dict[tuple[str, ...], list[BlockPlan]] = {}
        for inner in block.blocks:
            groups.setdefault(tuple(step.name for step in inner.target), []).append(inner)
        for names, group in groups.items():
            outer = self.around[-1]
            holder = self.inside(outer, names[:-1]) if len(names) > 1 else outer
            held, used = self.code.name("held"), {}
            if group[0].writes is not None:
                self.code.line(f"{held} = {self.names.items(group[0])}({holder})")
            else:
                self.code.line(f"{held} = {self.field(holder, names)}")
            for inner in group:
                if holds_one(inner):
                    used[id(inner)] = self.code.name("used")
                    self.code.line(f"{used[id(inner)]} = False")
            item = self.code.name("item")
            parts = (*self.pointers[-1], *(f"{name!a}" for name in names))
            if not group[0].many:
                head = f"if ({item} := {held}) is not None:"
            elif any(may_leave_out(inner) for inner in group):
                number = self.code.name("number")
                parts = (*parts, number)
                head = f"for {number}, {item} in enumerate({held} or ()):"
            else:
                head = f"for {item} in {held} or ():"
            self.pointers.append(parts)
            with self.code.inside(head):
                self.items(group, item, used, scope, block)
            self.pointers.pop()

    def items(
        self, group: Sequence[BlockPlan], item: str, used: dict[int, str], scope: Scope, outer: BlockPlan
    ) -> None:
        word = "if"
        for inner in group:
            conditions = self.passing(inner, item, outer)
            with self.code.inside(f"{word} {' and '.join(conditions) or 'True'}:"):
                if id(inner) in used:
                    self.code.line(f"if {used[id(inner)]}: raise Doubt")
                    self.code.line(f"{used[id(inner)]} = True")
                self.around.append(item)
                if isinstance(inner.at, Here):
                    self.write_block(inner, scope)
                else:
                    opened = self.open(scope, inner)
                    self.write_block(inner, opened)
                    self.close(scope, opened, inner)
                self.around.pop()
            word = "elif"

    def passing(self, block: BlockPlan, item: str, outer: BlockPlan) -> list[str]:
        """When an item of the list is one that a block takes."""
        conditions, test = [], block.test
        holder = block.target[-2].record if len(block.target) > 1 else outer.record
        assert holder is not None
        if len(self.plan.fields[holder][block.target[-1].name].records) > 1:
            conditions.append(f"isinstance({item}, {self.names.record(test.record)})")
        if test.field:
            conditions.append(f"{item}.{test.field} {'==' if test.equal else '!='} {test.value!a}")
        return conditions


def any_of(values: Sequence[tuple[str, str]]) -> str:
    return " or ".join(given for _, given in values)


def may_leave_out(block: BlockPlan) -> bool:
    """Whether a row in a block or inside it only fills what other rows make, and says so when there is
    nothing."""
    own = any(
        saying.writes and saying.fills and not any(field.up for field in row.fields)
        for row in block.rows
        for saying in row.sayings
    )
    return own or any(may_leave_out(inner) for inner in block.blocks)


def has_default(saying: SayingPlan) -> bool:
    given = (saying.default, saying.default_from, saying.default_compute)
    return any(default is not None for default in given)


def holds_one(block: BlockPlan) -> bool:
    """Whether the format has one place for the items of a block."""
    return isinstance(block.at, Here) or (isinstance(block.at, JsonAt) and not block.at.array)
