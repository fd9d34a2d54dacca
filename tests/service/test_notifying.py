"""Who hears of an alert: by which way, once, and without a storm when a way is closed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import structlog
from sqlalchemy import select
from sqlmodel import col
from structlog.testing import LogCapture

from gateway.codes.alerts import ALERTS
from gateway.findings import Severity
from gateway.service.alerting.notices import Delivery, NotDeliveredError, Notices, Way
from gateway.settings.forms import AlertCommand, Alerts, Mail
from gateway.store.alerts import Alert, OpenAlert, acknowledge, alert, open_alerts, raise_alert
from gateway.store.people import actor_id
from gateway.store.queue.leased_table import Buried, StepQueue
from gateway.store.queue.steps import Leased
from gateway.store.store import Store, make_store, open_store
from gateway.store.tables import Step
from gateway.store.writing.transaction import Transaction
from tests.clocks import NOON
from tests.store.stores import ME, new_parts

GATEWAY = Path(__file__).resolve().parents[2] / "gateway"
MAIL = Mail(host="localhost", sender="gateway@example.com", to=("otto@example.com",))
BOTH = Alerts(
    mail=MAIL, command=AlertCommand(("page",), severities=(Severity.ERROR, Severity.WARNING, Severity.NOTE))
)


def step(kind: str, lane: str | None = None, **body: object) -> Leased:
    """A step as the queue has it."""
    return Leased(
        n=1,
        id="01JD0000000000000000000007",
        kind=kind,
        body=body,
        dedupe=None,
        lane=lane,
        priority=0,
        run_at=NOON,
        message=None,
        tries=10,
        harms=0,
        deaths=0,
        lease=10,
    )


class Told:
    """A store whose alerts are told, and what would be queued and logged."""

    def __init__(self, store: Store, settings: Alerts) -> None:
        self.store = store
        self.log = LogCapture()
        self.notices = Notices(settings, StepQueue(), structlog.wrap_logger(None, [self.log]))

    @property
    def queued(self) -> list[dict[str, str]]:
        """What was put into the queue, in its order."""
        steps = select(col(Step.body)).where(col(Step.kind) == "notify").order_by(col(Step.n))
        with self.store.database.reading() as connection:
            return [json.loads(each) for each in connection.execute(steps).scalars()]

    def raised(self, new: Alert) -> str:
        return self.store.writer.do(lambda transaction: raise_alert(transaction, new, self.notices))

    def buried(self, given: Leased, state: Buried = "dead") -> None:
        self.store.writer.do(lambda transaction: self.notices.buried(transaction, given, state))

    def open(self) -> list[tuple[str, str, int]]:
        with self.store.database.reading() as connection:
            return sorted((each.code, each.about, each.times) for each in open_alerts(connection))

    def ways(self) -> list[str]:
        return [each["way"] for each in self.queued]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    parts = new_parts(tmp_path)
    make_store(parts, ME)
    opened = open_store(parts, lambda doubt: None)
    yield opened
    opened.close()


@pytest.fixture
def told(store: Store) -> Told:
    return Told(store, BOTH)


def test_an_alert_is_a_row_a_log_line_and_a_step_for_each_way(told: Told) -> None:
    new = told.raised(alert("disk-full", "var", "nothing could be written"))
    assert told.open() == [("disk-full", "var", 1)]
    (line,) = told.log.entries
    assert (line["event"], line["log_level"], line["alert"]) == ("alert", "error", new)
    assert told.queued == [{"alert": new, "way": "mail"}, {"alert": new, "way": "command"}]


def test_the_same_again_is_not_told_again(told: Told) -> None:
    for _ in range(50):
        told.raised(alert("disk-full", "var", "nothing could be written"))
    assert told.open() == [("disk-full", "var", 50)]
    assert (len(told.queued), len(told.log.entries)) == (2, 1)


def test_severity_chooses_the_ways_and_what_becomes_heavier_is_told_again(told: Told) -> None:
    told.raised(Alert(Severity.WARNING, "disk-low", "var", "600 MB left"))
    assert told.ways() == ["command"]
    told.raised(Alert(Severity.ERROR, "disk-low", "var", "6 MB left"))
    assert told.ways() == ["command", "mail", "command"]
    told.raised(Alert(Severity.WARNING, "disk-low", "var", "600 MB left"))
    assert len(told.queued) == 3


def test_without_settings_the_list_and_the_log_have_it(store: Store) -> None:
    told = Told(store, Alerts())
    told.raised(alert("disk-full", "var", "nothing could be written"))
    assert (told.queued, len(told.log.entries)) == ([], 1)


def test_nothing_is_told_of_a_change_that_is_undone(told: Told) -> None:
    def failing(transaction: Transaction) -> None:
        raise_alert(transaction, alert("disk-full", "var", "nothing could be written"), told.notices)
        raise LookupError("after the alert")

    with pytest.raises(LookupError):
        told.store.writer.do(failing)
    assert (told.open(), told.log.entries) == ([], [])


def test_a_log_that_cannot_be_written_does_not_end_the_writer(told: Told) -> None:
    def broken(logger: object, name: str, event: object) -> str:
        raise BrokenPipeError

    told.notices = Notices(BOTH, StepQueue(), structlog.wrap_logger(None, [broken]))
    told.raised(alert("disk-full", "var", "nothing could be written"))
    told.raised(alert("disk-full", "var", "nothing could be written"))
    assert told.open() == [("disk-full", "var", 2)]


def test_steps_that_are_given_up_are_one_alert_for_each_kind_and_lane(told: Told) -> None:
    for _ in range(20):
        told.buried(step("deliver", "amazon"))
    told.buried(step("deliver", "other"))
    told.buried(step("sweep"), "parked")
    assert told.open() == [
        ("step-dead", "deliver, amazon", 20),
        ("step-dead", "deliver, other", 1),
        ("step-parked", "sweep", 1),
    ]


def test_an_alert_that_is_given_up_is_one_alert_by_the_other_way(told: Told) -> None:
    """However many mails are given up, and then the program too: two alerts, each told once."""
    for number in range(30):
        told.buried(step("notify", alert=f"A{number}", way="mail"))
    assert told.open() == [("notify-failed", "mail", 30)]
    assert told.ways() == ["command"]
    for number in range(30):
        told.buried(step("notify", alert=f"A{number}", way="command"), "parked")
    assert told.open() == [("notify-failed", "command", 30), ("notify-failed", "mail", 30)]
    assert told.ways() == ["command", "mail"]


class Taken:
    """A way that takes alerts, or fails."""

    def __init__(self) -> None:
        self.alerts: list[OpenAlert] = []
        self.fails = False

    def __call__(self, told: OpenAlert) -> None:
        if self.fails:
            raise NotDeliveredError("the server is away")
        self.alerts.append(told)


def test_a_step_takes_the_alert_out_as_it_stands_by_then(told: Told) -> None:
    taken = Taken()
    delivery = Delivery(told.store.database, {Way.MAIL: taken}, told.notices.log)
    told.raised(alert("disk-full", "var", "at first"))
    told.raised(alert("disk-full", "var", "and then"))
    taken.fails = True
    with pytest.raises(NotDeliveredError):
        delivery.deliver(told.queued[0])
    taken.fails = False
    delivery.deliver(told.queued[0])
    (found,) = taken.alerts
    assert (found.code, found.text, found.times) == ("disk-full", "and then", 2)
    assert [each["event"] for each in told.log.entries] == ["alert", "alert-not-sent", "alert-sent"]


def test_what_was_acknowledged_meanwhile_is_not_sent(told: Told) -> None:
    taken = Taken()
    delivery = Delivery(told.store.database, {Way.MAIL: taken}, told.notices.log)
    new = told.raised(alert("disk-full", "var", "nothing could be written"))
    told.store.writer.do(lambda transaction: acknowledge(transaction, new, actor_id(transaction, ME)))
    delivery.deliver(told.queued[0])
    assert taken.alerts == []


@pytest.mark.parametrize("body", [{}, {"alert": "x", "way": "mail"}, {"alert": 7, "way": None}])
def test_a_step_that_names_nothing_is_done(told: Told, body: Mapping[str, object]) -> None:
    Delivery(told.store.database, {Way.MAIL: Taken()}, told.notices.log).deliver(body)
    assert told.log.entries[-1]["known"] is False


def test_a_way_that_the_settings_have_no_more_is_done(told: Told) -> None:
    told.raised(alert("disk-full", "var", "nothing could be written"))
    Delivery(told.store.database, {}, told.notices.log).deliver(told.queued[0])
    assert told.log.entries[-1]["event"] == "alert-not-sent"


@pytest.mark.parametrize("code", sorted(ALERTS))
def test_every_alert_of_the_catalogue_is_raised_somewhere(code: str) -> None:
    catalogue = GATEWAY / "codes/alerts.py"
    sources = [path.read_text(encoding="utf-8") for path in GATEWAY.rglob("*.py") if path != catalogue]
    assert any(f'"{code}"' in each for each in sources)
