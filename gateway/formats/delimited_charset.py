"""The characters of flat files: bytes to text, and what in it is no character, each with its place."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from gateway.findings import Finding, Location, found

__all__ = [
    "DAMAGE",
    "Damage",
    "DecodedText",
    "decoded",
    "differing_mark",
    "encoded",
    "is_charset",
    "lines_ended",
    "marked_charset",
]

CHARSETS = re.compile(
    r"utf-?8(-sig)?|utf-?16(-?[lb]e)?|(us-)?ascii|latin-?[1-9]|iso-?8859-[0-9]{1,2}|windows-125[0-9]"
    r"|cp[0-9]{3,4}|shift-jis|gb(k|2312|18030)|big5|euc-(jp|kr)|koi8-[ru]"
)
"""Character sets a table may name: those of text files, and none whose decoding is slow or is no text."""

_SPOILS_ITSELF_ONLY = re.compile(
    r"utf-?8(-sig)?|(us-)?ascii|latin-?[1-9]|iso-?8859-[0-9]{1,2}|windows-125[0-9]|koi8-[ru]"
    r"|cp(125[0-9]|437|85[0-9]|037|273|500|1026|1140)"
)
"""Those in which a byte that is no character spoils no delimiter or line end after it."""

_WIDE_MARKS = (  # UTF-32 first: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_EBCDIC = re.compile(r"cp(037|273|424|500|875|1026|1140)")
"""Those of mainframes, whose lines end with NEL (0x15) as well as with LF (0x25)."""

_NEL = "\x85"

DAMAGE = re.compile("[\0\udc80-\udcff]")
"""What is no character in a `DecodedText`."""

_ESCAPE = 0xDC00  # how Python keeps a byte it cannot decode (PEP 383)


class DecodedText(msgspec.Struct, frozen=True):
    """The text of a file. `mark`: how many bytes of a byte order mark stand before it.

    A byte that is no character of `charset` is kept as a lone surrogate, which no decoded text has.
    """

    text: str
    charset: str
    mark: int = 0


def marked_charset(data: bytes) -> str | None:
    """The character set that a byte order mark tells: utf-8, utf-16 or utf-32; None without a mark."""
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8"
    return next((charset for mark, charset in _WIDE_MARKS if data.startswith(mark)), None)


def differing_mark(data: bytes, charset: str) -> tuple[Finding, ...]:
    """A finding when the byte order mark tells a character set of wider characters than `charset`."""
    marked = marked_charset(data)
    if marked in (None, "utf-8") or _normal(charset).replace("-", "").startswith("utf16"):
        return ()
    return (found("flat-charset-marked", value=str(marked).upper(), charset=charset),)


def is_charset(name: str) -> bool:
    """Whether a table may name this character set."""
    return CHARSETS.fullmatch(_normal(name)) is not None and _is_installed(name)


def _normal(name: str) -> str:
    return name.lower().replace("_", "-")


def _is_installed(name: str) -> bool:
    try:
        codecs.lookup(name)
    except LookupError:
        return False
    return True


def lines_ended(text: str, charset: str) -> str:
    """The text with line ends that every reader knows, as many characters as before."""
    return text.replace(_NEL, "\n") if _EBCDIC.fullmatch(_normal(charset)) else text


def encoded(text: str, charset: str) -> bytes:
    """The bytes of a text; `UnicodeEncodeError` for what the character set cannot say.

    UTF-16 without a byte order in its name begins with its mark, as readers of it expect.
    """
    if _normal(charset) in ("utf-16", "utf16"):
        return codecs.BOM_UTF16_LE + text.encode("utf-16-le")
    return text.encode(charset)


def decoded(data: bytes, charset: str, delimiter: str) -> tuple[DecodedText | None, tuple[Finding, ...]]:
    """The text of a file, whatever bytes of it are no characters.

    None with the finding where such a byte could spoil what stands behind it: rows cannot be told apart then.
    Without a `delimiter` its column is that of the character.
    """
    differing = differing_mark(data, charset)
    if differing:
        return None, differing
    if marked_charset(data) == "utf-16":
        charset = "utf-16"  # its mark tells the order of bytes, whatever was agreed
    body = data.removeprefix(codecs.BOM_UTF8)
    mark = len(data) - len(body)
    if mark or _normal(charset).endswith("-sig"):
        charset = "utf-8"  # its mark leaves no doubt, whatever was agreed
    try:
        text = body.decode(charset)
    except UnicodeDecodeError as error:
        if _SPOILS_ITSELF_ONLY.fullmatch(_normal(charset)) is None:
            place = _place(body[: error.start].decode(charset, "replace"), delimiter)
            place = msgspec.structs.replace(place, byte=error.start + mark)
            return None, (found("flat-charset", place, f"0x{body[error.start]:02X}", charset=charset),)
        text = body.decode(charset, "surrogateescape")
    return DecodedText(lines_ended(text, charset).removeprefix("\ufeff"), charset, mark), ()


def _place(before: str, delimiter: str) -> Location:
    """Line and cell of what follows a text, by line ends and delimiters alone."""
    start = max(before.rfind("\n"), before.rfind("\r")) + 1
    column = before.count(delimiter, start) if delimiter else len(before) - start
    return Location(line=1 + _line_ends(before, 0, start), column=column + 1)


def _line_ends(text: str, begin: int, end: int) -> int:
    """How many line ends a part of a text has: CR LF, LF or CR."""
    return text.count("\n", begin, end) + text.count("\r", begin, end) - text.count("\r\n", begin, end)


class Damage:
    """Tells what is no character, row after row. `any`: whether there is something to tell."""

    def __init__(self, source: DecodedText) -> None:
        self._source = source
        self._position = 0
        self._byte = source.mark
        self._counts_bytes = _SPOILS_ITSELF_ONLY.fullmatch(_normal(source.charset)) is not None
        self.any = DAMAGE.search(source.text) is not None

    def of_row(self, line: int, starts: Sequence[int], end: int) -> Iterator[Finding]:
        """The first fault of each cell of a row that starts in `line`.

        `starts`: where the cells begin in the text; `end`: where the last of them ends.
        """
        text, counted = self._source.text, starts[0]
        for column, (begin, behind) in enumerate(pairwise((*starts, end)), 1):
            match = DAMAGE.search(text, begin, behind)
            if match is None:
                continue
            line += _line_ends(text, counted, match.start())
            counted = match.start()
            place = Location(line=line, column=column, byte=self._bytes_before(counted))
            if match[0] == "\0":
                yield found("flat-nul", place)
            else:
                shown = f"0x{ord(match[0]) - _ESCAPE:02X}"
                yield found("flat-charset", place, shown, charset=self._source.charset)

    def _bytes_before(self, position: int) -> int | None:
        """The offset of a character in the file; asked for one after the other, each byte is counted once."""
        if not self._counts_bytes:
            return None
        between = self._source.text[self._position : position]
        self._byte += len(between.encode(self._source.charset, "surrogateescape"))
        self._position = position
        return self._byte
