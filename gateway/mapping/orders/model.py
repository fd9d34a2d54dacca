"""What a table takes from the order: as its text says it, and bound to records."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from gateway.mapping.bound import BoundPath, BoundStep
    from gateway.mapping.plan import Origin, Path

__all__ = ["OrderFill", "OrderPlace", "OrderPlan", "Ordered", "Taken"]


class Taken(msgspec.Struct, frozen=True):
    """`order_date=date`: a field of the answer, and that of the order which says the same."""

    own: Path
    theirs: Path


class Ordered(msgspec.Struct, frozen=True, kw_only=True):
    """One line of `order`: `lines[]: number, ids -> unit, price`.

    `path` leads to the records (None: the document itself). `keys` of the document name its orders, those of
    other records find the line of the order; they are tried in turn.
    """

    path: Path | None
    keys: tuple[Taken, ...]
    fills: tuple[Taken, ...]
    origin: Origin


class OrderPlace(msgspec.Struct, frozen=True):
    """A place of a stored order: its number, and the JSON pointer there."""

    number: str
    pointer: str


class OrderFill(msgspec.Struct, frozen=True):
    """A field of the answer and that of the order. `theirs.up` is 1 for a field of the order around its line.

    Where `own` ends in a list of records, those that it means are taken whole.
    """

    own: BoundPath
    theirs: BoundPath


class OrderPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A line of `order` bound to records; `steps` lead from the document to them, none for itself.

    `lacking`: what its required rows are called, by the field that the order may fill instead.
    """

    steps: tuple[BoundStep, ...]
    record: type[msgspec.Struct]
    keys: tuple[OrderFill, ...]
    fills: tuple[OrderFill, ...]
    lacking: dict[str, tuple[str, Origin]] = msgspec.field(default_factory=dict)
    text: str
    origin: Origin
