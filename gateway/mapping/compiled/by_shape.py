"""Readers for sets of wordings that come often, made when they have: see `x12_shaped`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TypeAlias

from gateway.documents import Document
from gateway.formats.x12.definitions import SetDefinition
from gateway.formats.x12.shapes import ShapedSet, Values, Wording, forms_in
from gateway.mapping.bound import Plan
from gateway.mapping.codecs.model import CodecError
from gateway.mapping.compiled.doubt import Doubt, UnsupportedTableError
from gateway.mapping.compiled.names import Names
from gateway.mapping.compiled.x12_shaped import reader_text

__all__ = ["MADE_AFTER", "ReadersByShape"]

MADE_AFTER = 400  # sets of one wording: a function costs as much time as it saves for about so many
MOST_WORDINGS = 64
MOST_DOUBTS = 1000  # of one function: after so many it is no longer asked
LONGEST_FOLD = 150  # segments: the text of a function grows with them

Reader: TypeAlias = Callable[[Values], Document]


class _OfWording:
    """The reader of one wording, None as long as there is none, and how often it was wanted, or doubted."""

    def __init__(self) -> None:
        self.read: Reader | None = None
        self.wanted = 0
        self.doubted = 0


class ReadersByShape:
    """The readers of one plan; `names` is the namespace of its other functions, whose memos they share.

    When there are too many wordings all are forgotten, and those that still come are learned anew.
    """

    def __init__(self, plan: Plan, definition: SetDefinition, names: Mapping[str, object]) -> None:
        self._plan = plan
        self._definition = definition
        self._namespace = names
        # By identity: sets of one wording have the same object.
        self._wordings: dict[Wording, _OfWording] = {}

    def read(self, shaped: ShapedSet) -> Document | None:
        """The document of a set, as the plain reader makes it; None where that has to be asked."""
        found = self._wordings.get(shaped.wording) or self._new(shaped.wording)
        read = found.read
        if read is None:
            found.wanted += 1
            if found.wanted == MADE_AFTER:
                found.read = self.made(shaped.wording)
            return None
        try:
            return read(shaped.values)
        except (Doubt, CodecError):
            found.doubted += 1
            if found.doubted == MOST_DOUBTS:
                found.read = None
            return None

    def _new(self, wording: Wording) -> _OfWording:
        if len(self._wordings) >= MOST_WORDINGS:
            self._wordings.clear()
        found = self._wordings[wording] = _OfWording()
        return found

    def made(self, wording: Wording) -> Reader | None:
        """The function for sets of a wording, None where there can be none."""
        text = self.source(wording)
        if text is None:
            return None
        names = dict(self._namespace)
        exec(compile(text, f"<wording of {self._plan.name!a}>", "exec"), names)
        read: Reader = names["read_shaped"]  # type: ignore[assignment]  # exec has just defined it
        return read

    def source(self, wording: Wording) -> str | None:
        """The text of this function."""
        if forms_in(wording.fold) > LONGEST_FOLD:
            return None
        try:
            return reader_text(self._plan, self._names, self._definition, wording, self._namespace)
        except UnsupportedTableError:
            return None

    @cached_property
    def _names(self) -> Names:
        return Names(self._plan)
