"""The step that sends answers which waited, when each set of their group was placed or refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gateway.service.exchange.in_force import InForce
from gateway.service.exchange.recording import Recorder
from gateway.service.exchange.rereading import Rereading
from gateway.service.work.handling import Retry
from gateway.store.documents import settled_documents
from gateway.store.people import SERVICE, actor_id
from gateway.store.queue.steps import Leased
from gateway.store.writing.transaction import Change, Transaction


@dataclass(frozen=True, slots=True)
class AnsweringLate:
    """The handler of steps `answer`, each about one arrival."""

    rereading: Rereading
    in_force: Callable[[], InForce]
    recorder: Callable[[InForce], Recorder]

    def work(self, step: Leased) -> Change[object]:
        """Answer what can be answered by now, once; the rest comes with the document that settles it."""
        in_force, message = self.in_force(), str(step.message)
        with self.rereading.store.database.reading() as connection, in_force.translating:
            documents = settled_documents(connection, message)
            arrived, data = self.rereading.arrival(connection, message)
            planner = self.rereading.planner(in_force, connection)
            found = planner.late_answers(arrived, data, documents)
        if found is None:
            return _nothing
        plan, marks = found
        recorder = self.recorder(in_force)

        def written(transaction: Transaction) -> None:
            known = recorder.recognition.latest(transaction.connection, marks)
            if known or settled_documents(transaction.connection, message) != documents:
                raise Retry("something happened to its documents meanwhile; it is looked at again")
            who = actor_id(transaction, SERVICE)
            for each in plan.answers:
                recorder.answer(transaction, who, plan, each)
            recorder.recognition.remember(transaction, message, marks)

        return written


def _nothing(transaction: Transaction) -> None:
    """Nobody agreed with us on what he is answered."""
