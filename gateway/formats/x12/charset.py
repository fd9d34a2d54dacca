"""Character sets: segments are framed as bytes (Latin-1 text), then put into the declared character set."""

from __future__ import annotations

import re

from gateway.errors import UsageError

_ALL_BYTES = bytes(range(256))
_ASCII = bytes(range(128)).decode("ascii")


def checked_charset(name: str) -> str:
    """The name of a character set that can be read: UTF-8, or one with one byte a character that holds ASCII.

    In others, such as UTF-16 or Shift JIS, a byte that looks like a separator may be half of a character.
    Raises `UsageError` for those and for unknown names.
    """
    if name == "utf-8":
        return name  # the usual one: every file asks
    try:
        characters = _ALL_BYTES.decode(name, "replace")
    except (LookupError, ValueError) as unknown:
        raise UsageError(
            f"there is no character set {name!r}; use a name such as utf-8 or cp1252"
        ) from unknown
    if is_utf8(name) or (len(characters) == len(_ALL_BYTES) and characters.startswith(_ASCII)):
        return name
    raise UsageError(
        f"X12 cannot be read or written in the character set {name!r}; use utf-8, or one byte a character"
    )


def is_utf8(name: str) -> bool:
    """Whether this is a name of UTF-8."""
    return name.lower().replace("_", "").replace("-", "") in ("utf8", "u8", "cp65001")


class Transcoder:
    """Puts the text of segments into a character set.

    `separators` maps each separator as it stands in the bytes to the character it is; only those outside
    ASCII matter, as a byte of such a separator may be part of another character.
    """

    def __init__(self, charset: str, separators: dict[str, str]) -> None:
        self.charset = charset
        self._separators = {raw: character for raw, character in separators.items() if not raw.isascii()}
        self._marks = None
        if self._separators:
            marks = "|".join(re.escape(raw) for raw in sorted(self._separators, key=len, reverse=True))
            self._marks = re.compile(f"({marks})")

    def text(self, raw: str) -> tuple[str, bool]:
        """The text, and whether it was in the character set; if not it is taken for Latin-1."""
        if raw.isascii():
            return raw, True
        if self._marks is None:
            return self._data(raw)
        parts = self._marks.split(raw)
        fits = True
        for index, part in enumerate(parts):
            if index % 2:
                parts[index] = self._separators[part]
            else:
                parts[index], part_fits = self._data(part)
                fits = fits and part_fits
        return "".join(parts), fits

    def _data(self, raw: str) -> tuple[str, bool]:
        try:
            return raw.encode("latin-1").decode(self.charset), True
        except UnicodeDecodeError:
            return raw, False
