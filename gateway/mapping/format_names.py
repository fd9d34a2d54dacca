"""What a table's `format` may say."""

from __future__ import annotations

from gateway.mapping.plan import FormatKind, FormatName

__all__ = ["EXAMPLES", "format_name"]

_FORMATS = {
    FormatKind.X12: "x12 850 004010",
    FormatKind.JSON: "json orders",
    FormatKind.CSV: "csv",
    FormatKind.FIXED: "fixed order",
    FormatKind.XML: "xml order",
}

EXAMPLES = ", ".join(f"`{example}`" for example in _FORMATS.values())


def format_name(text: str) -> FormatName | None:
    """The format that `format: TEXT` names, None when it names none; X12 may have several releases."""
    kind, *rest = text.split() or [""]
    known = next((member for member in FormatKind if member.value == kind), None)
    if known is None:
        return None
    if known is FormatKind.X12:
        set_id, *releases = rest or [""]
        distinct = len(set(releases)) == len(releases)
        return FormatName(known, set_id, tuple(releases)) if releases and distinct else None
    return FormatName(known, "".join(rest)) if len(rest) == len(_FORMATS[known].split()) - 1 else None
