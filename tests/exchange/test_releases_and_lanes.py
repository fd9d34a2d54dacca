"""Agreements of two releases beside each other, and documents that go one after another."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import col

from gateway.ledger.leaf import read_leaf
from gateway.store.tables import DocumentRow, LedgerLeaf
from tests.exchange.conftest import MakeWorld
from tests.exchange.files import Interchange, order, orders
from tests.exchange.partners import ALL, AMAZON, ERP
from tests.exchange.world import World

BY_RELEASE = AMAZON.replace(
    "  orders: {direction: in, document: PurchaseOrder, format: x12, channel: edi, to: [erp/orders]}\n",
    '  orders: {direction: in, document: PurchaseOrder, format: x12, channel: edi, release: "004010", '
    "to: [erp/orders]}\n"
    '  newer: {like: orders, release: "005010", acknowledge: {functional: never}}\n',
)
IN_ORDER = ERP.replace("  orders: {direction: out,", "  orders: {in_order: true, direction: out,")
HOUR = 3600


def test_the_release_of_a_group_says_which_agreement_its_sets_are_under(new_world: MakeWorld) -> None:
    world = new_world(ALL | {"amazon": BY_RELEASE})
    world.drop("amazon", "old.850", Interchange([("850", order("OLD00001"))]).data)
    newer = Interchange([("850", order("NEW00001"))], 42, version="00501", release="005010")
    world.drop("amazon", "new.850", newer.data)
    world.run()

    with world.store.database.reading() as connection:
        rows = connection.execute(select(col(DocumentRow.number), col(DocumentRow.agreement)))
        assert {row.number: row.agreement for row in rows} == {
            "OLD00001": "amazon/orders",
            "NEW00001": "amazon/newer",
        }
    assert len(world.taken("erp")) == 2
    said = b"".join(world.taken("amazon").values())
    assert b"AK1*PO*41~" in said
    assert b"AK1*PO*42" not in said, "the terms of its own agreement count"


def delivered(world: World) -> list[str | None]:
    """The orders in the sequence of their delivery."""
    numbers = {each.id: each.number for each in world.documents()}
    wanted = select(col(LedgerLeaf.body)).order_by(col(LedgerLeaf.n))
    with world.store.database.reading() as connection:
        leaves = [read_leaf(body) for body in connection.execute(wanted).scalars()]
    return [numbers[each.message or ""] for each in leaves if each.what == "document-delivered"]


def test_what_goes_in_order_keeps_it_while_the_other_side_is_away(new_world: MakeWorld) -> None:
    world = new_world(ALL | {"erp": IN_ORDER})
    world.unusable("erp")
    numbers = [f"ORDER{place:03d}" for place in range(5)]
    for place, number in enumerate(numbers):
        world.drop("amazon", f"{number}.850", orders(number, control=place + 1))
        world.run()
        world.pass_time(60)
    world.usable("erp")
    world.drop("amazon", "last.850", orders("LAST0001", control=99))
    world.run()
    assert not delivered(world), "the last one came in front of those before it"
    world.pass_time(2 * HOUR, stride=1)
    assert delivered(world) == [*numbers, "LAST0001"]
