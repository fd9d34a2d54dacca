"""What a change can say of two records, field by field: what it gives, and what is left unsaid.

A change says what becomes different; what it does not give stays as it was. So it can set a value and not
take one away. Maps and windows change key by key and end by end. What stands in a segment or loop of its
own is sent again whole, and so replaces what was there: freight, carrier, terms, charges, taxes, notes,
contacts, and the parties of a role.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from gateway.documents.parts import Party, Window
from gateway.findings import Finding, Location, found
from gateway.formats.json_pointer import child

__all__ = ["Part", "Said", "Saying", "by_end", "by_key", "by_role", "said_of", "unsaid", "whole"]


class Part(NamedTuple):
    """What a change gives of one field, None for nothing; and the keys in it that it cannot take away."""

    given: object
    gone: tuple[str, ...] = ()


class Said(NamedTuple):
    """What a change gives of a record, field by field, and what it cannot say."""

    given: dict[str, object]
    unsaid: tuple[Finding, ...]


Saying = Callable[[object, object], Part]


def said_of(
    first: msgspec.Struct | None,
    second: msgspec.Struct,
    sayings: Mapping[str, Saying],
    unsayable: Sequence[str],
    pointer: str,
) -> Said:
    """What a change gives to make the second record of the first, or of nothing; at a place in the order."""
    given: dict[str, object] = {}
    findings: list[Finding] = []
    for name, saying in sayings.items():
        one, other = getattr(first, name, None), getattr(second, name)
        if one == other:
            continue
        part = saying(one, other)
        if not _is_empty(part.given):
            given[name] = part.given
        at = child(pointer, name)
        findings += [unsaid(child(at, key) if key else at, "was taken away") for key in part.gone]
    for name in unsayable:
        one, other = getattr(first, name, None), getattr(second, name)
        if one != other and not (_is_empty(one) and _is_empty(other)):
            findings.append(unsaid(child(pointer, name), "differs"))
    return Said(given, tuple(findings))


def unsaid(pointer: str, problem: str) -> Finding:
    """The finding that something of an order cannot be said by a change."""
    return found("revision-unsayable", Location(field=pointer), problem=problem)


def whole(one: object, other: object) -> Part:
    """A value, a record or a list: given again as a whole."""
    if not _is_empty(other):
        return Part(other)
    return Part(None, () if _is_empty(one) else ("",))


def by_key(one: object, other: object) -> Part:
    """A map: the keys that are new or have another value."""
    before, after = _map(one), _map(other)
    given = {key: value for key, value in after.items() if before.get(key) != value}
    return Part(given, tuple(key for key in before if key not in after))


def by_end(one: object, other: object) -> Part:
    """A window: the ends that are new or moved."""
    before = one if isinstance(one, Window) else Window()
    after = other if isinstance(other, Window) else Window()
    start = after.start if after.start != before.start else None
    end = after.end if after.end != before.end else None
    ends = (("start", before.start, after.start), ("end", before.end, after.end))
    gone = tuple(name for name, was, is_now in ends if was is not None and is_now is None)
    return Part(Window(start, end) if start or end else None, gone)


def by_role(one: object, other: object) -> Part:
    """Parties: all those of a role of which one differs."""
    before, after = _by_role(one), _by_role(other)
    given = [party for role, parties in after.items() if before.get(role) != parties for party in parties]
    return Part(tuple(given), tuple(role for role in before if role not in after))


def _is_empty(value: object) -> bool:
    """Whether a field says nothing; a zero and a no do."""
    return value is None or value in ((), {})


def _map(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _by_role(value: object) -> dict[str, list[Party]]:
    roles: dict[str, list[Party]] = {}
    for party in value if isinstance(value, tuple) else ():
        roles.setdefault(party.role, []).append(party)
    return roles
