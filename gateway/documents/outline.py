"""The outline of a canonical document: which of its fields are given, whatever their values are.

Documents of one outline say the same things. What only asks which fields there are need be asked once for
each outline. The functions are generated from the annotations of a document type, as straight lines.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping

import msgspec
from msgspec import inspect

from gateway.documents import Document
from gateway.documents.walk import bare

__all__ = ["NO_OUTLINE", "Telling", "outline_of", "outline_source"]

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


def outline_source(document: type[Document], telling: Telling = frozenset()) -> str:
    """The generated Python, for people."""
    return _Generator(telling).source_of(document)


def _texts(values: Iterable[str]) -> int:
    """How many texts there are, none of which is empty."""
    count = 0
    for value in values:
        if not value:
            raise NoOutlineError
        count += 1
    return count


def _unknown(_value: object) -> int:
    raise NoOutlineError


def _kept(ext: Mapping[str, Mapping[str, object]]) -> tuple[Hashable, ...]:
    """The keys of what a record keeps of its formats; how many texts stand under each where it is a list."""
    return tuple(
        (name, *((key, len(value) if isinstance(value, tuple) else None) for key, value in kept.items()))
        for name, kept in ext.items()
    )


class _Generator:
    """Writes one function for each kind of record."""

    def __init__(self, telling: Telling) -> None:
        self.telling = telling
        self.functions: dict[str, list[str]] = {}
        self.names: dict[str, object] = {
            "NoOutlineError": NoOutlineError,
            "kept": _kept,
            "texts": _texts,
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
        body = [
            line for number, field in enumerate(node.fields) for line in self._field(node.cls, field, number)
        ]
        self.functions[name] = [
            f"def {name}(record):",
            "    given = 0",
            "    inside = ()",
            *body,
            "    return (given, inside) if inside else given",
        ]
        return name

    def _field(self, record: type[msgspec.Struct], field: inspect.Field, number: int) -> Iterator[str]:
        """Lines that note one field: a bit says that it is given, `inside` what else is to be told of it."""
        node, optional = _needed(field.type)
        yield f"    value = record.{field.name}"
        if (record, field.name) in self.telling:
            yield "    inside += (value,)"
            return
        more = self._inside(node)
        indent = "    "
        if optional:
            yield "    if value is not None:"
            indent += "    "
        elif isinstance(node, inspect.VarTupleType | inspect.DictType):
            yield "    if value:"
            indent += "    "
        if more:
            if isinstance(node, inspect.DictType):
                yield f"{indent}if '' in value.values(): raise NoOutlineError"
            yield f"{indent}inside += ({more},)"
        elif isinstance(node, inspect.StrType | inspect.LiteralType):
            yield f"{indent}if not value: raise NoOutlineError"
        if indent != "    ":
            yield f"{indent}given += {1 << number}"

    def _inside(self, node: inspect.Type) -> str:
        """The expression of what is to be told of a value beside that it is given; "" where that is all."""
        if isinstance(node, inspect.StructType):
            return f"{self._record(node)}(value)"
        if isinstance(node, inspect.VarTupleType):
            item = bare(node.item_type)
            if isinstance(item, inspect.StructType):
                return f"tuple(dict.fromkeys(map({self._record(item)}, value)))"
            return "texts(value)" if isinstance(item, inspect.StrType) else "unknown(value)"
        if isinstance(node, inspect.DictType):
            return "kept(value)" if isinstance(bare(node.value_type), inspect.DictType) else "tuple(value)"
        return ""


def _needed(node: inspect.Type) -> tuple[inspect.Type, bool]:
    """The type of a field without None, and whether it may be None; a word of a list counts as a text."""
    node = bare(node)
    if not isinstance(node, inspect.UnionType):
        return node, False
    kinds = [bare(kind) for kind in node.types if not isinstance(bare(kind), inspect.NoneType)]
    text = next((kind for kind in kinds if isinstance(kind, inspect.StrType | inspect.LiteralType)), kinds[0])
    return (_needed(text)[0] if len(kinds) == 1 else text), node.includes_none
