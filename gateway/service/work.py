"""The steps that the service works, and when it makes some by itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from gateway.bootstrap import Library
from gateway.secrets import SecretText, read_secret
from gateway.service.alert_command import CommandWay
from gateway.service.alert_mail import MailWay
from gateway.service.notifying import NOTIFY, Deliver, Delivery, NotDeliveredError, Way
from gateway.service.opened import Opened
from gateway.service.reading import READ_KEYS, KeyReader
from gateway.service.scheduling import Schedule
from gateway.service.workers import Handler, Retry
from gateway.store.queue_operators import purge_done
from gateway.store.steps import Leased
from gateway.store.transaction import Change, Transaction
from gateway.workspace import Workspace

PURGE = "purge-steps"
KEPT_FOR = timedelta(days=30)
"""So long a step that was done is kept, and with it the knowledge that its like was done before."""


def handlers(opened: Opened) -> Mapping[str, Handler]:
    """What does the steps of each kind."""
    delivery = Delivery(opened.store.database, _ways(opened), opened.log)
    return {
        NOTIFY: lambda step: _notified(delivery, step),
        READ_KEYS: KeyReader(opened.store, partial(Library, Workspace(opened.root))),
        PURGE: lambda step: _purged,
    }


def schedules() -> tuple[Schedule, ...]:
    """What comes by itself."""
    return (Schedule("purge-steps", PURGE, cron="17 3 * * *"),)


def _nothing(transaction: Transaction) -> None:
    """A step that has done all its work outside."""


def _notified(delivery: Delivery, step: Leased) -> Change[object]:
    try:
        delivery.deliver(step.body)
    except NotDeliveredError as error:
        raise Retry(str(error)) from error
    return _nothing


def _purged(transaction: Transaction) -> int:
    return purge_done(transaction, transaction.now - KEPT_FOR)


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
