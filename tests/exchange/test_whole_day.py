"""An order's whole day: it comes, the ERP answers, the answers leave and are acknowledged."""

from __future__ import annotations

import pytest

from gateway.lifecycle import State
from tests.exchange.files import Sent, acknowledgment, invoice, orders, ship_notice
from tests.exchange.world import World

ANSWERS = {"855": acknowledgment, "856": ship_notice, "810": invoice}


def after_the_order(world: World) -> None:
    """The order came and was acknowledged, and the ERP has taken it."""
    world.drop("amazon", "orders.850", orders("7XQ4RT2B"))
    world.run()
    assert world.taken("erp")
    assert world.taken("amazon")


def answered_by_the_erp(world: World) -> dict[str, Sent]:
    """The ERP answered the order, and Amazon has taken what left; by transaction set."""
    after_the_order(world)
    for name, made in ANSWERS.items():
        world.drop("erp", f"{name}.csv", made())
        world.run()
    taken = [Sent(data) for data in world.taken("amazon").values()]
    return {each.sets[0][0]: each for each in taken}


def test_an_order_is_translated_delivered_and_acknowledged(world: World) -> None:
    world.drop("amazon", "orders.850", orders("7XQ4RT2B"))
    world.run()

    (order,) = world.taken("erp").values()
    assert order.splitlines()[1].startswith(b"7XQ4RT2B,2026-11-03,")
    (answer,) = world.taken("amazon").values()
    assert b"AK1*PO*41~\nAK2*850*0001~\nAK5*A~\nAK9*A*1*1*1~" in answer
    assert world.waiting("amazon") == {}
    (document,) = world.documents()
    assert (document.state, document.onward, document.number) == ("delivered", "erp/orders", "7XQ4RT2B")
    assert world.leaves(document.id) == ["document-queued", "document-delivered"]
    (arrival,) = world.arrivals()
    assert world.leaves(arrival.id) == ["message-received", "arrival-processed"]
    assert world.accounts() == {"delivered": 1}
    assert not world.alerts()


def test_what_the_erp_answers_leaves_under_rising_control_numbers(world: World) -> None:
    sent = answered_by_the_erp(world)

    assert {name: each.number for name, each in sent.items()} == {"855": 2, "856": 3, "810": 4}
    assert {name: each.gs[1] for name, each in sent.items()} == {"855": "PR", "856": "SH", "810": "IN"}
    assert sent["856"].gs[8].startswith("005010")
    assert all(each.isa[6].strip() == "ACORNSUPPLY" and each.isa[15] == "T" for each in sent.values())
    assert sent["855"].one("BAK")[3] == "7XQ4RT2B"
    assert sent["810"].one("BIG")[4] == "7XQ4RT2B"
    assert sorted(world.replies("erp")) == ["810.csv.ok", "855.csv.ok", "856.csv.ok"]
    assert all(": taken" in text for text in world.replies("erp").values())
    assert world.message_states() == {"delivered": 4}
    assert world.accounts() == {"delivered": 4}
    assert not world.alerts()


@pytest.mark.parametrize("by", ["functional", "interchange and functional"])
def test_acknowledgments_of_the_customer_are_matched(world: World, by: str) -> None:
    sent = answered_by_the_erp(world)
    for place, each in enumerate(sent.values()):
        if by != "functional":
            world.drop("amazon", f"{place}.ta1", each.interchange_answer("A", 950 + place))
        world.drop("amazon", f"{place}.997", each.functional("A", 900 + place))
    world.run()

    assert world.message_states() == {"accepted": 3, "delivered": 1}
    kinds = {each.document: each.state for each in world.sendings()}
    assert kinds == {
        "997": "delivered",
        "PurchaseOrder": "delivered",
        "OrderAcknowledgment": "accepted",
        "ShipNotice": "accepted",
        "Invoice": "accepted",
    }
    assert not world.taken("amazon"), "an acknowledgment was acknowledged"
    assert not world.alerts()


def test_an_accepting_envelope_alone_says_nothing_of_the_documents(world: World) -> None:
    sent = answered_by_the_erp(world)
    world.drop("amazon", "a.ta1", sent["810"].interchange_answer("A"))
    world.run()

    assert {each.state for each in world.sendings("Invoice")} == {State.DELIVERED}
    assert not world.alerts()


@pytest.mark.parametrize("how", ["functional", "interchange_answer"])
def test_what_the_customer_refuses_is_refused(world: World, how: str) -> None:
    sent = answered_by_the_erp(world)
    world.drop("amazon", "no", getattr(sent["855"], how)("R"))
    world.run()

    assert world.message_states() == {"refused": 1, "delivered": 3}
    (sending,) = world.sendings("OrderAcknowledgment")
    assert sending.state is State.REFUSED
    assert world.leaves(sending.id)[-1] == "sending-refused"
    assert world.alerts() == {"message-refused": 1}


def test_refused_beats_accepted_whichever_comes_first(world: World) -> None:
    sent = answered_by_the_erp(world)
    world.drop("amazon", "1.997", sent["810"].functional("A", 901))
    world.run()
    world.drop("amazon", "2.997", sent["810"].functional("R", 902))
    world.drop("amazon", "3.997", sent["855"].functional("R", 903))
    world.run()
    world.drop("amazon", "4.997", sent["855"].functional("A", 904))
    world.run()

    assert world.message_states() == {"refused": 2, "delivered": 2}
    assert world.alerts() == {"receipt-contradicts": 2, "message-refused": 2}


def test_acknowledgments_of_nothing_we_sent_change_nothing(world: World) -> None:
    sent = answered_by_the_erp(world)
    world.drop("amazon", "unknown.997", sent["810"].functional("R", 901, group="4711"))
    world.run()

    assert world.message_states() == {"delivered": 4}
    assert world.alerts() == {"receipt-unmatched": 1}


def test_another_partner_cannot_acknowledge_for_the_receiver(world: World) -> None:
    sent = answered_by_the_erp(world)
    world.drop("corner", "forged.997", sent["810"].functional("R", 901))
    world.run()

    assert world.message_states() == {"delivered": 4}
    assert world.arrivals()[-1].state is State.QUARANTINED
    assert world.accounts() == {"delivered": 4, "open": 1}
