"""JSON for the slow writer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gateway.errors import GatewayError
from gateway.findings import Location
from gateway.formats.json import Json, JsonObject
from gateway.formats.json_pointer import child, pointer_of
from gateway.mapping.bound import BlockPlan, JsonAt, JsonSpot, SayingPlan
from gateway.mapping.evaluate.json_places import Part, parse_json_key, text_of_json, value_of_json
from gateway.mapping.evaluate.trace import Author, Place, Written
from gateway.mapping.evaluate.writing import Put, Refusal

__all__ = ["JsonWriteScope", "JsonWriter"]


class JsonWriteScope:
    """The object a block writes to. One that is no array element is attached with its first own value."""

    def __init__(
        self,
        node: JsonObject,
        pointer: str,
        parent: JsonWriteScope | None = None,
        keys: tuple[str, ...] = (),
    ) -> None:
        self.node = node
        self.pointer = pointer
        self.parent = parent
        self.keys = keys

    def attached(self) -> JsonObject | None:
        """The object, now part of the document; None where something else stands in its place."""
        if self.parent is not None:
            outer = self.parent.attached()
            holder = None if outer is None else _made(outer, self.keys)
            if holder is None:
                return None
            self.node, self.parent = holder, None
        return self.node


class JsonWriter:
    """Builds one JSON document."""

    def __init__(self) -> None:
        self.tree: JsonObject = {}
        self.author: Author | None = None
        self.marks: dict[str, Author] = {}

    def by(self, author: Author) -> None:
        self.author = author

    def mark(self, scope: JsonWriteScope, *parts: Part) -> None:
        """The value at this place was written now."""
        if self.author is not None:
            self.marks.setdefault(pointer_of(parts, scope.pointer), self.author)

    def written_places(self) -> Iterator[Written]:
        if self.tree:
            yield from self.places_in(self.tree, "", None)

    def places_in(self, value: Json, pointer: str, around: Author | None, part: int = 0) -> Iterator[Written]:
        """The values inside a value, each with its author or that of what it stands in.

        `part` counts the entries of a map that is written as a list, as those of pairs are counted.
        """
        author = self.marks.get(pointer, around)
        if isinstance(value, dict) and value:
            for key, inner in value.items():
                yield from self.places_in(inner, child(pointer, key), author, part)
        elif isinstance(value, list) and value:
            for number, inner in enumerate(value):
                entry = 2 * number + 1 if pointer in self.marks else part
                yield from self.places_in(inner, f"{pointer}/{number}", author, entry)
        else:
            text = value if isinstance(value, str) else text_of_json(value)
            yield Written(Place(Location(pointer=pointer), text), author, part)

    def root(self) -> JsonWriteScope:
        return JsonWriteScope(self.tree, "")

    def open(self, scope: JsonWriteScope, block: BlockPlan) -> JsonWriteScope:
        at = block.at
        assert isinstance(at, JsonAt)
        if not at.array:
            return JsonWriteScope({}, pointer_of(at.keys, scope.pointer), scope, at.keys)
        element: JsonObject = {}
        outer = scope.attached()
        holder = None if outer is None else _made(outer, at.keys[:-1])
        held = None if holder is None else holder.setdefault(at.keys[-1], [])
        if not isinstance(held, list):
            raise GatewayError(f"two blocks of a table disagree whether `{at.text}` is an array")
        held.append(element)
        self.mark(scope, *at.keys, len(held) - 1)
        return JsonWriteScope(element, f"{pointer_of(at.keys, scope.pointer)}/{len(held) - 1}")

    def close(self, outer: JsonWriteScope, scope: JsonWriteScope, block: BlockPlan) -> Refusal | None:
        del outer, scope, block  # an object is complete as it stands
        return None

    def put(
        self, scope: JsonWriteScope, saying: SayingPlan, values: Sequence[object], *, fill: bool
    ) -> Put | Refusal:
        outcome = Put.DONE
        for spot, value in zip(saying.spots, values, strict=True):
            assert isinstance(spot, JsonSpot)
            if value is None or value == "":
                continue
            done = self.put_one(scope, spot.keys, _json(value), fill=fill)
            outcome = done if outcome is Put.DONE else outcome
        return outcome

    def put_one(self, scope: JsonWriteScope, keys: tuple[str, ...], value: Json, *, fill: bool) -> Put:
        """Sets one value; what stands there already stays. `fill`: only in an object that is there."""
        if fill:
            holder = None if scope.parent else _found(scope.node, keys[:-1])
            if holder is None:
                return Put.NOTHING_TO_FILL
            if keys[-1] not in holder:
                holder[keys[-1]] = value
                self.mark(scope, *keys)
            return Put.DONE
        outer = scope.attached()
        holder = None if outer is None else _made(outer, keys[:-1])
        if holder is None or holder.setdefault(keys[-1], value) != value:
            return Put.TAKEN
        self.mark(scope, *keys)
        return Put.DONE

    def put_back(self, scope: JsonWriteScope, place: str, value: str | tuple[str, ...]) -> bool:
        parts = parse_json_key(place.removesuffix("[]"))
        if parts is None or not isinstance(parts[-1], str):
            return False
        outer = scope.attached()
        if outer is not None and parts[0] not in outer:
            self.mark(scope, parts[0])  # objects on the way are made even where the value finds no room
        node = None if outer is None else _descended(outer, parts[:-1])
        if node is None:
            return False
        if isinstance(value, str):
            good, read = value_of_json(value)
            if not good or parts[-1] in node:
                return False
            node[parts[-1]] = read
            self.mark(scope, *parts)
            return True
        held = node.setdefault(parts[-1], [])
        self.mark(scope, *parts)
        values = [value_of_json(text) for text in value]
        if not isinstance(held, list) or not all(good for good, _ in values):
            return False
        for _, read in values:
            held.append(read)
            self.mark(scope, *parts, len(held) - 1)
        return True

    def finish(self) -> JsonObject:
        return self.tree


def _made(node: JsonObject, keys: Sequence[str]) -> JsonObject | None:
    for key in keys:
        inner = node.setdefault(key, {})
        if not isinstance(inner, dict):
            return None
        node = inner
    return node


def _found(node: JsonObject, keys: Sequence[str]) -> JsonObject | None:
    for key in keys:
        inner = node.get(key)
        if not isinstance(inner, dict):
            return None
        node = inner
    return node


def _descended(node: JsonObject, parts: Sequence[Part]) -> JsonObject | None:
    """The object at a kept place; missing objects are made, missing array elements are not."""
    current: Json = node
    for part in parts:
        if isinstance(part, int):
            if not isinstance(current, list) or part >= len(current):
                return None
            current = current[part]
        elif isinstance(current, dict):
            current = current.setdefault(part, {})
        else:
            return None
    return current if isinstance(current, dict) else None


def _json(value: object) -> Json:
    """A codec's value as a tree; codecs of JSON and XML give nothing else."""
    if value is None or isinstance(value, str | int | bool):
        return value
    if isinstance(value, list):
        return [_json(part) for part in value]
    if isinstance(value, dict):
        return {key: _json(part) for key, part in value.items()}
    raise GatewayError(f"a codec of trees made a {type(value).__name__}")
