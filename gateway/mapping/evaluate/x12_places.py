"""Places of segments that no row claims, as `ext` keeps them: `SAC14`, `REF`, `PID[F]#2/MEA`, `REF[DP]#2.03`.

A text is an element; a tuple holds whole segments, `REF*ZZ*1`, or the segments of a whole loop, `LM*…`,
`LM/LQ*…`. Elements are always joined by `*`, components by `>`; a backslash stands before one that is data.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from gateway.mapping.cells import CellError, parse_qualifiers, split_outside
from gateway.mapping.plan import Qualifier

__all__ = ["Anchor", "escaped", "joined", "parse_anchor", "parse_key", "unescaped_parts"]

_PART = re.compile(
    r"(?P<tag>[A-Z][A-Z0-9]{1,2})(?:\[(?P<qualifiers>.*)\])?(?:#(?P<number>[1-9][0-9]{0,8})\.?)?"
    r"(?:(?P<element>[0-9]{2})(?:-(?P<component>[0-9]{2}))?)?",
    re.DOTALL,
)


class Anchor(msgspec.Struct, frozen=True):
    """One step of a kept place: the `number`-th fitting segment (or loop), and an element of it."""

    tag: str
    qualifiers: tuple[Qualifier, ...] = ()
    number: int = 1
    element: int | None = None
    component: int | None = None


def parse_key(key: str) -> tuple[Anchor, ...]:
    """The steps of a kept place; `CellError` for what is none."""
    return tuple(parse_anchor(part) for part in split_outside(key, "/"))


def parse_anchor(part: str) -> Anchor:
    """One step of a kept place."""
    match = _PART.fullmatch(part)
    if match is None:
        raise CellError("no place of X12")
    return Anchor(
        match["tag"],
        parse_qualifiers(match["qualifiers"]) if match["qualifiers"] is not None else (),
        int(match["number"] or 1),
        int(match["element"]) if match["element"] else None,
        int(match["component"]) if match["component"] else None,
    )


def escaped(text: str, separator: str) -> str:
    """A text with a backslash before each backslash and separator."""
    return text.replace("\\", "\\\\").replace(separator, f"\\{separator}")


def joined(parts: Sequence[str], separator: str) -> str:
    """Texts joined by a separator, each escaped."""
    return separator.join(escaped(part, separator) for part in parts)


def unescaped_parts(text: str, separator: str) -> list[str]:
    """The texts that `joined` joined."""
    parts, current, characters = [], "", iter(text)
    for character in characters:
        if character == "\\":
            current += next(characters, "")
        elif character == separator:
            parts.append(current)
            current = ""
        else:
            current += character
    return [*parts, current]
