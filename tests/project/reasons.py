"""Refuses an `Any`, a `type: ignore` or a `noqa` that has no reason beside it. `make lint` runs this module.

The reason is a comment of at least two words on the same line, after the codes that the exception names.
"""

from __future__ import annotations

import io
import re
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

FOLDERS = ("gateway", "bench", "tests", "examples")
WORDS = re.compile(r"[A-Za-z]{2,}\W+(?:\w+\W+)*?[A-Za-z]{2,}")
MARKS = {
    "type: ignore": re.compile(r"type:\s*ignore(?P<codes>\[[^\]]*\])?(?P<rest>.*)"),
    "noqa": re.compile(r"noqa(?P<codes>:\s*[A-Z]+[0-9]+(?:\s*,\s*[A-Z]+[0-9]+)*)?(?P<rest>.*)"),
}


class Unreasoned(NamedTuple):
    """One exception without a reason."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


def unreasoned(file: str, source: str) -> Iterator[Unreasoned]:
    """The exceptions of one Python file that lack their codes or their reason."""
    tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    comments = {token.start[0]: token.string for token in tokens if token.type == tokenize.COMMENT}
    for line, comment in comments.items():
        for name, mark in MARKS.items():
            found = mark.search(comment)
            if found and not found["codes"]:
                yield Unreasoned(file, line, f"`{name}` names no code")
            elif found and not WORDS.search(found["rest"]):
                yield Unreasoned(file, line, f"`{name}` has no reason beside it")
    for line in sorted(_lines_with_any(tokens)):
        if not WORDS.search(comments.get(line, "")):
            yield Unreasoned(file, line, "`Any` has no reason beside it")


def _lines_with_any(tokens: list[tokenize.TokenInfo]) -> set[int]:
    """The lines that use the name, other than to import it."""
    lines: set[int] = set()
    statement_start = True
    importing = False
    for token in tokens:
        if statement_start and token.type == tokenize.NAME:
            importing = token.string in ("import", "from")
            statement_start = False
        if token.type == tokenize.NEWLINE:
            statement_start = True
        if token.type == tokenize.NAME and token.string == "Any" and not importing:
            lines.add(token.start[0])
    return lines


def unreasoned_below(root: Path) -> list[Unreasoned]:
    """Those of every Python file in the project's folders."""
    paths = sorted(path for folder in FOLDERS for path in (root / folder).rglob("*.py"))
    return [
        one
        for path in paths
        for one in unreasoned(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8"))
    ]


def main() -> int:
    """Prints what was found; the exit code is 1 when there was anything."""
    found = unreasoned_below(Path(__file__).resolve().parents[2])
    for one in found:
        print(one)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
