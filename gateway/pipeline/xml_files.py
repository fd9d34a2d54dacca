"""XML files to canonical documents and back: judged by their schema, mapped, written, read back.

This module alone of the pipeline needs lxml; it is imported when the first XML file is met.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial

import msgspec
from lxml import etree

from gateway.documents import Document
from gateway.findings import Finding, Location, found, has_errors
from gateway.formats.json import JsonObject
from gateway.formats.xml import local_name, parse, place_of
from gateway.formats.xml_schema import XmlSchema
from gateway.formats.xml_tree import place_in, pointer_of_xpath, render, tree_of, unwritable
from gateway.mapping.bound import JsonSpot
from gateway.mapping.engine import Mapper
from gateway.mapping.evaluate.sources import JsonSource
from gateway.mapping.explain.model import Shown
from gateway.mapping.filled import DefaultRow, default_rows
from gateway.mapping.origins import origin_of_pointer
from gateway.pipeline.filled import Filled
from gateway.pipeline.losses import losses
from gateway.pipeline.names import Name, number_field, of_text
from gateway.pipeline.places import Traced, about
from gateway.pipeline.tables import Outcome, Sourced, ready
from gateway.pipeline.written import Written, in_one_file, not_valid
from gateway.pipeline.xml_shown import shown_element

__all__ = ["XmlTable", "read_xml", "write_xml"]

ELEMENTS_OF_A_LINE = 8  # of an order or an invoice, about


class XmlTable:
    """A table of XML. `mapper` is asked for when the table is first used."""

    def __init__(self, mapper: Callable[[], Mapper], schema: XmlSchema, document: type[Document]) -> None:
        self._bound = mapper
        self.schema = schema
        self.document = document

    @cached_property
    def mapper(self) -> Mapper:
        return self._bound()

    def read(self, element: etree._Element, path: str = "") -> Outcome:
        """The document of one element, when it fulfils the schema.

        The element stands alone; `path` is its XPath in the file it was taken from.
        """
        broken = self.schema.violations(element)
        if broken:
            placed = tuple(_moved(finding, path) for finding in broken)
            return Outcome(None, placed, name=self._name(element))
        source = JsonSource(tree_of(element, self.schema.shape))
        self.mapper.expect(sum(1 for _ in element.iter()) // ELEMENTS_OF_A_LINE)
        made, findings = self.mapper.read(source)
        placed = tuple(
            msgspec.structs.replace(finding, location=_placed(element, path, finding.location))
            for finding in findings
        )
        reading = partial(self._traced, element, path, source)
        return Outcome(
            made,
            placed,
            reading,
            completing=self.mapper.completing,
            name=self._name(element),
            lacks_orders=self.mapper.lacks_orders,
        )

    @cached_property
    def default_rows(self) -> tuple[DefaultRow, ...]:
        """The rows that fill what a document leaves open."""
        return default_rows(self.mapper.plan)

    def _name(self, element: etree._Element) -> Name:
        """The kind and number of a document, which need not be valid."""
        field = number_field(self.document)
        rows = [row for row in self.mapper.plan.root.rows if row.key == field]
        spots = [spot for row in rows for saying in row.sayings for spot in saying.spots]
        for spot in spots:
            if isinstance(spot, JsonSpot):
                steps = "/".join(
                    f"{{{self.schema.namespace}}}{key}" for key in spot.keys if key[0] not in ".@"
                )
                return of_text(self.document, (element.findtext(steps) or "").strip())
        return Name(self.document.__name__)

    def _traced(
        self, element: etree._Element, path: str, source: JsonSource, *, details: bool = False
    ) -> Traced | None:
        document, trace = self.mapper.traced(source, details=details)
        if document is None:
            return None
        shown = partial(shown_element, element, self.schema, path)
        return Traced(document, trace, source, self.mapper, partial(_placed, element, path), shown)

    def shown(self, tree: JsonObject) -> Shown | None:
        """The file of one document as it is shown; None where it cannot be written."""
        root, _ = parse(render([tree], self.schema))
        return None if root is None else shown_element(root, self.schema)

    def ready(self, document: Document) -> tuple[Document | None, tuple[Finding, ...]]:
        """The document to write, completed from cross-references; None when it is to go no further."""
        return ready(self.mapper, document)

    def write(self, document: Document) -> tuple[JsonObject | None, tuple[Finding, ...]]:
        """The tree of one document."""
        target, findings = self.mapper.write(document)
        return (target if isinstance(target, dict) else None), about(findings)

    def row(self, xpath: str) -> str:
        """File and line of the row that fills this place of a document; "" where there is none."""
        origin = origin_of_pointer(self.mapper.plan, pointer_of_xpath(xpath, self.schema.shape))
        return "" if origin is None else str(origin)


def _placed(element: etree._Element, path: str, place: Location) -> Location:
    """The place in the file for one in the tree of an element."""
    return place if place.pointer is None else _below(path, place_in(element, place.pointer))


def _moved(finding: Finding, path: str) -> Finding:
    return msgspec.structs.replace(finding, location=_below(path, finding.location))


def _below(path: str, place: Location) -> Location:
    """A place whose XPath began with the document's own element, which has this path in the file."""
    if not path or place.xpath is None:
        return place
    _, _, rest = place.xpath[1:].partition("/")
    return msgspec.structs.replace(place, xpath=f"{path}/{rest}" if rest else path)


def read_xml(data: bytes, tables: Sequence[XmlTable]) -> tuple[tuple[Finding, ...], Iterator[Outcome] | None]:
    """The findings on a file as a whole, and what comes of each document in it; None when nothing can."""
    root, findings = parse(data)
    if root is None:
        return findings, None
    table = next((each for each in tables if _fits(root, each.schema)), None)
    if table is None:
        names = ", ".join(f"{each.schema.single}, {each.schema.several}" for each in tables)
        spaces = ", ".join(sorted({each.schema.namespace for each in tables}))
        allowed = f"{names} (of the namespace {spaces})"
        return (found("xml-document-unknown", place_of(root), _named(root), allowed=allowed),), None
    if local_name(root) == table.schema.single:
        return (), iter((table.read(root),))
    wrong = table.schema.violations_of_several(root)
    if wrong:
        return wrong, None
    return (), _documents_of(root, table)


def _documents_of(root: etree._Element, table: XmlTable) -> Iterator[Outcome]:
    """What comes of each document; it is taken out of the file, since to count those before it takes long."""
    count = len(root)
    for number in range(1, count + 1):
        element = root[0]
        root.remove(element)
        schema = table.schema
        yield table.read(element, f"/{schema.several}/{schema.single}" + (f"[{number}]" if count > 1 else ""))


def _fits(root: etree._Element, schema: XmlSchema) -> bool:
    names = [f"{{{schema.namespace}}}{name}" for name in (schema.single, schema.several)]
    return root.tag in names


def _named(root: etree._Element) -> str:
    space = etree.QName(root).namespace
    return (
        f"{local_name(root)} (of the namespace {space})" if space else f"{local_name(root)} (of no namespace)"
    )


def write_xml(documents: Sequence[Sourced], tables: Sequence[XmlTable]) -> Written:
    """The documents in one XML file."""
    return in_one_file(documents, tables, "XML", _tree_of, _file, _holds_all)


def _file(table: XmlTable, trees: list[JsonObject]) -> tuple[bytes, tuple[Finding, ...]]:
    return render(trees, table.schema), ()


def _holds_all(table: XmlTable, data: bytes, trees: list[JsonObject]) -> bool:
    root, _ = parse(data)
    elements = [] if root is None else [root] if len(trees) == 1 else list(root)
    return [tree_of(element, table.schema.shape) for element in elements] == trees


def _tree_of(
    document: Document, table: XmlTable, filled: Filled
) -> tuple[JsonObject | None, tuple[Finding, ...]]:
    full, findings = table.ready(document)
    if full is None:
        return None, findings
    tree, faults = table.write(full)
    findings = (*findings, *faults)
    if tree is None or has_errors(findings):
        return None, findings
    wrong = tuple(unwritable(tree, table.schema.single))
    if wrong:
        return None, (*findings, *wrong)
    root, faults = parse(render([tree], table.schema))
    if root is None:
        return None, (*findings, *(not_valid("XML", fault) for fault in faults))
    broken = [_without_line(finding) for finding in table.schema.violations(root)]
    if broken:
        named = [(finding, table.row(finding.location.xpath or "")) for finding in broken]
        return None, (*findings, *(not_valid("XML", finding, row=row) for finding, row in named))
    again = table.read(root)
    if again.document is None or table.write(again.document)[0] != tree_of(root, table.schema.shape):
        return None, (*findings, found("read-back-differs", format="XML"))
    filled.take(table.default_rows, full, again.document)
    return tree_of(root, table.schema.shape), (
        *findings,
        *losses(full, again.document, "XML", table.default_rows),
    )


def _without_line(finding: Finding) -> Finding:
    """A finding on what is not sent as it stands, so that its line means nothing to anybody."""
    return msgspec.structs.replace(finding, location=Location(xpath=finding.location.xpath))
