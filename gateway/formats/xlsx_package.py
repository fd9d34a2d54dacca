"""The package of a spreadsheet (ECMA-376 part 2): a ZIP archive of bounded size, and its XML parts.

No part is unpacked beyond the size that the archive states for it, and the sum of these sizes is bounded
before the first is unpacked. What can run or fetch something is refused by its name, unread.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from io import BytesIO
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from gateway.findings import Finding, found

__all__ = ["MAX_BYTES", "MAX_UNPACKED", "Package", "RefusedError", "walk_xml"]

MAX_BYTES = 32 << 20  # bytes of the file; 100,000 rows of eight columns have some 4 MB
MAX_UNPACKED = 160 << 20  # bytes of all parts together; the same rows have some 50 MB
MAX_PARTS = 2_000
MAX_DEPTH = 40  # elements within elements; a cell with formatted text stands eight deep

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_LISTED = b"PK\x01\x02"  # how an entry of the archive's directory begins
_OLE = b"\xd0\xcf\x11\xe0"  # the container of .xls, and of any .xlsx with a password
_ENCRYPTED = 0x1
_RUNS = ("vbaproject", "xl/macrosheets/", "xl/dialogsheets/", "xl/activex/", "xl/ctrlprops/")
_FETCHES = (
    "xl/externallinks/",
    "xl/connections",
    "xl/querytables/",
    "xl/embeddings/",
    "xl/webextensions/",
    "customdata/",
    "xl/model/",
)
_CONTENT_TYPES = "[Content_Types].xml"

Start = Callable[[str, Mapping[str, str]], None]


class RefusedError(Exception):
    """The file is not read any further, for the reason that `finding` tells."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(finding.message)


class Package:
    """The parts of a spreadsheet. What it is refused for raises `RefusedError`."""

    def __init__(self, data: bytes) -> None:
        if len(data) > MAX_BYTES:
            raise RefusedError(found("sheet-too-large", what="bytes", limit=f"{MAX_BYTES:,}"))
        if data.startswith(_OLE):
            raise _unreadable("it is an old .xls file, or has a password")
        if not data.startswith(_ZIP):
            raise _unreadable("it is not an .xlsx file")
        if data.count(_LISTED) > MAX_PARTS:  # before the directory is read, each entry of which takes memory
            raise _too_many_parts()
        try:
            self._archive = ZipFile(BytesIO(data))
        except (BadZipFile, ValueError, OverflowError, OSError, NotImplementedError) as fault:
            raise _unreadable(f"its archive is damaged ({fault})") from fault
        self._parts = _bounded(self._archive.infolist())
        if self.has(_CONTENT_TYPES) and b"macroenabled" in self.read(_CONTENT_TYPES).lower():
            raise RefusedError(found("sheet-macros", value=_CONTENT_TYPES))

    def has(self, name: str) -> bool:
        """Whether there is such a part; case is ignored, as the format wants it."""
        return name.lower() in self._parts

    def read(self, name: str) -> bytes:
        """The bytes of a part."""
        part = self._parts.get(name.lower())
        if part is None:
            raise _unreadable(f"it has no part {name[:80]}")
        try:
            with self._archive.open(part) as held:
                return held.read(part.file_size)  # read without a size, all that is packed would be unpacked
        except (BadZipFile, zlib.error, EOFError, ValueError, OSError, RuntimeError) as fault:
            raise _unreadable(f"its part {name[:80]} is damaged ({fault})") from fault


def _bounded(listed: list[ZipInfo]) -> dict[str, ZipInfo]:
    """The parts by name in small letters; `RefusedError` for what is not unpacked."""
    if len(listed) > MAX_PARTS:
        raise _too_many_parts()
    if sum(part.file_size for part in listed) > MAX_UNPACKED:
        raise RefusedError(found("sheet-too-large", what="bytes when unpacked", limit=f"{MAX_UNPACKED:,}"))
    parts: dict[str, ZipInfo] = {}
    for part in listed:
        name = part.filename.lstrip("/").lower()
        if name in parts:
            raise _unreadable(f"its archive has two parts {part.filename[:80]}")
        if part.flag_bits & _ENCRYPTED or part.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise _unreadable("its archive is encrypted or packed in an unusual way")
        if any(mark in name for mark in _RUNS):
            raise RefusedError(found("sheet-macros", value=part.filename))
        if name.startswith(_FETCHES):
            raise RefusedError(found("sheet-external", value=part.filename))
        parts[name] = part
    return parts


def _too_many_parts() -> RefusedError:
    return RefusedError(found("sheet-too-large", what="parts", limit=f"{MAX_PARTS:,}"))


def _unreadable(reason: str) -> RefusedError:
    return RefusedError(found("sheet-unreadable", reason=reason))


def walk_xml(
    name: str,
    data: bytes,
    start: Start,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Tell every element of a part to `start` (name and attributes) and `end`, and its texts to `text`.

    Names are as expat gives them: namespace, a blank, local name. What is refused is seen by the parser, so
    that nothing hides in another encoding. `RefusedError` for a document type, entities, depth, and bad XML.
    """
    depth = 0

    def opened(element: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise RefusedError(found("sheet-xml", value=name, reason="elements are nested too deeply"))
        start(element, attributes)

    def closed(element: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(element)

    def refuse(*_: object) -> None:
        raise RefusedError(found("sheet-xml", value=name, reason="it declares a document type or entities"))

    parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        parser.Parse(data, True)  # in one piece: in many, a hostile part would be looked at again for each
    except expat.ExpatError as fault:
        raise RefusedError(
            found("sheet-xml", value=name, reason=f"it is not well-formed ({fault})")
        ) from fault
