"""Documents that are valid by the way they are made: what a plain reader must see to for that.

Each value a plain reader puts into a field was judged by the check of this field that `documents.accept`
generates: values that are remembered once for all, others where they are read. So its documents need not be
judged again; a property test holds that they are accepted. With a pair they put the values into its shape,
which is annotated for this, and the pair makes the document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec

from gateway.documents import DOCUMENTS
from gateway.documents.accept import Check, Part, takes_any_number, takes_any_text, value_check
from gateway.documents.parts import EXACTLY_ONE
from gateway.mapping.bound import BlockPlan, BoundPath, FieldKind, Plan, RowPlan, SayingPlan, StepKind
from gateway.mapping.compiled.doubt import Doubt

__all__ = ["Checks", "Validity"]

Record = type[msgspec.Struct]
Function = Callable[..., object]


class Checks(msgspec.Struct, frozen=True):
    """The checks of the fields of a cell; for the map that a cell of pairs fills, those of its keys and
    entries. `numbers`: each field that is no text takes every usual number."""

    fields: tuple[Check, ...]
    key: Check | None = None
    entry: Check | None = None
    numbers: bool = False

    def judged(self, read: Function) -> Function:
        """Reads what its fields take."""
        if len(self.fields) == 1:
            return _judged(read, self.fields[0])
        fields = self.fields

        def several(*given: object) -> object:
            values = read(*given)
            assert isinstance(values, tuple)
            for value, check in zip(values, fields, strict=True):
                if value is not None and not check(value):
                    raise Doubt
            return values

        return several

    def key_judged(self, read: Function) -> Function:
        """Reads a qualifier that may be a key of the map."""
        return read if self.key is None else _judged(read, self.key)

    def entry_judged(self, read: Function) -> Function:
        """Reads an entry of the map."""
        return read if self.entry is None else _judged(read, self.entry)


def _judged(read: Function, check: Check) -> Function:
    def judged(*given: object) -> object:
        value = read(*given)
        if value is not None and not check(value):
            raise Doubt
        return value

    return judged


class Validity:
    """Tells of the cells of a plan what their values must be. `proves`: plain readers of it see to that."""

    def __init__(self, plan: Plan) -> None:
        self._around: dict[int, Sequence[Record]] = {}
        blocks = list(_blocks(plan.root, ()))
        for block, around in blocks:
            self._around |= {id(row): around for row in block.rows}
        pair = plan.pair
        self.proves = (
            plan.definition is not None
            and (plan.root.record in DOCUMENTS if pair is None else pair.plain is not None)
            and all(self._proves_block(block, around) for block, around in blocks)
        )

    def checks(self, row: RowPlan, saying: SayingPlan) -> Checks | None:
        """What the values of a cell must pass; None where no reader of the plan sees to it."""
        if not self.proves:
            return None
        holders = [self._holder(row, field) for field in row.fields]
        if saying.codec.pairs:
            ((record, name, _),) = holders
            return Checks((), value_check(record, name, Part.KEY), value_check(record, name, Part.ENTRY))
        numbers = all(
            field.kind is FieldKind.TEXT or takes_any_number(*holder)
            for field, holder in zip(row.fields, holders, strict=True)
        )
        return Checks(tuple(value_check(*holder) for holder in holders), numbers=numbers)

    def is_settled(self, row: RowPlan, saying: SayingPlan) -> bool:
        """Whether texts that are not empty need no check to stand in the field of a cell as they are."""
        return not self.proves or saying.codec.pairs or takes_any_text(*self._holder(row, row.fields[0]))

    def _holder(self, row: RowPlan, field: BoundPath) -> tuple[Record, str, Part]:
        """The record and the name of a field, and which part of it a path leads to."""
        record = self._around[id(row)][-1 - field.up]
        last = field.steps[-1]
        steps = field.steps[:-2] if last.kind is StepKind.KEY else field.steps[:-1]
        for step in steps:
            record = step.record or record
        if last.kind is StepKind.KEY:
            return record, field.steps[-2].name, Part.ENTRY
        return record, last.name, Part.WHOLE

    def _proves_block(self, block: BlockPlan, around: Sequence[Record]) -> bool:
        test = block.test
        given = test.field if test.equal else ""
        named = not given or value_check(block.record, given, Part.WHOLE)(test.value)
        return named and around[-1] not in EXACTLY_ONE and all(map(self._proves_row, block.rows))

    def _proves_row(self, row: RowPlan) -> bool:
        for field in row.fields:
            record, name, part = self._holder(row, field)
            if record in EXACTLY_ONE:
                return False
            if part is Part.ENTRY and not value_check(record, name, Part.KEY)(field.steps[-1].name):
                return False
        fillers = [row.constant, *(saying.absent for saying in row.sayings if saying.reads)]
        check = value_check(*self._holder(row, row.fields[0]))
        if not all(value is None or check(value) for value in fillers):
            return False
        return all(self._proves_pairs(row, saying) for saying in row.sayings if saying.codec.pairs)

    def _proves_pairs(self, row: RowPlan, saying: SayingPlan) -> bool:
        """Whether texts need no check to be entries of the map that pairs fill."""
        if saying.codec.pairing is None or len(row.fields) > 1:
            return False
        record, name, part = self._holder(row, row.fields[0])
        as_they_are = saying.codec.pairing.value.name == "text"
        return part is Part.WHOLE and (not as_they_are or takes_any_text(record, name, Part.ENTRY))


def _blocks(block: BlockPlan, around: Sequence[Record]) -> Iterator[tuple[BlockPlan, Sequence[Record]]]:
    """Each block with the types of the records around it, its own last."""
    around = (*around, block.record)
    yield block, around
    for inner in block.blocks:
        yield from _blocks(inner, around)
