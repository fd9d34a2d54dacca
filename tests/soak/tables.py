"""The files that people write for the gateway: tables, schemas, guides, lists, cross-references, partners.

An input is the path of one file of a workspace, a line end, and the text that stands in it instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from pathlib import PurePosixPath
from zlib import crc32

import msgspec

from gateway.agreements.parse import parse_partner
from gateway.bootstrap import Library
from gateway.errors import DataFileError, Mistake
from gateway.formats.fixed_layout_parse import parse_layout
from gateway.formats.fixed_width import read_fixed
from gateway.formats.x12.reader import read as read_x12
from gateway.formats.xml import parse as parse_xml
from gateway.formats.xml_schema import xml_schema
from gateway.mapping.check import EVERY_PARAMETER, bound_table, releases_of
from gateway.mapping.code_lists import parse_code_list
from gateway.mapping.compiled import load, source
from gateway.mapping.crossrefs.check import check_crossrefs
from gateway.mapping.crossrefs.model import CrossReference
from gateway.mapping.describe import describe
from gateway.mapping.load import load_mappings, load_overlays
from gateway.pipeline.intake import Intake
from gateway.schema.guides.judge import GuideJudge
from gateway.schema.guides.load import load_guides
from gateway.schema.guides.show import narrowed_text
from gateway.schema.load import build_envelope, build_release
from gateway.schema.validator import Validator
from tests.pipeline.knowledge import ROOT, library
from tests.soak.promise import expect
from tests.soak.seeds import FIXTURES, LONGEST, documents, is_crossref

__all__ = ["TABLES", "TableTarget"]

PARTNER = "partners/amazon"
MOST_SAID = 2_000  # characters of what is said of one mistake
MOST_MISTAKES = 20_000
SELDOM = 4  # what takes long is done with one input of so many

LINKED = """overlay: csv-order
crossrefs:
  lines[]:
    - items(ids.asin, ids.upc -> ids.vendor_sku, ids.upc, case_size) hold
  parties[role=ship_to]: places(ids.assigned -> ids.assigned_by_seller, name, street, city)
  terms[]: terms(net_days+discount_days -> description) default="AS AGREED"
"""

Loader = Callable[[Library, str, str], Iterable[Mistake]]


class TableTarget(msgspec.Struct, frozen=True, dict=True):
    """The loaders, each reached by the path of the file."""

    name: str = "tables"
    marks: bytes = rb"[\n:,{}\[\] |]"

    @cached_property
    def _texts(self) -> dict[str, str]:
        known = library()
        found = {
            **known.mapping_texts,
            **known.x12_texts,
            **known.workspace.texts("schemas/flat"),
            **known.workspace.texts("schemas/xml"),
            **known.workspace.texts(PARTNER),
        }
        for folder in FIXTURES:
            for path in sorted((ROOT / folder).rglob("*.csv")):
                if is_crossref(path):
                    found[f"mappings/crossrefs/{path.name}"] = path.read_text(encoding="utf-8")
        found[f"{PARTNER}/mappings/soak.yaml"] = "overlay: csv-order\nrows:\n  lines[].ids.upc: upc\n"
        found[f"{PARTNER}/mappings/linked.yaml"] = LINKED
        return found

    def seeds(self) -> Sequence[bytes]:
        """The files that we ship, each at its path."""
        return tuple(f"{path}\n{text}".encode() for path, text in self._texts.items() if len(text) <= LONGEST)

    def look(self, data: bytes) -> None:
        """Load any text as the file of a path: mistakes with their lines, or a file that can be used."""
        head, _, rest = data.partition(b"\n")
        path = head.decode("latin-1")
        loader = _loader(path) if path in self._texts else None
        if loader is None:
            return
        text = rest.decode("utf-8-sig", "replace")
        told = tuple(_mistakes(loader, path, text))
        expect(len(told) <= MOST_MISTAKES, "mistakes have an end", len(told))
        lines = len(text.splitlines()) + 1
        for file, line, said in told:
            expect(0 < len(said) <= MOST_SAID, "a mistake is told in some words", (file, line, said))
            at_fault = file == path and not 0 <= line <= lines
            expect(not at_fault, "a mistake stands in its file", (file, line, lines, said))
        if crc32(data) % SELDOM == 0:
            again = tuple(_mistakes(loader, path, text))
            expect(told == again, "the same file has the same mistakes", (told, again))


def _mistakes(loader: Loader, path: str, text: str) -> Iterable[Mistake]:
    try:
        return tuple(loader(library(), path, text))
    except DataFileError as refused:
        return refused.mistakes


def _loader(path: str) -> Loader | None:
    parts = PurePosixPath(path)
    for start, loader in _LOADERS:
        if parts.match(start):
            return loader
    return None


def _table(known: Library, path: str, text: str) -> Iterable[Mistake]:
    """A table without a mistake can be compiled and shown."""
    texts = {**known.mapping_texts, path: text}
    mappings, mistakes = load_mappings(texts)
    if mistakes:
        return mistakes
    told: list[Mistake] = []
    for name, held in mappings.tables.items():
        if held.file != path:
            continue
        for release in releases_of(mappings, name):
            table, plan, wrong = bound_table(
                mappings, name, (), known.mapping_library, EVERY_PARAMETER, release
            )
            told += wrong
            expect(bool(wrong) or plan is not None, "a table without a mistake has a plan", name)
            seldom = crc32(text.encode("utf-8", "surrogatepass")) % SELDOM == 0
            if table is not None and plan is not None and not wrong and seldom:
                expect(load(source(plan), plan) is not None, "a sound table can be compiled", name)
                expect(bool(describe(plan)), "a sound table can be shown", name)
    return told


def _overlay(known: Library, path: str, text: str) -> Iterable[Mistake]:
    overlays, mistakes = load_overlays({path: text}, known.mappings.tables)
    told = list(mistakes)
    for name, held in overlays.items():
        for release in releases_of(known.mappings, name):
            _, plan, wrong = bound_table(
                known.mappings, name, held, known.mapping_library, EVERY_PARAMETER, release
            )
            told += wrong
            if plan is not None and not told:
                expect(load(source(plan), plan) is not None, "a sound overlay can be compiled", name)
    return told


def _code_list(known: Library, path: str, text: str) -> Iterable[Mistake]:
    """Every word that a list can write, it reads as a word that it writes the same."""
    held, mistakes = parse_code_list(PurePosixPath(path).stem, path, text)
    if held is not None and not mistakes:
        for column in held.columns:
            readers, writers = held.readers(column), held.writers(column)
            expect(set(writers.values()) <= set(readers), "what a list writes it reads", column)
            expect(set(readers.values()) <= set(writers), "what a list reads it writes", column)
            expect(set(writers) <= held.words, "a list has its words", column)
    return mistakes


def _crossref(known: Library, path: str, text: str) -> Iterable[Mistake]:
    """Every row of a sound file is found by each of its cells."""
    held, mistakes = CrossReference.parsed(path, text)
    told = (*mistakes, *check_crossrefs({path: text}, (), (), known.mappings.lists["unit"].words))
    if held is None or mistakes:
        return told
    for column in held.columns:
        for number, row in enumerate(held.rows[:50]):
            cell = row[held.columns.index(column)].strip()
            found = set(held.found((column,), (cell,)))
            expect(not cell or number in found, "a row is found by its cell", (column, cell))
    if held.rows:
        expect(held.row(0).origin.file == path, "a row knows its file", held.row(0).origin)
    return told


def _release(known: Library, path: str, text: str) -> Iterable[Mistake]:
    """A release without a mistake judges a file."""
    name = PurePosixPath(path).parent.name
    texts = {**known.x12_texts, path: text}
    release, mistakes = build_release(texts, name)
    if not mistakes:
        intake = Intake(Validator({name: release}, known.envelope))
        for event in read_x12([documents("x12")[0]]):
            intake.take(event)
        expect(bool(intake.report("soak").sets), "a sound release judges", name)
    return mistakes


def _envelope(known: Library, path: str, text: str) -> Iterable[Mistake]:
    return build_envelope({**known.x12_texts, path: text})[1]


def _guide(known: Library, path: str, text: str) -> Iterable[Mistake]:
    """A guide without a mistake can be shown and judges."""
    guides, mistakes = load_guides({path: text}, known.releases)
    if not mistakes:
        for each in guides.values():
            expect(bool(narrowed_text(each)), "a sound guide can be shown", each.guide.file)
            GuideJudge(each, rejects=True)
    return mistakes


def _layout(known: Library, path: str, text: str) -> Iterable[Mistake]:
    """A layout without a mistake reads any file."""
    layout, mistakes = parse_layout(path, text)
    expect((layout is None) == bool(mistakes), "a layout has mistakes or can be used", mistakes)
    if layout is not None:
        for data in documents("fixed")[:3]:
            read_fixed(data, layout)
    return mistakes


def _xml_schema(known: Library, path: str, text: str) -> Iterable[Mistake]:
    """A schema without a mistake judges any file."""
    texts = {**known.workspace.texts("schemas/xml"), path: text}
    named = path if PurePosixPath(path).stem != "common" else "schemas/xml/order.xsd"
    schema = xml_schema(named, texts)
    for data in documents("xml")[:3]:
        root, _ = parse_xml(data)
        if root is not None:
            schema.violations(root)
    return ()


def _partner(known: Library, path: str, text: str) -> Iterable[Mistake]:
    """A partner file without a mistake says the same when it is told again."""
    partner = parse_partner(text, path, known._known)
    again = msgspec.json.decode(msgspec.json.encode(partner), type=type(partner))
    expect(again == partner, "a partner can be told in full", again)
    return ()


_LOADERS: tuple[tuple[str, Loader], ...] = (
    ("mappings/codes/*.csv", _code_list),
    ("mappings/crossrefs/*.csv", _crossref),
    ("partners/*/mappings/*.yaml", _overlay),
    ("partners/*/guides/*.yaml", _guide),
    ("partners/*/partner.yaml", _partner),
    ("mappings/*.yaml", _table),
    ("schemas/x12/envelope.yaml", _envelope),
    ("schemas/x12/*/*.yaml", _release),
    ("schemas/flat/*.yaml", _layout),
    ("schemas/xml/*.xsd", _xml_schema),
)

TABLES = TableTarget()
