"""Who writes what: told to an adapter that marks its places, see `MarksPlaces`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, runtime_checkable

import msgspec

from gateway.mapping.bound import BlockPlan, BoundDerivation, BoundStep, RowPlan, SayingPlan, StepKind
from gateway.mapping.evaluate.holders import Holder, passes
from gateway.mapping.evaluate.trace import Author, Kind, Leaf, Trace, Written
from gateway.mapping.plan import Origin

__all__ = ["Authors", "MarksPlaces"]


@runtime_checkable
class MarksPlaces(Protocol):
    """What an adapter may offer beside, so that a trace with details knows who wrote each place.

    `by` is called before each `open`, `put` and `put_back`: what they write is the doing of this author,
    until the next is named. A place that is written again keeps its first author.
    """

    def by(self, author: Author) -> None:
        """Who writes from now on."""

    def written_places(self) -> Iterable[Written]:
        """When all is written: each place that holds something, in the order of the target."""


class Authors:
    """Names the author of each value before it is written."""

    def __init__(self, by: Callable[[Author], None], trace: Trace) -> None:
        self.by = by
        self.trace = trace

    def of_row(
        self,
        row: RowPlan,
        saying: SayingPlan,
        values: tuple[object, ...],
        holders: tuple[Holder, ...],
        *,
        own: bool,
    ) -> None:
        """A row writes values of the record, or its default."""
        fields: tuple[Leaf, ...] = ()
        paths = row.fields if own else () if saying.default_from is None else (saying.default_from,)
        for path in paths:
            fields += tuple(_leaves(holders[-1 - path.up].record, path.steps))
        kind = Kind.VALUE if own else Kind.DEFAULT
        keys = _keys(saying, values)
        codes = tuple(_code(saying, key) for key in keys) if keys else (_code(saying, *values),)
        self.by(Author(kind, saying.origin, saying.text, fields, keys, codes))

    def of_derived(self, item: BoundDerivation) -> None:
        """A computed place."""
        self.by(Author(Kind.DERIVED, item.saying.origin, item.name))

    def of_kept(self, record: msgspec.Struct, place: str) -> None:
        """What a record keeps of a place is put back."""
        self.by(Author(Kind.KEPT, None, place, (Leaf(record, "ext", place),)))

    def of_block(self, block: BlockPlan, record: msgspec.Struct) -> None:
        """A block opens an occurrence for a record, with its qualifiers; the tested field chose the block."""
        tested = (Leaf(record, block.test.field),) if block.test.field and block.test.equal else ()
        self.trace.implied += tested
        self.by(Author(Kind.CONSTANT, block.origin, getattr(block.at, "text", ""), tested))

    def of_implied(self, row: RowPlan, holders: tuple[Holder, ...]) -> None:
        """The format says this value by saying nothing."""
        for path in row.fields:
            self.trace.implied += _leaves(holders[-1 - path.up].record, path.steps)

    def of_items(self, block: BlockPlan, outer: msgspec.Struct, items: Sequence[msgspec.Struct]) -> None:
        """A function gave these items: each has what the item at its position of the list says, and more."""
        held: object = getattr(outer, block.target[-1].name, ())
        listed = held if isinstance(held, tuple | list) else ()
        for number, item in enumerate(items):
            origin = listed[number] if number < len(listed) else outer
            if item is not origin:
                self.trace.moved(item, origin)


def _leaves(record: object, steps: Sequence[BoundStep]) -> list[Leaf]:
    """The fields that hold the values a path leads to."""
    records: list[object] = [record]
    last = len(steps) - (2 if steps[-1].kind is StepKind.KEY else 1)
    for step in steps[:last]:
        inner: list[object] = []
        for holder in records:
            held: object = getattr(holder, step.name, None)
            if step.kind is StepKind.ITEMS and step.test is not None and isinstance(held, tuple | list):
                inner += [item for item in held if passes(item, step.test)]
            else:
                inner.append(held)
        records = inner
    key = steps[-1].name if last + 1 < len(steps) else ""
    return [Leaf(holder, steps[last].name, key) for holder in records if isinstance(holder, msgspec.Struct)]


def _keys(saying: SayingPlan, values: tuple[object, ...]) -> tuple[str, ...]:
    """Of pairs and entries, the keys that are written, in their order."""
    pairing = saying.codec.pairing
    if not isinstance(values[0], dict):
        return ()
    if pairing is None:
        return tuple(values[0]) if saying.codec.entries else ()
    left_out = pairing.excluded | pairing.unsayable
    keys = tuple(key for key in values[0] if key not in left_out)
    return keys[: pairing.room // 2] if pairing.room else keys


def _code(saying: SayingPlan, *values: object) -> Origin | None:
    return None if saying.codec.rows is None else saying.codec.rows.write(*values)
