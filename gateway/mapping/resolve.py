"""Tables to plans: paths bound to fields, places to the schema, codecs to functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import ParamSpec, TypeVar

import msgspec

from gateway.errors import Mistake
from gateway.mapping.agreed import as_agreed
from gateway.mapping.bound import (
    BlockPlan,
    BoundDerivation,
    BoundTest,
    ColumnSpot,
    CompletionPlan,
    LeftOut,
    Plan,
    RowPlan,
    RowsAt,
    SayingPlan,
)
from gateway.mapping.cells import CellError
from gateway.mapping.crossrefs.bind import bound_completion
from gateway.mapping.derived import Computed, derived_codec, make_derivation
from gateway.mapping.items_to_write import ItemsToWrite, make_items
from gateway.mapping.library import Library, places_of
from gateway.mapping.orders.bind import bound_order
from gateway.mapping.orders.model import OrderPlan
from gateway.mapping.pairs.model import Pair
from gateway.mapping.parameters import PARAMETERS, Parameters
from gateway.mapping.paths import AbsentParameterError, PathResolver
from gateway.mapping.places import Places, RowPlaces, Scope
from gateway.mapping.places_x12 import X12Places
from gateway.mapping.plan import (
    Block,
    Derivation,
    Direction,
    Here,
    Origin,
    Row,
    Table,
)
from gateway.mapping.resolve_saying import SayingBinder, Standing
from gateway.mapping.scopes import own_keys
from gateway.suggestions import suggestion

__all__ = ["resolve"]

Result = TypeVar("Result")
Given = ParamSpec("Given")
RecordType = type[msgspec.Struct]


def resolve(
    table: Table, library: Library, parameters: Parameters | None = None
) -> tuple[Plan | None, tuple[Mistake, ...]]:
    """The plan of a table for one agreement, and every mistake in it; None when there is one.

    A row whose path names a parameter the agreement lacks is left out: what it would claim is kept in `ext`.
    """
    agreed = parameters or Parameters()
    resolver = _Resolver(as_agreed(table, agreed), library, agreed)
    plan = resolver.plan()
    return (None if resolver.mistakes else plan), tuple(dict.fromkeys(resolver.mistakes))


class _Resolver:
    def __init__(self, table: Table, library: Library, parameters: Parameters) -> None:
        self.table = table
        self.library = library
        self.parameters = parameters
        self.paths = PathResolver(parameters)
        self.mistakes: list[Mistake] = []
        self.rows_met = 0
        self.places: Places = RowPlaces()

    def mistake(self, origin: Origin, text: str) -> None:
        self.mistakes.append((origin.file, origin.line, text))

    def understood(
        self, origin: Origin, function: Callable[Given, Result], *args: Given.args, **kwargs: Given.kwargs
    ) -> Result | None:
        try:
            return function(*args, **kwargs)
        except AbsentParameterError:
            return None
        except CellError as fault:
            self.mistake(origin, str(fault))
            return None

    def plan(self) -> Plan | None:
        table = self.table
        document = self.library.documents.get(table.document)
        if document is None:
            hint = suggestion(table.document, self.library.documents)
            self.mistake(table.at("document"), f"there is no document `{table.document[:40]}`{hint}")
        pair = self.pair(document)
        places = self.understood(table.at("format"), places_of, table, self.library)
        if document is None or places is None or (table.via and pair is None):
            return None
        self.places = places
        record = pair.shape if pair else document
        root = self.block(table.root, Standing(Scope(), (record,), table.root))
        derived = [self.derivation(item, record) for item in table.derived]
        return Plan(
            name=table.name,
            format=table.format,
            document=document,
            root=root,
            derived=tuple(item for item in derived if item is not None),
            completions=tuple(self.completions(document)),
            orders=tuple(self.orders(document)),
            pair=pair,
            settings=table.settings,
            columns=tuple(dict.fromkeys((*table.settings.columns, *_columns(root)))),
            definition=places.definition if isinstance(places, X12Places) else None,
            parameters=self.parameters,
            fields=self.paths.known,
        )

    def completions(self, document: RecordType) -> Iterator[CompletionPlan]:
        paths = PathResolver(
            self.parameters
        )  # of its own: what it meets is nothing the table reads or writes
        for completions in self.table.crossrefs.values():
            for each in completions:
                bound = self.understood(each.origin, bound_completion, each, document, paths)
                if bound is not None:
                    yield bound

    def orders(self, document: RecordType) -> list[OrderPlan]:
        paths = PathResolver(self.parameters)
        asked = [each for each in self.table.order.values() if each is not None]
        bound = [self.understood(each.origin, bound_order, each, document, paths) for each in asked]
        if asked and all(each.path is not None for each in asked):
            self.mistake(asked[0].origin, "`order` needs a line `.` with the field that names the order")
        return sorted((each for each in bound if each is not None), key=lambda each: len(each.steps))

    def pair(self, document: RecordType | None) -> Pair | None:
        table = self.table
        if not table.via:
            if table.shape:
                self.mistake(
                    table.at("shape"), "`shape` needs `via`, the pair that turns it into the document"
                )
            return None
        pair = self.library.pairs.get(table.via)
        if pair is None:
            hint = suggestion(table.via, self.library.pairs)
            self.mistake(table.at("via"), f"there is no pair `{table.via[:40]}`{hint}")
        elif table.shape != pair.shape.__name__:
            self.mistake(table.at("shape"), f"`via: {pair.name}` needs `shape: {pair.shape.__name__}`")
        elif document is not None and pair.document is not document:
            self.mistake(table.at("via"), f"`{pair.name}` makes a {pair.document.__name__}")
        return pair

    def block(self, block: Block, around: Standing) -> BlockPlan:
        standing = msgspec.structs.replace(around, keys=own_keys(block, self.parameters))
        rows: list[RowPlan | None] = []
        left_out: list[LeftOut | None] = []
        inner: list[BlockPlan | None] = []
        for entry in block.entries:
            if isinstance(entry, Row):
                rows.append(self.row(entry, standing))
                left_out.append(self.left_out(entry, standing))
            elif isinstance(entry, Block):
                inner.append(self.inner(entry, standing))
        record = standing.records[-1]
        self.check_shared_lists([found for found in inner if found is not None])
        return BlockPlan(
            key=block.key,
            target=(),
            record=record,
            test=BoundTest(record),
            many=False,
            ext="ext" in self.paths.fields(record),
            at=Here(),
            rows=tuple(row for row in rows if row is not None),
            blocks=tuple(found for found in inner if found is not None),
            left_out=tuple(found for found in left_out if found is not None),
            origin=block.origin,
        )

    def inner(self, block: Block, around: Standing) -> BlockPlan | None:
        target = self.understood(block.origin, self.paths.target, block.path, around.records[-1])
        if block.at is None:
            return None
        placed = self.understood(block.origin, self.places.at, around.scope, block.at)
        if target is None or placed is None:
            return None
        at, scope = placed
        sharing = around.sharing if isinstance(at, Here) else block
        standing = Standing(scope, (*around.records, target.test.record), sharing)
        plan = self.block(block, standing)
        if isinstance(at, RowsAt):
            self.check_rows_block(plan, at)
        return msgspec.structs.replace(
            plan,
            target=target.steps,
            test=target.test,
            many=target.many,
            at=at,
            writes=self.understood(block.origin, self.written, block, around),
        )

    def written(self, block: Block, around: Standing) -> ItemsToWrite | None:
        if block.writes is None:
            return None
        return make_items(block.writes, around.records[-1], str(block.path))

    def check_shared_lists(self, blocks: list[BlockPlan]) -> None:
        lists = Counter(tuple(step.name for step in block.target) for block in blocks)
        for block in blocks:
            if block.writes is not None and lists[tuple(step.name for step in block.target)] > 1:
                self.mistake(block.origin, "`writes` is for a list that no other block shares")

    def check_rows_block(self, plan: BlockPlan, at: RowsAt) -> None:
        claimed = set(_columns(plan))
        for column in (*at.columns, *at.otherwise):
            if column not in claimed:
                self.mistake(
                    plan.origin, f"`{column}` tells the rows apart, so a row of this block must map it"
                )

    def row(self, row: Row, standing: Standing) -> RowPlan | None:
        try:
            fields = tuple(self.paths.leaf(path, standing.records) for path in row.fields)
        except AbsentParameterError:
            return None
        except CellError as fault:
            self.mistake(row.origin, str(fault))
            return None
        constant = None
        if row.constant is not None:
            if len(fields) > 1 or fields[0].fans_out:
                self.mistake(row.origin, "a constant stands for one field of the block's record")
            else:
                constant = self.understood(row.origin, self.paths.value, row.constant, fields[0])
        binder = SayingBinder(self.table, self.library, self.paths, self.places)
        sayings = [
            self.understood(saying.origin, binder.bound, saying, fields, standing) for saying in row.sayings
        ]
        self.rows_met += 1
        kept = tuple(
            msgspec.structs.replace(saying, order=self.rows_met) for saying in sayings if saying is not None
        )
        return RowPlan(key=row.key, fields=fields, sayings=kept, constant=constant, origin=row.origin)

    def left_out(self, row: Row, standing: Standing) -> LeftOut | None:
        """What is to be told of a row whose parameter the agreement lacks; None for every other row."""
        for path in row.fields:
            key = path.steps[-1]
            if not key.parameter or key.name not in PARAMETERS or key.name in self.parameters.values:
                continue
            around = msgspec.structs.replace(path, steps=path.steps[:-1])
            held = self.understood(row.origin, self.paths.leaf, around, standing.records)
            if held is None:
                return None
            return LeftOut(
                parameter=key.name,
                map=held,
                read_places=tuple(
                    str(place)
                    for saying in row.sayings
                    if saying.direction is not Direction.WRITE
                    for place in saying.places
                ),
                writes=any(saying.direction is not Direction.READ for saying in row.sayings),
                origin=row.origin,
            )
        return None

    def derivation(self, item: Derivation, record: RecordType) -> BoundDerivation | None:
        spot = self.understood(item.origin, self.places.spot, Scope(), item.place)
        if item.call is None:
            compute: Callable[[msgspec.Struct], Computed] | None = _fixed(item.text or "")
        else:
            compute = self.understood(item.origin, make_derivation, item.call, record)
        if spot is None or compute is None:
            return None
        codec = derived_codec(self.table.format.kind.codecs, self.table.settings)
        text = str(item.place)
        saying = SayingPlan(spots=(spot,), codec=codec, text=text, origin=item.origin)
        return BoundDerivation(
            name=str(item.call) if item.call else f"={item.text}", saying=saying, compute=compute
        )


def _fixed(text: str) -> Callable[[msgspec.Struct], Computed]:
    return lambda _document: text


def _columns(block: BlockPlan) -> list[str]:
    """The columns of a block and those inside it, in the order of the table."""
    sayings = sorted(_sayings(block), key=lambda saying: saying.order)
    return [spot.column for saying in sayings for spot in saying.spots if isinstance(spot, ColumnSpot)]


def _sayings(block: BlockPlan) -> Iterator[SayingPlan]:
    for row in block.rows:
        yield from row.sayings
    for inner in block.blocks:
        yield from _sayings(inner)
