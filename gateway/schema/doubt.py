"""Which segments of a set cannot be counted on, when their order is wrong."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from gateway.schema.automaton import Automaton
from gateway.schema.faults import MAX_FAULTS_PER_SET
from gateway.schema.structure import NO_ROW, Structure, resemble

_MISCOUNTED = frozenset(("segment-missing", "segment-too-many", "loop-too-many"))


def doubtful_tags(
    of: Collection[str], elements: Sequence[Sequence[str]], structure: Structure, automaton: Automaton
) -> frozenset[str]:
    """Those tags of `of` whose segments may be more, fewer or others than those that stand in the set.

    One of them, or a loop that holds it, is missing; stands where it cannot be placed, or once too often; or
    a segment that is none of the release may be one of them, misspelled. A segment without a tag may be any.
    """
    if len(structure.faults) > MAX_FAULTS_PER_SET:
        return frozenset(of)  # not every fault is told
    unplaced = {values[0] for values, row in zip(elements, structure.rows, strict=True) if row == NO_ROW}
    unknown = {fault.tag or "" for fault in structure.faults if fault.code == "segment-unknown"}
    if any(fault.code == "segment-empty" for fault in structure.faults):
        return frozenset(of)
    lost = unplaced | set(_miscounted(structure, automaton))
    return frozenset(tag for tag in of if tag in lost or any(_may_be(other, tag) for other in unknown))


def _miscounted(structure: Structure, automaton: Automaton) -> Iterator[str]:
    """The tags of segments that are missing, with those of their loops, or too many."""
    for fault in structure.faults:
        if fault.code in _MISCOUNTED and fault.row is not None:
            yield automaton.rows[fault.row].tag
            yield from (automaton.rows[row].tag for row in automaton.loop_range(fault.row))


def _may_be(tag: str, meant: str) -> bool:
    """Whether an unknown tag is another misspelled, or has lost the separator behind it."""
    return resemble(tag, meant) or tag.strip().upper().startswith(meant)
