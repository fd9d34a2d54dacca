"""A table bound to records, schema, code lists and an agreement: what the evaluator and the compiler run.

`resolve.py` makes a `Plan` from a `gateway.mapping.plan.Table`. Every path is resolved to fields that exist,
every X12 place to a row of the set definition, every codec to a pair of functions. A plan is made for one
agreement: parameters are filled in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from gateway.documents.parts import Moment
from gateway.formats.x12.definitions import SetDefinition
from gateway.mapping.codec import Codec
from gateway.mapping.pairs.model import Pair
from gateway.mapping.parameters import Parameters
from gateway.mapping.plan import CsvSettings, Direction, FormatName, Here, Origin, Qualifier
from gateway.mapping.records import Field, FieldKind

if TYPE_CHECKING:
    from gateway.mapping.orders.model import OrderPlan

__all__ = [
    "ENTRY_TEXT",
    "BlockPlan",
    "BoundAt",
    "BoundDerivation",
    "BoundPath",
    "BoundStep",
    "BoundTest",
    "ColumnSpot",
    "CompletionPlan",
    "FieldKind",
    "JsonAt",
    "JsonSpot",
    "LeftOut",
    "Plan",
    "RowPlan",
    "RowsAt",
    "SayingPlan",
    "Spot",
    "StepKind",
    "Value",
    "X12At",
    "X12Spot",
]

ENTRY_TEXT = "."  # the text of an element that has attributes, in the tree of an XML document

Value = (
    str | int | Decimal | bool | date | Moment | tuple[str, ...] | dict[str, str] | dict[str, Moment] | None
)
"""What a field of a canonical record holds, records and lists of records apart."""


class StepKind(StrEnum):
    """How a step goes on: to a field of a record, to the key of a map, to every fitting item of a list."""

    FIELD = "field"
    KEY = "key"
    ITEMS = "items"


class BoundTest(msgspec.Struct, frozen=True):
    """Which items of a list: those of type `record`, and where given whose `field` is (not) `value`."""

    record: type[msgspec.Struct]
    field: str = ""
    value: str = ""
    equal: bool = True


class BoundStep(msgspec.Struct, frozen=True):
    """One step. `record`: the type of the record (or of the items) it leads to, None at a leaf or key."""

    kind: StepKind
    name: str
    record: type[msgspec.Struct] | None = None
    test: BoundTest | None = None


class BoundPath(msgspec.Struct, frozen=True):
    """A path to a leaf. `up`: start that many blocks further out. `allowed`: the only texts the field takes.

    `fans_out`: one of the steps goes to every item of a list.
    """

    text: str
    steps: tuple[BoundStep, ...]
    kind: FieldKind
    up: int = 0
    allowed: tuple[str, ...] = ()

    @property
    def fans_out(self) -> bool:
        """Whether the path goes to every item of a list."""
        return any(step.kind is StepKind.ITEMS for step in self.steps)


class X12Spot(msgspec.Struct, frozen=True, kw_only=True):
    """An element at a row of the set definition (an index into `SetDefinition.rows()`).

    `openers`: the rows that open the loops between the block's own loop and the segment, outermost first;
    the last of them is `row` itself when the segment opens its loop. `own`: the segment is the one that opens
    the block. `last` ends a range. `component` counts from 1. `excluded`: qualifiers of the other rows, whose
    segments a repeated place leaves out. `maximum`: how many such segments the loop may hold.
    """

    text: str
    tag: str
    row: int
    openers: tuple[int, ...]
    own: bool
    qualifiers: tuple[Qualifier, ...]
    element: int
    component: int | None = None
    last: int | None = None
    excluded: tuple[tuple[Qualifier, ...], ...] = ()
    maximum: int | None = None


class JsonSpot(msgspec.Struct, frozen=True, kw_only=True):
    """A value in the object of the block. An XML document is such a tree: see `xml_schema.XmlSchema`."""

    text: str
    keys: tuple[str, ...]


class ColumnSpot(msgspec.Struct, frozen=True, kw_only=True):
    """A column."""

    text: str
    column: str


Spot = X12Spot | JsonSpot | ColumnSpot


class X12At(msgspec.Struct, frozen=True):
    """A loop (`loop`) or a repeated segment. `row` opens it, `openers` the loops between parent and it."""

    text: str
    tag: str
    row: int
    openers: tuple[int, ...]
    loop: bool
    qualifiers: tuple[Qualifier, ...] = ()


class JsonAt(msgspec.Struct, frozen=True):
    """An object, or each object of an array."""

    text: str
    keys: tuple[str, ...]
    array: bool


class RowsAt(msgspec.Struct, frozen=True):
    """Groups of rows equal in `columns`, in `otherwise` where these are blank; without columns each row."""

    text: str
    columns: tuple[str, ...]
    otherwise: tuple[str, ...] = ()


BoundAt = X12At | JsonAt | RowsAt | Here


class SayingPlan(msgspec.Struct, frozen=True, kw_only=True):
    """One way in which the format says the fields of a row.

    `default` and `absent` are canonical values, None when the row has none (or the agreement lacks the
    parameter; that of a default is named by `default_unknown`); `default_from` is another field that fills in
    (where its path leads to several, they must agree), `default_compute` a function of the block's record.
    `agreed`: the default is what the agreement says.
    `fills`: on writing it only fills a segment or object that exists (`^` rows). `awaited`:
    the order may fill what is required and cannot be read. `order` counts through the
    table: segments of one tag are written in it.
    """

    spots: tuple[Spot, ...]
    codec: Codec
    repeated: bool = False
    required: bool = False
    direction: Direction = Direction.BOTH
    default: Value = None
    default_from: BoundPath | None = None
    default_compute: Callable[[msgspec.Struct], str | None] | None = None
    default_unknown: str = ""
    agreed: bool = False
    absent: Value = None
    fills: bool = False
    awaited: bool = False
    order: int = 0
    text: str
    origin: Origin

    @property
    def must_be_read(self) -> bool:
        """Whether reading wants a value here."""
        return self.required and self.reads and self.absent is None and not self.awaited

    @property
    def reads(self) -> bool:
        """Whether reading looks here."""
        return self.direction is not Direction.WRITE

    @property
    def writes(self) -> bool:
        """Whether writing fills this."""
        return self.direction is not Direction.READ


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """A row whose key is a `parameter` that the agreement lacks. `map` is the path to the map it stands in.

    `read_places`: the places it would be read from. `writes`: it would be written.
    """

    parameter: str
    map: BoundPath
    read_places: tuple[str, ...]
    writes: bool
    origin: Origin


class RowPlan(msgspec.Struct, frozen=True, kw_only=True):
    """One row: fields and how the format says them, or the constant that stands for the one field."""

    key: str
    fields: tuple[BoundPath, ...]
    sayings: tuple[SayingPlan, ...] = ()
    constant: Value = None
    origin: Origin


class BlockPlan(msgspec.Struct, frozen=True, kw_only=True):
    """One block. `target`: the steps from the outer record to the list (`many`) or record it fills.

    `record` is the type of its items, `test` which of them. `ext`: the record has a field `ext`. `writes`: a
    function of the outer record that gives the items to write, where they are not those of the list.
    `left_out`: the rows that an agreement would complete.
    The outermost block has an empty target.
    """

    key: str
    target: tuple[BoundStep, ...]
    record: type[msgspec.Struct]
    test: BoundTest
    many: bool
    ext: bool
    at: BoundAt
    rows: tuple[RowPlan, ...]
    blocks: tuple[BlockPlan, ...]
    left_out: tuple[LeftOut, ...] = ()
    writes: Callable[[msgspec.Struct], Sequence[msgspec.Struct]] | None = None
    origin: Origin


class BoundDerivation(msgspec.Struct, frozen=True, kw_only=True):
    """A computed place. `compute` takes the shape (the document where there is none); None: not written.

    `saying` holds the place; its codec writes the computed value and reads the place as it stands.
    """

    name: str
    saying: SayingPlan
    compute: Callable[[msgspec.Struct], Decimal | int | str | None]


class CompletionPlan(msgspec.Struct, frozen=True, kw_only=True):
    """Fields that a cross-reference fills where they are missing.

    `steps` lead from the document to the records. `keys`: the paths that find a row, each key with its
    columns. `fills`: the paths that are filled, each with its column; without the first one it is a miss.
    `text`: the cell of the table.
    """

    steps: tuple[BoundStep, ...]
    crossref: str
    keys: tuple[tuple[tuple[BoundPath, ...], tuple[str, ...]], ...]
    fills: tuple[tuple[BoundPath, str], ...]
    hold: bool
    default: Value
    direction: Direction
    text: str
    origin: Origin

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns the cross-reference must have."""
        return (*(name for _, names in self.keys for name in names), *(name for _, name in self.fills))


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A table ready to run. `root.record` is the shape where there is a `pair`, else the document.

    `definition` is given for X12 only; `columns` (every column, in the order to write) for delimited files.
    `fields`: those of every record type the table fills.
    """

    name: str
    format: FormatName
    document: type[msgspec.Struct]
    root: BlockPlan
    derived: tuple[BoundDerivation, ...] = ()
    completions: tuple[CompletionPlan, ...] = ()
    orders: tuple[OrderPlan, ...] = ()
    pair: Pair | None = None
    settings: CsvSettings = CsvSettings()
    columns: tuple[str, ...] = ()
    definition: SetDefinition | None = None
    parameters: Parameters
    fields: Mapping[type[msgspec.Struct], Mapping[str, Field]]
