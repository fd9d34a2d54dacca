"""Reads a partner file: every mistake of it is told, with its line and what was meant."""

from __future__ import annotations

from collections import abc
from enum import StrEnum
from typing import TypeAlias, get_origin

import msgspec

from gateway.agreements.judge import NOTHING_KNOWN, Known, problems
from gateway.agreements.partner import Partner
from gateway.errors import DataFileError, Mistake
from gateway.formats.yaml_nodes import Mapping, Node, ReadNodes, Scalar, read_nodes
from gateway.suggestions import suggestion

Tree: TypeAlias = "dict[str, Tree | str | bool | None]"
Path = tuple[str, ...]


def parse_partner(
    text: str, file: str, known: Known = NOTHING_KNOWN, read: ReadNodes = read_nodes
) -> Partner:
    """The partner described by the text of `file`; raises `DataFileError` with every mistake and its line.

    Every value is the text it was written as, so that an identifier `01` keeps its zero. What the settings
    may name is judged as far as it is `known`. `read` reads its YAML.
    """
    root, mistakes = read(file, text, "`partner:` and `own:`")
    if root is None:
        raise DataFileError(tuple(mistakes))
    reader = _Reader(file)
    tree = reader.record(root, Partner, ())
    if reader.mistakes:
        raise DataFileError(tuple(reader.mistakes))
    partner = msgspec.convert(tree, Partner)
    told = tuple((file, reader.line(*places), problem) for places, problem in problems(partner, known))
    if told:
        raise DataFileError(told)
    return partner


class _Reader:
    """Takes from the nodes of a file what the fields of a record ask for, and notes what does not fit."""

    def __init__(self, file: str) -> None:
        self.mistakes: list[Mistake] = []
        self._file = file
        self._lines: dict[Path, int] = {}

    def line(self, *places: Path) -> int:
        """The last line in which one of the places stands; what a file leaves out stands in none."""
        return max(self._lines.get(place, 0) for place in places)

    def record(self, node: Mapping, form: type[msgspec.Struct], path: Path) -> Tree:
        """The values of a record. Where there is a mistake they may be incomplete."""
        fields = {field.name: field for field in msgspec.structs.fields(form)}
        tree: Tree = {}
        for key, value in node.items:
            name = key.text or ""
            self._lines[*path, name] = key.line
            if name not in fields:
                self._mistake(key.line, f"unknown key `{name[:80]}`{suggestion(name, fields)}")
                continue
            kind = fields[name].type
            if get_origin(kind) is abc.Mapping:
                tree[name] = self._texts(key, value, (*path, name))
            elif not (isinstance(kind, type) and issubclass(kind, msgspec.Struct)):
                tree[name] = self._value(key, value, kind)
            elif isinstance(value, Mapping):
                tree[name] = self.record(value, kind, (*path, name))
            else:
                known = ", ".join(kind.__struct_fields__)
                self._mistake(key.line, f"`{name}` takes keys of its own: {known}")
        for name, field in fields.items():
            if field.required and (*path, name) not in self._lines:
                self._mistake(node.line, f"`{name}:` is missing")
        return tree

    def _texts(self, key: Scalar, value: Node, path: Path) -> Tree:
        """A text for each key, whatever keys there are."""
        if not isinstance(value, Mapping):
            self._mistake(key.line, f"`{key.text}` takes keys of its own, each with a text")
            return {}
        for inner, _ in value.items:
            self._lines[*path, inner.text or ""] = inner.line
        return {inner.text or "": self._value(inner, text, str) for inner, text in value.items}

    def _value(self, key: Scalar, value: Node, kind: object) -> str | bool | None:
        text, choices = value.text if isinstance(value, Scalar) else None, _choices(kind)
        if not isinstance(value, Scalar):
            self._mistake(key.line, f"`{key.text}` takes one text")
        elif text is None and isinstance(kind, type):  # else it is `str | None`
            self._mistake(key.line, f"`{key.text}` says nothing; give it a value, or leave it out")
        elif text is not None and choices and text not in choices:
            self._mistake(key.line, f"`{key.text}` is one of {', '.join(choices)}, not `{text[:80]}`")
        return text == "true" if kind is bool else text

    def _mistake(self, line: int, text: str) -> None:
        self.mistakes.append((self._file, line, text))


def _choices(kind: object) -> tuple[str, ...]:
    if kind is bool:
        return ("true", "false")
    return tuple(kind) if isinstance(kind, type) and issubclass(kind, StrEnum) else ()
