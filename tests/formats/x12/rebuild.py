"""Makes of the events of a clean file what the writer takes, to hold reader and writer together."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from gateway.formats.x12.model import (
    Delimiters,
    Event,
    GroupStart,
    InterchangeNote,
    InterchangeStart,
    TransactionSet,
)
from gateway.formats.x12.writer import OutgoingGroup, OutgoingInterchange, OutgoingSet

Written = tuple[OutgoingInterchange, Delimiters]


def rebuilt(events: Iterable[Event]) -> list[Written]:
    """The interchanges of a file, each with its separators."""
    interchanges: list[Written] = []
    for event in events:
        if isinstance(event, InterchangeStart):
            interchanges.append((_interchange(event.isa), event.delimiters))
            continue
        if not interchanges:
            continue
        current, delimiters = interchanges[-1]
        if isinstance(event, InterchangeNote):
            notes = (*current.acknowledgments, tuple(event.segment))
            current = msgspec.structs.replace(current, acknowledgments=notes)
        elif isinstance(event, GroupStart):
            current = msgspec.structs.replace(current, groups=(*current.groups, _group(event.gs)))
        elif isinstance(event, TransactionSet):
            *before, last = current.groups
            last = msgspec.structs.replace(last, sets=(*last.sets, _set(event)))
            current = msgspec.structs.replace(current, groups=(*before, last))
        interchanges[-1] = (current, delimiters)
    return interchanges


def _interchange(isa: tuple[str, ...]) -> OutgoingInterchange:
    value = [element.rstrip() for element in isa]
    return OutgoingInterchange(
        authorization_qualifier=value[1],
        authorization=value[2],
        security_qualifier=value[3],
        security=value[4],
        sender_qualifier=value[5],
        sender=value[6],
        receiver_qualifier=value[7],
        receiver=value[8],
        date=value[9],
        time=value[10],
        version=value[12],
        control_number=value[13],
        acknowledgment_requested=value[14],
        usage=value[15],
    )


def _group(gs: tuple[str, ...]) -> OutgoingGroup:
    return OutgoingGroup(
        functional_id=gs[1],
        sender=gs[2],
        receiver=gs[3],
        date=gs[4],
        time=gs[5],
        control_number=gs[6],
        agency=gs[7],
        version=gs[8],
        sets=(),
    )


def _set(event: TransactionSet) -> OutgoingSet:
    header = [*event.split()[0], ""]
    return OutgoingSet(
        set_id=header[1], control_number=header[2], body=event.segments[1:-1], convention=header[3]
    )
