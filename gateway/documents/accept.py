"""Checks that only accept a canonical document, in microseconds; they are generated from its annotations.

What they do not accept is judged by `gateway.documents.judge`, which says what is wrong. Both say the same of
every document: a property test holds them together.
"""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import Enum, auto

import msgspec
from msgspec import inspect

from gateway.documents import DOCUMENTS, Document
from gateway.documents.parts import EXACTLY_ONE
from gateway.documents.scalars import DECIMAL_PATTERN
from gateway.documents.walk import bare

__all__ = [
    "Check",
    "Part",
    "accepts",
    "check_source",
    "record_check",
    "takes_any_number",
    "takes_any_text",
    "value_check",
]

Check = Callable[[object], bool]

REMEMBERED_WORDS = 4096  # code lists hold a few hundred words; the bound is against made-up `x12:` codes
REMEMBERED_LENGTH = 40  # characters; longer words are judged each time, so that hostile ones fill no memory

_is_plain_number = re.compile(DECIMAL_PATTERN).fullmatch


def accepts(document: object) -> bool:
    """Whether a canonical document is valid: every type, pattern and choice, down to the last part.

    Also false for anything that is no canonical document at all.
    """
    kind = type(document)
    return kind in DOCUMENTS and _check_of(kind)(document)


def check_source(document: type[Document]) -> str:
    """The generated Python of the checks of a document type, for people."""
    return _Generator().source_of(document)


@functools.cache  # of the document types, which are a closed set
def _check_of(kind: type[object]) -> Check:
    assert issubclass(kind, msgspec.Struct)
    return _Generator().compiled(kind)


class Part(Enum):
    """Which part of a field is meant: all of it, or a key or an entry of its map."""

    WHOLE = auto()
    KEY = auto()
    ENTRY = auto()


@functools.cache  # of the fields of records, which are a closed set
def value_check(record: type[msgspec.Struct], field: str, part: Part) -> Check:
    """The check of a value by itself, the same as `accepts` makes of it in its record."""
    return _Generator().compiled_value(_node(record, field, part))


@functools.cache  # of records of documents and of the shapes of pairs, which are closed sets
def record_check(record: type[msgspec.Struct], left_out: frozenset[str] = frozenset()) -> Check:
    """The check of a record by itself, as `accepts` makes it; of fields that are left out it says nothing."""
    return _Generator().compiled(record, left_out)


def takes_any_text(record: type[msgspec.Struct], field: str, part: Part) -> bool:
    """Whether every text that is not empty may stand there, or a tuple of them where a tuple belongs."""
    node = _node(record, field, part)
    if isinstance(node, inspect.VarTupleType):
        node = bare(node.item_type)
    return isinstance(node, inspect.StrType) and node.pattern is None


def takes_any_number(record: type[msgspec.Struct], field: str, part: Part) -> bool:
    """Whether every number may stand there that has at most 18 digits before the point and 10 after it."""
    return isinstance(_node(record, field, part), inspect.DecimalType)


def _node(record: type[msgspec.Struct], field: str, part: Part) -> inspect.Type:
    """What is declared of a value that is there."""
    node = bare(_declared(record)[field])
    if isinstance(node, inspect.UnionType) and node.includes_none:
        (node,) = (bare(kind) for kind in node.types if not isinstance(kind, inspect.NoneType))
    if part is not Part.WHOLE:
        assert isinstance(node, inspect.DictType)
        node = bare(node.key_type if part is Part.KEY else node.value_type)
    return node


@functools.cache  # of the records of documents, which are a closed set
def _declared(record: type[msgspec.Struct]) -> Mapping[str, inspect.Type]:
    declared = inspect.type_info(record)
    assert isinstance(declared, inspect.StructType)
    return {field.name: field.type for field in declared.fields}


class _Matches(dict[str, bool]):
    """Whether a text matches a pattern, remembered: the same few words stand in every document."""

    def __init__(self, pattern: str) -> None:
        super().__init__()
        self._match = re.compile(pattern).fullmatch

    def __missing__(self, text: str) -> bool:
        matches = self._match(text) is not None
        if len(text) <= REMEMBERED_LENGTH:
            if len(self) >= REMEMBERED_WORDS:
                self.clear()
            self[text] = matches
        return matches


def _is_number(number: Decimal) -> bool:
    """Whether its text is one the schema allows; asked of NaN, Infinity and numbers far from one."""
    return _is_plain_number(str(number)) is not None


def _is_aware(time: datetime.datetime) -> bool:
    """Whether it has an offset of whole minutes, the only kind that RFC 3339 can write."""
    offset = time.utcoffset()
    return offset is not None and not offset % datetime.timedelta(minutes=1)


class _Generator:
    """Writes one function for each kind of record, as straight lines of tests."""

    def __init__(self) -> None:
        self.functions: dict[str, list[str]] = {}
        self.constants: dict[str, str] = {}
        self.names: dict[str, object] = {
            "Decimal": Decimal,
            "date": datetime.date,
            "datetime": datetime.datetime,
            "utc": datetime.UTC,
            "is_number": _is_number,
            "is_aware": _is_aware,
        }

    def source_of(self, record: type[msgspec.Struct], left_out: frozenset[str] = frozenset()) -> str:
        self._record(inspect.type_info(record), left_out)
        return "\n\n\n".join("\n".join(lines) for lines in self.functions.values()) + "\n"

    def compiled(self, record: type[msgspec.Struct], left_out: frozenset[str] = frozenset()) -> Check:
        source = self.source_of(record, left_out)
        exec(compile(source, f"<checks of {record.__name__}>", "exec"), self.names)
        check = self.names[f"check_{record.__name__}"]
        assert callable(check)
        return check

    def compiled_value(self, node: inspect.Type) -> Check:
        lines = ["def check(value):", *self._tests("value", node, 1), "    return True"]
        if not self.functions:
            return _check_of_text("\n".join(lines), tuple(self.constants))
        records = "\n".join("\n".join(lines) for lines in self.functions.values())
        return self.executed("\n".join([records, *lines]))

    def executed(self, source: str) -> Check:
        exec(compile(source, "<checks of a value>", "exec"), self.names)
        check = self.names["check"]
        assert callable(check)
        return check

    def _record(self, node: inspect.Type, left_out: frozenset[str] = frozenset()) -> str:
        """The name of the function that checks a record; true when it is valid."""
        assert isinstance(node, inspect.StructType)
        name = f"check_{node.cls.__name__}"
        if name in self.functions:
            return name
        self.functions[name] = []  # written once, also when two fields hold such a record
        self.names[node.cls.__name__] = node.cls
        lines = [f"def {name}(record):", *_refuse_if(f"record.__class__ is not {node.cls.__name__}", 1)]
        alternatives = EXACTLY_ONE.get(node.cls, ())
        if alternatives:
            given = " + ".join(f"(record.{field} is not None)" for field in alternatives)
            lines += _refuse_if(f"{given} != 1", 1)
        for field in node.fields:
            if field.name not in left_out:
                lines.append(f"    value = record.{field.name}")
                lines += self._tests("value", field.type, 1)
        self.functions[name] = [*lines, "    return True"]
        return name

    def _tests(self, value: str, node: inspect.Type, depth: int) -> list[str]:
        """Lines that leave the function with `False` when the value is not valid."""
        node = bare(node)
        indent = "    " * depth
        if isinstance(node, inspect.UnionType):
            others = [kind for kind in node.types if not isinstance(kind, inspect.NoneType)]
            if node.includes_none:
                (other,) = others
                return [f"{indent}if {value} is not None:", *self._tests(value, other, depth + 1)]
            text, other = sorted(others, key=lambda kind: not isinstance(kind, inspect.StrType))
            return [f"{indent}if {self._refusal(value, text)}:", *self._tests(value, other, depth + 1)]
        if isinstance(node, inspect.VarTupleType):
            return [
                *_refuse_if(f"{value}.__class__ is not tuple", depth),
                f"{indent}for {value}_item in {value}:",
                *self._tests(f"{value}_item", node.item_type, depth + 1),
            ]
        if isinstance(node, inspect.DictType):
            return [
                *_refuse_if(f"{value}.__class__ is not dict", depth),
                f"{indent}if {value}:",
                f"{indent}    for {value}_key, {value}_entry in {value}.items():",
                *self._tests(f"{value}_key", node.key_type, depth + 2),
                *self._tests(f"{value}_entry", node.value_type, depth + 2),
            ]
        return _refuse_if(self._refusal(value, node), depth)

    def _refusal(self, value: str, node: inspect.Type) -> str:
        """An expression that is true when a simple value or a record is not valid."""
        node = bare(node)
        if isinstance(node, inspect.StructType):
            return f"not {self._record(node)}({value})"
        if isinstance(node, inspect.StrType):
            refusal = f"{value}.__class__ is not str"
            if node.pattern is not None:
                return f"{refusal} or not {self.matches(node.pattern)}[{value}]"
            return f"{refusal} or not {value}" if node.min_length else refusal
        if isinstance(node, inspect.LiteralType):
            choices = ", ".join(repr(choice) for choice in node.values)
            return f"{value}.__class__ is not str or {value} not in ({choices},)"
        if isinstance(node, inspect.DecimalType):
            usual = f"{value}.is_finite() and -20 < {value}.adjusted() < 18"
            return f"{value}.__class__ is not Decimal or not ({usual}) and not is_number({value})"
        if isinstance(node, inspect.DateTimeType):
            return f"{value}.__class__ is not datetime or {value}.tzinfo is not utc and not is_aware({value})"
        if isinstance(node, inspect.DateType):
            return f"{value}.__class__ is not date"
        if isinstance(node, inspect.BoolType):
            return f"{value} is not True and {value} is not False"
        assert isinstance(node, inspect.IntType), node
        return f"{value}.__class__ is not int or not {node.ge} <= {value} <= {node.le}"

    def matches(self, pattern: str) -> str:
        """The name of what tells whether a text matches a pattern."""
        name = self.constants.setdefault(pattern, f"matches_{len(self.constants)}")
        self.names.setdefault(name, _Matches(pattern))
        return name


@functools.cache  # of the kinds of simple values, which are few for all the fields that hold them
def _check_of_text(source: str, patterns: tuple[str, ...]) -> Check:
    """The function of a text that knows these patterns by their numbers."""
    generator = _Generator()
    for pattern in patterns:
        generator.matches(pattern)
    return generator.executed(source)


def _refuse_if(condition: str, depth: int) -> list[str]:
    return [f"{'    ' * depth}if {condition}:", f"{'    ' * depth}    return False"]
