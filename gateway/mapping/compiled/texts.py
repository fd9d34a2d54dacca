"""Values of texts in generated readers: of elements of X12, and of the cells of delimited files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from gateway.mapping.bound import SayingPlan
from gateway.mapping.compiled.code import Code
from gateway.mapping.compiled.names import Names
from gateway.mapping.compiled.remembering import Way

__all__ = ["Place", "TextValues"]

Place: TypeAlias = tuple[str, list[str]]
"""The expression of the text at a place ("" for none), and what must hold besides for a row to read it."""


class TextValues:
    """Writes the code that decodes; each function gives the condition that one of the places holds something.

    Unless `exact`, a text that means nothing, and one a codec of pairs has no use for, raise `Doubt`.
    """

    def __init__(self, names: Names, code: Code, *, exact: bool = False) -> None:
        self.names = names
        self.code = code
        self.exact = exact

    def decoded(self, saying: SayingPlan, arguments: list[str]) -> str:
        """The expression of the value of texts, one of which is not None."""
        return self.names.decoded(saying, arguments, exact=self.exact)

    def refuse(self, *conditions: str) -> None:
        """A value no plain reader has use for."""
        if not self.exact:
            self.code.line(f"if {' and '.join(conditions)}: raise Doubt")

    def single(self, saying: SayingPlan, places: Sequence[Place], into: Sequence[str]) -> str:
        """Places of one text each."""
        if len(places) == 1 and len(into) == 1:
            return self._one(saying, places[0], into[0])
        texts = []
        for place, conditions in places:
            if not place:
                texts.append("None")
                continue
            text = self.code.name("text")
            also = f" if {' and '.join(conditions)} else None" if conditions else ""
            self.code.line(f"{text} = {place} or None{also}")
            texts.append(text)
        present = " or ".join(f"{text} is not None" for text in texts if text != "None") or "False"
        word = "if"
        if not self.exact and self.names.reads_prices(saying):
            self._price(saying, texts, into)
            word = "elif"
        with self.code.inside(f"{word} {present}:"):
            self.code.line(f"{', '.join(into)} = {self.decoded(saying, texts)}")
            self.refuse(*(f"{value} is None" for value in into))
        self.code.line(f"else: {' = '.join(into)} = None")
        return present

    def _price(self, saying: SayingPlan, texts: Sequence[str], into: Sequence[str]) -> None:
        """A usual amount with no list price beside it."""
        number = self.names.number(saying)
        (amount, code, beside), (price, word, listed) = texts, into
        wanted = [f"{amount} is not None", *([] if beside == "None" else [f"{beside} is None"])]
        wanted.append(f"({price} := A{number}({amount})) is not None")
        with self.code.inside(f"if {' and '.join(wanted)}:"):
            self.code.line(f"{word}, {listed} = B{number}[{code}], None")
            self.code.line(f"if {word} is LISTED: {price}, {word}, {listed} = None, None, {price}")

    def _one(self, saying: SayingPlan, source: Place, into: str) -> str:
        place, conditions = source
        if not place:
            self.code.line(f"{into} = None")
            return "False"
        way = self.names.reads_by(saying)
        also = f" if {' and '.join(conditions)} else None" if conditions else ""
        if way is Way.AS_IT_STANDS:
            self.code.line(f"{into} = {place} or None{also}")
            return f"{into} is not None"
        if way is Way.BY_TEXT and not self.exact:  # which gives None for an empty text
            self.code.line(f"{into} = {self.decoded(saying, [place])}{also}")
            return f"{into} is not None"
        given = " and ".join([*conditions, f"(text := {place})"])
        self.code.line(f"{into} = {self.decoded(saying, ['text'])} if {given} else None")
        if way is Way.CALLED:
            self.refuse(f"{into} is None", *conditions, place)
        return " and ".join([*conditions, place])
