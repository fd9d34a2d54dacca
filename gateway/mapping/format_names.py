"""What a table's `format` may say."""

from __future__ import annotations

from gateway.mapping.plan import FormatKind, FormatName

__all__ = ["EXAMPLES", "format_name"]

_FORMATS = {
    FormatKind.X12: (3, "x12 850 004010"),
    FormatKind.JSON: (2, "json orders"),
    FormatKind.CSV: (1, "csv"),
    FormatKind.FIXED: (2, "fixed order"),
}

EXAMPLES = ", ".join(f"`{example}`" for _, example in _FORMATS.values())


def format_name(text: str) -> FormatName | None:
    """The format that `format: TEXT` names, None when it names none."""
    kind, *rest = text.split() or [""]
    known = next((member for member in FormatKind if member.value == kind), None)
    if known is None or len(rest) + 1 != _FORMATS[known][0]:
        return None
    return FormatName(known, *rest)
