"""Who hears of an alert beside the list: the log at once, and by its severity a mail or a program later.

Each way is a step of the queue of its own, so that a mail that fails is tried again without running the
program twice, and none is lost when the process ends. An alert that was given up becomes an alert itself,
once for each way, which does not go that way: there is no storm of alerts about alerts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from structlog.typing import FilteringBoundLogger

from gateway.attempt import Failed, attempt
from gateway.errors import GatewayError
from gateway.findings import Severity
from gateway.settings.forms import Alerts
from gateway.store.alerts import OpenAlert, alert, alert_of, raise_alert
from gateway.store.database import Database
from gateway.store.queue.leased_table import Buried, StepQueue
from gateway.store.queue.steps import Leased, NewStep
from gateway.store.writing.transaction import Transaction

NOTIFY = "notify"
PRIORITY = 1  # before the work with files
FAILED = "notify-failed"
_BURIED: Mapping[Buried, str] = {"dead": "step-dead", "parked": "step-parked"}


class NotDeliveredError(GatewayError):
    """An alert did not reach whom it should, by one of the ways; it may be tried again later."""


class Way(StrEnum):
    """How an alert goes out."""

    MAIL = "mail"
    COMMAND = "command"


Deliver = Callable[[OpenAlert], None]
"""Takes an alert out by one way. Raises `NotDeliveredError`."""


@dataclass(frozen=True, slots=True)
class Notices:
    """Lets people know of alerts, as the settings say. It is the `Telling` of `raise_alert`."""

    settings: Alerts
    queue: StepQueue
    log: FilteringBoundLogger

    def __call__(self, transaction: Transaction, told: OpenAlert) -> None:
        """Arrange in this change that an alert goes out; the log has it when the change is durable."""
        transaction.afterwards(lambda: self._write(told))
        for way in self._ways(told):
            dedupe = f"{NOTIFY}:{way}:{told.id}:{told.severity}"  # what became heavier goes out again
            body = {"alert": told.id, "way": way.value}
            self.queue.enqueue(transaction, NewStep(NOTIFY, body, dedupe=dedupe, priority=PRIORITY))

    def buried(self, transaction: Transaction, step: Leased, state: Buried) -> None:
        """Raise the alert about a step that is `dead` or `parked`: one for each kind of work and its lane.

        What a step was given, and why it failed, may come from a document, so they are not told.
        """
        if step.kind == NOTIFY:
            way = str(step.body.get("way", ""))
            text = (
                f"The alert {step.body.get('alert', '')} was given up by the way `{way}`, in step {step.id}"
            )
            raise_alert(transaction, alert(FAILED, way, text), self)
            return
        text = f"The step {step.id} is {state}; `gateway queue show {step.id}` says why"
        about = step.kind if step.lane is None else f"{step.kind}, {step.lane}"
        raise_alert(transaction, alert(_BURIED[state], about, text), self)

    def _ways(self, told: OpenAlert) -> list[Way]:
        takes: dict[Way, tuple[Severity, ...]] = {}
        if self.settings.mail is not None:
            takes[Way.MAIL] = self.settings.mail.severities
        if self.settings.command is not None:
            takes[Way.COMMAND] = self.settings.command.severities
        closed = told.about if told.code == FAILED else None
        return [way for way, severities in takes.items() if told.severity in severities and way != closed]

    def _write(self, told: OpenAlert) -> None:
        """A log that cannot be written is no reason to end the thread that writes the store."""
        write = {Severity.ERROR: self.log.error, Severity.WARNING: self.log.warning}.get(
            told.severity, self.log.info
        )
        attempt(lambda: write("alert", alert=told.id, code=told.code, about=told.about, text=told.text))


@dataclass(frozen=True, slots=True)
class Delivery:
    """Does the steps of the kind `notify`."""

    database: Database
    ways: Mapping[Way, Deliver]
    log: FilteringBoundLogger

    def deliver(self, body: Mapping[str, object]) -> None:
        """Take the alert of a step out. Raises `NotDeliveredError` when it is to be tried again.

        Nothing is left to do when somebody acknowledged the alert meanwhile, or when the settings have no
        such way any more.
        """
        alert_id, way = str(body.get("alert", "")), str(body.get("way", ""))
        with self.database.reading() as connection:
            found = alert_of(connection, alert_id)
        taken = {each.value: deliver for each, deliver in self.ways.items()}.get(way)
        if found is None or found.acknowledged_at is not None or taken is None:
            self.log.info("alert-not-sent", alert=alert_id, way=way, known=found is not None)
            return
        sent = attempt(lambda: taken(found))
        if isinstance(sent, Failed):
            self.log.warning("alert-not-sent", alert=alert_id, way=way, why=str(sent.error))
            raise sent.error
        self.log.info("alert-sent", alert=alert_id, way=way)
