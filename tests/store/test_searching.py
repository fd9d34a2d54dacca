"""A search finds exactly the messages that hold all it asks for, the latest first, whichever way it goes."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import pytest
from sqlalchemy import insert

from gateway.store import messages
from gateway.store.ids import first_id, new_id
from gateway.store.messages import Search, add_keys, search
from gateway.store.people import SERVICE, actor_id, partner_id
from gateway.store.receiving import Arrival
from gateway.store.search_keys import Key, KeyKind
from gateway.store.sqlite import SqliteDatabase
from gateway.store.store import Store
from gateway.store.tables import Message
from gateway.store.writing.transaction import Transaction
from tests.clocks import NOON, SeededRandomness
from tests.thoroughness import either

MESSAGES = 60
PARTNERS, STATES, USAGES = ("Acorn", "Birch", None), ("received", "failed"), ("production", "test")


class Known(NamedTuple):
    """A message as it was put there."""

    id: str
    at: datetime
    partner: str | None
    state: str
    usage: str
    keys: Sequence[Key]


def _entered(transaction: Transaction, number: int) -> Known:
    who, at = actor_id(transaction, SERVICE), transaction.now + timedelta(microseconds=400 * number)
    partner = PARTNERS[number % 3]
    known = Known(
        new_id(at, transaction.random),
        at,
        partner,
        STATES[number % 7 == 0],
        USAGES[number % 2],
        (
            Key(KeyKind.SET, "0001"),
            Key(KeyKind.INTERCHANGE, f"{number % 20:09d}"),
            *([Key(KeyKind.PURCHASE_ORDER, "1")] if number % 4 == 0 else []),
        ),
    )
    row = {
        "id": known.id,
        "kind": "arrival",
        "direction": "in",
        "channel": "folder",
        "partner": partner_id(transaction, partner, who) if partner else None,
        "usage": known.usage,
        "state": known.state,
        "size": 1,
        "arrived_at": at,
        "changed_at": at,
    }
    transaction.connection.execute(insert(Message), row)
    add_keys(transaction, known.id, known.keys)
    return known


def _holds(known: Known, wanted: Search) -> bool:
    named = [key for key in known.keys if wanted.kind in (None, key.kind)]
    return (
        (wanted.key is None or any(key.written.lstrip("0") == wanted.key.lstrip("0") for key in named))
        and wanted.partner in (None, known.partner)
        and wanted.state in (None, known.state)
        and wanted.usage in (None, known.usage)
        and (wanted.since is None or known.at >= wanted.since)
        and (wanted.until is None or known.at < wanted.until)
        and (wanted.before is None or known.id < wanted.before)
    )


@pytest.mark.one_in(2)
@pytest.mark.parametrize("rare", [3, 4_000])
def test_each_search_finds_what_holds_all_of_it(
    store: Store, monkeypatch: pytest.MonkeyPatch, rare: int
) -> None:
    # A search is put together alike for both databases: on a server each third is asked, and with it each two
    # things that can be looked for beside each other, as no number of choices is a multiple of three.
    stride = 1 if isinstance(store.database, SqliteDatabase) else either(3, soak=1)
    monkeypatch.setattr(messages, "RARE", rare)
    there = store.writer.do(lambda transaction: [_entered(transaction, n) for n in range(MESSAGES)])
    there.sort(key=lambda known: known.id, reverse=True)
    spans = [(None, None), (there[50].at, None), (there[40].at, there[9].at), (None, there[30].at)]
    keys = [(None, None), ("1", None), ("0001", KeyKind.SET), ("7", None), ("none", None)]
    found = 0
    with store.database.reading() as connection:
        choices = itertools.product(
            keys, ("Acorn", None), ("failed", None), ("test", None), spans, (None, there[20].id), (2, 50)
        )
        for (key, kind), partner, state, usage, span, before, limit in itertools.islice(
            choices, rare % stride, None, stride
        ):
            wanted = Search(key, kind, partner, state, usage, span[0], span[1], before, limit)
            expected = [known.id for known in there if _holds(known, wanted)][:limit]
            assert [message.id for message in search(connection, wanted)] == expected, wanted
            found += bool(expected)
    assert found > 200 // stride


def test_a_message_has_the_time_of_its_arrival_in_its_id(store: Store) -> None:
    arrived = store.intake.receive(Arrival("folder", SERVICE), (b"ISA",))
    with store.database.reading() as connection:
        (found,) = search(connection, Search())
    assert found.id == arrived.message
    assert first_id(found.arrived_at)[:10] == found.id[:10]


def test_the_first_id_of_a_millisecond_is_before_all_of_it_and_behind_all_earlier() -> None:
    random = SeededRandomness(3)
    for microseconds in (0, 999, 1000, 1001, 123_456_789):
        moment = NOON + timedelta(microseconds=microseconds)
        assert first_id(moment) <= new_id(moment, random)
        assert new_id(moment - timedelta(milliseconds=1), random) < first_id(moment)
    assert first_id(datetime.fromisoformat("1969-01-01T00:00:00+00:00")) == "0" * 26
