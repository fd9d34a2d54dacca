"""A mapping table as it was written: rows and blocks of canonical path and place, each with file and line.

`parse.py` makes these from YAML, `overlay.py` merges them, `resolve.py` binds them to records and schemas.
The grammar is told in `docs/mappings.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from gateway.mapping.plan_places import (
    At,
    CsvPlace,
    FormatKind,
    FormatName,
    Here,
    JsonPlace,
    Origin,
    Place,
    Qualifier,
    RowsPlace,
    X12Place,
    XmlPlace,
    qualifiers_text,
)

if TYPE_CHECKING:
    from gateway.mapping.orders.model import Ordered

__all__ = [
    "At",
    "Block",
    "CodecCall",
    "Completion",
    "ComputedValue",
    "CsvPlace",
    "CsvSettings",
    "Derivation",
    "Direction",
    "Each",
    "Entry",
    "FieldValue",
    "Filter",
    "Fixed",
    "FormatKind",
    "FormatName",
    "Here",
    "JsonPlace",
    "Origin",
    "Parameter",
    "Path",
    "Place",
    "Qualifier",
    "Removal",
    "Row",
    "RowsPlace",
    "Saying",
    "Step",
    "Table",
    "Word",
    "X12Place",
    "XmlPlace",
    "qualifiers_text",
]


class Filter(msgspec.Struct, frozen=True):
    """A filter: `[role=ship_to]`, `[role!=seller]` (`equal` false)."""

    field: str
    value: str
    equal: bool = True

    def __str__(self) -> str:
        return f"[{self.field}{'=' if self.equal else '!='}{self.value}]"


class Each(msgspec.Struct, frozen=True):
    """`[]`, or `[ItemNode]`: every item of a list, or every one of this type."""

    type: str = ""

    def __str__(self) -> str:
        return f"[{self.type}]"


class Step(msgspec.Struct, frozen=True):
    """One step of a canonical path: a field or key, and which items where it is a list.

    `parameter` marks `$vendor_id`: the name is the value of that parameter of the agreement.
    """

    name: str
    items: Each | Filter | None = None
    parameter: bool = False

    def __str__(self) -> str:
        return f"{'$' if self.parameter else ''}{self.name}{self.items or ''}"


class Path(msgspec.Struct, frozen=True):
    """A canonical path from the record of its block, or `up` blocks further out (`^currency`)."""

    steps: tuple[Step, ...]
    up: int = 0

    def __str__(self) -> str:
        return "^" * self.up + ".".join(map(str, self.steps))


class CodecCall(msgspec.Struct, frozen=True):
    """`code(purpose)`: the codec by name, with its arguments as written."""

    name: str = "text"
    arguments: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.name}({', '.join(self.arguments)})" if self.arguments else self.name


class Fixed(msgspec.Struct, frozen=True):
    """A value written in the table."""

    text: str

    def __str__(self) -> str:
        return self.text


class Parameter(msgspec.Struct, frozen=True):
    """A value the agreement gives: `$currency`."""

    name: str

    def __str__(self) -> str:
        return f"${self.name}"


class FieldValue(msgspec.Struct, frozen=True):
    """Another field's value: of the same record (`default=.date`) or of one around it (`default=^date`)."""

    path: Path

    def __str__(self) -> str:
        return str(self.path) if self.path.up else f".{self.path}"


class ComputedValue(msgspec.Struct, frozen=True):
    """The value that a named function makes of the record: `default=answer()`."""

    call: CodecCall

    def __str__(self) -> str:
        return f"{self.call.name}()"


Word = Fixed | Parameter


class Direction(StrEnum):
    """Which way a row goes."""

    BOTH = "both"
    READ = "read-only"
    WRITE = "write-only"


class Saying(msgspec.Struct, frozen=True, kw_only=True):
    """One way in which the format says the fields of a row: places, codec, words.

    `repeated` (a star after the last place): the places stand again in each further segment of the tag.
    `fills`: it is written only into a segment or object that other rows make.
    """

    places: tuple[Place, ...]
    codec: CodecCall = CodecCall()
    repeated: bool = False
    required: bool = False
    direction: Direction = Direction.BOTH
    default: Word | FieldValue | ComputedValue | None = None
    absent: Word | None = None
    fills: bool = False
    origin: Origin

    def __str__(self) -> str:
        codec = "" if self.codec == CodecCall() else f" {self.codec}"
        return "+".join(map(str, self.places)) + ("*" if self.repeated else "") + codec


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One row: the fields, and how the format says them; or `constant`, where the format cannot say them.

    `key` is the path as an overlay names it.
    """

    key: str
    fields: tuple[Path, ...]
    sayings: tuple[Saying, ...] = ()
    constant: Word | None = None
    origin: Origin


class Removal(msgspec.Struct, frozen=True):
    """`key: null` in an overlay: the row or block of this path is taken away."""

    key: str
    origin: Origin


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """One loop, array, group of rows or object of the format, and the record (or list of records) it fills.

    `at` is None in an overlay that leaves it as it is. `writes` names the function that says which items of
    the list are written. The outermost block of a table has an empty path.
    """

    key: str
    path: Path
    at: At | None
    entries: tuple[Entry, ...]
    writes: CodecCall | None = None
    origin: Origin


Entry = Row | Block | Removal


class Derivation(msgspec.Struct, frozen=True, kw_only=True):
    """A place whose value is computed: `CTT01: line_count`, `CTT01: count(lines)`, `BIG07: =DI`.

    Either `call` or `text` is given. `removed` marks `null` in an overlay.
    """

    place: Place
    call: CodecCall | None = None
    text: str | None = None
    removed: bool = False
    origin: Origin


class Completion(msgspec.Struct, frozen=True, kw_only=True):
    """One line of `crossrefs`: `lines[]: items(ids.asin, ids.upc -> ids.vendor_sku, case_size) hold`.

    `path` leads to the records (None: the document itself). `keys` are tried in turn, each of one field or of
    several together. `fills`: what is filled where it is missing. On a miss the document is held (`hold`),
    the first field takes the `default`, or it goes on as it is.
    """

    path: Path | None
    crossref: str
    keys: tuple[tuple[Path, ...], ...]
    fills: tuple[Path, ...]
    hold: bool = False
    default: Word | None = None
    direction: Direction = Direction.BOTH
    origin: Origin


class CsvSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How a delimited file is written down. `document_key`: the columns whose values tell documents apart.

    `date` is a pattern of YYYY, YY, MM and DD, `other_dates` are those that are read beside it. `columns`:
    the order of columns to write (else table order). `files`: the names of two files, one of documents and
    one of their items, where a folder is written.
    """

    document_key: tuple[str, ...] = ()
    delimiter: str = ","
    quote: str = '"'
    line_end: str = "\r\n"
    charset: str = "utf-8"
    decimal: str = "."
    date: str = "YYYY-MM-DD"
    other_dates: tuple[str, ...] = ()  # as an agreement says
    columns: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A whole table, overlays merged in. `shape` and `via` are given together or not at all.

    `overlays` names those merged, in order. `crossrefs` has the completions by the records they are for, as
    an overlay names them; none where an overlay takes them away. `order` has what is taken from the order
    likewise.
    """

    name: str
    document: str
    format: FormatName
    root: Block
    derived: tuple[Derivation, ...] = ()
    crossrefs: Mapping[str, tuple[Completion, ...]] = msgspec.field(default_factory=dict)
    order: Mapping[str, Ordered | None] = msgspec.field(default_factory=dict)
    settings: CsvSettings = CsvSettings()
    shape: str = ""
    via: str = ""
    overlays: tuple[str, ...] = ()
    heads: Mapping[str, Origin] = msgspec.field(default_factory=dict)
    origin: Origin

    def at(self, head: str) -> Origin:
        """Where a head such as `document` stands, for a mistake about it."""
        return self.heads.get(head, self.origin)
