"""Writes the functions that read one occurrence of a loop: see `x12_loops`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gateway.formats.x12.definitions import SetDefinition
from gateway.formats.x12.shapes import loop_end
from gateway.mapping.bound import BlockPlan, Plan
from gateway.mapping.compiled.code import Code
from gateway.mapping.compiled.names import Names
from gateway.mapping.compiled.reading import Fan
from gateway.mapping.compiled.records import Vars
from gateway.mapping.compiled.x12_layout import Group, grouped
from gateway.mapping.compiled.x12_loops import loops_of, reader_of
from gateway.mapping.compiled.x12_plain import X12Plain
from gateway.mapping.compiled.x12_walked import Walked

__all__ = ["write_loops"]

BEHIND = "behind"  # the local with the position behind the occurrence


def write_loops(plan: Plan, names: Names, code: Code, definition: SetDefinition) -> None:
    """The functions of all loops that have one."""
    loops = loops_of(plan, definition)
    for place, group in grouped(plan.root.blocks).items() if loops else ():
        if place in loops:
            _X12Loop(plan, names, code, definition).write_loop(loops[place], group)
            code.line(f"{reader_of(loops[place])} = LOOP({place[1]}, {loops[place]})")
            code.lines("", "")


class _X12Loop(X12Plain):
    """Writes `read(segments, rows, start)`: the record of an occurrence, and the position behind it. Each
    block has a function of its own, since locals cost time even where they are not used."""

    def write_loop(self, name: str, group: Group) -> None:
        self.root = self.recorder.vars(self.plan.root.record)
        self.around.append(self.root)
        self.first, self.end = group.at.row, loop_end(self.definition.rows(), group.at.row)
        self.outermost = {id(inner): f"{name}_{number}" for number, inner in enumerate(group.blocks, 1)}
        self.written: list[Callable[[], None]] = []
        with self.code.inside(f"def {name}(segments, rows, start):"):
            self.group(group, "start", self.root, (), frozenset(), BEHIND)
        for write in self.written:
            self.code.line("")
            write()
        self.code.line("")

    def occurrence(
        self,
        inner: BlockPlan,
        scope: Walked,
        start: str,
        length: int,
        vars_: Vars,
        fans: Sequence[Fan],
        several: frozenset[str],
        following: str,
    ) -> None:
        of_block = super().occurrence
        name = self.outermost.get(id(inner))
        if name is None:
            of_block(inner, scope, start, length, vars_, fans, several, following)
            return
        arguments = f"(segments, rows, start, {scope.own})"

        def write() -> None:
            with self.code.inside(f"def {name}{arguments}:"):
                of_block(inner, scope, start, length, vars_, fans, several, following)

        self.code.line(f"return {name}{arguments}")
        self.written.append(write)

    def append(self, inner: BlockPlan, vars_: Vars, made: str, position: str | None) -> None:
        if id(inner) not in self.outermost:
            super().append(inner, vars_, made, position)
            return
        self.code.line(f"if {self.first} < rows[{BEHIND}] < {self.end}: raise Doubt")
        self.code.line(f"return {made}, {BEHIND}")
