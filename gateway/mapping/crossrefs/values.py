"""Cells of cross-references and values of documents: one as the other."""

from __future__ import annotations

import re
from decimal import Decimal

from gateway.mapping.bound import BoundPath, FieldKind, Value

__all__ = ["UnfitCellError", "key_text", "value_of"]

_DECIMAL = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,6})?")
_PARTS = ";"  # between the parts of a list in one cell


class UnfitCellError(ValueError):
    """A cell that the field it is for cannot hold; the text says why. It never leaves this package."""


def value_of(cell: str, path: BoundPath) -> Value:
    """What a cell is in a field; `UnfitCellError` when the field cannot hold it."""
    if path.kind is FieldKind.TEXTS:
        return tuple(part.strip() for part in cell.split(_PARTS) if part.strip())
    if path.kind is FieldKind.TEXT:
        if path.allowed and cell not in path.allowed:
            raise UnfitCellError(f"it is one of {', '.join(path.allowed)}")
        return cell
    if not _DECIMAL.fullmatch(cell):
        raise UnfitCellError("it is a number such as `12` or `0.5`")
    if path.kind is FieldKind.DECIMAL:
        return Decimal(cell)
    if not cell.isdecimal():
        raise UnfitCellError("it is a whole number")
    return int(cell)


def key_text(value: object) -> str:
    """A value of a document as a cell of a key says it; "" for none. Numbers have no zeros at their end."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)
