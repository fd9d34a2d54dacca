"""What a fixed-width file looks like: its records, told apart by a tag, and the fields in each of them."""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property

import msgspec

__all__ = ["Field", "FieldKind", "Layout", "RecordType", "Sign", "Stands"]


class FieldKind(StrEnum):
    """What a field holds. `COUNT` and `CONSTANT` belong to the file; a mapping table does not see them."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    COUNT = "count"
    CONSTANT = "constant"


class Sign(StrEnum):
    """Where a number has its sign. `OVERPUNCH`: in its last digit, `{` and A to I for plus, `}` and J to R
    for minus, as zoned decimals of mainframes are shown in text."""

    NONE = "none"
    LEADING = "leading"
    TRAILING = "trailing"
    OVERPUNCH = "overpunch"


class Stands(StrEnum):
    """How often a record stands: once in the file, once for each document (it opens it), once or many times
    within the record around it."""

    FILE = "file"
    DOCUMENT = "document"
    ONCE = "once"
    MANY = "many"


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One field. `start` counts from 1, in characters.

    `decimals`: how many digits stand behind a decimal point that is not written; None where it is written.
    `argument`: the pattern of a date, the record (or `records`) that is counted, or the constant.
    `zeros_empty`: a field of zeros alone holds nothing, and nothing is written as zeros.
    """

    name: str
    start: int
    length: int
    kind: FieldKind = FieldKind.TEXT
    decimals: int | None = None
    argument: str = ""
    sign: Sign = Sign.NONE
    right: bool = False
    fill: str = " "
    required: bool = False
    zeros_empty: bool = False

    @property
    def end(self) -> int:
        """The position behind the last character, from 0."""
        return self.start - 1 + self.length

    @property
    def is_mapped(self) -> bool:
        """Whether a mapping table reads and writes it."""
        return self.kind not in (FieldKind.COUNT, FieldKind.CONSTANT)


class RecordType(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One kind of record. `within`: the record it belongs to, "" for one of the file or document itself.

    `end` is the position behind its last field.
    """

    name: str
    tag: str
    stands: Stands
    within: str = ""
    required: bool = False
    fields: tuple[Field, ...] = ()
    end: int = 0

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """The fields by name."""
        return {field.name: field for field in self.fields}


class Layout(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A kind of fixed-width file. `tag_start` counts from 1.

    `length`: how long every record is, None where each ends with its last field. `trimmed`: blanks at the end
    of records may be left out. `line_end` is "" for records without line ends.
    """

    name: str
    file: str
    tag_start: int
    tag_length: int
    records: tuple[RecordType, ...]
    length: int | None = None
    trimmed: bool = False
    charset: str = "utf-8"
    line_end: str = "\r\n"

    @cached_property
    def by_tag(self) -> dict[str, RecordType]:
        """The records by their tags."""
        return {record.tag: record for record in self.records}

    @cached_property
    def by_name(self) -> dict[str, RecordType]:
        """The records by name."""
        return {record.name: record for record in self.records}

    @cached_property
    def order(self) -> dict[str, int]:
        """The place of each record in the order of the file."""
        return {record.name: number for number, record in enumerate(self.records)}

    @cached_property
    def document(self) -> RecordType:
        """The record that opens a document."""
        return next(record for record in self.records if record.stands is Stands.DOCUMENT)

    @cached_property
    def inside(self) -> dict[str, tuple[RecordType, ...]]:
        """The records within each group: "" is that of a document, with those of the file."""
        names = ("", *(record.name for record in self.records if record.stands is Stands.MANY))
        return {name: tuple(each for each in self.records if each.within == name) for name in names}

    def length_of(self, record: RecordType) -> int:
        """How many characters a record has."""
        return self.length or record.end

    def tag_of(self, text: str) -> str:
        """The tag in the text of a record."""
        return text[self.tag_start - 1 : self.tag_start - 1 + self.tag_length].strip()

    @cached_property
    def schema(self) -> dict[str, object]:
        """What a mapping table may name, as a JSON Schema: groups of records are objects, fields have texts.

        A record stands as an object under its name, beside the lists of records that are many in its group.
        """
        return self._group("")

    def _group(self, name: str) -> dict[str, object]:
        properties: dict[str, object] = {}
        required: list[str] = []
        own = (self.by_name[name],) if name else ()
        for record in (*own, *self.inside[name]):
            if record.stands is Stands.MANY and record.name != name:
                properties[record.name] = {"type": "array", "items": self._group(record.name)}
            else:
                properties[record.name] = _fields(record)
            if record.required and any(field.is_mapped for field in record.fields):
                required.append(record.name)
        return {
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": False,
        }


def _fields(record: RecordType) -> dict[str, object]:
    mapped = [field for field in record.fields if field.is_mapped]
    return {
        "type": "object",
        "properties": {field.name: {} for field in mapped},
        "required": [field.name for field in mapped if field.required],
        "additionalProperties": False,
    }
