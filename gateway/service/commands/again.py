"""What the exchange does when a person takes something up again: the port, and steps of the queue for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import select
from sqlmodel import col

from gateway.lifecycle import Kind
from gateway.service.exchange.names import ANSWER, DELIVER, PREPARE, READ_AGAIN, TAKE_UP
from gateway.store.queue.leased_table import StepQueue
from gateway.store.queue.steps import NewStep
from gateway.store.tables import Message
from gateway.store.writing.transaction import Transaction

AS_NEW = "as_new"
"""In the body of a step `read-again`: what comes of it is another document, whose parent this one is."""


class Again(Protocol):
    """Each is called within the change, behind the change of the state; a `UsageError` undoes all of it."""

    def take_up(self, transaction: Transaction, message: str) -> None:
        """Go on with a file or document that is received again, or a sending that is queued again."""
        ...

    def release(self, transaction: Transaction, message: str) -> None:
        """Go on with what was held: a document is to be sent now, a file is to be taken up."""
        ...

    def send_again(self, transaction: Transaction, message: str) -> None:
        """Deliver a sending once more: the same bytes under the same identity."""
        ...

    def read_again(self, transaction: Transaction, message: str) -> None:
        """Read a document, or the documents of a file, by the tables of today: as new ones beside them."""
        ...

    def answer(self, transaction: Transaction, message: str) -> None:
        """Tell the sender of a document that was called off what the answer to its group waited for."""
        ...


@dataclass(frozen=True, slots=True)
class QueuedAgain:
    """Leaves each to a step of the queue."""

    queue: StepQueue

    def take_up(self, transaction: Transaction, message: str) -> None:
        """By its kind: a file is taken up, a document is read once more, a sending is delivered."""
        kinds = {Kind.ARRIVAL: TAKE_UP, Kind.DOCUMENT: READ_AGAIN, Kind.SENDING: DELIVER}
        self._enqueue(transaction, kinds[_kind_of(transaction, message)], message)

    def release(self, transaction: Transaction, message: str) -> None:
        """A file is taken up, a document is prepared to be sent."""
        kind = TAKE_UP if _kind_of(transaction, message) is Kind.ARRIVAL else PREPARE
        self._enqueue(transaction, kind, message)

    def send_again(self, transaction: Transaction, message: str) -> None:
        """A delivery."""
        self._enqueue(transaction, DELIVER, message)

    def read_again(self, transaction: Transaction, message: str) -> None:
        """A reading that leaves what is there."""
        self.queue.enqueue(transaction, NewStep(READ_AGAIN, {AS_NEW: True}, message=message))

    def answer(self, transaction: Transaction, message: str) -> None:
        """The answers to its file that waited."""
        within = select(col(Message.within)).where(col(Message.id) == message)
        arrival = transaction.connection.execute(within).scalar_one()
        self.queue.enqueue(transaction, NewStep(ANSWER, message=arrival))

    def _enqueue(self, transaction: Transaction, kind: str, message: str) -> None:
        self.queue.enqueue(transaction, NewStep(kind, message=message))


def _kind_of(transaction: Transaction, message: str) -> Kind:
    kind = select(col(Message.kind)).where(col(Message.id) == message)
    return Kind(transaction.connection.execute(kind).scalar_one())
