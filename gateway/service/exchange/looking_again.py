"""Arrivals that are read once more: for documents that wait, and for those that are looked at again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from gateway.exchange.batching import Waiting, due
from gateway.exchange.writing import Prepared, prepare
from gateway.formats.detect import Format
from gateway.lifecycle import Event, State
from gateway.pipeline.tables import Sourced
from gateway.service.exchange.in_force import InForce
from gateway.service.exchange.names import ANSWER, PREPARE
from gateway.service.exchange.planning import Planner
from gateway.service.exchange.recording import Load, Recorder
from gateway.service.exchange.rereading import Rereading
from gateway.service.work.document_keys import keys_of_document
from gateway.service.work.handling import Retry
from gateway.store.documents import ORDER, KeptDocument, kept_documents, order_before, waiting_documents
from gateway.store.lives import Happening, happen, standing_of
from gateway.store.people import SERVICE, actor_id
from gateway.store.queue.leased_table import StepQueue
from gateway.store.queue.steps import Leased, NewStep
from gateway.store.writing.transaction import Change, Transaction

AS_NEW = "as_new"
"""In the body of a step `read-again`: what comes of it is another document, whose parent this one is."""


@dataclass(frozen=True, slots=True)
class _Batch:
    """Documents that go together by an agreement, and what is ready of them."""

    onward: str
    loads: tuple[Load, ...]
    prepared: Prepared


@dataclass(frozen=True, slots=True)
class LookingAgain:
    """The handlers of steps `prepare` and `read-again`."""

    rereading: Rereading
    queue: StepQueue
    in_force: Callable[[], InForce]
    recorder: Callable[[InForce], Recorder]

    def prepare(self, steps: Sequence[Leased]) -> Change[object]:
        """Make sendings of the documents that wait, as many together as their agreement says."""
        in_force, now = self.in_force(), self.rereading.clock.now()
        batches: list[_Batch] = []
        later: list[NewStep] = []
        with self.rereading.store.database.reading() as connection, in_force.translating:
            planner = self.rereading.planner(in_force, connection)
            for onward in self._agreements(connection, steps):
                agreement = in_force.configuration.agreements.get(onward)
                if agreement is None:
                    continue
                kept = {each.message: each for each in waiting_documents(connection, onward)}
                ready = due(
                    [Waiting(each.message, each.size, each.since) for each in kept.values()],
                    agreement.batch,
                    now,
                )
                for batch in ready.batches:
                    batches.append(self._batch(planner, onward, [kept[each] for each in batch]))
                if ready.again_at is not None:
                    dedupe = f"{PREPARE}:{onward}:{ready.again_at.isoformat()}"
                    later.append(
                        NewStep(PREPARE, {"agreement": onward}, dedupe=dedupe, run_at=ready.again_at)
                    )
        recorder = self.recorder(in_force)

        def written(transaction: Transaction) -> None:
            who = actor_id(transaction, SERVICE)
            for batch in batches:
                _write(transaction, who, recorder, in_force, batch)
            for step in later:
                self.queue.enqueue(transaction, step)

        return written

    def read_again(self, step: Leased) -> Change[object]:
        """Look at one document once more, under what is in force now."""
        in_force = self.in_force()
        as_new = step.body.get(AS_NEW) is True
        with self.rereading.store.database.reading() as connection, in_force.translating:
            kept = next(iter(kept_documents(connection, [str(step.message)])), None)
            if kept is None or (kept.state is not State.RECEIVED and not as_new):
                return _nothing
            planner = self.rereading.planner(in_force, connection, frozenset((kept.message,)))
            arrived, data = self.rereading.arrival(connection, kept.arrival)
            plan = planner.again(arrived, data, kept.place)
            rests_on = dict(planner.rests_on)
            is_unanswered = plan is not None and planner.is_unanswered(arrived, plan)
        recorder = self.recorder(in_force)

        def written(transaction: Transaction) -> None:
            recorder.check(transaction, [rests_on], frozenset((kept.message,)))
            who = actor_id(transaction, SERVICE)
            if as_new and plan is not None:
                recorder.add(transaction, who, arrived, plan, parent=kept.message)
            else:
                recorder.revise(transaction, who, kept.message, plan)
            if is_unanswered:
                self.queue.enqueue(transaction, NewStep(ANSWER, message=kept.arrival))

        return written

    def _agreements(self, connection: Connection, steps: Sequence[Leased]) -> list[str]:
        named = [str(step.body["agreement"]) for step in steps if "agreement" in step.body]
        others = [str(step.message) for step in steps if "agreement" not in step.body]
        kept = kept_documents(connection, others) if others else ()
        return list(dict.fromkeys([*named, *(each.onward for each in kept if each.onward is not None)]))

    def _batch(self, planner: Planner, onward: str, kept: Sequence[KeptDocument]) -> _Batch:
        agreement = planner.in_force.configuration.agreements[onward]
        sourced = self._sourced(planner, kept)
        knowledge = planner.in_force.writing(agreement)
        prepared = prepare([*sourced.values()], Format(agreement.format), knowledge, planner.at(agreement))
        keys = {message: tuple(keys_of_document(each.document)) for message, each in sourced.items()}
        loads = tuple(Load(each.message, each.kind, each.number, keys[each.message]) for each in kept)
        return _Batch(onward, loads, prepared)

    def _sourced(self, planner: Planner, kept: Sequence[KeptDocument]) -> dict[str, Sourced]:
        """The canonical documents, each arrival read once."""
        by_arrival: dict[str, list[KeptDocument]] = defaultdict(list)
        for each in kept:
            by_arrival[each.arrival].append(each)
        found: dict[str, Sourced] = {}
        for arrival, documents in by_arrival.items():
            arrived, data = self.rereading.arrival(planner.connection, arrival)
            for each in documents:
                earlier = self._revised(planner, each)
                planned = planner.outgoing(arrived, data, each.place, earlier)
                if planned is None:
                    raise Retry(
                        f"the document {each.message} cannot be read now; `gateway check` may tell why"
                    )
                found[each.message] = planned
        return {each.message: found[each.message] for each in kept}

    def _revised(self, planner: Planner, kept: KeptDocument) -> str | None:
        """The order that a document revises, where it goes out as a change of that."""
        onward = planner.in_force.configuration.agreements.get(kept.onward or "")
        if onward is None or kept.kind != ORDER or onward.document == ORDER:
            return None
        return order_before(planner.connection, kept.message)


def _nothing(transaction: Transaction) -> None:
    """There is nothing to be done any more."""


def _write(transaction: Transaction, who: str, recorder: Recorder, in_force: InForce, batch: _Batch) -> None:
    waiting = {each.message for each in waiting_documents(transaction.connection, batch.onward)}
    if not waiting.issuperset(each.document for each in batch.loads):
        raise Retry("documents were sent or called off meanwhile; the rest is looked at again")
    if batch.prepared.ready is not None:
        agreement = in_force.configuration.agreements[batch.onward]
        recorder.send(transaction, who, agreement, batch.prepared.ready, batch.loads)
        return
    known = standing_of(transaction, [each.document for each in batch.loads])
    failed = [Happening(each, Event.WE_FAILED) for each in known.values()]
    happen(transaction, who, failed)
