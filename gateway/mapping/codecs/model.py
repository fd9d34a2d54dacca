"""What codecs share: what they are made for, and how they refuse."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, tzinfo

import msgspec

from gateway.mapping.bound import FieldKind
from gateway.mapping.cells import CellError
from gateway.mapping.code_lists import CodeList
from gateway.mapping.codec import Codec
from gateway.mapping.plan import CsvSettings, FormatKind

__all__ = ["CodecError", "Factory", "Setting", "refuse", "text_of"]

SHOWN = 60  # characters of a value that a refusal repeats


class CodecError(ValueError):
    """A value that cannot be read or written; the evaluator turns it into a finding with this code.

    `details` fill the catalogue's message. It never leaves this package.
    """

    def __init__(self, code: str, value: object, **details: str) -> None:
        self.code = code
        self.value = value if isinstance(value, str) else str(value)[:SHOWN]
        self.details = details
        super().__init__(code)


def refuse(value: object, reason: str) -> CodecError:
    """The refusal of a value, with the reason in plain words."""
    return CodecError("mapping-value", value, reason=reason)


def text_of(value: object) -> str:
    """The value, when it is a text."""
    if isinstance(value, str):
        return value
    raise refuse(value, "a text is expected here")


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """What a codec is made for: one row of one table.

    `fields` are the kinds of its fields; `allowed` the only texts the first one takes. `places` counts the
    places, `range` the elements of a range (0: no range). `excluded`: keys that have a row of their own.
    """

    arguments: tuple[str, ...] = ()
    format: FormatKind
    fields: tuple[FieldKind, ...]
    places: int = 1
    repeated: bool = False
    range: int = 0
    zone: tzinfo = UTC
    settings: CsvSettings = CsvSettings()
    lists: Mapping[str, CodeList] = msgspec.field(default_factory=dict)
    excluded: frozenset[str] = frozenset()

    def expect(
        self,
        *kinds: FieldKind,
        places: int | None = 1,
        arguments: tuple[int, int] = (0, 0),
        several: bool = False,
    ) -> None:
        """Raises `CellError` unless the row has one field of these kinds, so many places and arguments.

        `places` None: any number. `several`: a repeated place or a range is meant for this codec.
        """
        if len(self.fields) != 1:
            raise CellError(f"this codec makes one field, and the row names {len(self.fields)}")
        self.expect_kind(self.fields[0], kinds)
        self.expect_places(places, several=several)
        self.expect_arguments(*arguments)

    def expect_kind(self, kind: FieldKind, kinds: tuple[FieldKind, ...]) -> None:
        """Raises `CellError` unless the field holds one of `kinds`."""
        if kind not in kinds:
            names = " or ".join(sorted(kind.value for kind in kinds))
            raise CellError(f"the field holds a {kind.value}, and this codec makes a {names}{_hint(kind)}")

    def expect_places(self, places: int | None, *, several: bool = False) -> None:
        """Raises `CellError` unless the row names so many places."""
        if places is not None and self.places != places:
            raise CellError(f"this codec takes {places} place(s), and the row names {self.places}")
        if (self.repeated or self.range) and not several:
            raise CellError("a repeated place or a range needs `list`, `split` or `pairs`")

    def expect_arguments(self, least: int, most: int) -> None:
        """Raises `CellError` unless there are so many arguments."""
        if not least <= len(self.arguments) <= most:
            wanted = str(least) if least == most else f"{least} to {most}"
            raise CellError(f"this codec takes {wanted} argument(s), and {len(self.arguments)} are given")

    def number(self, least: int, most: int) -> int:
        """The first argument as a number within bounds."""
        text = self.arguments[0]
        if not re.fullmatch("-?[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise CellError(f"the argument is a number from {least} to {most}, not `{text[:20]}`")
        return int(text)


def _hint(kind: FieldKind) -> str:
    words = {
        FieldKind.DECIMAL: "decimal",
        FieldKind.INTEGER: "integer",
        FieldKind.BOOLEAN: "flag(Y,N)",
        FieldKind.DATE: "date",
        FieldKind.MOMENT: "date",
        FieldKind.TEXTS: "list",
        FieldKind.MAP: "pairs(…)",
        FieldKind.MOMENTS: "pairs(…, date)",
        FieldKind.TEXT: "text",
    }
    return f"; write `{words[kind]}`" if kind in words else ""


Factory = Callable[[Setting], Codec]
"""Makes a codec for a row; raises `CellError` with a mistake for the table's author."""
