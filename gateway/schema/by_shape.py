"""Checks of whole transaction sets by their shape: one generated function for all sets of the same fold.

Like the checks of segments the functions only accept. They are made for folds that come again and again; what
is remembered of shapes is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from operator import itemgetter

from gateway.formats.x12.definitions import Row
from gateway.formats.x12.model import Delimiters
from gateway.formats.x12.shapes import Fold, Outlined, Shape, forms_in
from gateway.schema.compile import SegmentChecks

__all__ = ["Known", "KnownShapes", "Skeletons", "is_usual"]

_PRINTABLE = range(0x20, 0x7F)
_SEPARATOR, _JOINT, _UNUSUAL = b"*\n?"
_LONGEST_SKELETON = 1_000  # bytes
_MOST_ONCE = 1_000  # skeletons seen once
_MOST_SHAPES = 1_000
_MOST_SEGMENTS = 50_000  # of all shapes together
_MOST_FOLDS = 64  # that have a function
_MOST_FORMS = 150  # of a fold that has one
_WORTH = 200  # sets of a fold, after which a function surely saves more time than it takes to make

Elements = list[list[str]]
Accept = Callable[[Elements, Sequence[int], str], bool]  # the spans of the shape, component separator


class Skeletons:
    """What is left of sets with the same separators when all is taken out that may stand in any element."""

    def __init__(self, marks: Delimiters) -> None:
        self.marks = marks
        element, others = marks.element, f"{marks.component}{marks.repetition or ''}"
        table = bytearray([_UNUSUAL]) * 256
        usual: set[int] = set()
        if marks.component and element.isascii() and element not in f"\n{others}":
            usual = {*_PRINTABLE}.difference(f"{element}{others}".encode("ascii", "replace"))
            table[ord(element)], table[ord("\n")] = _SEPARATOR, _JOINT
        self._table, self._usual = bytes(table), bytes(usual)
        self._begin_with_blank = re.compile(f"{re.escape(element)} ").search

    def skeleton(self, segments: Sequence[str]) -> bytes:
        """The element separators of segments, the joints between them, and a mark for each character that the
        checks of segments do not expect; just such a mark where an element begins with a blank or not all is
        ASCII."""
        joined = "\n".join(segments)
        if not joined.isascii() or self._begin_with_blank(joined):
            return bytes([_UNUSUAL])
        return joined.encode().translate(self._table, self._usual)


def is_usual(skeleton: bytes, segments: int) -> bool:
    """Whether a skeleton of that many segments is of printable ASCII, without separators inside elements and
    without an element that begins with a blank."""
    return skeleton.count(_JOINT) == segments - 1 and _UNUSUAL not in skeleton


class KnownShapes:
    """The shapes of sets of one definition that came more than once, by their skeletons.

    A set with as many segments as another of the same skeleton, which is usual, is usual too, and each of its
    segments has as many elements: every unexpected character leaves a mark, and with as many line feeds as
    joints none stands in the data. The marks do not depend on the separators.
    """

    def __init__(
        self, rows: Sequence[Row], checks: Mapping[str, SegmentChecks], counted: Collection[str]
    ) -> None:
        self._rows = rows
        self._checks = checks
        self._counted = counted
        self._outlined = Outlined(rows)
        self._known: dict[bytes, Known] = {}
        self._once: set[bytes] = set()
        self._folds: dict[Fold, _Checks] = {}
        self._segments = 0
        self._functions = 0

    def find(self, skeleton: bytes, segments: int) -> Known | None:
        """The shape of the sets with a skeleton, which are usual."""
        known = self._known.get(skeleton) if len(skeleton) <= _LONGEST_SKELETON else None
        return known if known is not None and len(known.shape.rows) == segments else None

    def learn(self, skeleton: bytes, rows: list[int], elements: Elements) -> Known | None:
        """Takes note of a usual set that is in order, whose segments were accepted and whose skeleton is not
        known; its shape, when the skeleton came before."""
        full = len(self._known) >= _MOST_SHAPES or self._segments + len(rows) > _MOST_SEGMENTS
        if full or len(skeleton) > _LONGEST_SKELETON:
            return None
        if skeleton not in self._once:
            if len(self._once) >= _MOST_ONCE:
                self._once.clear()
            self._once.add(skeleton)
            return None
        self._segments += len(rows)
        shape = self._outlined.shape(rows, [len(values) for values in elements])
        checks = self._folds.get(shape.fold)
        if checks is None:
            checks = self._folds[shape.fold] = _Checks(shape.fold, self._accepting)
        places = [place for place, row in enumerate(rows) if self._rows[row].tag in self._counted]
        known = self._known[skeleton] = Known(shape, checks, places)
        return known

    def _accepting(self, fold: Fold) -> Accept | None:
        """The function of a fold, None when it is too long or there are too many."""
        if self._functions >= _MOST_FOLDS or forms_in(fold) > _MOST_FORMS:
            return None
        self._functions += 1
        return _accepting(fold, self._rows, self._checks)


class _Checks:
    """The checks of a fold, which accept nothing as long as there is no function."""

    def __init__(self, fold: Fold, make: Callable[[Fold], Accept | None]) -> None:
        self.accept: Accept = self._count
        self._fold = fold
        self._make = make
        self._sets = 0

    def _count(self, elements: Elements, spans: Sequence[int], component: str) -> bool:
        self._sets += 1
        if self._sets < _WORTH:
            return False
        made = self._make(self._fold)
        self.accept = made or _doubt
        return self.accept(elements, spans, component)


class Known:
    """A shape, the checks of its fold, and the places of the segments that levels and totals are made of."""

    def __init__(self, shape: Shape, checks: _Checks, places: Sequence[int]) -> None:
        self.shape = shape
        self._spans = shape.spans
        self._checks = checks
        self._pick: Callable[[Elements], tuple[list[str], ...]] | None = None
        if len(places) > 1:  # with one index `itemgetter` gives no tuple
            self._pick = itemgetter(*places)
        self._places = places

    def accepts(self, elements: Elements, component: str) -> bool:
        """Whether the segments of a set of the skeleton have the tags of the shape and no fault.

        How often loops come needs no counting: with the same tags in the same order they come as often as in
        the set that the shape was made from.
        """
        return self._checks.accept(elements, self._spans, component)

    def counted(self, elements: Elements) -> Sequence[list[str]]:
        """The segments that levels and totals are made of."""
        pick = self._pick
        return pick(elements) if pick is not None else [elements[place] for place in self._places]


def _doubt(_elements: Elements, _spans: Sequence[int], _component: str) -> bool:
    return False


def _accepting(fold: Fold, rows: Sequence[Row], checks: Mapping[str, SegmentChecks]) -> Accept | None:
    """The function that accepts sets of a fold; only numbers of it become program text."""
    names: dict[str, object] = {}
    lines = [f"{', '.join(f's{n}' for n in range(len(fold) + 1))}, = s"]
    for number, step in enumerate(fold):
        segments = ", ".join(f"v{n}" for n in range(len(step.forms)))
        begin, end, indent = f"s{number}", f"s{number + 1}", ""
        if step.repeats:
            lines.append(f"for at in range({begin}, {end}, {len(step.forms)}):")
            begin, end, indent = "at", f"at + {len(step.forms)}", "    "
        lines.append(f"{indent}{segments}, = v[{begin}:{end}]")
        for place, (row, length) in enumerate(step.forms):
            tag = rows[row].tag
            source = checks[tag].source(length, names)
            if source is None:
                return None
            name = f"tag{len(names)}"
            names[name] = tag
            lines.append(f"{indent}{source.targets}, = v{place}")
            lines += [f"{indent}{line}" for line in (f"if t != {name}: return False", *source.lines)]
    body = "".join(f"    {line}\n" for line in lines)
    exec(f"def accept(v, s, c):\n{body}    return True\n", names)
    return names["accept"]  # type: ignore[return-value]  # exec has just defined it with this shape
