"""The places a table names, as they are written: elements, keys, columns, and where a block stands."""

from __future__ import annotations

import re
from enum import StrEnum

import msgspec

__all__ = [
    "At",
    "CsvPlace",
    "FormatKind",
    "FormatName",
    "Here",
    "JsonPlace",
    "Origin",
    "Place",
    "Qualifier",
    "RowsPlace",
    "X12Place",
    "XmlPlace",
    "qualifiers_text",
    "quoted",
]


class FormatKind(StrEnum):
    """The families of formats a table can map."""

    X12 = "x12"
    JSON = "json"
    CSV = "csv"
    FIXED = "fixed"
    XML = "xml"

    @property
    def is_tree(self) -> bool:
        """Whether its documents are trees of objects, arrays and values: XML and fixed-width files are read
        into such trees."""
        return self in (FormatKind.JSON, FormatKind.FIXED, FormatKind.XML)

    @property
    def codecs(self) -> FormatKind:
        """The family whose codecs and code lists it has: all flat files have those of delimited ones."""
        return FormatKind.CSV if self is FormatKind.FIXED else self

    @property
    def column(self) -> str:
        """The name of this format in `ext` of canonical records; that of its codecs heads code lists."""
        return "spapi" if self is FormatKind.JSON else self.value


class Origin(msgspec.Struct, frozen=True):
    """Where something stands in a table's file; `line` counts from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class FormatName(msgspec.Struct, frozen=True):
    """The `format` of a table: `x12 850 004010 005010`, `json orders`, `xml order`, `csv` or `fixed order`.

    `schema` names what the places are checked against: transaction set, layout, or schema of JSON or XML. A
    table of X12 serves one or several `releases`; one that is to be bound has just the one it is bound for.
    """

    kind: FormatKind
    schema: str = ""
    releases: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " ".join(part for part in (self.kind.value, self.schema, *self.releases) if part)

    @property
    def release(self) -> str:
        """The first of the releases, "" in formats that have none."""
        return self.releases[0] if self.releases else ""

    def of(self, release: str) -> FormatName:
        """The same for one release alone."""
        return msgspec.structs.replace(self, releases=(release,) if release else ())

    def covers(self, other: FormatName) -> bool:
        """Whether all releases of another format, and what else it says, are among these."""
        alike = (self.kind, self.schema) == (other.kind, other.schema)
        return alike and set(other.releases) <= set(self.releases)


class Qualifier(msgspec.Struct, frozen=True):
    """`[04=01]`: only a segment whose element (or component of it) has this value."""

    element: int
    value: str
    component: int | None = None

    def __str__(self) -> str:
        component = "" if self.component is None else f"-{self.component:02d}"
        return f"{self.element:02d}{component}={quoted(self.value)}"


class X12Place(msgspec.Struct, frozen=True):
    """`CTT/AMT[TT]02`: loops below the block's own, segment, qualifiers, element.

    `second` is what follows a hyphen: the last element of a range (`PO106-25`) or a component (`REF04-02`);
    only the schema can tell which. `element` is None where a whole segment is meant (`at: N1`).
    """

    tag: str
    loops: tuple[str, ...] = ()
    qualifiers: tuple[Qualifier, ...] = ()
    element: int | None = None
    second: int | None = None

    def __str__(self) -> str:
        element = "" if self.element is None else f"{self.element:02d}"
        second = "" if self.second is None else f"-{self.second:02d}"
        return f"{self.segment}{element}{second}"

    @property
    def segment(self) -> str:
        """The place without its element: `CTT/AMT[01=TT]`."""
        return "/".join((*self.loops, self.tag)) + qualifiers_text(self.qualifiers)


def qualifiers_text(qualifiers: tuple[Qualifier, ...]) -> str:
    """Qualifiers as a table has them: `[CR]` for `[01=CR]` alone, else `[01=F,02=CS]`."""
    if not qualifiers:
        return ""
    if len(qualifiers) == 1 and qualifiers[0].element == 1 and qualifiers[0].component is None:
        return f"[{quoted(qualifiers[0].value)}]"
    return f"[{','.join(map(str, qualifiers))}]"


def quoted(text: str) -> str:
    """A value as a cell has it: in quotes when it is no plain word."""
    if re.fullmatch(r"[^\s\"\\,=()\[\]]+", text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


class JsonPlace(msgspec.Struct, frozen=True):
    """`netCost.amount`: keys from the object of the block. `array`: `items[]`, in a block's `at` only.

    In a fixed-width file the keys are record and field, `LIN.quantity`; a block stands at a record.
    """

    keys: tuple[str, ...]
    array: bool = False

    def __str__(self) -> str:
        return ".".join(self.keys) + ("[]" if self.array else "")


class XmlPlace(msgspec.Struct, frozen=True):
    """`header/orderNumber`, `price/@perUnit`: elements from that of the block, an attribute last.

    `.` alone is the text of the block's own element.
    """

    keys: tuple[str, ...]

    def __str__(self) -> str:
        return "/".join(self.keys)


class CsvPlace(msgspec.Struct, frozen=True):
    """A column by its name in the header row."""

    column: str

    def __str__(self) -> str:
        return self.column if self.column.isidentifier() else f'"{self.column}"'


class RowsPlace(msgspec.Struct, frozen=True):
    """`rows by line_number`: rows equal in these columns are one item; without columns every row is one.

    `otherwise`: the columns that tell rows apart which have nothing in `columns`.
    """

    columns: tuple[str, ...] = ()
    otherwise: tuple[str, ...] = ()

    def __str__(self) -> str:
        by = f" by {' + '.join(self.columns)}" if self.columns else ""
        return f"rows{by}" + (f" or {' + '.join(self.otherwise)}" if self.otherwise else "")


class Here(msgspec.Struct, frozen=True):
    """`at: "."`: the block stands where its parent stands, without a loop, object or rows of its own."""

    def __str__(self) -> str:
        return "."


Place = X12Place | JsonPlace | XmlPlace | CsvPlace
At = X12Place | JsonPlace | XmlPlace | RowsPlace | Here
