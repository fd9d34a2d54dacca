"""What the way of a document needs to know; `bootstrap.py` fills it in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import msgspec

from gateway.agreements.partner import Partner
from gateway.documents import Document
from gateway.documents.arithmetic import Arithmetic
from gateway.findings import Finding
from gateway.formats.json import JsonObject
from gateway.formats.x12.model import Delimiters
from gateway.schema.validator import Validator
from gateway.spapi.contents import Kind
from gateway.spapi.schema import DocumentSchema

__all__ = ["FlatTable", "JsonTable", "Knowledge", "Outcome", "SegmentTable"]


class Outcome(msgspec.Struct, frozen=True):
    """What a table made of a document: the document when it could be made, and all findings."""

    document: Document | None
    findings: tuple[Finding, ...] = ()


class SegmentTable(Protocol):
    """A mapping table of X12, bound to an agreement."""

    name: str
    set_id: str
    functional_group: str
    release: str
    document: type[Document]

    def read(self, elements: Sequence[Sequence[str]], rows: Sequence[int], delimiters: Delimiters) -> Outcome:
        """The document of a set's split segments; `rows` are their places in the definition."""

    def write(
        self, document: Document, delimiters: Delimiters
    ) -> tuple[list[list[str]] | None, tuple[Finding, ...]]:
        """The segments between ST and SE, with components joined."""


class JsonTable(Protocol):
    """A mapping table of SP-API JSON, bound to an agreement."""

    name: str
    kind: Kind
    document: type[Document]

    def read(self, tree: JsonObject, pointer: str) -> Outcome:
        """The document of one object."""

    def write(self, document: Document) -> tuple[JsonObject | None, tuple[Finding, ...]]:
        """The object of one document."""


class FlatTable(Protocol):
    """A mapping table of delimited files, bound to an agreement."""

    name: str
    document: type[Document]

    def fits(self, header: Sequence[str]) -> int | None:
        """How many columns of a header row the table knows; None when one that it cannot do without lacks."""

    def header(self, data: bytes) -> tuple[str, ...]:
        """The header row of a file, read by the settings of this table; empty when it has none."""

    def read(self, data: bytes) -> tuple[Outcome, ...]:
        """The documents of a file; faults of the file as a whole are findings of an outcome without one."""

    def write(self, documents: Sequence[Document]) -> tuple[bytes | None, tuple[Finding, ...]]:
        """The file of these documents."""


class Knowledge(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a translation is made with, for one agreement. Tables are bound when they are asked for."""

    validator: Validator
    segment_table_to_read: Callable[[str, str], SegmentTable | None]  # set, GS08
    segment_table_to_write: Callable[[type[Document]], SegmentTable | None]
    json_table: Callable[[Kind], JsonTable | None]
    json_table_to_write: Callable[[type[Document]], JsonTable | None]
    flat_tables: Callable[[], Sequence[FlatTable]]
    schemas: Mapping[Kind, DocumentSchema]
    partner: Partner | None = None
    arithmetic: Arithmetic = Arithmetic()
