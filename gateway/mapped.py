"""The mapping tables of a workspace with all that they are checked and bound against."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import msgspec

import gateway.documents
import gateway.mapping
from gateway.binder import schema_name
from gateway.code_cache import content_key
from gateway.documents import DOCUMENTS
from gateway.errors import DataFileError, Mistake, UsageError
from gateway.formats import json
from gateway.formats.fixed_layout import Layout
from gateway.formats.fixed_layout_parse import parse_layout
from gateway.formats.json import JsonObject
from gateway.guided import PARTNERS, GuidedStandards
from gateway.kept_nodes import KeptNodes
from gateway.mapping.bound import Plan
from gateway.mapping.check import EVERY_PARAMETER, check_plan, told_of_overlays
from gateway.mapping.crossrefs.check import missing_in_crossrefs
from gateway.mapping.crossrefs.model import CrossReference
from gateway.mapping.library import Library as MappingLibrary
from gateway.mapping.load import MappingFile, Mappings, load_mappings, load_overlays, parse_mapping
from gateway.mapping.pairs import PAIRS
from gateway.mapping.parameters import Parameters
from gateway.mapping.plan import FormatName, Table
from gateway.mapping.resolve import resolve
from gateway.mapping.unknown import lacks_parameters
from gateway.schema.load import InstalledSets
from gateway.spapi.contents import Kind
from gateway.workspace import Workspace

if TYPE_CHECKING:
    from gateway.formats.xml_judge import Shape
    from gateway.formats.xml_schema import XmlSchema
    from gateway.mapping.compiled import Compiled

FLAT_SCHEMAS = "schemas/flat"
XML_SCHEMAS = "schemas/xml"
XML_PARTS = "common"  # the file of types that the schemas of documents include
MAPPINGS = "mappings"
CROSSREFS = "crossrefs"


class MappedStandards(GuidedStandards):
    """Definitions, formats and tables, read when they are first asked for; faulty files: `DataFileError`."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._nodes = KeptNodes(workspace.code_cache)
        self._overlays: dict[str, Mapping[str, tuple[MappingFile, ...]]] = {}
        self._crossrefs: dict[str, CrossReference] = {}  # at most one for each file
        # At most one for each file, partner and release.
        self._tables: dict[tuple[str, str | None, str], Table] = {}

    @cached_property
    def vendor_schemas(self) -> dict[Kind, JsonObject]:
        """The JSON schemas of SP-API as they are written, by what they describe."""
        return {kind: self._json(f"schemas/{kind.schema_file}") for kind in Kind}

    @cached_property
    def layouts(self) -> dict[str, Layout]:
        """The layouts of fixed-width files by name."""
        layouts: dict[str, Layout] = {}
        mistakes: list[Mistake] = []
        for path, text in self.workspace.texts(FLAT_SCHEMAS, "*.yaml").items():
            layout, found = parse_layout(path, text, self._nodes.read)
            mistakes += found
            if layout is not None:
                layouts[layout.name] = layout
        _refuse(mistakes)
        return layouts

    @cached_property
    def xml_schemas(self) -> dict[str, XmlSchema]:
        """The XML schemas of documents by the name of their file."""
        from gateway.formats.xml_schema import xml_schema  # noqa: PLC0415 - lxml is loaded for XML alone

        texts = self.workspace.texts(XML_SCHEMAS, "*.xsd")
        schemas = [xml_schema(path, texts) for path in texts if PurePosixPath(path).stem != XML_PARTS]
        return {schema.name: schema for schema in schemas}

    def _xml_shapes(self) -> dict[str, Shape]:
        return {name: schema.shape for name, schema in self.xml_schemas.items()}

    @cached_property
    def mapping_texts(self) -> dict[str, str]:
        """The mapping tables and code lists by path."""
        return self.workspace.texts(MAPPINGS, apart_from=f"{MAPPINGS}/{CROSSREFS}")

    @cached_property
    def mappings(self) -> Mappings:
        """The mapping tables, not yet read, and the code lists."""
        mappings, mistakes = load_mappings(self.mapping_texts, self._nodes.read)
        _refuse(mistakes)
        return mappings

    @cached_property
    def mapping_ground(self) -> MappingLibrary:
        """What mapping tables are checked against: all but the code lists, which are checked with them."""
        return MappingLibrary(
            documents={document.__name__: document for document in DOCUMENTS},
            pairs=PAIRS,
            sets=InstalledSets(self.releases),
            schemas={
                schema_name(kind): _definition(schema, kind) for kind, schema in self.vendor_schemas.items()
            },
            layouts=lambda: self.layouts,
            xml_shapes=self._xml_shapes,
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

    def table(self, name: str, partner: str | None = None, release: str = "") -> Table:
        """A mapping table with the overlays of a partner, for one of its releases (or the first).

        `UsageError` when there is none of this name, or not for this release.
        """
        if name not in self.mappings.tables:
            raise UsageError(f"there is no mapping table {name}; `gateway mappings list` shows them")
        overlays = self.overlays(partner).get(name, ()) if partner is not None else ()
        form = self.mappings.tables[name].format
        if release and form is not None and release not in form.releases:
            raise UsageError(f"the mapping table {name} is for {form}, not for {release[:40]}")
        key = (name, partner if overlays else None, release)
        if key not in self._tables:
            table, mistakes = parse_mapping(self.mappings, name, overlays, release, self._nodes.read)
            if table is None or mistakes:
                raise DataFileError(mistakes)
            self._tables[key] = table
        return self._tables[key]

    def heads(self, name: str) -> tuple[str, FormatName]:
        """The document and the format of a table; its rows are only read when they stand before these."""
        held = self.mappings.tables[name]
        if held.format is not None and held.document:
            return held.document, held.format
        table = self.table(name)
        return table.document, table.format

    def plan(self, table: str, parameters: Parameters, partner: str | None = None, release: str = "") -> Plan:
        """A table bound to an agreement and a release; `UsageError` when there is none of this name."""
        plan, mistakes = resolve(self.table(table, partner, release), self.mapping_library, parameters)
        if plan is None:
            raise DataFileError(mistakes)
        return plan

    def sound_plan(
        self, table: str, parameters: Parameters, partner: str | None = None, release: str = ""
    ) -> Plan:
        """A table bound to an agreement, without a mistake that `gateway mappings check` would tell."""
        held = self.table(table, partner, release)
        plan, mistakes = resolve(held, self.mapping_library, parameters)
        whole = plan
        if plan is not None and lacks_parameters(plan):  # a row that is left out may be a required one
            whole, _ = resolve(held, self.mapping_library, EVERY_PARAMETER)
        if whole is not None:
            mistakes += check_plan(whole, held, self.mapping_library)
        if plan is None or mistakes:
            overlays = self.overlays(partner).get(table, ()) if partner is not None else ()
            raise DataFileError(told_of_overlays(mistakes, overlays))
        return plan

    def compiled(self, plan: Plan) -> Compiled:
        """The generated functions of a table; their text is taken from the code cache when it is there."""
        from gateway.mapping.compiled import key, load, source  # noqa: PLC0415 - small files need none of it

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
        """The program texts that generate code, and those of the records it makes: what another version of
        them made must not be run."""
        folders = (Path(gateway.mapping.__file__).parent, Path(gateway.documents.__file__).parent)
        files = (path for folder in folders for path in sorted(folder.rglob("*.py")))
        return b"".join(path.read_bytes() for path in files)

    def overlay_texts(self, name: str) -> dict[str, str]:
        """The files of a partner that change mapping tables, by path."""
        self.expect_partner(name)
        return self.workspace.texts(f"{PARTNERS}/{name}/{MAPPINGS}", "*")

    def overlays(self, name: str) -> Mapping[str, tuple[MappingFile, ...]]:
        """The overlays of a partner by the table they change, in the order of their file names."""
        if name not in self._overlays:
            overlays, mistakes = load_overlays(
                self.overlay_texts(name), self.mappings.tables, self._nodes.read
            )
            _refuse(mistakes)
            self._overlays[name] = overlays
        return self._overlays[name]

    def crossref_texts(self, partner: str | None = None) -> dict[str, str]:
        """The files of cross-references by path: those for all partners, or a partner's own."""
        return {file: self.workspace.read(file) for file in self.crossref_files(partner)}

    def crossref_files(self, partner: str | None = None) -> tuple[str, ...]:
        """The files of cross-references: those for all partners, or a partner's own."""
        folder = MAPPINGS if partner is None else f"{PARTNERS}/{partner}"
        return self.workspace.list(f"{folder}/{CROSSREFS}", "*")

    def crossref(self, plan: Plan, partner: str | None, name: str) -> tuple[CrossReference, ...]:
        """The files of a cross-reference, a partner's own first; each is read once, when it is first needed.

        `DataFileError` when there is none, or one lacks a column that the table names.
        """
        files = [
            file
            for whose in ((partner, None) if partner is not None else (None,))
            for file in self.crossref_files(whose)
            if PurePosixPath(file).name == f"{name}.csv"
        ]
        layers = tuple(self._crossref(file) for file in files)
        _refuse(tuple(missing_in_crossrefs(plan, name, layers)))
        return layers

    def _crossref(self, file: str) -> CrossReference:
        if file not in self._crossrefs:
            held, mistakes = CrossReference.parsed(file, self.workspace.read(file))
            if held is None or mistakes:
                raise DataFileError(mistakes)
            self._crossrefs[file] = held
        return self._crossrefs[file]

    def _json(self, relative: str) -> JsonObject:
        tree, findings = json.parse(self.workspace.read(relative).encode())
        if not isinstance(tree, dict):
            problem = findings[0].message if findings else "it is no object"
            raise DataFileError(((relative, 0, f"not a JSON schema: {problem}"),))
        return tree


def _definition(schema: JsonObject, kind: Kind) -> JsonObject:
    """The schema of one document, out of that of the payload which holds a list of them."""
    definitions = schema["$defs"]
    assert isinstance(definitions, dict)
    return {"$ref": f"#/$defs/{kind.definition}", "$defs": definitions}


def _refuse(mistakes: list[Mistake] | tuple[Mistake, ...]) -> None:
    if mistakes:
        raise DataFileError(tuple(mistakes))
