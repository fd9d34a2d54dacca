"""Random transaction sets: good ones drawn from the definitions, and damage done to them; a seed decides."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

import msgspec

from gateway.findings import Location
from gateway.formats.x12.definitions import (
    Composite,
    Element,
    ElementUse,
    Loop,
    Release,
    Requirement,
    Segment,
    SegmentUse,
    SetDefinition,
    SyntaxNote,
)
from gateway.formats.x12.model import Delimiters, TransactionSet
from gateway.schema.automaton import Automaton
from gateway.schema.checker import CheckedSet

MARKS = Delimiters(repetition="^")
GOOD = {"R": ("1", "24", "3.5", ".5", "5.", "-7", "007", "12345678901"), "N": ("0", "12", "-3", "123456")}
DAYS = ("20260105", "20240229", "19991231", "00010101")
TIMES = ("0000", "2359", "120059", "1200599", "12005999")
BAD = (
    *(
        "",
        " ",
        "   ",
        "X",
        "xx",
        "é",
        "²",
        "٣",
        "\x07",
        "\x00AB",
        "A>B",
        ">",
        "A^B",
        "^",
        "1E5",
        "1,5",
        ".",
        "-",
        "--1",
    ),
    *(
        "1.2.3",
        "+1",
        "²3",
        "20260229",
        "00000101",
        "20261301",
        "260112",
        "2400",
        "1260",
        "12005",
        "12",
        "0" * 40,
    ),
    *("Z" * 81, "Q9", "~", "None", "__class__", "{0}", "%s", "'", '"', "\\", "\n", "\t", "\u2028", "𝟙𝟚"),
)


class Draw:
    """Draws sets of one release."""

    def __init__(self, release: Release, seed: int) -> None:
        self._release = release
        self._random = random.Random(seed)

    def good(self, definition: SetDefinition) -> list[list[str]]:
        """A set in good order, its elements mostly valid: the totals and levels need not agree."""
        return [self.segment(definition.segments[tag]) for tag in self.tags(definition)]

    def tags(self, definition: SetDefinition) -> list[str]:
        """The tags of a set in good order."""
        return list(self._members(definition.members))

    def _members(self, members: Sequence[SegmentUse | Loop]) -> list[str]:
        tags: list[str] = []
        for member in members:
            for _ in range(self._times(member.requirement, member.maximum)):
                tags += self._members(member.members) if isinstance(member, Loop) else [member.tag]
        return tags

    def _times(self, requirement: Requirement, maximum: int | None) -> int:
        least = 1 if requirement is Requirement.MANDATORY else 0
        drawn = least if self._random.random() < 0.85 else self._random.choice((1, 1, 1, 2, 3))
        return min(drawn, maximum or drawn)

    def segment(self, segment: Segment) -> list[str]:
        """A segment that keeps its syntax notes more often than not."""
        values = [self._use(use) for use in segment.uses]
        for note in segment.notes:
            self._keep(note, values, segment.uses)
        while values and not values[-1]:
            values.pop()
        return [segment.tag, *values]

    def _use(self, use: ElementUse) -> str:
        wanted = use.requirement is Requirement.MANDATORY or self._random.random() < 0.2
        return self.value(use.content) if wanted else ""

    def _keep(self, note: SyntaxNote, values: list[str], uses: Sequence[ElementUse]) -> None:
        sent = [p for p in note.positions if values[p - 1]]
        if note.kind == "E":
            for position in sent[1:]:
                values[position - 1] = ""
        elif sent or note.kind == "R":
            for position in note.positions:
                values[position - 1] = values[position - 1] or self.value(uses[position - 1].content)

    def value(self, content: Element | Composite) -> str:
        """A valid value of an element."""
        if isinstance(content, Composite):
            parts = [self._use(use) for use in content.components]
            return MARKS.component.join(parts).rstrip(MARKS.component) or self.value(
                content.components[0].content
            )
        draw = self._random
        kind = content.type[0]
        if content.codes is not None and content.codes.codes:
            return draw.choice(list(content.codes.codes))
        if kind in "RN":
            fitting = [n for n in GOOD[kind] if content.minimum <= len(n) <= content.maximum]
            return draw.choice(fitting or ["1" * content.minimum])
        if kind == "D":
            return draw.choice(DAYS) if content.maximum >= 8 else "260105"
        if kind == "T":
            return draw.choice([t for t in TIMES if content.minimum <= len(t) <= content.maximum])
        length = draw.randint(content.minimum, min(content.maximum, content.minimum + 8))
        return "".join(draw.choice("ABC xyz0189-/.") for _ in range(length - 1)) + "Z"

    def damage(self, segments: list[list[str]]) -> None:
        """One to three random changes of a set."""
        for _ in range(self._random.choice((1, 1, 1, 2, 3))):
            self._random.choice(self._damages())(segments)

    def _damages(self) -> tuple[Callable[[list[list[str]]], None], ...]:
        return (
            self._spoil,
            self._spoil,
            self._spoil,
            self._blank,
            self._drop,
            self._double,
            self._swap,
            self._insert,
            self._rename,
        )

    def _spoil(self, segments: list[list[str]]) -> None:
        values = self._random.choice(segments)
        position = self._random.randint(1, len(values) + 1)
        values.extend([""] * (position + 1 - len(values)))
        values[position] = self._random.choice(BAD)

    def _blank(self, segments: list[list[str]]) -> None:
        values = self._random.choice(segments)
        values[self._random.randrange(len(values))] = ""

    def _place(self, segments: list[list[str]]) -> int:
        return self._random.randint(1, max(1, len(segments) - 2))

    def _drop(self, segments: list[list[str]]) -> None:
        if len(segments) > 2:
            del segments[self._place(segments)]

    def _double(self, segments: list[list[str]]) -> None:
        place = self._place(segments)
        times = self._random.choice((1, 1, 4, 30))
        segments[place:place] = [list(segments[place]) for _ in range(times)]

    def _swap(self, segments: list[list[str]]) -> None:
        first, second = self._place(segments), self._place(segments)
        segments[first], segments[second] = segments[second], segments[first]

    def _insert(self, segments: list[list[str]]) -> None:
        tag = self._random.choice([*self._release.segments, "XXX", "po1", "", "PO1PO1", "\x00"])
        known = self._release.segments.get(tag)
        segments.insert(self._place(segments), self.segment(known) if known else [tag, "1"])

    def _rename(self, segments: list[list[str]]) -> None:
        values = segments[self._place(segments)]
        tag = values[0]
        values[0] = self._random.choice(
            (tag.lower(), tag[::-1], tag[:-1], f"{tag}1", tag.replace("1", "I"), f" {tag}")
        )


def without_shape(checked: CheckedSet) -> CheckedSet:
    """What came of a set, whichever way it was accepted."""
    return msgspec.structs.replace(checked, cut=checked.elements, shaped=None)


def as_set(segments: Sequence[Sequence[str]]) -> TransactionSet:
    """The segments as the reader would hand them over."""
    texts = tuple(MARKS.element.join(values) for values in segments)
    raw = "".join(text + MARKS.segment for text in texts).encode().decode("latin-1")
    place = Location(interchange=1, group=1, set=1, segment=3, segment_in_set=1, tag="ST", byte=200)
    return TransactionSet(segments=texts, delimiters=MARKS, location=place, raw=raw)


def grammar(definition: SetDefinition) -> re.Pattern[str]:
    """The order of a set as a regular expression over its tags, each followed by a blank."""
    return re.compile("".join(_grammar(member) for member in definition.members))


def _grammar(member: SegmentUse | Loop) -> str:
    least = 1 if member.requirement is Requirement.MANDATORY else 0
    inner = "".join(_grammar(one) for one in member.members) if isinstance(member, Loop) else f"{member.tag} "
    return f"(?:{inner}){{{least},{member.maximum or ''}}}"


def follows(automaton: Automaton, tags: Sequence[str]) -> bool:
    """Whether the steps of an automaton lead through the tags to the end, whatever is counted."""
    state = 0
    for tag in tags[1:]:
        step = automaton.steps[state].get(tag)
        if step is None:
            return False
        state = step.row
    return state == len(automaton.rows) - 1
