"""Generated JSON readers that keep what no row claims: as the evaluator reads, but without a word."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.mapping.bound import BlockPlan, BoundDerivation, JsonAt, JsonSpot, Plan, RowPlan, SayingPlan
from gateway.mapping.compiled.code import Code
from gateway.mapping.compiled.json_layout import Group, grouped
from gateway.mapping.compiled.json_values import accepting
from gateway.mapping.compiled.keeping import Keeping
from gateway.mapping.compiled.names import Names
from gateway.mapping.compiled.reading import Fan
from gateway.mapping.compiled.records import Vars

__all__ = ["JsonExact"]


class JsonExact(Keeping[str]):
    """Writes `read_exact(tree)`, which gives False beside the document: nothing tells that it is valid. A
    scope is a local that holds a `JsonScope`."""

    def __init__(self, plan: Plan, names: Names, code: Code) -> None:
        super().__init__(plan, names, code)
        self.held: dict[int, list[str]] = {}

    def write(self) -> None:
        with self.code.inside("def read_exact(tree):"):
            self.code.line("scope0 = scope_of(tree)")
            self.document("scope0")

    def returned(self) -> str:
        return "document, False"

    def value(self, scope: str, row: RowPlan, saying: SayingPlan, into: Sequence[str]) -> str:
        spots = [spot for spot in saying.spots if isinstance(spot, JsonSpot)]
        held = self.held[id(saying)] = [self.code.name("held") for _ in spots]
        for name, spot in zip(held, spots, strict=True):
            self.code.line(f"{name} = present_at({scope}.node, {spot.keys})")
        present = " or ".join(f"{name} is not None" for name in held)
        with self.code.inside(f"if {present}:"):
            self.code.line(f"{', '.join(into)} = {self.names.decoded(saying, held, exact=True)}")
        self.code.line(f"else: {' = '.join(into)} = None")
        return present

    def claimed(self, scope: str, saying: SayingPlan, values: Sequence[str]) -> None:
        spots = [spot for spot in saying.spots if isinstance(spot, JsonSpot)]
        with self.code.inside(f"if {' or '.join(f'{value} is not None' for value in values)}:"):
            for name, spot in zip(self.held[id(saying)], spots, strict=True):
                condition = f"if {name} is not None: " if len(spots) > 1 else ""
                self.code.line(f"{condition}{scope}.claimed.add({spot.keys})")

    def total(self, scope: str, item: BoundDerivation) -> str:
        held = self.code.name("total")
        spot = item.saying.spots[0]
        assert isinstance(spot, JsonSpot)
        self.code.line(f"{held} = present_at({scope}.node, {spot.keys})")
        self.code.line(f"if {held} is not None: {scope}.claimed.add({spot.keys})")
        return held

    def left_in(self, scope: str, block: BlockPlan) -> str:
        del block  # the scope alone tells
        return f"left_in({scope}, ROOT)"

    def lifted(self, block: BlockPlan, count: str, left: str) -> str:
        at = block.at
        assert isinstance(at, JsonAt)
        return f"lifted_json({at.keys}, {at.array}, {count}, {left})"

    def positioned(self, blocks: Sequence[BlockPlan], vars_: Vars, scope: str, fans: Sequence[Fan]) -> None:
        for group in grouped(blocks):
            for inner in group.blocks:
                self.start_counting(inner)
            part, number = self.code.name("part"), self.code.name("number")
            self.code.line(f"{part} = value_at({scope}.node, {group.at.keys})")
            if not group.at.array:
                with self.code.inside(f"if isinstance({part}, dict) and {part}:"):
                    self.group(group, part, "0", vars_, scope, fans)
                continue
            elements = f"{part} if isinstance({part}, list) else ()"
            with (
                self.code.inside(f"for {number}, {part} in enumerate({elements}):"),
                self.code.inside(f"if isinstance({part}, dict):"),
            ):
                self.group(group, part, number, vars_, scope, fans)

    def group(
        self, group: Group, part: str, number: str, vars_: Vars, scope: str, fans: Sequence[Fan]
    ) -> None:
        """One object: the first block whose filter fits takes it."""

        def take(inner: BlockPlan) -> None:
            self.code.line(f"{scope}.taken.setdefault({group.at.keys}, set()).add({number})")
            inside = self.code.name("scope")
            self.code.line(f"{inside} = scope_of({part})")
            self.item(inner, vars_, inside, fans)

        self.first_fitting(group.blocks, lambda inner: accepting(self.names, inner, part), vars_, take)
