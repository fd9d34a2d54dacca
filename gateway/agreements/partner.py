"""A partner file: how the two sides are named in envelopes, how X12 is written, what formats leave unsaid."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from enum import StrEnum

import msgspec
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError

from gateway.errors import DataFileError

ISA_ID_LENGTH = 15  # ISA06 and ISA08 are fixed fields (X12.5)
SEPARATORS_AT_MOST = 1


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
    try:
        tree = YAML(typ="rt").load(text)
    except MarkedYAMLError as fault:
        line = fault.problem_mark.line + 1 if fault.problem_mark else 0
        raise DataFileError(((file, line, f"not valid YAML: {fault.problem}"),)) from fault
    if not isinstance(tree, CommentedMap):
        raise DataFileError(((file, 1, "expected keys such as `partner:` and `own:`"),))
    mistakes = tuple(
        (file, line, mistake) for line, mistake in (*_unknown_keys(tree, Partner), *_bad_values(tree))
    )
    if mistakes:
        raise DataFileError(mistakes)
    try:
        return msgspec.convert(tree, Partner)
    except msgspec.ValidationError as fault:
        raise DataFileError(((file, _line_of(tree, str(fault)), str(fault)),)) from fault


def _unknown_keys(tree: CommentedMap, form: type[msgspec.Struct]) -> Iterator[tuple[int, str]]:
    fields = {field.name: field.type for field in msgspec.structs.fields(form)}
    for key, value in tree.items():
        line = tree.lc.key(key)[0] + 1
        if key not in fields:
            close = difflib.get_close_matches(str(key), fields, n=1)
            hint = f"; did you mean `{close[0]}`?" if close else f"; known keys: {', '.join(fields)}"
            yield line, f"unknown key `{key}`{hint}"
        elif isinstance(value, CommentedMap) and _is_form(fields[key]):
            yield from _unknown_keys(value, fields[key])


def _is_form(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _bad_values(tree: CommentedMap) -> Iterator[tuple[int, str]]:
    for side in ("partner", "own"):
        identity = tree.get(side)
        if isinstance(identity, CommentedMap) and len(str(identity.get("id", ""))) > ISA_ID_LENGTH:
            yield identity.lc.key("id")[0] + 1, f"`id` has more than {ISA_ID_LENGTH} characters"
    style = tree.get("x12")
    if isinstance(style, CommentedMap):
        yield from _bad_style(style)


def _bad_style(style: CommentedMap) -> Iterator[tuple[int, str]]:
    seen: dict[str, str] = {}
    for key, value in style.items():
        line = style.lc.key(key)[0] + 1
        if key == "line_end" and value not in _LINE_ENDS:
            yield line, f"`line_end` is one of {', '.join(_LINE_ENDS)}, not `{value}`"
        if key == "usage" and value not in ("P", "T", "I"):
            yield line, f"`usage` is P (production), T (test) or I (information), not `{value}`"
        if not (str(key).endswith("_separator") or key == "segment_terminator") or value is None:
            continue
        if len(str(value)) != SEPARATORS_AT_MOST or str(value).isalnum():
            yield line, f"`{key}` must be one character that is neither letter nor digit"
        elif value in seen:
            yield line, f"`{key}` and `{seen[value]}` are the same character"
        seen[value] = key


def _line_of(tree: CommentedMap, message: str) -> int:
    path = message.rpartition("`$.")[2].rstrip("`").split(".") if "`$." in message else []
    node, line = tree, 0
    for key in path:
        if not isinstance(node, CommentedMap) or key not in node:
            break
        line = node.lc.key(key)[0] + 1
        node = node[key]
    return line
