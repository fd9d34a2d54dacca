"""Changes a workbook as it is built: a part of its archive is changed, lost, renamed, exchanged or misstated.

Bytes changed at random would leave no archive that can be read, and nothing behind it would be reached; and
pieces of XML changed at random, no XML. So most changes are of texts, values of attributes, and elements.
"""

from __future__ import annotations

import io
import random
import re
import zlib
from collections.abc import Callable, Mapping
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

__all__ = ["changed_archive", "packed", "unpacked"]

MOST_UNPACKED = 4 << 20  # bytes of all parts; of larger archives the bytes are changed
FIRST_TIME = (1980, 1, 1, 0, 0, 0)  # of which an archive can tell
ARCHIVE = b"PK\x03\x04"
REPEATED = 2_000
SHEETS = "xl/worksheets/"
ELEMENT = re.compile(
    rb"<(row|c|col|sheet|Relationship|si|t|is|v|xf|numFmt|cols)\b(?:[^>]*/>|.*?</\1>)", re.DOTALL
)
TEXT = re.compile(rb"(?<=>)[^<>]+(?=<)")
VALUE = re.compile(rb'(?<==")[^"<>]*(?=")')
REFERENCE = re.compile(rb' r="[A-Z]*[0-9]+"')
SURPRISES = (
    *(
        b"",
        b" ",
        b"0",
        b"1",
        b"2",
        b"16",
        b"17",
        b"999",
        b"-1",
        b"01",
        b"1.5",
        b"1048577",
        b"B5",
        b"XFD7",
        b"ZZZ1",
    ),
    *(
        b"=1+1",
        b"'x",
        b"'",
        b"#",
        b"# x",
        b"a # b",
        b"-",
        b"- a",
        b"a: b",
        b"a",
        b"|",
        b"[a",
        b"{a: 1}",
        b"a,b",
    ),
    *(b"&quot;", b"&quot;a&quot;", b"*a", b"&amp;a", b"!!int", b"~", b"&lt;", b"&#10;", b"&#9;", b"&#160;x"),
    *(
        b"_x0009_",
        b"_x0041_",
        b"_x",
        b"\xe2\x80\xa8",
        b"\xef\xbb\xbf",
        b"\xc2\x85",
        b"\xf0\x9f\xa6\x8a",
        b"N" * 2001,
    ),
    *(
        b"s",
        b"b",
        b"e",
        b"d",
        b"n",
        b"str",
        b"inlineStr",
        b"hidden",
        b"About",
        b"file line",
        b"level",
        b"name",
    ),
)
INSIDE = (
    *(
        b"<f>1+1</f>",
        b"<v>7</v>",
        b'<c t="s"><v>0</v></c>',
        b'<c t="inlineStr"><is><t>x</t></is></c>',
        b"<x/>",
    ),
    *(
        b'<mergeCell ref="A1:B5"/>',
        b'<row hidden="1"/>',
        b"<rPh><t>x</t></rPh>",
        b"<!-- -->",
        b"<![CDATA[x]]>",
    ),
)

Parts = dict[str, bytes]
Change = Callable[[bytes], bytes]


def unpacked(data: bytes) -> Parts | None:
    """The parts of an archive by their names; None for what is none, or too large."""
    if not data.startswith(ARCHIVE):
        return None
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if not entries or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
                return None
            return {entry.filename: archive.open(entry).read(entry.file_size) for entry in entries}
    except (BadZipFile, zlib.error, EOFError, ValueError, OSError, RuntimeError, OverflowError):
        return None


def packed(parts: Mapping[str, bytes], packing: int = ZIP_DEFLATED, lies: str = "") -> bytes:
    """An archive of these parts; of the one named by `lies` it states too small a size."""
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(ZipInfo(name, FIRST_TIME), content, packing, compresslevel=1)
        for entry in archive.infolist():
            if entry.filename == lies:
                entry.file_size //= 2
    return out.getvalue()


def changed_archive(parts: Parts, chance: random.Random, change: Change) -> bytes:
    """An archive with one of these parts changed, mostly by `change`."""
    parts = dict(parts)
    other = chance.choice(list(parts))
    name = chance.choice([each for each in parts if each.startswith(SHEETS)] * 5 + list(parts))
    lies, packing = "", ZIP_DEFLATED
    match chance.randrange(20):
        case 0:
            del parts[name]
        case 1:
            parts[name + chance.choice(("", "x", "/", ".xml"))] = parts.pop(name)
        case 2:
            parts[name], parts[other] = parts[other], parts[name]
        case 3:
            parts[chance.choice(("xl/vbaProject.bin", "xl/connections.xml", "a", name.upper()))] = b"x"
        case 4:
            lies = name
        case 5:
            packing = ZIP_STORED
        case 6:
            parts[name] = _repeated(parts[name], chance)
        case 7 | 8:
            parts = {each: REFERENCE.sub(b"", parts[each]) for each in parts}
            parts[name] = _element_changed(parts[name], chance)
        case 9 | 10 | 11 | 12:
            parts[name] = _element_changed(parts[name], chance)
        case 13 | 14 | 15:
            parts[name] = _replaced(TEXT, parts[name], chance)
        case 16 | 17:
            parts[name] = _replaced(VALUE, parts[name], chance)
        case _:
            parts[name] = change(parts[name])
    return packed(parts, packing, lies)


def _replaced(pattern: re.Pattern[bytes], content: bytes, chance: random.Random) -> bytes:
    """A part with some of what the pattern finds in it replaced, by a surprise or by another such piece."""
    for _ in range(chance.randint(1, 3)):
        found = list(pattern.finditer(content))
        if found:
            at, other = chance.choice(found), chance.choice(found)
            now = chance.choice((chance.choice(SURPRISES), other[0], at[0] + chance.choice(SURPRISES)))
            content = content[: at.start()] + now + content[at.end() :]
    return content


def _element_changed(content: bytes, chance: random.Random) -> bytes:
    """A part with an element lost, doubled, exchanged for another one, or with something put into it."""
    found = list(ELEMENT.finditer(content))
    if not found:
        return content
    at, other = chance.choice(found), chance.choice(found)
    now = chance.choice((b"", at[0] * 2, other[0], at[0].replace(b"</", chance.choice(INSIDE) + b"</", 1)))
    return content[: at.start()] + now + content[at.end() :]


def _repeated(content: bytes, chance: random.Random) -> bytes:
    """A part of which some bytes are repeated many times, as in an archive that unpacks to far more."""
    at = chance.randrange(len(content) + 1)
    piece = content[at : at + chance.randint(1, 40)]
    return content[:at] + piece * REPEATED + content[at:]
