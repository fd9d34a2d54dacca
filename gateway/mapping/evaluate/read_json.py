"""JSON for the slow reader."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.findings import Location
from gateway.formats.json import Json, JsonObject
from gateway.formats.json_pointer import pointer_of
from gateway.mapping.bound import BlockPlan, JsonAt, JsonSpot, Spot
from gateway.mapping.evaluate.bounded import FindingList
from gateway.mapping.evaluate.drafts import Ext
from gateway.mapping.evaluate.json_places import Part, key_of, text_of_json
from gateway.mapping.evaluate.reading import Found, Instance
from gateway.mapping.evaluate.sources import JsonSource

__all__ = ["JsonReader", "JsonScope"]

Keys = tuple[str, ...]


class JsonScope:
    """One object of the document, the paths of keys that rows and blocks claimed in it, and the positions of
    array elements that blocks took."""

    def __init__(self, node: JsonObject, pointer: str) -> None:
        self.node = node
        self.pointer = pointer
        self.claimed: set[Keys] = set()
        self.taken: dict[Keys, set[int]] = {}


class JsonReader:
    """Finds what the rows of a plan name in one JSON document."""

    def __init__(self, source: JsonSource) -> None:
        self.source = source
        self.findings = FindingList()

    def root(self) -> Instance[JsonScope]:
        tree = self.source.tree
        scope = JsonScope(tree if isinstance(tree, dict) else {}, self.source.pointer)
        return Instance(scope, (), Location(pointer=self.source.pointer))

    def fetch(self, scope: JsonScope, spots: tuple[Spot, ...], *, repeated: bool) -> Found:
        del repeated  # JSON has no repeated places; a list is one value
        keys = [spot.keys for spot in spots if isinstance(spot, JsonSpot)]
        values = tuple(_present(_at(scope.node, path)) for path in keys)
        first = next((path for path, value in zip(keys, values, strict=True) if value is not None), keys[0])
        return Found(values, Location(pointer=pointer_of(first, scope.pointer)), tuple(keys))

    def claim(self, scope: JsonScope, found: Found, used: Sequence[int] | None) -> None:
        del used  # only ranges of X12 are used in part
        for keys, value in zip(found.claims, found.values, strict=True):
            if value is not None and isinstance(keys, tuple):
                scope.claimed.add(keys)

    def instances(self, scope: JsonScope, block: BlockPlan) -> Sequence[Instance[JsonScope]]:
        at = block.at
        assert isinstance(at, JsonAt)
        value = _at(scope.node, at.keys)
        pointer = pointer_of(at.keys, scope.pointer)
        taken = scope.taken.get(at.keys, set())
        if not at.array:
            if not isinstance(value, dict) or not value or at.keys in scope.taken:
                return []
            return [Instance(JsonScope(value, pointer), (0,), Location(pointer=pointer))]
        order = list(scope.taken).index(at.keys) if at.keys in scope.taken else len(scope.taken)
        elements = value if isinstance(value, list) else []
        return [
            Instance(
                JsonScope(element, f"{pointer}/{number}"),
                (order, number),
                Location(pointer=f"{pointer}/{number}"),
            )
            for number, element in enumerate(elements)
            if isinstance(element, dict) and number not in taken
        ]

    def take(self, scope: JsonScope, block: BlockPlan, instance: Instance[JsonScope]) -> None:
        assert isinstance(block.at, JsonAt)
        number = instance.position[1] if block.at.array else 0
        scope.taken.setdefault(block.at.keys, set()).add(number)

    def leftovers(self, scope: JsonScope, block: BlockPlan) -> Ext:
        del block  # the scope alone tells
        ext: Ext = {}
        self.collect(scope, scope.node, (), ext)
        return ext

    def collect(self, scope: JsonScope, node: JsonObject, path: Keys, ext: Ext) -> None:
        """Adds to `ext` what no row claims in an object, by the path of its keys."""
        for key, value in node.items():
            keys = (*path, key)
            if value is None or keys in scope.claimed:
                continue
            if keys in scope.taken:
                left = self.untaken(value, scope.taken[keys])
                if left:
                    ext[f"{key_of(keys)}[]"] = left
            elif isinstance(value, dict) and self.is_touched(scope, keys):
                self.collect(scope, value, keys, ext)
            else:
                ext[key_of(keys)] = text_of_json(value)

    def untaken(self, value: Json, taken: set[int]) -> tuple[str, ...]:
        """The elements of an array that no block took, as JSON texts."""
        elements = value if isinstance(value, list) else []
        return tuple(text_of_json(element) for number, element in enumerate(elements) if number not in taken)

    def is_touched(self, scope: JsonScope, keys: Keys) -> bool:
        """Whether something at these keys or below them was claimed or taken."""
        return any(path[: len(keys)] == keys for path in (*scope.claimed, *scope.taken))

    def lifted(self, block: BlockPlan, number: int, key: str) -> str:
        at = block.at
        assert isinstance(at, JsonAt)
        parts: tuple[Part, ...] = (*at.keys, number) if at.array else at.keys
        return f"{key_of(parts)}.{key}"


def _at(node: JsonObject, keys: Keys) -> Json:
    value: Json = node
    for key in keys:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def _present(value: Json) -> Json:
    return None if value in ("", [], {}) else value
