"""Places of a table resolved against what the format offers: loops and segments, a JSON schema, columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import msgspec

from gateway.formats.fixed_layout import Layout
from gateway.mapping.bound import BoundAt, ColumnSpot, JsonAt, JsonSpot, RowsAt, Spot
from gateway.mapping.cells import CellError
from gateway.mapping.plan import At, CsvPlace, Here, JsonPlace, Place, RowsPlace, XmlPlace
from gateway.suggestions import suggestion

__all__ = ["JsonPlaces", "Places", "RecordPlaces", "RowPlaces", "Scope", "XmlPlaces"]

JsonSchema = Mapping[str, object]

REFERENCES_FOLLOWED = 20  # a schema that refers further is going in circles


class Scope(msgspec.Struct, frozen=True):
    """Where a block stands: the path of its loop, or the keys to its object (`[]` for an array's items).

    `segment`: the block stands on this one repeated segment.
    """

    path: tuple[str, ...] = ()
    segment: str = ""


class Places(Protocol):
    """Resolves the places of one format; both functions raise `CellError` with a mistake for the author."""

    def at(self, scope: Scope, at: At) -> tuple[BoundAt, Scope]:
        """Where a block stands inside another, and its own scope."""

    def spot(self, scope: Scope, place: Place) -> Spot:
        """A place inside a block."""


class RowPlaces:
    """Delimited files: a column is a column; which there are, only the file tells."""

    def at(self, scope: Scope, at: At) -> tuple[BoundAt, Scope]:
        if isinstance(at, RowsPlace):
            if scope.path == ("[]",):
                raise CellError("every row is an item already; there is nothing to group inside it")
            return RowsAt(str(at), at.columns, at.otherwise), Scope(at.columns or ("[]",))
        return Here(), scope

    def spot(self, scope: Scope, place: Place) -> Spot:
        del scope  # a column has no scope of its own
        assert isinstance(place, CsvPlace)
        return ColumnSpot(text=str(place), column=place.column)


class JsonPlaces:
    """JSON: every key must stand in the schema."""

    sign = "."  # between the keys of a place

    def __init__(self, schema: JsonSchema) -> None:
        self.schema = schema

    def at(self, scope: Scope, at: At) -> tuple[BoundAt, Scope]:
        if not isinstance(at, JsonPlace):
            return Here(), scope
        node = self.node((*scope.path, *at.keys))
        kind = _type(node)
        if at.array and kind not in ("", "array"):
            raise CellError(f"`{at}`: the schema has no array here; leave `[]` out")
        if not at.array and kind not in ("", "object"):
            hint = f"; write `{at}[]`" if kind == "array" else ""
            raise CellError(f"`{at}`: the schema has a {kind} here, and a block needs an object{hint}")
        return JsonAt(str(at), at.keys, at.array), Scope(
            (*scope.path, *at.keys, *(["[]"] if at.array else []))
        )

    def spot(self, scope: Scope, place: Place) -> Spot:
        assert isinstance(place, JsonPlace)
        self.node((*scope.path, *place.keys))
        return JsonSpot(text=str(place), keys=place.keys)

    def type_at(self, path: tuple[str, ...]) -> str:
        """The type the schema names at a path, "" when it names none."""
        return _type(self.node(path))

    def node(self, path: tuple[str, ...]) -> JsonSchema:
        """The schema of a path of keys; `CellError` for a key the schema does not have."""
        node = self.followed(self.schema)
        for key in path:
            if key == "[]":
                node = self.followed(_schema(node.get("items")))
                continue
            if _type(node) == "array":
                raise CellError(f"`{key}` stands in an array; give the array a block: `at: …[]`")
            properties = self.properties(node)
            if key not in properties:
                if not properties and node.get("additionalProperties") is not False:
                    return {}
                raise CellError(f"the schema has no `{key[:60]}` here{suggestion(key, properties)}")
            node = self.followed(_schema(properties[key]))
        return node

    def properties(self, node: JsonSchema) -> Mapping[str, object]:
        """The properties of an object, those of its `allOf` included."""
        own = dict(_schema(node.get("properties")))
        parts = node.get("allOf")
        for part in parts if isinstance(parts, list) else ():
            own |= self.properties(self.followed(_schema(part)))
        return own

    def required(self, node: JsonSchema) -> tuple[str, ...]:
        """The keys an object must have."""
        parts = node.get("allOf")
        inner = [self.followed(_schema(part)) for part in parts] if isinstance(parts, list) else []
        names: list[str] = []
        for part in (node, *inner):
            named = part.get("required")
            names += [str(name) for name in named] if isinstance(named, list) else []
        return tuple(names)

    def followed(self, node: JsonSchema) -> JsonSchema:
        """The node a chain of `$ref` (within the schema) leads to."""
        for _ in range(REFERENCES_FOLLOWED):
            reference = node.get("$ref")
            if not isinstance(reference, str) or not reference.startswith("#"):
                return node
            target: object = self.schema
            for part in reference.removeprefix("#").split("/")[1:]:
                target = _schema(target).get(part.replace("~1", "/").replace("~0", "~"))
            node = _schema(target)
        return {}


class RecordPlaces(JsonPlaces):
    """Fixed-width files: every record and field must stand in the layout, in the group of its block."""

    def __init__(self, layout: Layout) -> None:
        super().__init__(layout.schema)
        self.layout = layout

    def at(self, scope: Scope, at: At) -> tuple[BoundAt, Scope]:
        if not isinstance(at, JsonPlace):
            return Here(), scope
        name = at.keys[0]
        if _type(self.node((*scope.path, name))) != "array":
            raise CellError(f"`{name}` stands once, so that its fields need no block: `{name}.…`")
        return JsonAt(name, at.keys, array=True), Scope((*scope.path, name, "[]"))

    def spot(self, scope: Scope, place: Place) -> Spot:
        assert isinstance(place, JsonPlace)
        record = place.keys[0]
        if _type(self.node((*scope.path, record))) == "array":
            raise CellError(f"`{record}` stands many times here; give it a block: `at: {record}`")
        return super().spot(scope, place)

    def node(self, path: tuple[str, ...]) -> JsonSchema:
        try:
            return super().node(path)
        except CellError:
            return self._absent(path)

    def _absent(self, path: tuple[str, ...]) -> JsonSchema:
        """Says why there is no such place."""
        names = [key for key in path if key != "[]"]
        known = self.layout.by_name.get(names[-1]) or self.layout.by_name.get(names[-2] if names[1:] else "")
        if known is None:
            hint = suggestion(names[-1], self.layout.by_name)
            raise CellError(f"the layout {self.layout.name} has no record `{names[-1][:40]}` here{hint}")
        if names[-1] == known.name:
            around = known.within or "the document"
            raise CellError(f"the record `{known.name}` belongs to {around}; it does not stand in this block")
        fields = [field.name for field in known.fields if field.is_mapped]
        hint = suggestion(names[-1], fields)
        raise CellError(f"the record `{known.name}` has no field `{names[-1][:60]}` for a table{hint}")


class XmlPlaces(JsonPlaces):
    """XML: elements and attributes by the shape of the schema, which has the form of a JSON Schema."""

    sign = "/"

    def at(self, scope: Scope, at: At) -> tuple[BoundAt, Scope]:
        if not isinstance(at, XmlPlace):
            return Here(), scope
        node = self.node((*scope.path, *at.keys))
        array = _type(node) == "array"
        if _type(self.followed(_schema(node.get("items"))) if array else node) != "object":
            raise CellError(f"`{at}` holds a text alone; a block needs an element with others or attributes")
        return JsonAt(str(at), at.keys, array), Scope((*scope.path, *at.keys, *(["[]"] if array else [])))

    def spot(self, scope: Scope, place: Place) -> Spot:
        assert isinstance(place, XmlPlace)
        node = self.node((*scope.path, *place.keys))
        if _type(node) != "object":
            return JsonSpot(text=str(place), keys=place.keys)
        if "." not in self.properties(node):
            raise CellError(f"`{place}` holds elements, no text; name one of them: `{place}/…`")
        return JsonSpot(text=str(place), keys=(*place.keys, "."))


def _schema(node: object) -> JsonSchema:
    return node if isinstance(node, Mapping) else {}


def _type(node: JsonSchema) -> str:
    kind = node.get("type")
    if isinstance(kind, list):
        named = [str(name) for name in kind if name != "null"]
        return named[0] if len(named) == 1 else ""
    return str(kind or "")
