"""The bytes of an XML file to text, and what can be refused before a parser sees it (XML 1.0, fifth edition).

Character set (section 4.3.3 and appendix F), characters (2.2), the prolog with its DOCTYPE (2.8), and how
much there is of it all.
"""

from __future__ import annotations

import codecs
import re

from gateway.findings import Finding, Location, found

__all__ = ["CHARSETS", "MAX_XML_BYTES", "MAX_XML_MARKS", "character_fault", "text_of"]

MAX_XML_BYTES = 64 * 2**20  # 10,000 orders of five lines, indented, are some 25 MB
MAX_XML_MARKS = 2_000_000  # tags and attributes; the same orders have 1.3 million, one takes up to 250 bytes
MAX_XML_ATTRIBUTES = 5_000  # of one element; reading them takes longer than in proportion to their number
MAX_DECLARATION = 200  # characters of an XML declaration; the longest useful one has 60
SHOWN_CHARSET = 40

CHARSETS = {
    "utf-8": "utf-8",
    "us-ascii": "ascii",
    "utf-16": "utf-16",
    "iso-8859-1": "latin-1",
    "windows-1252": "cp1252",
    "gb18030": "gb18030",
}
"""Names of the IANA that an XML declaration may give, and what Python calls them."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16-be"),
    ("<?".encode("utf-16-le"), "utf-16", "utf-16-le"),
    ("<?".encode("utf-16-be"), "utf-16", "utf-16-be"),
)
_WIDE = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_DECLARED = re.compile(r"""<\?xml\s[^>]*?encoding\s*=\s*["']([^"'>]*)["']""")
_PROLOG = re.compile(r"\s+|<\?(?:[^?]|\?(?!>))*+\?>|<!--(?:[^-]|-(?!->))*+-->")
_NOT_A_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def text_of(data: bytes) -> tuple[str, tuple[Finding, ...]]:
    """The text of an XML file, and what refuses it: then the text is empty. No input raises."""
    if len(data) > MAX_XML_BYTES:
        return "", (found("xml-too-large", limit=f"{MAX_XML_BYTES:,} bytes"),)
    text, problem = _decoded(data)
    if problem is None:
        problem = _refused(text)
    return ("", (problem,)) if problem is not None else (text, ())


def _decoded(data: bytes) -> tuple[str, Finding | None]:
    if data.startswith(_WIDE):
        return "", found("xml-charset", value="UTF-32", allowed=_allowed())
    mark, charset, codec = next((each for each in _MARKS if data.startswith(each[0])), (b"", "", ""))
    start = len(mark) if codec and mark.startswith((b"\xef", b"\xff", b"\xfe")) else 0
    if not codec:
        declared = _DECLARED.match(data[:MAX_DECLARATION].decode("latin-1").lstrip())
        charset = declared[1].lower() if declared else "utf-8"
        if charset not in CHARSETS or charset == "utf-16":
            return "", found("xml-charset", value=charset[:SHOWN_CHARSET], allowed=_allowed())
        codec = CHARSETS[charset]
    try:
        text = data[start:].decode(codec)
    except UnicodeDecodeError as error:
        at = start + error.start
        shown = f"0x{data[at]:02X}"
        return "", found("xml-bytes", Location(byte=at), shown, charset=charset.upper())
    declared = _DECLARED.match(text[:MAX_DECLARATION])
    if declared and mark and declared[1].lower() != charset:
        return "", found("xml-charset", value=declared[1][:SHOWN_CHARSET], allowed=f"{charset}, as it begins")
    return text, None


def _allowed() -> str:
    return ", ".join(CHARSETS)


def _refused(text: str) -> Finding | None:
    """Why a text should not be parsed at all."""
    if not text.strip():
        return found("file-empty")
    marks = text.count("<") + text.count('="') + text.count("='")
    if marks > MAX_XML_MARKS:
        return found("xml-too-large", limit=f"{MAX_XML_MARKS:,} tags and attributes")
    if any(tag.count('="') + tag.count("='") > MAX_XML_ATTRIBUTES for tag in text.split("<")):
        return found("xml-too-large", limit=f"{MAX_XML_ATTRIBUTES:,} attributes in one element")
    wrong = character_fault(text)
    if wrong is not None:
        line = text.count("\n", 0, wrong) + 1
        return found("xml-character", Location(line=line), _shown(text[wrong]))
    end = 0
    while (match := _PROLOG.match(text, end)) is not None:
        end = match.end()
    if text[end : end + 9].upper() == "<!DOCTYPE":
        return found("xml-doctype", Location(line=text.count("\n", 0, end) + 1))
    return None


def character_fault(text: str) -> int | None:
    """Where in a text the first character stands that XML cannot carry; None where there is none."""
    match = _NOT_A_CHARACTER.search(text)
    return None if match is None else match.start()


def _shown(character: str) -> str:
    return f"U+{ord(character):04X}"
