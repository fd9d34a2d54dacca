"""The step that takes arrivals up: they are read, planned and written, many in one change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from gateway.lifecycle import State
from gateway.ports import Clock
from gateway.service.exchange.in_force import InForce
from gateway.service.exchange.order_memory import order_in
from gateway.service.exchange.planning import Planner
from gateway.service.exchange.plans import ArrivalPlan, Arrived
from gateway.service.exchange.recording import Recorder
from gateway.store.arrivals import arrivals
from gateway.store.payloads.reading import read_payloads
from gateway.store.queue.steps import Leased
from gateway.store.receiving import RAW
from gateway.store.seen import Recognition
from gateway.store.store import Store
from gateway.store.writing.transaction import Change, Transaction

AT_ONCE = 50  # arrivals in one change: they share what a change costs, and none waits long


@dataclass(frozen=True, slots=True)
class TakingUp:
    """The handler of steps `take-up`."""

    store: Store
    clock: Clock
    in_force: Callable[[], InForce]
    recorder: Callable[[InForce], Recorder]

    def work(self, steps: Sequence[Leased]) -> Change[object]:
        """Plan the arrivals of these steps under what is in force now."""
        in_force = self.in_force()
        messages = [str(step.message) for step in steps]
        with self.store.database.reading() as connection, in_force.translating:
            recognition = Recognition(self.store.keys)
            planner = Planner(
                in_force,
                recognition,
                connection,
                self.clock.now(),
                partial(order_in, self.store, connection),
            )
            plans: list[ArrivalPlan] = []
            found = [Arrived(*each) for each in arrivals(connection, messages)]
            waiting = [each for each in found if each.state is State.RECEIVED]
            ids = [each.id for each in waiting]
            data = read_payloads(connection, self.store.keys, self.store.vault, ids, RAW)
            for arrived, pieces in zip(waiting, data, strict=True):
                plans.append(planner.plan(arrived, pieces))
        recorder = self.recorder(in_force)

        def written(transaction: Transaction) -> None:
            recorder.record(transaction, plans)

        return written
