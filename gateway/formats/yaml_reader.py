"""YAML text to nodes, straight from the parser's events.

That leaves `01`, `NO` and `Y` alone, is ten times as fast as a round-trip load, and ends reading at the first
block that is nested too deeply: the parser looks at every open bracket again for each further one, and would
need minutes for a page of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
)

from gateway.errors import Mistake
from gateway.formats.yaml_nodes import Mapping, Node, Scalar, Sequence

__all__ = ["read"]

MAX_CHARACTERS = 200_000  # characters; the largest mapping table of ours has 10,000
MAX_NODES = 20_000  # nodes after aliases are followed, so that aliases of aliases cannot fill memory
MAX_DEPTH = 16  # blocks within blocks; a document nests five deep
SHOWN = 80  # characters of a name in a message


def read(file: str, text: str, keys: str) -> tuple[Mapping | None, list[Mistake]]:
    """The mapping that the text of `file` holds; None with every mistake of its YAML when it has any.

    `keys` names some keys that such a file has, for the writer of one that has none: "`table:` and `rows:`".
    """
    if len(text) > MAX_CHARACTERS:
        return None, [(file, 0, f"longer than {MAX_CHARACTERS} characters; such a file is a page or two")]
    reader = _Reader(file, text)
    try:
        node = reader.document()
    except _EndedError as ended:
        return None, [*reader.mistakes, (file, ended.line, ended.problem)]
    except _InvalidError as fault:
        return None, [(file, fault.line, f"not valid YAML: {fault.problem}")]
    if reader.mistakes:
        return None, reader.mistakes
    if not isinstance(node, Mapping):
        return None, [(file, 1, f"expected keys such as {keys}")]
    return node, []


class _EndedError(Exception):
    """Reading ends here: the rest of the file is not looked at."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.problem = _TOO_MUCH


class _InvalidError(Exception):
    """The text is no YAML; what was found in it before may be an effect of that."""

    def __init__(self, line: int, problem: str) -> None:
        self.line = line
        self.problem = problem


class _Reader:
    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.mistakes: list[Mistake] = []
        self._events = _events(text)
        self._count = 0
        self._anchors: dict[str, Node | None] = {}  # None while the node is being read

    def document(self) -> Node | None:
        """The only document of the text, None when there is none."""
        node = None
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                if node is not None:
                    raise _InvalidError(_line(event), "a second document begins here; a file holds one")
                node = self._node(next(self._events), 0)
        return node

    def _node(self, event: Event, depth: int) -> Node:
        line = _line(event)
        self._admit(depth, line)
        if isinstance(event, AliasEvent):
            return self._named(event, depth)
        assert isinstance(event, NodeEvent), "the parser sees to it that a node begins here"
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        node: Node
        if isinstance(event, MappingStartEvent):
            node = self._mapping(line, depth)
        elif isinstance(event, CollectionStartEvent):
            items = []
            while not isinstance(inner := next(self._events), SequenceEndEvent):
                items.append(self._node(inner, depth + 1))
            node = Sequence(tuple(items), line)
        else:
            node = Scalar(_text(event), line)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        return node

    def _mapping(self, line: int, depth: int) -> Mapping:
        merged: dict[str, tuple[Scalar, Node]] = {}
        own: dict[str, tuple[Scalar, Node]] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            at = _line(event)
            key = self._key(event, depth)
            value = self._node(next(self._events), depth + 1)
            if key is None:
                self.mistakes.append((self.file, at, "a key must be a plain text"))
            elif key == "<<":
                merged |= {k.text or "": (k, v) for k, v in self._merged(value)}
            elif key in own:
                first = own[key][0].line
                self.mistakes.append((self.file, at, f"`{key[:SHOWN]}` stands twice; first in line {first}"))
            else:
                own[key] = (Scalar(key, at), value)
        return Mapping(tuple((merged | own).values()), line)

    def _key(self, event: Event, depth: int) -> str | None:
        """The text of a key as it is written; None when it is a list or a mapping."""
        node = self._node(event, depth + 1)
        if isinstance(event, ScalarEvent):
            return str(event.value)
        return node.text or "" if isinstance(node, Scalar) else None

    def _merged(self, node: Node) -> list[tuple[Scalar, Node]]:
        parts = node.items if isinstance(node, Sequence) else (node,)
        items: list[tuple[Scalar, Node]] = []
        for part in reversed(parts):  # YAML's merge key: of several mappings the first one wins
            if isinstance(part, Mapping):
                items.extend(part.items)
            else:
                self.mistakes.append((self.file, node.line, "`<<` takes a mapping, such as `<<: *party`"))
        return items

    def _named(self, event: AliasEvent, depth: int) -> Node:
        """The node that an alias stands for, counted as if it were written out here."""
        name, line = str(event.anchor), _line(event)
        if name not in self._anchors:
            raise _InvalidError(line, f"`*{name[:SHOWN]}` is used, but no `&{name[:SHOWN]}` stands before it")
        node = self._anchors[name]
        if node is None:  # it stands for what it stands in
            raise _EndedError(line)
        self._unfold(node, depth, line)
        return node

    def _unfold(self, node: Node, depth: int, line: int) -> None:
        inner: Iterator[Node] = iter(())
        if isinstance(node, Mapping):
            inner = (value for _, value in node.items)
        elif isinstance(node, Sequence):
            inner = iter(node.items)
        for each in inner:
            self._admit(depth + 1, line)
            self._unfold(each, depth + 1, line)

    def _admit(self, depth: int, line: int) -> None:
        self._count += 1
        if depth > MAX_DEPTH or self._count > MAX_NODES:
            raise _EndedError(line)


_TOO_MUCH = "nested too deeply, or aliases unfold to more than such a file can hold"

_NUMBER = re.compile(r"^%YAML|\\U", re.MULTILINE)  # where the parser takes digits for a number


def _events(text: str) -> Iterator[Event]:
    """What the parser finds, one after the other; `_InvalidError` where it finds no YAML."""
    read = 0
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            read = event.end_mark.index
            yield event
    except MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        raise _InvalidError(mark.line + 1 if mark else 0, str(fault.problem)) from fault
    except YAMLError as fault:
        raise _InvalidError(0, str(fault).splitlines()[0]) from fault
    except (ValueError, OverflowError) as fault:  # the parser does not look how large a number is
        number = _NUMBER.search(text, read)
        line = text.count("\n", 0, number.start()) + 1 if number else 0
        problem = "the version after `%YAML`, or the code of a character after `\\U`, is too large a number"
        raise _InvalidError(line, problem) from fault


def _line(event: Event) -> int:
    return int(event.start_mark.line) + 1


def _text(event: NodeEvent) -> str | None:
    plain = getattr(event, "style", None) is None
    text = str(getattr(event, "value", ""))
    return None if plain and text in ("", "~", "null", "Null", "NULL") else text
