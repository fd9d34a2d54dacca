"""Messages on their way through life: each change of a state is one row and one leaf, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import bindparam, select, update
from sqlmodel import col

from gateway.errors import UsageError
from gateway.lifecycle import Event, Kind, State, WrongStateError, after
from gateway.store.tables import Message
from gateway.store.writing.transaction import Details, Entry, Transaction

_CHANGE = (
    update(Message)
    .where(col(Message.id) == bindparam("message"), col(Message.state) == bindparam("before"))
    .values(state=bindparam("after"), changed_at=bindparam("now"))
)
_STANDING = select(col(Message.id), col(Message.kind), col(Message.state), col(Message.partner)).where(
    col(Message.id).in_(bindparam("messages", expanding=True))
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A message as it stands; `partner` is the id by which leaves name it."""

    id: str
    kind: Kind
    state: State
    partner: str | None


@dataclass(frozen=True, slots=True)
class Happening:
    """What happens to a message that stands somewhere; `digests` and `details` are told with the leaf."""

    to: Standing
    event: Event
    details: Details = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)

    @property
    def state(self) -> State:
        """Where it stands then. Raises `WrongStateError`."""
        return after(self.to.kind, self.to.state, self.event)


def standing_of(transaction: Transaction, messages: Sequence[str]) -> dict[str, Standing]:
    """How messages stand; those that are not there are left out."""
    rows = transaction.connection.execute(_STANDING, {"messages": [*messages]})
    return {row.id: Standing(row.id, Kind(row.kind), State(row.state), row.partner) for row in rows}


def happen(transaction: Transaction, who: str, happenings: Sequence[Happening]) -> None:
    """Let things happen to messages, each to another one; `who` is the id of an actor.

    Raises `WrongStateError` where one cannot happen, and when a message stands elsewhere by now.
    """
    rows = [
        {
            "message": each.to.id,
            "before": each.to.state.value,
            "after": each.state.value,
            "now": transaction.now,
        }
        for each in happenings
    ]
    if not rows:
        return
    if transaction.connection.execute(_CHANGE, rows).rowcount != len(rows):
        first = happenings[0]
        raise WrongStateError(first.to.kind, first.to.state, first.event)
    transaction.books.have_keys(transaction, [each.to.id for each in happenings])
    for each in happenings:
        entry = Entry(
            f"{each.to.kind}-{each.state}",
            who,
            each.to.id,
            each.to.partner,
            each.to.state.value,
            each.state.value,
            each.digests,
            {"event": each.event.value, **each.details},
        )
        transaction.record(entry)


def happens(
    transaction: Transaction, who: str, message: str, event: Event, details: Details | None = None
) -> Standing:
    """Let something happen to one message, and say how it stands then. Raises `UsageError`."""
    found = standing_of(transaction, [message]).get(message)
    if found is None:
        raise UsageError(f"There is no message {message}; `gateway messages list` shows those that there are")
    happening = Happening(found, event, details or {})
    try:
        state = happening.state
    except WrongStateError:
        raise UsageError(
            f"The message {message} is {found.state}; that it {event} cannot happen now"
        ) from None
    happen(transaction, who, (happening,))
    return Standing(found.id, found.kind, state, found.partner)
