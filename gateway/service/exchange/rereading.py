"""Bytes of arrivals that are read once more, and the planner that looks at them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection

from gateway.errors import UsageError
from gateway.ports import Clock
from gateway.service.exchange.in_force import InForce
from gateway.service.exchange.order_memory import order_in
from gateway.service.exchange.planning import Planner
from gateway.service.exchange.plans import Arrived
from gateway.store.arrivals import arrivals
from gateway.store.payloads.reading import read_payload
from gateway.store.receiving import RAW
from gateway.store.seen import Recognition
from gateway.store.store import Store


@dataclass(frozen=True, slots=True)
class Rereading:
    """Reads what is kept."""

    store: Store
    clock: Clock

    def arrival(self, connection: Connection, message: str) -> tuple[Arrived, bytes]:
        """An arrival as it stands, and its bytes. Raises `UsageError` when there is none."""
        found = arrivals(connection, [message])
        if not found:
            raise UsageError(f"There is no arrival {message}; its document cannot be read again")
        pieces = read_payload(connection, self.store.keys, self.store.vault, message, RAW)
        return Arrived(*found[0]), b"".join(pieces)

    def planner(
        self, in_force: InForce, connection: Connection, own: frozenset[str] = frozenset()
    ) -> Planner:
        """What plans under a configuration; `own` are messages that are looked at again."""
        recognition = Recognition(self.store.keys)
        orders = partial(order_in, self.store, connection)
        return Planner(in_force, recognition, connection, self.clock.now(), orders, own)
