"""Alerts: what a person should know stays in the list until somebody acknowledges it.

The same thing again counts up, so that a fault that lasts is one alert and not thousands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import ColumnElement, Connection, Select, case, select, update
from sqlmodel import col

from gateway.codes.alerts import ALERTS, AlertCode
from gateway.errors import UsageError
from gateway.findings import Severity
from gateway.one_line import one_line
from gateway.store.people import SERVICE, actor_id
from gateway.store.tables import Actor
from gateway.store.tables import Alert as AlertRow
from gateway.store.writing.transaction import Entry, Transaction

LONGEST_TEXT = 2000
LONGEST_ABOUT = 200
PAGE = 200  # alerts that are shown; a list that is longer is worked from its beginning
_WEIGHTS = {Severity.NOTE: 0, Severity.WARNING: 1, Severity.ERROR: 2}
_WEIGHTS_BY_NAME = {severity.value: weight for severity, weight in _WEIGHTS.items()}

Answer = dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Alert:
    """What a person should know.

    `code` is one of `gateway.codes.alerts`; `about` names what it concerns, such as an id, a folder or a
    place, and together they tell whether it is the same thing again. `text` says what happened, in plain
    words: it leaves the gateway by mail, so it never holds what a document says. Both are made printable and
    cut to 200 and 2,000 characters. `ValueError` for a code that is not in the catalogue.
    """

    severity: Severity
    code: str
    about: str
    text: str

    def __post_init__(self) -> None:
        """See that the code is known, and that every database and terminal can take the texts."""
        _kind_of(self.code)
        object.__setattr__(self, "about", one_line(self.about, LONGEST_ABOUT))
        object.__setattr__(self, "text", one_line(self.text, LONGEST_TEXT))


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """An alert as it is kept: `times` it came, first at `opened_at` and then at `last_at`."""

    id: str
    severity: Severity
    code: str
    about: str
    text: str
    times: int
    opened_at: datetime
    last_at: datetime
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None


class Telling(Protocol):
    """Lets people know of an alert beside the list: it arranges so within the change, and does it later."""

    def __call__(self, transaction: Transaction, told: OpenAlert, /) -> None:
        """Called for an alert that is new, or weighs more than before."""
        ...


def alert(code: str, about: str, text: str) -> Alert:
    """An alert that weighs what the catalogue says."""
    return Alert(_kind_of(code).severity, code, about, text)


def raise_alert(transaction: Transaction, raised: Alert, telling: Telling | None = None) -> str:
    """Put an alert on the list, and give its id.

    Where the same is there already and nobody acknowledged it, it counts up, has the newer text and the
    heavier of the severities. The ledger and `telling` have what is new, and `telling` what became heavier.
    """
    known = _same(transaction, raised)
    opened = _opened(transaction, raised) if known is None else _again(transaction, known, raised)
    if telling is not None and (known is None or opened.severity is not known.severity):
        telling(transaction, opened)
    return opened.id


def acknowledge(transaction: Transaction, alert_id: str, who: str) -> Answer:
    """Take an alert off the list; `who` is the id of an actor. The same thing again is a new alert.

    The answer has `alert`, `code`, `about`, `times` and `again`: 1 when somebody had acknowledged it before,
    which changes nothing. Raises `UsageError` when there is none with this id.
    """
    found = alert_of(transaction.connection, alert_id)
    if found is None:
        raise UsageError("There is no such alert; `gateway alerts list` shows those that are open")
    answer: Answer = {"alert": found.id, "code": found.code, "about": found.about, "times": found.times}
    if found.acknowledged_at is not None:
        return {**answer, "again": 1}
    closing = update(AlertRow).where(col(AlertRow.id) == found.id)
    transaction.connection.execute(closing.values(acknowledged_at=transaction.now, acknowledged_by=who))
    transaction.record(Entry("alert-acknowledged", who, details=answer))
    return {**answer, "again": 0}


def open_alerts(connection: Connection, limit: int = PAGE) -> tuple[OpenAlert, ...]:
    """The alerts that nobody acknowledged: errors first, and of each severity the latest first."""
    weight = case(_WEIGHTS_BY_NAME, value=col(AlertRow.severity), else_=0)
    return _found(connection, col(AlertRow.acknowledged_at).is_(None), limit, weight.desc())


def past_alerts(connection: Connection, limit: int = PAGE) -> tuple[OpenAlert, ...]:
    """The alerts that were acknowledged, the latest first; `acknowledged_by` is a name."""
    return _found(connection, col(AlertRow.acknowledged_at).is_not(None), limit)


def alert_of(connection: Connection, alert_id: str) -> OpenAlert | None:
    """The alert with an id."""
    return next(iter(_found(connection, col(AlertRow.id) == one_line(alert_id, LONGEST_ABOUT), 1)), None)


def _kind_of(code: str) -> AlertCode:
    if code not in ALERTS:
        raise ValueError(f"{code!r} is no code of an alert; gateway/codes/alerts.py has them all")
    return ALERTS[code]


def _same(transaction: Transaction, raised: Alert) -> OpenAlert | None:
    same = (
        col(AlertRow.acknowledged_at).is_(None)
        & (col(AlertRow.code) == raised.code)
        & (col(AlertRow.about) == raised.about)
    )
    return next(iter(_found(transaction.connection, same, 1)), None)


def _opened(transaction: Transaction, raised: Alert) -> OpenAlert:
    new = OpenAlert(
        id=transaction.new_id(),
        severity=raised.severity,
        code=raised.code,
        about=raised.about,
        text=raised.text,
        times=1,
        opened_at=transaction.now,
        last_at=transaction.now,
    )
    named = {"severity": new.severity.value, "code": new.code, "about": new.about, "text": new.text}
    counted = {"times": 1, "opened_at": new.opened_at, "last_at": new.last_at}
    transaction.insert(AlertRow, {"id": new.id, **named, **counted})
    entry = Entry("alert-raised", actor_id(transaction, SERVICE), details={"alert": new.id, **named})
    transaction.record(entry)
    return new


def _again(transaction: Transaction, known: OpenAlert, raised: Alert) -> OpenAlert:
    heavier = max(known.severity, raised.severity, key=_WEIGHTS.__getitem__)
    changed = OpenAlert(
        id=known.id,
        severity=heavier,
        code=known.code,
        about=known.about,
        text=raised.text,
        times=known.times + 1,
        opened_at=known.opened_at,
        last_at=max(known.last_at, transaction.now),
    )
    values = {"severity": heavier.value, "text": raised.text, "times": changed.times}
    counting = update(AlertRow).where(col(AlertRow.id) == known.id)
    transaction.connection.execute(counting.values(**values, last_at=changed.last_at))
    return changed


def _found(
    connection: Connection, wanted: ColumnElement[bool], limit: int, *first: ColumnElement[int]
) -> tuple[OpenAlert, ...]:
    kept: Select[*tuple[object, ...]] = (
        select(
            col(AlertRow.id),
            col(AlertRow.severity),
            col(AlertRow.code),
            col(AlertRow.about),
            col(AlertRow.text),
            col(AlertRow.times),
            col(AlertRow.opened_at),
            col(AlertRow.last_at),
            col(AlertRow.acknowledged_at),
            col(Actor.name).label("acknowledged_by"),
        )
        .outerjoin(Actor, col(Actor.id) == col(AlertRow.acknowledged_by))
        .where(wanted)
        .order_by(*first, col(AlertRow.last_at).desc(), col(AlertRow.id).desc())
        .limit(limit)
    )
    rows = connection.execute(kept).mappings()
    return tuple(OpenAlert(**{**row, "severity": Severity(row["severity"])}) for row in rows)
