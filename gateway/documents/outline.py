"""The outline of a canonical document: which of its fields are given, whatever their values are.

Documents of one outline say the same things. What only asks which fields there are need be asked once for
each outline. The functions are generated from the annotations of a document type, as straight lines.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Iterator, Mapping

import msgspec
from msgspec import inspect

from gateway.documents import Document
from gateway.documents.walk import bare

__all__ = ["NO_OUTLINE", "Telling", "kept_outline", "needed", "outline_of"]

Outline = Callable[[Document], Hashable]
Telling = frozenset[tuple[type[msgspec.Struct], str]]
"""Fields of records whose very value is part of the outline, such as the role of a party."""


class NoOutlineError(Exception):
    """A document holds an empty text where a value belongs, so that its outline would say too little."""


NO_OUTLINE = NoOutlineError


@functools.lru_cache(maxsize=64)  # of the document types and the tables of a workspace
def outline_of(document: type[Document], telling: Telling = frozenset()) -> Outline:
    """A function from the documents of a type to their outline; it raises `NO_OUTLINE` where there is none.

    Two documents have one outline when they give the same fields, maps of the same keys in the same order,
    lists of texts of the same length, and in each list of records the same outlines in the order in which
    they first come. How many records there are of one outline is left out.
    """
    generator = _Generator(telling)
    source = generator.source_of(document)
    exec(compile(source, f"<outline of {document.__name__}>", "exec"), generator.names)
    outline = generator.names[f"outline_{document.__name__}"]
    assert callable(outline)
    return outline


def _unknown(_value: object) -> int:
    raise NoOutlineError


def kept_outline(ext: Mapping[str, Mapping[str, object]]) -> tuple[Hashable, ...]:
    """The keys of what a record keeps of its formats; how many texts stand under each where it is a list."""
    return tuple(
        (name, *((key, len(value) if isinstance(value, tuple) else None) for key, value in kept.items()))
        for name, kept in ext.items()
    )


_WITH_MORE = (
    inspect.StrType,
    inspect.LiteralType,
    inspect.StructType,
    inspect.VarTupleType,
    inspect.DictType,
)
"""Kinds of values of which more is told than that they are given."""


class _Generator:
    """Writes one function for each kind of record."""

    def __init__(self, telling: Telling) -> None:
        self.telling = telling
        self.functions: dict[str, list[str]] = {}
        self.names: dict[str, object] = {
            "NoOutlineError": NoOutlineError,
            "kept": kept_outline,
            "unknown": _unknown,
        }

    def source_of(self, record: type[msgspec.Struct]) -> str:
        """The functions of a record and all inside it."""
        self._record(inspect.type_info(record))
        return "\n\n\n".join("\n".join(lines) for lines in self.functions.values()) + "\n"

    def _record(self, node: inspect.Type) -> str:
        """The name of the function for a kind of record."""
        assert isinstance(node, inspect.StructType)
        name = f"outline_{node.cls.__name__}"
        if name in self.functions:
            return name
        self.functions[name] = []
        first, body = self._fields(node)
        told = "(given, inside)" if first else "(given, inside) if inside else given"
        start = ["    given = 0", f"    inside = ({''.join(f'{each}, ' for each in first)})"]
        self.functions[name] = [f"def {name}(record):", *start, *body, f"    return {told}"]
        return name

    def _fields(self, node: inspect.StructType) -> tuple[list[str], list[str]]:
        """What is told of every record, and the lines that note the other fields."""
        first: list[str] = []
        body: list[str] = []
        for number, field in enumerate(node.fields):
            kind, optional = needed(field.type)
            if (node.cls, field.name) in self.telling:
                first.append(f"record.{field.name}")
            elif not optional and isinstance(kind, inspect.StructType):
                first.append(self._of_record(kind, f"record.{field.name}"))
            else:
                body += self._field(kind, f"record.{field.name}", 1 << number, optional=optional)
        return first, body

    def _field(self, node: inspect.Type, place: str, bit: int, *, optional: bool) -> Iterator[str]:
        """Lines that note one field: a bit says that it is given, `inside` what else is to be told of it."""
        is_text = isinstance(node, inspect.StrType | inspect.LiteralType)
        if isinstance(node, inspect.VarTupleType | inspect.DictType):
            yield f"    if {place}:"
            yield f"        value = {place}"
            yield from (f"        {line}" for line in self._held(node))
        elif optional:
            yield f"    if {place} is not None:"
            if is_text:
                yield f"        if not {place}: raise NoOutlineError"
            elif isinstance(node, inspect.StructType):
                yield f"        inside += ({self._of_record(node, place)},)"
        elif is_text:
            yield f"    if not {place}: raise NoOutlineError"
            return
        else:
            return
        yield f"        given += {bit}"

    def _held(self, node: inspect.VarTupleType | inspect.DictType) -> Iterator[str]:
        """Lines that note what is in a list or map, which is not empty."""
        if isinstance(node, inspect.DictType):
            yield "if '' in value.values(): raise NoOutlineError"
            is_kept = isinstance(bare(node.value_type), inspect.DictType)
            yield f"inside += ({'kept' if is_kept else 'tuple'}(value),)"
            return
        item = bare(node.item_type)
        if isinstance(item, inspect.StructType):
            outline = self._record(item)
            yield f"if len(value) == 1: inside += (({outline}(value[0]),),)"
            yield f"else: inside += (tuple(dict.fromkeys(map({outline}, value))),)"
        elif isinstance(item, inspect.StrType):
            yield "if '' in value: raise NoOutlineError"
            yield "inside += (len(value),)"
        else:
            yield "inside += (unknown(value),)"

    def _of_record(self, node: inspect.StructType, place: str) -> str:
        """The expression of the outline of a record; of a small one, such as a moment, without a call."""
        kinds = [needed(field.type) for field in node.fields]
        leaves = not any(isinstance(kind, _WITH_MORE) or not optional for kind, optional in kinds)
        if leaves and not any(cls is node.cls for cls, _ in self.telling):
            return f"({''.join(f'{place}.{field.name} is None, ' for field in node.fields)})"
        return f"{self._record(node)}({place})"


def needed(node: inspect.Type) -> tuple[inspect.Type, bool]:
    """The type of a field without None, and whether it may be None; a word of a list counts as a text."""
    node = bare(node)
    if not isinstance(node, inspect.UnionType):
        return node, False
    kinds = [bare(kind) for kind in node.types if not isinstance(bare(kind), inspect.NoneType)]
    text = next((kind for kind in kinds if isinstance(kind, inspect.StrType | inspect.LiteralType)), kinds[0])
    return (needed(text)[0] if len(kinds) == 1 else text), node.includes_none
