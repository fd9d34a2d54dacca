"""What arrives is read for the numbers by which it is looked for."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest
import structlog
from sqlalchemy import delete, select
from sqlmodel import col
from structlog.testing import capture_logs
from structlog.typing import EventDict

from gateway.bootstrap import Library
from gateway.ports import Clock
from gateway.service.work.handling import Retry
from gateway.service.work.key_reading import (
    LARGEST_WHOLE,
    LIBRARY_SECONDS,
    MOST_FAULTS,
    MOST_KEYS,
    MOST_SECONDS,
    READ_KEYS,
    KeyReader,
)
from gateway.store.erasing import erase
from gateway.store.messages import keys_of
from gateway.store.queue.steps import Leased
from gateway.store.receiving import Arrival
from gateway.store.store import Store, make_store, open_store
from gateway.store.tables import SearchKey, Step
from gateway.store.verifying.known_keys import LogKeys
from gateway.store.verifying.log import verify
from gateway.store.verifying.opened import DeepMeans
from gateway.workspace import Workspace
from tests.clocks import FakeClock
from tests.store.stores import ME, new_parts

ROOT = Path(__file__).resolve().parents[2]
ORDERS = (ROOT / "examples/purchase-orders.850").read_bytes()
INVOICE = (ROOT / "examples/invoice.csv").read_bytes()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    parts = new_parts(tmp_path)
    make_store(parts, ME)
    opened = open_store(parts, lambda doubt: pytest.fail(str(doubt)))
    yield opened
    opened.close()


def found(store: Store, data: bytes, partner: str | None = "amazon") -> set[tuple[str, str]]:
    """The keys of a file when its step has been worked, apart from its name."""
    message = store.intake.receive(Arrival("amazon", ME, partner, "file"), [data]).message
    store.writer.do(reading(store)(step_of(store, message)))
    with store.database.reading() as connection:
        return {(key.kind.value, key.written) for key in keys_of(connection, message)} - {("file", "file")}


def reading(store: Store, clock: Clock | None = None, stopping: threading.Event | None = None) -> KeyReader:
    """A reader of what the examples need."""
    library = partial(Library, Workspace(ROOT))
    return KeyReader(
        store, library, clock or store.parts.clock, stopping or threading.Event(), structlog.get_logger()
    )


def step_of(store: Store, message: str) -> Leased:
    now = store.parts.clock.now()
    return Leased(1, "", READ_KEYS, {}, None, None, 0, now, message, 0, 0, 0, 1)


def test_orders_are_found_by_the_numbers_of_their_envelopes_and_their_own(store: Store) -> None:
    assert found(store, ORDERS) == {
        ("isa13", "000000041"),
        ("gs06", "41"),
        ("st02", "0001"),
        ("st02", "0002"),
        ("po", "7XQ4RT2B"),
        ("po", "5JM81KPD"),
    }


def test_an_invoice_of_the_erp_is_found_by_its_number_and_that_of_its_order(store: Store) -> None:
    kinds = {kind for kind, _ in found(store, INVOICE)}
    assert kinds == {"invoice", "po"}


@pytest.mark.parametrize("data", [b"", b"nothing that anybody knows", b"ISA*cut", bytes(LARGEST_WHOLE + 1)])
def test_what_nobody_can_read_has_no_numbers(store: Store, data: bytes) -> None:
    assert found(store, data, None) == set()


def test_read_twice_it_has_the_same_keys(store: Store) -> None:
    message = store.intake.receive(Arrival("amazon", ME, "amazon", "file"), [ORDERS]).message
    reader = reading(store)
    for _ in range(2):
        store.writer.do(reader(step_of(store, message)))
    with store.database.reading() as connection:
        assert len(keys_of(connection, message)) == 7
        assert connection.execute(select(col(Step.id))).all() == []


ISA = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260101*1200*U*00401*{:09}*0*P*>~"
GS = "GS*PO*S*R*20260101*1200*7*X*004010~"


class SlowClock(FakeClock):
    """A hundredth of the time that a file may take passes whenever it is asked."""

    def monotonic(self) -> float:
        self.advance(MOST_SECONDS / 100)
        return super().monotonic()


def told(events: Sequence[EventDict]) -> list[tuple[str, int]]:
    """Why reading ended early, and with how many numbers."""
    return [(each["why"], each["keys"]) for each in events if each["event"] == "keys-not-read"]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("ST*850*1~BEG*00*SA*P1**20260101~SE*3*1~", {("st02", "1"), ("po", "P1")}),
        ("ST*860*1~BCH*01*SA*P1**~SE*3*1~", {("st02", "1"), ("po", "P1")}),
        ("ST*855*1~BAK*00*AC*P1*20260101~SE*3*1~", {("st02", "1"), ("po", "P1")}),
        ("ST*865*1~BCA*00*AC*P1~SE*3*1~", {("st02", "1"), ("po", "P1")}),
        (
            "ST*810*1~BIG*20260101*I1**P1~IT1*1~REF*PO*P2~REF*IA*V~SE*6*1~",
            {("st02", "1"), ("invoice", "I1"), ("po", "P1"), ("po", "P2")},
        ),
        (
            "ST*856*1~BSN*00*S1~HL*1**S~PRF*P1~PRF*P2~",
            {("st02", "1"), ("shipment", "S1"), ("po", "P1"), ("po", "P2")},
        ),
        ("ST*850*1~BEG*00~REF~BEG~SE*5*1~", {("st02", "1")}),
        ("ST~BEG*00*SA*P1~", {("po", "P1")}),
    ],
)
def test_x12_is_found_by_the_numbers_in_it_however_faulty(
    store: Store, text: str, keys: set[tuple[str, str]]
) -> None:
    assert found(store, f"{ISA.format(3)}{GS}{text}".encode()) == {
        ("isa13", "000000003"),
        ("gs06", "7"),
        *keys,
    }


def test_a_set_that_is_too_large_is_found_by_its_beginning_and_what_follows_it(store: Store) -> None:
    large = "ST*856*1~BSN*00*S1~" + "HL*1**S~" * 250_000 + "PRF*P9~SE*250003*1~"
    data = f"{ISA.format(3)}{GS}{large}ST*850*2~BEG*00*SA*P2~SE*3*2~GE*2*7~IEA*1*3~".encode()
    assert found(store, data) >= {("shipment", "S1"), ("po", "P2"), ("st02", "2")}


@pytest.mark.parametrize(
    ("data", "why", "keys"),
    [
        (ISA.format(3) + "GS*~" * 30_000, f"its envelopes have more than {MOST_FAULTS:,} faults", 1),
        (
            ISA.format(3) + GS + "".join(f"ST*850*{n}~SE*2*{n}~" for n in range(1, MOST_KEYS + 2)),
            f"it has {MOST_KEYS:,} numbers or more",
            MOST_KEYS,
        ),
        (
            "a,b\n" + "1,2\n" * (LARGEST_WHOLE // 4),
            f"it is larger than {LARGEST_WHOLE:,} bytes, and no X12",
            0,
        ),
    ],
    ids=["faults", "numbers", "size"],
)
def test_a_file_is_read_within_bounds_and_it_is_told_where_they_are_met(
    store: Store, data: str, why: str, keys: int
) -> None:
    with capture_logs() as events:
        assert len(found(store, data.encode())) == keys
    assert told(events) == [(why, keys)]


def test_a_file_that_takes_too_long_keeps_the_numbers_that_were_read(store: Store) -> None:
    sets = "".join(f"ST*850*{n}~SE*2*{n}~" for n in range(1, 1000))
    data = f"{ISA.format(3)}{GS}{sets}".encode()
    message = store.intake.receive(Arrival("amazon", ME, None, "file"), [data]).message
    with capture_logs() as events:
        store.writer.do(reading(store, SlowClock())(step_of(store, message)))
    ((why, keys),) = told(events)
    assert why == f"it takes more than {MOST_SECONDS:g} seconds to read it"
    assert 80 < keys < 110


def test_a_file_is_read_another_time_when_the_service_stops(store: Store) -> None:
    message = store.intake.receive(Arrival("amazon", ME, None, "file"), [ORDERS]).message
    stopping = threading.Event()
    stopping.set()
    with pytest.raises(Retry):
        reading(store, None, stopping)(step_of(store, message))


def test_what_the_workspace_knows_is_read_again_after_a_while(store: Store) -> None:
    made: list[Library] = []

    def library() -> Library:
        made.append(Library(Workspace(ROOT)))
        return made[-1]

    clock = FakeClock()
    reader = KeyReader(store, library, clock, threading.Event(), structlog.get_logger())
    message = store.intake.receive(Arrival("amazon", ME, "amazon", "file"), [INVOICE]).message
    for _ in range(3):
        store.writer.do(reader(step_of(store, message)))
        clock.advance(LIBRARY_SECONDS * 0.6)
    assert len(made) == 2


def test_what_it_is_found_by_stands_in_the_ledger(store: Store) -> None:
    message = store.intake.receive(Arrival("amazon", ME, "amazon", "file"), [ORDERS]).message
    reader = reading(store)
    store.writer.do(reader(step_of(store, message)))
    assert faults(store) == []
    forget = delete(SearchKey).where(col(SearchKey.kind) == "po", col(SearchKey.written) == "7XQ4RT2B")
    store.writer.do(lambda transaction: transaction.connection.execute(forget))
    assert faults(store) == [("search-key", f"message {message}")]


def test_a_file_that_is_erased_meanwhile_is_not_found_by_what_was_read_of_it(store: Store) -> None:
    message = store.intake.receive(Arrival("amazon", ME, "amazon", "file"), [ORDERS]).message
    reader = reading(store)
    read_before = reader(step_of(store, message))
    erase(store, message, ME, "the partner asked for it")
    store.writer.do(read_before)
    store.writer.do(reader(step_of(store, message)))
    with store.database.reading() as connection:
        assert keys_of(connection, message) == ()
    assert faults(store) == []


def faults(store: Store) -> list[tuple[str, str]]:
    """What `ledger verify --deep` finds."""
    with store.database.reading() as connection:
        report = verify(connection, LogKeys("log", None), (), None, DeepMeans(store.keys, store.vault))
    return [(each.code.value, each.place) for each in report.faults]
