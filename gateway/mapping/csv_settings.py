"""The `settings` of a table for delimited files."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from gateway.errors import Mistake
from gateway.formats.delimited_charset import is_charset
from gateway.formats.yaml_nodes import Mapping, Node, Scalar, Sequence
from gateway.mapping.plan import CsvSettings
from gateway.suggestions import suggestion

__all__ = ["parse_settings"]

_LINE_ENDS = {"lf": "\n", "crlf": "\r\n", "cr": "\r", "nel": "\x85"}
_DATE = re.compile(r"(?=.*DD)(?=.*MM)(?=.*YY)(?:YYYY|YY|MM|DD|[-./ ])+")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_DATE_PARTS = re.compile(r"YYYY|YY|MM|DD")


class _SettingError(ValueError):
    pass


def parse_settings(
    file: str, node: Node | None, base: CsvSettings | None = None
) -> tuple[CsvSettings, list[Mistake]]:
    """The settings a table (or an overlay, on top of `base`) names; the rest keeps its default."""
    settings, mistakes = base or CsvSettings(), list[Mistake]()
    if node is None:
        return settings, mistakes
    if not isinstance(node, Mapping):
        return settings, [(file, node.line, '`settings` holds lines such as `delimiter: ";"`')]
    for key, value in node.items:
        parse = _PARSERS.get(key.text or "")
        if parse is None:
            mistakes.append(
                (file, key.line, f"unknown setting `{key.text}`{suggestion(key.text or '', _PARSERS)}")
            )
            continue
        try:
            settings = msgspec.structs.replace(settings, **{str(key.text): parse(value)})
        except _SettingError as fault:
            mistakes.append((file, value.line, f"`{key.text}`: {fault}"))
    if settings.quote in (settings.delimiter, settings.decimal):
        mistakes.append((file, node.line, "delimiter, quote and decimal sign must be different characters"))
    return settings, mistakes


def _text(node: Node) -> str:
    if not isinstance(node, Scalar) or not node.text:
        raise _SettingError("takes one text; put signs in quotes")
    return node.text


def _columns(node: Node) -> tuple[str, ...]:
    columns = tuple(_text(item) for item in node.items) if isinstance(node, Sequence) else (_text(node),)
    if len(set(columns)) < len(columns):
        raise _SettingError("a column stands twice")
    return columns


def _one_character(node: Node) -> str:
    text = {"tab": "\t"}.get(_text(node), _text(node))
    if len(text) != 1 or text.isalnum() or text in "\r\n\0":
        raise _SettingError(
            "takes one character that is neither letter, digit nor line end; `tab` for the tabulator"
        )
    return text


def _line_end(node: Node) -> str:
    text = _text(node)
    if text not in _LINE_ENDS:
        raise _SettingError(f"`{text[:20]}` is no line end{suggestion(text, _LINE_ENDS)}")
    return _LINE_ENDS[text]


def _charset(node: Node) -> str:
    if not is_charset(_text(node)):
        raise _SettingError(
            f"`{_text(node)[:40]}` is no charset of text files; common ones are utf-8, windows-1252, latin-1"
        )
    return _text(node)


def _decimal(node: Node) -> str:
    if _text(node) not in (".", ","):
        raise _SettingError("the decimal sign is `.` or `,`")
    return _text(node)


def _date(node: Node) -> str:
    text = _text(node)
    parts = _DATE_PARTS.findall(text)
    if not _DATE.fullmatch(text) or len(parts) != 3:
        raise _SettingError(f"`{text[:40]}` is no date pattern; one is `YYYY-MM-DD` or `DD.MM.YYYY`")
    return text


def _files(node: Node) -> tuple[str, ...]:
    names = _columns(node)
    if len(names) != 2 or not all(_FILE.fullmatch(name) for name in names):
        raise _SettingError("takes the names of two files without their ending: `[orders, order-lines]`")
    return names


_PARSERS: dict[str, Callable[[Node], str | tuple[str, ...]]] = {
    "document_key": _columns,
    "delimiter": _one_character,
    "quote": _one_character,
    "line_end": _line_end,
    "charset": _charset,
    "decimal": _decimal,
    "date": _date,
    "columns": _columns,
    "files": _files,
}
