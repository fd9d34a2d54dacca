"""Checks of one segment as generated Python that only accepts: straight-line code per number of elements.

A check returns True when the segment has no finding at all (none of those `gateway.schema.segments` can
make), and False when in doubt. What it takes for granted is looked at once per transaction set by its caller:
that no control character, no digit of another script, no element of blanks, no repetition separator, and no
component separator outside a composite stands in the segment. Only numbers from the definitions become
program text; names and codes do not.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from functools import partial
from itertools import product

from gateway.formats.x12.definitions import Composite, Element, ElementUse, Requirement, Segment, SyntaxNote
from gateway.schema.elements import is_date, is_number, is_time

Check = Callable[[Sequence[str], str], bool]  # elements with the tag first, component separator

_MINUTES = frozenset(f"{hour:02d}{minute:02d}" for hour, minute in product(range(24), range(60)))
_MOST_DAYS = 400  # more than a year has


class GoodDays(set[str]):
    """The days that were found to be such by one element: most come again and again."""

    def __init__(self, element: Element) -> None:
        super().__init__()
        self._lengths = element.minimum, element.maximum

    def takes(self, value: str) -> bool:
        """Whether a value that is not in here yet is a day."""
        if not is_date(value, *self._lengths):
            return False
        if len(self) >= _MOST_DAYS:
            self.clear()
        self.add(value)
        return True


def doubt(_values: Sequence[str], _component: str) -> bool:
    """The check that accepts nothing."""
    return False


class SegmentChecks(dict[int, Check]):
    """The checks of one segment by length (elements sent, plus one for the tag), made when first asked for.

    For a composite the length is that of its components alone. What elements are held to is made once for
    all checks of the segment.
    """

    def __init__(
        self, uses: Sequence[ElementUse], notes: Sequence[SyntaxNote], exponent: bool, tag: bool
    ) -> None:
        super().__init__()
        self.uses = uses
        self.notes = notes
        self.exponent = exponent
        self.tag = tag
        self.longest = len(uses) + tag
        self.composites = tuple(n for n, use in enumerate(uses, 1) if isinstance(use.content, Composite))
        self._days: dict[int, GoodDays] = {}
        self._codes: dict[tuple[int, bool], frozenset[str]] = {}
        self._components: dict[int, SegmentChecks] = {}

    def __missing__(self, length: int) -> Check:
        count = self._sent(length)
        if count is None:
            return doubt  # not kept: the number comes from the document
        names: dict[str, object] = {}
        source = Source(self, count, names)
        body = "".join(f"    {line}\n" for line in source.lines)
        exec(f"def check(v, c):\n    {source.targets}, = v\n{body}    return True\n", names)
        check: Check = names["check"]  # type: ignore[assignment]  # exec has just defined it with this shape
        self[length] = check
        return check

    def _sent(self, length: int) -> int | None:
        """How many elements are sent when a segment has a length; None where that is never right."""
        count = length - 1 if self.tag else length
        if not 0 < count <= len(self.uses):
            return None
        if any(use.requirement is Requirement.MANDATORY for use in self.uses[count:]):
            return None
        return count

    def days(self, position: int, element: Element) -> GoodDays:
        """The days found in the element at a position."""
        if position not in self._days:
            self._days[position] = GoodDays(element)
        return self._days[position]

    def codes(self, position: int, codes: Iterable[str], empty: bool) -> frozenset[str]:
        """The codes that the element at a position may hold; `empty`: it may also be empty."""
        if (position, empty) not in self._codes:
            self._codes[position, empty] = frozenset([*codes, ""] if empty else codes)
        return self._codes[position, empty]

    def components(self, position: int, composite: Composite) -> SegmentChecks:
        """The checks of the composite at a position."""
        if position not in self._components:
            self._components[position] = SegmentChecks(
                composite.components, composite.notes, self.exponent, tag=False
            )
        return self._components[position]


def segment_checks(segment: Segment, exponent: bool) -> SegmentChecks:
    """The checks of a segment; `exponent`: numbers of type R may have one in this release."""
    return SegmentChecks(segment.uses, segment.notes, exponent, tag=True)


def by_length(checks: SegmentChecks) -> list[Check]:
    """The checks of a segment as a list, which is faster to look in; each is made when it is first run."""

    def made(values: Sequence[str], component: str) -> bool:
        check = found[len(values)] = checks[len(values)]
        return check(values, component)

    found: list[Check] = [made] * (checks.longest + 1)
    return found


class Source:
    """The text of one check: the names its elements are unpacked to (that of the tag is `t`, the others are
    `stem` and a number), and the lines that return False where they are in doubt. `names` are the values that
    the lines refer to. Elements at `filled` positions are known to be there, those at `empty` ones not to."""

    def __init__(
        self,
        checks: SegmentChecks,
        count: int,
        names: dict[str, object],
        *,
        stem: str = "e",
        filled: Iterable[int] = (),
        empty: Container[int] = (),
    ) -> None:
        self._checks = checks
        self._names = names
        self._stem = stem
        names["MINUTES"] = _MINUTES
        uses = checks.uses[:count]
        # The last element is there, else the segment would end with a separator.
        self._surely = {count, *filled} | {
            n for n, use in enumerate(uses, 1) if use.requirement is Requirement.MANDATORY
        }
        self._maybe = {n for n in range(1, count + 1) if n not in empty}
        self.targets = ", ".join(
            [*(["t"] if checks.tag else []), *(f"{stem}{n}" for n in range(1, count + 1))]
        )
        self.lines: list[str] = []
        for position, use in enumerate(uses, 1):
            self._element(position, use)
        for note in checks.notes:
            self._note(note)

    def _refuse(self, condition: str) -> None:
        """The set is in doubt where the condition holds."""
        if condition != "False":
            self.lines.append(f"if {condition}: return False")

    def _name(self, value: object) -> str:
        name = f"k{len(self._names)}"
        self._names[name] = value
        return name

    def _element(self, position: int, use: ElementUse) -> None:
        name = f"{self._stem}{position}"
        sure = position in self._surely
        content = use.content
        if isinstance(content, Composite):
            components = self._checks.components(position, content)
            refused = f"not {self._name(partial(_composite, components))}({name}, c)"
        else:
            if content.type[0] in "AIB":
                self._plain(position, content, sure)
                return
            refused = self._typed(position, content)
            if sure:
                self._refuse(refused)  # none of these takes an empty element
                return
        self._refuse(f"not {name} or {refused}" if sure else f"{name} and {refused}")

    def _plain(self, position: int, element: Element, sure: bool) -> None:
        """Code and text, whose emptiness is judged by the same test as their length."""
        name, low, high = f"{self._stem}{position}", element.minimum, element.maximum
        if element.type == "ID" and element.codes is not None:
            fitting = (code for code in element.codes.codes if low <= len(code) <= high)
            codes = self._checks.codes(position, fitting, empty=not sure)
            self._refuse(f"{name} not in {self._name(codes)}")
        elif low <= 1 and not sure:
            self._refuse(f"len({name}) > {high}")
        elif low <= 1:
            self._refuse(f"not {name} or len({name}) > {high}")
        else:
            length = f"len({name}) != {low}" if low == high else f"not {low} <= len({name}) <= {high}"
            self._refuse(length if sure else f"{length} and {name}")

    def _typed(self, position: int, element: Element) -> str:
        """The condition that refuses what is no number, date or time; that nothing is sent, too."""
        name, low, high = f"{self._stem}{position}", element.minimum, element.maximum
        kind = element.type[0]
        if kind == "D":
            days = self._checks.days(position, element)
            return f"{name} not in {self._name(days)} and not {self._name(days.takes)}({name})"
        if kind == "T":
            quick = f"{name} in MINUTES" if low <= 4 <= high else "False"
            slow = self._name(partial(is_time, minimum=low, maximum=high))
        else:
            form = ("E" if self._checks.exponent else "R") if element.type == "R" else "N"
            digits = f"{name}.isdecimal()"
            if form in "RE":
                digits = f"({digits} or {name}.replace('.', '', 1).isdecimal())"
            length = (
                f"len({name}) <= {high}"
                if low <= 1
                else f"{low} <= len({name}) - {name}.count('.') and len({name}) <= {high}"
            )
            quick = f"{digits} and {length}"
            slow = self._name(partial(is_number, minimum=low, maximum=high, form=form))
        return f"not ({quick} or {slow}({name}))"

    def _note(self, note: SyntaxNote) -> None:
        stem = self._stem
        here = [p for p in note.positions if p in self._maybe]
        open_ = [f"{stem}{p}" for p in here if p not in self._surely]
        cut = len(here) < len(note.positions)
        first, others = note.positions[0], here[1:] if note.positions[0] in here else here
        told = "" if first in self._surely else f" and {stem}{first}"
        match note.kind:
            case "P" if cut:
                self._refuse(" or ".join(f"{stem}{p}" for p in here) or "False")
            case "P" if len(open_) < len(here):
                self._refuse(" or ".join(f"not {each}" for each in open_) or "False")
            case "P":
                complete = " and ".join(open_[1:])
                self._refuse(f"not ({complete}) if {open_[0]} else {' or '.join(open_[1:])}")
            case "R" if len(open_) == len(here):
                self._refuse(f"not ({' or '.join(open_) or 'False'})")
            case "E" if len(open_) < len(here):
                self._refuse("True" if len(open_) + 1 < len(here) else " or ".join(open_) or "False")
            case "E" if len(here) > 1:
                self._refuse(f"[{', '.join(open_)}].count('') < {len(here) - 1}")
            case "C" if first in here and (cut or not self._surely.issuperset(others)):
                wanted = "False" if cut else " and ".join(each for each in open_ if each != f"{stem}{first}")
                self._refuse(f"not ({wanted}){told}")
            case "L" if first in here and self._surely.isdisjoint(others):
                wanted = " or ".join(f"{stem}{p}" for p in others) or "False"
                self._refuse(f"not ({wanted}){told}")
            case _:
                pass


def _composite(checks: SegmentChecks, text: str, component: str) -> bool:
    parts = text.split(component)
    return checks[len(parts)](parts, component)
