"""What the fields of canonical records hold, as far as a mapping table needs to know."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from msgspec import inspect

from gateway.documents.parts import Moment
from gateway.mapping.bound import FieldKind

__all__ = ["Field", "fields_of", "kind_of_map_values"]


class Field(msgspec.Struct, frozen=True):
    """One field. `records`: the record types it holds, alone (`RECORD`) or in a list (`RECORDS`).

    `allowed`: the only texts it takes. `required`: it has no default. `is_list`: a list, not a tuple.
    """

    name: str
    kind: FieldKind
    required: bool
    records: tuple[type[msgspec.Struct], ...] = ()
    allowed: tuple[str, ...] = ()
    is_list: bool = False


def fields_of(record: type[msgspec.Struct]) -> Mapping[str, Field]:
    """The fields of a record type by name."""
    info = inspect.type_info(record)
    assert isinstance(info, inspect.StructType)
    return {field.name: _field(field) for field in info.fields}


def kind_of_map_values(kind: FieldKind) -> FieldKind:
    """What stands under a key of a map of this kind."""
    return FieldKind.MOMENT if kind is FieldKind.MOMENTS else FieldKind.TEXT


def _field(field: inspect.Field) -> Field:
    held = _without_none(field.type)
    records = _records(held)
    if records:
        kind, is_list = FieldKind.RECORD, False
        if records == (Moment,):
            kind, records = FieldKind.MOMENT, ()
        return Field(field.name, kind, field.required, records, is_list=is_list)
    if isinstance(held, inspect.VarTupleType | inspect.ListType):
        items = _records(_plain(held.item_type))
        is_list = isinstance(held, inspect.ListType)
        kind = FieldKind.RECORDS if items else _list_kind(_plain(held.item_type))
        return Field(field.name, kind, field.required, items, is_list=is_list)
    allowed = tuple(map(str, held.values)) if isinstance(held, inspect.LiteralType) else ()
    return Field(field.name, _leaf_kind(held), field.required, allowed=allowed)


def _plain(held: inspect.Type) -> inspect.Type:
    while isinstance(held, inspect.Metadata):
        held = held.type
    return held


def _without_none(held: inspect.Type) -> inspect.Type:
    held = _plain(held)
    if isinstance(held, inspect.UnionType):
        rest = [member for member in held.types if not isinstance(_plain(member), inspect.NoneType)]
        return _plain(rest[0]) if len(rest) == 1 else inspect.UnionType(tuple(rest))
    return held


def _records(held: inspect.Type) -> tuple[type[msgspec.Struct], ...]:
    members = held.types if isinstance(held, inspect.UnionType) else (held,)
    plain = [_plain(member) for member in members]
    structs = tuple(member.cls for member in plain if isinstance(member, inspect.StructType))
    return structs if len(structs) == len(plain) else ()


def _list_kind(item: inspect.Type) -> FieldKind:
    return FieldKind.TEXTS if isinstance(item, inspect.StrType) else FieldKind.OTHER


def _leaf_kind(held: inspect.Type) -> FieldKind:
    if isinstance(held, inspect.DictType):
        values = _plain(held.value_type)
        if isinstance(values, inspect.StrType):
            return FieldKind.MAP
        return FieldKind.MOMENTS if _records(values) == (Moment,) else FieldKind.OTHER
    if isinstance(held, inspect.LiteralType):
        return FieldKind.TEXT if all(isinstance(value, str) for value in held.values) else FieldKind.OTHER
    return _LEAVES.get(type(held), FieldKind.OTHER)


_LEAVES: Mapping[type[inspect.Type], FieldKind] = {
    inspect.StrType: FieldKind.TEXT,
    inspect.DecimalType: FieldKind.DECIMAL,
    inspect.IntType: FieldKind.INTEGER,
    inspect.BoolType: FieldKind.BOOLEAN,
    inspect.DateType: FieldKind.DATE,
}
