"""Values that tell where they came from, to find out what a generated writer puts where.

A writer that runs on a document of marked values makes a tree of marked values: each leaf has the program
text of what stands there. What a writer asks of a text is noted; where it would do more with a value than to
hand it to a codec, nothing can be told, and the marks raise `Doubt`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import partial
from typing import NoReturn

import msgspec

from gateway.documents.parts import Moment
from gateway.mapping.compiled.doubt import Doubt
from gateway.mapping.compiled.memo import Memo, UsualMemo
from gateway.mapping.compiled.verified import Verified

__all__ = ["Asked", "Hole", "MarkedText", "Marks"]

MOST_MARKS = 2_000  # values of one document; generated code for more of them would be long


class Source(msgspec.Struct, frozen=True):
    """The program text of a value, and the number of the line that it is of; None for all else."""

    text: str
    line: int | None


class Asked(msgspec.Struct, frozen=True):
    """A text was compared with a word."""

    source: Source
    word: str
    equal: bool


class Hole(msgspec.Struct, frozen=True, eq=False):
    """A place of a tree. `value` stands there in the document that was marked.

    `key` is the text of what it is `made` of; None where it is not to be remembered by this. `digits`: the
    key is digits, which stand for themselves in short numbers.
    """

    source: Source
    value: object
    key: str | None = None
    made: Callable[[Hashable], object] | None = None
    digits: bool = False


class MarkedText(str):
    """A text that goes as it stands."""

    hole: Hole
    asked: list[Asked]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, MarkedText | _Opaque | Hole):
            raise Doubt
        if not isinstance(other, str):
            return False
        equal = str.__eq__(self, other)
        if other:  # a text of a document that has an outline is not empty
            self.asked.append(Asked(self.hole.source, other, equal))
        return equal

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__


class _Opaque:
    """A value of which nothing can be asked but its digits."""

    def __init__(self, hole: Hole, digits: Callable[[], str]) -> None:
        self.hole = hole
        self._digits = digits

    def __str__(self) -> str:
        return self._digits()

    def _not_told(self, *_other: object) -> NoReturn:
        raise Doubt

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __bool__ = _not_told
    __hash__ = None  # type: ignore[assignment]  # it is no key


class Marks:
    """Marks the values of one document. `constants`: what a writer may write that is of no document."""

    def __init__(self, constants: Iterable[object]) -> None:
        self.asked: list[Asked] = []
        self._constants = {(type(each), each) for each in constants}
        self._whole: dict[int, tuple[object, Hole]] = {}
        self._count = 0

    def text(self, value: str, source: Source, *, is_told: bool = False) -> MarkedText:
        """A marked text; one that is told need not be asked."""
        self._counted()
        marked = MarkedText(value)
        marked.hole = Hole(source, value)
        marked.asked = [] if is_told else self.asked
        return marked

    def value(self, value: object, source: Source) -> object:
        """A marked number, day or the like."""
        self._counted()
        digits = Source(f"str({source.text})", source.line)
        return _Opaque(Hole(source, value), lambda: self.text(str(value), digits))

    def whole(self, marked: object, value: object, source: Source) -> None:
        """A record, list or map of marked values stands for a value."""
        self._whole[id(marked)] = (marked, Hole(source, value))

    def _counted(self) -> None:
        self._count += 1
        if self._count > MOST_MARKS:
            raise Doubt

    def hole(self, marked: object) -> Hole | None:
        """What stands there; None for what has no mark."""
        if isinstance(marked, Hole):
            return marked
        if isinstance(marked, MarkedText | _Opaque):
            return marked.hole
        known = self._whole.get(id(marked))
        return None if known is None else known[1]

    def is_constant(self, value: object) -> bool:
        """Whether a value without a mark is one that is of no document."""
        return value is None or (isinstance(value, str | int) and (type(value), value) in self._constants)

    def function(self, name: str, function: Callable[..., object] | Memo) -> _Writing:
        """What writes values, for marked ones."""
        return _Writing(name, function, self)

    def written(
        self, call: str, memo: Memo | None, given: Sequence[object], write: Callable[..., object]
    ) -> object:
        """The place, or places, of what a codec writes of these values."""
        holes = [self.hole(each) for each in given]
        pairs = list(zip(given, holes, strict=True))
        if not all(hole is not None or self.is_constant(each) for each, hole in pairs):
            raise Doubt
        done = write(*(each if hole is None else hole.value for each, hole in pairs))
        if not any(holes):
            self._constants.add((type(done), done))
            return done
        texts = [ascii(each) if hole is None else hole.source.text for each, hole in pairs]
        source = Source(call.format(", ".join(texts)), _line(holes))
        if isinstance(done, tuple):
            if isinstance(write, Verified) and write.parts:
                return self._parts(given[0], done)
            numbered = enumerate(done)
            parts = [(Source(f"{source.text}[{number}]", source.line), each) for number, each in numbered]
            return tuple(each if each in (None, "") else Hole(part, each) for part, each in parts)
        if memo is not None:
            digits = isinstance(memo, UsualMemo) and memo.as_they_stand
            return Hole(source, done, texts[0], memo.made, digits)
        days = [self._day(each) for each in given]
        if None in days:
            return Hole(source, done)
        return Hole(source, done, "".join(f"{day}, " for day in days), partial(_of_days, write))

    def _parts(self, marked: object, places: tuple[object, ...]) -> tuple[object, ...]:
        """The texts of a marked list at their places."""
        texts = marked if isinstance(marked, tuple) else ()
        places = tuple(None if place in (None, "") else place for place in places)
        if [str.__str__(text) for text in texts] != [*places[: len(texts)]] or any(places[len(texts) :]):
            raise Doubt
        return tuple(texts[number] if place else None for number, place in enumerate(places))

    def _day(self, marked: object) -> str | None:
        """The program text of the day that a marked moment is; None where it is no moment, or a time."""
        day = self.hole(marked.date) if isinstance(marked, Moment) and marked.time is None else None
        return None if day is None else day.source.text


class _Writing:
    """A codec that writes, by a call or by its memo."""

    def __init__(self, name: str, function: Callable[..., object] | Memo, marks: Marks) -> None:
        self._name = name
        self._function = function
        self._marks = marks

    def __call__(self, *given: object) -> object:
        assert not isinstance(self._function, Memo)
        return self._marks.written(f"{self._name}({{}})", None, given, self._function)

    def __getitem__(self, key: object) -> object:
        assert isinstance(self._function, Memo)
        return self._marks.written(f"{self._name}[{{}}]", self._function, (key,), self._function.__getitem__)


def _of_days(write: Callable[..., object], days: Hashable) -> object:
    assert isinstance(days, tuple)
    return write(*(Moment(date=day) for day in days))


def _line(holes: Iterable[Hole | None]) -> int | None:
    lines = {hole.source.line for hole in holes if hole is not None} - {None}
    if len(lines) > 1:
        raise Doubt
    return lines.pop() if lines else None
