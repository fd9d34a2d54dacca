"""Conditions on one segment: whether qualifiers hold, and whether it says something that no row claims."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.mapping.bound import SayingPlan, X12Spot
from gateway.mapping.compiled.x12_layout import Qualifiers, Read
from gateway.mapping.plan import Qualifier

__all__ = [
    "covered",
    "element",
    "fits",
    "held",
    "is_tail",
    "leftovers",
    "size_of",
    "stretch",
    "tail_of",
    "width",
]


def held(segment: str, number: int) -> str:
    """The expression of an element in a padded segment. A name that ends with an underscore stands for a
    segment whose elements are in locals of their own."""
    return f"{segment}{number}" if segment.endswith("_") else f"{segment}[{number}]"


def stretch(segment: str, start: int, stop: int) -> str:
    """The expression of some elements of a padded segment, as a list."""
    if segment.endswith("_"):
        return f"[{', '.join(held(segment, number) for number in range(start, stop))}]"
    return f"{segment}[{start}:{stop}]"


def element(segment: str, spot: X12Spot | Qualifier) -> str:
    """The expression of an element (or a component of it) in a padded segment."""
    text = held(segment, spot.element)
    return text if spot.component is None else f"component({text}, {spot.component}, separator)"


def fits(segment: str, qualifiers: Sequence[Qualifier], known: Sequence[Qualifier] = ()) -> list[str]:
    """The conditions that the qualifiers hold in a padded segment, without those known to."""
    return [
        f"{element(segment, qualifier)} == {qualifier.value!a}"
        for qualifier in qualifiers
        if qualifier not in known
    ]


def covered(read: Read) -> range:
    """The elements a row reads."""
    return range(read.spot.element, (read.spot.last or read.spot.element) + 1)


def width(reads: Sequence[Read], qualifiers: Sequence[Qualifiers] = ()) -> int:
    """How many elements, the tag included, a segment must have for these rows."""
    ends = [covered(read).stop for read in reads]
    ends += [qualifier.element + 1 for read in reads for qualifier in read.spot.qualifiers]
    ends += [qualifier.element + 1 for wanted in qualifiers for qualifier in wanted]
    return max(ends, default=1)


def is_tail(spot: X12Spot, saying: SayingPlan) -> bool:
    """Whether a row reads pairs up to the end of a segment: a plain reader needs no such segment to be filled
    up."""
    return spot.last is not None and saying.codec.pairing is not None and not spot.qualifiers


def size_of(segment: str) -> str:
    """The local with the length of a segment whose end is read as pairs."""
    return f"{segment}_size"


def tail_of(reads: Sequence[Read], qualifiers: Sequence[Qualifiers]) -> int | None:
    """The element where the pairs begin that are all that rows read of the end of a segment; None where rows
    look at it otherwise."""
    tails = [read for read in reads if read.saying is not None and is_tail(read.spot, read.saying)]
    if len({(read.spot.element, read.spot.last) for read in tails}) != 1:
        return None
    start = tails[0].spot.element
    others = [read for read in reads if read not in tails]
    return start if width(others, qualifiers) <= start else None


def leftovers(
    segment: str, reads: Sequence[Read], known: Sequence[Qualifier], *, taken: bool, until: int
) -> list[str]:
    """Conditions of which one holds when the segment (padded, not longer than `until`) says something that
    none of these rows claims. `known` qualifiers hold; `taken`: a block claims them, and the segment itself.

    An element is claimed by a row that reads it, a qualifier by a row that reads an element beside it.
    """
    found = []
    for element in range(1, until):
        if taken and any(qualifier.element == element for qualifier in known):
            continue
        claims = [claim for read in reads if (claim := _claim(segment, read, element, known)) is not None]
        if "" in claims:
            continue
        if not claims:
            found.append(held(segment, element))
        elif len(claims) == 1 and " and " not in claims[0] and any(q.element == element for q in known):
            found.append(f"not {claims[0]}")
        else:
            found.append(f"{held(segment, element)} and not ({' or '.join(claims)})")
    if not taken and not known:
        elements = [element for read in reads for element in covered(read)]
        texts = [held(segment, element) for element in elements if element < until]
        apart = segment.endswith("_")  # what is behind is not asked for where elements are in locals
        texts += [f"len({segment}) > {until}"] if len(texts) < len(elements) and not apart else []
        found.append(f"not ({' or '.join(texts)})")
    return found


def _claim(segment: str, read: Read, element: int, known: Sequence[Qualifier]) -> str | None:
    """When a row claims a filled element: "" always, None never."""
    conditions = fits(segment, read.spot.qualifiers, known)
    if element in covered(read):
        return " and ".join(conditions)
    if any(qualifier.element == element for qualifier in read.spot.qualifiers):
        texts = [held(segment, number) for number in covered(read)]
        return " and ".join([*conditions, texts[0] if len(texts) == 1 else f"({' or '.join(texts)})"])
    return None
