"""The ways out: what brings a parcel to a partner, whatever the transport."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from gateway.agreements.channel import Channel


@dataclass(frozen=True, slots=True)
class Parcel:
    """Bytes to deliver once; `id` is the same however often it is tried."""

    id: str
    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Delivered:
    """The other side has it, under this name."""

    name: str


@dataclass(frozen=True, slots=True)
class Waits:
    """It cannot be delivered now, and why; `after` is when to come again, where that is known.

    `tried` is whether it was; what only stood behind others was not.
    """

    why: str
    after: timedelta | None = None
    tried: bool = True


class Ways(Protocol):
    """Brings parcels out over the channels that were configured."""

    def bring(self, channel: Channel, parcels: Sequence[Parcel]) -> Mapping[str, Delivered | Waits]:
        """What came of each parcel, by its id. Each is delivered once, whatever happens meanwhile."""
        ...

    def hanging(self, channel: Channel) -> Waits | None:
        """Why nothing can be brought over a channel at present, where what is in hand for it does not end."""
        ...

    def unsettled(self, channel: Channel) -> Sequence[str]:
        """The parcels of a channel of which something is remembered beside the database."""
        ...

    def settled(self, parcels: Sequence[str]) -> None:
        """These are known to be delivered for good: what remembered that beside the database may go."""
        ...
