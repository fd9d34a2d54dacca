"""What of a ship notice is in which carton or on which pallet: the view that both ship pairs write from."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

import msgspec

from gateway.documents.ship_notice import Carton, Content, Pallet, ShipNotice, ShipNoticeLine

__all__ = ["Placement", "UnplaceableError", "placements"]


class UnplaceableError(ValueError):
    """The packing of a notice contradicts itself; the text says how. It never leaves the pairs."""


class Placement(msgspec.Struct, frozen=True):
    """A quantity of a line, in its place; `content` is None for goods in no package.

    `pallet_name` is the number of the pallet, or where it has none its position, counted from 1.
    """

    line: ShipNoticeLine
    carton: Carton | None = None
    pallet: Pallet | None = None
    pallet_name: str | None = None
    content: Content | None = None

    @property
    def quantity(self) -> Decimal:
        """How much stands here."""
        return self.line.quantity if self.content is None else self.content.quantity

    @property
    def unit(self) -> str:
        """In what unit."""
        return self.line.unit if self.content is None else self.content.unit

    @property
    def order_number(self) -> str | None:
        """The order it is for: contents name it where one line is for several orders."""
        return (self.content.order_number if self.content else None) or self.line.order_number

    @property
    def case_size(self) -> Decimal | None:
        """How many are in a case: contents tell it where it differs within a line. Zero is told too."""
        told = self.content.case_size if self.content is not None else None
        return self.line.case_size if told is None else told

    def tells(self, field: str) -> tuple[msgspec.Struct, str]:
        """The record that says a field of the goods: the content, where it does, else the line."""
        said = self.content is not None and getattr(self.content, field) is not None
        return (self.content if said and self.content is not None else self.line, field)


def placements(notice: ShipNotice) -> list[Placement]:
    """Everything packed, carton by carton and pallet by pallet, then the goods in no package.

    `UnplaceableError` where a package names a line or carton that is not there, holds nothing, or where the
    packages hold another quantity of a line than is shipped.
    """
    pallets = [(pallet.number or str(place), pallet) for place, pallet in enumerate(notice.pallets, 1)]
    _refuse_twice("lines", (line.number for line in notice.lines))
    _refuse_twice("cartons", (carton.number for carton in notice.cartons))
    _refuse_twice("pallets", (name for name, _ in pallets))
    lines = {line.number: line for line in notice.lines}
    placed = list(_packed(notice, pallets, lines))
    _refuse_empty(
        "carton", (carton.number for carton in notice.cartons), {_carton_of(each) for each in placed}
    )
    _refuse_empty("pallet", (name for name, _ in pallets), {each.pallet_name for each in placed})
    packed: defaultdict[str, list[Placement]] = defaultdict(list)
    for placement in placed:
        packed[placement.line.number].append(placement)
    for number, parts in packed.items():
        line = lines[number]
        total = sum((part.quantity for part in parts), Decimal(0))
        if total != line.quantity and all(part.unit == line.unit for part in parts):
            raise UnplaceableError(
                f"packages hold {total:f} of line {number}, of which {line.quantity:f} are shipped"
            )
    return placed + [Placement(line) for line in notice.lines if line.number not in packed]


def _packed(
    notice: ShipNotice, pallets: Sequence[tuple[str, Pallet]], lines: Mapping[str, ShipNoticeLine]
) -> Iterator[Placement]:
    cartons = {carton.number: carton for carton in notice.cartons}
    on_pallet: dict[str, tuple[Pallet, str]] = {}
    for name, pallet in pallets:
        for number in pallet.cartons:
            if number not in cartons:
                raise UnplaceableError(f"pallet {name} names carton {number}, which the notice does not have")
            if number in on_pallet:
                raise UnplaceableError(f"two pallets name carton {number}, or one names it twice")
            on_pallet[number] = pallet, name
    for carton in notice.cartons:
        below, number_of_it = on_pallet.get(carton.number, (None, None))
        for content in carton.contents:
            yield Placement(_line_of(content, lines), carton, below, number_of_it, content)
    for name, pallet in pallets:
        in_cartons = _sums(content for number in pallet.cartons for content in cartons[number].contents)
        restated = {key for key, total in _sums(pallet.contents).items() if in_cartons.get(key) == total}
        for content in pallet.contents:
            if (content.line, content.unit) not in restated:
                yield Placement(_line_of(content, lines), None, pallet, name, content)


def _line_of(content: Content, lines: Mapping[str, ShipNoticeLine]) -> ShipNoticeLine:
    line = lines.get(content.line)
    if line is None:
        raise UnplaceableError(f"a package names line {content.line}, which the notice does not have")
    return line


def _sums(contents: Iterable[Content]) -> dict[tuple[str, str], Decimal]:
    sums: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for content in contents:
        sums[content.line, content.unit] += content.quantity
    return dict(sums)


def _carton_of(placement: Placement) -> str | None:
    return placement.carton.number if placement.carton else None


def _refuse_twice(what: str, numbers: Iterable[str]) -> None:
    twice = next((number for number, count in Counter(numbers).items() if count > 1), None)
    if twice is not None:
        raise UnplaceableError(f"two {what} have the number {twice}")


def _refuse_empty(what: str, names: Iterable[str], filled: Container[str | None]) -> None:
    empty = next((name for name in names if name not in filled), None)
    if empty is not None:
        raise UnplaceableError(f"{what} {empty} holds nothing that is listed")
