"""Lines of generated Python, with their indentation and names that occur once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

__all__ = ["Code", "Constants", "Mark", "chained"]

INDENT = "    "
NAMES_IN_A_LINE = 6


class Constants:
    """Values that functions of one module share; equal ones have one name."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def name(self, stem: str, value: str) -> str:
        """The name of a value, given as program text."""
        return self._names.setdefault(value, f"{stem}_{len(self._names) + 1}")

    def text(self) -> str:
        return "".join(f"{name} = {value}\n" for value, name in self._names.items())


class Mark:
    """A place in the code whose lines are known only later."""

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.lines: list[str] = []


class Code:
    """Python text in the making. What is handed in is program text: data comes in as literals or names."""

    def __init__(self, constants: Constants) -> None:
        self.constants = constants
        self._lines: list[str | Mark] = []
        self._depth = 0
        self._used: Counter[str] = Counter()

    def line(self, text: str) -> None:
        """One line at the present depth."""
        self._lines.append(INDENT * self._depth + text)

    def lines(self, *texts: str) -> None:
        """Lines at the present depth."""
        for text in texts:
            self.line(text)

    @contextmanager
    def inside(self, head: str) -> Iterator[None]:
        """What follows stands indented below `head`; nothing at all becomes `pass`."""
        self.line(head)
        before = len(self._lines)
        self._depth += 1
        yield
        if all(isinstance(line, Mark) for line in self._lines[before:]):
            self.line("pass")
        self._depth -= 1

    @contextmanager
    def when(self, conditions: Sequence[str]) -> Iterator[None]:
        """What follows stands below `if` and these conditions, or as it is when there are none."""
        if not conditions:
            yield
            return
        with self.inside(f"if {' and '.join(conditions)}:"):
            yield

    def mark(self) -> Mark:
        """A place whose lines are given later: append to its `lines`."""
        mark = Mark(self._depth)
        self._lines.append(mark)
        return mark

    def name(self, stem: str) -> str:
        """A name of its own: the stem, which has no underscore, and a number."""
        stem = f"{stem}s" if stem[-1].isdigit() else stem
        self._used[stem] += 1
        return f"{stem}{self._used[stem]}"

    def text(self) -> str:
        """The whole text."""
        texts: list[str] = []
        for line in self._lines:
            if isinstance(line, Mark):
                texts += [INDENT * line.depth + inner for inner in line.lines]
            else:
                texts.append(line)
        return "\n".join(texts) + "\n"


def chained(names: Sequence[str], value: str) -> list[str]:
    """`a = b = None`, a few names a line."""
    starts = range(0, len(names), NAMES_IN_A_LINE)
    return [" = ".join([*names[start : start + NAMES_IN_A_LINE], value]) for start in starts]
