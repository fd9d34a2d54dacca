"""The order of levels in an 856, and the names of the structures that are defined by it."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from gateway.documents.ship_notice import ShipNotice
from gateway.mapping.pairs.ship_tree import ItemNode, Node, OrderNode, PackNode, ShipmentNode, TareNode

__all__ = ["LEVEL_CODES", "levels_of", "levels_to_write", "structure_of", "structure_to_write"]

LEVEL_CODES: MappingProxyType[type[Node], str] = MappingProxyType(
    {ShipmentNode: "S", OrderNode: "O", TareNode: "T", PackNode: "P", ItemNode: "I"}
)
"""HL03 (element 735) of each level."""

_STRUCTURES = MappingProxyType(
    {
        "pick_and_pack": ("S", "O", "P", "I"),
        "standard_case": ("S", "O", "I", "P"),
        "master_case": ("S", "P", "O", "I"),
        "pallet_of_items": ("S", "O", "T", "I"),
        "palletized_pick_and_pack": ("S", "O", "T", "P", "I"),
        "palletized_standard_case": ("S", "O", "T", "I", "P"),
        "master_pallet": ("S", "T", "O", "I"),
    }
)
_NAMES = MappingProxyType({levels: name for name, levels in _STRUCTURES.items()})
_WITH_A_CODE = frozenset({"pick_and_pack", "standard_case", "master_case"})  # BSN05: 0001, 0002, 0003


def levels_of(nodes: Sequence[Node]) -> tuple[str, ...] | None:
    """The level codes, outer ones first, else as they come; None where two are nested both ways."""
    code_of = dict(LEVEL_CODES)
    codes = {node.hl: code_of[type(node)] for node in nodes}
    left = list(dict.fromkeys(codes.values()))
    parents = {(codes[node.parent], codes[node.hl]) for node in nodes if node.parent in codes}
    levels: list[str] = []
    while left:
        outer = [code for code in left if not any((other, code) in parents for other in left)]
        if not outer:
            return None
        levels.append(outer[0])
        left.remove(outer[0])
    return tuple(levels)


def structure_of(levels: tuple[str, ...]) -> str | None:
    """The name of the structure that is defined by this order of levels; None when it has none."""
    return _NAMES.get(levels)


def levels_to_write(notice: ShipNotice) -> tuple[str, ...]:
    """The order of levels: as the notice states it, else by its structure, else what its parts need."""
    if notice.levels:
        return notice.levels
    if notice.structure is not None and notice.structure in _STRUCTURES:
        return _STRUCTURES[notice.structure]
    pallets = ("T",) if notice.pallets else ()
    cartons = ("P",) if notice.cartons else ()
    return ("S", "O", *pallets, *cartons, "I")


def structure_to_write(notice: ShipNotice, nodes: Sequence[Node]) -> str | None:
    """What BSN05 can say: one of the three structures with a code, and unknown codes that were read from it.

    Where the notice names none of them, it is the one that its levels have, as a reader would find.
    """
    name = notice.structure
    if name is not None and (name in _WITH_A_CODE or name.startswith("x12:")):
        return name
    levels = levels_of(nodes)
    found = None if levels is None else structure_of(levels)
    return found if found in _WITH_A_CODE else None
