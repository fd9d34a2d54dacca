"""What the way of a document needs to know; `bootstrap.py` fills it in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from gateway.agreements.partner import Partner
from gateway.documents import Document
from gateway.documents.arithmetic import Arithmetic
from gateway.pipeline.fixed_tables import FixedTable
from gateway.pipeline.flat_tables import FlatTable
from gateway.pipeline.tables import JsonTable, SegmentTable
from gateway.schema.validator import Validator
from gateway.spapi.contents import Kind
from gateway.spapi.schema import DocumentSchema

if TYPE_CHECKING:
    from gateway.pipeline.xml_files import XmlTable

__all__ = ["Knowledge"]


class Knowledge(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a translation is made with, for one agreement. Tables are bound when they are asked for.

    `validator` judges X12 that comes in, `written_validator` what was written, with the partner's guides.
    `segment_table` takes a transaction set and GS08; `written_segment_table` and `written_json_table` the
    type of the document to write. Each gives None where there is no such table. When `xml_tables` is first
    asked, the library that reads XML is loaded. `tolerated_sets`, such as 850, are read as with `--tolerant`.
    """

    validator: Validator
    written_validator: Validator
    segment_table: Callable[[str, str], SegmentTable | None]
    written_segment_table: Callable[[type[Document]], SegmentTable | None]
    json_table: Callable[[Kind], JsonTable | None]
    written_json_table: Callable[[type[Document]], JsonTable | None]
    flat_tables: Callable[[], Sequence[FlatTable]]
    fixed_tables: Callable[[], Sequence[FixedTable]]
    xml_tables: Callable[[], Sequence[XmlTable]]
    schemas: Mapping[Kind, DocumentSchema]
    partner: Partner | None = None
    arithmetic: Arithmetic = Arithmetic()
    tolerated_sets: frozenset[str] = frozenset()
