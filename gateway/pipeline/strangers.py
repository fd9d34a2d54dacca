"""Whether the interchanges of a file are those of the partner that was named."""

from __future__ import annotations

from gateway.agreements.partner import EnvelopeIdentity, Partner
from gateway.findings import Finding, found
from gateway.formats.x12.model import Event, InterchangeStart

__all__ = ["Strangers"]

MAX_TOLD = 100  # pairs of names in one file; by then it is clear that the file is not this partner's

Name = tuple[str, str]  # qualifier and identifier, without the blanks that fill their fields


class Strangers:
    """Tells of interchanges between others than the named partner and us, once for each pair of names.

    Either may be the sender: a partner's file is read, and so is one that was written for it. A partner that
    has no names in envelopes is nobody's stranger.
    """

    def __init__(self, partner: Partner | None) -> None:
        self._expected = frozenset[Name]()
        self._sides: tuple[Name, Name] | None = None
        if partner is not None and partner.partner is not None and partner.own is not None:
            self._sides = (_name(partner.partner), _name(partner.own))
            self._expected = frozenset(self._sides)
        self._seen: set[tuple[Name, Name]] = set()

    def take(self, event: Event) -> tuple[Finding, ...]:
        """A warning when the event is the header of a stranger's interchange."""
        if self._sides is None or not isinstance(event, InterchangeStart) or len(event.isa) < 9:
            return ()
        isa = [element.strip() for element in event.isa[5:9]]
        sender, receiver = (isa[0], isa[1]), (isa[2], isa[3])
        known = frozenset((sender, receiver)) == self._expected
        if known or (sender, receiver) in self._seen or len(self._seen) >= MAX_TOLD:
            return ()
        self._seen.add((sender, receiver))
        names = f"{_shown(sender)} to {_shown(receiver)}"
        expected = " and ".join(map(_shown, self._sides))
        return (found("partner-differs", event.location, names=names, expected=expected),)


def _name(identity: EnvelopeIdentity) -> Name:
    return identity.qualifier.strip(), identity.id.strip()


def _shown(name: Name) -> str:
    return "/".join(name)
