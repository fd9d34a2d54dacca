"""Values of X12 rows in generated readers, from segments that are already found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from gateway.mapping.bound import BlockPlan, SayingPlan, X12At, X12Spot
from gateway.mapping.codec import Pairing
from gateway.mapping.compiled.code import Code
from gateway.mapping.compiled.doubt import UnsupportedTableError
from gateway.mapping.compiled.filters import filtering
from gateway.mapping.compiled.names import Names
from gateway.mapping.compiled.remembering import Way
from gateway.mapping.compiled.texts import TextValues
from gateway.mapping.compiled.x12_checks import element, fits, held, size_of, stretch

__all__ = ["Source", "X12Values", "accepting"]

A_PAIR = 2  # elements of N2 and N3, which hold names and streets
FEW = 6  # pairs that are told apart one by one
UNROLLED = 2  # pairs that most lines of an order have: a number of the buyer, and one of the seller

Source: TypeAlias = tuple[str, list[str]]
"""The local with a segment, and what must hold besides for a row to read it."""


class X12Values(TextValues):
    """Writes the code that decodes elements, ranges of them and repeated ones, as `TextValues` has it."""

    def __init__(self, names: Names, code: Code, *, exact: bool = False) -> None:
        super().__init__(names, code, exact=exact)
        self.used: dict[int, str] = {}
        self.sizes: dict[str, int] = {}  # of segments whose length is known when the code is written

    def stands(self, saying: SayingPlan) -> bool:
        """Whether texts may come to stand in a field as they are."""
        as_it_stands = self.names.reads_by(saying) is Way.AS_IT_STANDS
        return as_it_stands or (saying.repeated and saying.codec.name in ("list", "split"))

    def elements(
        self, saying: SayingPlan, spots: Sequence[X12Spot], sources: Sequence[Source], into: Sequence[str]
    ) -> str:
        """Single elements, one for each place."""
        places = [
            ("" if segment == "BLANK" else element(segment, spot), conditions)
            for spot, (segment, conditions) in zip(spots, sources, strict=True)
        ]
        return self.single(saying, places, into)

    def ranged(
        self, saying: SayingPlan, spot: X12Spot, source: Source, into: str, *, short: bool = False
    ) -> str:
        """A range of elements for the codec `pairs`; `short`: the segment is filled up to it only."""
        segment, conditions = source
        texts = self.code.name("texts")
        size = (spot.last or spot.element) + 1 - spot.element
        if short and segment in self.sizes:
            self._known_tail(saying, spot, segment, into)
            return f"{into} is not None"
        self.code.line(f"{into} = None")
        if short:
            with self.code.when([] if spot.own else [f"{segment} is not BLANK"]):
                self._tail(saying, spot, segment, texts, into)
            return f"{into} is not None"
        self.code.line(f"{texts} = {stretch(segment, spot.element, spot.element + size)}")
        filled = f"{texts}.count('') < len({texts})"
        present = " and ".join([*conditions, filled])
        with self.code.inside(f"if {present}:"):
            if saying.codec.pairing is not None and not self.exact:
                self._pairs(saying, saying.codec.pairing, f"zip({texts}[::2], {texts}[1::2])", into)
                self.refuse(f"2 * len({into}) + {texts}.count('') != len({texts})")
            else:
                used = self.used[id(saying)] = self.code.name("used")
                arguments = [f"tuple([text or None for text in {texts}])"]
                self.code.line(f"{into}, {used} = {self.decoded(saying, arguments)}")
                self.refuse(f"len({used}) + {texts}.count('') != len({texts})")
        return present

    def _tail(self, saying: SayingPlan, spot: X12Spot, segment: str, texts: str, into: str) -> None:
        """Pairs up to the end of a segment that is not filled up; one or two, as most have, are read without
        a loop."""
        pairing = saying.codec.pairing
        assert pairing is not None and spot.last is not None
        start, size = spot.element, size_of(segment)
        word = "if"
        for count in range(1, min(UNROLLED, (spot.last + 1 - start) // 2) + 1):
            with self.code.inside(f"{word} {size} == {start + 2 * count}:"):
                self._few(saying, pairing, [f"{segment}[{start + n}]" for n in range(2 * count)], into)
            word = "elif"
        with self.code.inside(f"{word} {size} > {start}:"):
            if spot.last < start + 2 * UNROLLED:
                self.code.line("raise Doubt")
                return
            self.code.line(f"{texts} = {segment}[{start}:]")
            self.code.line(f"if len({texts}) % 2: raise Doubt")
            self.code.line(f"{into} = {{}}")
            with self.code.inside(f"for qualifier, text in zip({texts}[::2], {texts}[1::2]):"):
                self.code.line("if not qualifier: raise Doubt")
                self._pair(saying, pairing, into)

    def _known_tail(self, saying: SayingPlan, spot: X12Spot, segment: str, into: str) -> None:
        """Pairs up to the end of a segment of a known length."""
        pairing, places = saying.codec.pairing, range(spot.element, self.sizes[segment])
        if pairing is None or len(places) % 2 or len(places) // 2 > FEW:
            raise UnsupportedTableError(saying.text)
        if places:
            self._few(saying, pairing, [held(segment, place) for place in places], into)
        else:
            self.code.line(f"{into} = None")

    def alone(self, saying: SayingPlan, spots: Sequence[X12Spot], segment: str, into: str) -> bool:
        """The repeated elements of the one segment that has them; False where `repeated` has to see to it."""
        places = [element(segment, spot) for spot in spots]
        if saying.codec.pairing is not None:
            self._few(saying, saying.codec.pairing, places, into)
        elif saying.codec.name == "list":
            self.code.line(f"{into} = {_filled(places)}")
        elif saying.codec.name == "split" and len(places) == 1:
            self.code.line(f"{into} = {places[0]}")
        else:
            return False
        return True

    def _few(self, saying: SayingPlan, pairing: Pairing, places: Sequence[str], into: str) -> None:
        """As many pairs as there are places, with nothing in between."""
        self.code.line(f"if not ({' and '.join(places)}): raise Doubt")
        number, taken = self.names.number(saying), self._excluded(pairing)
        keys = [f"key{n}" for n in range(1, len(places) // 2 + 1)]
        for key, qualifier in zip(keys, places[::2], strict=True):
            self.code.line(f"{key} = Q{number}[{qualifier}]")
        doubted = [f"{one} == {two}" for n, one in enumerate(keys) for two in keys[n + 1 :]]
        doubted += [f"{key} in {taken}" for key in keys if taken]
        if doubted:
            self.code.line(f"if {' or '.join(doubted)}: raise Doubt")
        entries = [
            f"{key}: {self._entry(saying, pairing, text)}"
            for key, text in zip(keys, places[1::2], strict=True)
        ]
        self.code.line(f"{into} = {{{', '.join(entries)}}}")

    def _pairs(self, saying: SayingPlan, pairing: Pairing, pairs: str, into: str) -> None:
        """Qualifier and value, up to the first place without a qualifier; a key that comes twice is
        doubted."""
        self.code.line(f"{into} = {{}}")
        with self.code.inside(f"for qualifier, text in {pairs}:"):
            self.code.line("if not qualifier: break")
            self._pair(saying, pairing, into)

    def _pair(self, saying: SayingPlan, pairing: Pairing, into: str) -> None:
        """One pair; its qualifier is not empty."""
        taken = [f"key in {into}"]
        if excluded := self._excluded(pairing):
            taken.append(f"key in {excluded}")
        self.code.line(f"key = Q{self.names.number(saying)}[qualifier]")
        self.code.line(f"if not text or {' or '.join(taken)}: raise Doubt")
        self.code.line(f"{into}[key] = {self._entry(saying, pairing, 'text')}")

    def _entry(self, saying: SayingPlan, pairing: Pairing, text: str) -> str:
        """The expression of the value that goes with a key."""
        if pairing.value.name == "text":
            return text
        number = self.names.number(saying)
        return f"Y{number}[{text}]" if pairing.value.memo_read else f"Y{number}({text})"

    def _excluded(self, pairing: Pairing) -> str:
        """The name of the keys that other rows have; "" where there are none."""
        if not pairing.excluded:
            return ""
        keys = "".join(f"{key!a}, " for key in sorted(pairing.excluded))
        return self.code.constants.name("KEYS", f"frozenset(({keys}))")

    def repeated(
        self,
        saying: SayingPlan,
        spots: Sequence[X12Spot],
        segments: str,
        into: Sequence[str],
        *,
        whole: bool = False,
    ) -> str:
        """The same elements of several segments, as one tuple; `whole`: no element of them is empty."""
        places = [element("e", spot) for spot in spots]
        if not self.exact:
            return self._collected(saying, places, segments, into, whole=whole)
        texts = self.code.name("texts")
        if len(places) == 1:
            self.code.line(f"{texts} = tuple([{places[0]} or None for e in {segments}])")
        else:
            parts = ", ".join(places)
            self.code.line(f"{texts} = tuple([text or None for e in {segments} for text in ({parts})])")
        self.code.line(f"{' = '.join(into)} = None")
        present = f"any({texts})"
        with self.code.inside(f"if {present}:"):
            self._of_tuple(saying, texts, into)
        return present

    def _collected(
        self, saying: SayingPlan, places: list[str], segments: str, into: Sequence[str], *, whole: bool
    ) -> str:
        """The same of segments that a walk has collected; pairs in them are whole."""
        self.code.line(f"{' = '.join(into)} = None")
        with self.code.inside(f"if {segments}:"):
            if saying.codec.pairing is not None:
                self.code.line(f"{into[0]} = {{}}")
                with self.code.inside(f"for e in {segments}:"):
                    self.code.line(f"qualifier, text = {', '.join(places)}")
                    self._pair(saying, saying.codec.pairing, into[0])
                return f"{into[0]} is not None"
            if saying.codec.name == "list":
                parts = f"[text for e in {segments} for text in ({', '.join(places)},) if text]"
                self.code.line(f"e = {segments}[0]")
                self.code.line(f"if len({segments}) == 1: {into[0]} = {_filled(places)}")
                self.code.line(f"else: {into[0]} = tuple({parts}) or None")
            elif saying.codec.name == "split" and whole and len(places) == 1:
                self.code.line(f"e = {segments}[0]")
                self.code.line(f"if len({segments}) == 1: {into[0]} = {places[0]}")
                several = self.decoded(saying, [f"tuple([{places[0]} for e in {segments}])"])
                self.code.line(f"else: {into[0]} = {several}")
            else:
                self._of_texts(saying, places, segments, into)
        return " or ".join(f"{value} is not None" for value in into)

    def _of_texts(self, saying: SayingPlan, places: list[str], segments: str, into: Sequence[str]) -> None:
        texts = self.code.name("texts")
        parts = ", ".join(places)
        self.code.line(f"{texts} = tuple([text or None for e in {segments} for text in ({parts},)])")
        with self.code.inside(f"if any({texts}):"):
            self._of_tuple(saying, texts, into)

    def _of_tuple(self, saying: SayingPlan, texts: str, into: Sequence[str]) -> None:
        decoded = self.decoded(saying, [texts])
        if saying.codec.pairs:
            used = self.used[id(saying)] = self.code.name("used")
            self.code.line(f"{into[0]}, {used} = {decoded}")
            self.refuse(f"len({used}) != len({texts})")
        else:
            self.code.line(f"{', '.join(into)} = {decoded}")
            self.refuse(*(f"{value} is None" for value in into))


def _filled(places: Sequence[str]) -> str:
    """The expression for a tuple of the texts that are not empty; None for none."""
    if len(places) == A_PAIR:
        one, two = places
        return f"({one}, {two}) if {one} and {two} else (text,) if (text := {one} or {two}) else None"
    return f"tuple(filter(None, ({', '.join(places)},))) or None"


def accepting(names: Names, block: BlockPlan, own: str, *, exact: bool = False) -> list[str]:
    """When a block takes the occurrence that this (padded) segment opens: its qualifiers and its filter."""
    at, test = block.at, block.test
    assert isinstance(at, X12At)
    conditions = fits(own, at.qualifiers)
    saying = filtering(block)
    if saying is not None:
        spot = saying.spots[0]
        if not isinstance(spot, X12Spot) or not spot.own or spot.last:
            raise UnsupportedTableError(block.key)
        text = element(own, spot)
        held = f"({' and '.join([*fits(own, spot.qualifiers, at.qualifiers), text])})"
        sign = "==" if test.equal else "!="
        conditions.append(
            f"(not {held} or {names.decoded(saying, [text], exact=exact)} {sign} {test.value!a})"
        )
    return conditions
