"""All partners of a workspace together: their agreements and channels by id, and what each of them means."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import combinations
from typing import Self

import msgspec

from gateway.agreements.agreement import Agreement, Direction
from gateway.agreements.channel import Channel, Use
from gateway.agreements.judge_channels import nested
from gateway.agreements.known import Path, Problem, shown
from gateway.agreements.partner import Calendar, Partner
from gateway.suggestions import suggestion

__all__ = ["Configuration", "Unread", "problems"]

Unread = Collection[tuple[str, Path]]
"""Partners with the places of what could not be read; an empty place is the whole file."""
ALSO_HANDED_ON_AS = {"PurchaseOrder": ("PurchaseOrderChange",)}  # an order that came again with other content


class Configuration(msgspec.Struct, frozen=True):
    """What was agreed with all partners: partners by name, agreements and channels by id."""

    partners: Mapping[str, Partner] = msgspec.field(default_factory=dict)
    agreements: Mapping[str, Agreement] = msgspec.field(default_factory=dict)
    channels: Mapping[str, Channel] = msgspec.field(default_factory=dict)

    @classmethod
    def of(cls, partners: Mapping[str, Partner]) -> Self:
        """The configuration that these partners make."""
        agreements = [each for partner in partners.values() for each in partner.agreements.values()]
        channels = [each for partner in partners.values() for each in partner.channels.values()]
        return cls(partners, {each.id: each for each in agreements}, {each.id: each for each in channels})

    def channel_of(self, agreement: Agreement) -> Channel:
        """The channel that an agreement names."""
        return self.channels[f"{agreement.partner}/{agreement.channel}"]

    def usage_of(self, agreement: Agreement) -> Use:
        """Whether what goes under an agreement is meant: as it says, else as its channel says."""
        return agreement.usage or self.channel_of(agreement).usage

    def zone_of(self, agreement: Agreement) -> str:
        """The IANA name of the time zone in which an agreement means its dates and times of day."""
        return agreement.zone or self.partners[agreement.partner].terms.zone

    def calendar_of(self, agreement: Agreement) -> Calendar | None:
        """The business days of an agreement; None when every day is one."""
        named = agreement.calendar
        return None if named is None else self.partners[agreement.partner].calendars[named]

    def targets_of(self, agreement: Agreement) -> tuple[Agreement, ...]:
        """The agreements by which what comes in under this one goes out again, in the order of its `to`."""
        return tuple(self.agreements[each] for each in agreement.to)


def problems(configuration: Configuration, unread: Unread = ()) -> Iterator[tuple[str, Problem]]:
    """What is wrong between partners, with the partner whose file is at fault."""
    for agreement in configuration.agreements.values():
        for index, target in enumerate(agreement.to):
            text = _target(agreement, target, configuration, unread)
            if text is not None:
                yield agreement.partner, ((("agreements", agreement.name, "to", str(index)),), text)
    yield from _folders(configuration)


def _target(agreement: Agreement, named: str, configuration: Configuration, unread: Unread) -> str | None:
    """What is wrong with one that `to` names."""
    partner, _, name = named.partition("/")
    if any((partner, place) in unread for place in ((), ("agreements",), ("agreements", name))):
        return None
    target = configuration.agreements.get(named)
    if target is None:
        out = [each for each in configuration.agreements.values() if each.direction is Direction.OUT]
        fitting = [each.id for each in out if each.document in _documents_of(agreement)]
        meant = suggestion(named, fitting or [each.id for each in out])
        return f"`to` {shown(named)} is no agreement; name one as PARTNER/AGREEMENT{meant}"
    if target.direction is not Direction.OUT:
        return f"`to` {shown(named)} is about what comes in; name one with `direction: out`"
    if target.document not in _documents_of(agreement):
        text = f"`to` {shown(named)} takes {target.document}, and this agreement gives"
        return f"{text} {' or '.join(_documents_of(agreement))}; name one for that"
    return _meant_alike(agreement, target, configuration)


def _documents_of(agreement: Agreement) -> tuple[str, ...]:
    return (agreement.document, *ALSO_HANDED_ON_AS.get(agreement.document, ()))


def _meant_alike(agreement: Agreement, target: Agreement, configuration: Configuration) -> str | None:
    """Test documents never go where they would be taken as meant, and meant ones not where they would not."""
    channels = [configuration.channels.get(f"{each.partner}/{each.channel}") for each in (agreement, target)]
    if None in channels:
        return None
    one, other = configuration.usage_of(agreement), configuration.usage_of(target)
    if one is other:
        return None
    return f"`to` {shown(target.id)} is for {other}, and this agreement for {one}; both must be for the same"


def _folders(configuration: Configuration) -> Iterator[tuple[str, Problem]]:
    used = [
        (channel, key, path)
        for channel in configuration.channels.values()
        if channel.folder is not None
        for key, path in (("in", channel.folder.into), ("out", channel.folder.out))
        if path is not None
    ]
    for (one, _, first), (other, key, second) in combinations(used, 2):
        if nested(first, second):
            how = "is" if first == second else "and"
            end = f"also that of {one.id}" if first == second else f"{first} of {one.id} lie in each other"
            text = f"`{key}` {second} {how} {end}; every channel needs folders of its own"
            yield other.partner, ((("channels", other.name, "folder", key),), text)
