"""Lists and records that blocks fill in generated readers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext

from gateway.mapping.bound import BlockPlan, Plan
from gateway.mapping.compiled.code import Code
from gateway.mapping.compiled.doubt import UnsupportedTableError
from gateway.mapping.compiled.names import Names
from gateway.mapping.compiled.records import Recorder, Vars

__all__ = ["Items"]


class Items:
    """Writes the code that begins an item and puts it where it belongs."""

    def __init__(self, plan: Plan, names: Names, code: Code) -> None:
        self.plan = plan
        self.names = names
        self.code = code
        self.recorder = Recorder(plan, names, code)
        self.placed: dict[str, str] = {}
        self.flags: dict[int, str] = {}
        self.single: set[int] = set()

    def begun(self, inner: BlockPlan, vars_: Vars) -> Vars:
        """The locals of a new item; those of the record inside the outer one where a block fills just one."""
        if inner.many:
            return self.recorder.vars(inner.record)
        item = self.recorder.inner(self.holder(inner, vars_), inner.target[-1].name, inner.record)
        self.single.add(id(item))
        return item

    def holder(self, inner: BlockPlan, vars_: Vars) -> Vars:
        for step in inner.target[:-1]:
            if step.record is None:
                raise UnsupportedTableError(inner.key)
            vars_ = self.recorder.inner(vars_, step.name, step.record)
        return vars_

    def list_of(self, inner: BlockPlan, vars_: Vars) -> str:
        """The local list that a block fills."""
        holder = self.holder(inner, vars_)
        name = inner.target[-1].name
        return holder.lists.setdefault(name, f"{name}_{holder.number}")

    def append(self, inner: BlockPlan, vars_: Vars, made: str, position: str | None) -> None:
        held = self.list_of(inner, vars_)
        if position is None:
            made_here = self.code.name("item")
            self.code.line(f"{made_here} = {made}")
            self.code.line(f"if {held}: {held}.append({made_here})")
            self.code.line(f"else: {held} = [{made_here}]")
        else:
            self.code.line(f"{self.placed[held]}.append(({position}, {made}))")

    def start_placing(self, blocks: Sequence[Sequence[BlockPlan]], vars_: Vars) -> frozenset[str]:
        """The lists that blocks of several groups fill: their items are put in order at the end."""
        found: list[str] = []
        for group in blocks:
            found += {self.list_of(inner, vars_) for inner in group if inner.many}
        several = sorted({held for held in found if found.count(held) > 1})
        for held in several:
            self.placed[held] = self.code.name("placed")
            self.code.line(f"{self.placed[held]} = []")
        return frozenset(several)

    def finish_placing(self, several: frozenset[str]) -> None:
        for held in sorted(several):
            self.code.line(
                f"{held} = [*{held}, *[item for _, item in sorted({self.placed[held]}, key=first)]]"
            )

    def first_fitting(
        self,
        blocks: Sequence[BlockPlan],
        conditions: Callable[[BlockPlan], list[str]],
        vars_: Vars,
        take: Callable[[BlockPlan], None],
    ) -> bool:
        """One occurrence of a place that blocks share: the first block that fits takes it; one that fills a
        single record takes just one. Whether some block takes any occurrence; else an `else:` may follow."""
        word = "if"
        for inner in blocks:
            wanted = [*conditions(inner), *([] if inner.many else [f"not {self.flag(inner, vars_)}"])]
            head = f"{word} {' and '.join(wanted)}:" if wanted else "else:"
            with nullcontext() if head == "else:" and word == "if" else self.code.inside(head):
                if not inner.many:
                    self.code.line(f"{self.flag(inner, vars_)} = True")
                take(inner)
            if not wanted:
                return True
            word = "elif"
        return False

    def flag(self, inner: BlockPlan, vars_: Vars) -> str:
        """The local that tells whether a block that fills one record has begun it."""
        if id(inner) not in self.flags:
            flags = self.begun(inner, vars_).flags
            flags.append(self.code.name("begun"))
            self.flags[id(inner)] = flags[-1]
        return self.flags[id(inner)]
