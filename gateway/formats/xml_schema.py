"""XML schemas (XSD 1.0) of documents: judged by libxml2, told in plain words, and their shape as data.

The XSDs are ours or those of a workspace. What they may use is little: named types, sequences, attributes,
texts with attributes, `xs:include` of a file beside them. The shape has the form of a JSON Schema, so that
mapping tables know one kind of tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import PurePosixPath

import msgspec
from lxml import etree

from gateway.errors import DataFileError
from gateway.findings import Finding, Location, found
from gateway.formats.xml import local_name, place_of
from gateway.formats.xml_judge import HINTS, Shape, faults

__all__ = ["MAX_XML_VIOLATIONS", "XmlSchema", "xml_schema"]

MAX_XML_VIOLATIONS = 200  # of one file; more tell nobody anything new
MAX_SCHEMA_DEPTH = 40  # types within each other; a type that holds itself would never end
MOMENTS = {"xs:date", "xs:dateTime"}
NAMESPACE_OF_XSD = "http://www.w3.org/2001/XMLSchema"

_XSD = f"{{{NAMESPACE_OF_XSD}}}"
_NAMESPACE = re.compile(r"\{[^}]*\}")


class XmlSchema(msgspec.Struct, frozen=True):
    """One XSD: the names of its outermost elements (one document, or many), and the shape of one document.

    A shape is a JSON Schema: elements are properties, in their order; attributes are properties `@name`; the
    text of an element that has attributes is the property `.`; elements that repeat are arrays.
    """

    name: str
    namespace: str
    single: str
    several: str
    shape: Shape
    judge: etree.XMLSchema

    def violations(self, root: etree._Element) -> tuple[Finding, ...]:
        """Every breach of a document, an error each, at most `MAX_XML_VIOLATIONS`; none when it is valid."""
        told = tuple(islice(faults(root, self.shape, self.namespace), MAX_XML_VIOLATIONS + 1))
        if len(told) > MAX_XML_VIOLATIONS:
            return (*told[:MAX_XML_VIOLATIONS], found("findings-limit", limit=MAX_XML_VIOLATIONS))
        if told or self.judge.validate(root):
            return told
        return tuple(islice(self._by_the_judge(root), MAX_XML_VIOLATIONS))

    def _by_the_judge(self, root: etree._Element) -> Iterator[Finding]:
        """What libxml2 says of a document in which no fault was found before."""
        for entry in self.judge.error_log:
            node = _node(root, entry.path)
            here = Location(line=entry.line) if node is None else place_of(node)
            yield found("xml-rule", here, rule=_NAMESPACE.sub("", entry.message))

    def violations_of_several(self, root: etree._Element) -> tuple[Finding, ...]:
        """What is wrong with the element around several documents, apart from the documents."""
        wrong: list[Finding] = []
        own = f"{{{self.namespace}}}{self.single}"
        for name in root.attrib:
            if name not in HINTS:
                wrong.append(found("xml-attribute-unknown", place_of(root, str(name))))
        if any((text or "").strip() for text in (root.text, *(child.tail for child in root))):
            wrong.append(found("xml-text-misplaced", place_of(root)))
        if not len(root):
            wrong.append(found("xml-missing", place_of(root), expected=self.single))
        others = (child for child in root if child.tag != own)
        wrong += [
            found("xml-unexpected", place_of(child), expected=self.single)
            for child in islice(others, MAX_XML_VIOLATIONS)
        ]
        return tuple(wrong)


def _node(root: etree._Element, path: str | None) -> etree._Element | None:
    """The element a path of the judge leads to, for which `root` is the outermost one."""
    if path is None or not path.startswith("/*"):
        return None
    held = root.xpath(f".{path[2:]}")
    first = held[0] if isinstance(held, list) and held else None
    return first if isinstance(first, etree._Element) else None


def xml_schema(path: str, texts: Mapping[str, str]) -> XmlSchema:
    """The schema in `texts[path]`, with those it includes; `DataFileError` names what is wrong with it.

    It declares an element called as the file (`order.xsd`: `order`) for one document, and one with an `s`
    (`orders`) for several.
    """
    root = _included(path, texts)
    name = PurePosixPath(path).stem
    reader = _Shapes(path, root)
    several = f"{name}s"
    for wanted in (name, several):
        if wanted not in reader.elements:
            raise DataFileError(((path, 1, f"the schema declares no element `{wanted}`"),))
    try:
        judge = etree.XMLSchema(root)
    except etree.XMLSchemaParseError as error:
        line = error.error_log[0].line if len(error.error_log) else 1
        raise DataFileError(((path, line, f"no valid XSD: {_NAMESPACE.sub('', str(error))}"),)) from error
    return XmlSchema(
        name=name,
        namespace=root.get("targetNamespace", ""),
        single=name,
        several=several,
        shape=reader.of_element(reader.elements[name], 0),
        judge=judge,
    )


def _included(path: str, texts: Mapping[str, str]) -> etree._Element:
    """The `xs:schema` element of a file, with what the files it includes hold in place of `xs:include`."""
    root = _parsed(path, texts)
    for include in root.findall(f"{_XSD}include"):
        other = str(PurePosixPath(path).parent / include.get("schemaLocation", ""))
        if other not in texts:
            line = include.sourceline or 1
            raise DataFileError(((path, line, f"there is no file {other} to include"),))
        for child in reversed(list(_parsed(other, texts))):
            include.addnext(child)
        root.remove(include)
    return root


def _parsed(path: str, texts: Mapping[str, str]) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        return etree.fromstring(texts[path].encode(), parser)
    except etree.XMLSyntaxError as error:
        line = error.position[0] if error.position else 1
        raise DataFileError(((path, line, f"no XML: {error.msg}"),)) from error


class _Shapes:
    """The shapes of the types of one schema."""

    def __init__(self, path: str, root: etree._Element) -> None:
        self.path = path
        self.elements = {each.get("name", ""): each for each in root.findall(f"{_XSD}element")}
        self.complex = {each.get("name", ""): each for each in root.findall(f"{_XSD}complexType")}
        self.simple = {each.get("name", ""): each for each in root.findall(f"{_XSD}simpleType")}

    def of_text(self, name: str | None) -> Shape:
        """The shape of a text of this type: what the type says about itself, its patterns, its least length.

        A pattern is put in brackets, since those of one type are alternatives to each other.
        """
        shape: dict[str, object] = {"type": "string"}
        patterns: list[str] = []
        held = self.simple.get(_plain(name))
        for _ in range(MAX_SCHEMA_DEPTH):
            if held is None:
                break
            said = held.findtext(f"{_XSD}annotation/{_XSD}documentation")
            if said:
                shape.setdefault("title", " ".join(said.split()))
            union = held.find(f"{_XSD}union")
            if union is not None and set(union.get("memberTypes", "").split()) == MOMENTS:
                shape["moment"] = True
            own = [each.get("value", "") for each in held.iterfind(f"{_XSD}restriction/{_XSD}pattern")]
            patterns += ["|".join(f"(?:{each})" for each in own)] if own else []
            least = held.find(f"{_XSD}restriction/{_XSD}minLength")
            if least is not None:
                shape["minLength"] = int(least.get("value", "0"))
            restriction = held.find(f"{_XSD}restriction")
            held = None if restriction is None else self.simple.get(_plain(restriction.get("base")))
        return {**shape, "patterns": patterns} if patterns else shape

    def of_element(self, element: etree._Element, depth: int) -> Shape:
        if depth > MAX_SCHEMA_DEPTH:
            self.refuse(element, "its types hold each other without end")
        if element.get("ref") is not None:
            return self.of_element(self.elements[_plain(element.get("ref"))], depth + 1)
        own = element.find(f"{_XSD}complexType")
        held = own if own is not None else self.complex.get(_plain(element.get("type")))
        return self.of_text(element.get("type")) if held is None else self.of_complex(held, depth + 1)

    def of_complex(self, held: etree._Element, depth: int) -> Shape:
        properties: dict[str, object] = {}
        required: list[str] = []
        for part in held:
            if part.tag == f"{_XSD}sequence":
                self.add_elements(part, properties, required, depth)
            elif part.tag == f"{_XSD}attribute":
                self.add_attribute(part, properties, required)
            elif part.tag == f"{_XSD}simpleContent":
                extension = part.find(f"{_XSD}extension")
                properties["."] = self.of_text(None if extension is None else extension.get("base"))
                required.append(".")
                for attribute in part.iterfind(f"{_XSD}extension/{_XSD}attribute"):
                    self.add_attribute(attribute, properties, required)
            elif part.tag != f"{_XSD}annotation":
                self.refuse(part, f"`{local_name(part)}` is more than these schemas may use")
        return {
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": False,
        }

    def add_elements(
        self, sequence: etree._Element, properties: dict[str, object], required: list[str], depth: int
    ) -> None:
        for element in sequence:
            if element.tag != f"{_XSD}element":
                self.refuse(element, f"`{local_name(element)}` is more than a sequence may hold here")
            name = element.get("name") or _plain(element.get("ref"))
            shape = self.of_element(element, depth)
            several = element.get("maxOccurs", "1") != "1"
            properties[name] = {"type": "array", "items": shape} if several else shape
            if element.get("minOccurs", "1") != "0":
                required.append(name)

    def add_attribute(
        self, attribute: etree._Element, properties: dict[str, object], required: list[str]
    ) -> None:
        name = f"@{attribute.get('name')}"
        properties[name] = self.of_text(attribute.get("type"))
        if attribute.get("use") == "required":
            required.append(name)

    def refuse(self, node: etree._Element, text: str) -> None:
        raise DataFileError(((self.path, node.sourceline or 1, text),))


def _plain(name: str | None) -> str:
    return (name or "").rpartition(":")[2]


def _shape(node: object) -> Shape:
    return node if isinstance(node, Mapping) else {}
