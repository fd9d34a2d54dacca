"""Tables told to people: each place with the standard's own name, and what is done by functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from gateway.formats.x12.definitions import Composite
from gateway.mapping.bound import (
    BlockPlan,
    BoundStep,
    CompletionPlan,
    Plan,
    SayingPlan,
    Spot,
    StepKind,
    X12Spot,
)
from gateway.mapping.orders.model import OrderPlan
from gateway.mapping.plan import Direction, Here

__all__ = ["DescribedRow", "Statistics", "describe", "statistics", "unmapped"]


class DescribedRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a table: `depth` blocks in, the field, its place, what the standard calls it, the rest.

    `at` is given for a block, `file` and `line` for every row. The place of a completion is its cell.
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
    """Counts of a table. `functions`: derived places, computed defaults, lists that a function completes,
    fields that its pair computes."""

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
    rows = [row for block in _blocks(plan.root) for row in block.rows]
    fields = sum(len(row.fields) for row in rows)
    computed = [saying for row in rows for saying in row.sayings if saying.default_compute is not None]
    completed = [block for block in _blocks(plan.root) if block.writes is not None]
    made_by_pair = len(plan.pair.makes) if plan.pair else 0
    functions = len(plan.derived) + len(computed) + len(completed) + made_by_pair
    return Statistics(table=plan.name, rows=len(rows), fields=fields, functions=functions)


def _blocks(block: BlockPlan) -> Iterator[BlockPlan]:
    yield block
    for inner in block.blocks:
        yield from _blocks(inner)


def unmapped(plan: Plan) -> tuple[str, ...]:
    """The fields no row or block of a table names: `lines[].weight`. Writing this format loses them.

    Fields of the shape, where the table has one. A record none of whose fields is named counts as one field.
    """
    named: dict[tuple[str, ...], set[str]] = {(): set()}
    records: dict[tuple[str, ...], dict[type[msgspec.Struct], None]] = {(): {plan.root.record: None}}
    _name_fields(plan.root, ((),), named, records)
    return tuple(
        ".".join((*prefix, name)).replace(".[]", "[]")
        for prefix, types in records.items()
        for record in types
        for name in plan.fields.get(record, {})
        if name != "ext" and name not in named[prefix]
    )


def _name_fields(
    block: BlockPlan,
    around: tuple[tuple[str, ...], ...],
    named: dict[tuple[str, ...], set[str]],
    records: dict[tuple[str, ...], dict[type[msgspec.Struct], None]],
) -> None:
    """Notes the fields that a block names, by the path of their record; `around`: those of the blocks."""

    def follow(prefix: tuple[str, ...], steps: tuple[BoundStep, ...]) -> tuple[str, ...]:
        for step in steps:
            if step.kind is not StepKind.KEY:
                named[prefix].add(step.name)
            if step.record is not None:
                prefix = (*prefix, step.name, *(("[]",) if step.kind is StepKind.ITEMS else ()))
                named.setdefault(prefix, set())
                records.setdefault(prefix, {})[step.record] = None
        return prefix

    here = around[-1]
    if block.test.field:
        named[here].add(block.test.field)
    for row in block.rows:
        for field in row.fields:
            follow(around[-1 - field.up], field.steps)
    for inner in block.blocks:
        _name_fields(inner, (*around, follow(here, inner.target)), named, records)


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
    return (*rows, *(_completion(each) for each in plan.completions), *map(_taken, plan.orders))


def _taken(entry: OrderPlan) -> DescribedRow:
    """What is taken from the order."""
    return DescribedRow(
        depth=0,
        field=".".join(map(_shown_step, entry.steps)) or ".",
        place=entry.text,
        words="order",
        file=entry.origin.file,
        line=entry.origin.line,
    )


def _completion(completion: CompletionPlan) -> DescribedRow:
    words = ["hold"] if completion.hold else []
    if completion.default is not None:
        words.append(f"default={completion.default}")
    if completion.direction is not Direction.BOTH:
        words.append(completion.direction.value)
    return DescribedRow(
        depth=0,
        field=".".join(map(_shown_step, completion.steps)) or ".",
        place=completion.text,
        words=" ".join(["crossref", *words]),
        file=completion.origin.file,
        line=completion.origin.line,
    )


def _shown_step(step: BoundStep) -> str:
    if step.kind is not StepKind.ITEMS:
        return step.name
    test = step.test
    if test is None or not test.field:
        return f"{step.name}[]"
    return f"{step.name}[{test.field}{'=' if test.equal else '!='}{test.value}]"


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
