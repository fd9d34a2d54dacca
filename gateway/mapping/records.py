"""What the fields of records hold, as far as a mapping table needs to know."""

from __future__ import annotations

import functools
import types
import typing
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum

import msgspec

from gateway.documents.parts import Moment

__all__ = ["Field", "FieldKind", "fields_of", "kind_of_map_values"]


class FieldKind(StrEnum):
    """What a field holds; `texts` is a list of texts, `map` has texts or moments as values."""

    TEXT = "text"
    DECIMAL = "decimal number"
    INTEGER = "whole number"
    BOOLEAN = "true or false"
    DATE = "day"
    MOMENT = "moment"
    TEXTS = "list of texts"
    MAP = "map of texts"
    MOMENTS = "map of moments"
    RECORD = "record"
    RECORDS = "list of records"
    OTHER = "something no codec makes"


RecordType = type[msgspec.Struct]

_LEAVES: Mapping[object, FieldKind] = {
    str: FieldKind.TEXT,
    Decimal: FieldKind.DECIMAL,
    int: FieldKind.INTEGER,
    bool: FieldKind.BOOLEAN,
    date: FieldKind.DATE,
    Moment: FieldKind.MOMENT,
}


class Field(msgspec.Struct, frozen=True):
    """One field. `records`: the record types it holds, alone (`RECORD`) or in a list (`RECORDS`).

    `allowed`: the only texts it takes. `required`: it has no default. `is_list`: a list, not a tuple.
    `awaited`: a record must have it, and the order may fill it: until then it is None.
    """

    name: str
    kind: FieldKind
    required: bool
    records: tuple[RecordType, ...] = ()
    allowed: tuple[str, ...] = ()
    is_list: bool = False
    awaited: bool = False


@functools.cache  # of the record types, which are a closed set; reading annotations is slow
def fields_of(record: RecordType) -> Mapping[str, Field]:
    """The fields of a record type by name."""
    hints = typing.get_type_hints(record)
    return {
        field.name: _field(field.name, hints[field.name], required=field.required)
        for field in msgspec.structs.fields(record)
    }


def kind_of_map_values(kind: FieldKind) -> FieldKind:
    """What stands under a key of a map of this kind."""
    return FieldKind.MOMENT if kind is FieldKind.MOMENTS else FieldKind.TEXT


def _field(name: str, hint: object, *, required: bool) -> Field:
    members = _members(hint)
    if len(members) == 1 and members[0] in _LEAVES:
        return Field(name, _LEAVES[members[0]], required)
    records = _records(members)
    if records:
        return Field(name, FieldKind.RECORD, required, records)
    if len(members) != 1:
        return Field(name, FieldKind.OTHER, required)
    origin, arguments = typing.get_origin(members[0]), typing.get_args(members[0])
    if origin is typing.Literal and all(isinstance(value, str) for value in arguments):
        return Field(name, FieldKind.TEXT, required, allowed=tuple(map(str, arguments)))
    if origin is list or (origin is tuple and arguments[1:] == (Ellipsis,)):
        return _list_field(name, arguments[0], required=required, is_list=origin is list)
    return Field(name, _map_kind(origin, arguments), required)


def _list_field(name: str, item: object, *, required: bool, is_list: bool) -> Field:
    members = _members(item)
    records = _records(members)
    if records:
        return Field(name, FieldKind.RECORDS, required, records, is_list=is_list)
    kind = FieldKind.TEXTS if members == (str,) else FieldKind.OTHER
    return Field(name, kind, required, is_list=is_list)


def _map_kind(origin: object, arguments: tuple[object, ...]) -> FieldKind:
    if origin is not dict or arguments[0] is not str:
        return FieldKind.OTHER
    return {str: FieldKind.MAP, Moment: FieldKind.MOMENTS}.get(_class(arguments[1]), FieldKind.OTHER)


def _members(hint: object) -> tuple[object, ...]:
    """The types a field may hold, None left out."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return tuple(member for member in typing.get_args(hint) if member is not type(None))
    return (hint,)


def _records(members: tuple[object, ...]) -> tuple[RecordType, ...]:
    found = tuple(cls for cls in map(_class, members) if issubclass(cls, msgspec.Struct))
    return found if len(found) == len(members) else ()


def _class(hint: object) -> type:
    return hint if isinstance(hint, type) else object
