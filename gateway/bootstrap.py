"""Where the parts are chosen and put together: the data files of a workspace, and what is made of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import msgspec

import gateway.documents
import gateway.mapping
from gateway.agreements.judge import Known
from gateway.agreements.parse import parse_partner
from gateway.agreements.partner import CaseCost, GuideErrors, LineTax, Partner
from gateway.binder import Binder, schema_name
from gateway.code_cache import content_key
from gateway.documents import DOCUMENTS
from gateway.documents.arithmetic import Arithmetic
from gateway.errors import DataFileError, Mistake, UsageError
from gateway.formats import json
from gateway.formats.fixed_layout import Layout
from gateway.formats.fixed_layout_parse import parse_layout
from gateway.formats.json import JsonObject
from gateway.formats.x12.definitions import Release
from gateway.guided import PARTNERS, GuidedStandards
from gateway.kept_nodes import KeptNodes
from gateway.mapping.bound import Plan
from gateway.mapping.check import EVERY_PARAMETER, Agreement, check_plan, told_of_overlays
from gateway.mapping.crossrefs.check import missing_in_crossrefs
from gateway.mapping.crossrefs.model import CrossReference
from gateway.mapping.library import Library as MappingLibrary
from gateway.mapping.load import MappingFile, Mappings, load_mappings, load_overlays, parse_mapping
from gateway.mapping.pairs import PAIRS
from gateway.mapping.parameters import Parameters
from gateway.mapping.plan import FormatName, Table
from gateway.mapping.resolve import resolve
from gateway.mapping.unknown import lacks_parameters
from gateway.pipeline.knowledge import Knowledge
from gateway.schema.load import InstalledSets
from gateway.schema.validator import Validator
from gateway.spapi.contents import Kind
from gateway.spapi.schema import compiled
from gateway.suggestions import MEANT, suggestion
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
PARTNER_FILE = "partner.yaml"

SHOWN_PARTNERS = 12  # in a message; more are listed by the command that it names


class Library(GuidedStandards):
    """What a workspace knows, read when it is first asked for. Faulty data files raise `DataFileError`."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._nodes = KeptNodes(workspace.code_cache)
        self._partners: dict[str, Partner] = {}  # at most one for each folder of a partner
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

    @cached_property
    def partner_names(self) -> tuple[str, ...]:
        """The partners that the workspace describes."""
        files = self.workspace.list(PARTNERS, f"*/{PARTNER_FILE}")
        return tuple(PurePosixPath(file).parent.name for file in files)

    def partner(self, name: str) -> Partner:
        """The partner described by `partners/<name>/partner.yaml`; `UsageError` when there is none."""
        if name not in self._partners:
            self._expect_partner(name)
            relative = f"{PARTNERS}/{name}/{PARTNER_FILE}"
            text = self.workspace.read(relative)
            self._partners[name] = parse_partner(text, relative, self._known, self._nodes.read)
        return self._partners[name]

    def _expect_partner(self, name: str) -> None:
        known = self.partner_names
        if name in known:
            return
        text = f"there is no partner `{name[:80]}`: no file {PARTNERS}/{name[:80]}/{PARTNER_FILE}"
        if not known:
            raise UsageError(f"{text}; nor is any other partner described there")
        close = suggestion(name, known)
        meant = close if close.startswith(MEANT) else ""
        more = ", …; `gateway partners list` shows them" if len(known) > SHOWN_PARTNERS else ""
        raise UsageError(f"{text}{meant}; known are: {', '.join(known[:SHOWN_PARTNERS])}{more}")

    def overlay_texts(self, name: str) -> dict[str, str]:
        """The files of a partner that change mapping tables, by path."""
        self._expect_partner(name)
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

    def agreement(self, name: str) -> Agreement:
        """What a check of tables needs of a partner; a mistake in its partner file is told elsewhere."""
        try:
            parameters = parameters_of(self.partner(name))
        except DataFileError:
            parameters = EVERY_PARAMETER
        return Agreement(self.overlay_texts(name), parameters, self.crossref_texts(name))

    def received_validator(self, partner: str | None) -> Validator:
        """The checks of X12 that comes in, with the guides of a partner as its agreement takes them."""
        if partner is None:
            return self.validator
        return self.guided(partner, rejects=self.partner(partner).x12.guide_errors is GuideErrors.REJECT)

    def written_validator(self, partner: str | None) -> Validator:
        """The checks of X12 that goes out: what breaks the guide of a partner is not sent to it."""
        return self.validator if partner is None else self.guided(partner, rejects=True, writing=True)

    @cached_property
    def _known(self) -> Known:
        """What a partner file may name."""
        items = self.mappings.lists.get("item-id")
        return Known(
            qualifiers=_codes(self.envelope, "I05"),
            versions=_codes(self.envelope, "I11"),
            releases=self.releases,
            sets=self.releases.sets,
            schemes=items.words if items is not None else None,
            is_zone=_is_zone,
            zones=available_timezones,
        )

    def knowledge(self, partner: str | None, mapping: str | None) -> Knowledge:
        """What a translation is made with, for a partner (or none) and with a table in place of the usual."""
        agreed = self.partner(partner) if partner is not None else None
        binder = Binder(self, parameters_of(agreed), agreed, partner, mapping)
        return Knowledge(
            validator=self.received_validator(partner),
            written_validator=self.written_validator(partner),
            segment_table=binder.segment_table,
            written_segment_table=binder.written_segment_table,
            json_table=binder.json_table,
            written_json_table=binder.written_json_table,
            flat_tables=binder.flat_tables,
            fixed_tables=binder.fixed_tables,
            xml_tables=binder.xml_tables,
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


def _definition(schema: JsonObject, kind: Kind) -> JsonObject:
    """The schema of one document, out of that of the payload which holds a list of them."""
    definitions = schema["$defs"]
    assert isinstance(definitions, dict)
    return {"$ref": f"#/$defs/{kind.definition}", "$defs": definitions}


def _refuse(mistakes: list[Mistake] | tuple[Mistake, ...]) -> None:
    if mistakes:
        raise DataFileError(tuple(mistakes))
