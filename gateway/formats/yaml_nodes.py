"""YAML text to plain nodes with line numbers; every scalar stays the text it was written as.

Composing without constructing is ten times as fast as a round-trip load, and leaves `01`, `NO` and `Y` alone.
"""

from __future__ import annotations

import msgspec
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode
from ruamel.yaml.nodes import Node as YamlNode

from gateway.errors import Mistake

__all__ = ["Mapping", "Node", "Scalar", "Sequence", "read_nodes"]

TEXT_LIMIT = 200_000  # characters; the largest mapping table of ours has 10,000
NODE_LIMIT = 20_000  # nodes after aliases are followed, so that aliases of aliases cannot fill memory
DEPTH_LIMIT = 16  # blocks within blocks; a document nests five deep


class Scalar(msgspec.Struct, frozen=True):
    """A text; None for an empty value, `~` or `null`."""

    text: str | None
    line: int


class Sequence(msgspec.Struct, frozen=True):
    """A list."""

    items: tuple[Node, ...]
    line: int


class Mapping(msgspec.Struct, frozen=True):
    """Keys in order with their lines; `<<` is merged already, its keys first."""

    items: tuple[tuple[Scalar, Node], ...]
    line: int


Node = Scalar | Sequence | Mapping


def read_nodes(file: str, text: str, keys: str) -> tuple[Mapping | None, list[Mistake]]:
    """The mapping that the text of `file` holds; None with every mistake of its YAML when it has any.

    `keys` names some keys that such a file has, for the writer of one that has none: "`table:` and `rows:`".
    """
    if len(text) > TEXT_LIMIT:
        return None, [(file, 0, f"longer than {TEXT_LIMIT} characters; such a file is a page or two")]
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        return None, [(file, mark.line + 1 if mark else 0, f"not valid YAML: {fault.problem}")]
    except YAMLError as fault:
        return None, [(file, 0, f"not valid YAML: {str(fault).splitlines()[0]}")]
    except RecursionError:
        return None, [(file, 0, _TOO_MUCH)]
    reader = _Reader(file)
    node = reader.node(root, 0) if root is not None else None
    if reader.mistakes:
        return None, reader.mistakes
    if not isinstance(node, Mapping):
        return None, [(file, 1, f"expected keys such as {keys}")]
    return node, []


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file
        self.mistakes: list[Mistake] = []
        self.count = 0

    def node(self, node: YamlNode, depth: int) -> Node:
        line = node.start_mark.line + 1
        self.count += 1
        if depth > DEPTH_LIMIT or self.count > NODE_LIMIT:
            if not self.mistakes or self.mistakes[-1][2] != _TOO_MUCH:
                self.mistakes.append((self.file, line, _TOO_MUCH))
            return Scalar(None, line)
        if isinstance(node, MappingNode):
            return self.mapping(node, depth)
        if isinstance(node, SequenceNode):
            return Sequence(tuple(self.node(item, depth + 1) for item in node.value), line)
        return Scalar(_text(node), line)

    def mapping(self, node: MappingNode, depth: int) -> Mapping:
        merged: dict[str, tuple[Scalar, Node]] = {}
        own: dict[str, tuple[Scalar, Node]] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, ScalarNode):
                self.mistakes.append((self.file, line, "a key must be a plain text"))
            elif key.value == "<<":
                merged |= {k.text or "": (k, v) for k, v in self.merge(value, depth)}
            elif key.value in own:
                first = own[key.value][0].line
                self.mistakes.append(
                    (self.file, line, f"`{key.value[:80]}` stands twice; first in line {first}")
                )
            else:
                own[key.value] = (Scalar(key.value, line), self.node(value, depth + 1))
        return Mapping(tuple((merged | own).values()), node.start_mark.line + 1)

    def merge(self, value: YamlNode, depth: int) -> list[tuple[Scalar, Node]]:
        node = self.node(value, depth + 1)
        parts = node.items if isinstance(node, Sequence) else (node,)
        items: list[tuple[Scalar, Node]] = []
        for part in reversed(parts):  # YAML's merge key: of several mappings the first one wins
            if isinstance(part, Mapping):
                items.extend(part.items)
            else:
                self.mistakes.append((self.file, node.line, "`<<` takes a mapping, such as `<<: *party`"))
        return items


_TOO_MUCH = "nested too deeply, or aliases unfold to more than such a file can hold"


def _text(node: YamlNode) -> str | None:
    plain = getattr(node, "style", None) is None
    text = str(node.value)
    return None if plain and text in ("", "~", "null", "Null", "NULL") else text
