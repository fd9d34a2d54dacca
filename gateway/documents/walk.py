"""Turns canonical records into JSON trees and notes each value that is not what its field declares.

A JSON Schema cannot see these: a text that looks like a number is a fault of a record, but in JSON a number
is a text.
"""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable
from decimal import Decimal

from msgspec import inspect

from gateway.documents import Document
from gateway.findings import Finding, Location, found
from gateway.formats.json import Json, JsonObject
from gateway.formats.json_pointer import child

__all__ = ["bare", "kind_of", "tree_with_faults"]


def tree_with_faults(document: Document) -> tuple[Json, tuple[Finding, ...]]:
    """The JSON tree of a document, and a `canonical-type` finding for each value of a wrong Python type.

    Such a value stands in the tree as an empty text; what the schema says of that place is to be left out.
    """
    walk = _Walk()
    return walk.value(document, _type_info(type(document)), ""), tuple(walk.faults)


def bare(node: inspect.Type) -> inspect.Type:
    """A type without what annotations say of it beside its constraints."""
    return node.type if isinstance(node, inspect.Metadata) else node


def kind_of(value: object) -> str:
    """What a value is, in plain words: `text`, `a list`, `a decimal number`."""
    return _KINDS.get(type(value), f"a value of type {type(value).__name__}")


_KINDS: dict[type[object], str] = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    float: "a binary fraction",
    Decimal: "a decimal number",
    datetime.date: "a day",
    datetime.datetime: "a time",
    list: "a list",
    tuple: "a sequence",
    dict: "an object",
    type(None): "nothing",
}


def _same(value: object) -> Json:
    assert isinstance(value, str | bool | int)
    return value


def _text_of_moment(value: object) -> Json:
    assert isinstance(value, datetime.date)  # a datetime is one as well
    return value.isoformat()


_SIMPLE: dict[type[inspect.Type], tuple[type[object], Callable[[object], Json]]] = {
    inspect.StrType: (str, _same),
    inspect.LiteralType: (str, _same),
    inspect.DecimalType: (Decimal, str),
    inspect.DateType: (datetime.date, _text_of_moment),
    inspect.DateTimeType: (datetime.datetime, _text_of_moment),
    inspect.BoolType: (bool, _same),
    inspect.IntType: (int, _same),
}


@functools.cache  # of the document types, which are a closed set
def _type_info(kind: type[Document]) -> inspect.Type:
    return inspect.type_info(kind)


class _Walk:
    def __init__(self) -> None:
        self.faults: list[Finding] = []

    def value(self, value: object, declared: inspect.Type, pointer: str) -> Json:
        node = _chosen(bare(declared), value)
        if isinstance(node, inspect.StructType) and type(value) is node.cls:
            return self._record(value, node, pointer)
        if isinstance(node, inspect.VarTupleType) and isinstance(value, tuple) and type(value) is tuple:
            items = enumerate(value)
            return [self.value(item, node.item_type, child(pointer, index)) for index, item in items]
        if isinstance(node, inspect.DictType) and isinstance(value, dict) and type(value) is dict:
            return self._map(value, node, pointer)
        simple = _SIMPLE.get(type(node))
        if simple is not None and type(value) is simple[0]:
            return simple[1](value)
        self._fault(pointer, kind_of(value), _expected(node))
        return ""

    def _record(self, record: object, node: inspect.StructType, pointer: str) -> JsonObject:
        members: JsonObject = {} if node.tag is None else {str(node.tag_field): str(node.tag)}
        for field in node.fields:
            value = getattr(record, field.name)
            if value is None and isinstance(field.type, inspect.UnionType) and field.type.includes_none:
                continue
            members[field.name] = self.value(value, field.type, child(pointer, field.name))
        return members

    def _map(self, value: dict[object, object], node: inspect.DictType, pointer: str) -> JsonObject:
        members: JsonObject = {}
        for key, entry in value.items():
            if isinstance(key, str) and type(key) is str:
                members[key] = self.value(entry, node.value_type, child(pointer, key))
            else:
                self._fault(pointer, f"a key that is {kind_of(key)}", "text for each key")
        return members

    def _fault(self, pointer: str, what: str, expected: str) -> None:
        self.faults.append(found("canonical-type", Location(pointer=pointer), found=what, expected=expected))


def _chosen(node: inspect.Type, value: object) -> inspect.Type:
    """The member of a union that a value is to be held against; `null` was dealt with before."""
    if not isinstance(node, inspect.UnionType):
        return node
    members = [bare(member) for member in node.types if not isinstance(member, inspect.NoneType)]
    texts = [member for member in members if isinstance(member, inspect.StrType) == isinstance(value, str)]
    return (texts or members)[0]


def _expected(node: inspect.Type) -> str:
    if isinstance(node, inspect.StructType):
        return f"a {node.cls.__name__}"
    if isinstance(node, inspect.VarTupleType):
        return kind_of(())
    if isinstance(node, inspect.DictType):
        return kind_of({})
    return _KINDS[_SIMPLE[type(node)][0]]
