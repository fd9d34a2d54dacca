"""Generated JSON writers for documents that keep nothing of this format in `ext`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from gateway.mapping.bound import BlockPlan, JsonAt, JsonSpot, Plan, SayingPlan
from gateway.mapping.compiled.code import Code, Mark, chained
from gateway.mapping.compiled.doubt import UnsupportedTableError
from gateway.mapping.compiled.json_layout import Keys, key_tree
from gateway.mapping.compiled.names import Names
from gateway.mapping.compiled.writing import Writing
from gateway.mapping.plan import Here

__all__ = ["JsonWrite"]


class Filled(msgspec.Struct):
    """A scope: the locals with its object and what is inside, by their keys; None until something is put
    there.

    `sayings` counts the rows and blocks that may write each place.
    """

    node: str
    mark: Mark
    sayings: Counter[Keys]
    objects: dict[Keys, str] = msgspec.field(default_factory=dict)
    arrays: dict[Keys, str] = msgspec.field(default_factory=dict)


class JsonWrite(Writing[Filled]):
    """Writes `write_plain(document)`."""

    def __init__(self, plan: Plan, names: Names, code: Code) -> None:
        super().__init__(plan, names, code)
        self.column = plan.format.kind.column

    def write(self) -> None:
        with self.code.inside("def write_plain(document):"):
            scope = self.scope(self.plan.root, "tree")
            self.document(scope)
            self.finish(scope)
            self.code.line("return tree, remarks")

    def scope(self, block: BlockPlan, node: str) -> Filled:
        if not key_tree(self.plan, block, reading=False).is_clear:
            raise UnsupportedTableError(block.key)
        self.code.line(f"{node} = {{}}")
        sayings: Counter[Keys] = Counter(keys_written(block))
        sayings.update(keys_opened(block))
        if block is self.plan.root:
            sayings.update(
                spot.keys
                for item in self.plan.derived
                for spot in item.saying.spots
                if isinstance(spot, JsonSpot)
            )
        return Filled(node, self.code.mark(), sayings)

    def finish(self, scope: Filled) -> None:
        scope.mark.lines += chained([*scope.objects.values(), *scope.arrays.values()], "None")

    def holder(self, scope: Filled, keys: Keys) -> str:
        """The local with the object that holds a place; None until `made`."""
        if len(keys) == 1:
            return scope.node
        if keys[:-1] not in scope.objects:
            scope.objects[keys[:-1]] = self.code.name("inner")
            self.holder(scope, keys[:-1])
        return scope.objects[keys[:-1]]

    def made(self, scope: Filled, keys: Keys) -> str:
        """The same, with the lines that make the object where it is not there yet."""
        local = self.holder(scope, keys)
        if len(keys) > 1:
            with self.code.inside(f"if {local} is None:"):
                outer = self.made(scope, keys[:-1])
                self.code.line(f"{local} = {outer}[{keys[-2]!a}] = {{}}")
        return local

    def put(self, scope: Filled, saying: SayingPlan, places: Sequence[str], *, fill: bool) -> str | None:
        spots = [spot for spot in saying.spots if isinstance(spot, JsonSpot)]
        filled = self.code.name("filled") if fill and len(spots) > 1 else None
        if filled:
            self.code.line(f"{filled} = True")
        for spot, place in zip(spots, places, strict=True):
            key = ascii(spot.keys[-1])
            if fill:
                self.fill(scope, spot, place, filled)
                continue
            with self.code.when(
                [] if self.names.writes_something(saying) else [f"{place} is not None and {place} != ''"]
            ):
                holder = self.made(scope, spot.keys)
                if scope.sayings[spot.keys] > 1:
                    self.code.line(f"if {holder}.setdefault({key}, {place}) != {place}: raise Doubt")
                else:
                    self.code.line(f"{holder}[{key}] = {place}")
        if filled or not fill:
            return filled
        holder = self.holder(scope, spots[0].keys)
        return f"({places[0]} in (None, '', ()) or {holder} is not None)"

    def fill(self, scope: Filled, spot: JsonSpot, place: str, filled: str | None) -> None:
        holder, key = self.holder(scope, spot.keys), ascii(spot.keys[-1])
        alone = scope.sayings[spot.keys] == 1  # its own value is not written besides
        put = f"{holder}[{key}] = {place}" if alone else f"{holder}.setdefault({key}, {place})"
        with self.code.when([f"{place} is not None and {place} != ''"]):
            if len(spot.keys) == 1:
                self.code.line(put)
            else:
                self.code.line(f"if {holder} is not None: {put}")
                if filled:
                    self.code.line(f"else: {filled} = False")

    def open(self, scope: Filled, block: BlockPlan) -> Filled:
        at = block.at
        assert isinstance(at, JsonAt)
        node = self.code.name("object")
        opened = self.scope(block, node)
        if at.array:
            if at.keys not in scope.arrays:
                scope.arrays[at.keys] = self.code.name("array")
            array = scope.arrays[at.keys]
            with self.code.inside(f"if {array} is None:"):
                holder = self.made(scope, at.keys)
                self.code.line(f"{array} = {holder}[{at.keys[-1]!a}] = []")
            self.code.line(f"{array}.append({node})")
        return opened

    def close(self, scope: Filled, opened: Filled, block: BlockPlan) -> None:
        at = block.at
        assert isinstance(at, JsonAt)
        if not at.array:
            with self.code.inside(f"if {opened.node}:"):
                holder = self.made(scope, at.keys)
                self.code.line(f"{holder}.setdefault({at.keys[-1]!a}, {opened.node})")
        self.finish(opened)

    def kept(self, scope: Filled, record: str) -> None:
        del scope  # what was kept is put back by the exact writer
        self.code.line(f"if {record}.ext and {self.column!a} in {record}.ext: raise Doubt")


def keys_opened(block: BlockPlan) -> Iterator[Keys]:
    """The place of each block that stands in a block's scope."""
    for inner in block.blocks:
        if isinstance(inner.at, Here):
            yield from keys_opened(inner)
        elif isinstance(inner.at, JsonAt):
            yield inner.at.keys


def keys_written(block: BlockPlan) -> Iterator[Keys]:
    """The place of each row that writes in a block's scope."""
    for row in block.rows:
        for saying in row.sayings:
            if saying.writes:
                yield from (spot.keys for spot in saying.spots if isinstance(spot, JsonSpot))
    for inner in block.blocks:
        if isinstance(inner.at, Here):
            yield from keys_written(inner)
