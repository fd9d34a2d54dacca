"""Lines of code that tell whether a document is like another, with what it holds in locals.

Like are documents of one outline (see `gateway.documents.outline`) that have as many records in each list; of
the lines of a document there may be any number, all of them like its first. Comparing values one by one takes
a third of what an outline takes to be made and looked up.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

import msgspec
from msgspec import inspect

from gateway.documents.outline import Telling, kept_outline, needed
from gateway.documents.walk import bare
from gateway.mapping.compiled.code import Code
from gateway.mapping.compiled.doubt import Doubt
from gateway.mapping.compiled.marks import Marks, Source

__all__ = ["LINES", "Likeness"]

LINES = "lines"


class Likeness:
    """Writes the lines for a record, and gives a copy of it with marked values; `line` is its number, if any.

    The lines end with `return None` where a record is not like it. Locals are called `stem` and a number.
    """

    def __init__(
        self, code: Code, marks: Marks, telling: Telling, stem: str, line: int | None = None
    ) -> None:
        self._code = code
        self._marks = marks
        self._telling = telling
        self._stem = stem
        self._line = line
        self._tests: list[str] = []

    def record(self, sample: msgspec.Struct, place: str, *, but: str = "") -> dict[str, object]:
        """The marked values of a record by its fields; the field `but` is left out."""
        fields = self._fields(_structure(type(sample)), sample, place, but)
        self._flush()
        return fields

    def _fields(
        self, node: inspect.StructType, sample: msgspec.Struct, place: str, but: str = ""
    ) -> dict[str, object]:
        """Those with a value that steers are looked at before all others: most often these differ."""
        given = [field for field in node.fields if field.name != but]
        steering = [field for field in given if self._steers(field)]
        others = [field for field in given if field not in steering]
        return self._some(node, steering, sample, place) | self._some(node, others, sample, place)

    def _steers(self, field: inspect.Field) -> bool:
        kind = needed(field.type)[0]
        return isinstance(kind, inspect.StructType) and any(record is kind.cls for record, _ in self._telling)

    def _some(
        self,
        node: inspect.StructType,
        given: Sequence[inspect.Field],
        sample: msgspec.Struct,
        place: str,
    ) -> dict[str, object]:
        fields: dict[str, object] = {}
        inner: list[tuple[str, str, object, inspect.Type]] = []
        for field in given:
            kind, optional = needed(field.type)
            value = getattr(sample, field.name)
            at = f"{place}.{field.name}"
            if value is None or (isinstance(kind, inspect.VarTupleType | inspect.DictType) and not value):
                fields[field.name] = value
                self._tests.append(f"{at} is not None" if value is None else at)
                continue
            held = self._held(at)
            if (node.cls, field.name) in self._telling:
                self._tests.append(f"{held} != {_word(value)!a}")
                fields[field.name] = self._marks.text(_word(value), self._source(held), is_told=True)
                continue
            if optional and not isinstance(kind, inspect.StrType | inspect.LiteralType):
                self._tests.append(f"{held} is None")
            inner.append((field.name, held, value, kind))
        self._flush()
        inner.sort(
            key=lambda each: isinstance(each[-1], inspect.VarTupleType)
        )  # what differs is often before
        for name, held, value, kind in inner:
            fields[name] = self._value(value, held, kind)
        return fields

    def _value(self, value: object, held: str, kind: inspect.Type) -> object:
        if isinstance(kind, inspect.StrType | inspect.LiteralType):
            self._tests.append(f"not {held}")
            return self._marks.text(_word(value), self._source(held))
        if isinstance(kind, inspect.StructType):
            if type(value) is not kind.cls:
                raise Doubt
            assert isinstance(value, msgspec.Struct)
            return self._whole(type(value)(**self._fields(kind, value, held)), value, held)
        if isinstance(kind, inspect.DictType):
            assert isinstance(value, Mapping)
            return self._map(value, held, kind)
        if isinstance(kind, inspect.VarTupleType):
            assert isinstance(value, tuple)
            return self._whole(self._list(value, held, bare(kind.item_type)), value, held)
        return self._marks.value(value, self._source(held))

    def _map(self, value: Mapping[str, object], held: str, kind: inspect.DictType) -> object:
        inner = bare(kind.value_type)
        if isinstance(inner, inspect.DictType):
            self._tests.append(f"kept({held}) != {kept_outline(value)!a}")  # type: ignore[arg-type]  # maps, as annotated
            self._flush()
            return value
        self._tests.append(f"tuple({held}) != {tuple(value)!a}")
        self._flush()
        places = {key: self._held(f"{held}[{key!a}]") for key in value}
        return {key: self._value(value[key], place, inner) for key, place in places.items()}

    def _list(self, value: tuple[object, ...], held: str, kind: inspect.Type) -> tuple[object, ...]:
        self._tests.append(f"len({held}) != {len(value)}")
        if not isinstance(kind, inspect.StrType | inspect.StructType):
            raise Doubt
        self._flush()
        items = [self._code.name(self._stem) for _ in value]
        self._code.line(f"{''.join(f'{item}, ' for item in items)}= {held}")
        return tuple(self._value(each, item, kind) for each, item in zip(value, items, strict=True))

    def _whole(self, marked: object, value: object, held: str) -> object:
        self._marks.whole(marked, value, self._source(held))
        return marked

    def _source(self, held: str) -> Source:
        return Source(held, self._line)

    def _held(self, place: str) -> str:
        held = self._code.name(self._stem)
        self._code.line(f"{held} = {place}")
        return held

    def _flush(self) -> None:
        if self._tests:
            self._code.line(f"if {' or '.join(self._tests)}: return None")
            self._tests.clear()


@functools.lru_cache(maxsize=64)  # of the kinds of records
def _structure(record: type[msgspec.Struct]) -> inspect.StructType:
    node = inspect.type_info(record)
    assert isinstance(node, inspect.StructType)
    return node


def _word(value: object) -> str:
    if type(value) is not str:
        raise Doubt
    return value
