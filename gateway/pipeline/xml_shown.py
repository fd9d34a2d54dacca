"""XML documents as a person reads them, and where each place of their tree stands in the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from gateway.findings import Location
from gateway.formats.json_pointer import child
from gateway.formats.xml import local_name
from gateway.formats.xml_judge import BLANKS, OF_INSTANCES, Shape
from gateway.formats.xml_schema import XmlSchema
from gateway.formats.xml_tree import inner_shape
from gateway.mapping.evaluate.trace import Place
from gateway.mapping.explain.model import Line, Part, Shown, key_of

__all__ = ["shown_element"]


def shown_element(element: etree._Element, schema: XmlSchema, path: str = "") -> Shown:
    """A valid element, without prefixes and comments; `path` is its XPath in the file."""
    walk = _Walk()
    walk.take(element, schema.shape, "", path or f"/{schema.single}", 0)

    def moved(place: Place) -> Place:
        return Place(walk.place(place.location), place.value)

    return Shown(tuple(walk.lines), at=moved)


class _Walk:
    """One way through an element: its lines, and the places of its tree by their JSON pointers."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.places: dict[str, Location] = {}

    def place(self, location: Location) -> Location:
        """The place in the file for one in the tree; what is not there stands in the element around it."""
        pointer = location.pointer or ""
        while pointer and pointer not in self.places:
            pointer = pointer.rpartition("/")[0]
        return self.places[pointer]

    def take(self, element: etree._Element, shape: Shape, pointer: str, path: str, depth: int) -> bool:
        """Whether the element says anything: one that does not has no place in the tree."""
        name, text = local_name(element), (element.text or "").strip(BLANKS)
        self.places[pointer] = Location(line=element.sourceline, xpath=path)
        self.places[child(pointer, ".")] = self.places[pointer]
        attributes = list(self.attributes(element, pointer, path))
        opening = [Part("  " * depth + f"<{name}"), *attributes]
        line = element.sourceline or 0
        if not len(element):
            said = [Part(">"), Part(text, key_of(self.places[pointer])), Part(f"</{name}>")]
            self.lines.append(Line(line, (*opening, *(said if text else [Part("/>")]))))
            return bool(text or attributes)
        self.lines.append(Line(line, (*opening, Part(">"))))
        saying = self.inner(element, shape, pointer, path, depth + 1)
        self.lines.append(Line(0, (Part("  " * depth + f"</{name}>"),)))
        return bool(saying or attributes)

    def inner(self, element: etree._Element, shape: Shape, pointer: str, path: str, depth: int) -> bool:
        """Whether one of the elements inside says anything."""
        names = Counter(local_name(each) for each in element)
        seen: Counter[str] = Counter()
        saying: Counter[str] = Counter()
        for each in element:
            name = local_name(each)
            seen[name] += 1
            inner, many = inner_shape(shape, name)
            below = child(pointer, name)
            below = child(below, saying[name]) if many else below
            numbered = f"[{seen[name]}]" if names[name] > 1 else ""
            if self.take(each, inner, below, f"{path}/{name}{numbered}", depth):
                saying[name] += 1
        return bool(saying)

    def attributes(self, element: etree._Element, pointer: str, path: str) -> Iterator[Part]:
        for name, value in element.items():
            text = value.strip(BLANKS)
            if text and not str(name).startswith(OF_INSTANCES):
                at = Location(line=element.sourceline, xpath=f"{path}/@{name}")
                self.places[child(pointer, f"@{name}")] = at
                yield from (Part(f' {name}="'), Part(text, key_of(at)), Part('"'))
