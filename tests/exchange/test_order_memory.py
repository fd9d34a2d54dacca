"""Order memory in the exchange: an answer takes from the stored order what the ERP leaves out."""

from __future__ import annotations

from gateway.store.sendings import SENT
from tests.exchange.files import acknowledgment, orders
from tests.exchange.world import World

SHORT = b"order_number,acknowledgment_date,asin,status,quantity\nORDER001,2026-11-04,B0ACRN0001,accepted,12\n"


def sent(world: World) -> bytes:
    """The acknowledgment of the order that went out, as its bytes are kept."""
    (sending,) = world.sendings("OrderAcknowledgment")
    return world.payload(sending.id, SENT)


def test_what_the_erp_leaves_out_is_taken_from_the_order(world: World) -> None:
    world.drop("amazon", "order.850", orders("ORDER001"))
    world.run()
    world.drop("erp", "answer.csv", SHORT)
    world.run()

    assert b"*ORDER001*20261103*" in sent(world), "the day of the order"
    assert b"PO1*1*12*CA*42.5*PE*BP*B0ACRN0001~" in sent(world), "number, unit and price of its line"
    assert [*world.replies("erp")] == ["answer.csv.ok"]


def test_what_the_erp_says_wins_and_the_contradiction_is_told(world: World) -> None:
    world.drop("amazon", "order.850", orders("ORDER001"))
    world.run()
    world.drop("erp", "answer.csv", acknowledgment("ORDER001").replace(b",42.50,", b",43.75,"))
    world.run()

    assert b"*43.75*" in sent(world)
    assert b"*42.5*" not in sent(world)
    (answer,) = (each for each in world.documents() if each.document == "OrderAcknowledgment")
    told = [str(each) for what in world.leaves(answer.id) for each in world.records(what, answer.id)]
    assert any("order-differs" in each and "43.75" in each for each in told), told


def test_an_answer_without_its_order_is_held_and_goes_on_when_the_order_is_there(world: World) -> None:
    world.drop("erp", "answer.csv", SHORT)
    world.run()
    (held,) = world.documents()
    assert (held.state, held.why) == ("held", "order-missing")
    assert "then the answer goes on" in world.replies("erp")["answer.csv.err"]
    world.drop("corner", "others.850", orders("ORDER001", sender="CORNER"))
    world.run()
    assert not world.sendings("OrderAcknowledgment"), "it was the order of another partner"

    world.drop("amazon", "order.850", orders("ORDER001"))
    world.run()
    assert b"PO1*1*12*CA*42.5*PE*BP*B0ACRN0001~" in sent(world)
    assert world.accounts() == {"delivered": 3}
