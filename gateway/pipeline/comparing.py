"""Two files compared by what their documents mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from itertools import islice

import msgspec

from gateway.documents import Document
from gateway.documents.difference import Side, differences
from gateway.findings import Location
from gateway.mapping.explain.join import Joined
from gateway.mapping.explain.text import text_of
from gateway.pipeline.following import follow_again
from gateway.pipeline.names import number_of
from gateway.pipeline.tables import Sourced

__all__ = ["MAX_DIFFERENCES", "Comparison", "Differing", "Told", "compare"]

MAX_DIFFERENCES = 1_000  # of two files; who has read so many knows that they differ


class Told(msgspec.Struct, frozen=True):
    """What one file says: the canonical field, its value, and the place of the file where that stands."""

    pointer: str
    value: str
    location: Location


class Differing(msgspec.Struct, frozen=True):
    """One difference; a side is None where the document does not say it. `document` and `number` name it."""

    document: str
    number: str
    first: Told | None
    second: Told | None


class Comparison(msgspec.Struct, frozen=True):
    """The differences of two files; `cut`: there are more than are told."""

    differences: tuple[Differing, ...]
    cut: bool = False


def compare(first: Sequence[Sourced], second: Sequence[Sourced], *, with_ext: bool) -> Comparison:
    """What the documents of two files say differently; they are matched by kind and number.

    `with_ext`: what no row of a table read is compared too, which is of use between files of one format.
    """
    told = tuple(islice(_differing(first, second, with_ext=with_ext), MAX_DIFFERENCES + 1))
    return Comparison(told[:MAX_DIFFERENCES], len(told) > MAX_DIFFERENCES)


def _differing(first: Sequence[Sourced], second: Sequence[Sourced], *, with_ext: bool) -> Iterator[Differing]:
    one, other = _by_name(first), _by_name(second)
    for name in dict.fromkeys((*one, *other)):
        left, right = one.get(name), other.get(name)
        if left is None or right is None:
            held = left or right
            assert held is not None
            whole = Told("", "the document", held.location)
            named = type(held.document).__name__, number_of(held.document)
            yield Differing(*named, whole if left else None, whole if right else None)
        elif _differ(left.document, right.document, with_ext=with_ext):
            yield from _of_documents(_Read(left), _Read(right), with_ext=with_ext)


def _by_name(documents: Sequence[Sourced]) -> dict[Hashable, Sourced]:
    """Documents by kind and number; of several with one number by which of them it is."""
    named: dict[Hashable, Sourced] = {}
    seen: Counter[Hashable] = Counter()
    for each in documents:
        name = type(each.document), number_of(each.document)
        seen[name] += 1
        named[name, seen[name]] = each
    return named


def _differ(first: Document, second: Document, *, with_ext: bool) -> bool:
    return next(differences(first, second, with_ext=with_ext), None) is not None


class _Read:
    """A document read again, so that its places are known."""

    def __init__(self, each: Sourced) -> None:
        followed = follow_again(each)
        self.location = each.location
        self.document = followed.document
        self.joined = Joined(self.document, followed.trace, pointer=followed.pointer, source=followed.shown)

    def told(self, side: Side | None) -> Told | None:
        """What it says, with the place in its file, that of the document where no place is known."""
        if side is None:
            return None
        field = self.joined.field(side.record, side.field, side.key)
        places = [reading.location for reading in field.readings] if field is not None else []
        return Told(side.pointer, text_of(side.value), places[0] if places else self.location)


def _of_documents(first: _Read, second: _Read, *, with_ext: bool) -> Iterator[Differing]:
    named = type(first.document).__name__, number_of(first.document)
    for each in differences(first.document, second.document, with_ext=with_ext):
        yield Differing(*named, first.told(each.first), second.told(each.second))
