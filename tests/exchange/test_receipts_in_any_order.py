"""Late, repeated, partial and unknown acknowledgments, in several orders: the end is always the same."""

from __future__ import annotations

from itertools import permutations

import pytest

from gateway.lifecycle import State
from tests.exchange.conftest import MakeWorld
from tests.exchange.files import Interchange, Sent, invoice, orders
from tests.exchange.partners import ALL, amazon
from tests.exchange.world import World

IN_TWOS = "  invoices: {direction: out, document: Invoice, format: x12, channel: edi}"
DAY = 24 * 3600


def with_two_invoices(new_world: MakeWorld) -> tuple[World, Sent]:
    """Two invoices left in one interchange, and were delivered."""
    assert IN_TWOS in amazon()
    terms = amazon().replace(IN_TWOS, IN_TWOS[:-1] + ", batch: {documents: 2, seconds: 1 h}}")
    world = new_world(ALL | {"amazon": terms})
    world.drop("amazon", "orders.850", orders("ORDER001", "ORDER002"))
    world.run()
    world.taken("amazon")
    for number in ("ORDER001", "ORDER002"):
        world.drop("erp", f"{number}.csv", invoice(number))
        world.run()
    (sent,) = (Sent(data) for data in world.taken("amazon").values())
    assert [kind for kind, _ in sent.sets] == ["810", "810"]
    return world, sent


def partial(sent: Sent, control: int) -> bytes:
    """The 997 that accepts the first of two sets and refuses the second."""
    first, second = sent.sets
    body = [
        f"AK1*{sent.gs[1]}*{sent.gs[6]}",
        f"AK2*810*{first[1]}",
        "AK5*A",
        f"AK2*810*{second[1]}",
        "AK5*R*5",
        "AK9*P*2*2*1",
    ]
    return Interchange([("997", body)], control, group="FA").data


ORDERS = [*permutations(("partial", "repeated", "unknown", "late"))][::4]


@pytest.mark.one_in(3)
@pytest.mark.parametrize("events", ORDERS, ids="-".join)
def test_each_order_of_acknowledgments_leads_to_one_final_state(
    new_world: MakeWorld, events: tuple[str, ...]
) -> None:
    world, sent = with_two_invoices(new_world)
    for place, event in enumerate(events):
        control = 900 + place
        if event == "late":
            world.pass_time(2 * DAY)
        elif event == "unknown":
            world.drop("amazon", "unknown.997", sent.functional("R", control, group="4711"))
        else:
            world.drop("amazon", f"{event}.997", partial(sent, control))
        world.run()

    (sending,) = world.sendings("Invoice")
    assert sending.state is State.REFUSED
    invoices = sorted(each.state.value for each in world.documents() if each.document == "Invoice")
    assert invoices == ["accepted", "refused"]
    alerts = world.alerts()
    assert alerts["receipt-unmatched"] == 1
    assert alerts["message-refused"] >= 1
    was_late = events.index("late") < min(events.index("partial"), events.index("repeated"))
    assert bool(alerts["receipt-overdue"]) == was_late
    assert not alerts["receipt-contradicts"]


def test_what_nobody_acknowledges_is_overdue_and_told_once(new_world: MakeWorld) -> None:
    world, sent = with_two_invoices(new_world)
    world.pass_time(3 * DAY)

    (sending,) = world.sendings("Invoice")
    assert sending.state is State.OVERDUE
    assert world.alerts()["receipt-overdue"] == 1
    world.drop("amazon", "late.997", sent.functional("A", 900))
    world.run()
    (sending,) = world.sendings("Invoice")
    assert sending.state is State.ACCEPTED
