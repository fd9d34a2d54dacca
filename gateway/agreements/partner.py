"""A partner file: how the two sides are named in envelopes, how X12 is written, what formats leave unsaid."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from enum import StrEnum
from typing import TypeAlias

import msgspec

from gateway.errors import DataFileError
from gateway.formats.yaml_nodes import Mapping, Scalar, Sequence, read_nodes

ISA_ID_LENGTH = 15  # ISA06 and ISA08 are fixed fields (X12.5)
SEPARATORS_AT_MOST = 1

Tree: TypeAlias = "dict[str, Tree | list[str] | str | None]"
Path = tuple[str, ...]


class EnvelopeIdentity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One side's names: `qualifier` and `id` for ISA05-08, `group` for GS02-03 (`id` when absent)."""

    qualifier: str
    id: str
    group: str | None = None

    @property
    def group_id(self) -> str:
        """The name in the functional group header."""
        return self.group or self.id


class X12Style(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How X12 for this partner is written. `line_end`: none, lf or crlf after each segment terminator."""

    release: str = "004010"
    interchange_version: str = "00401"
    element_separator: str = "*"
    component_separator: str = ">"
    segment_terminator: str = "~"
    repetition_separator: str | None = None
    line_end: str = "lf"
    usage: str = "T"
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


class InvoiceArithmetic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How this partner adds an invoice up; partners differ, and examples contradict each other."""

    total_includes_tax: bool = True
    line_tax: LineTax = LineTax.PER_LINE
    case_cost: CaseCost = CaseCost.PER_CASE


class Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a format cannot say and the agreement therefore fixes.

    `zone` is the IANA time zone in which this partner's plain dates are meant. `vendor_item_id` names the
    identifier scheme (such as vendor_sku, upc, ean) that the vendor's item number stands in.
    """

    zone: str = "UTC"
    currency: str | None = None
    vendor_code: str | None = None
    vendor_item_id: str = "vendor_sku"
    invoice: InvoiceArithmetic = InvoiceArithmetic()


class Partner(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One trading partner, as `partners/<name>/partner.yaml` describes it."""

    partner: EnvelopeIdentity
    own: EnvelopeIdentity
    description: str = ""
    x12: X12Style = X12Style()
    terms: Terms = Terms()


_LINE_ENDS = {"none": "", "lf": "\n", "crlf": "\r\n"}


def line_end_text(name: str) -> str:
    """The characters that a line end named in a partner file stands for."""
    return _LINE_ENDS[name]


def parse_partner(text: str, file: str) -> Partner:
    """The partner described by the text of `file`; raises `DataFileError` with every mistake and its line."""
    root, wrong = read_nodes(file, text, "`partner:` and `own:`")
    if root is None:
        raise DataFileError(tuple(wrong))
    lines: dict[Path, int] = {}
    tree = _tree(root, (), lines)
    told = (*_unknown_keys(tree, Partner, ()), *_bad_values(tree))
    if told:
        raise DataFileError(tuple((file, lines.get(path, 1), mistake) for path, mistake in told))
    try:
        # Not strict, since every value is still the text it was written as: `true` is a boolean by its field.
        return msgspec.convert(tree, Partner, strict=False)
    except msgspec.ValidationError as fault:
        raise DataFileError(((file, lines.get(_path_of(str(fault)), 1), str(fault)),)) from fault


def _tree(node: Mapping, path: Path, lines: dict[Path, int]) -> Tree:
    """The values of a mapping; `lines` is filled with where each key stands."""
    tree: Tree = {}
    for key, value in node.items:
        name = key.text or ""
        lines[*path, name] = key.line
        match value:
            case Mapping():
                tree[name] = _tree(value, (*path, name), lines)
            case Sequence():
                tree[name] = [str(item.text) for item in value.items if isinstance(item, Scalar)]
            case Scalar():
                tree[name] = value.text
    return tree


def _unknown_keys(tree: Tree, form: type[msgspec.Struct], path: Path) -> Iterator[tuple[Path, str]]:
    fields = {field.name: field.type for field in msgspec.structs.fields(form)}
    for key, value in tree.items():
        if key not in fields:
            close = difflib.get_close_matches(key[:80], fields, n=1)
            hint = f"; did you mean `{close[0]}`?" if close else f"; known keys: {', '.join(fields)}"
            yield (*path, key), f"unknown key `{key[:80]}`{hint}"
        elif isinstance(value, dict) and _is_form(fields[key]):
            yield from _unknown_keys(value, fields[key], (*path, key))


def _is_form(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _bad_values(tree: Tree) -> Iterator[tuple[Path, str]]:
    for side in ("partner", "own"):
        identity = tree.get(side)
        name = identity.get("id") if isinstance(identity, dict) else None
        if isinstance(name, str) and len(name) > ISA_ID_LENGTH:
            yield (side, "id"), f"`id` has more than {ISA_ID_LENGTH} characters"
    style = tree.get("x12")
    if isinstance(style, dict):
        yield from _bad_style(style)


def _bad_style(style: Tree) -> Iterator[tuple[Path, str]]:
    seen: dict[str, str] = {}
    for key, value in style.items():
        if not isinstance(value, str):
            continue
        place = ("x12", key)
        if key == "line_end" and value not in _LINE_ENDS:
            yield place, f"`line_end` is one of {', '.join(_LINE_ENDS)}, not `{value[:80]}`"
        if key == "usage" and value not in ("P", "T", "I"):
            yield place, f"`usage` is P (production), T (test) or I (information), not `{value[:80]}`"
        if not (key.endswith("_separator") or key == "segment_terminator"):
            continue
        if len(value) != SEPARATORS_AT_MOST or value.isalnum():
            yield place, f"`{key}` must be one character that is neither letter nor digit"
        elif value in seen:
            yield place, f"`{key}` and `{seen[value]}` are the same character"
        seen[value] = key


def _path_of(message: str) -> Path:
    """The keys that a message of msgspec ends with: `… - at `$.terms.zone``."""
    return tuple(message.rpartition("`$.")[2].rstrip("`").split(".")) if "`$." in message else ()
