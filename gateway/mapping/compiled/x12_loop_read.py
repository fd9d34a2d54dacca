"""Writes the functions that read one occurrence of a loop: see `x12_loops`."""

from __future__ import annotations

from gateway.formats.x12.definitions import SetDefinition
from gateway.mapping.bound import BlockPlan, Plan
from gateway.mapping.compiled.code import Code
from gateway.mapping.compiled.names import Names
from gateway.mapping.compiled.records import Vars
from gateway.mapping.compiled.x12_layout import Group, grouped, loop_end
from gateway.mapping.compiled.x12_loops import loops_of
from gateway.mapping.compiled.x12_plain import X12Plain

__all__ = ["write_loops"]

BEHIND = "behind"  # the local with the position behind the occurrence


def write_loops(plan: Plan, names: Names, code: Code, definition: SetDefinition) -> None:
    """The functions of all loops that have one."""
    loops = loops_of(plan, definition)
    for place, group in grouped(plan.root.blocks).items() if loops else ():
        if place in loops:
            _X12Loop(plan, names, code, definition).write_loop(loops[place], group)


class _X12Loop(X12Plain):
    """Writes `read(segments, rows, start)`: the record of an occurrence, and the position behind it."""

    def write_loop(self, name: str, group: Group) -> None:
        root = self.recorder.vars(self.plan.root.record)
        self.around.append(root)
        self.outermost = {id(inner) for inner in group.blocks}
        self.first, self.end = group.at.row, loop_end(self.definition.rows(), group.at.row)
        with self.code.inside(f"def {name}(segments, rows, start):"):
            self.group(group, "start", root, (), frozenset(), BEHIND)
        self.code.line("")

    def append(self, inner: BlockPlan, vars_: Vars, made: str, position: str | None) -> None:
        if id(inner) not in self.outermost:
            super().append(inner, vars_, made, position)
            return
        self.code.line(f"if {self.first} < rows[{BEHIND}] < {self.end}: raise Doubt")
        self.code.line(f"return {made}, {BEHIND}")
