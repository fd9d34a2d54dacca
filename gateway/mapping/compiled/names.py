"""Names by which generated code calls what a plan holds: codecs, values of the table, records, functions.

Names are numbers in the order of the plan, so that code kept on disk finds them again in an equal plan.
For the cell number 7: `R7` reads, `X7` reads exactly, `W7` writes, `V7` writes what `W7` does not remember.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from typing import TypeAlias

import msgspec

from gateway.mapping.bound import BlockPlan, FieldKind, Plan, RowPlan, SayingPlan, Value
from gateway.mapping.compiled.memo import Memo
from gateway.mapping.compiled.remembering import Way, is_sound, reading_way, remembered, writing_way
from gateway.mapping.compiled.validity import Checks, Validity
from gateway.mapping.compiled.verified import verified

__all__ = ["Names", "literal"]

RecordType: TypeAlias = type[msgspec.Struct]


class Names:
    """Numbers the parts of a plan, and writes the expressions that call them."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.blocks = list(blocks_of(plan.root))
        self.rows = [row for block in self.blocks for row in block.rows]
        self.sayings = [saying for row in self.rows for saying in row.sayings]
        self.records = list(plan.fields)
        self._rows = {id(row): number for number, row in enumerate(self.rows)}
        self._blocks = {id(block): number for number, block in enumerate(self.blocks)}
        self._sayings = {id(saying): number for number, saying in enumerate(self.sayings)}
        self._row_of = {id(saying): row for row in self.rows for saying in row.sayings}
        self._records = self._named_records()
        self.validity = Validity(plan)

    def _named_records(self) -> Mapping[RecordType, str]:
        names: dict[RecordType, str] = {}
        for number, record in enumerate(self.records):
            taken = record.__name__ in names.values() or not record.__name__.isidentifier()
            names[record] = f"Record{number}" if taken else record.__name__
        return names

    def record(self, record: RecordType) -> str:
        """The name of a record type."""
        return self._records[record]

    def number(self, saying: SayingPlan) -> int:
        """The number of a cell."""
        return self._sayings[id(saying)]

    def saying(self, saying: SayingPlan) -> str:
        """The cell itself, for the evaluator's writers."""
        number = self._sayings.get(id(saying))
        if number is not None:
            return f"S{number}"
        derived = [item.saying for item in self.plan.derived]
        return f"PLACE{next(n for n, each in enumerate(derived) if each is saying)}"

    def row(self, row: RowPlan) -> str:
        """The row itself, for paths through lists."""
        return f"ROW{self._rows[id(row)]}"

    def block(self, block: BlockPlan) -> str:
        """The block itself, for the evaluator's writers."""
        return f"BLOCK{self._blocks[id(block)]}"

    def items(self, block: BlockPlan) -> str:
        """The function that gives the items of a block to write."""
        return f"ITEMS{self._blocks[id(block)]}"

    def kinds(self, saying: SayingPlan) -> tuple[FieldKind, ...]:
        """What the fields of a cell's row hold."""
        return tuple(field.kind for field in self._row_of[id(saying)].fields)

    def reads_by(self, saying: SayingPlan) -> Way:
        """How reading comes from the texts of a cell to its value."""
        return reading_way(saying, self.plan.format.kind)

    def decoded(self, saying: SayingPlan, arguments: Sequence[str], *, exact: bool = False) -> str:
        """The expression for the value of places that hold something; `exact`: it may be None."""
        way, number = self.reads_by(saying), self.number(saying)
        if way is Way.AS_IT_STANDS:
            return arguments[0]
        name = f"{'X' if exact else 'R'}{number}"
        if way is Way.CALLED or (exact and self.plan.format.kind.is_tree):
            return f"{name}({', '.join(arguments)})"
        return f"{name}[{', '.join(arguments)}]"

    def reads_prices(self, saying: SayingPlan) -> bool:
        """Whether usual amounts are read apart from their code: `A7` reads the amount, `B7` the code."""
        return saying.codec.priced is not None and is_sound(self._checks(saying))

    def _checks(self, saying: SayingPlan) -> Checks | None:
        return self.validity.checks(self._row_of[id(saying)], saying) if saying.reads else None

    def encoded(self, saying: SayingPlan, arguments: Sequence[str]) -> str:
        """The expression for what a codec writes."""
        number = self.number(saying)
        match writing_way(saying, self.kinds(saying)):
            case Way.AS_IT_STANDS:
                return arguments[0]
            case Way.BY_TEXT:
                return f"W{number}[{arguments[0]}]"
            case Way.BY_DIGITS:
                return f"W{number}[str({arguments[0]})]"
            case Way.BY_DAY:
                moment = arguments[0]
                return f"W{number}[{moment}.date] if {moment}.time is None else V{number}({moment})"
            case _:
                return f"W{number}({', '.join(arguments)})"

    def writes_something(self, saying: SayingPlan) -> bool:
        """Whether a place never stays empty when its field holds something: a text that goes as it stands, a
        number, a flag; computed places are none of these."""
        if id(saying) not in self._sayings or len(saying.spots) > 1:
            return False
        as_it_stands = writing_way(saying, self.kinds(saying)) is Way.AS_IT_STANDS
        return as_it_stands or saying.codec.name in ("decimal", "integer", "bool")

    def constant(self, row: RowPlan) -> str:
        """The constant of a row, as program text."""
        return literal(row.constant, f"CONSTANT{self._rows[id(row)]}")

    def default(self, saying: SayingPlan) -> str:
        """The default of a cell, as program text."""
        return literal(saying.default, f"DEFAULT{self.number(saying)}")

    def absent(self, saying: SayingPlan) -> str:
        """What a cell stands for where it is absent, as program text."""
        return literal(saying.absent, f"ABSENT{self.number(saying)}")

    def verified(self, exact: Container[int]) -> dict[str, Callable[..., object] | Memo]:
        """The names of what writes, with codecs that are held to their word; to the letter those of the rows
        whose `id` is in `exact`."""
        names: dict[str, Callable[..., object] | Memo] = {}
        for number, saying in enumerate(self.sayings):
            held = verified(saying, exact=id(self._row_of[id(saying)]) in exact)
            found = remembered(held, self.kinds(saying), self.plan.format.kind)
            names |= {f"{letter}{number}": found[letter] for letter in ("W", "V") if letter in found}
        return names

    def namespace(self) -> dict[str, object]:
        """What the names of generated code stand for."""
        names: dict[str, object] = {name: record for record, name in self._records.items()}
        names |= {f"BLOCK{number}": block for number, block in enumerate(self.blocks)}
        names |= {f"ITEMS{number}": block.writes for number, block in enumerate(self.blocks)}
        for number, row in enumerate(self.rows):
            names |= {f"CONSTANT{number}": row.constant, f"ROW{number}": row}
        for number, saying in enumerate(self.sayings):
            names |= {
                f"S{number}": saying,
                f"DEFAULT{number}": saying.default,
                f"ABSENT{number}": saying.absent,
                f"COMPUTE{number}": saying.default_compute,
            }
            checks = self._checks(saying)
            found = remembered(saying, self.kinds(saying), self.plan.format.kind, checks)
            if checks is not None and checks.fields:
                names[f"VALID{number}"] = checks.fields[0]
            names |= {f"{letter}{number}": function for letter, function in found.items()}
        for number, item in enumerate(self.plan.derived):
            names[f"COMPUTED{number}"] = item.compute
            names[f"WRITTEN{number}"] = item.saying.codec.write
            names[f"PLACE{number}"] = item.saying
        if self.plan.pair is not None:
            names["to_shape"] = self.plan.pair.to_shape
        names["PARAMETERS"] = self.plan.parameters
        return names


def blocks_of(block: BlockPlan) -> Iterator[BlockPlan]:
    """A block and all inside it, in the order of the plan."""
    yield block
    for inner in block.blocks:
        yield from blocks_of(inner)


def literal(value: Value, name: str) -> str:
    """A value of the table as program text; what has no literal of its own goes by its name."""
    if value is None or isinstance(value, str | bool | int):
        return ascii(value)
    return name
