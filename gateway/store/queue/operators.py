"""What a person may do to the queue: look at it, put back what is dead or parked, cancel, tidy up.

A change of it has a leaf in the ledger that names who made it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, literal, select
from sqlmodel import col

from gateway.errors import UsageError
from gateway.store.people import Who, actor_id
from gateway.store.queue import statements as sql
from gateway.store.queue.leased_table import StepQueue, enter
from gateway.store.queue.steps import State
from gateway.store.reasons import reason_of
from gateway.store.tables import Step
from gateway.store.writing.transaction import Transaction

BURIED = frozenset({"dead", "parked"})
ENDED = frozenset({"done", "cancelled"})
_COLUMN_OF = {"message": "message_id"}


@dataclass(frozen=True, slots=True)
class StepView:
    """A step as a person sees it."""

    id: str
    kind: str
    state: str
    lane: str | None
    priority: int
    run_at: datetime
    tries: int
    harms: int
    message: str | None
    dedupe: str | None
    last_error: str | None
    made_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which steps to list, newest first; `before` is the id of the last one of the page before this."""

    states: Sequence[State] = ()
    kind: str | None = None
    message: str | None = None
    before: str | None = None
    limit: int = 100


def list_steps(connection: Connection, wanted: Wanted) -> list[StepView]:
    """The steps that are wanted."""
    columns = (getattr(Step, _COLUMN_OF.get(each.name, each.name)) for each in fields(StepView))
    step = select(*columns).order_by(col(Step.n).desc())
    if wanted.states:
        step = step.where(col(Step.state).in_(wanted.states))
        if BURIED.issuperset(wanted.states):  # so that their index is used
            buried = [literal(state, literal_execute=True) for state in ("dead", "parked")]
            step = step.where(col(Step.state).in_(buried))
    if wanted.kind is not None:
        step = step.where(col(Step.kind) == wanted.kind)
    if wanted.message is not None:
        step = step.where(col(Step.message_id) == wanted.message)
    if wanted.before is not None:
        last = select(col(Step.n)).where(col(Step.id) == wanted.before).scalar_subquery()
        step = step.where(col(Step.n) < last)
    return [StepView(*row) for row in connection.execute(step.limit(wanted.limit))]


def step_of(connection: Connection, step_id: str) -> StepView | None:
    """One step by its id; None when there is none."""
    columns = (getattr(Step, _COLUMN_OF.get(each.name, each.name)) for each in fields(StepView))
    row = connection.execute(select(*columns).where(col(Step.id) == step_id)).one_or_none()
    return None if row is None else StepView(*row)


def count_steps(connection: Connection) -> dict[str, int]:
    """How many there are of each state but those that have ended well or were cancelled."""
    counts: dict[str, int] = {}
    for state, steps in connection.execute(sql.COUNTS):
        counts[state] = counts.get(state, 0) + steps
    return counts


def again(transaction: Transaction, queue: StepQueue, step_id: str, who: Who) -> None:
    """Put a step back that is dead or parked: it starts anew, in its old place of its lane.

    Raises `UsageError` for any other.
    """
    step = _step(transaction, step_id)
    if step.state not in BURIED:
        raise UsageError(
            f"The step {step_id} is {step.state}; only one that is dead or parked can be put back"
        )
    connection, now = transaction.connection, transaction.now
    connection.execute(sql.AGAIN, {"n": step.n, "now": now})
    if step.lane is None:
        connection.execute(sql.AT_ONCE, {"n": step.n})
        transaction.afterwards(queue.due.set)
    else:
        connection.execute(sql.DEMOTE, {"lane": step.lane})
        queue.come_forward(transaction, step.lane)
    details = {"step": step_id, "kind": step.kind}
    enter(transaction, "step-put-back", actor_id(transaction, who), step.message_id, details)


def cancel(transaction: Transaction, queue: StepQueue, step_id: str, reason: str, who: Who) -> None:
    """See that a step is not worked any more, or that what is being done for it is not kept.

    Raises `UsageError` for one that has ended, or without a reason.
    """
    reason = reason_of(reason)
    step = _step(transaction, step_id)
    if step.state in ENDED:
        raise UsageError(f"The step {step_id} is {step.state}; there is nothing left to cancel")
    transaction.connection.execute(sql.CANCEL, {"n": step.n, "now": transaction.now})
    if step.lane is not None:
        queue.come_forward(transaction, step.lane)
    details = {"step": step_id, "kind": step.kind, "reason": reason}
    enter(transaction, "step-cancelled", actor_id(transaction, who), step.message_id, details)


def purge_done(transaction: Transaction, before: datetime, limit: int) -> int:
    """Remove up to `limit` steps that ended before a time, the oldest first; what they deduped is forgotten.

    Gives how many, so that more can be removed in a change of its own.
    """
    return transaction.connection.execute(sql.PURGE, {"before": before, "limit": limit}).rowcount


@dataclass(frozen=True, slots=True)
class _Step:
    n: int
    state: str
    kind: str
    lane: str | None
    message_id: str | None


def _step(transaction: Transaction, step_id: str) -> _Step:
    wanted = select(col(Step.n), col(Step.state), col(Step.kind), col(Step.lane), col(Step.message_id)).where(
        col(Step.id) == step_id
    )
    row = transaction.connection.execute(wanted).one_or_none()
    if row is None:
        raise UsageError(f"There is no step {step_id}; `gateway queue list --all` shows them")
    return _Step(row.n, row.state, row.kind, row.lane, row.message_id)
