"""Elements to trees of texts and back, by the shape of a schema; see `xml_schema.XmlSchema`.

A tree is a dict of texts, dicts and lists of them, as JSON has them. Blanks around a text are no part of it,
and an empty element says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

from gateway.findings import Finding, Location, found
from gateway.formats.json import Json, JsonObject
from gateway.formats.xml import local_name, place_of, xpath_of
from gateway.formats.xml_judge import BLANKS, OF_INSTANCES, Shape
from gateway.formats.xml_schema import XmlSchema
from gateway.formats.xml_text import character_fault

__all__ = ["inner_shape", "place_in", "pointer_of_xpath", "render", "tree_of", "unwritable", "xpath_in"]

_IN_TEXT = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_IN_ATTRIBUTE = {**_IN_TEXT, '"': "&quot;", "\n": "&#10;", "\t": "&#9;"}


def tree_of(element: etree._Element, shape: Shape) -> JsonObject:
    """The tree of a valid element whose shape is an object."""
    properties = _properties(shape)
    tree: JsonObject = {}
    for name, value in element.items():
        if value.strip(BLANKS) and not name.startswith(OF_INSTANCES):
            tree[f"@{name}"] = value.strip(BLANKS)
    if "." in properties and _text(element):
        tree["."] = _text(element)
    for child in element:
        name = local_name(child)
        inner = _shape(properties.get(name))
        if inner.get("type") != "array":
            held = _value(child, inner)
            if held:
                tree[name] = held
            continue
        held = _value(child, _shape(inner.get("items")))
        if held:
            items = tree.setdefault(name, [])
            assert isinstance(items, list)
            items.append(held)
    return tree


def _value(element: etree._Element, shape: Shape) -> Json:
    return tree_of(element, shape) if shape.get("type") == "object" else _text(element)


def _text(element: etree._Element) -> str:
    return (element.text or "").strip(BLANKS)


def place_in(element: etree._Element, pointer: str) -> Location:
    """Line and XPath of what a JSON pointer into the tree of an element names.

    What is not there is placed on the line of the element it should stand in.
    """
    parts = _parts(pointer)
    node = element
    while parts:
        name = parts[0]
        if name.startswith("@"):
            return place_of(node, name[1:])
        if name == ".":
            break
        position = int(parts[1]) if len(parts) > 1 and parts[1].isdecimal() else 0
        inner = _nth(node, name, position)
        if inner is None:
            return Location(line=node.sourceline, xpath="/".join((xpath_of(node), *_shown(parts))))
        node = inner
        parts = parts[2:] if len(parts) > 1 and parts[1].isdecimal() else parts[1:]
    return place_of(node)


def _nth(node: etree._Element, name: str, position: int) -> etree._Element | None:
    """The child of this name and position among those that say anything."""
    for child in node:
        if local_name(child) == name and (len(child) or child.attrib or _text(child)):
            if position == 0:
                return child
            position -= 1
    return None


def xpath_in(root: str, pointer: str) -> str:
    """The XPath of a place in a tree that is not written yet."""
    return "/".join((f"/{root}", *_shown(_parts(pointer))))


def _parts(pointer: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def _shown(parts: Sequence[str]) -> Iterator[str]:
    for number, part in enumerate(parts):
        if part == "." or part.isdecimal():
            continue
        following = parts[number + 1] if number + 1 < len(parts) else ""
        yield f"{part}[{int(following) + 1}]" if following.isdecimal() else part


def pointer_of_xpath(xpath: str, shape: Shape) -> str:
    """The JSON pointer into a tree for the XPath of a place in its document; positions count from 0."""
    pointer = ""
    for part in xpath.split("/")[2:]:
        name, _, position = part.partition("[")
        pointer += f"/{name}"
        shape = _shape(_properties(shape).get(name))
        if shape.get("type") == "array":
            pointer += f"/{int(position.removesuffix(']') or 1) - 1}"
            shape = _shape(shape.get("items"))
    return pointer


def unwritable(tree: Json, root: str, pointer: str = "") -> Iterator[Finding]:
    """A finding for each text with a character that XML cannot carry; `root` is the outermost element."""
    if isinstance(tree, str):
        at = character_fault(tree)
        if at is not None:
            place = Location(xpath=xpath_in(root, pointer))
            yield found("xml-character", place, f"U+{ord(tree[at]):04X}")
    elif isinstance(tree, dict):
        for name, value in tree.items():
            yield from unwritable(value, root, f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(tree, list):
        for number, value in enumerate(tree):
            yield from unwritable(value, root, f"{pointer}/{number}")


def render(trees: Sequence[JsonObject], schema: XmlSchema) -> bytes:
    """The file of these documents: UTF-8 with its declaration, indented by two blanks, a line end at the end.

    Elements and attributes stand in the order of the schema; what the schema does not know stands last, so
    that its judge refuses it.
    """
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    namespace = f' xmlns="{schema.namespace}"'
    if len(trees) == 1:
        _element(lines, schema.single, trees[0], schema.shape, 0, namespace)
    else:
        lines.append(f"<{schema.several}{namespace}>")
        for tree in trees:
            _element(lines, schema.single, tree, schema.shape, 1)
        lines.append(f"</{schema.several}>")
    return "\n".join((*lines, "")).encode("utf-8", "surrogatepass")


def _element(lines: list[str], name: str, value: Json, shape: Shape, depth: int, more: str = "") -> None:
    indent = "  " * depth
    if not isinstance(value, dict):
        lines.append(f"{indent}<{name}{more}>{_escaped(str(value), _IN_TEXT)}</{name}>")
        return
    properties = _properties(shape)
    names = [key for key in properties if key in value] + [key for key in value if key not in properties]
    attributes = "".join(
        f' {key[1:]}="{_escaped(str(value[key]), _IN_ATTRIBUTE)}"' for key in names if key.startswith("@")
    )
    inner = [key for key in names if not key.startswith("@") and key != "."]
    text = value.get(".")
    if not inner:
        said = _escaped(str(text), _IN_TEXT) if text is not None else ""
        closed = f">{said}</{name}>" if said else "/>"
        lines.append(f"{indent}<{name}{more}{attributes}{closed}")
        return
    lines.append(f"{indent}<{name}{more}{attributes}>")
    for key in inner:
        held, within = value[key], _shape(properties.get(key))
        items = held if isinstance(held, list) else [held]
        within = _shape(within.get("items")) if within.get("type") == "array" else within
        for item in items:
            _element(lines, key, item, within, depth + 1)
    lines.append(f"{indent}</{name}>")


def _escaped(text: str, signs: Mapping[str, str]) -> str:
    for sign, written in signs.items():
        text = text.replace(sign, written)
    return text


def inner_shape(shape: Shape, name: str) -> tuple[Shape, bool]:
    """The shape of an element inside another, and whether it may stand there many times."""
    inner = _shape(_properties(shape).get(name))
    many = inner.get("type") == "array"
    return (_shape(inner.get("items")) if many else inner), many


def _properties(shape: Shape) -> Shape:
    return _shape(shape.get("properties"))


def _shape(node: object) -> Shape:
    return node if isinstance(node, Mapping) else {}
