"""Reads `elements.yaml` and `codes.yaml`: the data element dictionary and the code lists of a release."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from gateway.formats.x12.definitions import CodeList, Element
from gateway.schema.lines import Line, Mistake
from gateway.schema.suggestions import did_you_mean

TYPES = ("AN", "ID", "N0", "N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8", "N9", "R", "DT", "TM", "B")

_ELEMENT = re.compile(r"(\S+)\s+(\d+)/(\d+)\s+(\S.*)")
_NUMBER = re.compile(r"I?\d{1,4}")


def read_elements(file: str, section: Line, mistakes: list[Mistake]) -> dict[str, Element]:
    """Lines such as `353: ID 2/2 Purpose of the set`: number, type, shortest/longest, name."""
    elements: dict[str, Element] = {}
    for line in section.children:
        match = _ELEMENT.fullmatch(line.value or "")
        problem = ""
        if match is None:
            problem = "is not `number: type shortest/longest name`, such as `353: ID 2/2 Purpose of the set`"
        elif not _NUMBER.fullmatch(line.text):
            problem = (
                f"has {line.text!r} for the number of an element; it is up to four digits, or I and digits"
            )
        elif match[1] not in TYPES:
            problem = f"has the unknown type {match[1]!r}; types are {' '.join(TYPES)}"
        elif not 1 <= int(match[2]) <= int(match[3]):
            problem = (
                f"has lengths {match[2]}/{match[3]}; the shortest is at least 1 and not above the longest"
            )
        if problem or match is None:
            mistakes.append((file, line.number, problem))
            continue
        elements[line.text] = Element(line.text, match[4], match[1], int(match[2]), int(match[3]))
    return elements


def read_codes(
    file: str, section: Line, elements: Mapping[str, Element], mistakes: list[Mistake]
) -> dict[str, CodeList]:
    """The code lists by element number: `list: whole` or `list: partial`, `codes:` with our words for each,
    `others:` with codes that need no words."""
    lists: dict[str, CodeList] = {}
    for entry in section.children:
        element = elements.get(entry.text)
        if element is None:
            text = f"lists codes of element {entry.text}, which is not defined"
            mistakes.append((file, entry.number, text + did_you_mean(entry.text, elements)))
            continue
        if element.type != "ID":
            text = f"lists codes of element {entry.text}, but only elements of type ID have codes"
            mistakes.append((file, entry.number, text))
        kind = _kind(file, entry, mistakes)
        codes = _codes(file, entry, element, mistakes)
        if not codes and kind == "whole":
            mistakes.append((file, entry.number, f"says the list of {entry.text} is whole but lists no code"))
        lists[entry.text] = CodeList(kind == "whole", codes)
    return lists


def with_codes(elements: Mapping[str, Element], lists: Mapping[str, CodeList]) -> dict[str, Element]:
    """The elements with their code lists."""
    return {
        number: msgspec.structs.replace(element, codes=lists[number]) if number in lists else element
        for number, element in elements.items()
    }


def _kind(file: str, entry: Line, mistakes: list[Mistake]) -> str:
    kind = entry.find("list")
    if kind is None or kind.value not in ("whole", "partial"):
        line = kind.number if kind else entry.number
        mistakes.append((file, line, "must say `list: whole` or `list: partial`"))
        return "partial"
    return kind.value


def _codes(file: str, entry: Line, element: Element, mistakes: list[Mistake]) -> dict[str, str]:
    codes: dict[str, str] = {}
    for part in entry.children:
        if part.text == "codes":
            found = [(line.number, line.text, line.value or "") for line in part.children]
        elif part.text == "others":
            found = [(number, code, "") for number, text in part.texts() for code in text.split()]
        elif part.text == "list":
            continue
        else:
            text = f"has the unknown key {part.text!r}; keys are list, codes and others"
            mistakes.append((file, part.number, text))
            continue
        for number, code, words in found:
            if code in codes:
                mistakes.append(
                    (file, number, f"lists the code {code} of element {element.number} a second time")
                )
            elif not element.minimum <= len(code) <= element.maximum:
                mistakes.append(
                    (
                        file,
                        number,
                        f"lists the code {code}, but element {element.number} has {element.minimum} to "
                        f"{element.maximum} characters",
                    )
                )
            codes.setdefault(code, words)
    return codes
