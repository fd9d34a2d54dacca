"""The `order` of a table: `lines[]: number, ids -> unit, price`."""

from __future__ import annotations

from gateway.errors import Mistake
from gateway.formats.yaml_nodes import Mapping, Node, Scalar
from gateway.mapping.cells import CellError, parse_fields, shown, split_outside
from gateway.mapping.orders.model import Ordered, Taken
from gateway.mapping.plan import Origin, Path

__all__ = ["parse_order"]

_DOCUMENT = "."
_EXAMPLE = "`lines[]: number, ids -> unit, price`"


def parse_order(file: str, node: Node | None) -> tuple[dict[str, Ordered | None], list[Mistake]]:
    """What a table takes from the order, by the records it is for (None: taken away), and the mistakes."""
    held: dict[str, Ordered | None] = {}
    mistakes: list[Mistake] = []
    if node is None:
        return held, mistakes
    if not isinstance(node, Mapping):
        return held, [(file, node.line, f"`order` holds lines such as {_EXAMPLE}")]
    for key, value in node.items:
        name = key.text or ""
        if isinstance(value, Scalar) and value.text is None:
            held[name] = None
            continue
        try:
            held[name] = _ordered(name, value, file)
        except CellError as fault:
            mistakes.append((file, value.line, str(fault)))
    return held, mistakes


def _ordered(key: str, cell: Node, file: str) -> Ordered:
    text = cell.text if isinstance(cell, Scalar) else None
    found_by, arrow, filled = (text or "").partition("->")
    if not arrow or not found_by.strip() or not filled.strip():
        raise CellError(f"`{key}` takes what finds the order, and what is taken from it: {_EXAMPLE}")
    return Ordered(
        path=None if key == _DOCUMENT else _path(key),
        keys=tuple(_taken(part) for part in split_outside(found_by, ",")),
        fills=tuple(_taken(part) for part in split_outside(filled, ",")),
        origin=Origin(file, cell.line),
    )


def _taken(text: str) -> Taken:
    own, *theirs = (_path(part.strip()) for part in split_outside(text, "="))
    if len(theirs) > 1:
        raise CellError(f"{shown(text.strip())}: one field of the answer, `=`, and one of the order")
    return Taken(own, theirs[0] if theirs else own)


def _path(text: str) -> Path:
    paths = parse_fields(text)
    if len(paths) != 1:
        raise CellError(f"{shown(text)}: what is taken from the order is one field, without `+`")
    return paths[0]
