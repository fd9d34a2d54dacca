"""What a store of many messages is filled with: files as partners send them, drawn anew for every message.

Drawn so that a search has it hard: one partner of two hundred sends a sixth of all, every ST02 is 0001, the
control numbers of each partner count from 1, and some files have the same name every day.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from gateway.store.search_keys import Key, KeyKind

PARTNERS = 200
BEGIN = datetime(2026, 8, 1, tzinfo=UTC)
SPAN = timedelta(days=90)
STATES = ("accepted", "received", "refused", "failed")
USAGES = ("production", "test", "unknown")
CHANNELS = ("as2", "sftp", "folder")
DAILY_NAME = "orders.edi"
_STATE_WEIGHTS = tuple(itertools.accumulate((930, 50, 19, 1)))
_USAGE_WEIGHTS = tuple(itertools.accumulate((90, 9, 1)))
_PARTNER_WEIGHTS = tuple(itertools.accumulate(1 / rank for rank in range(1, PARTNERS + 1)))


class _Document(NamedTuple):
    set_code: str
    group_code: str
    kind: KeyKind
    prefix: str


_DOCUMENTS = (
    _Document("850", "PO", KeyKind.PURCHASE_ORDER, "PO-"),
    _Document("810", "IN", KeyKind.INVOICE, "INV-"),
    _Document("856", "SH", KeyKind.SHIPMENT, "SHP-"),
)


class Sent(NamedTuple):
    """One file of a partner, and what is known of it; it is the `nth` that this partner sent."""

    partner: str
    nth: int
    at: datetime
    channel: str
    usage: str
    state: str
    file: str
    keys: Sequence[Key]
    data: bytes


def partner_name(place: int) -> str:
    """The name of a partner by its place, the greatest first."""
    return f"partner-{place:03d}"


def senders(seed: int, messages: int) -> list[int]:
    """The place of the partner that each message is of."""
    drawing = random.Random(f"{seed} senders")
    return drawing.choices(range(PARTNERS), cum_weights=_PARTNER_WEIGHTS, k=messages)


def sent(seed: int, first: int, of: Sequence[tuple[int, int]], messages: int) -> Iterator[Sent]:
    """The files from number `first` on, for each partner and count of `of`; there are `messages` in all."""
    drawing = random.Random(f"{seed} {first}")
    states = drawing.choices(STATES, cum_weights=_STATE_WEIGHTS, k=len(of))
    usages = drawing.choices(USAGES, cum_weights=_USAGE_WEIGHTS, k=len(of))
    for number, (place, count) in enumerate(of):
        at = BEGIN + SPAN * (first + number) / messages
        yield _file(drawing, place, count, at, states[number], usages[number])


def _file(drawing: random.Random, place: int, count: int, at: datetime, state: str, usage: str) -> Sent:
    partner, document = partner_name(place), drawing.choice(_DOCUMENTS)
    interchange, group, named = f"{count:09d}", str(count), f"{document.prefix}{drawing.getrandbits(36):011d}"
    daily = drawing.random() < 0.02
    keys = (
        Key(
            KeyKind.FILE_NAME, DAILY_NAME if daily else f"{document.set_code}_{drawing.getrandbits(40):x}.edi"
        ),
        Key(KeyKind.INTERCHANGE, interchange),
        Key(KeyKind.GROUP, group),
        Key(KeyKind.SET, "0001"),
        Key(document.kind, named),
        Key(KeyKind.MESSAGE_ID, f"<{drawing.getrandbits(64):016x}@{partner}.example>"),
    )
    day, time = at.strftime("%y%m%d"), at.strftime("%H%M")
    data = (
        f"ISA*00*          *00*          *ZZ*{partner:15}*ZZ*OURSELVES      *{day}*{time}*U*00401*"
        f"{interchange}*0*{'T' if usage == 'test' else 'P'}*>~GS*{document.group_code}*{partner}*OURSELVES*"
        f"20{day}*{time}*{group}*X*004010~ST*{document.set_code}*0001~REF*ZZ*{named}~SE*3*0001~GE*1*{group}~"
        f"IEA*1*{interchange}~"
    )
    channel = drawing.choice(CHANNELS)
    return Sent(partner, count, at, channel, usage, state, keys[0].written, keys, data.encode())
