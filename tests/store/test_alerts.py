"""Alerts as they are kept: the same counts up, somebody acknowledges it, and the ledger has both."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from gateway.codes.alerts import ALERTS
from gateway.errors import UsageError
from gateway.findings import Severity
from gateway.ledger.leaf import read_leaf
from gateway.store.alerts import (
    Alert,
    OpenAlert,
    acknowledge,
    alert,
    alert_of,
    open_alerts,
    past_alerts,
    raise_alert,
)
from gateway.store.people import actor_id
from gateway.store.store import Parts, Store, make_store, open_store
from gateway.store.tables import LedgerLeaf
from tests.clocks import NOON, FakeClock
from tests.store.stores import ME, new_parts

FULL = alert("disk-full", "var", "nothing could be written")


def raised(store: Store, new: Alert = FULL) -> str:
    return store.writer.do(lambda transaction: raise_alert(transaction, new))


def closed(store: Store, alert_id: str) -> dict[str, str | int]:
    return store.writer.do(lambda transaction: acknowledge(transaction, alert_id, actor_id(transaction, ME)))


def opened(store: Store) -> tuple[OpenAlert, ...]:
    with store.database.reading() as connection:
        return open_alerts(connection)


def entered(store: Store) -> list[bytes]:
    with store.database.reading() as connection:
        bodies = connection.execute(select(col(LedgerLeaf.body)).order_by(col(LedgerLeaf.n))).scalars().all()
    return [body for body in bodies if read_leaf(body).what.startswith("alert")]


def test_the_same_again_counts_up(store: Store) -> None:
    first = raised(store)
    assert raised(store) == first
    other = raised(store, alert("disk-full", "backups", "nothing could be written"))
    assert other != first
    assert sorted((each.about, each.times) for each in opened(store)) == [("backups", 1), ("var", 2)]
    assert len(entered(store)) == 2


def test_the_ledger_has_the_text_under_a_key_alone(store: Store) -> None:
    closed(store, raised(store))
    leaves = entered(store)
    assert [read_leaf(body).what for body in leaves] == ["alert-raised", "alert-acknowledged"]
    assert all(b"written" not in body and b"disk" not in body for body in leaves)
    assert all(read_leaf(body).record for body in leaves)


def test_what_was_acknowledged_is_off_the_list_and_comes_anew(store: Store) -> None:
    first = raised(store)
    assert closed(store, first) == {
        "alert": first,
        "code": "disk-full",
        "about": "var",
        "times": 1,
        "again": 0,
    }
    assert opened(store) == ()
    with store.database.reading() as connection:
        (past,) = past_alerts(connection)
        assert open_alerts(connection) == ()
    assert (past.id, past.acknowledged_by) == (first, "otto")
    second = raised(store)
    assert second != first
    assert [each.times for each in opened(store)] == [1]


def test_acknowledging_twice_is_said_and_changes_nothing(store: Store) -> None:
    first = raised(store)
    closed(store, first)
    assert closed(store, first)["again"] == 1
    assert len(entered(store)) == 2


@pytest.mark.parametrize("alert_id", ["", "01JD0000000000000000000000", "x\x00"])
def test_an_alert_that_is_not_there_is_told(store: Store, alert_id: str) -> None:
    with pytest.raises(UsageError, match="no such alert"):
        closed(store, alert_id)


def test_errors_come_first_and_then_the_latest(tmp_path_factory: pytest.TempPathFactory) -> None:
    clock = FakeClock()
    parts: Parts = new_parts(tmp_path_factory.mktemp("store"), clock=clock)
    make_store(parts, ME)
    store = open_store(parts, lambda doubt: None)
    raised(store, alert("disk-full", "a", ""))
    for about in "bcd":
        clock.advance(60)
        raised(store, alert("clock-jumped", about, ""))
    clock.jump(timedelta(days=-1))
    raised(store, alert("clock-jumped", "d", "again, after the clock went back"))
    found = opened(store)
    assert [each.about for each in found] == ["a", "d", "c", "b"]
    assert (found[1].opened_at, found[1].last_at) == (NOON + timedelta(minutes=3),) * 2
    with store.database.reading() as connection:
        assert [each.about for each in open_alerts(connection, limit=2)] == ["a", "d"]
        assert alert_of(connection, found[0].id) == found[0]
    store.close()


def test_the_heavier_severity_and_the_newer_text_stay(store: Store) -> None:
    raised(store, Alert(Severity.WARNING, "disk-low", "var", "600 MB left"))
    raised(store, Alert(Severity.ERROR, "disk-low", "var", "6 MB left"))
    raised(store, Alert(Severity.NOTE, "disk-low", "var", "5 MB left"))
    (found,) = opened(store)
    assert (found.severity, found.text, found.times) == (Severity.ERROR, "5 MB left", 3)


def test_text_that_a_database_or_a_terminal_would_not_take_is_made_printable(store: Store) -> None:
    raised(store, alert("disk-full", "a\x00b\x1b[2J" + "x" * 5000, "line\r\nBcc: x\ud800" + "y" * 5000))
    (found,) = opened(store)
    assert (found.about[:7], len(found.about)) == ("a b [2J", 200)
    assert (found.text[:13], len(found.text)) == ("line  Bcc: x ", 2000)


def test_a_code_that_the_catalogue_lacks_is_refused() -> None:
    with pytest.raises(ValueError, match="no code of an alert"):
        alert("no-such-thing", "var", "")
    with pytest.raises(ValueError, match="no code of an alert"):
        Alert(Severity.NOTE, "no-such-thing", "var", "")


def test_the_catalogue_says_of_each_alert_why_and_what_to_do() -> None:
    for name, code in ALERTS.items():
        assert name == code.code
        assert code.title and code.why.endswith(".") and code.remedy.endswith(".")
