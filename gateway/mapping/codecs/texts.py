"""Codecs of texts, lists of texts and truth values."""

from __future__ import annotations

from gateway.mapping.bound import FieldKind
from gateway.mapping.cells import CellError
from gateway.mapping.codec import Codec
from gateway.mapping.codecs.model import Setting, refuse, text_of
from gateway.mapping.plan import FormatKind

__all__ = ["boolean", "digits", "flag", "raw", "split", "text", "texts"]

MAX_WHOLE_NUMBER_DIGITS = 18  # more do not fit the whole numbers of most readers of JSON


def text(setting: Setting) -> Codec:
    """`text`: as it stands."""
    setting.expect(FieldKind.TEXT)
    return Codec("text", text_of, text_of)


def raw(setting: Setting) -> Codec:
    """`raw`: a text, or in JSON a list of texts, as it stands."""
    setting.expect(FieldKind.TEXT, FieldKind.TEXTS)
    if setting.fields[0] is FieldKind.TEXT:
        return Codec("raw", text_of, text_of)
    if not setting.format.is_tree:
        raise CellError("one place holds a list in JSON and XML only; write `list` and a place for each part")
    return Codec("raw", _array_to_texts, list)


def _array_to_texts(value: object) -> tuple[str, ...] | None:
    if not isinstance(value, list):
        raise refuse(value, "a list is expected here")
    return tuple(text_of(part) for part in value) or None


def digits(setting: Setting) -> Codec:
    """`digits`: a text of digits that JSON holds as a whole number."""
    setting.expect(FieldKind.TEXT)
    if setting.format is not FormatKind.JSON:
        return Codec("digits", text_of, text_of)

    def read(value: object) -> str:
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise refuse(value, "a whole number is expected here")
        return str(value)

    def write(value: str) -> int:
        if not (value.isascii() and value.isdigit() and len(value) <= MAX_WHOLE_NUMBER_DIGITS):
            raise refuse(value, "the format holds a whole number here")
        return int(value)

    return Codec("digits", read, write)


def texts(setting: Setting) -> Codec:
    """`list`: one place for each text, a repeated place, an array, or one cell cut at a sign: `list(;)`."""
    setting.expect(FieldKind.TEXTS, places=None, arguments=(0, 1), several=True)
    if setting.range:
        raise CellError("a range is for `pairs`; join places by `+` for a list")
    if setting.arguments:
        return _joined(setting, setting.arguments[0])
    if setting.format.is_tree and setting.places == 1:
        return Codec("list", _array_to_texts, list)
    places, repeated = setting.places, setting.repeated

    def read(*values: object) -> tuple[str, ...] | None:
        parts = values[0] if repeated else values
        assert isinstance(parts, tuple)
        return tuple(text_of(part) for part in parts if part is not None) or None

    def write(value: tuple[str, ...]) -> tuple[str | None, ...] | str | None:
        parts: list[str | None] = [part for part in value if part]
        if repeated:
            return tuple(parts + [None] * (-len(parts) % places))
        if len(parts) > places:
            raise refuse(" / ".join(value), f"it has {len(parts)} parts, and there is room for {places}")
        padded = tuple(parts + [None] * (places - len(parts)))
        return padded[0] if places == 1 else padded

    return Codec("list", read, write, parts=not repeated and places > 1)


def _joined(setting: Setting, sign: str) -> Codec:
    setting.expect_places(1)
    if setting.format is not FormatKind.CSV or len(sign) != 1 or sign == setting.settings.delimiter:
        raise CellError("`list(;)` cuts a cell of a delimited file at one sign that is not its delimiter")

    def read(value: object) -> tuple[str, ...] | None:
        return tuple(part.strip() for part in text_of(value).split(sign) if part.strip()) or None

    def write(value: tuple[str, ...]) -> str:
        for part in value:
            if sign in part or part != part.strip():
                raise refuse(part, f"a part with `{sign}` or outer blanks cannot be told from two parts")
        return sign.join(part for part in value if part)

    return Codec("list", read, write)


def split(setting: Setting) -> Codec:
    """`split(n)`: one text over a repeated element; a full part continues, a shorter one ends a line."""
    setting.expect(FieldKind.TEXT, arguments=(1, 1), several=True)
    if not setting.repeated:
        raise CellError("`split` needs a repeated place, such as `MSG01*`")
    length = setting.number(1, 4096)

    def read(parts: tuple[str | None, ...]) -> str:
        lines, line = [], ""
        present = [part for part in parts if part is not None]
        for part in present:
            line += part
            if len(part) < length:
                lines.append(line)
                line = ""
        return "\n".join([*lines, line] if line else lines)

    def write(value: str) -> tuple[str, ...]:
        lines = [line for line in value.splitlines() if line]
        for line in lines[:-1]:
            if len(line) % length == 0:
                raise refuse(line, f"a line of exactly {len(line)} characters runs into the next one")
        return tuple(line[start : start + length] for line in lines for start in range(0, len(line), length))

    return Codec("split", read, write)


def boolean(setting: Setting) -> Codec:
    """`bool`: true and false."""
    setting.expect(FieldKind.BOOLEAN)
    if setting.format is FormatKind.X12:
        raise CellError("X12 has no truth values; write `flag(Y,N)`")
    if setting.format is FormatKind.CSV:
        return _flag("true", "false", fold=True)
    if setting.format is FormatKind.XML:
        return Codec("bool", _read_xml_boolean, lambda value: "true" if value else "false")

    def read(value: object) -> bool:
        if not isinstance(value, bool):
            raise refuse(value, "true or false is expected here")
        return value

    return Codec("bool", read, bool)


def _read_xml_boolean(value: object) -> bool:
    """The four spellings of a boolean of XML Schema (part 2, section 3.2.2)."""
    if value not in ("true", "1", "false", "0"):
        raise refuse(value, "true or false is expected here")
    return value in ("true", "1")


def flag(setting: Setting) -> Codec:
    """`flag(Y,N)`: two texts for true and false."""
    setting.expect(FieldKind.BOOLEAN, arguments=(2, 2))
    yes, no = setting.arguments
    fold = setting.format is FormatKind.CSV
    if not yes or not no or (yes.casefold() == no.casefold() if fold else yes == no):
        raise CellError("the two texts of `flag` must differ: `flag(Y,N)`")
    return _flag(yes, no, fold=fold)


def _flag(yes: str, no: str, *, fold: bool) -> Codec:
    """`fold`: a delimited file, where case does not matter and another text is refused; elsewhere it stays
    unclaimed, since X12 has further codes at such places."""
    values = {yes.casefold() if fold else yes: True, no.casefold() if fold else no: False}

    def read(value: object) -> bool | None:
        given = text_of(value)
        found = values.get(given.casefold() if fold else given)
        if found is None and fold:
            raise refuse(value, f"it is neither `{yes}` nor `{no}`")
        return found

    def write(value: bool) -> str:
        return yes if value else no

    return Codec("flag", read, write, memo_read=True)
