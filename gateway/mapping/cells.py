"""The small languages inside a table: canonical paths, places, and cells of place, codec and words."""

from __future__ import annotations

import re

import msgspec

from gateway.mapping.plan import (
    At,
    CodecCall,
    ComputedValue,
    CsvPlace,
    Direction,
    Each,
    FieldValue,
    Filter,
    Fixed,
    FormatKind,
    Here,
    JsonPlace,
    Origin,
    Parameter,
    Path,
    Place,
    Qualifier,
    RowsPlace,
    Saying,
    Step,
    Word,
    X12Place,
    XmlPlace,
)
from gateway.suggestions import suggestion

__all__ = [
    "DIRECTIONS",
    "CellError",
    "parse_at",
    "parse_call",
    "parse_fields",
    "parse_place",
    "parse_qualifiers",
    "parse_saying",
    "parse_word",
    "shown",
    "split_outside",
    "tokens_of",
]

SHOWN = 80  # characters of a cell that a mistake repeats

_STEP = re.compile(
    r"(?P<parameter>\$?)(?P<name>[A-Za-z_][A-Za-z0-9_:-]*)"
    r"(?:\[(?:(?P<field>[a-z_][a-z0-9_]*)(?P<not>!?)=(?P<value>[^\[\]=]+)|(?P<type>[A-Za-z][A-Za-z0-9_]*)?)\])?"
)
_X12 = re.compile(
    r"(?P<loops>(?:[A-Z][A-Z0-9]{1,2}/)*)(?P<tag>[A-Z][A-Z0-9]{1,2})(?:\[(?P<qualifiers>.*)\])?"
    r"(?:(?P<element>[0-9]{2})(?:-(?P<second>[0-9]{2}))?)?",
    re.DOTALL,
)
_QUALIFIER = re.compile(
    r'\s*(?:(?P<element>[0-9]{2})(?:-(?P<component>[0-9]{2}))?\s*=\s*)?(?P<value>"(?:[^"\\]|\\.)*"|[^",=\]]+)',
    re.DOTALL,
)
_JSON_KEY = re.compile(r"[A-Za-z_$][A-Za-z0-9_$-]*")
_RECORD = re.compile(r"[A-Z][A-Z0-9_]*")
_RECORD_FIELD = re.compile(r"([A-Z][A-Z0-9_]*)\.([a-z][a-z0-9_]*)")
_XML_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_CALL = re.compile(r"(?P<name>[a-z_][a-z0-9_-]*)(?:\((?P<arguments>.*)\))?", re.DOTALL)
_BY = re.compile(r"rows(?:\s+by\s+(?P<columns>.+?)(?:\s+or\s+(?P<otherwise>.+))?)?", re.DOTALL)
DIRECTIONS = {"read-only": Direction.READ, "write-only": Direction.WRITE}
_WORDS = ("required", "fills", "read-only", "write-only", "default=", "absent=")


class CellError(ValueError):
    """A cell that cannot be understood; the text says why. It never leaves this package."""


def shown(text: str) -> str:
    """A cell, as much of it as a mistake repeats."""
    return f"`{text if len(text) <= SHOWN else text[:SHOWN] + '…'}`"


def split_outside(text: str, separators: str) -> list[str]:
    """Cuts `text` at any of `separators` that stands outside quotes, brackets and parentheses."""
    parts, start, depth, quoted, escaped = [], 0, 0, False, False
    for position, char in enumerate(text):
        if escaped:
            escaped = False
        elif quoted:
            escaped = char == "\\"
            quoted = char != '"'
        elif char == '"':
            quoted = True
        elif char in "([":
            depth += 1
        elif char in ")]":
            depth -= 1
        elif depth == 0 and char in separators:
            parts.append(text[start:position])
            start = position + 1
    if quoted:
        raise CellError(f'{shown(text)} has an opening `"` without a closing one')
    if depth:
        raise CellError(f"{shown(text)} has a bracket or parenthesis without its other half")
    return [*parts, text[start:]]


def unquote(text: str) -> str:
    """A text without its quotes; inside them a backslash stands before a quote or backslash."""
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)
    return text


def parse_word(text: str) -> Word:
    """What follows `=`: `original`, `"two words"`, or `$currency`."""
    if text.startswith("$"):
        if not text[1:].isidentifier():
            raise CellError(f"{shown(text)} names no parameter; one looks like `$currency`")
        return Parameter(text[1:])
    if not text:
        raise CellError('nothing stands after `=`; an empty text is `=""`')
    return Fixed(unquote(text))


def parse_fields(text: str) -> tuple[Path, ...]:
    """The key of a row or block: one path, or several joined by `+`."""
    return tuple(_path(part.strip()) for part in split_outside(text, "+"))


def _path(text: str) -> Path:
    up = len(text) - len(text.lstrip("^"))
    steps = []
    for part in split_outside(text[up:], "."):
        match = _STEP.fullmatch(part)
        if match is None:
            raise CellError(
                f"{shown(text)} is no canonical path; one looks like `lines[].price` or `ids.$vendor_id`"
            )
        steps.append(_step(match, part))
    return Path(tuple(steps), up)


def _step(match: re.Match[str], part: str) -> Step:
    items: Each | Filter | None = None
    if match["field"]:
        items = Filter(match["field"], match["value"], not match["not"])
    elif part.endswith("]"):
        items = Each(match["type"] or "")
    return Step(match["name"], items, bool(match["parameter"]))


def parse_place(text: str, kind: FormatKind) -> Place:
    """One place of the format."""
    if kind is FormatKind.X12:
        return _x12_place(text)
    if kind is FormatKind.JSON:
        place = _json_place(text)
        if place.array:
            raise CellError(f"{shown(text)}: `[]` stands only in the `at` of a block")
        return place
    if kind is FormatKind.FIXED:
        return _record_place(text)
    if kind is FormatKind.XML:
        return _xml_place(text)
    column = unquote(text)
    if not column or (column == text and re.search(r'[\s"]', text)):
        raise CellError(f'{shown(text)} is no column; put its name in quotes: `"Ship to"`')
    return CsvPlace(column)


def _x12_place(text: str) -> X12Place:
    match = _X12.fullmatch(text)
    if match is None:
        raise CellError(f"{shown(text)} is no place; one looks like `BEG03`, `REF[CR]02` or `CTT/AMT[TT]02`")
    qualifiers = parse_qualifiers(match["qualifiers"]) if match["qualifiers"] is not None else ()
    return X12Place(
        match["tag"],
        tuple(match["loops"].split("/")[:-1]),
        qualifiers,
        int(match["element"]) if match["element"] else None,
        int(match["second"]) if match["second"] else None,
    )


def parse_qualifiers(text: str) -> tuple[Qualifier, ...]:
    """What stands between the brackets of an X12 place."""
    qualifiers = []
    for part in split_outside(text, ","):
        match = _QUALIFIER.fullmatch(part)
        if match is None:
            raise CellError(f"{shown(f'[{text}]')} is no qualifier; one looks like `[CR]` or `[01=F,02=CS]`")
        component = int(match["component"]) if match["component"] else None
        value = match["value"].strip()
        qualifiers.append(Qualifier(int(match["element"] or 1), unquote(value), component))
    return tuple(qualifiers)


def _json_place(text: str) -> JsonPlace:
    array = text.endswith("[]")
    keys = tuple(text.removesuffix("[]").split("."))
    for key in keys:
        if not _JSON_KEY.fullmatch(key):
            raise CellError(f"{shown(text)} is no place; one looks like `netCost.amount`")
    return JsonPlace(keys, array)


def _record_place(text: str) -> JsonPlace:
    match = _RECORD_FIELD.fullmatch(text)
    if match is None:
        raise CellError(f"{shown(text)} is no place; one is record and field, such as `HDR.order_number`")
    return JsonPlace((match[1], match[2]))


def _xml_place(text: str) -> XmlPlace:
    if text == ".":
        return XmlPlace((".",))
    keys = tuple(text.split("/"))
    names = (*keys[:-1], keys[-1].removeprefix("@"))
    for name in names:
        if not _XML_NAME.fullmatch(name):
            raise CellError(
                f"{shown(text)} is no place; one looks like `header/orderNumber` or `price/@basis`"
            )
    return XmlPlace(keys)


def parse_at(text: str, kind: FormatKind) -> At:
    """The `at` of a block."""
    if text == ".":
        return Here()
    if kind is FormatKind.JSON:
        return _json_place(text)
    if kind is FormatKind.FIXED:
        if not _RECORD.fullmatch(text):
            raise CellError(f"{shown(text)}: `at` names a record, such as `LIN`, or is `.`")
        return JsonPlace((text,), array=True)
    if kind is FormatKind.XML:
        if "@" in text:
            raise CellError(f"{shown(text)}: `at` names an element, not an attribute")
        return _xml_place(text)
    if kind is FormatKind.X12:
        place = _x12_place(text)
        if place.element is not None:
            raise CellError(f"{shown(text)}: `at` names a loop or segment, not an element")
        return place
    match = _BY.fullmatch(text)
    if match is None:
        raise CellError(f"{shown(text)}: `at` is `rows`, `rows by COLUMN`, `rows by COLUMN or COLUMN` or `.`")
    return RowsPlace(_columns(match["columns"]), _columns(match["otherwise"]))


def _columns(text: str | None) -> tuple[str, ...]:
    return tuple(unquote(column.strip()) for column in split_outside(text, "+")) if text else ()


def parse_call(text: str) -> CodecCall:
    """`code(purpose)`, `line_count`: a name, with arguments in parentheses."""
    match = _CALL.fullmatch(text)
    if match is None:
        raise CellError(f"{shown(text)} is no codec or function; one looks like `decimal` or `code(purpose)`")
    arguments = split_outside(match["arguments"], ",") if match["arguments"] else []
    return CodecCall(match["name"], tuple(unquote(argument.strip()) for argument in arguments))


def parse_saying(text: str, kind: FormatKind, origin: Origin) -> Saying:
    """A cell: places, then a codec, then words."""
    tokens = tokens_of(text)
    if not tokens:
        raise CellError("the cell is empty; write a place, or `null` in an overlay to take the row away")
    repeated = tokens[0].endswith("*")
    places = tuple(
        parse_place(part.strip(), kind) for part in split_outside(tokens[0].removesuffix("*"), "+")
    )
    for place in places:
        if isinstance(place, X12Place) and place.element is None:
            raise CellError(
                f"`{place}` names a segment, not an element; write `{place}02` for its element 02"
            )
    if repeated and kind is not FormatKind.X12:
        raise CellError("a star repeats an X12 segment; this format has none")
    saying = Saying(places=places, repeated=repeated, origin=origin)
    for number, token in enumerate(tokens[1:]):
        saying = _with_word(saying, token, may_be_codec=number == 0)
    return saying


def tokens_of(text: str) -> list[str]:
    """Blanks cut a cell, but not beside a `+`."""
    tokens: list[str] = []
    for token in split_outside(text, " \t\r\n"):
        if tokens and token and (tokens[-1].endswith("+") or token.startswith("+")):
            tokens[-1] += token
        elif token:
            tokens.append(token)
    return tokens


def _default(value: str) -> Word | FieldValue | ComputedValue:
    if value.startswith((".", "^")):
        return FieldValue(_path(value.removeprefix(".")))
    if value.endswith("()"):
        return ComputedValue(parse_call(value.removesuffix("()")))
    return parse_word(value)


def _with_word(saying: Saying, token: str, *, may_be_codec: bool) -> Saying:
    name, equals, value = token.partition("=")
    if token == "required":
        return msgspec.structs.replace(saying, required=True)
    if token == "fills":
        return msgspec.structs.replace(saying, fills=True)
    if token in DIRECTIONS:
        return msgspec.structs.replace(saying, direction=DIRECTIONS[token])
    if equals and name == "default":
        return msgspec.structs.replace(saying, default=_default(value))
    if equals and name == "absent":
        return msgspec.structs.replace(saying, absent=parse_word(value))
    if may_be_codec and _CALL.fullmatch(token):
        return msgspec.structs.replace(saying, codec=parse_call(token))
    raise CellError(f"{shown(token)} is no word of a row{suggestion(token, _WORDS)}")
