"""Reads one guide file: its head, and its statements such as `REF[CR] required`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec

from gateway.errors import Mistake
from gateway.schema.guides.model import Condition, Direction, Guide, Kind, Place, Statement, Step
from gateway.schema.lines import Line, read_lines
from gateway.suggestions import suggestion

KEYS = ("guide", "releases", "direction", "about", "sources", "statements")
STATEMENT_KEYS = ("note", "source", "unverified")
MAX_STATEMENTS = 2_000  # a guide of ours has some fifty; each is looked at for each segment of its place
SHOWN = 80  # characters of a text of the file in a message

_CONDITION = r"\[(?:([0-9]{2})=)?([^\[\]=/\s]{1,48})\]"
_STEP = re.compile(rf"([A-Z][A-Z0-9]{{1,2}})(?:{_CONDITION})?")
_END = re.compile(rf"{_STEP.pattern}(?:([0-9]{{2}})(?:-([0-9]{{2}}))?)?")
_AT_MOST = re.compile(r"at most ([1-9][0-9]{0,6})")
_LENGTH = re.compile(r"length ([1-9][0-9]{0,5})/([1-9][0-9]{0,5})")
_EXAMPLE = "such as `REF[CR] required`, `PO1/PO103 codes EA CA` or `N1/N3 not used`"
_WORDS = (
    "required, not used, at most NUMBER, length SHORTEST/LONGEST, codes CODE …, is VALUE, or nothing where "
    "a `note:` stands under it"
)


def read_guide(file: str, text: str) -> tuple[Guide, list[Mistake]]:
    """The guide with what can be read of it, and the mistakes of its form; the standard is not yet asked."""
    root, mistakes = read_lines(file, text)
    for child in root.children:
        if child.text not in KEYS:
            known = suggestion(child.text, KEYS)
            mistakes.append((file, child.number, f"has the unknown key {child.text[:SHOWN]!r}{known}"))
    named = {key: _value(file, root, key, mistakes) for key in ("guide", "releases", "direction")}
    direction = named["direction"]
    if direction and direction not in list(Direction):
        line = root.find("direction")
        text = f"has the direction {direction[:SHOWN]!r}; write inbound (the partner sends it) or outbound"
        mistakes.append((file, line.number if line else 0, text))
    about = root.find("about")
    reader = _Statements(file, _sources(file, root, mistakes), mistakes)
    return (
        Guide(
            file=file,
            set=named["guide"],
            releases=tuple(named["releases"].replace(",", " ").split()),
            direction=Direction.OUTBOUND if direction == Direction.OUTBOUND else Direction.INBOUND,
            about=(about.value or "") if about is not None else "",
            sources=reader.known,
            statements=tuple(reader.all_of(root)),
        ),
        mistakes,
    )


def _value(file: str, root: Line, key: str, mistakes: list[Mistake]) -> str:
    line = root.find(key)
    if line is None or not line.value:
        mistakes.append((file, line.number if line else 0, f"must say `{key}:`"))
        return ""
    return line.value


def _sources(file: str, root: Line, mistakes: list[Mistake]) -> dict[str, str]:
    section = root.find("sources")
    known: dict[str, str] = {}
    for line in section.children if section is not None else ():
        if line.item or not line.value:
            mistakes.append((file, line.number, "is no source; write a short name and what it is: `G1: …`"))
        else:
            known[line.text] = line.value
    return known


class _Statements:
    """Reads the statements of one file."""

    def __init__(self, file: str, sources: Mapping[str, str], mistakes: list[Mistake]) -> None:
        self.known = sources
        self._file = file
        self._mistakes = mistakes

    def all_of(self, root: Line) -> Iterator[Statement]:
        section = root.find("statements")
        if section is None or not section.children:
            self._mistake(
                section.number if section else 0, "states nothing; list what it asks under `statements:`"
            )
            return
        for line in section.children[:MAX_STATEMENTS]:
            statement = self._statement(line) if line.item else None
            if statement is not None:
                yield statement
            elif not line.item:
                self._mistake(line.number, f"is no statement; write a list item {_EXAMPLE}")
        if len(section.children) > MAX_STATEMENTS:
            number = section.children[MAX_STATEMENTS].number
            self._mistake(
                number, f"is more than the {MAX_STATEMENTS} statements a guide may have; remove some"
            )

    def _mistake(self, line: int, text: str) -> None:
        self._mistakes.append((self._file, line, text))

    def _statement(self, line: Line) -> Statement | None:
        named, _, words = line.text.partition(" ")
        place = place_of(named)
        if place is None:
            self._mistake(
                line.number, f"begins with {named[:SHOWN]!r}, which is no place; write one {_EXAMPLE}"
            )
            return None
        asked = _asked(" ".join(words.split()), place, line.number)
        if asked is None:
            self._mistake(line.number, f"says {words[:SHOWN]!r} of {place}; write {_WORDS}")
            return None
        said = self._said(line)
        if asked.kind is Kind.NOTE and not said["note"]:
            self._mistake(line.number, f"says nothing of {place}; write {_WORDS}")
            return None
        sources = tuple(said["source"].replace(",", " ").split())
        for source in sources:
            if source not in self.known:
                text = f"names the source {source[:SHOWN]!r}, which `sources:` does not have"
                self._mistake(line.number, text + suggestion(source, self.known))
        return msgspec.structs.replace(
            asked, note=said["note"], unverified=said["unverified"], sources=sources
        )

    def _said(self, line: Line) -> dict[str, str]:
        """What stands under a statement."""
        said = dict.fromkeys(STATEMENT_KEYS, "")
        for child in line.children:
            if child.text not in said or child.item:
                known = ", ".join(STATEMENT_KEYS)
                text = f"has the unknown key {child.text[:SHOWN]!r}; under a statement stand {known}"
                self._mistake(child.number, text)
            elif not child.value:
                self._mistake(
                    child.number, f"says nothing behind `{child.text}:`; give it a text on its line"
                )
            else:
                said[child.text] = child.value
        return said


def place_of(text: str) -> Place | None:
    """The place that a text such as `N1[ST]/N3`, `HL[03=S]/REF[BM]02` or `REF04-01` names; None for none."""
    *loops, end = text.split("/")
    steps = [_STEP.fullmatch(step) for step in loops]
    last = _END.fullmatch(end)
    if last is None or "00" in (last[4], last[5]):
        return None
    around = tuple(_step(step) for step in steps if step is not None)
    if len(around) < len(steps):
        return None
    return Place(around, _step(last), int(last[4] or 0), int(last[5] or 0))


def _step(match: re.Match[str]) -> Step:
    return Step(match[1], Condition(int(match[2] or 1), match[3]) if match[3] else None)


def _asked(words: str, place: Place, line: int) -> Statement | None:
    """The statement that the words make; `optional`, which none may make, stays for the standard to judge."""
    verb, _, rest = words.partition(" ")
    if (match := _AT_MOST.fullmatch(words)) is not None:
        return Statement(place=place, kind=Kind.AT_MOST, line=line, most=int(match[1]))
    if (match := _LENGTH.fullmatch(words)) is not None:
        return Statement(place=place, kind=Kind.LENGTH, line=line, least=int(match[1]), most=int(match[2]))
    if verb == Kind.CODES and rest:
        return Statement(place=place, kind=Kind.CODES, line=line, values=tuple(rest.split()))
    if verb == Kind.IS and rest:
        return Statement(place=place, kind=Kind.IS, line=line, values=(rest,))
    kinds = {"": Kind.NOTE, **{kind.value: kind for kind in (Kind.REQUIRED, Kind.NOT_USED, Kind.OPTIONAL)}}
    kind = kinds.get(words)
    return Statement(place=place, kind=kind, line=line) if kind is not None else None
