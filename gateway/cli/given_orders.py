"""The orders of a file, from which answers to them are completed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gateway.cli import files
from gateway.cli.checking import opened_file
from gateway.cli.watch import MAPPED_FROM_BYTES, Watch
from gateway.documents import PurchaseOrder
from gateway.errors import UsageError
from gateway.pipeline.sources import receive

if TYPE_CHECKING:
    from gateway.bootstrap import Library
    from gateway.mapping.orders.complete import OrderOf

__all__ = ["orders_of"]


def orders_of(path: Path | None, partner: str | None, library: Library) -> OrderOf | None:
    """The orders of a file by their numbers, the last of each; None without a file.

    `UsageError` when the file holds no order that can be read.
    """
    if path is None:
        return None
    with Watch(MAPPED_FROM_BYTES) as watch:
        form, chunks = opened_file(path, None, watch, lambda: library)
        received = receive(files.name_of(path), chunks, form, library.knowledge(partner, None))
    held = [each.document for each in received.documents]
    orders = {order.number: order for order in held if isinstance(order, PurchaseOrder)}
    if not orders:
        name = files.name_of(path)
        raise UsageError(f"{name} holds no order that can be read; `gateway validate {name}` tells why")
    return orders.get
