"""A step of a lane that ended, and has to be done once more: nothing of its lane may overtake it."""

from __future__ import annotations

from datetime import datetime

import msgspec

from gateway.store.queue import statements as sql
from gateway.store.queue.leased_table import StepQueue
from gateway.store.queue.steps import Body, Leased
from gateway.store.writing.transaction import Transaction


def come_again(
    transaction: Transaction, queue: StepQueue, step: Leased, body: Body, run_at: datetime
) -> None:
    """Let a step that was finished in this change wait until `run_at`, in its old place of its lane.

    Raises `ValueError` for one without a lane, for which a new one does as well.
    """
    if step.lane is None:
        raise ValueError(f"The step {step.id} has no lane to keep its place in; enqueue a new one")
    row = {
        "n": step.n,
        "id": step.id,
        "lease": step.lease,
        "run_at": run_at,
        "body": msgspec.json.encode(body).decode(),
    }
    transaction.connection.execute(sql.COME_AGAIN, row)
    transaction.connection.execute(sql.DEMOTE, {"lane": step.lane})
    queue.come_forward(transaction, step.lane)
