"""One field of a layout as it is written: start, length, type and words."""

from __future__ import annotations

import re

import msgspec

from gateway.formats.fixed_layout import Field, FieldKind, Sign
from gateway.formats.yaml_nodes import Node, Scalar
from gateway.suggestions import suggestion

__all__ = ["MAX_LENGTH", "LayoutMistakeError", "number_of", "parse_field"]

MAX_LENGTH = 10_000  # characters of a record; the widest of ours has 420

_FIELD_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_CALL = re.compile(r"(?P<name>[a-z]+)(?:\((?P<argument>[^()]*)\))?")
_DATE = re.compile(r"(?=.*DD)(?=.*MM)(?=.*YY)(?:YYYY|YY|MM|DD|[-./])+")
_DATE_PARTS = re.compile(r"YYYY|YY|MM|DD")
_WORDS = ("required", "right", "left", "zeros-empty", "fill=", "sign=")
_KINDS = tuple(kind.value for kind in FieldKind)


class LayoutMistakeError(ValueError):
    """What is wrong with a text of a layout; the parser of layouts tells it with its line."""


def number_of(text: str, most: int = MAX_LENGTH) -> int:
    """A number from 1 to `most`."""
    if not re.fullmatch("[0-9]{1,5}", text) or not 1 <= int(text) <= most:
        raise LayoutMistakeError(f"`{text[:20]}` is no number from 1 to {most}")
    return int(text)


def parse_field(name: str, node: Node) -> Field:
    """The field of a line `name: 4 12 text required`; `LayoutMistakeError` for what is none."""
    if not _FIELD_NAME.fullmatch(name):
        raise LayoutMistakeError("a field has a name such as `order_number`")
    words = node.text.split() if isinstance(node, Scalar) and node.text else []
    if len(words) < 2:
        raise LayoutMistakeError("takes start and length first: `4 12 required`")
    field = Field(name=name, start=number_of(words[0]), length=number_of(words[1], 4_000))
    rest = words[2:]
    match = _CALL.fullmatch(rest[0]) if rest else None
    if match is not None and match["name"] in _KINDS:
        field = _of_kind(field, FieldKind(match["name"]), match["argument"])
        rest = rest[1:]
    for word in rest:
        field = _with_word(field, word)
    if field.sign is not Sign.NONE and field.kind is not FieldKind.NUMBER:
        raise LayoutMistakeError("only a number has a sign")
    if field.end > MAX_LENGTH:
        raise LayoutMistakeError(f"it ends behind the {MAX_LENGTH} characters a record may have")
    return field


def _of_kind(field: Field, kind: FieldKind, argument: str | None) -> Field:
    replace = msgspec.structs.replace
    if kind is FieldKind.NUMBER:
        if argument is not None and not re.fullmatch("[0-9]", argument):
            raise LayoutMistakeError("`number(2)` has 0 to 9 digits behind an unwritten decimal point")
        decimals = None if argument is None else int(argument)
        return replace(field, kind=kind, decimals=decimals, right=True, fill="0")
    if kind is FieldKind.COUNT:
        return replace(field, kind=kind, decimals=0, right=True, fill="0", argument=argument or "records")
    if kind is FieldKind.DATE:
        pattern = argument or "YYYYMMDD"
        if not _DATE.fullmatch(pattern) or len(_DATE_PARTS.findall(pattern)) != 3:
            raise LayoutMistakeError(f"`{pattern[:40]}` is no date pattern; one is `YYYYMMDD` or `DD.MM.YY`")
        if len(pattern) != field.length:
            raise LayoutMistakeError(
                f"the pattern {pattern} has {len(pattern)} characters, the field {field.length}"
            )
        return replace(field, kind=kind, argument=pattern)
    if kind is FieldKind.CONSTANT:
        if not argument or len(argument) > field.length:
            raise LayoutMistakeError("a constant fits its field: `4 5 constant(ORDER)`")
        return replace(field, kind=kind, argument=argument)
    if argument is not None:
        raise LayoutMistakeError("a text takes no argument")
    return field


def _with_word(field: Field, word: str) -> Field:
    name, equals, value = word.partition("=")
    if word == "required":
        return msgspec.structs.replace(field, required=True)
    if word in ("right", "left"):
        return msgspec.structs.replace(field, right=word == "right")
    if word == "zeros-empty":
        return msgspec.structs.replace(field, zeros_empty=True)
    if equals and name == "fill":
        if len(value) != 1:
            if value != "blank":
                raise LayoutMistakeError("`fill=` takes one character, or `blank`")
            value = " "
        return msgspec.structs.replace(field, fill=value)
    if equals and name == "sign":
        known = [sign.value for sign in Sign]
        if value not in known:
            raise LayoutMistakeError(f"`{value[:20]}` is no sign{suggestion(value, known)}")
        return msgspec.structs.replace(field, sign=Sign(value))
    raise LayoutMistakeError(f"`{word[:40]}` is no word of a field{suggestion(word, (*_WORDS, *_KINDS))}")
