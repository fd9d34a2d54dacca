"""The steps that the service works, and when it makes some by itself."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from gateway.bootstrap import Library
from gateway.errors import TamperedError
from gateway.secrets import SecretText, read_secret
from gateway.service.alerting.check_up import CHECK_UP, DAILY_CHECK_UP, EVERY, CheckUp
from gateway.service.alerting.command import CommandWay
from gateway.service.alerting.mail import MailWay
from gateway.service.alerting.notices import NOTIFY, Deliver, Delivery, NotDeliveredError, Way
from gateway.service.ledger import places_of, signer_of
from gateway.service.opened import Opened
from gateway.service.work.handling import Handler, Retry
from gateway.service.work.key_reading import READ_KEYS, KeyReader
from gateway.service.work.scheduling import Schedule
from gateway.settings import Settings
from gateway.store.alerts import alert, raise_alert
from gateway.store.queue.leased_table import StepQueue
from gateway.store.queue.operators import purge_done
from gateway.store.queue.steps import Leased, NewStep
from gateway.store.requests import forget_requests
from gateway.store.signing.handing import HAND, MAKE, HandingOver
from gateway.store.writing.transaction import Change, Transaction
from gateway.workspace import Workspace

PURGE = "purge-steps"
PURGED_AT_ONCE = 5000
KEPT_FOR = timedelta(days=30)
"""So long a step that was done is kept, and the answer to a request: what comes again is known by them."""


def handlers(opened: Opened, stopping: threading.Event) -> Mapping[str, Handler]:
    """What does the steps of each kind; when `stopping` is set, what takes long is left for another time."""
    delivery = Delivery(opened.store.database, _ways(opened), opened.log)
    signer = signer_of(opened.store, opened.settings, opened.around.environment, opened.notices)
    places = places_of(opened.root, opened.settings, opened.around)
    handing = HandingOver(opened.store, signer, places, opened.queue, opened.notices)
    check_up = CheckUp(opened, opened.around.clock.monotonic())
    library = partial(Library, Workspace(opened.root))
    reader = KeyReader(opened.store, library, opened.around.clock, stopping, opened.log)
    return {
        CHECK_UP: check_up.often,
        DAILY_CHECK_UP: check_up.daily,
        MAKE: handing.make,
        HAND: handing.hand,
        NOTIFY: lambda step: _notified(delivery, step),
        READ_KEYS: partial(_read, opened, reader),
        PURGE: lambda step: partial(_purge, opened.queue),
    }


def schedules(settings: Settings) -> tuple[Schedule, ...]:
    """What comes by itself: checkpoints when the log has grown, and one each day in any case; check-ups."""
    return (
        Schedule("checkpoints", MAKE, every=timedelta(minutes=settings.ledger.checkpoint_minutes)),
        Schedule("daily-checkpoint", MAKE, cron="5 0 * * *"),
        Schedule("purge-steps", PURGE, cron="17 3 * * *"),
        Schedule(CHECK_UP, CHECK_UP, every=EVERY),
        Schedule(DAILY_CHECK_UP, DAILY_CHECK_UP, cron="47 5 * * *"),
    )


def at_start(opened: Opened, process: str) -> None:
    """What is done whenever the service starts: a stop may have come between signing and keeping."""
    step = NewStep(MAKE, dedupe=f"start@{process}")
    opened.store.writer.do(lambda transaction: opened.queue.enqueue(transaction, step))


def tell_of_jump(opened: Opened, by: timedelta) -> None:
    """Put it on the list of alerts that the clock was set, or the machine slept."""
    seconds = round(by.total_seconds())
    way = "forward" if seconds > 0 else "back"
    raised = alert(
        "clock-jumped", "clock", f"The clock of this machine went {way} by {abs(seconds):,} seconds."
    )
    opened.store.writer.submit(lambda transaction: raise_alert(transaction, raised, opened.notices))


def _read(opened: Opened, reader: KeyReader, step: Leased) -> Change[object]:
    """Read a message's file; one that is not what was kept is told to people, and the step fails."""
    try:
        return reader(step)
    except TamperedError as fault:
        raised = alert("payload-damaged", str(step.message), str(fault))
        opened.store.writer.do(lambda transaction: raise_alert(transaction, raised, opened.notices))
        raise


def _nothing(transaction: Transaction) -> None:
    """A step that has done all its work outside."""


def _notified(delivery: Delivery, step: Leased) -> Change[object]:
    try:
        delivery.deliver(step.body)
    except NotDeliveredError as error:
        raise Retry(str(error)) from error
    return _nothing


def _purge(queue: StepQueue, transaction: Transaction) -> None:
    """Forget a part of the steps and requests that were done long ago; the rest in a step of its own."""
    before = transaction.now - KEPT_FOR
    purged = [forget(transaction, before, PURGED_AT_ONCE) for forget in (purge_done, forget_requests)]
    if PURGED_AT_ONCE in purged:
        queue.enqueue(transaction, NewStep(PURGE))


def _password(opened: Opened) -> SecretText | None:
    mail = opened.settings.alerts.mail
    if mail is None or mail.password is None:
        return None
    return read_secret(mail.password, opened.root, opened.around.environment)


def _ways(opened: Opened) -> dict[Way, Deliver]:
    alerts, around = opened.settings.alerts, opened.around
    ways: dict[Way, Deliver] = {}
    if alerts.mail is not None:
        ways[Way.MAIL] = MailWay(alerts.mail, partial(_password, opened), around.clock, opened.log)
    if alerts.command is not None:
        ways[Way.COMMAND] = CommandWay(
            alerts.command, opened.root, around.environment, around.clock, opened.log
        )
    return ways
