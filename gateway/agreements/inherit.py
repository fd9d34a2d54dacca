"""What an agreement has from others: the partner's `defaults`, the one it is `like`, then its own words.

Blocks are merged key by key, lists and texts replaced. Each key keeps its own line, so that a mistake is told
where it was written.
"""

from __future__ import annotations

from gateway.agreements.agreement import Direction
from gateway.agreements.judge_agreements import IN_ALONE, OUT_ALONE
from gateway.formats.yaml_nodes import Mapping, Node, Scalar
from gateway.suggestions import suggestion

__all__ = ["LIKE", "inherited"]

LIKE = "like"
DIRECTION = "direction"
FORMAT = "format"
X12_ALONE = frozenset({"release"})

Told = tuple[int, str]  # a line, and what is wrong there


def inherited(agreements: Mapping, defaults: Mapping | None) -> tuple[Mapping, tuple[Told, ...]]:
    """The agreements with all that they inherit, and what is wrong with their `like`.

    A default that is about the other direction, or about another format, is passed over.
    """
    written = {key.text or "": node for key, node in agreements.items}
    mistakes: list[Told] = []
    items: list[tuple[Scalar, Node]] = []
    for key, node in agreements.items:
        if not isinstance(node, Mapping):
            items.append((key, node))
            continue
        whole, fault = _with_liked(key.text or "", node, written)
        mistakes += fault
        items.append((key, _merged(_fitting(defaults, whole), whole) if defaults is not None else whole))
    return Mapping(tuple(items), agreements.line), tuple(mistakes)


def _with_liked(name: str, node: Mapping, written: dict[str, Node]) -> tuple[Mapping, list[Told]]:
    """An agreement with what it has of those it is like; the chain ends where it is broken or closes."""
    whole, chain, at = node, [name], node
    own = _like(node)
    while own is not None and (like := _like(at)) is not None:
        line, named = own[0].line, like[1]
        liked = written.get(named)
        if named in chain:
            text = f"`like` goes round: {', '.join([*chain, named])}; leave one of them out"
            return whole, [(line, text)] if named == name else []
        if not isinstance(liked, Mapping):
            others = [each for each in written if each != name]
            told = liked is None and len(chain) == 1
            text = f"`like` `{named[:80]}` is no agreement of this partner{suggestion(named, others)}"
            return whole, [(line, text)] if told else []
        whole = _merged(_without_like(liked), whole)
        chain.append(named)
        at = liked
    return whole, []


def _like(node: Mapping) -> tuple[Scalar, str] | None:
    for key, value in node.items:
        if key.text == LIKE and isinstance(value, Scalar) and value.text is not None:
            return key, value.text
    return None


def _without_like(node: Mapping) -> Mapping:
    return Mapping(tuple(item for item in node.items if item[0].text != LIKE), node.line)


def _fitting(defaults: Mapping, agreement: Mapping) -> Mapping:
    said = {key.text: value.text for key, value in agreement.items if isinstance(value, Scalar)}
    said = {key.text: value.text for key, value in defaults.items if isinstance(value, Scalar)} | said
    passed: set[str] = set()
    passed |= set(OUT_ALONE) if said.get(DIRECTION) == Direction.IN else set()
    passed |= set(IN_ALONE) if said.get(DIRECTION) == Direction.OUT else set()
    passed |= X12_ALONE if said.get(FORMAT, "x12") != "x12" else set()
    return Mapping(tuple(item for item in defaults.items if item[0].text not in passed), defaults.line)


def _merged(under: Mapping, over: Mapping) -> Mapping:
    held = {key.text: (key, node) for key, node in under.items}
    for key, node in over.items:
        _, before = held.get(key.text, (key, None))
        if isinstance(before, Mapping) and isinstance(node, Mapping):
            held[key.text] = (key, _merged(before, node))
        else:
            held[key.text] = (key, node)
    return Mapping(tuple(held.values()), over.line)
