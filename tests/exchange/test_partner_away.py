"""A partner whose folder cannot be used for hours: the others notice nothing, and nothing comes twice."""

from __future__ import annotations

from gateway.lifecycle import State
from tests.exchange.files import orders
from tests.exchange.world import World
from tests.thoroughness import either

HOUR = 3600
QUEUED = either(20, 10_000)
MOST_TRIES = 40  # of one sending in eight hours: each waits longer than the last, up to half an hour


def test_a_partner_who_is_away_for_eight_hours_slows_nobody(world: World) -> None:
    world.unusable("depot")
    for place in range(QUEUED):
        world.drop("corner", f"{place:05d}.850", orders(f"C{place:07d}", control=place + 1, sender="CORNER"))
    world.run()
    assert len(world.taken("corner")) == QUEUED, "the sender waits for acknowledgments"
    before = world.workers.worked["deliver"]
    for hour in range(8):
        world.drop("amazon", f"{hour}.850", orders(f"A{hour:07d}", control=hour + 1))
        world.run()
        assert len(world.taken("erp")) == 1, "an order of another partner waited"
        assert len(world.taken("amazon")) == 1
        world.pass_time(HOUR, stride=60)

    assert world.accounts() == {"delivered": 8, "open": QUEUED}
    tries = world.workers.worked["deliver"] - before
    assert tries <= MOST_TRIES * QUEUED + 16, "it was tried without end"
    world.usable("depot")
    world.pass_time(HOUR, stride=60)

    assert world.accounts() == {"delivered": 8 + QUEUED}
    assert len(world.taken("depot")) == QUEUED
    assert {each.state for each in world.sendings("PurchaseOrder")} == {State.DELIVERED}


def test_a_partner_who_stays_away_is_told_of_once(world: World) -> None:
    world.unusable("depot")
    for place in range(3):
        world.drop("corner", f"{place}.850", orders(f"C{place:07d}", control=place + 1, sender="CORNER"))
    world.pass_time(4 * 24 * HOUR, stride=1800)

    assert world.message_states() == {"undeliverable": 3}
    assert world.accounts() == {"open": 3}
    alerts = world.alerts()
    assert alerts.pop("message-undeliverable") == 3
    with world.store.database.reading() as connection:
        told = connection.exec_driver_sql("SELECT count(*) FROM alert WHERE code = 'message-undeliverable'")
        assert told.scalar_one() == 1
