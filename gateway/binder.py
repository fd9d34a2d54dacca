"""Binds mapping tables to one agreement, and finds the one for a document or a file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING

from gateway.agreements.partner import Partner, X12Style
from gateway.documents import DOCUMENTS, Document
from gateway.errors import UsageError
from gateway.formats.x12.definitions import SetDefinition
from gateway.mapping.engine import Mapper
from gateway.mapping.orders.bind import completable
from gateway.mapping.orders.complete import OrderOf
from gateway.mapping.parameters import Parameters
from gateway.mapping.plan import FormatKind, FormatName, Table
from gateway.pipeline.fixed_tables import FixedTable
from gateway.pipeline.flat_tables import FlatTable
from gateway.pipeline.tables import JsonTable, SegmentTable
from gateway.schema.envelope import release_of
from gateway.spapi.contents import Kind

if TYPE_CHECKING:
    from gateway.bootstrap import Library
    from gateway.pipeline.xml_files import XmlTable

__all__ = ["Binder", "schema_name"]

# The release of a table of this document and format, "" where the format has none; None when it is not meant.
_Fits = Callable[[str, FormatName], str | None]


class Binder:
    """Binds tables to one agreement, each when it is first asked for."""

    def __init__(
        self,
        library: Library,
        parameters: Parameters,
        partner: Partner | None,
        partner_name: str | None,
        preferred: Collection[str] = (),
        orders: OrderOf | None = None,
        agreed_of: Mapping[tuple[str, str], Parameters] = MappingProxyType({}),
    ) -> None:
        """`agreed_of` has the parameters of tables for which other ones than the `parameters` were agreed, by
        their document and format."""
        self._library = library
        self._parameters = parameters
        self._agreed_of = agreed_of
        self._partner_name = partner_name
        self._orders = orders
        self._style = partner.x12 if partner else X12Style()
        self._mappers: dict[tuple[str, str], Mapper] = {}
        self._segment_tables: dict[tuple[str, str], SegmentTable] = {}  # by set and release, as installed
        self._written_tables: dict[type[Document], SegmentTable | None] = {}
        self._json_tables: dict[str, JsonTable] = {}
        self._flat_tables: tuple[FlatTable, ...] | None = None
        self._fixed_tables: tuple[FixedTable, ...] | None = None
        self._xml_tables: tuple[XmlTable, ...] | None = None
        unknown = sorted(set(preferred).difference(library.mappings.tables))
        if unknown:
            raise UsageError(f"there is no mapping table {unknown[0]}; `gateway mappings list` shows them")
        self._preferred = frozenset(preferred)

    def segment_table(self, set_id: str, gs08: str) -> SegmentTable | None:
        """The table that reads a transaction set of a group with this GS08."""
        known = self._segment_tables.get((set_id, gs08))
        if known is not None:
            return known
        release = release_of(self._library.releases, gs08)
        if release is None:
            return None
        name = release.release
        table = self._segment_tables.get((set_id, name))
        if table is None:
            table = self._segments(
                lambda document, form: name if form.schema == set_id and name in form.releases else None
            )
            if table is not None:
                self._segment_tables[set_id, name] = table
        return table

    def written_segment_table(self, document: type[Document]) -> SegmentTable | None:
        """The table that writes a document as X12, in the release of the agreement."""
        if document not in self._written_tables:
            self._written_tables[document] = self._segments(
                lambda name, form: self._written(form) if name == document.__name__ else None
            )
        return self._written_tables[document]

    def json_table(self, kind: Kind) -> JsonTable | None:
        """The table that reads this kind of vendor document."""
        return self._vendor(lambda document, form: "" if form.schema == schema_name(kind) else None)

    def written_json_table(self, document: type[Document]) -> JsonTable | None:
        """The table that writes a document for SP-API."""
        return self._vendor(lambda name, form: "" if name == document.__name__ else None)

    def flat_tables(self) -> tuple[FlatTable, ...]:
        """The tables of delimited files; the one asked for alone, when one was."""
        if self._flat_tables is None:
            tables = self._of(FormatKind.CSV, lambda document, form: "")
            self._flat_tables = tuple(FlatTable(self._mapper(table), _document_of(table)) for table in tables)
        return self._flat_tables

    def fixed_tables(self) -> tuple[FixedTable, ...]:
        """The tables of fixed-width files; the one asked for alone, when one was."""
        if self._fixed_tables is None:
            layouts = self._library.layouts
            self._fixed_tables = tuple(
                FixedTable(self._mapper(table), _document_of(table), layouts[table.format.schema])
                for table in self._of(FormatKind.FIXED, lambda document, form: "")
            )
        return self._fixed_tables

    def _written(self, form: FormatName) -> str | None:
        """The release in which the agreement writes a set, when a table of this format can."""
        release = self._style.release_of(form.schema)
        return release if release in form.releases else None

    def xml_tables(self) -> tuple[XmlTable, ...]:
        """The tables of XML; the one asked for alone, when one was. Each is bound when it is first used."""
        if self._xml_tables is None:
            from gateway.pipeline.xml_files import XmlTable  # noqa: PLC0415 - lxml is loaded for XML alone

            schemas = self._library.xml_schemas
            tables = self._of(FormatKind.XML, lambda document, form: "" if form.schema in schemas else None)
            self._xml_tables = tuple(
                XmlTable(partial(self._mapper, table), schemas[table.format.schema], _document_of(table))
                for table in tables
            )
        return self._xml_tables

    def _segments(self, fits: _Fits) -> SegmentTable | None:
        for table in self._of(FormatKind.X12, fits):
            return SegmentTable(self._mapper(table), self._definition(table))
        return None

    def _vendor(self, fits: _Fits) -> JsonTable | None:
        for table in self._of(FormatKind.JSON, fits):
            if table.name not in self._json_tables:
                kind = next(kind for kind in Kind if schema_name(kind) == table.format.schema)
                self._json_tables[table.name] = JsonTable(self._mapper(table), kind)
            return self._json_tables[table.name]
        return None

    def _definition(self, table: Table) -> SetDefinition:
        return self._library.releases[table.format.release].sets[table.format.schema]

    def _of(self, kind: FormatKind, fits: _Fits) -> list[Table]:
        """The tables of a family that fit; preferred ones alone when some are among them."""
        tables = []
        for name in self._library.mappings.tables:
            document, form = self._library.heads(name)
            release = fits(document, form) if form.kind is kind else None
            if release is not None:
                tables.append(self._library.table(name, self._partner_name, release))
        preferred = [table for table in tables if table.name in self._preferred]
        return preferred or tables

    def _mapper(self, table: Table) -> Mapper:
        bound = (table.name, table.format.release)
        if bound not in self._mappers:
            parameters = self._agreed_of.get((table.document, table.format.kind.column), self._parameters)
            plan = self._library.sound_plan(table.name, parameters, self._partner_name, table.format.release)
            if self._orders is not None and plan.orders:
                plan = completable(plan)
            crossrefs = partial(self._library.crossref, plan, self._partner_name)
            self._mappers[bound] = Mapper(
                plan, partial(self._library.compiled, plan), crossrefs, self._orders
            )
        return self._mappers[bound]


def _document_of(table: Table) -> type[Document]:
    return next(document for document in DOCUMENTS if document.__name__ == table.document)


def schema_name(kind: Kind) -> str:
    """What a table's `format: json …` calls the schema of this kind."""
    return PurePosixPath(kind.schema_file).name.removesuffix(".schema.json")
