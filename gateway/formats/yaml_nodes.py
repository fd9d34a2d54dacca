"""What YAML says as plain nodes with line numbers; every scalar stays the text it was written as."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from gateway.errors import Mistake

__all__ = ["Mapping", "Node", "ReadNodes", "Scalar", "Sequence", "pack", "read_nodes", "unpack"]

MAX_PACKED = 2_000_000  # characters and nodes; a file has a tenth of that, unless aliases repeat a long text


class Scalar(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """A text; None for an empty value, `~` or `null`."""

    text: str | None
    line: int


class Sequence(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """A list."""

    items: tuple[Node, ...]
    line: int


class Mapping(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """Keys in order with their lines; `<<` is merged already, its keys first."""

    items: tuple[tuple[Scalar, Node], ...]
    line: int


Node = Scalar | Sequence | Mapping

ReadNodes = Callable[[str, str, str], tuple[Mapping | None, list[Mistake]]]
"""A reader of YAML; `read_nodes` is one."""


def read_nodes(file: str, text: str, keys: str) -> tuple[Mapping | None, list[Mistake]]:
    """The mapping that the text of `file` holds; None with every mistake of its YAML when it has any.

    `keys` names some keys that such a file has, for the writer of one that has none: "`table:` and `rows:`".
    """
    from gateway.formats.yaml_reader import read  # noqa: PLC0415 - kept nodes need no parser of YAML

    return read(file, text, keys)


def pack(nodes: Mapping) -> bytes | None:
    """The nodes as bytes that `unpack` takes; None when that would be long, or a text is not Unicode."""
    if _length(nodes) > MAX_PACKED:
        return None
    try:
        return msgspec.msgpack.encode(nodes)
    except UnicodeEncodeError:  # YAML can write half a surrogate pair, as `"\\ud800"`
        return None


def unpack(data: bytes) -> Mapping | None:
    """The mapping that `pack` made these bytes of; None when they hold anything else."""
    try:
        return msgspec.msgpack.decode(data, type=Mapping)
    except (msgspec.DecodeError, RecursionError):
        return None


def _length(node: Node) -> int:
    """How many characters and nodes there are, with those that aliases stand for at each of their places."""
    if isinstance(node, Scalar):
        return 1 + len(node.text or "")
    if isinstance(node, Sequence):
        return 1 + sum(map(_length, node.items))
    return 1 + sum(_length(key) + _length(value) for key, value in node.items)
