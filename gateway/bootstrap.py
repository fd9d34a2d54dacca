"""Where the parts are chosen and put together: the data files of a workspace, and what is made of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property, partial
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import msgspec

from gateway.agreements.configuration import Configuration
from gateway.agreements.known import Known, TableHead
from gateway.agreements.parse import ReadPartner, read_partner
from gateway.agreements.partner import CaseCost, GuideErrors, LineTax, Partner
from gateway.binder import Binder
from gateway.configured import across, configuration_of
from gateway.documents.arithmetic import Arithmetic
from gateway.errors import DataFileError, Mistake
from gateway.formats.x12.definitions import Release
from gateway.guided import PARTNER_FILE, PARTNERS
from gateway.mapped import MappedStandards
from gateway.mapping.check import EVERY_PARAMETER, Agreement
from gateway.mapping.orders.complete import OrderOf
from gateway.mapping.parameters import Parameters
from gateway.mapping.plan import FormatKind
from gateway.pipeline.knowledge import Knowledge
from gateway.schema.validator import Validator
from gateway.spapi.schema import compiled
from gateway.workspace import Workspace


class DocumentTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What an agreement says of one document in one format, where it is not as with the rest of the partner.

    `zone` is that of its dates, `dates` the patterns of those in delimited files. Without `guide` the guide
    of the partner does not hold; `tolerant` reads X12 as `--tolerant` does. Of cross-references only
    `crossrefs` are used, where some are named.
    """

    document: str
    format: str
    zone: str | None = None
    dates: tuple[str, ...] = ()
    crossrefs: tuple[str, ...] = ()
    guide: bool = True
    tolerant: bool = False

    def over(self, parameters: Parameters) -> Parameters:
        """The parameters of a partner as they are for this document."""
        zone = parameters.zone if self.zone is None else ZoneInfo(self.zone)
        return msgspec.structs.replace(parameters, zone=zone, dates=self.dates, crossrefs=self.crossrefs)


class Library(MappedStandards):
    """What a workspace knows, read when it is first asked for. Faulty data files raise `DataFileError`."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._partners: dict[str, ReadPartner] = {}  # at most one for each folder of a partner

    def partner(self, name: str) -> Partner:
        """The partner described by `partners/<name>/partner.yaml`; `UsageError` when there is none."""
        held = self.read_partner(name)
        if held.partner is None or held.mistakes:
            raise DataFileError(held.mistakes)
        return held.partner

    def read_partner(self, name: str) -> ReadPartner:
        """What the file of a partner says, with its mistakes; `UsageError` when there is none."""
        if name not in self._partners:
            self.expect_partner(name)
            relative = f"{PARTNERS}/{name}/{PARTNER_FILE}"
            text = self.workspace.read(relative)
            known = msgspec.structs.replace(self._known, crossrefs=partial(self._crossref_names, name))
            self._partners[name] = read_partner(text, relative, known, self._nodes.read)
        return self._partners[name]

    def configuration(self) -> Configuration:
        """What was agreed with all partners; `DataFileError` with every mistake of their files."""
        return configuration_of(self._read_partners(), self.workspace.root)

    def mistakes_across(self) -> tuple[Mistake, ...]:
        """What is wrong between the files of partners, each of which may be right by itself."""
        return across(self._read_partners(), self.workspace.root)

    def _read_partners(self) -> list[ReadPartner]:
        return [self.read_partner(name) for name in self.partner_names]

    def _crossref_names(self, name: str) -> Collection[str]:
        files = (*self.crossref_files(None), *self.crossref_files(name))
        return {PurePosixPath(file).stem for file in files}

    def _table_heads(self) -> Mapping[str, TableHead | None]:
        """What each mapping table is for; None for one whose mistakes hide it."""
        heads: dict[str, TableHead | None] = {}
        try:
            tables = self.mappings.tables
        except DataFileError:
            return {}
        for name in tables:
            try:
                document, form = self.heads(name)
            except DataFileError:
                heads[name] = None
            else:
                heads[name] = TableHead(document, form.kind.column, form.schema, form.releases)
        return heads

    def agreement(self, name: str) -> Agreement:
        """What a check of tables needs of a partner; a mistake in its partner file is told elsewhere."""
        try:
            parameters = parameters_of(self.partner(name))
        except DataFileError:
            parameters = EVERY_PARAMETER
        return Agreement(self.overlay_texts(name), parameters, self.crossref_texts(name))

    def received_validator(
        self, partner: str | None, agreed: Partner | None = None, unguided: Collection[str] = ()
    ) -> Validator:
        """The checks of X12 that comes in, with the guides of a partner as it is `agreed` to take them."""
        if partner is None:
            return self.validator
        style = (agreed or self.partner(partner)).x12
        rejects = style.guide_errors is GuideErrors.REJECT
        return self.guided(partner, rejects=rejects, apart_from=unguided)

    def written_validator(self, partner: str | None, unguided: Collection[str] = ()) -> Validator:
        """The checks of X12 that goes out: what breaks the guide of a partner is not sent to it."""
        if partner is None:
            return self.validator
        return self.guided(partner, rejects=True, writing=True, apart_from=unguided)

    def _sets_of(self, terms: Iterable[DocumentTerms]) -> frozenset[str]:
        """The transaction sets of agreements about X12."""
        documents = {each.document for each in terms if each.format == FormatKind.X12.column}
        heads = (self.heads(name) for name in self.mappings.tables)
        return frozenset(
            form.schema for document, form in heads if form.kind is FormatKind.X12 and document in documents
        )

    @cached_property
    def _known(self) -> Known:
        """What a partner file may name. What mistakes in tables hide is not judged."""
        try:
            items = self.mappings.lists.get("item-id")
        except DataFileError:
            items = None
        return Known(
            qualifiers=_codes(self.envelope, "I05"),
            versions=_codes(self.envelope, "I11"),
            releases=self.releases,
            sets=self.releases.sets,
            schemes=items.words if items is not None else None,
            is_zone=_is_zone,
            zones=available_timezones,
            tables=self._table_heads,
        )

    def knowledge(
        self,
        partner: str | None,
        mapping: str | Collection[str] | None,
        orders: OrderOf | None = None,
        agreed: Partner | None = None,
        terms: Sequence[DocumentTerms] = (),
    ) -> Knowledge:
        """What a translation is made with, for a partner (or none), with tables in place of the usual ones.

        `orders` gives the stored order of this partner that has a number; without it answers are not
        completed. `agreed` are terms in place of those in the file of the partner, `terms` those of single
        documents.
        """
        if agreed is None and partner is not None:
            agreed = self.partner(partner)
        preferred = () if mapping is None else (mapping,) if isinstance(mapping, str) else mapping
        parameters = parameters_of(agreed)
        agreed_of = {(each.document, each.format): each.over(parameters) for each in terms}
        binder = Binder(self, parameters, agreed, partner, preferred, orders, agreed_of)
        unguided = self._sets_of(each for each in terms if not each.guide)
        return Knowledge(
            validator=self.received_validator(partner, agreed, unguided),
            written_validator=self.written_validator(partner, unguided),
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
            tolerated_sets=self._sets_of(each for each in terms if each.tolerant),
        )


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
