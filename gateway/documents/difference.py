"""What two canonical documents say differently: by meaning, not by the order in which they say it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from datetime import time as midnight

import msgspec

from gateway.documents.parts import Moment
from gateway.formats.json_pointer import child

__all__ = ["Difference", "Side", "differences"]

TELLING = (
    "number",
    "role",
    "line",
    "kind",
    "scheme",
    "type",
)  # what tells the items of a list apart, in turn


class Side(msgspec.Struct, frozen=True):
    """What one document says: a field of a record, of a map one key. `pointer` leads to it."""

    record: msgspec.Struct
    field: str
    key: str
    pointer: str
    value: object


class Difference(msgspec.Struct, frozen=True):
    """A value that only one document has, or that both have differently."""

    first: Side | None
    second: Side | None


class _At(msgspec.Struct, frozen=True):
    """A record of one document, and the pointer to it."""

    record: msgspec.Struct
    pointer: str


def differences(first: msgspec.Struct, second: msgspec.Struct, *, with_ext: bool) -> Iterator[Difference]:
    """Every value that differs. Equal numbers and equal instants are equal, however they are written, and so
    are a plain day and its midnight.

    Lines are matched by their number, parties by their role, other items by what tells them apart, else by
    their position. `with_ext`: what no row of a table read is compared too.
    """
    return _of_records(_At(first, ""), _At(second, ""), with_ext=with_ext)


def _of_records(first: _At | None, second: _At | None, *, with_ext: bool) -> Iterator[Difference]:
    if first is not None and second is not None and type(first.record) is not type(second.record):
        yield from _of_records(first, None, with_ext=with_ext)
        yield from _of_records(None, second, with_ext=with_ext)
        return
    either = first or second
    assert either is not None
    for name in either.record.__struct_fields__:
        if name == "ext" and not with_ext:
            continue
        one, other = _value(first, name), _value(second, name)
        if one == other or _is_same_day(one, other) or _is_same_day(other, one):
            continue
        if _is_record(one) or _is_record(other):
            yield from _of_records(_inner(first, name), _inner(second, name), with_ext=with_ext)
        elif _has_records(one) or _has_records(other):
            for left, right in _matched(_items(first, name), _items(second, name)):
                yield from _of_records(left, right, with_ext=with_ext)
        elif isinstance(one, dict) or isinstance(other, dict):
            yield from _of_maps(first, second, name)
        else:
            yield Difference(_side(first, name, "", one), _side(second, name, "", other))


def _of_maps(first: _At | None, second: _At | None, name: str) -> Iterator[Difference]:
    one, other = _flat(_value(first, name)), _flat(_value(second, name))
    for key in dict.fromkeys((*one, *other)):
        if one.get(key) != other.get(key) and not (
            _is_same_day(one.get(key), other.get(key)) or _is_same_day(other.get(key), one.get(key))
        ):
            yield Difference(_side(first, name, key, one.get(key)), _side(second, name, key, other.get(key)))


def _is_same_day(day: object, time: object) -> bool:
    """Whether a plain day stands beside its midnight: some formats have no plain days."""
    if not isinstance(day, Moment) or not isinstance(time, Moment) or time.time is None:
        return False
    return day.date == time.time.date() and time.time.time() == midnight.min


def _flat(value: object) -> dict[str, object]:
    """A map by key; that of `ext` by the places in it, whose formats are the same on both sides."""
    held = value if isinstance(value, dict) else {}
    inner = [each for each in held.values() if isinstance(each, dict)]
    return {key: text for places in inner for key, text in places.items()} if inner else held


def _side(at: _At | None, name: str, key: str, value: object) -> Side | None:
    if at is None or value is None or value in ("", ()):
        return None
    pointer = child(at.pointer, name)
    return Side(at.record, name, key, child(pointer, key) if key else pointer, value)


def _value(at: _At | None, name: str) -> object:
    return None if at is None else getattr(at.record, name)


def _is_record(value: object) -> bool:
    return isinstance(value, msgspec.Struct) and not isinstance(value, Moment)


def _has_records(value: object) -> bool:
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], msgspec.Struct)


def _inner(at: _At | None, name: str) -> _At | None:
    value = _value(at, name)
    held = at is not None and isinstance(value, msgspec.Struct)
    return _At(value, child(at.pointer, name)) if held and at and isinstance(value, msgspec.Struct) else None


def _items(at: _At | None, name: str) -> list[_At]:
    value = _value(at, name)
    if at is None or not isinstance(value, tuple):
        return []
    return [_At(item, f"{child(at.pointer, name)}/{place}") for place, item in enumerate(value)]


def _matched(first: Sequence[_At], second: Sequence[_At]) -> Iterator[tuple[_At | None, _At | None]]:
    one, other = _by_key(first), _by_key(second)
    for key in dict.fromkeys((*one, *other)):
        yield one.get(key), other.get(key)


def _by_key(items: Sequence[_At]) -> dict[Hashable, _At]:
    """Items by what tells them apart; of equal ones by which of them it is."""
    keyed: dict[Hashable, _At] = {}
    seen: Counter[Hashable] = Counter()
    for item in items:
        told = next(
            (getattr(item.record, name) for name in TELLING if getattr(item.record, name, None)), None
        )
        seen[told] += 1
        keyed[told, seen[told]] = item
    return keyed
