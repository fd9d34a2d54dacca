"""The numbers in X12 by which a file is looked for: of its envelopes, and in a few segments of each set.

Nothing is judged. A file is to be found whether or not it can be translated, and to read its envelopes takes
a hundredth of the time that judging all segments does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from gateway.formats.x12.limits import MEBIBYTE, Limits, ReadOptions
from gateway.formats.x12.model import Event, GroupStart, InterchangeStart, TransactionSet
from gateway.store.search_keys import LONGEST, Key, KeyKind

# Of a set that is larger its beginning is read, in which its number stands.
OPTIONS = ReadOptions(
    limits=Limits(
        set_bytes=4 * MEBIBYTE,
        segments_per_set=200_000,
        bytes_outside=4 * MEBIBYTE,
        bytes_without_envelope=64 * MEBIBYTE,
        segments_without_envelope=2_000_000,
        remembered_numbers=100_000,
        remembered_texts=10_000,
    )
)
PURCHASE_ORDERS = "PO"  # of REF01: the number of a purchase order is in REF02
NUMBERS: Mapping[str, tuple[tuple[int, KeyKind], ...]] = MappingProxyType(
    {
        "BEG": ((3, KeyKind.PURCHASE_ORDER),),  # 850
        "BCH": ((3, KeyKind.PURCHASE_ORDER),),  # 860
        "BAK": ((3, KeyKind.PURCHASE_ORDER),),  # 855
        "BCA": ((3, KeyKind.PURCHASE_ORDER),),  # 865
        "BIG": ((2, KeyKind.INVOICE), (4, KeyKind.PURCHASE_ORDER)),  # 810
        "BSN": ((2, KeyKind.SHIPMENT),),  # 856
        "PRF": ((1, KeyKind.PURCHASE_ORDER),),  # 856, of each order in it
    }
)


def numbers_of(event: Event) -> Iterator[Key]:
    """The numbers in what was read next of a file; some may come twice."""
    if isinstance(event, InterchangeStart):
        yield from _number(KeyKind.INTERCHANGE, event.isa, 13)
    elif isinstance(event, GroupStart):
        yield from _number(KeyKind.GROUP, event.gs, 6)
    elif isinstance(event, TransactionSet):
        separator = event.delimiters.element
        yield from _number(KeyKind.SET, event.segments[0].split(separator), 2)
        beginnings = tuple(f"{tag}{separator}" for tag in (*NUMBERS, "REF"))
        for segment in event.segments:
            if segment.startswith(beginnings):
                yield from _in_segment(segment.split(separator))


def _in_segment(segment: list[str]) -> Iterator[Key]:
    if segment[0] == "REF":
        if segment[1] == PURCHASE_ORDERS:
            yield from _number(KeyKind.PURCHASE_ORDER, segment, 2)
        return
    for place, kind in NUMBERS[segment[0]]:
        yield from _number(kind, segment, place)


def _number(kind: KeyKind, segment: list[str] | tuple[str, ...], place: int) -> Iterator[Key]:
    written = segment[place].strip()[:LONGEST] if len(segment) > place else ""
    if written:
        yield Key(kind, written)
