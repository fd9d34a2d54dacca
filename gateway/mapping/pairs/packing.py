"""What of a ship notice is in which carton or on which pallet: the view that both ship pairs write from."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal

import msgspec

from gateway.documents.ship_notice import Carton, Content, Pallet, ShipNotice, ShipNoticeLine

__all__ = ["Placement", "UnplaceableError", "placements"]


class UnplaceableError(ValueError):
    """The packing of a notice contradicts itself; the text says how. It never leaves the pairs."""


class Placement(msgspec.Struct, frozen=True):
    """A quantity of a line, in its place; `content` is None for goods in no package."""

    line: ShipNoticeLine
    carton: Carton | None = None
    pallet: Pallet | None = None
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


def placements(notice: ShipNotice) -> list[Placement]:
    """Everything packed, carton by carton and pallet by pallet, then the goods in no package.

    `UnplaceableError` where a package names a line or carton that is not there, holds nothing, or where the
    packages hold another quantity of a line than is shipped.
    """
    for what, numbered in (("lines", notice.lines), ("cartons", notice.cartons), ("pallets", notice.pallets)):
        _refuse_twice(what, [each.number for each in numbered])
    lines = {line.number: line for line in notice.lines}
    placed = list(_packed(notice, lines))
    _refuse_empty(notice, placed)
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


def _packed(notice: ShipNotice, lines: dict[str, ShipNoticeLine]) -> Iterator[Placement]:
    cartons = {carton.number: carton for carton in notice.cartons}
    pallet_of: dict[str, Pallet] = {}
    for pallet in notice.pallets:
        for number in pallet.cartons:
            if number not in cartons:
                raise UnplaceableError(
                    f"pallet {pallet.number} names carton {number}, which the notice does not have"
                )
            if pallet_of.setdefault(number, pallet) is not pallet:
                raise UnplaceableError(f"carton {number} stands on two pallets")
    for carton in notice.cartons:
        for content in carton.contents:
            yield Placement(_line_of(content, lines), carton, pallet_of.get(carton.number), content)
    for pallet in notice.pallets:
        in_cartons = _sums(content for number in pallet.cartons for content in cartons[number].contents)
        restated = {key for key, total in _sums(pallet.contents).items() if in_cartons.get(key) == total}
        for content in pallet.contents:
            if (content.line, content.unit) not in restated:
                yield Placement(_line_of(content, lines), None, pallet, content)


def _line_of(content: Content, lines: dict[str, ShipNoticeLine]) -> ShipNoticeLine:
    line = lines.get(content.line)
    if line is None:
        raise UnplaceableError(f"a package names line {content.line}, which the notice does not have")
    return line


def _sums(contents: Iterable[Content]) -> dict[tuple[str, str], Decimal]:
    sums: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for content in contents:
        sums[content.line, content.unit] += content.quantity
    return dict(sums)


def _refuse_twice(what: str, numbers: list[str]) -> None:
    twice = sorted(number for number, count in Counter(numbers).items() if count > 1)
    if twice:
        raise UnplaceableError(f"two {what} have the number {twice[0]}")


def _refuse_empty(notice: ShipNotice, placed: list[Placement]) -> None:
    filled = {("carton", each.carton.number) for each in placed if each.carton}
    filled |= {("pallet", each.pallet.number) for each in placed if each.pallet}
    packages = [("carton", carton.number) for carton in notice.cartons]
    packages += [("pallet", pallet.number) for pallet in notice.pallets]
    for package in packages:
        if package not in filled:
            raise UnplaceableError(f"{package[0]} {package[1]} holds nothing that is listed")
