"""Takes records from YAML nodes as their fields ask for them, and notes every mistake with its line."""

from __future__ import annotations

import re
from collections import abc
from collections.abc import Collection
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, NamedTuple, TypeAlias, Union, get_args, get_origin

import msgspec

from gateway.errors import Mistake
from gateway.formats.yaml_nodes import Mapping, Node, Scalar, Sequence
from gateway.formats.yaml_units import duration, duration_text, size, size_text
from gateway.suggestions import suggestion

__all__ = ["BYTES", "DURATION", "Path", "RecordReader", "Tree", "Value", "size_text"]

Value: TypeAlias = "Tree | list[Value] | str | int | bool | None"
Tree: TypeAlias = dict[str, Value]
Path = tuple[str, ...]

BYTES = {"unit": "bytes"}
"""Marks a number as a size: `Annotated[int, msgspec.Meta(extra=BYTES)]` is written as `512 MB`."""

DURATION = {"unit": "seconds"}
"""Marks a number as a length of time: it is written as `90 s`, `5 min`, `24 h` or `3 days`."""

SHOWN = 80  # characters of a value in a message
_NUMBER = re.compile(r"[0-9]{1,15}")
_AMOUNT = re.compile(r"[0-9]{1,15}(\.[0-9]{1,6})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class RecordReader:
    """Takes from the nodes of a file what the fields of a record ask for, and notes what does not fit.

    A field may be a text, a `StrEnum`, a bool, a date, a `Decimal`, a whole number, a size (`BYTES`) or a
    length of time (`DURATION`) with the limits of its `msgspec.Meta`, a record, a tuple of any of these, a
    mapping with any of these for each key, or one of them or None. Fields are known by the names they are
    written with.
    """

    def __init__(
        self,
        file: str,
        instead: abc.Mapping[type[msgspec.Struct], str] | None = None,
        *,
        empty_records: bool = False,
        placed: abc.Mapping[type[msgspec.Struct], Collection[str]] | None = None,
    ) -> None:
        """`instead` has what to say where something else stands than a record with its keys: no word of
        what does stand there is shown then. With `empty_records`, a record without keys has its defaults.
        `placed` has the fields of a record that nobody writes, since its place says them.
        """
        self.mistakes: list[Mistake] = []
        self._file = file
        self._instead = instead or {}
        self._empty_records = empty_records
        self._placed = placed or {}
        self._lines: dict[Path, int] = {}

    def line(self, *places: Path) -> int:
        """The last line in which one of the places stands; what a file leaves out stands in none."""
        return max(self._lines.get(place, 0) for place in places)

    def record(self, node: Mapping, form: type[msgspec.Struct], path: Path, *, whole: bool = True) -> Tree:
        """The values of a record. Where there is a mistake they may be incomplete.

        `path` is where it stands: keys, and in a list the index from 0. What is not `whole` may lack what is
        required.
        """
        fields = self._fields(form)
        tree: Tree = {}
        for key, value in node.items:
            name = key.text or ""
            self._lines[*path, name] = key.line
            if name in fields:
                taken = self._taken(key, value, _kind(fields[name].type), (*path, name))
                if not isinstance(taken, _Left):
                    tree[name] = taken
            elif form in self._instead:
                self._mistake(key.line, self._instead[form])
            else:
                self._mistake(key.line, f"unknown key `{name[:SHOWN]}`{suggestion(name, fields)}")
        for name, field in fields.items():
            if whole and field.required and (*path, name) not in self._lines:
                self._mistake(node.line, f"`{name}:` is missing")
        return tree

    def _taken(self, key: Scalar, value: Node, kind: _Kind, path: Path) -> Value | _Left:
        if kind.optional and value == Scalar(None, value.line):
            return None
        if get_origin(kind.of) is abc.Mapping:
            return self._mapping(key, value, _kind(get_args(kind.of)[1]), path)
        if get_origin(kind.of) is tuple:
            return self._list(key, value, _kind(get_args(kind.of)[0]), path)
        if isinstance(kind.of, type) and issubclass(kind.of, msgspec.Struct):
            return self._inner(key, value, kind.of, path)
        return self._value(key, value, kind)

    def _inner(self, key: Scalar, value: Node, form: type[msgspec.Struct], path: Path) -> Value | _Left:
        if isinstance(value, Mapping):
            return self.record(value, form, path)
        empty = isinstance(value, Scalar) and value.text is None
        if form in self._instead:
            self._mistake(key.line, f"`{key.text}`: {self._instead[form]}")
        elif not (empty and self._empty_records):
            known = ", ".join(self._fields(form))
            self._mistake(key.line, f"`{key.text}` takes keys of its own: {known}")
        return _LEFT

    def _list(self, key: Scalar, value: Node, kind: _Kind, path: Path) -> Value:
        """Each item is told of under the key of its list, with its own line."""
        if not isinstance(value, Sequence):
            self._mistake(key.line, f"`{key.text}` takes a list; each item in a line of its own after `- `")
            return []
        items: list[Value] = []
        for index, item in enumerate(value.items):
            place = (*path, str(index))
            self._lines[place] = item.line
            taken = self._taken(Scalar(key.text, item.line), item, kind, place)
            if not isinstance(taken, _Left):
                items.append(taken)
        return items

    def _mapping(self, key: Scalar, value: Node, kind: _Kind, path: Path) -> Tree:
        """A value for each key, whatever keys there are."""
        if not isinstance(value, Mapping):
            is_text = kind.of is str
            self._mistake(
                key.line, f"`{key.text}` takes keys of its own, each with {_A_TEXT if is_text else _KEYS}"
            )
            return {}
        taken: Tree = {}
        for inner, node in value.items:
            name = inner.text or ""
            self._lines[*path, name] = inner.line
            held = self._taken(inner, node, kind, (*path, name))
            if not isinstance(held, _Left):
                taken[name] = held
        return taken

    def _fields(self, form: type[msgspec.Struct]) -> dict[str, msgspec.structs.FieldInfo]:
        """The fields that may be written, by their names in a file."""
        placed = self._placed.get(form, ())
        return {
            field.encode_name: field for field in msgspec.structs.fields(form) if field.name not in placed
        }

    def _value(self, key: Scalar, value: Node, kind: _Kind) -> str | int | bool | None:
        if not isinstance(value, Scalar):
            self._mistake(key.line, f"`{key.text}` takes one text")
            return None
        text, choices = value.text, _choices(kind.of)
        if text is None:
            if not kind.optional:
                self._mistake(key.line, f"`{key.text}` says nothing; give it a value, or leave it out")
            return None
        if choices and text not in choices:
            self._mistake(key.line, f"`{key.text}` is one of {', '.join(choices)}, not `{text[:SHOWN]}`")
        if kind.of is int:
            return self._number(key, text, kind.meta)
        if kind.of is Decimal and not _AMOUNT.fullmatch(text):
            self._mistake(key.line, f"`{key.text}` is an amount such as 2500 or 99.50, not `{text[:SHOWN]}`")
        if kind.of is date and not _is_date(text):
            self._mistake(key.line, f"`{key.text}` is a day such as 2026-12-31, not `{text[:SHOWN]}`")
        return text == "true" if kind.of is bool else text

    def _number(self, key: Scalar, text: str, meta: msgspec.Meta) -> int:
        what, read, shown = _READ.get((meta.extra or {}).get("unit", ""), _WHOLE_NUMBER)
        number = read(text)
        least, most = meta.ge or 0, meta.le
        if number is None or number < least or (most is not None and number > most):
            limits = f"from {shown(int(least))}" + ("" if most is None else f" to {shown(int(most))}")
            self._mistake(key.line, f"`{key.text}` is {what}, {limits}, not `{text[:SHOWN]}`")
        return number or 0

    def _mistake(self, line: int, text: str) -> None:
        self.mistakes.append((self._file, line, text))


def _whole_number(text: str) -> int | None:
    return int(text) if _NUMBER.fullmatch(text) else None


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


class _Written(NamedTuple):
    """How a number is written: for people, and there and back."""

    what: str
    read: abc.Callable[[str], int | None]
    shown: abc.Callable[[int], str]


_WHOLE_NUMBER = _Written("a whole number", _whole_number, str)
_READ = {
    BYTES["unit"]: _Written("a size such as `512 MB` or `64 KiB`", size, size_text),
    DURATION["unit"]: _Written(
        "a length of time such as `90 s`, `5 min`, `24 h` or `3 days`", duration, duration_text
    ),
}
_A_TEXT, _KEYS = "a text", "keys below it"


class _Left:
    """Stands for what is not taken: a record with a mistake, or one that has its defaults."""


_LEFT = _Left()


class _Kind(NamedTuple):
    of: object
    optional: bool
    meta: msgspec.Meta


def _kind(written: object) -> _Kind:
    """What a field asks for, from the type it is declared with."""
    if get_origin(written) in (Union, UnionType):
        inner = [each for each in get_args(written) if each is not NoneType]
        return _kind(inner[0])._replace(optional=True)
    if get_origin(written) is Annotated:
        of, meta, *_ = get_args(written)
        return _kind(of)._replace(meta=meta)
    return _Kind(written, optional=False, meta=msgspec.Meta())


def _choices(kind: object) -> tuple[str, ...]:
    if kind is bool:
        return ("true", "false")
    return tuple(kind) if isinstance(kind, type) and issubclass(kind, StrEnum) else ()
