"""JSON for the slow reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from gateway.findings import Location
from gateway.formats.json import Json, JsonObject
from gateway.formats.json_pointer import pointer_of
from gateway.mapping.bound import BlockPlan, JsonAt, JsonSpot, Spot
from gateway.mapping.evaluate.bounded import FindingList
from gateway.mapping.evaluate.drafts import Ext
from gateway.mapping.evaluate.json_places import Part, key_of, text_of_json
from gateway.mapping.evaluate.reading import Found, Instance
from gateway.mapping.evaluate.sources import JsonSource
from gateway.mapping.evaluate.trace import Place

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


class ScopedKeys(msgspec.Struct, frozen=True):
    """The path of keys to a value, from the object that `pointer` leads to."""

    keys: Keys
    pointer: str


class JsonReader:
    """Finds what the rows of a plan name in one JSON document."""

    def __init__(self, source: JsonSource) -> None:
        self.source = source
        self.findings = FindingList()
        self.left: dict[str, list[Place]] = {}

    def root(self) -> Instance[JsonScope]:
        tree = self.source.tree
        scope = JsonScope(tree if isinstance(tree, dict) else {}, self.source.pointer)
        return Instance(scope, (), Location(pointer=self.source.pointer))

    def fetch(self, scope: JsonScope, spots: tuple[Spot, ...], *, repeated: bool) -> Found:
        del repeated  # JSON has no repeated places; a list is one value
        keys = [spot.keys for spot in spots if isinstance(spot, JsonSpot)]
        values = tuple(_present(_at(scope.node, path)) for path in keys)
        first = next((path for path, value in zip(keys, values, strict=True) if value is not None), keys[0])
        claims = tuple(ScopedKeys(path, scope.pointer) for path in keys)
        return Found(values, Location(pointer=pointer_of(first, scope.pointer)), claims)

    def claim(self, scope: JsonScope, found: Found, used: Sequence[int] | None) -> None:
        del used  # only ranges of X12 are used in part
        for path, value in zip(found.claims, found.values, strict=True):
            if value is not None and isinstance(path, ScopedKeys):
                scope.claimed.add(path.keys)

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
        self.left = {}
        self.collect(scope, scope.node, (), ext)
        return ext

    def left_places(self) -> Mapping[str, Sequence[Place]]:
        return self.left

    def places(self, found: Found) -> Sequence[Place | None]:
        paths = [keys for keys in found.claims if isinstance(keys, ScopedKeys)]
        return [
            None
            if value is None
            else Place(Location(pointer=pointer_of(path.keys, path.pointer)), _shown(value))
            for path, value in zip(paths, found.values, strict=True)
        ]

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
                    pointer = pointer_of(keys, scope.pointer)
                    self.left[f"{key_of(keys)}[]"] = self.untaken_places(value, scope.taken[keys], pointer)
            elif isinstance(value, dict) and self.is_touched(scope, keys):
                self.collect(scope, value, keys, ext)
            else:
                ext[key_of(keys)] = text_of_json(value)
                place = Location(pointer=pointer_of(keys, scope.pointer))
                self.left[key_of(keys)] = [Place(place, _shown(value))]

    def untaken_places(self, value: Json, taken: set[int], pointer: str) -> list[Place]:
        elements = value if isinstance(value, list) else []
        return [
            Place(Location(pointer=f"{pointer}/{number}"), _shown(element))
            for number, element in enumerate(elements)
            if number not in taken
        ]

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


def _shown(value: object) -> str:
    return value if isinstance(value, str) else text_of_json(value)


def _present(value: Json) -> Json:
    return None if value in ("", [], {}) else value
