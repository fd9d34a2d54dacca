"""What is wrong with an XML document by the shape of its schema: every fault, at its place, in plain words.

It goes through a document once and names faults behind other faults too, which libxml2 does not; nor does it
take longer the more there are. What it does not know of a schema is judged by libxml2: see `xml_schema`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from lxml import etree

from gateway.findings import Finding, found
from gateway.formats.xml import local_name, place_of

__all__ = ["HINTS", "OF_INSTANCES", "Shape", "faults"]

OF_INSTANCES = "{http://www.w3.org/2001/XMLSchema-instance}"  # before names such as schemaLocation
HINTS = frozenset(f"{OF_INSTANCES}{name}" for name in ("schemaLocation", "noNamespaceSchemaLocation"))
"""Attributes that tell where a schema may be found."""
BLANKS = " \t\r\n"
TEXT = "."

Shape = Mapping[str, object]


def faults(element: etree._Element, shape: Shape, namespace: str) -> Iterator[Finding]:
    """The faults of an element and all in it, in their order; those of an element that is not known alone."""
    yield from _attributes(element, shape)
    if shape.get("type") != "object":
        yield from _text(element, shape)
        return
    properties = inner(shape, "properties")
    if TEXT in properties:
        yield from _text(element, inner(properties, TEXT))
        return
    if _is_said(element.text) or any(_is_said(child.tail) for child in element):
        yield found("xml-text-misplaced", place_of(element))
    yield from _children(element, shape, namespace)


def _children(element: etree._Element, shape: Shape, namespace: str) -> Iterator[Finding]:
    properties = inner(shape, "properties")
    order = [name for name in properties if not name.startswith("@")]
    required = shape.get("required")
    missing = [name for name in order if isinstance(required, list) and name in required]
    seen = -1
    for child in element:
        name = local_name(child)
        if child.tag != f"{{{namespace}}}{name}" or name not in properties:
            yield found("xml-unexpected", place_of(child), expected=_expected(order, seen, properties))
            continue
        place, held = order.index(name), inner(properties, name)
        several = held.get("type") == "array"
        if place < seen or (place == seen and not several):
            yield found("xml-unexpected", place_of(child), expected=_expected(order, seen, properties))
        seen = max(place, seen)
        missing = [each for each in missing if each != name]
        yield from faults(child, inner(held, "items") if several else held, namespace)
    for name in missing:
        yield found("xml-missing", place_of(element), expected=name)


def _expected(order: list[str], seen: int, properties: Shape) -> str:
    """What may stand at this place: the rest of the elements, the last one again where it repeats."""
    repeats = seen >= 0 and inner(properties, order[seen]).get("type") == "array"
    return ", ".join(order[seen if repeats else seen + 1 :]) or "no further element"


def _attributes(element: etree._Element, shape: Shape) -> Iterator[Finding]:
    properties = inner(shape, "properties")
    for name, value in element.items():
        if name in HINTS:
            continue
        if name.startswith(OF_INSTANCES):
            # By xsi:type an element would be of another type than the one its shape is read by.
            own = name.removeprefix(OF_INSTANCES)
            yield found("xml-attribute-unknown", place_of(element, f"xsi:{own}"))
        elif f"@{name}" not in properties:
            yield found("xml-attribute-unknown", place_of(element, name))
        elif not fits(value, inner(properties, f"@{name}")):
            form = _form(inner(properties, f"@{name}"))
            yield found("xml-value", place_of(element, name), value.strip(BLANKS), form=form)
    required = shape.get("required")
    for name in required if isinstance(required, list) else ():
        if name.startswith("@") and name[1:] not in element.attrib:
            yield found("xml-attribute-missing", place_of(element, name[1:]))


def _text(element: etree._Element, shape: Shape) -> Iterator[Finding]:
    if len(element):
        yield found("xml-text-misplaced", place_of(element))
    elif not fits(element.text or "", shape):
        value = (element.text or "").strip(BLANKS)
        yield found("xml-value", place_of(element), value or None, form=_form(shape))


def fits(text: str, shape: Shape) -> bool:
    """Whether a text is of its type, as far as the shape tells."""
    text = " ".join(text.split(None))
    least, patterns = shape.get("minLength"), shape.get("patterns")
    if isinstance(least, int) and len(text) < least:
        return False
    if isinstance(patterns, list) and not all(re.fullmatch(pattern, text) for pattern in patterns):
        return False
    return not shape.get("moment") or _is_moment(text)


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _form(shape: Shape) -> str:
    return str(shape.get("title") or "in the form that its schema wants")


def _is_said(text: str | None) -> bool:
    return bool(text and text.strip(BLANKS))


def inner(shape: Shape, key: str) -> Shape:
    """The mapping under a key of a shape, empty where there is none."""
    held = shape.get(key)
    return held if isinstance(held, Mapping) else {}
