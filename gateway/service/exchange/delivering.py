"""The step that delivers: sendings of a channel go together, and each is ended by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, select, update
from sqlmodel import col

from gateway.attempt import Failed, attempt
from gateway.errors import StorageDoubtError, StorageFullError, StoreBusyError
from gateway.exchange.windows import due_after, next_open, parse_window
from gateway.lifecycle import Event, Kind, State, allows
from gateway.ports import Clock
from gateway.service.alerting.notices import Notices
from gateway.service.exchange.in_force import InForce
from gateway.service.exchange.names import DELIVER
from gateway.service.exchange.ways import Delivered, Parcel, Waits, Ways
from gateway.store.alerts import alert, raise_alert
from gateway.store.channels import paused_channels
from gateway.store.lives import Happening, happen, standing_of
from gateway.store.payloads.reading import read_payloads
from gateway.store.people import SERVICE, actor_id
from gateway.store.queue.coming_again import come_again
from gateway.store.queue.leased_table import StepQueue
from gateway.store.queue.steps import Leased, NewStep
from gateway.store.rows_told import told_of_sending
from gateway.store.sendings import SENT
from gateway.store.store import Store
from gateway.store.tables import Carried, Message, SendingRow
from gateway.store.writing.transaction import Change, Details, Transaction

WHILE_PAUSED = timedelta(seconds=30)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=30)
PATIENCE = timedelta(days=3)
"""So long a partner may be away until what was for it waits for a person."""
DELIVERABLE = frozenset((State.QUEUED, State.UNKNOWN))
_OF_THEM = col(SendingRow.message_id).in_(bindparam("sendings", expanding=True))
_SENT_BY = select(col(SendingRow.message_id), col(SendingRow.agreement), col(SendingRow.sender)).where(
    _OF_THEM
)
_DELIVERED = (
    update(SendingRow)
    .where(col(SendingRow.message_id) == bindparam("sending"))
    .values(delivered_at=bindparam("at"), due_at=bindparam("due"))
)
_CARRIED = select(col(Carried.sending_id), col(Carried.document_id)).where(
    col(Carried.sending_id).in_(bindparam("sendings", expanding=True)), col(Carried.document_id).is_not(None)
)
_SENDINGS = (
    select(
        col(Message.id),
        col(Message.channel),
        col(Message.state),
        col(Message.changed_at),
        col(SendingRow.agreement),
        col(SendingRow.file_name),
    )
    .join(SendingRow, col(SendingRow.message_id) == col(Message.id))
    .where(col(Message.id).in_(bindparam("messages", expanding=True)))
    .order_by(col(Message.id))
)


@dataclass(frozen=True, slots=True)
class _Sending:
    """What is to be delivered, as it stands."""

    id: str
    channel: str
    state: State
    agreement: str | None
    file_name: str
    since: datetime
    step: Leased


@dataclass(frozen=True, slots=True)
class Delivering:
    """The handler of steps `deliver`."""

    store: Store
    queue: StepQueue
    clock: Clock
    notices: Notices
    in_force: Callable[[], InForce]
    ways: Ways

    def settle_left(self) -> None:
        """Forget beside the database what an earlier process delivered and the database knows of.

        Else, were the same sent again, its mark would say that it was handed over already. Call it before any
        step is worked.
        """
        for channel in self.in_force().configuration.channels.values():
            left = self.ways.unsettled(channel)
            if left:
                self.ways.settled(sorted({*left} - self._deliverable(left)))

    def _deliverable(self, messages: Sequence[str]) -> set[str]:
        states = select(col(Message.id), col(Message.state)).where(col(Message.id).in_(messages))
        with self.store.database.reading() as connection:
            return {row.id for row in connection.execute(states) if State(row.state) in DELIVERABLE}

    def work(self, steps: Sequence[Leased]) -> Change[object]:
        """Deliver what these steps are about; what cannot go now waits, without holding up the rest."""
        in_force = self.in_force()
        outcomes: list[tuple[_Sending, Delivered | Waits]] = []
        with self.store.database.reading() as connection:
            paused = paused_channels(connection)
            by_channel: dict[str, list[_Sending]] = defaultdict(list)
            for each in _sendings(connection, {str(step.message): step for step in steps}):
                by_channel[each.channel].append(each)
            for channel, sendings in by_channel.items():
                outcomes += self._over(in_force, connection, channel, sendings, paused)

        def ended(transaction: Transaction) -> None:
            self._enter(transaction, in_force, outcomes)
            done = [each.id for each, outcome in outcomes if isinstance(outcome, Delivered)]
            transaction.afterwards(lambda: self.ways.settled(done))

        return ended

    def _over(
        self,
        in_force: InForce,
        connection: Connection,
        channel: str,
        sendings: Sequence[_Sending],
        paused: Collection[str],
    ) -> list[tuple[_Sending, Delivered | Waits]]:
        """Bring sendings out over one channel."""
        if channel in paused:
            return [(each, Waits("the channel is paused", WHILE_PAUSED)) for each in sendings]
        described = in_force.channel(channel)
        if described is None:
            return [(each, Waits(f"no partner file describes the channel {channel}")) for each in sendings]
        sendings, closed = _open_now(in_force, sendings, self.clock.now())
        if not sendings:
            return closed
        hanging = self.ways.hanging(described)
        if hanging is not None:
            return [*closed, *((each, hanging) for each in sendings)]
        ids = [each.id for each in sendings]
        data = read_payloads(connection, self.store.keys, self.store.vault, ids, SENT)
        parcels = [
            Parcel(each.id, each.file_name, content) for each, content in zip(sendings, data, strict=True)
        ]
        brought = attempt(lambda: self.ways.bring(described, parcels))
        if not isinstance(brought, Failed):
            return [*closed, *((each, brought.value[each.id]) for each in sendings)]
        if isinstance(brought.error, StorageDoubtError | StorageFullError | StoreBusyError):
            raise brought.error
        if not isinstance(brought.error, OSError):
            raise brought.error
        why = f"{brought.error.strerror}: {channel}"
        return [*closed, *((each, Waits(why)) for each in sendings)]

    def _enter(
        self,
        transaction: Transaction,
        in_force: InForce,
        outcomes: Sequence[tuple[_Sending, Delivered | Waits]],
    ) -> None:
        who = actor_id(transaction, SERVICE)
        delivered = {each.id: outcome for each, outcome in outcomes if isinstance(outcome, Delivered)}
        given_up = []
        for each, outcome in outcomes:
            if isinstance(outcome, Waits):
                if transaction.now - each.since > PATIENCE:
                    given_up.append(each.id)
                    self._tell(transaction, each, outcome.why)
                else:
                    self._again(transaction, each, outcome)
        self._end(transaction, who, in_force, delivered)
        _happen_with_documents(transaction, who, given_up, Event.CANNOT_BE_DELIVERED, {})

    def _end(
        self, transaction: Transaction, who: str, in_force: InForce, delivered: Mapping[str, Delivered]
    ) -> None:
        if not delivered:
            return
        told: dict[str, Details] = {}
        rows = []
        for row in transaction.connection.execute(_SENT_BY, {"sendings": [*delivered]}).all():
            agreement = in_force.configuration.agreements.get(row.agreement or "")
            expects = agreement is not None and agreement.receipt.expected and row.sender is not None
            due = None
            if expects and agreement is not None:
                due = due_after(
                    transaction.now,
                    timedelta(seconds=agreement.receipt.within),
                    in_force.configuration.calendar_of(agreement),
                    ZoneInfo(in_force.configuration.zone_of(agreement)),
                )
            rows.append({"sending": row.message_id, "at": transaction.now, "due": due})
            changed = told_of_sending({"delivered_at": transaction.now, "due_at": due})
            told[row.message_id] = {"delivered_as": delivered[row.message_id].name, **changed}
        transaction.connection.execute(_DELIVERED, rows)
        _happen_with_documents(transaction, who, [*delivered], Event.WAS_DELIVERED, told)

    def _again(self, transaction: Transaction, sending: _Sending, waits: Waits) -> None:
        """Come again later, as if it had never failed: that a partner is away is no fault of the step."""
        tries = int(str(sending.step.body.get("tries", 0))) + waits.tried
        if waits.after is None:
            longest = min(FIRST_WAIT * (1 << min(max(tries, 1) - 1, 12)), LONGEST_WAIT)
            wait = longest / 2 + transaction.random.below(1000) / 2000 * longest
        else:
            wait = waits.after
        body = {"tries": tries, "why": waits.why}
        run_at = transaction.now + wait
        if sending.step.lane is None:
            self.queue.enqueue(transaction, NewStep(DELIVER, body, run_at=run_at, message=sending.id))
        else:
            come_again(transaction, self.queue, sending.step, body, run_at)

    def _tell(self, transaction: Transaction, sending: _Sending, why: str) -> None:
        text = f"A file could not be delivered over {sending.channel} for {PATIENCE.days} days: {why}."
        raise_alert(transaction, alert("message-undeliverable", sending.channel, text), self.notices)


def _open_now(
    in_force: InForce, sendings: Sequence[_Sending], now: datetime
) -> tuple[list[_Sending], list[tuple[_Sending, Delivered | Waits]]]:
    """The sendings that their agreements let go now, and the others with when they may."""
    going: list[_Sending] = []
    closed: list[tuple[_Sending, Delivered | Waits]] = []
    opening: dict[str | None, datetime] = {}
    configuration = in_force.configuration
    for each in sendings:
        if each.agreement not in opening:
            agreement = configuration.agreements.get(each.agreement or "")
            opening[each.agreement] = (
                now
                if agreement is None
                else next_open(
                    now,
                    [parse_window(window) for window in agreement.windows],
                    configuration.calendar_of(agreement),
                    ZoneInfo(configuration.zone_of(agreement)),
                )
            )
        wait = opening[each.agreement] - now
        if wait > timedelta(0):
            closed.append((each, Waits("it is outside of the windows of its agreement", wait)))
        else:
            going.append(each)
    return going, closed


def _sendings(connection: Connection, steps: Mapping[str, Leased]) -> list[_Sending]:
    """What is still to be delivered of these messages."""
    return [
        _Sending(
            row.id, row.channel, State(row.state), row.agreement, row.file_name, row.changed_at, steps[row.id]
        )
        for row in connection.execute(_SENDINGS, {"messages": [*steps]})
        if State(row.state) in DELIVERABLE
    ]


def _happen_with_documents(
    transaction: Transaction,
    who: str,
    sendings: Sequence[str],
    event: Event,
    details: Mapping[str, Details],
) -> None:
    """Let something happen to sendings and to the documents that they carry."""
    if not sendings:
        return
    carried = transaction.connection.execute(_CARRIED, {"sendings": [*sendings]})
    by_document = {row.document_id: row.sending_id for row in carried}
    known = standing_of(transaction, [*sendings, *by_document])
    happenings = [
        Happening(
            each,
            event,
            details.get(each.id, {}) if each.kind is Kind.SENDING else {"sending": by_document[each.id]},
        )
        for each in known.values()
        if allows(each.kind, each.state, event)
    ]
    happen(transaction, who, happenings)
