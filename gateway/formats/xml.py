"""XML files to elements, safely: within limits, without DOCTYPE, entities, files or network.

Comments and processing instructions are passed over. The elements know their lines; `place_of` gives the
XPath.
"""

from __future__ import annotations

import re

from lxml import etree

from gateway.findings import Finding, Location, found
from gateway.formats.xml_text import text_of

__all__ = ["MAX_XML_DEPTH", "local_name", "parse", "place_of", "xpath_of"]

MAX_XML_DEPTH = 100  # elements within each other; documents of ours have ten
MAX_XML_TEXT = 10_000_000  # characters of one text; libxml2 refuses longer ones without `huge_tree`

_DEEPER = etree.XPath("boolean(" + "/*" * (MAX_XML_DEPTH + 1) + ")")
_POSITION = etree.XPath("count(preceding-sibling::*[local-name() = $name]) + 1")
_LIKE_IT = etree.XPath("boolean(following-sibling::*[local-name() = $name])")
_ENTITY = re.compile(r"Entity '([^']*)' not defined")
_LINE = re.compile(r",? line [0-9]+(?:, column [0-9]+)?.*", re.DOTALL)
_PLAIN_WORDS = (
    (re.compile(r"Opening and ending tag mismatch: (\S+) line ([0-9]+) and ([^\s,]+)"),
     "the element {0} of line {1} is closed by {2}"),
    (re.compile(r"Attribute (\S+) redefined"), "the attribute {0} stands twice in one element"),
    (re.compile(r"Premature end of data in tag (\S+) line ([0-9]+)"),
     "the text ends before the element {0} of line {1} is closed"),
    (re.compile(r"Extra content at the end"), "there is more after the end of the outermost element"),
    (re.compile(r"(?:Document is empty|Start tag expected)"), "it does not begin with an element"),
    (re.compile(r"(?:EntityRef|xmlParseEntityRef)"), "a & stands alone; written as text it is &amp;"),
    (re.compile(r"Unescaped '<' not allowed in attributes"),
     "a < stands in an attribute; written as text it is &lt;"),
    (re.compile(r"Couldn't find end of Start Tag (\S+)"), "the tag {0} has no end"),
    (re.compile(r"xmlParseCharRef"), "a number such as &#1; stands for a character that XML cannot carry"),
    (re.compile(r"Sequence ']]>' not allowed"), "]]> stands in a text; written as text it is ]]&gt;"),
    (re.compile(r"AttValue: \" or ' expected"), "the value of an attribute stands without quotes"),
    (re.compile(r"Namespace prefix (\S+)"), "the prefix {0} stands for no namespace"),
    (re.compile(r"XML declaration allowed only"), "the XML declaration does not stand at the very beginning"),
)  # fmt: skip


def parse(data: bytes) -> tuple[etree._Element | None, tuple[Finding, ...]]:
    """The outermost element of an XML file, and what is to be said about it.

    It is None whenever a finding is an error. Bounded by the limits named here and in `xml_text`; no input
    raises.
    """
    text, findings = text_of(data)
    if findings:
        return None, findings
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        strip_cdata=True,
    )
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        return None, (_syntax(error),)
    if _DEEPER(root):
        return None, (found("xml-too-deep", limit=MAX_XML_DEPTH),)
    if root.getroottree().docinfo.doctype:  # the prolog was looked at before; this is the parser's own word
        return None, (found("xml-doctype"),)
    return root, ()


def _syntax(error: etree.XMLSyntaxError) -> Finding:
    message = error.msg or ""
    line = max(error.position[0], 1) if error.position else 1
    place = Location(line=line)
    if message.startswith("Excessive depth"):
        return found("xml-too-deep", place, limit=MAX_XML_DEPTH)
    if message.startswith("Resource limit exceeded"):
        return found("xml-too-large", place, limit=f"{MAX_XML_TEXT:,} characters in one text")
    entity = _ENTITY.search(message)
    if entity is not None:
        return found("xml-entity", place, entity[1])
    for pattern, words in _PLAIN_WORDS:
        match = pattern.match(message)
        if match is not None:
            return found("xml-syntax", place, problem=words.format(*match.groups()))
    return found("xml-syntax", place, problem=_LINE.sub("", message) or "it cannot be read on")


def local_name(element: etree._Element) -> str:
    """The name of an element without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def xpath_of(element: etree._Element) -> str:
    """The path to an element by names without prefixes, with positions where several of a name stand."""
    parts = []
    node: etree._Element | None = element
    while node is not None:
        name = local_name(node)
        position = int(_POSITION(node, name=name))
        numbered = position > 1 or _LIKE_IT(node, name=name)
        parts.append(f"{name}[{position}]" if numbered else name)
        node = node.getparent()
    return "/" + "/".join(reversed(parts))


def place_of(element: etree._Element, attribute: str = "") -> Location:
    """Line and XPath of an element, or of one of its attributes."""
    path = xpath_of(element)
    return Location(line=element.sourceline, xpath=f"{path}/@{attribute}" if attribute else path)
