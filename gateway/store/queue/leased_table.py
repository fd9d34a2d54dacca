"""The queue of steps: rows of the store, so that work is taken on and ended in the change it belongs to.

A step is leased, worked outside of any transaction, and ended together with its effects. Who lost the lease
in the meantime cannot end it, so no effect happens twice. At most one step of a lane is waiting or leased,
which an index of the database holds; those behind it come forward one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event
from typing import Literal

import msgspec
from sqlalchemy import RowMapping

from gateway.errors import KeyDestroyedError, TamperedError
from gateway.store.people import SERVICE, actor_id
from gateway.store.queue import statements as sql
from gateway.store.queue.steps import (
    MOST_HARMS,
    PRIORITIES,
    Hand,
    Leased,
    LeaseLostError,
    NewStep,
    Rules,
    kept_error,
)
from gateway.store.tables import Step
from gateway.store.writing.transaction import Entry, Transaction

DIED = "the process ended while it was worked on"
FORGOTTEN = "nobody worked on it any more, and the lease ran out"
_body_of = msgspec.json.Decoder(dict[str, object])

Buried = Literal["dead", "parked"]
AfterBurial = Callable[[Transaction, Leased, Buried], None]


def _nothing_more(transaction: Transaction, step: Leased, state: Buried) -> None:
    """Nobody else has to hear of it."""


@dataclass(frozen=True, slots=True)
class StepQueue:
    """Its methods are called within a change. `due` is set when there may be something to lease.

    `after_burial` is called in the change in which a step dies or is parked: an alert can be raised there.
    """

    rules: Rules = field(default_factory=Rules)
    after_burial: AfterBurial = _nothing_more
    due: Event = field(default_factory=Event)

    def enqueue(self, transaction: Transaction, step: NewStep) -> str | None:
        """Take a step on, and give its id; None where its `dedupe` is known, also of one that is done."""
        if step.lane is None and step.dedupe is None:
            return self._taken_on(transaction, step)
        row = {
            "id": transaction.new_id(),
            "kind": step.kind,
            "dedupe": step.dedupe,
            "lane": step.lane,
            "priority": step.priority,
            "run_at": step.run_at or transaction.now,
            "message": step.message,
            "body": msgspec.json.encode(step.body).decode(),
            "now": transaction.now,
        }
        taken: str | None = transaction.connection.execute(sql.ENQUEUE, row).scalar_one_or_none()
        if taken is not None:
            transaction.afterwards(self.due.set)
        return taken

    def _taken_on(self, transaction: Transaction, step: NewStep) -> str:
        """A step that stands behind no other and is like none: its row waits for others to be added with."""
        taken = transaction.new_id()
        row = {
            "id": taken,
            "kind": step.kind,
            "priority": step.priority,
            "run_at": step.run_at or transaction.now,
            "state": "waiting",
            "message_id": step.message,
            "body": msgspec.json.encode(step.body).decode(),
            "made_at": transaction.now,
        }
        transaction.insert(Step, row)
        transaction.afterwards(self.due.set)
        return taken

    def lease(
        self,
        transaction: Transaction,
        by: str,
        limit: int,
        seconds: float,
        priorities: tuple[int, ...] = PRIORITIES,
    ) -> Hand:
        """Hand out up to `limit` steps that are due, for `seconds`: by priority, time, and order of coming.

        `by` is the process, `priorities` are all, or those of the foreground or background. A step with which
        a process ended before is handed out alone, whatever its priority, when no other is leased, and none
        beside it: or those would be suspected too.
        """
        connection, now = transaction.connection, transaction.now
        look = connection.execute(sql.LOOK, {"now": now}).one()
        steps: list[Leased] = []
        if not look.alone and not (look.suspect and look.busy):
            wanted = {"by": by, "until": now + timedelta(seconds=seconds), "now": now}
            if look.suspect:
                rows = connection.execute(sql.LEASE_SUSPECT, wanted)
            else:
                rows = connection.execute(sql.LEASE[priorities], {**wanted, "limit": limit})
            steps = [_leased(row) for row in rows.mappings()]
        steps.sort(key=lambda each: (-each.priority, each.run_at, each.n))
        more = len(steps) == limit
        following = None if more else connection.execute(sql.FOLLOWING[priorities]).scalar_one()
        return Hand(tuple(steps), now, following)

    def heartbeat(self, transaction: Transaction, steps: Sequence[Leased], seconds: float) -> list[Leased]:
        """Say that these are still worked on, for `seconds` more. Gives those whose lease is lost."""
        until = transaction.now + timedelta(seconds=seconds)
        beats = ((each, {**_key(each), "until": until}) for each in steps)
        return [
            each for each, row in beats if not transaction.connection.execute(sql.HEARTBEAT, row).rowcount
        ]

    def finish(self, transaction: Transaction, *steps: Leased) -> None:
        """End steps, in the change that has their effects. Raises `LeaseLostError`: then none may be kept."""
        rows = [{**_key(each), "now": transaction.now} for each in steps]
        if transaction.connection.execute(sql.FINISH, rows).rowcount != len(steps):
            raise _lost(*steps)
        self._move_up(transaction, *steps)

    def retry(
        self, transaction: Transaction, step: Leased, error: str, after: timedelta | None = None
    ) -> Literal["waiting", "dead"]:
        """Let a step that failed wait for its next try; it is dead when its tries are used up.

        `after` is the least time to wait, where the other side asked for one.
        """
        tries = step.tries + 1
        if tries >= self.rules.tries:
            self._bury(transaction, step, "dead", error, tries=tries)
            return "dead"
        wait = self.rules.wait(tries, transaction.random, after)
        self._put_back(transaction, step, run_at=transaction.now + wait, error=error, tries=tries)
        return "waiting"

    def harmed(self, transaction: Transaction, step: Leased, error: str) -> Literal["waiting", "parked"]:
        """Let a step wait that ran into a fault of ours; the third time it is parked for a person to see."""
        harms = step.harms + 1
        if harms >= MOST_HARMS:
            self._bury(transaction, step, "parked", error, harms=harms)
            return "parked"
        wait = self.rules.wait(harms, transaction.random)
        self._put_back(transaction, step, run_at=transaction.now + wait, error=error, harms=harms)
        return "waiting"

    def give_back(self, transaction: Transaction, step: Leased, after: timedelta = timedelta(0)) -> bool:
        """Let go of a step that nothing speaks against. False when its lease was lost anyway."""
        try:
            self._put_back(transaction, step, run_at=max(step.run_at, transaction.now + after))
        except LeaseLostError:
            return False
        return True

    def abandon(self, transaction: Transaction, step: Leased) -> bool:
        """Let go of a step that was begun and did not end while its process did; that counts as a harm.

        False when its lease was lost anyway.
        """
        try:
            self._release(transaction, step, died=True)
        except LeaseLostError:
            return False
        return True

    def release_stale(self, transaction: Transaction, by: str, seconds: float) -> int:
        """Let go of what nobody works on: leases of other processes than `by`, and those that ran out.

        Nobody leases for more than `seconds`: one that lasts longer was made by a clock that was ahead. Each
        counts as a harm. What waits too long because of such a clock waits no more. Gives the number let go.
        """
        connection, now = transaction.connection, transaction.now
        stale = {"by": by, "now": now, "too_late": now + timedelta(seconds=2 * seconds)}
        rows = connection.execute(sql.STALE, stale).mappings().all()
        for row in sorted(rows, key=lambda each: each["n"]):
            died = row["lease_by"] != by
            self._release(transaction, _leased(row), died=died)
        late = {"now": now, "latest": now + self.rules.longest_wait}
        if (
            connection.execute(sql.MEND_DUE, late).rowcount
            + connection.execute(sql.MEND_SUSPECT, late).rowcount
        ):
            transaction.afterwards(self.due.set)
        return len(rows)

    def come_forward(self, transaction: Transaction, lane: str) -> None:
        """Let the oldest of a lane be worked, unless one of it waits or is leased."""
        transaction.connection.execute(sql.PROMOTE, {"lane": lane})
        transaction.afterwards(self.due.set)

    def _release(self, transaction: Transaction, step: Leased, *, died: bool) -> None:
        harms, deaths = step.harms + 1, step.deaths + died
        error = DIED if died else FORGOTTEN
        if harms >= MOST_HARMS:
            self._bury(transaction, step, "parked", error, harms=harms, deaths=deaths)
        else:
            self._put_back(transaction, step, run_at=transaction.now, error=error, harms=harms, deaths=deaths)

    def _put_back(
        self,
        transaction: Transaction,
        step: Leased,
        run_at: datetime,
        error: str | None = None,
        tries: int | None = None,
        harms: int | None = None,
        deaths: int | None = None,
    ) -> None:
        row = {**_counts(step, tries, harms, deaths), "error": error and kept_error(error), "run_at": run_at}
        if not transaction.connection.execute(sql.WAIT, row).rowcount:
            raise _lost(step)
        transaction.afterwards(self.due.set)

    def _bury(
        self,
        transaction: Transaction,
        step: Leased,
        state: Buried,
        error: str,
        tries: int | None = None,
        harms: int | None = None,
        deaths: int | None = None,
    ) -> None:
        kept = kept_error(error)
        row = {**_counts(step, tries, harms, deaths), "error": kept, "state": state, "now": transaction.now}
        if not transaction.connection.execute(sql.END, row).rowcount:
            raise _lost(step)
        self._move_up(transaction, step)
        details = {"step": step.id, "kind": step.kind, "error": kept}
        enter(transaction, f"step-{state}", actor_id(transaction, SERVICE), step.message, details)
        self.after_burial(transaction, step, state)

    def _move_up(self, transaction: Transaction, *steps: Leased) -> None:
        lanes = [{"lane": each.lane} for each in steps if each.lane is not None]
        if lanes:
            transaction.connection.execute(sql.PROMOTE, lanes)
            transaction.afterwards(self.due.set)


def enter(
    transaction: Transaction, what: str, who: str, message: str | None, details: dict[str, str]
) -> None:
    """Enter what became of a step. Where its message can no longer be read, the details are left out."""
    try:
        transaction.record(Entry(what, who, message=message, details=details))
    except (KeyDestroyedError, TamperedError):
        transaction.record(Entry(what, who, message=message))


def _key(step: Leased) -> dict[str, object]:
    return {"n": step.n, "id": step.id, "lease": step.lease}


def _counts(step: Leased, tries: int | None, harms: int | None, deaths: int | None) -> dict[str, object]:
    return {
        **_key(step),
        "tries": step.tries if tries is None else tries,
        "harms": step.harms if harms is None else harms,
        "deaths": step.deaths if deaths is None else deaths,
    }


def _leased(row: RowMapping) -> Leased:
    return Leased(
        n=row["n"],
        id=row["id"],
        kind=row["kind"],
        body=_body_of.decode(row["body"]),
        dedupe=row["dedupe"],
        lane=row["lane"],
        priority=row["priority"],
        run_at=row["run_at"],
        message=row["message_id"],
        tries=row["tries"],
        harms=row["harms"],
        deaths=row["deaths"],
        lease=row["leases"],
    )


def _lost(*steps: Leased) -> LeaseLostError:
    named = ", ".join(each.id for each in steps[:3]) + (", …" if len(steps) > 3 else "")
    return LeaseLostError(
        f"The lease of the step {named} was lost meanwhile; nothing was kept, it is left to whoever has it"
    )
