"""Computed places: functions of the document (or of the shape, where a table has one).

They bear half-filled documents: what is missing counts for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from operator import attrgetter

import msgspec

from gateway.mapping.bound import FieldKind
from gateway.mapping.cells import CellError
from gateway.mapping.codec import Codec
from gateway.mapping.codecs import Setting, make_codec
from gateway.mapping.plan import CodecCall, CsvSettings, FormatKind
from gateway.mapping.records import Field, fields_of
from gateway.suggestions import suggestion

__all__ = ["DERIVATIONS", "Computed", "derived_codec", "make_derivation", "same"]

Computed = Decimal | int | str | None
Compute = Callable[[msgspec.Struct], Computed]
RecordType = type[msgspec.Struct]

_NOTHING = Decimal(0)


def make_derivation(call: CodecCall, record: RecordType) -> Compute:
    """The function a table names, made for one record type; `CellError` for what does not fit it."""
    if call.name in _SHORT:
        if call.arguments:
            raise CellError(f"`{call.name}` takes no argument")
        return make_derivation(_SHORT[call.name], record)
    factory = _FACTORIES.get(call.name)
    if factory is None:
        raise CellError(f"there is no function `{call.name[:40]}`{suggestion(call.name, DERIVATIONS)}")
    if len(call.arguments) != 1:
        raise CellError(f"`{call.name}` takes one path, such as `lines` or `lines.quantity`")
    return factory(call.arguments[0].replace("[]", "").split("."), record)


def derived_codec(kind: FormatKind, settings: CsvSettings) -> Codec:
    """Writes a computed value as the format writes numbers; a place is read as it stands."""
    numbers = make_codec("decimal", Setting(format=kind, fields=(FieldKind.DECIMAL,), settings=settings))
    wholes = make_codec("integer", Setting(format=kind, fields=(FieldKind.INTEGER,), settings=settings))

    def write(value: Decimal | int | str) -> object:
        if isinstance(value, str):
            return value
        return wholes.write(value) if isinstance(value, int) else numbers.write(value)

    return Codec("derived", lambda value: value, write)


def same(held: object, computed: Decimal | int | str) -> bool:
    """Whether the value at a place is the computed one; numbers compare as numbers."""
    if isinstance(computed, str):
        return held == computed
    try:
        return Decimal(held if isinstance(held, int | Decimal) else str(held)) == Decimal(computed)
    except InvalidOperation:
        return False


def _count(names: list[str], record: RecordType) -> Compute:
    """`count(cartons)`: how many items a list has, lists inside lists added up."""
    field, _ = _walk(names, record)
    if field.kind not in (FieldKind.RECORDS, FieldKind.TEXTS):
        raise CellError(f"`{'.'.join(names)}` is no list")
    if len(names) == 1:
        items_of = attrgetter(names[0])
        return lambda document: len(items_of(document))

    def compute(document: msgspec.Struct) -> int:
        return sum(len(found) for found in _values(document, names) if isinstance(found, list | tuple))

    return compute


def _total(names: list[str], record: RecordType) -> Compute:
    """`total(lines.quantity)`: the sum of a field; nothing when no item has it."""
    field, depth = _walk(names, record)
    if field.kind not in (FieldKind.DECIMAL, FieldKind.INTEGER) or not depth:
        raise CellError(f"`{'.'.join(names)}` is no number of the items of a list")
    if len(names) == 2:
        return _total_of_list(*names)

    def compute(document: msgspec.Struct) -> Decimal | None:
        numbers = [Decimal(found) for found in _values(document, names) if isinstance(found, Decimal | int)]
        return sum(numbers, Decimal(0)) if numbers else None

    return compute


def _total_of_list(items: str, number: str) -> Compute:
    """The sum of a number of the items of a list that stands in the document itself, as most do."""
    items_of, number_of = attrgetter(items), attrgetter(number)

    def compute(document: msgspec.Struct) -> Decimal | None:
        given = items_of(document)
        try:
            return sum(map(number_of, given), _NOTHING) if given else None
        except TypeError:  # some item has no number
            found = [number for number in map(number_of, given) if number is not None]
            return sum(found, _NOTHING) if found else None

    return compute


def _walk(names: list[str], record: RecordType) -> tuple[Field, int]:
    """The field a path leads to, and how many lists it passes."""
    depth, field = 0, None
    types: tuple[RecordType, ...] = (record,)
    for name in names:
        if len(types) != 1 or name not in fields_of(types[0]):
            known = fields_of(types[0]) if types else ()
            raise CellError(f"`{'.'.join(names)}`: there is no `{name[:40]}`{suggestion(name, known)}")
        depth += field is not None and field.kind is FieldKind.RECORDS
        field = fields_of(types[0])[name]
        types = field.records
    if field is None:
        raise CellError("a path is missing")
    return field, depth


def _values(holder: object, names: list[str]) -> list[object]:
    found: list[object] = [holder]
    for name in names:
        inner: list[object] = []
        for item in found:
            inner += item if isinstance(item, list | tuple) else [item]
        found = [getattr(item, name) for item in inner if isinstance(item, msgspec.Struct)]
    return found


_FACTORIES: Mapping[str, Callable[[list[str], RecordType], Compute]] = {"count": _count, "total": _total}
_SHORT: Mapping[str, CodecCall] = {
    "line_count": CodecCall("count", ("lines",)),
    "hl_count": CodecCall("count", ("nodes",)),
    "quantity_total": CodecCall("total", ("lines.quantity",)),
}

DERIVATIONS: tuple[str, ...] = (*_FACTORIES, *_SHORT)
"""The names a table may use below `derived`."""
