"""Reads the compact YAML of `schemas/x12`: one thing on each line, every scalar a text, lines with numbers.

A command must start in well under a second, and a general YAML reader in pure Python needs about that long
for one release. These files use little of YAML (block mappings and lists, plain or quoted scalars, comments),
so that little is read here; whatever else is met is reported, never guessed. What this reader accepts, every
YAML 1.2 reader takes in the same way under the failsafe schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from gateway.errors import Mistake

MAX_DEPTH = 20
"""Loops of X12 nest five deep; more than this is a file gone wrong, and recursion over it stays bounded."""

_TAB = "has a tab; indent and separate with blanks"
_SPECIAL = re.compile(r"[\[\]{}&*!|>%@`,?]|-$|- ")
_KEY = re.compile(r"""(?:"([^"\\]*)"|'([^']*)'|([^\s"'#][^"'#]*?)):(?:\s+|$)""")


class Line(msgspec.Struct):
    """One line with what is indented under it.

    `text` is a key, or the scalar of a list item; `value` what follows a key on its line; `opens` says that
    the line ends with the colon of its key, so that only the lines under it say more.
    """

    number: int
    text: str
    value: str | None = None
    item: bool = False
    opens: bool = False
    children: list[Line] = msgspec.field(default_factory=list)

    def find(self, key: str) -> Line | None:
        """The child with this key."""
        for child in self.children:
            if child.text == key and not child.item:
                return child
        return None

    def texts(self) -> Iterator[tuple[int, str]]:
        """The text on this line, or each plain list item under it, with line numbers."""
        if self.value is not None:
            yield self.number, self.value
        for child in self.children:
            if child.item and not child.opens:
                yield child.number, child.text


def read_lines(file: str, text: str) -> tuple[Line, list[Mistake]]:
    """The file as a tree under a root without text, and the mistakes of its form."""
    root = Line(0, "", opens=True)
    mistakes: list[Mistake] = []
    stack: list[tuple[int, Line]] = [(-1, root)]  # the lines that are open, with their indents
    indents: dict[int, int] = {}  # line number -> the indent of the lines under it
    keys: dict[tuple[int, str], int] = {}  # line number and key under it -> where the key stands first
    for number, raw in enumerate(text.split("\n"), 1):
        content = raw.strip()
        if not content or content[0] == "#" or (content == "---" and not root.children):
            continue
        indent = len(raw) - len(raw.lstrip(" "))
        while indent <= stack[-1][0]:
            stack.pop()
        above, parent = stack[-1]
        line, problem = _read_line(number, content) if "\t" not in raw else (None, _TAB)
        if line is not None:
            problem = _misplaced(
                parent, line, indent - above, indent - indents.setdefault(parent.number, indent)
            )
            if not problem and not line.item:
                first = keys.setdefault((parent.number, line.text), number)
                problem = "" if first == number else f"says `{line.text}` again, as line {first} does"
            if not problem and len(stack) > MAX_DEPTH:
                problem = f"is nested deeper than {MAX_DEPTH} levels"
        if line is None or problem:
            mistakes.append((file, number, problem))
            line = Line(number, "", opens=True)  # takes up what is indented under the mistake
        else:
            parent.children.append(line)
        stack.append((indent, line))
    return root, mistakes


def _read_line(number: int, content: str) -> tuple[Line | None, str]:
    item = content.startswith("- ")
    body = content[2:].lstrip() if item else content
    key = _KEY.match(body)
    if key is None:
        if not item:
            return None, "is neither `key: value` nor a list item `- value`"
        text, problem = _scalar(body)
        return (None, problem) if text is None else (Line(number, text, item=True), "")
    name = key[1] or key[2] or key[3] or ""
    if key[3] and _SPECIAL.match(name):
        return None, f"begins with {name[0]!r}, which the compact form does not use; put the key in quotes"
    rest = body[key.end() :]
    if not rest or rest.startswith("#"):
        return Line(number, name, item=item, opens=True), ""
    value, problem = _scalar(rest)
    if value is None:
        return None, problem
    if item:
        return None, "has a value after a key in a list; put the value under it, indented"
    return Line(number, name, value), ""


def _scalar(text: str) -> tuple[str | None, str]:
    if text[0] in "\"'":
        end = text.find(text[0], 1)
        rest = text[end + 1 :].lstrip()
        if end < 0 or "\\" in text[: end + 1] or (rest and not rest.startswith("#")):
            return None, "has a quoted text that does not end, goes on after the quote, or holds a backslash"
        return text[1:end], ""
    if _SPECIAL.match(text):
        return None, f"begins with {text[0]!r}, which the compact form does not use; put the text in quotes"
    comment = text.find(" #")
    text = text if comment < 0 else text[:comment].rstrip()
    if ": " in text or text.endswith(":"):
        return None, "has a second `:`; put the text in quotes"
    return text, ""


def _misplaced(parent: Line, line: Line, deeper: int, off: int) -> str:
    if not parent.opens or (parent.item and deeper == 1):
        return f"is indented under line {parent.number}, which cannot have lines under it"
    if parent.children:
        first = parent.children[0]
        if off:
            return f"is not indented like its neighbour on line {first.number}"
        if first.item != line.item:
            return f"mixes list items and keys with its neighbour on line {first.number}"
    return ""
