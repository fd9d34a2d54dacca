"""A guide as generated Python that only accepts: one function for each row that a statement is about.

The functions take the elements of a segment and the state of the set: how often a segment stood in its
loop, and which loops a condition holds of. What a loop must hold is looked at when the next one opens, or at
the end of the set. Only numbers become program text; codes and values do not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from gateway.formats.x12.model import Delimiters
from gateway.schema.guides.explain import length_of, part
from gateway.schema.guides.model import Condition, Kind
from gateway.schema.guides.narrow import SET, Bound, Narrowed

_Row = Callable[[list[str], list[int], str], bool]  # elements with the tag first, state, component separator
_TRUE = 0  # the place of the state that is always 1
_PHASES = 3  # what the loop before had to hold; what holds of this loop; the statements about the segment


class FastGuide:
    """The compiled form of a guide over one set."""

    def __init__(self, narrowed: Narrowed) -> None:
        source = _Source(narrowed)
        self._rows = source.functions(len(narrowed.spots))
        self._begin = tuple(source.begin)
        self._required = tuple(source.required)

    def accepts(self, rows: Sequence[int], elements: Sequence[list[str]], marks: Delimiters) -> bool:
        """Whether a set whose segments all have their rows keeps every statement; False when in doubt."""
        mark = marks.repetition
        if mark is not None and any(mark in value for values in elements for value in values):
            return False
        state = list(self._begin)
        functions = self._rows
        for row, values in zip(rows, elements, strict=True):
            check = functions[row]
            if check is not None and not check(values, state, marks.component):
                return False
        return all(state[count] or not state[active] for count, active in self._required)


class _Source:
    """The texts of the functions, the values they refer to, and the state that a set begins with."""

    def __init__(self, narrowed: Narrowed) -> None:
        self.begin = [1]
        self.required: list[tuple[int, int]] = []  # the places of a count and of whether it is asked for
        self._names: dict[str, object] = {"part": part, "length": length_of}
        self._phases: dict[int, tuple[list[str], ...]] = {}
        self._elements: dict[int, set[int]] = {}
        self._flags: dict[tuple[int, Condition], int] = {}
        for bound in narrowed.bound:
            self._flags |= dict.fromkeys(bound.conditions, 0)
        for row, condition in self._flags:
            self._flags[row, condition] = flag = self._new(0)
            self._lines(row, 1).append(f"s[{flag}] = {self._holds(row, condition)}")
        for bound in narrowed.bound:
            if bound.statement.place.element:
                self._about_element(bound)
            else:
                self._about_segment(bound)

    def functions(self, count: int) -> list[_Row | None]:
        """The function of each row, None where no statement is about it."""
        made: list[_Row | None] = [None] * count
        for row, phases in self._phases.items():
            lines = [line for phase in phases for line in phase]
            if not lines:
                continue
            used = sorted(self._elements.get(row, ()))
            body = [*(f"e{n} = v[{n}] if len(v) > {n} else ''" for n in used), *lines, "return True"]
            text = "".join(f"    {line}\n" for line in body)
            exec(f"def check(v, s, c):\n{text}", self._names)
            made[row] = self._names.pop("check")  # type: ignore[call-overload]  # exec has just defined it
        return made

    def _lines(self, row: int, phase: int) -> list[str]:
        return self._phases.setdefault(row, tuple([] for _ in range(_PHASES)))[phase]

    def _new(self, begin: int) -> int:
        self.begin.append(begin)
        return len(self.begin) - 1

    def _name(self, value: object) -> str:
        name = f"k{len(self._names)}"
        self._names[name] = value
        return name

    def _element(self, row: int, number: int) -> str:
        self._elements.setdefault(row, set()).add(number)
        return f"e{number}"

    def _holds(self, row: int, condition: Condition) -> str:
        return f"{self._element(row, condition.element)} == {self._name(condition.value)}"

    def _about_segment(self, bound: Bound) -> None:
        statement = bound.statement
        if statement.kind not in (Kind.REQUIRED, Kind.AT_MOST, Kind.NOT_USED):
            return
        within = bound.loop != SET
        required = statement.kind is Kind.REQUIRED
        count = self._new(1 if required and within else 0)
        active = _TRUE
        if bound.conditions:
            active = self._new(0)
        if required:
            self.required.append((count, active))
        if within:
            if required:
                self._lines(bound.loop, 0).append(f"if s[{active}] and not s[{count}]: return False")
            if bound.conditions:
                flags = " and ".join(f"s[{self._flags[held]}]" for held in bound.conditions)
                self._lines(bound.loop, 1).append(f"s[{active}] = {flags}")
            self._lines(bound.loop, 1).append(f"s[{count}] = 0")
        for row in sorted(bound.rows):
            condition = statement.place.segment.condition
            held = [self._holds(row, condition)] if condition is not None else []
            self._lines(row, 2).append(f"if {' and '.join(held) or 'True'}: s[{count}] += 1")
            most = {Kind.AT_MOST: statement.most, Kind.NOT_USED: 0}.get(statement.kind)
            if most is not None:
                self._lines(row, 2).append(f"if s[{active}] and s[{count}] > {most}: return False")

    def _about_element(self, bound: Bound) -> None:
        place = bound.statement.place
        for row in sorted(bound.rows):
            when = [f"s[{self._flags[held]}]" for held in bound.conditions]
            if place.segment.condition is not None:
                when.append(self._holds(row, place.segment.condition))
            name = self._element(row, place.element)
            if place.component:
                when.append(name)
                name = f"part({name}, {place.component}, c)"
            for refused in self._refusals(bound, name):
                self._lines(row, 2).append(f"if {' and '.join([*when, refused])}: return False")

    def _refusals(self, bound: Bound, name: str) -> Iterator[str]:
        """The conditions that refuse an element; what repeats was doubted before."""
        statement = bound.statement
        match statement.kind:
            case Kind.REQUIRED:
                yield f"not {name}"
            case Kind.NOT_USED:
                yield name
            case Kind.LENGTH:
                length = f"length({name}, True)" if bound.numeric else f"len({name})"
                yield f"{name} and not {statement.least} <= {length} <= {statement.most}"
            case Kind.CODES | Kind.IS:
                yield f"{name} and {name} not in {self._name(frozenset(statement.values))}"
            case _:
                pass
