"""What a release takes over from the one it is based on, so that its files state only what differs."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from gateway.errors import Mistake
from gateway.formats.x12.definitions import CodeList, Composite, Element, ElementUse, Segment
from gateway.schema.lines import Line
from gateway.suggestions import suggestion

BASE_FILE = "release.yaml"


class Parts(msgspec.Struct, frozen=True):
    """The elements, composites and segments of a release by number and tag, before its sets are read."""

    elements: Mapping[str, Element]
    composites: Mapping[str, Composite]
    segments: Mapping[str, Segment]


def base_named(
    file: str, root: Line, installed: tuple[str, ...], above: tuple[str, ...], mistakes: list[Mistake]
) -> str | None:
    """The release that `release.yaml` names as the base; `above` are those that are based on this one."""
    line = root.find("base")
    for child in root.children:
        if child is not line:
            mistakes.append((file, child.number, f"has the unknown key {child.text!r}; the only key is base"))
    if line is None or not line.value:
        mistakes.append((file, line.number if line else 0, "must say `base:` and a release, such as 004010"))
        return None
    if line.value in above:
        mistakes.append((file, line.number, f"is based on {line.value}, which is based on this release"))
        return None
    if line.value not in installed:
        text = f"is based on {line.value}, which is not there"
        mistakes.append((file, line.number, text + suggestion(line.value, installed)))
        return None
    return line.value


def inherited_elements(
    base: Parts, own: Mapping[str, Element], shared: Mapping[str, Element]
) -> dict[str, Element]:
    """The elements of the base with those of the release in their place, each with the codes of the base.

    A list that was whole is partial here, since the base cannot know which codes came later; codes that do
    not fit a changed length are left out. Those of the envelope (`shared`) hold for every release.
    """
    taken = {number: element for number, element in base.elements.items() if number not in shared}
    return {
        number: _with_codes_of(taken.get(number), element) for number, element in {**taken, **own}.items()
    }


def renewed_composites(base: Parts, elements: Mapping[str, Element]) -> dict[str, Composite]:
    """The composites of the base, made of the elements of the release."""
    return {
        number: msgspec.structs.replace(composite, components=_renewed(composite.components, elements))
        for number, composite in base.composites.items()
    }


def renewed_segments(
    base: Parts, elements: Mapping[str, Element], composites: Mapping[str, Composite]
) -> dict[str, Segment]:
    """The segments of the base, made of the elements and composites of the release."""
    known: dict[str, Element | Composite] = {**elements, **composites}
    return {
        tag: msgspec.structs.replace(segment, uses=_renewed(segment.uses, known))
        for tag, segment in base.segments.items()
    }


def _with_codes_of(base: Element | None, element: Element) -> Element:
    if base is None or base.codes is None or element.type != "ID":
        return element
    fitting = {
        code: words
        for code, words in base.codes.codes.items()
        if element.minimum <= len(code) <= element.maximum
    }
    return msgspec.structs.replace(element, codes=CodeList(False, fitting))


def _renewed(
    uses: tuple[ElementUse, ...], known: Mapping[str, Element] | Mapping[str, Element | Composite]
) -> tuple[ElementUse, ...]:
    return tuple(
        msgspec.structs.replace(use, content=known.get(use.content.number, use.content)) for use in uses
    )
