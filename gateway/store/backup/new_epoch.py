"""What a restored store enters before anything else, so that the break can be seen and nothing is done twice.

What happened between the backup and its restore is unknown here, while partners remember it. So:

- The log goes on in a new epoch. Its first leaf names the backup, the last checkpoint it knows, and, when a
  later checkpoint is at hand that a witness kept, which leaves are lost.
- Every stream of control numbers skips ten times what it gave on its busiest day, at least 1,000: what was
  sent after the backup has numbers above those it knows. Ten busiest days outlast any backup that is taken
  daily; the least is for streams that had hardly begun, and costs a millionth of the numbers there are. A
  stream that is opened later skips the least too: after the backup it may have been opened before.
- Every step that was not done is parked for a person. It may have been done after the backup: to do it again
  would send a document under a new control number whose first copy the partner has. Nor is a step that only
  translates harmless, as what it leads to is sent. Whoever knows what the partner has puts back the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlmodel import col

from gateway.ledger.checkpoint import Checkpoint
from gateway.store.alerts import alert, raise_alert
from gateway.store.control_numbers.history import busiest_day, streams
from gateway.store.control_numbers.setting import LEAST_SKIPPED, Answer, void_ahead
from gateway.store.people import Who, enter_actor, known_actor
from gateway.store.tables import Epoch, Step
from gateway.store.writing.transaction import Entry, Transaction

TIMES_THE_BUSIEST_DAY = 10
UNFINISHED = ("waiting", "behind", "leased")
PARKED = "parked"
WHY = "restored from a backup: what was given after it is not known"
WHY_PARKED = (
    "The store was restored from a backup after this step was made, so it may have been done already. Find "
    "out what the partner has; then put the step back into the queue, or leave it"
)


@dataclass(frozen=True, slots=True)
class Break:
    """What is known of the break: the log `name` had `leaves` with this `root` when the backup was taken.

    `known` is the last checkpoint in the backup, `later` one from outside that the lost log had.
    """

    name: str
    epoch: int
    leaves: int
    root: str
    taken_at: str
    known: Checkpoint | None
    later: Checkpoint | None

    @property
    def lost(self) -> tuple[int, int] | None:
        """The first and the last leaf that were in the lost log, as far as is known, and are gone."""
        if self.later is None or self.later.size <= self.leaves:
            return None
        return self.leaves, self.later.size - 1


@dataclass(frozen=True, slots=True)
class Begun:
    """What a new epoch began with: how many steps were parked, and what each stream skipped."""

    parked: int
    skipped: tuple[Answer, ...]


def begin_epoch(transaction: Transaction, broken: Break, who: Who, key: str) -> Begun:
    """Enter the break. The row of the new epoch and of its public `key` is there, nothing in its log."""
    known = known_actor(transaction, who)
    actor = known or transaction.new_id()
    parked = _unfinished(transaction)
    details = {**_details(broken), "key": key, "steps_parked": parked}
    transaction.record(Entry("log-restored", actor, details=details))
    if known is None:  # behind the first leaf, which names the break
        enter_actor(transaction, who, actor)
    _park(transaction)
    raise_alert(
        transaction, alert("backup-restored", "store", f"A backup of {broken.taken_at} was restored.")
    )
    return Begun(parked, tuple(_skip(transaction, actor, broken.epoch)))


def _skip(transaction: Transaction, actor: str, epoch: int) -> list[Answer]:
    """Skip numbers of every stream, for each epoch after that of the backup so many.

    The same backup may have been restored before, and have given numbers in an epoch between.
    """
    connection, counts = transaction.connection, {}
    earlier = select(func.max(col(Epoch.number))).where(col(Epoch.number) < epoch)
    backed_up = connection.execute(earlier).scalar_one()
    for state in streams(connection):
        wanted = TIMES_THE_BUSIEST_DAY * busiest_day(connection, state.key)
        counts[state.key] = max(LEAST_SKIPPED, wanted) * (epoch - backed_up)
    return void_ahead(transaction, counts, WHY, actor)


def _details(broken: Break) -> dict[str, str | int]:
    details: dict[str, str | int] = {
        "log": broken.name,
        "epoch": broken.epoch,
        "leaves": broken.leaves,
        "root": broken.root,
        "backup_taken_at": broken.taken_at,
    }
    for name, checkpoint in (("known", broken.known), ("later", broken.later)):
        if checkpoint is not None:
            details[f"{name}_origin"] = checkpoint.origin
            details[f"{name}_size"] = checkpoint.size
            details[f"{name}_root"] = checkpoint.root.hex()
    if broken.lost is not None:
        details["lost_first"], details["lost_last"] = broken.lost
    return details


def _unfinished(transaction: Transaction) -> int:
    counted = select(func.count()).select_from(Step).where(col(Step.state).in_(UNFINISHED))
    return transaction.connection.execute(counted).scalar_one()


def _park(transaction: Transaction) -> None:
    parked = {"state": PARKED, "lease_by": None, "lease_until": None, "last_error": WHY_PARKED}
    transaction.connection.execute(update(Step).where(col(Step.state).in_(UNFINISHED)).values(parked))
