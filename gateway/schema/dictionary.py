"""Reads `elements.yaml` and `codes.yaml`: the data element dictionary and the code lists of a release."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec

from gateway.errors import Mistake
from gateway.formats.x12.definitions import CodeList, Element
from gateway.schema.lines import Line
from gateway.suggestions import suggestion

TYPES = ("AN", "ID", "N0", "N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8", "N9", "R", "DT", "TM", "B")

ANY_LENGTH = 4096
"""The longest element of the release; only an element with a mistake in its line is given it."""

_ELEMENT = re.compile(r"(\S+) +([0-9]{1,6})/([0-9]{1,6}) +(\S.*)")
_NUMBER = re.compile(r"I?[0-9]{1,4}")


def read_elements(file: str, section: Line, mistakes: list[Mistake]) -> dict[str, Element]:
    """Lines such as `353: ID 2/2 Purpose of the set`: number, type, shortest/longest, name."""
    elements: dict[str, Element] = {}
    for line in section.children:
        match = _ELEMENT.fullmatch(line.value or "")
        problem = ""
        if match is None:
            problem = "is not `number: type shortest/longest name`, such as `353: ID 2/2 Purpose of the set`"
        elif not _NUMBER.fullmatch(line.text):
            problem = f"has {line.text!r} for the number of an element; write up to four digits"
        elif match[1] not in TYPES:
            problem = f"has the unknown type {match[1]!r}; types are {' '.join(TYPES)}"
        elif not 1 <= int(match[2]) <= int(match[3]):
            problem = f"has lengths {match[2]}/{match[3]}; write the shortest, at least 1, then the longest"
        if problem or match is None:
            mistakes.append((file, line.number, problem))
            # It stays known, so that the mistake is not followed by one for each use of the element.
            elements[line.text] = Element(line.text, "", "ID", 1, ANY_LENGTH)
        else:
            elements[line.text] = Element(line.text, match[4], match[1], int(match[2]), int(match[3]))
    return elements


def read_codes(
    file: str, section: Line, elements: Mapping[str, Element], mistakes: list[Mistake]
) -> dict[str, CodeList]:
    """The code lists by element number: `list: whole` or `list: partial`, `codes:` with our words for each,
    `others:` with codes that need no words. Codes that an element has from the base of the release stay."""
    lists: dict[str, CodeList] = {}
    for entry in section.children:
        element = elements.get(entry.text)
        if element is None:
            text = f"lists codes of element {entry.text}, which is not defined"
            mistakes.append((file, entry.number, text + suggestion(entry.text, elements)))
            continue
        if element.type != "ID":
            text = f"lists codes of element {entry.text}, but only elements of type ID have codes"
            mistakes.append((file, entry.number, text))
        kind = _kind(file, entry, mistakes)
        inherited = element.codes.codes if element.codes is not None else {}
        codes = {**inherited, **_codes(file, entry, element, mistakes)}
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
    for number, code, words in _listed(file, entry, mistakes):
        problem = ""
        if code in codes:
            problem = f"lists the code {code} of element {element.number} a second time"
        elif not element.minimum <= len(code) <= element.maximum:
            problem = (
                f"lists the code {code}, but element {element.number} has "
                f"{element.minimum} to {element.maximum} characters"
            )
        if problem:
            mistakes.append((file, number, problem))
        codes.setdefault(code, words)
    return codes


def _listed(file: str, entry: Line, mistakes: list[Mistake]) -> Iterator[tuple[int, str, str]]:
    for part in entry.children:
        if part.text == "codes":
            for line in part.children:
                if line.item or line.opens:
                    text = f"has {line.text!r}; write a code and our words for it, such as `00: Original`"
                    mistakes.append((file, line.number, text))
                yield line.number, line.text, line.value or ""
        elif part.text == "others":
            yield from ((number, code, "") for number, text in part.texts() for code in text.split())
        elif part.text != "list":
            text = f"has the unknown key {part.text!r}; keys are list, codes and others"
            mistakes.append((file, part.number, text))
