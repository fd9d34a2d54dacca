"""Generated JSON readers for documents in which every key is claimed. Nothing unusual is accepted here."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from gateway.mapping.bound import BlockPlan, BoundDerivation, FieldKind, JsonSpot, RowPlan, SayingPlan
from gateway.mapping.compiled.json_layout import Group, Keys, KeyTree, grouped, key_tree
from gateway.mapping.compiled.json_values import accepting
from gateway.mapping.compiled.reading import Fan, Reading
from gateway.mapping.compiled.records import Vars
from gateway.mapping.compiled.remembering import Way

__all__ = ["JsonPlain"]


class Opened(msgspec.Struct):
    """A scope: the locals with its object and those inside, by their keys."""

    node: str
    objects: dict[Keys, str] = msgspec.field(default_factory=dict)

    def holder(self, keys: Keys) -> str:
        """The expression of the value under a path of keys."""
        outer = self.objects.get(keys[:-1], self.node) if len(keys) > 1 else self.node
        return f"{outer}.get({keys[-1]!a})"


class JsonPlain(Reading[Opened]):
    """Writes `read_plain(tree)`."""

    def write(self) -> None:
        with self.code.inside("def read_plain(tree):"):
            self.code.line("if type(tree) is not dict: raise Doubt")
            self.document(self.opened(self.plan.root, "tree"))

    def opened(self, block: BlockPlan, node: str) -> Opened:
        """Looks into the objects of a scope: each must hold something, and nothing that no row claims."""
        scope = Opened(node)
        tree = key_tree(self.plan, block)
        if not tree.is_clear:
            self.code.line("raise Doubt")
        self.look(scope, tree, node, ())
        return scope

    def look(self, scope: Opened, tree: KeyTree, node: str, keys: Keys) -> None:
        listed = "".join(f"{key!a}, " for key in tree.inner)
        known = self.code.constants.name("KEYS", f"frozenset(({listed}))")
        self.code.line(f"if not {known}.issuperset({node}): raise Doubt")
        for key, inner in tree.inner.items():
            if not inner.inner:
                continue
            local = scope.objects[*keys, key] = self.code.name("inner")
            self.code.line(f"{local} = {node}.get({key!a})")
            self.code.line(f"if {local} is None: {local} = EMPTY")
            self.code.line(f"elif type({local}) is not dict: raise Doubt")
            with self.code.inside("else:"):
                with self.code.inside(f"for held in {local}.values():"):
                    self.code.line("if held is not None: break")
                self.code.line("else: raise Doubt")
            self.look(scope, inner, local, (*keys, key))

    def value(self, scope: Opened, row: RowPlan, saying: SayingPlan, into: Sequence[str]) -> str:
        spots = [spot for spot in saying.spots if isinstance(spot, JsonSpot)]
        if len(spots) == 1 and len(into) == 1:
            return self._one(scope.holder(spots[0].keys), row, saying, into[0])
        held = [self.code.name("held") for _ in spots]
        for name, spot in zip(held, spots, strict=True):
            self.code.line(f"{name} = {scope.holder(spot.keys)}")
            self.code.line(f"if {name} in NOTHING: raise Doubt")
        present = " or ".join(f"{name} is not None" for name in held)
        with self.code.inside(f"if {present}:"):
            if self.names.reads_by(saying) is Way.BY_TEXT:
                self.code.line(f"if type({held[0]}) is not str: raise Doubt")
            self.code.line(f"{', '.join(into)} = {self.names.decoded(saying, held)}")
            self.code.line(f"if {' and '.join(f'{name} is None' for name in into)}: raise Doubt")
        self.code.line(f"else: {' = '.join(into)} = None")
        return present

    def _one(self, holder: str, row: RowPlan, saying: SayingPlan, into: str) -> str:
        plain = saying.codec.name in ("text", "raw") and row.fields[0].kind is FieldKind.TEXT
        if plain:
            self.code.line(f"{into} = {holder}")
            self.code.line(f"if {into} is not None and (type({into}) is not str or not {into}): raise Doubt")
            return f"{into} is not None"
        self.code.line(f"{into} = {holder}")
        with self.code.inside(f"if {into} is not None:"):
            if self.names.reads_by(saying) is Way.BY_TEXT:
                self.code.line(f"if type({into}) is not str or not {into}: raise Doubt")
                self.code.line(f"{into} = {self.names.decoded(saying, [into])}")
            else:
                self.code.line(f"if {into} in NOTHING: raise Doubt")
                self.code.line(f"{into} = {self.names.decoded(saying, [into])}")
                self.code.line(f"if {into} is None: raise Doubt")
        return f"{into} is not None"

    def claimed(self, scope: Opened, saying: SayingPlan, values: Sequence[str]) -> None:
        del scope, saying, values  # whatever is not claimed was refused before

    def unclaimed(self, fan: Fan) -> None:
        self.code.line(f"if {fan.value} is not None and not {fan.used}: raise Doubt")

    def total(self, scope: Opened, item: BoundDerivation) -> str:
        held = self.code.name("total")
        spot = item.saying.spots[0]
        assert isinstance(spot, JsonSpot)
        self.code.line(f"{held} = {scope.holder(spot.keys)}")
        self.code.line(f"if {held} in NOTHING: raise Doubt")
        return held

    def rest(self, block: BlockPlan, scope: Opened | None, vars_: Vars) -> None:
        del block, scope, vars_  # nothing is left over

    def positioned(
        self, blocks: Sequence[BlockPlan], vars_: Vars, scope: Opened, fans: Sequence[Fan]
    ) -> None:
        for group in grouped(blocks):
            part = self.code.name("part")
            kind, held = ("list", f"{part}s") if group.at.array else ("dict", part)
            self.code.line(f"{held} = {scope.holder(group.at.keys)}")
            with self.code.inside(f"if {held} is not None:"):
                self.code.line(f"if type({held}) is not {kind} or not {held}: raise Doubt")
                if not group.at.array:
                    self.group(group, part, vars_, fans)
                    continue
                with self.code.inside(f"for {part} in {held}:"):
                    self.code.line(f"if type({part}) is not dict: raise Doubt")
                    self.group(group, part, vars_, fans)

    def group(self, group: Group, part: str, vars_: Vars, fans: Sequence[Fan]) -> None:
        """One object: the first block whose filter fits takes it."""
        complete = self.first_fitting(
            group.blocks,
            lambda inner: accepting(self.names, inner, part),
            vars_,
            lambda inner: self.item(inner, vars_, self.opened(inner, part), fans),
        )
        if not complete:
            self.code.line("else: raise Doubt")
