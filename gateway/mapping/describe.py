"""Tables told to people: each place with the standard's own name, and what is done by functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from gateway.formats.x12.definitions import Composite
from gateway.mapping.bound import BlockPlan, Plan, SayingPlan, Spot, X12Spot
from gateway.mapping.plan import Direction, Here

__all__ = ["DescribedRow", "Statistics", "describe", "statistics"]


class DescribedRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a table: `depth` blocks in, the field, its place, what the standard calls it, the rest.

    `at` is given for a block, `file` and `line` for every row.
    """

    depth: int
    field: str
    place: str = ""
    name: str = ""
    codec: str = ""
    words: str = ""
    at: str = ""
    file: str
    line: int


class Statistics(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of a table. `functions`: derived places, and fields that its pair computes."""

    table: str
    rows: int
    fields: int
    functions: int

    @property
    def share(self) -> float:
        """The part of the fields that functions produce, from 0 to 1."""
        return self.functions / (self.fields + self.functions) if self.fields + self.functions else 0.0


def statistics(plan: Plan) -> Statistics:
    """How many rows and fields a table has, and how many functions stand beside them."""
    rows = list(_rows(plan.root))
    fields = sum(max(len(row_fields), 1) for row_fields in rows)
    functions = len(plan.derived) + (len(plan.pair.makes) if plan.pair else 0)
    return Statistics(table=plan.name, rows=len(rows), fields=fields, functions=functions)


def _rows(block: BlockPlan) -> Iterator[tuple[str, ...]]:
    for row in block.rows:
        yield tuple(field.text for field in row.fields)
    for inner in block.blocks:
        yield from _rows(inner)


def describe(plan: Plan) -> tuple[DescribedRow, ...]:
    """The rows of a table in its order, each place with its name in the standard (`SAC15`: `Description`)."""
    rows = [*_described(plan, plan.root, 0)]
    for item in plan.derived:
        origin = item.saying.origin
        rows.append(
            DescribedRow(
                depth=0,
                field=item.name,
                place=item.saying.text,
                name=_name(plan, item.saying.spots),
                words="derived",
                file=origin.file,
                line=origin.line,
            )
        )
    return tuple(rows)


def _described(plan: Plan, block: BlockPlan, depth: int) -> Iterator[DescribedRow]:
    for row in block.rows:
        origin = row.origin
        if not row.sayings:
            words = f"={row.constant}" if row.constant is not None else ""
            yield DescribedRow(depth=depth, field=row.key, words=words, file=origin.file, line=origin.line)
        for saying in row.sayings:
            place, _, codec = saying.text.partition(" ")
            yield DescribedRow(
                depth=depth,
                field=row.key,
                place=place,
                name=_name(plan, saying.spots),
                codec=codec,
                words=_words(saying),
                file=saying.origin.file,
                line=saying.origin.line,
            )
    for inner in block.blocks:
        at = "." if isinstance(inner.at, Here) else inner.at.text
        origin = inner.origin
        yield DescribedRow(depth=depth, field=inner.key, at=at, file=origin.file, line=origin.line)
        yield from _described(plan, inner, depth + 1)


def _words(saying: SayingPlan) -> str:
    words = ["required"] if saying.required else []
    if saying.direction is not Direction.BOTH:
        words.append(saying.direction.value)
    if saying.default is not None:
        words.append(f"default={saying.default}")
    if saying.default_from is not None:
        words.append(f"default=.{saying.default_from.text}")
    if saying.absent is not None:
        words.append(f"absent={saying.absent}")
    return " ".join(words)


def _name(plan: Plan, spots: tuple[Spot, ...]) -> str:
    """What the standard calls these places, each name once."""
    names: Mapping[str, None] = dict.fromkeys(
        name for spot in spots if isinstance(spot, X12Spot) and (name := _x12_name(plan, spot))
    )
    return ", ".join(names)


def _x12_name(plan: Plan, spot: X12Spot) -> str:
    if plan.definition is None:
        return ""
    content = plan.definition.segments[spot.tag].uses[spot.element - 1].content
    if isinstance(content, Composite) and spot.component is not None:
        return content.components[spot.component - 1].content.name
    return content.name
