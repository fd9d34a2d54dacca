"""Mapping tables and overlays: a row is a line of YAML, with its level, name, value and remark.

A value is shown as it is written in the file, quotes, anchors and all: what is checked in is what is read.
"""

from __future__ import annotations

import re

import msgspec

from gateway.errors import Mistake
from gateway.mapping.sheets.rows import BYTE_ORDER_MARK, FileRow, FileRows, LevelError, judged, lines_of

__all__ = ["COLUMNS", "LEVEL", "NAME", "YamlRows"]

COLUMNS = ("level", "name", "value", "remark")
LEVEL, NAME = 0, 1  # their positions
ITEM = "-"  # the name of an entry of a list
COMMENT = "#"
STEP = "  "  # a level deeper, where the file has no row to look at
REMARK_GAP = "    "
DEEPEST = 16

_QUOTED = r'"(?:[^"\\]|\\.)*"|\'(?:[^\']|\'\')*\''
_ENTRY = re.compile(
    rf"""(?P<indent>[ ]*)
    (?:(?P<item>-)(?=[ ]|$)
      |(?P<key>{_QUOTED}|[^\s"'#\-?:,\[\]{{}}&*!|>%@`](?:[^:\#]|:(?!\s|$)|(?<!\s)\#)*?)
       (?P<colon>(?<![ ])[ ]*:)(?=[ ]|$))
    (?P<gap>[ ]*)(?P<rest>.*)""",
    re.VERBOSE,
)
_VALUE_START = re.compile(r"(?:[&!]\S+\s*)*")  # anchors and tags
_VALUE_QUOTED = re.compile(_QUOTED)
_REMARK = re.compile(r"(?<!\S)#")


class _Parts(msgspec.Struct, frozen=True):
    """A line in parts; together they are the line."""

    indent: str
    name: str
    colon: str
    gap: str
    value: str
    remark_gap: str
    remark: str

    @property
    def line(self) -> str:
        return f"{self.indent}{self.name}{self.colon}{self.gap}{self.value}{self.remark_gap}{self.remark}"

    @property
    def value_at(self) -> int:
        """Characters from the name to the value: rows of one block have them in one column."""
        return len(self.name) + len(self.colon) + len(self.gap)


class YamlRows:
    """How a mapping table is rows."""

    def read(self, file: str, text: str) -> tuple[FileRows | None, tuple[Mistake, ...]]:
        """The rows of a file; a value over several lines is no row."""
        lines = lines_of(text)
        mark = BYTE_ORDER_MARK if text.startswith(BYTE_ORDER_MARK) else ""
        rows: list[FileRow] = []
        before: list[str] = []
        around: list[int] = []
        mistakes: list[Mistake] = []
        for line in lines:
            shown = line.text.removeprefix(mark) if line.number == 1 else line.text
            if not shown.strip():
                before.append(shown + line.end)
                continue
            cells = _cells(shown, around)
            if cells is None:
                said = (
                    "a value over several lines, or another line that is no `name: value`, is edited as text"
                )
                mistakes.append((file, line.number, said))
                continue
            rows.append(FileRow(line.number, cells, "".join(before), shown, line.end))
            before.clear()
        line_end = next((line.end for line in lines if line.end), "\n")
        return judged(file, FileRows(COLUMNS, mark, tuple(rows), "".join(before), line_end), mistakes)

    def writer(self, rows: FileRows) -> YamlWriter:
        """What writes changed rows of this file."""
        return YamlWriter()


class YamlWriter:
    """Writes rows of a table, each indented as the rows of its block are."""

    def __init__(self) -> None:
        self._around: list[_Parts] = []  # the row of each level that stands above

    def keep(self, row: FileRow) -> None:
        """Take note of a row that stays as it is."""
        parts = _parts(row.text)
        if parts is not None:
            self._note(int(row.cells[LEVEL]), parts)

    def write(self, cells: tuple[str, ...], old: FileRow | None, following: FileRow | None) -> str:
        """The line for these cells; all that they do not change is as it was in the old one."""
        level, name, value, remark = cells
        if name.startswith(COMMENT):
            return self._comment(name, old, following)
        number = int(level) if level.isdecimal() and len(level) < 3 else -1
        if not 0 <= number <= DEEPEST or str(number) != level:
            raise LevelError(f"a level is a number from 0 to {DEEPEST}")
        was = _parts(old.text) if old is not None else None
        stays = was is not None and old is not None and old.cells[LEVEL] == level
        sibling = was or (self._around[number] if number < len(self._around) else None)
        parts = _Parts(
            indent=was.indent if was is not None and stays else self._indent(number, following),
            name=name,
            colon="" if name == ITEM else ":",
            gap=_gap(name, value, sibling),
            value=value,
            remark_gap=(was.remark_gap if was is not None and was.remark else REMARK_GAP) if remark else "",
            remark=_remark(remark, was),
        )
        self._note(number, parts)
        return parts.line

    def _note(self, level: int, parts: _Parts) -> None:
        self._around[level:] = [parts]

    def _indent(self, level: int, following: FileRow | None) -> str:
        if level < len(self._around):
            return self._around[level].indent
        if following is not None and following.cells[LEVEL] == str(level):
            parts = _parts(following.text)
            if parts is not None:
                return parts.indent
        if level > len(self._around):
            above = f"a row of level {len(self._around) - 1}" if self._around else "nothing"
            raise LevelError(f"{above} stands above it")
        return self._around[-1].indent + STEP if self._around else ""

    def _comment(self, text: str, old: FileRow | None, following: FileRow | None) -> str:
        if old is not None:
            indent = old.text[: len(old.text) - len(old.text.lstrip())]
        elif following is not None:
            indent = following.text[: len(following.text) - len(following.text.lstrip())]
        else:
            indent = self._around[-1].indent if self._around else ""
        return indent + text


def _gap(name: str, value: str, sibling: _Parts | None) -> str:
    if not value:
        return ""
    if name == ITEM or sibling is None or sibling.name == ITEM or not sibling.gap:
        return " "
    return " " * max(1, sibling.value_at - len(name) - 1)


def _remark(text: str, was: _Parts | None) -> str:
    if was is not None and _said(was.remark) == text:
        return was.remark
    return f"{COMMENT} {text}" if text else ""


def _said(remark: str) -> str:
    return remark.removeprefix(COMMENT).strip()


def _cells(line: str, around: list[int]) -> tuple[str, ...] | None:
    """The cells of a line; `around` are the indents of the rows it stands in, and it is added to them."""
    if line.lstrip().startswith(COMMENT):
        return ("", line.strip(), "", "")
    parts = _parts(line)
    if parts is None:
        return None
    indent = len(parts.indent)
    while around and around[-1] >= indent:
        around.pop()
    around.append(indent)
    return (str(len(around) - 1), parts.name, parts.value, _said(parts.remark))


def _parts(line: str) -> _Parts | None:
    match = _ENTRY.fullmatch(line)
    if match is None:
        return None
    rest = match["rest"]
    ended = _value_end(rest)
    if ended is None:
        return None
    begun = _REMARK.search(rest, ended)
    at = begun.start() if begun is not None else len(rest)
    value = rest[:at].rstrip()
    if ended and len(value) > ended:  # something stands behind the closing quote or bracket
        return None
    gap, remark_gap = match["gap"], rest[len(value) : at]
    if not value:  # the blanks before a remark stand behind the name
        gap, remark_gap = "", gap + remark_gap
    name, colon = match["item"] or match["key"], match["colon"] or ""
    return _Parts(match["indent"], name, colon, gap, value, remark_gap, rest[at:])


def _value_end(rest: str) -> int | None:
    """Up to where a value is quoted or in brackets, so that no remark can begin there.

    None where it goes on in the next line.
    """
    start = _VALUE_START.match(rest)
    at = start.end() if start is not None else 0
    first = rest[at : at + 1]
    if first in ("|", ">"):
        return None
    if first in ('"', "'"):
        quoted = _VALUE_QUOTED.match(rest, at)
        return None if quoted is None else quoted.end()
    return _bracket_end(rest, at) if first in ("[", "{") else 0


def _bracket_end(text: str, at: int) -> int | None:
    depth = 0
    before = ""
    while at < len(text):
        sign = text[at]
        if sign in "\"'" and before in "[{,: ":
            quoted = _VALUE_QUOTED.match(text, at)
            if quoted is None:
                return None
            at, before = quoted.end(), '"'
            continue
        if sign == COMMENT and before == " ":
            return None
        depth += (sign in "[{") - (sign in "]}")
        at, before = at + 1, sign
        if depth == 0:
            return at
    return None
