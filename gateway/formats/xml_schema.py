"""XML schemas (XSD 1.0) of documents: judged by libxml2, told in plain words, and their shape as data.

The XSDs are ours or those of a workspace. What they may use is little: named types, sequences, attributes,
texts with attributes, `xs:include` of a file beside them. The shape has the form of a JSON Schema, so that
mapping tables know one kind of tree.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice
from pathlib import PurePosixPath

import msgspec
from lxml import etree

from gateway.errors import DataFileError
from gateway.findings import Finding, Location, found
from gateway.formats.xml import local_name, place_of

__all__ = ["MAX_XML_VIOLATIONS", "OF_INSTANCES", "Shape", "XmlSchema", "xml_schema"]

MAX_XML_VIOLATIONS = 200  # of one file; more tell nobody anything new
MAX_SCHEMA_DEPTH = 40  # types within each other; a type that holds itself would never end
NAMESPACE_OF_XSD = "http://www.w3.org/2001/XMLSchema"

OF_INSTANCES = "{http://www.w3.org/2001/XMLSchema-instance}"  # before names such as schemaLocation

_XSD = f"{{{NAMESPACE_OF_XSD}}}"
_VALUE = ("[facet ", "is not a valid value of ")
_EXPECTED = re.compile(r"Expected is (?:one of )?\( (.*?) \)")
_ATTRIBUTE = re.compile(r"attribute '(?:\{[^}]*\})?([^']+)'", re.IGNORECASE)
_NAMESPACE = re.compile(r"\{[^}]*\}")
_SAYS_ITS_TYPE = etree.XPath(
    f"descendant-or-self::*[@*[namespace-uri() = '{OF_INSTANCES[1:-1]}' and local-name() = 'type']]"
)
_UNEXPECTED = "This element is not expected"
_MISSING = "Missing child element(s)"
_MIXED = ("Character content", "Element content is not allowed")
_UNKNOWN_ATTRIBUTE = "is not allowed."
_MISSING_ATTRIBUTE = "is required but missing"

Shape = Mapping[str, object]


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
        """Every breach of one document that the judge names, an error each, at most `MAX_XML_VIOLATIONS`.

        None when it is valid. What stands beside or below an element in the wrong place is not judged.
        """
        typed = _SAYS_ITS_TYPE(root)
        if isinstance(typed, list) and typed:
            # with xsi:type an element would be judged by another type than the one its shape is read by
            places = [place_of(node, "xsi:type") for node in typed if isinstance(node, etree._Element)]
            return tuple(found("xml-attribute-unknown", place) for place in places[:MAX_XML_VIOLATIONS])
        if self.judge.validate(root):
            return ()
        told: dict[tuple[int, str], Finding] = {}
        for entry in self.judge.error_log:
            node = _node(root, entry.path)
            finding = self._finding(node, entry.line, entry.message)
            told.setdefault((finding.location.line or 0, finding.location.xpath or ""), finding)
            if len(told) > MAX_XML_VIOLATIONS:
                break
        kept = tuple(told.values())
        if len(kept) > MAX_XML_VIOLATIONS:
            return (*kept[:MAX_XML_VIOLATIONS], found("findings-limit", limit=MAX_XML_VIOLATIONS))
        return kept

    def violations_of_several(self, root: etree._Element) -> tuple[Finding, ...]:
        """What is wrong with the element around several documents, apart from the documents."""
        wrong: list[Finding] = []
        own = f"{{{self.namespace}}}{self.single}"
        for name in root.attrib:
            if not name.startswith(OF_INSTANCES):
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

    def _finding(self, node: etree._Element | None, line: int, message: str) -> Finding:
        attribute = _ATTRIBUTE.search(message.partition(": ")[0] if "is required" not in message else message)
        name = attribute[1] if attribute else ""
        here = Location(line=line) if node is None else place_of(node)
        if _UNEXPECTED in message:
            return found("xml-unexpected", here, expected=_expected(message))
        if _MISSING in message:
            return found("xml-missing", here, expected=_expected(message))
        if any(words in message for words in _MIXED):
            return found("xml-text-misplaced", here)
        at = here if node is None or not name else place_of(node, name)
        if _MISSING_ATTRIBUTE in message:
            return found("xml-attribute-missing", at)
        if name and message.endswith(_UNKNOWN_ATTRIBUTE):
            return found("xml-attribute-unknown", at)
        value = None if node is None else node.get(name) if name else node.text
        if any(words in message for words in _VALUE):
            return found("xml-value", at, (value or "").strip(), form=self._form(node, name))
        return found("xml-rule", at, rule=_NAMESPACE.sub("", message))

    def _form(self, node: etree._Element | None, attribute: str) -> str:
        """What the type of a value says about itself."""
        names: list[str] = []
        while node is not None and local_name(node) != self.single:
            names.append(local_name(node))
            node = node.getparent()
        shape = self.shape
        for name in reversed(names):
            shape = _shape(_shape(shape.get("properties")).get(name))
            shape = _shape(shape.get("items", shape))
        properties = _shape(shape.get("properties"))
        shape = _shape(properties.get(f"@{attribute}" if attribute else ".", shape))
        return str(shape.get("title") or "in the form that its schema wants")


def _node(root: etree._Element, path: str | None) -> etree._Element | None:
    """The element a path of the judge leads to, for which `root` is the outermost one."""
    if path is None or not path.startswith("/*"):
        return None
    held = root.xpath(f".{path[2:]}")
    first = held[0] if isinstance(held, list) and held else None
    return first if isinstance(first, etree._Element) else None


def _expected(message: str) -> str:
    match = _EXPECTED.search(message)
    return _NAMESPACE.sub("", match[1]) if match else "no further element"


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
        """The shape of a text of this type, with what the type says about itself."""
        held = self.simple.get(_plain(name))
        said = held.findtext(f"{_XSD}annotation/{_XSD}documentation") if held is not None else None
        return {"type": "string", "title": " ".join(said.split())} if said else {"type": "string"}

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
