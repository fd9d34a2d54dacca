"""What a person may do to one message, by its kind and where it stands.

Each looks first, and raises `UsageError` before anything is changed: so one message that is refused leaves
the others of a command as they would be without it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from gateway.errors import UsageError
from gateway.lifecycle import Event, Kind, State, allows
from gateway.service.commands.again import Again
from gateway.store.lives import Happening, Standing, happen, standing_of
from gateway.store.related import documents_in, sendings_with
from gateway.store.writing.transaction import Entry, Transaction

REPROCESS_ASKED = "reprocess-asked"
OPEN = frozenset((State.QUEUED, State.UNKNOWN, State.UNDELIVERABLE))
ENDED = frozenset(
    (
        State.PROCESSED,
        State.DELIVERED,
        State.ACCEPTED,
        State.REFUSED,
        State.OVERDUE,
        State.REJECTED,
        State.DUPLICATE,
        State.CANCELLED,
    )
)


@dataclass(frozen=True, slots=True)
class Doing:
    """A change on behalf of somebody: `who` is the id of an actor, and `reason` is what he said."""

    transaction: Transaction
    again: Again
    who: str
    command: str
    reason: str

    def happen(self, standings: Sequence[Standing], event: Event) -> None:
        """Let something happen to messages; each leaf names the command and the reason."""
        details = {"command": self.command, "reason": self.reason}
        happen(self.transaction, self.who, [Happening(each, event, details) for each in standings])


Deed = Callable[[Doing, Standing], None]


def cancel(doing: Doing, to: Standing) -> None:
    """Call a message off: a document with what was to be sent of it, a sending with its documents."""
    with_it: list[Standing] = []
    if to.kind is Kind.SENDING:
        with_it = _documents(doing, [to])
    elif to.kind is Kind.DOCUMENT:
        with_it = _sendings(doing, to, OPEN)
        others = {each.id for each in _documents(doing, with_it)} - {to.id}
        if others:
            raise UsageError(
                f"The document {to.id} is in the sending {with_it[0].id} with others; cancel that, and "
                f"reprocess the others"
            )
    _need(to, Event.IS_CALLED_OFF, "nothing is left to cancel")
    doing.happen(
        [to, *(each for each in with_it if allows(each.kind, each.state, Event.IS_CALLED_OFF))],
        Event.IS_CALLED_OFF,
    )
    if to.kind is Kind.DOCUMENT and to.state is State.QUARANTINED:
        doing.again.answer(doing.transaction, to.id)


def requeue(doing: Doing, to: Standing) -> None:
    """Take up again what was quarantined, failed, is held or could not be delivered."""
    event = Event.IS_TAKEN_UP_AGAIN
    if to.kind is Kind.DOCUMENT and to.state is State.UNDELIVERABLE:
        sendings = _sendings(doing, to, frozenset((State.UNDELIVERABLE,)))
        for each in sendings:
            requeue(doing, each)
        if sendings:
            return
    _need(to, event, "it is taken up again where it is quarantined, failed, held or undeliverable")
    documents = _documents(doing, [to]) if to.kind is Kind.SENDING else []
    doing.happen([to, *(each for each in documents if allows(each.kind, each.state, event))], event)
    doing.again.take_up(doing.transaction, to.id)


def replay(doing: Doing, to: Standing) -> None:
    """Take up what was quarantined, and nothing else."""
    if to.state is not State.QUARANTINED:
        raise UsageError(f"The message {to.id} is {to.state}; `gateway quarantine list` shows what is there")
    requeue(doing, to)


def release(doing: Doing, to: Standing) -> None:
    """Let what is held go on."""
    _need_held(to)
    doing.happen([to], Event.IS_RELEASED)
    doing.again.release(doing.transaction, to.id)


def refuse(doing: Doing, to: Standing) -> None:
    """See that what is held goes nowhere."""
    _need_held(to)
    doing.happen([to], Event.IS_CALLED_OFF)


def resend(doing: Doing, to: Standing) -> None:
    """Deliver what was delivered once more: the same bytes, under the same control numbers."""
    if to.kind is Kind.DOCUMENT:
        sent = _sendings(doing, to, frozenset(State))
        if not sent:
            raise UsageError(f"The document {to.id} was never sent; `gateway messages timeline` says why")
        to = sent[-1]
    _need(to, Event.IS_SENT_AGAIN, "sent again is what was delivered; `requeue` is for what was not")
    doing.happen([to], Event.IS_SENT_AGAIN)
    doing.again.send_again(doing.transaction, to.id)


def reprocess(doing: Doing, to: Standing) -> None:
    """Read a document once more by the tables of today; the new one is linked to it."""
    if to.kind is Kind.SENDING:
        raise UsageError(
            f"{to.id} is what was sent; reprocess its documents: `gateway messages show {to.id}`"
        )
    if to.state not in ENDED:
        raise UsageError(
            f"The message {to.id} is {to.state}, and has not come to an end; `requeue` takes it up again"
        )
    details = {"command": doing.command, "reason": doing.reason}
    doing.transaction.record(Entry(REPROCESS_ASKED, doing.who, to.id, to.partner, details=details))
    doing.again.read_again(doing.transaction, to.id)


DEEDS: Mapping[str, Deed] = MappingProxyType(
    {
        "cancel": cancel,
        "requeue": requeue,
        "replay": replay,
        "release": release,
        "refuse": refuse,
        "resend": resend,
        "reprocess": reprocess,
    }
)


def _documents(doing: Doing, sendings: Sequence[Standing]) -> list[Standing]:
    """The documents in sendings, as they stand."""
    ids = documents_in(doing.transaction.connection, [each.id for each in sendings])
    return _standing(doing, ids)


def _sendings(doing: Doing, document: Standing, states: frozenset[State]) -> list[Standing]:
    """The sendings with a document in it that stand so, the latest last."""
    found = _standing(doing, sendings_with(doing.transaction.connection, (document.id,)))
    return [each for each in found if each.state in states]


def _standing(doing: Doing, messages: set[str]) -> list[Standing]:
    found = standing_of(doing.transaction, sorted(messages)) if messages else {}
    return [found[each] for each in sorted(found)]


def _need(to: Standing, event: Event, remedy: str) -> None:
    if not allows(to.kind, to.state, event):
        raise UsageError(f"The {to.kind} {to.id} is {to.state}; {remedy}")


def _need_held(to: Standing) -> None:
    if to.state is not State.HELD:
        raise UsageError(f"The message {to.id} is {to.state}; `gateway held list` shows what is held")
