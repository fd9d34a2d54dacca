"""What fills a place that the document leaves open, where that follows from it: `default=answer()`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from gateway.documents import OrderAcknowledgment
from gateway.mapping.cells import CellError
from gateway.mapping.plan import CodecCall
from gateway.suggestions import suggestion

__all__ = ["Default", "make_default"]

Default = Callable[[msgspec.Struct], str | None]


def make_default(call: CodecCall, record: type[msgspec.Struct]) -> Default:
    """The function of this name; `CellError` when there is none, or it is for another document."""
    function = _FUNCTIONS.get(call.name)
    if function is None:
        raise CellError(f"there is no function `{call.name[:40]}()`{suggestion(call.name, _FUNCTIONS)}")
    if record is not function[0]:
        raise CellError(f"`{call.name}()` is for a {function[0].__name__}, not a {record.__name__}")
    return function[1]


def _answer(document: msgspec.Struct) -> str | None:
    """The answer to an order as a whole, as its parts tell; nothing where there are none."""
    assert isinstance(document, OrderAcknowledgment)
    items = [item for line in document.lines for item in line.items]
    if not items:
        return None
    if all(item.status == "rejected" for item in items):
        return "rejected"
    unchanged = all(
        item.status == "accepted" and item.change is None and item.quantity in (None, line.quantity)
        for line in document.lines
        for item in line.items
    )
    return "accepted" if unchanged and all(line.items for line in document.lines) else "accepted_with_changes"


_FUNCTIONS: Mapping[str, tuple[type[msgspec.Struct], Default]] = {"answer": (OrderAcknowledgment, _answer)}
