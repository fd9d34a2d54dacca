"""Follows JSON text token by token and knows the pointer of every place, also in text that is no JSON.

The parser of the standard library is fast but cannot say where in the document it stood. This scan is slow
and runs only when something is wrong: it finds what can be written in JSON and no reader may accept.
"""

from __future__ import annotations

import json as stdlib_json
import re
from collections.abc import Iterator
from itertools import accumulate

import msgspec

from gateway.findings import Finding, Location, found
from gateway.formats.json_pointer import pointer_of

MAX_DEPTH = 100  # a ship notice nests 9 levels; each level costs a recursive call wherever a tree is walked
MAX_NUMBER_LENGTH = 100  # characters; beyond any quantity or price, and int() takes quadratic time
MAX_EXPONENT = 100  # 1e100; a decimal with a huge exponent fills the memory as soon as it is written out
MAX_FAULTS = 200  # findings of one reading; the rest of a hostile file says nothing new

CONSTANTS = frozenset({"NaN", "Infinity", "-Infinity"})

# It matches to the closing quote or to the end of the file: a text left open is then read once, and not again
# from each quote inside it.
_TEXT = r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)'
_TOKEN = re.compile(rf'(?P<text>{_TEXT})|(?P<mark>[\[\]{{}},:])|(?P<word>[^\s"\[\]{{}},:]++)', re.DOTALL)
_BETWEEN_MARKS = re.compile(rf'(?:[^"\[\]{{}},]++|{_TEXT})++', re.DOTALL)
_NUMBER = re.compile(r"-?[0-9]++(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+")
_HALF = re.compile("[\ud800-\udfff]")


def number_is_too_large(text: str) -> bool:
    """Whether a number as written has more digits, or a larger exponent, than anything we calculate with."""
    if len(text) > MAX_NUMBER_LENGTH:
        return True
    _, _, exponent = text.lower().partition("e")
    return bool(exponent) and abs(int(exponent)) > MAX_EXPONENT


def marks_of(text: str) -> str:
    """The brackets and commas of a text outside its strings: its skeleton, measured before parsing."""
    return _BETWEEN_MARKS.sub("", text)


def most_values(marks: str) -> int:
    """The number of values and objects and lists that a text with these marks can hold at most."""
    return len(marks) - marks.count("]") - marks.count("}")


def depth(marks: str) -> int:
    """How many objects and lists stand within each other, as far as a parser could get."""
    steps = (1 if mark in "[{" else -1 for mark in marks.replace(",", ""))
    return max(accumulate(steps), default=0)


class _Fault(msgspec.Struct, frozen=True):
    """A kind of fault, where it begins (in characters), and the token that shows it."""

    code: str
    offset: int
    token: str


class _Level:
    """One open object or list on the way down to the place of the scan."""

    __slots__ = ("index", "key", "keys", "wants_key")

    def __init__(self, is_object: bool) -> None:
        self.keys: set[str] | None = set() if is_object else None
        self.key: str | None = None
        self.wants_key = is_object
        self.index = 0

    @property
    def part(self) -> str | int | None:
        return self.index if self.keys is None else self.key


class _Scan:
    """One pass over a text, as far as `until`."""

    def __init__(self, text: str, until: int) -> None:
        self._text = text
        self._until = until
        self._levels: list[_Level] = []
        self._counted_to = 0
        self._bytes = 0

    def location(self, offset: int) -> Location:
        """The place where the scan stands now; offsets must not fall, so that bytes are counted once."""
        self._bytes += len(self._text[self._counted_to : offset].encode())
        self._counted_to = offset
        parts = (part for level in self._levels if (part := level.part) is not None)
        return Location(pointer=pointer_of(parts), byte=self._bytes)

    def faults(self) -> Iterator[_Fault]:
        """The faults in reading order; between two of them the scan stands at the first."""
        for match in _TOKEN.finditer(self._text, 0, self._until):
            match match.lastgroup:
                case "text":
                    code = self._read_text(match[0])
                case "mark":
                    code = self._read_mark(match[0])
                case _:
                    code = _word_fault(match[0])
            if code:
                yield _Fault(code, match.start(), match[0])

    def _read_text(self, token: str) -> str | None:
        level = self._levels[-1] if self._levels else None
        if level is None or level.keys is None or not level.wants_key:
            return None
        key = _decoded(token)
        level.key, level.wants_key = whole_text(key), False
        if key in level.keys:
            return "json-duplicate-key"
        level.keys.add(key)
        return None

    def _read_mark(self, mark: str) -> str | None:
        if mark in "[{":
            if len(self._levels) == MAX_DEPTH:
                return "json-too-deep"
            self._levels.append(_Level(mark == "{"))
            return None
        if mark == ":" or not self._levels:
            return None
        if mark == ",":
            level = self._levels[-1]
            level.index += 1
            level.key, level.wants_key = None, level.keys is not None
        else:
            self._levels.pop()
        return None


def _word_fault(word: str) -> str | None:
    if word in CONSTANTS:
        return "json-number"
    return "json-number-too-large" if _NUMBER.fullmatch(word) and number_is_too_large(word) else None


def _decoded(token: str) -> str:
    """The text of a key with its escapes resolved; as it stands when the token is not well formed."""
    if "\\" not in token:
        return token[1:-1]
    try:
        return str(stdlib_json.loads(token, strict=False))
    except ValueError:
        return token[1:-1]


def whole_text(text: str) -> str:
    """The text with a mark in the place of each half of a character (a surrogate without its other half).

    JSON can write one (`"\\ud83d"`), but no character set can.
    """
    return _HALF.sub("\N{REPLACEMENT CHARACTER}", text)


def faults(text: str, until: int | None = None) -> tuple[Finding, ...]:
    """What is wrong with a text although its syntax stands, in reading order and bounded.

    Keys that stand twice, NaN and its kin, oversized numbers, nesting beyond `MAX_DEPTH` (it ends there).
    """
    scan = _Scan(text, len(text) if until is None else until)
    kept: list[Finding] = []
    for fault in scan.faults():
        if len(kept) == MAX_FAULTS:
            kept.append(found("findings-limit", limit=MAX_FAULTS))
            break
        kept.append(_finding(fault, scan.location(fault.offset)))
        if fault.code == "json-too-deep":
            break
    return tuple(kept)


def _finding(fault: _Fault, location: Location) -> Finding:
    limit = MAX_DEPTH if fault.code == "json-too-deep" else MAX_NUMBER_LENGTH
    value = whole_text(fault.token[: MAX_NUMBER_LENGTH + 1].strip('"'))
    return found(fault.code, location, value, limit=limit, exponent=MAX_EXPONENT)


def location_at(text: str, offset: int) -> Location:
    """The pointer, line, column (in characters, from 1) and byte of a place, counted in characters from 0."""
    scan = _Scan(text, offset)
    for _ in scan.faults():
        continue
    place = scan.location(offset)
    line_start = text.rfind("\n", 0, offset) + 1
    line, column = text.count("\n", 0, offset) + 1, offset - line_start + 1
    return Location(pointer=place.pointer, byte=place.byte, line=line, column=column)
