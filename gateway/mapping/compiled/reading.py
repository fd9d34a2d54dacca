"""Generated readers: the part that is the same for every format, in the order in which the evaluator works.

Rows, then blocks, then rows that go to every item of a list, then constants and what stands for absent
values.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Generic, TypeAlias, TypeVar

import msgspec

from gateway.mapping.bound import (
    BlockPlan,
    BoundDerivation,
    BoundPath,
    BoundTest,
    Plan,
    RowPlan,
    SayingPlan,
    StepKind,
)
from gateway.mapping.compiled.code import Code
from gateway.mapping.compiled.doubt import UnsupportedTableError
from gateway.mapping.compiled.items import Items
from gateway.mapping.compiled.names import Names
from gateway.mapping.compiled.records import Leaf, Vars
from gateway.mapping.plan import Here

__all__ = ["Cell", "Fan", "Reading"]

Scope = TypeVar("Scope")
Cell: TypeAlias = tuple[RowPlan, SayingPlan]


class Fan(msgspec.Struct, frozen=True):
    """A row whose value goes to every item of a list. `value` and `used` are locals."""

    row: RowPlan
    saying: SayingPlan
    value: str
    used: str
    target: tuple[str, ...]
    test: BoundTest
    rest: BoundPath


class Reading(Items, ABC, Generic[Scope]):
    """Writes the code that reads one document. What a format does in its own way is abstract."""

    def __init__(self, plan: Plan, names: Names, code: Code) -> None:
        super().__init__(plan, names, code)
        self.around: list[Vars] = []
        self.conditional = False

    @abstractmethod
    def value(self, scope: Scope, row: RowPlan, saying: SayingPlan, into: Sequence[str]) -> str:
        """Sets the locals `into` to the values of a row's fields (or None); gives the condition that one of
        its places holds something."""

    @abstractmethod
    def claimed(self, scope: Scope, saying: SayingPlan, values: Sequence[str]) -> None:
        """Notes that a row has read its places, where one of the locals is not None."""

    @abstractmethod
    def unclaimed(self, fan: Fan) -> None:
        """What becomes of a value that went to no item."""

    @abstractmethod
    def positioned(self, blocks: Sequence[BlockPlan], vars_: Vars, scope: Scope, fans: Sequence[Fan]) -> None:
        """The blocks that have a place of their own."""

    @abstractmethod
    def total(self, scope: Scope, item: BoundDerivation) -> str:
        """The local with what stands at a computed place, or None."""

    @abstractmethod
    def rest(self, block: BlockPlan, scope: Scope | None, vars_: Vars) -> None:
        """Keeps what no row claimed in a block's scope; `scope` is None where a block has none of its own."""

    def document(self, scope: Scope) -> None:
        """The whole document, or its shape where there is a pair, from the opened scope to the return."""
        root = self.plan.root
        vars_ = self.recorder.vars(root.record)
        mark = self.code.mark()
        self.around.append(vars_)
        self.fill(root, vars_, scope, ())
        self.fill_in(root, vars_)
        totals = [self.total(scope, item) for item in self.plan.derived]
        self.rest(root, scope, vars_)
        made = self.recorder.build(vars_)
        mark.lines += vars_.starts()
        self.code.line(f"document = {made}")
        for number, held in enumerate(totals):
            with self.code.inside(f"if {held} is not None:"):
                self.code.line(f"computed = COMPUTED{number}(document)")
                other = f"{held} != str(computed) and not same({held}, computed)"
                self.code.line(f"if computed is not None and {other}: raise Doubt")
        self.code.line(f"return {self.returned()}")

    def returned(self) -> str:
        """The expression that is returned at last."""
        return "document"

    def fill(self, block: BlockPlan, vars_: Vars, scope: Scope, outer_fans: Sequence[Fan]) -> None:
        """Rows and blocks of a block; what the outer fans bring comes when the item is complete."""
        fans = []
        cells = [(row, saying) for row in block.rows for saying in row.sayings if self.looks_for(saying)]
        for source, together in self.together(cells, scope):
            if any(field.fans_out for field in together[0][0].fields):
                fans.append(self.fan(*together[0], scope))
            elif source:
                self.read_together(source, together, scope)
            else:
                self.read(*together[0], scope)
        for inner in block.blocks:
            if isinstance(inner.at, Here):
                self.item_here(inner, vars_, scope, fans)
        self.positioned(
            [inner for inner in block.blocks if not isinstance(inner.at, Here)], vars_, scope, fans
        )
        for fan in fans:
            self.unclaimed(fan)

    def looks_for(self, saying: SayingPlan) -> bool:
        """Whether reading looks for a cell."""
        return saying.reads

    def together(self, cells: Sequence[Cell], scope: Scope) -> Iterator[tuple[str, Sequence[Cell]]]:
        """The cells in an order to read them in; those that are read only where a condition holds stand
        together behind it. "": one cell without a condition."""
        del scope
        for cell in cells:
            yield "", [cell]

    def read_together(self, condition: str, cells: Sequence[Cell], scope: Scope) -> None:
        """Cells that have nothing to read unless the condition holds."""
        with self.code.inside(f"if {condition}:"):
            self.conditional = True
            for row, saying in cells:
                self.read(row, saying, scope)
            self.conditional = False
        if any(saying.must_be_read for _, saying in cells):
            self.code.line("else: raise Doubt")

    def read(self, row: RowPlan, saying: SayingPlan, scope: Scope) -> None:
        leaves = [self.recorder.leaf(self.around[-1 - field.up], field) for field in row.fields]
        into = [self.place(leaf, field) for leaf, field in zip(leaves, row.fields, strict=True)]
        present = self.value(scope, row, saying, into)
        self.check(row, saying, into, present)
        self.judge(row, saying, into)
        for leaf, field, value in zip(leaves, row.fields, into, strict=True):
            self.recorder.put(leaf, value, again=field.up > 0)
        self.claimed(scope, saying, into)

    def place(self, leaf: Leaf, field: BoundPath) -> str:
        if not self.recorder.may_be_direct(leaf, again=field.up > 0):
            return self.code.name("value")
        sure = not self.conditional and leaf.inside == (self.around[-1],)
        if sure and id(self.around[-1]) not in self.single:
            self.around[-1].sure.add(leaf.name)
        return leaf.name

    def check(self, row: RowPlan, saying: SayingPlan, into: Sequence[str], present: str) -> None:
        """What the evaluator would find fault with."""
        if saying.must_be_read:
            self.code.line(f"if not ({present}): raise Doubt")
        for field, value in zip(row.fields, into, strict=True):
            if field.allowed:
                allowed = ", ".join(map(ascii, field.allowed))
                self.code.line(f"if {value} is not None and {value} not in ({allowed},): raise Doubt")

    def judge(self, row: RowPlan, saying: SayingPlan, into: Sequence[str]) -> None:
        """What a plain reader sees to besides, so that its documents are valid; the exact one does not."""
        del row, saying, into

    def fan(self, row: RowPlan, saying: SayingPlan, scope: Scope) -> Fan:
        """Reads the value of a row that goes to every item of a list."""
        field = row.fields[0]
        lists = [number for number, step in enumerate(field.steps) if step.kind is StepKind.ITEMS]
        test = field.steps[lists[0]].test
        if len(row.fields) > 1 or len(lists) > 1 or field.up or test is None:
            raise UnsupportedTableError(row.key)
        end = lists[0] + 1
        value, used = self.code.name("value"), self.code.name("used")
        present = self.value(scope, row, saying, [value])
        self.check(row, saying, [value], present)
        self.judge(row, saying, [value])
        self.code.line(f"{used} = False")
        target = tuple(step.name for step in field.steps[:end])
        rest = msgspec.structs.replace(field, steps=field.steps[end:])
        return Fan(row, saying, value, used, target, test, rest)

    def bring(self, block: BlockPlan, vars_: Vars, fans: Sequence[Fan]) -> None:
        """What rows of the outer block bring to an item that is complete."""
        for fan in fans:
            if fan.target != tuple(step.name for step in block.target) or fan.test.record is not block.record:
                continue
            conditions = []
            if fan.test.field:
                held = vars_.names.get(fan.test.field, "None")
                sign = "==" if fan.test.equal else "!="
                conditions.append(f"{held} {sign} {fan.test.value!a}")
            leaf = self.recorder.leaf(vars_, fan.rest)
            with self.code.when([f"{fan.value} is not None", *conditions]):
                self.recorder.put(leaf, fan.value)
                self.code.line(f"{fan.used} = True")
            filler = self.filler(fan.row)
            if filler is not None:
                with self.code.when(conditions):
                    self.recorder.fill(leaf, filler)

    def fill_in(self, block: BlockPlan, vars_: Vars) -> None:
        """Constants, and what stands for absent values."""
        for row in block.rows:
            field, value = row.fields[0], self.filler(row)
            if value is not None and not field.fans_out:
                self.recorder.fill(self.recorder.leaf(self.around[-1 - field.up], field), value)
        test = block.test
        if test.field and test.equal:
            name = vars_.local(test.field)
            self.code.line(f"if {name} is None: {name} = {test.value!a}")

    def filler(self, row: RowPlan) -> str | None:
        """What a row gives where nothing has given its field a value."""
        if row.constant is not None:
            return self.names.constant(row)
        saying = next((saying for saying in row.sayings if saying.reads), None)
        return None if saying is None or saying.absent is None else self.names.absent(saying)

    def item_here(self, inner: BlockPlan, vars_: Vars, scope: Scope, fans: Sequence[Fan]) -> None:
        """A block without a place of its own: an item when one of its rows has found something."""
        item = self.begun(inner, vars_)
        mark = self.code.mark()
        self.around.append(item)
        self.fill(inner, item, scope, fans)
        if any(row.fields[0].up and self.filler(row) for row in inner.rows):
            raise UnsupportedTableError(inner.key)
        with self.code.inside(f"if {item.given()}:"):
            self.fill_in(inner, item)
            self.bring(inner, item, fans)
            self.rest(inner, None, item)
            if inner.many:
                self.append(inner, vars_, self.recorder.build(item), None)
        self.around.pop()
        if inner.many:
            mark.lines += item.starts()

    def item(
        self, inner: BlockPlan, vars_: Vars, scope: Scope, fans: Sequence[Fan], position: str | None = None
    ) -> None:
        """An occurrence of a block; `position` is a local where items of several blocks must be put in
        order."""
        item = self.begun(inner, vars_)
        mark = self.code.mark()
        self.around.append(item)
        self.fill(inner, item, scope, fans)
        self.fill_in(inner, item)
        self.bring(inner, item, fans)
        self.rest(inner, scope, item)
        if inner.many:
            self.append(inner, vars_, self.recorder.build(item), position)
            mark.lines += item.starts()
        self.around.pop()
