"""What generated readers of JSON call, as `gateway.mapping.evaluate.read_json` has it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from gateway.formats.json import Json, JsonObject
from gateway.mapping.bound import BlockPlan
from gateway.mapping.evaluate.json_places import Part, key_of
from gateway.mapping.evaluate.read_json import JsonReader, JsonScope
from gateway.mapping.evaluate.sources import JsonSource

__all__ = ["EMPTY", "NOTHING", "left_in", "lifted_json", "present_at", "scope_of", "value_at"]

Ext: TypeAlias = dict[str, str | tuple[str, ...]]

NOTHING: tuple[Json, ...] = ("", [], {})
"""Values that stand for nothing, as null does."""

EMPTY: JsonObject = {}


def value_at(node: Json, keys: Sequence[str]) -> Json:
    """The value a path of keys leads to, None where it leads nowhere."""
    for key in keys:
        if not isinstance(node, dict):
            return None
        node = node.get(key)
    return node


def present_at(node: Json, keys: Sequence[str]) -> Json:
    """The same, None for a value that stands for nothing."""
    value = value_at(node, keys)
    return None if value in NOTHING and not isinstance(value, bool | int) else value


def scope_of(tree: Json) -> JsonScope:
    """A scope in which nothing is claimed yet."""
    return JsonScope(tree if isinstance(tree, dict) else {}, "")


def left_in(scope: JsonScope, block: BlockPlan) -> Ext:
    """What nobody claimed in a scope."""
    return JsonReader(JsonSource(None)).leftovers(scope, block)


def lifted_json(keys: tuple[str, ...], array: bool, number: int, left: Ext) -> Ext:
    """The leftovers of occurrence `number` (from 0) of a block whose record cannot keep them."""
    parts: tuple[Part, ...] = (*keys, number) if array else keys
    return {f"{key_of(parts)}.{key}": value for key, value in left.items()}
