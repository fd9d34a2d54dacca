"""Where the parts are chosen and put together: the data files of a workspace, and what is made of them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cached_property, partial
from pathlib import Path, PurePosixPath
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import msgspec

import gateway.mapping
from gateway.agreements.judge import Known
from gateway.agreements.parse import parse_partner
from gateway.agreements.partner import CaseCost, LineTax, Partner, X12Style
from gateway.code_cache import content_key
from gateway.documents import DOCUMENTS, Document
from gateway.documents.arithmetic import Arithmetic
from gateway.errors import DataFileError, Mistake, UsageError
from gateway.formats import json
from gateway.formats.json import JsonObject
from gateway.formats.x12.definitions import Release, SetDefinition
from gateway.mapping.bound import Plan
from gateway.mapping.compiled import Compiled, key, load, source
from gateway.mapping.engine import Mapper
from gateway.mapping.library import Library as MappingLibrary
from gateway.mapping.load import Mappings, load_mappings, parse_mapping
from gateway.mapping.pairs import PAIRS
from gateway.mapping.parameters import Parameters
from gateway.mapping.plan import FormatKind, FormatName, Table
from gateway.mapping.resolve import resolve
from gateway.pipeline.knowledge import Knowledge
from gateway.pipeline.tables import FlatTable, JsonTable, SegmentTable
from gateway.schema.envelope import release_of
from gateway.spapi.contents import Kind
from gateway.spapi.schema import compiled
from gateway.standards import Standards
from gateway.workspace import Workspace

MAPPINGS = "mappings"

_Fits = Callable[[str, FormatName], bool]  # whether a table of this document and format is meant


class Library(Standards):
    """What a workspace knows, read when it is first asked for. Faulty data files raise `DataFileError`."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._tables: dict[str, Table] = {}  # at most one for each file

    @cached_property
    def vendor_schemas(self) -> dict[Kind, JsonObject]:
        """The JSON schemas of SP-API as they are written, by what they describe."""
        return {kind: self._json(f"schemas/{kind.schema_file}") for kind in Kind}

    @cached_property
    def mapping_texts(self) -> dict[str, str]:
        """The mapping tables and code lists by path."""
        return self.workspace.texts(MAPPINGS)

    @cached_property
    def mappings(self) -> Mappings:
        """The mapping tables, not yet read, and the code lists."""
        mappings, mistakes = load_mappings(self.mapping_texts)
        _refuse(mistakes)
        return mappings

    @cached_property
    def mapping_ground(self) -> MappingLibrary:
        """What mapping tables are checked against: all but the code lists, which are checked with them."""
        return MappingLibrary(
            documents={document.__name__: document for document in DOCUMENTS},
            pairs=PAIRS,
            sets={
                (set_id, name): each for name, r in self.releases.items() for set_id, each in r.sets.items()
            },
            schemas={
                _schema_name(kind): _definition(schema, kind) for kind, schema in self.vendor_schemas.items()
            },
        )

    @cached_property
    def mapping_library(self) -> MappingLibrary:
        """What mapping tables are bound against."""
        return msgspec.structs.replace(self.mapping_ground, lists=self.mappings.lists)

    @cached_property
    def tables(self) -> dict[str, Table]:
        """All mapping tables by name."""
        mistakes: list[Mistake] = []
        for name in self.mappings.tables:
            try:
                self.table(name)
            except DataFileError as fault:
                mistakes += fault.mistakes
        _refuse(mistakes)
        return {name: self.table(name) for name in self.mappings.tables}

    def table(self, name: str) -> Table:
        """A mapping table, read when it is first asked for; `UsageError` when there is none of this name."""
        if name not in self.mappings.tables:
            raise UsageError(f"there is no mapping table {name}; `gateway mappings list` shows them")
        if name not in self._tables:
            table, mistakes = parse_mapping(self.mappings, name)
            if table is None or mistakes:
                raise DataFileError(mistakes)
            self._tables[name] = table
        return self._tables[name]

    def heads(self, name: str) -> tuple[str, FormatName]:
        """The document and the format of a table; its rows are only read when they stand before these."""
        held = self.mappings.tables[name]
        if held.format is not None and held.document:
            return held.document, held.format
        table = self.table(name)
        return table.document, table.format

    def plan(self, table: str, parameters: Parameters) -> Plan:
        """A table bound to an agreement; `UsageError` when there is none of this name."""
        plan, mistakes = resolve(self.table(table), self.mapping_library, parameters)
        if plan is None:
            raise DataFileError(mistakes)
        return plan

    def compiled(self, plan: Plan) -> Compiled:
        """The generated functions of a table; their text is taken from the code cache when it is there."""
        cache, name = self.workspace.code_cache, content_key(key(plan).encode(), self._generator)
        kept = cache.load(name) if cache is not None else None
        functions = load(kept.decode(), plan) if kept is not None else None
        if functions is None:
            text = source(plan)
            functions = load(text, plan)
            assert functions is not None, "a text generated for a plan belongs to it"
            if cache is not None:
                cache.store(name, text.encode())
        return functions

    @cached_property
    def _generator(self) -> bytes:
        """The program texts that generate code: what another version of them made must not be run."""
        folder = Path(gateway.mapping.__file__).parent
        return b"".join(path.read_bytes() for path in sorted(folder.rglob("*.py")))

    def partner(self, name: str) -> Partner:
        """The partner described by `partners/<name>/partner.yaml`; `UsageError` when there is none."""
        relative = f"partners/{name}/partner.yaml"
        return parse_partner(self.workspace.read(relative), relative, self._known)

    @cached_property
    def _known(self) -> Known:
        """What a partner file may name."""
        items = self.mappings.lists.get("item-id")
        return Known(
            qualifiers=_codes(self.envelope, "I05"),
            versions=_codes(self.envelope, "I11"),
            releases=self.releases,
            schemes=items.words if items is not None else None,
            is_zone=_is_zone,
            zones=available_timezones,
        )

    def knowledge(self, partner: str | None, mapping: str | None) -> Knowledge:
        """What a translation is made with, for a partner (or none) and with a table in place of the usual."""
        agreed = self.partner(partner) if partner is not None else None
        binder = Binder(self, agreed, mapping)
        return Knowledge(
            validator=self.validator,
            segment_table=binder.segment_table,
            written_segment_table=binder.written_segment_table,
            json_table=binder.json_table,
            written_json_table=binder.written_json_table,
            flat_tables=binder.flat_tables,
            schemas={kind: compiled(schema, kind.definition) for kind, schema in self.vendor_schemas.items()},
            partner=agreed,
            arithmetic=arithmetic_of(agreed) if agreed else Arithmetic(),
        )

    def _json(self, relative: str) -> JsonObject:
        tree, findings = json.parse(self.workspace.read(relative).encode())
        if not isinstance(tree, dict):
            problem = findings[0].message if findings else "it is no object"
            raise DataFileError(((relative, 0, f"not a JSON schema: {problem}"),))
        return tree


class Binder:
    """Binds tables to one agreement, each when it is first asked for."""

    def __init__(self, library: Library, partner: Partner | None, mapping: str | None) -> None:
        self._library = library
        self._parameters = parameters_of(partner)
        self._release = (partner.x12 if partner else X12Style()).release
        self._mappers: dict[str, Mapper] = {}
        if mapping is not None and mapping not in library.mappings.tables:
            raise UsageError(f"there is no mapping table {mapping}; `gateway mappings list` shows them")
        self._preferred = mapping

    def segment_table(self, set_id: str, gs08: str) -> SegmentTable | None:
        """The table that reads a transaction set of a group with this GS08."""
        release = release_of(self._library.releases, gs08)
        if release is None:
            return None
        return self._segments(
            lambda document, form: form.schema == set_id and form.release == release.release
        )

    def written_segment_table(self, document: type[Document]) -> SegmentTable | None:
        """The table that writes a document as X12, in the release of the agreement."""
        return self._segments(lambda name, form: name == document.__name__ and form.release == self._release)

    def json_table(self, kind: Kind) -> JsonTable | None:
        """The table that reads this kind of vendor document."""
        return self._vendor(lambda document, form: form.schema == _schema_name(kind))

    def written_json_table(self, document: type[Document]) -> JsonTable | None:
        """The table that writes a document for SP-API."""
        return self._vendor(lambda name, form: name == document.__name__)

    def flat_tables(self) -> tuple[FlatTable, ...]:
        """The tables of delimited files; the one asked for alone, when one was."""
        tables = self._of(FormatKind.CSV, lambda document, form: True)
        return tuple(FlatTable(self._mapper(table), _document_of(table)) for table in tables)

    def _segments(self, fits: _Fits) -> SegmentTable | None:
        for table in self._of(FormatKind.X12, fits):
            return SegmentTable(self._mapper(table), self._definition(table))
        return None

    def _vendor(self, fits: _Fits) -> JsonTable | None:
        for table in self._of(FormatKind.JSON, fits):
            kind = next(kind for kind in Kind if _schema_name(kind) == table.format.schema)
            return JsonTable(self._mapper(table), kind)
        return None

    def _definition(self, table: Table) -> SetDefinition:
        return self._library.releases[table.format.release].sets[table.format.schema]

    def _of(self, kind: FormatKind, fits: _Fits) -> list[Table]:
        """The tables of a family that fit; the preferred one alone when it is among them."""
        tables = []
        for name in self._library.mappings.tables:
            document, form = self._library.heads(name)
            if form.kind is kind and fits(document, form):
                tables.append(self._library.table(name))
        preferred = [table for table in tables if table.name == self._preferred]
        return preferred or tables

    def _mapper(self, table: Table) -> Mapper:
        if table.name not in self._mappers:
            plan = self._library.plan(table.name, self._parameters)
            self._mappers[table.name] = Mapper(plan, partial(self._library.compiled, plan))
        return self._mappers[table.name]


def parameters_of(partner: Partner | None) -> Parameters:
    """What an agreement fills in where a format is silent."""
    if partner is None:
        return Parameters()
    terms = partner.terms
    named = {
        "currency": terms.currency,
        "vendor_code": terms.vendor_code,
        "vendor_item_id": terms.vendor_item_id,
    }
    values = {name: value for name, value in named.items() if value is not None}
    return Parameters(values=values, zone=ZoneInfo(terms.zone))


def arithmetic_of(partner: Partner) -> Arithmetic:
    """How a partner adds up an invoice."""
    agreed = partner.terms.invoice
    return Arithmetic(
        total_includes_tax=agreed.total_includes_tax,
        line_tax_per_unit=agreed.line_tax is LineTax.PER_UNIT,
        case_cost_per_each=agreed.case_cost is CaseCost.PER_EACH,
    )


def _codes(release: Release, element: str) -> Collection[str] | None:
    """The codes of an element when all of them are listed."""
    codes = release.elements[element].codes
    return codes.codes if codes is not None and codes.whole else None


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder of zones, such as Europe
        return False
    return True


def _document_of(table: Table) -> type[Document]:
    return next(document for document in DOCUMENTS if document.__name__ == table.document)


def _schema_name(kind: Kind) -> str:
    """What a table's `format: json …` calls the schema of this kind."""
    return PurePosixPath(kind.schema_file).name.removesuffix(".schema.json")


def _definition(schema: JsonObject, kind: Kind) -> JsonObject:
    """The schema of one document, out of that of the payload which holds a list of them."""
    definitions = schema["$defs"]
    assert isinstance(definitions, dict)
    return {"$ref": f"#/$defs/{kind.definition}", "$defs": definitions}


def _refuse(mistakes: list[Mistake] | tuple[Mistake, ...]) -> None:
    if mistakes:
        raise DataFileError(tuple(mistakes))
