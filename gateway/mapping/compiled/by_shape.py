"""Readers for the shapes of sets that come often, made when they have: see `x12_shaped`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TypeAlias

from gateway.documents import Document
from gateway.formats.x12.definitions import SetDefinition
from gateway.formats.x12.shapes import Fold, Shape, forms_in
from gateway.mapping.bound import Plan
from gateway.mapping.codecs.model import CodecError
from gateway.mapping.compiled.code import Code, Constants
from gateway.mapping.compiled.doubt import Doubt, UnsupportedTableError
from gateway.mapping.compiled.names import Names
from gateway.mapping.compiled.x12_shaped import X12Shaped

__all__ = ["MADE_AFTER", "ReadersByShape"]

MADE_AFTER = 400  # sets of one fold: a function costs as much time as it saves for about so many
MOST_FOLDS = 64
MOST_SHAPES = 2048
MOST_DOUBTS = 1000  # of one function: after so many it is no longer asked
LONGEST_FOLD = 150  # segments: the text of a function grows with them

Reader: TypeAlias = Callable[[Sequence[Sequence[str]], tuple[int, ...]], Document]


class _OfFold:
    """The reader of one fold, None as long as there is none, and how often it was wanted, or doubted."""

    def __init__(self, wanted: int = 0) -> None:
        self.read: Reader | None = None
        self.wanted = wanted
        self.doubted = 0


class ReadersByShape:
    """The readers of one plan; `names` is the namespace of its other functions, whose memos they share."""

    def __init__(self, plan: Plan, definition: SetDefinition, names: Mapping[str, object]) -> None:
        self._plan = plan
        self._definition = definition
        self._namespace = names
        self._folds: dict[Fold, _OfFold] = {}
        self._others = _OfFold(MADE_AFTER)  # for which there is no room
        self._shapes: dict[Shape, _OfFold] = {}  # by identity: sets of one shape have the same object

    def read(self, segments: Sequence[Sequence[str]], shape: Shape) -> Document | None:
        """The document of a set, as the plain reader makes it; None where that has to be asked."""
        found = self._shapes.get(shape) or self._of(shape)
        read = found.read
        if read is None:
            found.wanted += 1
            if found.wanted == MADE_AFTER:
                found.read = self.made(shape.fold)
            return None
        try:
            return read(segments, shape.spans)
        except (Doubt, CodecError):
            found.doubted += 1
            if found.doubted == MOST_DOUBTS:
                found.read = None
            return None

    def _of(self, shape: Shape) -> _OfFold:
        if len(self._shapes) >= MOST_SHAPES:
            self._shapes.clear()
            self._folds.clear()
        found = self._folds.get(shape.fold)
        if found is None:
            found = self._others
            if len(self._folds) < MOST_FOLDS:
                found = self._folds[shape.fold] = _OfFold()
        self._shapes[shape] = found
        return found

    def made(self, fold: Fold) -> Reader | None:
        """The function for sets of a fold, None where there can be none."""
        text = self.source(fold)
        if text is None:
            return None
        names = dict(self._namespace)
        exec(compile(text, f"<shape of {self._plan.name!a}>", "exec"), names)
        read: Reader = names["read_shaped"]  # type: ignore[assignment]  # exec has just defined it
        return read

    def source(self, fold: Fold) -> str | None:
        """The text of this function."""
        if forms_in(fold) > LONGEST_FOLD:
            return None
        constants = Constants()
        code = Code(constants)
        try:
            X12Shaped(self._plan, self._names, code, self._definition, fold).write()
        except UnsupportedTableError:
            return None
        return constants.text() + code.text()

    @cached_property
    def _names(self) -> Names:
        return Names(self._plan)
