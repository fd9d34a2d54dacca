"""Which agreement something that came in falls under, and by which one it goes out again.

Nothing is guessed: where no agreement or more than one fits, it is quarantined with what was missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import msgspec

from gateway.agreements.agreement import Agreement, Direction
from gateway.agreements.channel import Channel, Use
from gateway.agreements.partner import EnvelopeIdentity, Partner, Usage
from gateway.findings import NOWHERE, Finding, Severity, found

__all__ = ["Envelope", "Routed", "Unplaced", "identity_fault", "onward", "route", "use_of"]


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """What the headers of an interchange and a functional group say: ISA05-08, ISA15, GS02, GS03 and GS08.

    The names of the group are None where there is no group, as beside a TA1.
    """

    sender_qualifier: str
    sender: str
    receiver_qualifier: str
    receiver: str
    usage: str
    group_sender: str | None = None
    group_receiver: str | None = None
    version: str = ""

    @property
    def is_test(self) -> bool:
        """Whether it is not meant: ISA15 is anything but P, so that what is unclear is never acted on."""
        return self.usage != Usage.PRODUCTION


class Routed(msgspec.Struct, frozen=True):
    """What came in falls under this agreement; `findings` tell which departures it tolerated."""

    agreement: Agreement
    is_test: bool
    findings: tuple[Finding, ...] = ()


class Unplaced(msgspec.Struct, frozen=True):
    """It falls under none, and waits in quarantine until one exists. An identity mismatch has no answer."""

    finding: Finding

    @property
    def code(self) -> str:
        """The code of the catalogue."""
        return self.finding.code

    @property
    def detail(self) -> str:
        """What is wrong, in plain words."""
        return self.finding.message


def route(
    channel: Channel,
    agreements: Sequence[Agreement],
    partners: Mapping[str, Partner],
    envelope: Envelope | None,
    document: str,
    format: str,
    release: str | None,
    day: date,
) -> Routed | Unplaced:
    """The agreement under which a document falls that came by this channel on this day.

    `document` is the name of a canonical document, `release` that of X12, which may go on behind the six
    digits. Another's identity is told before anything else, as it must not be answered.
    """
    fitting = [each for each in _incoming(agreements, channel) if _is_about(each, document, format, release)]
    placed = _placed(channel, fitting, envelope, document, format, day)
    fault = None if envelope is None else identity_fault(partners[channel.partner], channel, envelope)
    if fault is None:
        return placed
    if isinstance(placed, Routed) and placed.agreement.tolerances.identity:
        tolerated = msgspec.structs.replace(fault, severity=Severity.WARNING)
        return msgspec.structs.replace(placed, findings=(tolerated,))
    return Unplaced(fault)


def identity_fault(partner: Partner, channel: Channel, envelope: Envelope) -> Finding | None:
    """An `identity-mismatch` where the envelope names anybody but the channel's partner and us.

    Blanks at the end make no difference, since ISA06 and ISA08 are padded; everything else does.
    """
    for theirs, expected, place, value in _names(partner, envelope):
        if value is not None and (expected is None or value.rstrip(" ") != expected.rstrip(" ")):
            side = channel.partner if theirs else "us"
            return found("identity-mismatch", value=value, element=place, side=side, channel=channel.id)
    return None


def use_of(agreement: Agreement, channel: Channel) -> Use:
    """Whether what goes by this agreement is meant: its own word, else its channel's."""
    return agreement.usage or channel.usage


def onward(
    incoming: Agreement,
    document: str,
    agreements: Mapping[str, Agreement],
    channels: Mapping[str, Channel],
    *,
    is_test: bool,
    answers: str | None,
    day: date,
) -> Agreement | Unplaced:
    """The agreement by which a document goes out that came in by `incoming`.

    Agreements and channels are by their id. `answers` is the partner whose order the document answers: it
    goes to nobody else. A test never goes to a production channel, nor what is meant by a test agreement.
    """
    targets = [agreements[name] for name in incoming.to if name in agreements]
    targets = [each for each in targets if each.direction is Direction.OUT and each.document == document]
    if answers is not None:
        targets = [each for each in targets if each.partner == answers]
    if not targets:
        whose = f" of {answers}" if answers is not None else ""
        return _unplaced(
            "no-onward", document, agreement=incoming.id, problem=f"names none{whose} that takes"
        )
    usable = [each for each in targets if _takes(each, channels[_channel_id(each)], is_test=is_test)]
    if not usable:
        return _wrong_use(document, is_test, targets)
    in_force = [each for each in usable if each.holds_on(day)]
    if not in_force:
        return _not_in_force(document, usable, day)
    if len(in_force) > 1:
        several = ", ".join(each.id for each in in_force)
        return _unplaced(
            "no-onward", document, agreement=incoming.id, problem=f"names several ({several}) for"
        )
    return in_force[0]


def _names(partner: Partner, envelope: Envelope) -> Iterator[tuple[bool, str | None, str, str | None]]:
    sides: tuple[tuple[bool, EnvelopeIdentity | None, tuple[tuple[str, str | None], ...]], ...] = (
        (
            True,
            partner.partner,
            (
                ("ISA05", envelope.sender_qualifier),
                ("ISA06", envelope.sender),
                ("GS02", envelope.group_sender),
            ),
        ),
        (
            False,
            partner.own,
            (
                ("ISA07", envelope.receiver_qualifier),
                ("ISA08", envelope.receiver),
                ("GS03", envelope.group_receiver),
            ),
        ),
    )
    for theirs, identity, said in sides:
        expected = (None,) * 3 if identity is None else (identity.qualifier, identity.id, identity.group_id)
        for name, (place, value) in zip(expected, said, strict=True):
            yield theirs, name, place, value


def _incoming(agreements: Sequence[Agreement], channel: Channel) -> list[Agreement]:
    return [each for each in agreements if each.direction is Direction.IN and _channel_id(each) == channel.id]


def _channel_id(agreement: Agreement) -> str:
    """An agreement may name the channel of another partner, such as that of a network, by its whole id."""
    return agreement.channel if "/" in agreement.channel else f"{agreement.partner}/{agreement.channel}"


def _is_about(agreement: Agreement, document: str, format: str, release: str | None) -> bool:
    if (agreement.document, agreement.format) != (document, format):
        return False
    return agreement.release is None or release is None or release.startswith(agreement.release)


def _placed(
    channel: Channel,
    fitting: list[Agreement],
    envelope: Envelope | None,
    document: str,
    format: str,
    day: date,
) -> Routed | Unplaced:
    if not fitting:
        return _unplaced("no-agreement", document, format=format, channel=channel.id)
    usable = fitting
    if envelope is not None:
        wanted = Use.TEST if envelope.is_test else Use.PRODUCTION
        usable = [each for each in fitting if use_of(each, channel) is wanted]
        if not usable:
            return _wrong_use(document, envelope.is_test, fitting)
    in_force = [each for each in usable if each.holds_on(day)]
    if not in_force:
        return _not_in_force(document, usable, day)
    if len(in_force) > 1:  # one that names the release goes before one that takes any
        in_force = [each for each in in_force if each.release is not None] or in_force
    if len(in_force) > 1:
        names = ", ".join(each.id for each in in_force)
        return _unplaced("agreement-unclear", document, agreements=names)
    return Routed(in_force[0], use_of(in_force[0], channel) is Use.TEST)


def _takes(agreement: Agreement, channel: Channel, *, is_test: bool) -> bool:
    if is_test:
        return use_of(agreement, channel) is Use.TEST and channel.usage is Use.TEST
    return use_of(agreement, channel) is Use.PRODUCTION


def _wrong_use(document: str, is_test: bool, agreements: Sequence[Agreement]) -> Unplaced:
    names = ", ".join(each.id for each in agreements)
    kind = "a test" if is_test else "meant"
    return _unplaced("wrong-usage", document, kind=kind, agreements=names)


def _not_in_force(document: str, agreements: Sequence[Agreement], day: date) -> Unplaced:
    names = ", ".join(each.id for each in agreements)
    return _unplaced("agreement-not-in-force", document, agreements=names, day=str(day))


def _unplaced(code: str, document: str, **details: str) -> Unplaced:
    return Unplaced(found(code, NOWHERE, document, severity=None, **details))
