"""A partner file: how the two sides are named in envelopes, how X12 is written, what formats leave unsaid."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import TypeAlias

import msgspec

from gateway.errors import DataFileError, Mistake, UsageError
from gateway.formats.x12.charset import checked_charset
from gateway.formats.yaml_nodes import Mapping, Node, Scalar, read_nodes
from gateway.suggestions import suggestion

ID_LENGTH = 15  # ISA06 and ISA08 are fixed fields, and GS02 and GS03 no longer (X12.5)
SEPARATORS = ("element_separator", "component_separator", "segment_terminator", "repetition_separator")

Tree: TypeAlias = "dict[str, Tree | str | bool | None]"
Path = tuple[str, ...]


class EnvelopeIdentity(msgspec.Struct, frozen=True):
    """One side's names: `qualifier` and `id` for ISA05-08, `group` for GS02-03 (`id` when absent)."""

    qualifier: str
    id: str
    group: str | None = None

    @property
    def group_id(self) -> str:
        """The name in the functional group header."""
        return self.group or self.id


class LineEnd(StrEnum):
    """What follows each segment terminator."""

    NONE = "none"
    LF = "lf"
    CRLF = "crlf"

    @property
    def characters(self) -> str:
        """The characters it stands for."""
        return {LineEnd.NONE: "", LineEnd.LF: "\n", LineEnd.CRLF: "\r\n"}[self]


class Usage(StrEnum):
    """The usage indicator (ISA15)."""

    PRODUCTION = "P"
    TEST = "T"
    INFORMATION = "I"


class X12Style(msgspec.Struct, frozen=True):
    """How X12 for this partner is written."""

    release: str = "004010"
    interchange_version: str = "00401"
    element_separator: str = "*"
    component_separator: str = ">"
    segment_terminator: str = "~"
    repetition_separator: str | None = None
    line_end: LineEnd = LineEnd.LF
    usage: Usage = Usage.TEST
    acknowledgment_requested: bool = False
    charset: str = "utf-8"


class LineTax(StrEnum):
    """What a tax amount on an invoice line is meant for."""

    PER_LINE = "per_line"
    PER_UNIT = "per_unit"


class CaseCost(StrEnum):
    """What the cost on a line ordered in cases is the cost of."""

    PER_CASE = "per_case"
    PER_EACH = "per_each"


class InvoiceArithmetic(msgspec.Struct, frozen=True):
    """How this partner adds an invoice up; partners differ, and examples contradict each other."""

    total_includes_tax: bool = True
    line_tax: LineTax = LineTax.PER_LINE
    case_cost: CaseCost = CaseCost.PER_CASE


class Terms(msgspec.Struct, frozen=True):
    """What a format cannot say and the agreement therefore fixes.

    `zone` is the IANA time zone in which this partner's plain dates are meant. `vendor_item_id` names the
    identifier scheme (such as vendor_sku, upc, ean) that the vendor's item number stands in.
    """

    zone: str = "UTC"
    currency: str | None = None
    vendor_code: str | None = None
    vendor_item_id: str = "vendor_sku"
    invoice: InvoiceArithmetic = InvoiceArithmetic()


class Partner(msgspec.Struct, frozen=True):
    """One trading partner, as `partners/<name>/partner.yaml` describes it."""

    partner: EnvelopeIdentity
    own: EnvelopeIdentity
    description: str = ""
    x12: X12Style = X12Style()
    terms: Terms = Terms()


def parse_partner(text: str, file: str) -> Partner:
    """The partner described by the text of `file`; raises `DataFileError` with every mistake and its line.

    Every value is the text it was written as, so that an identifier `01` keeps its zero.
    """
    root, mistakes = read_nodes(file, text, "`partner:` and `own:`")
    if root is None:
        raise DataFileError(tuple(mistakes))
    reader = _Reader(file)
    tree = reader.record(root, Partner, ())
    if reader.mistakes:
        raise DataFileError(tuple(reader.mistakes))
    partner = msgspec.convert(tree, Partner)
    told = (*_bad_names(partner), *_bad_style(partner.x12))
    if told:
        raise DataFileError(tuple((file, reader.line(*places), problem) for places, problem in told))
    return partner


class _Reader:
    """Takes from the nodes of a file what the fields of a record ask for, and notes what does not fit."""

    def __init__(self, file: str) -> None:
        self.mistakes: list[Mistake] = []
        self._file = file
        self._lines: dict[Path, int] = {}

    def line(self, *places: Path) -> int:
        """The last line in which one of the places stands; what a file leaves out stands in none."""
        return max(self._lines.get(place, 0) for place in places)

    def record(self, node: Mapping, form: type[msgspec.Struct], path: Path) -> Tree:
        """The values of a record. Where there is a mistake they may be incomplete."""
        fields = {field.name: field for field in msgspec.structs.fields(form)}
        tree: Tree = {}
        for key, value in node.items:
            name = key.text or ""
            self._lines[*path, name] = key.line
            if name not in fields:
                self._mistake(key.line, f"unknown key `{name[:80]}`{suggestion(name, fields)}")
                continue
            kind = fields[name].type
            if not (isinstance(kind, type) and issubclass(kind, msgspec.Struct)):
                tree[name] = self._value(key, value, kind)
            elif isinstance(value, Mapping):
                tree[name] = self.record(value, kind, (*path, name))
            else:
                known = ", ".join(kind.__struct_fields__)
                self._mistake(key.line, f"`{name}` takes keys of its own: {known}")
        for name, field in fields.items():
            if field.required and (*path, name) not in self._lines:
                self._mistake(node.line, f"`{name}:` is missing")
        return tree

    def _value(self, key: Scalar, value: Node, kind: object) -> str | bool | None:
        text, choices = value.text if isinstance(value, Scalar) else None, _choices(kind)
        if not isinstance(value, Scalar):
            self._mistake(key.line, f"`{key.text}` takes one text")
        elif text is None and isinstance(kind, type):  # else it is `str | None`
            self._mistake(key.line, f"`{key.text}` says nothing; give it a value, or leave it out")
        elif text is not None and choices and text not in choices:
            self._mistake(key.line, f"`{key.text}` is one of {', '.join(choices)}, not `{text[:80]}`")
        return text == "true" if kind is bool else text

    def _mistake(self, line: int, text: str) -> None:
        self.mistakes.append((self._file, line, text))


def _choices(kind: object) -> tuple[str, ...]:
    if kind is bool:
        return ("true", "false")
    return tuple(kind) if isinstance(kind, type) and issubclass(kind, StrEnum) else ()


Problem = tuple[tuple[Path, ...], str]  # the places that together are at fault, and what is wrong with them


def _bad_names(partner: Partner) -> Iterator[Problem]:
    for side, identity in (("partner", partner.partner), ("own", partner.own)):
        for key, name in (("id", identity.id), ("group", identity.group or "")):
            if len(name) > ID_LENGTH:
                yield ((side, key),), f"`{key}` has more than {ID_LENGTH} characters"


def _bad_style(style: X12Style) -> Iterator[Problem]:
    try:
        checked_charset(style.charset)
    except UsageError as fault:
        yield (("x12", "charset"),), str(fault)
    seen: dict[str, str] = {}
    for key in SEPARATORS:
        character: str | None = getattr(style, key)
        if character is None:
            continue
        if len(character) != 1 or character.isalnum():
            yield (("x12", key),), f"`{key}` must be one character that is neither letter nor digit"
        elif character in seen:
            first = seen[character]
            yield (("x12", first), ("x12", key)), f"`{first}` and `{key}` are the same character"
        seen[character] = key
