"""Items that a format lists where a document only implies them: `writes: parts_in_full(…)` of a block."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, TypeAlias

import msgspec

from gateway.documents.order_acknowledgment import AcknowledgedItem, OrderAcknowledgmentLine, quantity_left
from gateway.documents.order_change_acknowledgment import OrderChangeAcknowledgmentLine
from gateway.mapping.cells import CellError
from gateway.mapping.plan import CodecCall
from gateway.suggestions import suggestion

__all__ = ["ItemsToWrite", "make_items"]

ItemsToWrite: TypeAlias = Callable[[msgspec.Struct], Sequence[msgspec.Struct]]

_ANSWERED: Final = (OrderAcknowledgmentLine, OrderChangeAcknowledgmentLine)

# What X12 element 668 says of the rest of a line in one word: BP, the balance follows; IQ, no more comes.
_OF_THE_REST: Final = MappingProxyType(
    {
        "backorder_rest": AcknowledgedItem(status="backordered"),
        "quantity": AcknowledgedItem(status="rejected", reason="temporarily_unavailable"),
    }
)


def make_items(call: CodecCall, record: type[msgspec.Struct], path: str) -> ItemsToWrite:
    """The function of this name; `CellError` when there is none, or it is for another list."""
    if call.name != "parts_in_full":
        raise CellError(
            f"there is no function `{call.name[:40]}()`{suggestion(call.name, ['parts_in_full'])}"
        )
    if record not in _ANSWERED or path != "items[]":
        raise CellError("`parts_in_full()` is for `items[]` of a line of an acknowledgment")
    unknown = next((word for word in call.arguments if word not in _OF_THE_REST), None)
    if unknown is not None:
        raise CellError(f"`{unknown[:40]}` says nothing of a rest{suggestion(unknown, _OF_THE_REST)}")
    return _parts_in_full({word: _OF_THE_REST[word] for word in call.arguments})


def _parts_in_full(of_the_rest: Mapping[str | None, AcknowledgedItem]) -> ItemsToWrite:
    """What becomes of a line, each part with its quantity, and the rest that one of these words implies."""

    def parts(line: msgspec.Struct) -> Sequence[msgspec.Struct]:
        assert isinstance(line, _ANSWERED)
        left = quantity_left(line)
        if left is None or left <= 0:
            return line.items
        open_part = next((item for item in line.items if item.quantity is None), None)
        if open_part is not None:
            full = msgspec.structs.replace(open_part, quantity=left)
            return tuple(full if item is open_part else item for item in line.items)
        rest = next((of_the_rest[item.change] for item in line.items if item.change in of_the_rest), None)
        return line.items if rest is None else (*line.items, msgspec.structs.replace(rest, quantity=left))

    return parts
