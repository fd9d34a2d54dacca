"""The disagreements that `docs/second-opinion.md` explains."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests.second_opinion.compare import Disagreement

PAGE = Path(__file__).resolve().parents[2] / "docs" / "second-opinion.md"
CASE = "case: "
SIDES = ("ours", "pyx12", "both")

_SECTION = re.compile(r"^### (.+)$", re.MULTILINE)
_HEADINGS = ("file or case", "place", "we say", "pyx12 says")


class Entry(NamedTuple):
    """One row, with patterns for what a disagreement has at the same places."""

    file: str
    place: str
    ours: str
    theirs: str

    def explains(self, found: Disagreement) -> bool:
        return all(fnmatchcase(value, pattern) for value, pattern in zip(found, self, strict=True))

    @property
    def is_about_a_case(self) -> bool:
        return self.file.startswith(CASE)


class Reason(NamedTuple):
    """One section: the clause it rests on, the side that is right, and its entries."""

    title: str
    clause: str
    right: str
    entries: tuple[Entry, ...]


@cache
def reasons() -> tuple[Reason, ...]:
    text = PAGE.read_text(encoding="utf-8").split("## Disagreements\n", 1)[1]
    parts = _SECTION.split(text)[1:]
    return tuple(_reason(title, body) for title, body in zip(parts[::2], parts[1::2], strict=True))


def entries() -> tuple[Entry, ...]:
    return tuple(entry for reason in reasons() for entry in reason.entries)


def _reason(title: str, body: str) -> Reason:
    facts = dict(
        line.split(": ", 1) for line in body.splitlines() if line.startswith(("Clause: ", "Right: "))
    )
    return Reason(title, facts.get("Clause", ""), facts.get("Right", ""), tuple(_entries(body)))


def _entries(body: str) -> Iterator[Entry]:
    for line in body.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and tuple(cells) != _HEADINGS:
            file, place, ours, theirs = cells
            yield Entry(file, place, ours, theirs)
