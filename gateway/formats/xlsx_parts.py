"""The small parts of a spreadsheet: which sheets it has, its shared texts, which styles show days or times.

ECMA-376 part 1, §18.2 (workbook), §18.4 (shared strings), §18.8 (styles); both the transitional and the
strict namespaces.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import msgspec

from gateway.findings import found
from gateway.formats.xlsx_package import Package, RefusedError, walk_xml

__all__ = [
    "MAX_SHEETS",
    "MAX_TEXTS",
    "SheetPart",
    "date_styles",
    "local",
    "shared_texts",
    "sheet_parts",
    "unescaped",
]

MAX_SHEETS = 200
MAX_TEXTS = 1_500_000  # shared ones
MAX_NAME = 255  # characters of the name of a sheet; spreadsheet programs allow 31
MAX_FORMAT = 255  # characters of a number format that are looked at; spreadsheet programs allow no more

MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main ",
    "http://purl.oclc.org/ooxml/spreadsheetml/main ",
)
_NAMES = "sheet sheetData row col c v f is t si rPh mergeCell numFmt cellXfs xf"
_LOCAL = MappingProxyType({space + name: name for space in MAIN for name in _NAMES.split()})
_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))  # §18.8.30
_LITERAL = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')  # parts of a number format that are no pattern
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")  # §22.9.2.19: a character by its number


class SheetPart(msgspec.Struct, frozen=True):
    """A sheet as the workbook names it: `path` is its part, "" where it is none of cells."""

    name: str
    path: str
    hidden: bool


def local(name: str) -> str:
    """The local name of an element of spreadsheets that is looked at, "" of any other."""
    return _LOCAL.get(name, "")


def unescaped(text: str) -> str:
    """A text of a cell with the characters that stand by their number."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def sheet_parts(package: Package) -> tuple[SheetPart, ...]:
    """The sheets in their order."""
    book = next(
        (target for kind, target in _relations(package, "").values() if kind.endswith("/officeDocument")), ""
    )
    if not book or not book.endswith(".xml"):
        raise RefusedError(found("sheet-unreadable", reason="it is not an .xlsx file"))
    related = _relations(package, book)
    sheets: list[SheetPart] = []

    def start(name: str, attributes: Mapping[str, str]) -> None:
        if local(name) != "sheet":
            return
        if len(sheets) >= MAX_SHEETS:
            raise RefusedError(found("sheet-too-large", what="sheets", limit=str(MAX_SHEETS)))
        relation = next((value for key, value in attributes.items() if key.endswith("/relationships id")), "")
        kind, target = related.get(relation, ("", ""))
        hidden = attributes.get("state", "visible") != "visible"
        title = attributes.get("name", "")
        sheets.append(SheetPart(title, target if kind.endswith("/worksheet") else "", hidden))

    walk_xml(book, package.read(book), start)
    wrong = _wrong_with(sheets)
    if wrong:
        raise RefusedError(found("sheet-xml", value=book, reason=wrong))
    return tuple(sheets)


def _wrong_with(sheets: Sequence[SheetPart]) -> str:
    """Why these cannot be the sheets of a spreadsheet, "" when they can."""
    if not all(0 < len(sheet.name) <= MAX_NAME for sheet in sheets):
        return f"a sheet has no name, or one of more than {MAX_NAME} characters"
    if len({sheet.name.lower() for sheet in sheets}) < len(sheets):
        return "two sheets have one name"
    paths = [sheet.path.lower() for sheet in sheets if sheet.path]
    return "two sheets are one part" if len(set(paths)) < len(paths) else ""


def _relations(package: Package, part: str) -> dict[str, tuple[str, str]]:
    """The relations of a part by their name: kind and target, a part of the same package."""
    folder, _, name = part.rpartition("/")
    path = f"{folder}/_rels/{name}.rels".lstrip("/")
    relations: dict[str, tuple[str, str]] = {}

    def start(element: str, attributes: Mapping[str, str]) -> None:
        if element.endswith(" Relationship") and attributes.get("TargetMode") != "External":
            target = _joined(folder, attributes.get("Target", ""))
            relations[attributes.get("Id", "")] = (attributes.get("Type", ""), target)

    if package.has(path):
        walk_xml(path, package.read(path), start)
    return relations


def _joined(folder: str, target: str) -> str:
    names = [] if target.startswith("/") else [name for name in folder.split("/") if name]
    for name in target.split("/"):
        if name == "..":
            del names[-1:]
        elif name not in ("", "."):
            names.append(name)
    return "/".join(names)


def shared_texts(package: Package) -> list[str]:
    """The texts that cells name by their number."""
    path = _of_kind(package, "sharedStrings")
    texts: list[str] = []
    if not path:
        return texts
    pieces: list[str] = []
    inside: list[str] = []

    def start(name: str, _: Mapping[str, str]) -> None:
        inside.append(local(name))
        if inside[-1] == "si":
            pieces.clear()

    def end(name: str) -> None:
        inside.pop()
        if local(name) == "si":
            texts.append(unescaped("".join(pieces)))
            if len(texts) > MAX_TEXTS:
                raise RefusedError(found("sheet-too-large", what="texts", limit=f"{MAX_TEXTS:,}"))

    def text(piece: str) -> None:
        if inside[-1] == "t" and "rPh" not in inside:  # rPh tells how to pronounce the text
            pieces.append(piece)

    walk_xml(path, package.read(path), start, end, text)
    return texts


def date_styles(package: Package) -> frozenset[str]:
    """The numbers of the cell styles that show a number as a day or a time."""
    path = _of_kind(package, "styles")
    if not path:
        return frozenset()
    formats: dict[str, str] = {}
    styles: list[str] = []
    inside: list[str] = []

    def start(name: str, attributes: Mapping[str, str]) -> None:
        inside.append(local(name))
        if inside[-1] == "numFmt":
            formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")[:MAX_FORMAT]
        elif inside[-2:] == ["cellXfs", "xf"]:
            styles.append(attributes.get("numFmtId", "0"))

    def end(_: str) -> None:
        inside.pop()

    walk_xml(path, package.read(path), start, end)
    days = {held for held in frozenset(styles) if _shows_days(held, formats)}
    return frozenset(str(number) for number, held in enumerate(styles) if held in days)


def _shows_days(number: str, formats: Mapping[str, str]) -> bool:
    if number in formats:
        return any(letter in _LITERAL.sub("", formats[number]).lower() for letter in "dmyhs")
    return number.isdecimal() and len(number) < 4 and int(number) in _DATE_FORMATS


def _of_kind(package: Package, kind: str) -> str:
    book = next(
        (target for said, target in _relations(package, "").values() if said.endswith("/officeDocument")), ""
    )
    return next(
        (target for said, target in _relations(package, book).values() if said.endswith(f"/{kind}")), ""
    )
