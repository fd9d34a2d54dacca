"""Regular expressions that cut the text of segments of known forms into elements, and judge most of them.

They accept no more than the checks of segments do. What they do not judge (codes, days, times, composites,
syntax notes) is left to lines of generated code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

from gateway.formats.x12.definitions import Composite, Element, ElementUse
from gateway.formats.x12.model import Delimiters
from gateway.schema.compile import SegmentChecks, Source
from gateway.schema.unusual import PRINTABLE

__all__ = ["SegmentPattern", "Separators", "is_coded"]

_LINE_ENDS = "\r\n"
_DECIMALS = 6  # behind the point of most numbers


class Separators(msgspec.Struct, frozen=True):
    """What a set is separated by as its text stands in the file."""

    marks: Delimiters
    terminator: str

    @property
    def are_plain(self) -> bool:
        """Whether there can be patterns for them."""
        chosen = (self.marks.element, self.marks.component, self.terminator)
        single = all(len(each) == 1 and each.isascii() for each in chosen)
        return single and len({*chosen}) == len(chosen) and self.marks.element not in _LINE_ENDS

    @property
    def between(self) -> str:
        """The pattern of what stands between two segments."""
        if self.terminator in _LINE_ENDS:
            return f"[{_LINE_ENDS}]+"
        return re.escape(self.terminator + self.marks.line_end)

    @property
    def end(self) -> str:
        """The pattern of what may stand behind the last segment."""
        if self.terminator in _LINE_ENDS:
            return f"[{_LINE_ENDS}]*"
        return f"(?:{re.escape(self.terminator)})?"

    @property
    def point(self) -> str:
        """The pattern of a decimal point that need not be there; one that separates is none."""
        return r"\.?" if "." not in self._service else ""

    @property
    def _service(self) -> set[str | None]:
        return {self.marks.element, self.marks.component, self.terminator, self.marks.repetition}

    def data(self, *more: str) -> str:
        """The pattern of one character of an element, a blank among them, or of these others."""
        characters = [each for each in map(chr, PRINTABLE) if each not in self._service]
        return f"[{''.join(map(re.escape, [*characters, *more]))}]"


class SegmentPattern(Source):
    """The pattern of a segment of a wording, and the lines that judge what it does not judge.

    Its groups are the elements whose text is not `fixed`; their names are `stem` and the position. `filled`
    ones are never empty.
    """

    def __init__(
        self,
        separators: Separators,
        tag: str,
        checks: SegmentChecks,
        fixed: Sequence[str | None],
        filled: Iterable[int],
        names: dict[str, object],
        stem: str,
    ) -> None:
        self._separators = separators
        self._fixed = fixed
        self._any = separators.data()
        # None begins with a blank, for then it may be blank altogether.
        self._first = self._any.replace(r"\ ", "", 1)
        self._patterns: list[str] = []
        empty = [position for position, text in enumerate(fixed, 1) if text == ""]
        super().__init__(checks, len(fixed), names, stem=stem, filled=filled, empty=empty)
        self.text = re.escape(separators.marks.element).join([re.escape(tag), *self._patterns])
        self.groups = [f"{stem}{position}" for position, text in enumerate(fixed, 1) if text is None]

    def _refuse(self, condition: str) -> None:
        if condition != "False":
            self.lines.append(f"if {condition}: return None")

    def _element(self, position: int, use: ElementUse) -> None:
        text = self._fixed[position - 1]
        if text is not None:
            self._patterns.append(re.escape(text))  # it was judged when it was seen
            self._names[f"{self._stem}{position}"] = text
            return
        content = use.content
        if isinstance(content, Composite):
            self._patterns.append(f"({self._separators.data(self._separators.marks.component)}*)")
            self._refuse(f"c + ' ' in c + {self._stem}{position}")  # a component that may be blank
            super()._element(position, use)
            return
        pattern = self._judging(content)
        if pattern is None:
            self._patterns.append(f"({self._any}*)")
            super()._element(position, use)
        else:
            self._patterns.append(f"({pattern}{'' if position in self._surely else '|'})")

    def _judging(self, element: Element) -> str | None:
        """The pattern of an element that takes no more to be judged, None where there is none."""
        low, high, kind = max(element.minimum, 1), element.maximum, element.type[0]
        if kind in "DT" or is_coded(element):
            return None
        if kind in "AIB":
            return f"{self._first}{self._any}{{{low - 1},{high - 1}}}"
        if element.type != "R":
            return f"[0-9]{{{low},{high}}}"
        decimals = min(high // 2, _DECIMALS)
        if not low == 1 < high:
            return None
        # Atomic: digits can be shared out in several ways; to try those of all numbers would take for ever
        return rf"(?>[0-9]{{0,{high - decimals}}}{self._separators.point}[0-9]{{1,{decimals}}})"


def is_coded(element: Element) -> bool:
    """Whether an element holds a code of a list."""
    return element.type == "ID" and element.codes is not None
