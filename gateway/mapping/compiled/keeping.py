"""Generated readers that keep what no row claims, as the evaluator does: the part that is the same for every
format."""

from __future__ import annotations

from abc import abstractmethod
from typing import TypeVar

from gateway.mapping.bound import BlockPlan, Plan, RowPlan, SayingPlan
from gateway.mapping.compiled.code import Code
from gateway.mapping.compiled.names import Names
from gateway.mapping.compiled.reading import Fan, Reading
from gateway.mapping.compiled.records import Vars

__all__ = ["Keeping"]

Scope = TypeVar("Scope")


class Keeping(Reading[Scope]):
    """A reader whose leftovers go into `ext`, or to the record around where a record has none."""

    def __init__(self, plan: Plan, names: Names, code: Code) -> None:
        super().__init__(plan, names, code)
        self.column = plan.format.kind.column
        self.fan_scopes: dict[str, Scope] = {}
        self.counts: dict[int, str] = {}

    @abstractmethod
    def left_in(self, scope: Scope, block: BlockPlan) -> str:
        """The expression for what nobody claimed in a scope."""

    @abstractmethod
    def lifted(self, block: BlockPlan, count: str, left: str) -> str:
        """The expression for leftovers of occurrence `count` (from 0) as the record around sees them."""

    def start_counting(self, block: BlockPlan) -> None:
        """Occurrences are counted where their leftovers go to the record around."""
        if not block.ext:
            self.counts[id(block)] = self.code.name("count")
            self.code.line(f"{self.counts[id(block)]} = 0")

    def fan(self, row: RowPlan, saying: SayingPlan, scope: Scope) -> Fan:
        fan = super().fan(row, saying, scope)
        self.fan_scopes[fan.used] = scope
        return fan

    def unclaimed(self, fan: Fan) -> None:
        """A fan claims its places when the first item has taken its value."""
        with self.code.inside(f"if {fan.used}:"):
            self.claimed(self.fan_scopes[fan.used], fan.saying, [fan.value])

    def rest(self, block: BlockPlan, scope: Scope | None, vars_: Vars) -> None:
        left = self.code.name("left")
        if scope is not None:
            self.code.line(f"{left} = {self.left_in(scope, block)}")
        if vars_.lifts is not None:
            self.code.line(f"{left} = " + (f"{left} | {vars_.lifts}" if scope is not None else vars_.lifts))
        elif scope is None:
            return
        if block.ext:
            self.code.line(f"if {left}: {vars_.local('ext')} = {{{self.column!a}: {left}}}")
        elif scope is not None and len(self.around) > 1:
            outer, count = self.around[-2], self.counts[id(block)]
            outer.lifts = outer.lifts or f"lifts_{outer.number}"
            self.code.line(f"{outer.lifts} |= {self.lifted(block, count, left)}")
            self.code.line(f"{count} += 1")
