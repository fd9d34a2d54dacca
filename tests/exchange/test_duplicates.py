"""What comes twice: as bytes, under the same numbers, as the same order, or as a revised one."""

from __future__ import annotations

import pytest

from tests.exchange.conftest import MakeWorld
from tests.exchange.files import Interchange, Sent, acknowledgment, order, orders
from tests.exchange.partners import ALL, amazon, erp
from tests.exchange.world import World


def of_policy(new_world: MakeWorld, **policy: str) -> World:
    """A world whose Amazon agreed on this about duplicates."""
    terms = ", ".join(f"{name}: {action}" for name, action in policy.items())
    return new_world(ALL | {"amazon": amazon(duplicates=terms)})


def test_fifty_copies_of_a_file_are_one_order(world: World) -> None:
    for place in range(50):
        world.drop("amazon", f"copy-{place}.850", orders("ORDER001"))
    world.run()

    assert len(world.taken("erp")) == 1
    assert world.message_states() == {"delivered": 1}
    assert world.accounts() == {"delivered": 1, "duplicate": 49}
    answers = world.taken("amazon")
    assert len({Sent(data).number for data in answers.values()}) == 1, "one order has one answer"


def test_a_repeated_file_gets_the_same_answer_once_more(world: World) -> None:
    world.drop("amazon", "first.850", orders("ORDER001"))
    world.run()
    first = world.taken("amazon")
    world.drop("amazon", "again.850", orders("ORDER001"))
    world.run()

    again = world.taken("amazon")
    assert [*again.values()] == [*first.values()]
    assert not world.alerts()
    (answer,) = world.sendings("997")
    assert world.leaves(answer.id) == [
        "sending-queued",
        "sending-delivered",
        "sending-queued",
        "sending-delivered",
    ]


@pytest.mark.parametrize(
    ("action", "account", "alerts"),
    [("drop", "duplicate", {}), ("hold", "held", {"message-held": 1}), ("reject", "rejected", {})],
)
def test_a_repeated_file_is_treated_as_was_agreed(
    new_world: MakeWorld, action: str, account: str, alerts: dict[str, int]
) -> None:
    world = of_policy(new_world, file=action)
    world.drop("amazon", "first.850", orders("ORDER001"))
    world.run()
    world.taken("amazon")
    world.drop("amazon", "again.850", orders("ORDER001"))
    world.run()

    assert world.accounts() == {"delivered": 1, account: 1}
    assert len(world.taken("erp")) == 1
    assert world.alerts() == alerts
    assert bool(world.taken("amazon")) == (action == "drop")


def test_a_repeated_file_of_the_erp_that_is_rejected_is_told_so(new_world: MakeWorld) -> None:
    world = new_world(ALL | {"erp": erp(more="duplicates: {file: reject}")})
    world.drop("amazon", "order.850", orders("7XQ4RT2B"))
    world.run()
    for name in ("first.csv", "again.csv"):
        world.drop("erp", name, acknowledgment())
        world.run()

    assert sorted(world.replies("erp")) == ["again.csv.err", "first.csv.ok"]
    assert world.accounts() == {"delivered": 2, "rejected": 1}
    assert len(world.sendings("OrderAcknowledgment")) == 1


@pytest.mark.parametrize(
    ("action", "account", "alerts"),
    [("drop", "duplicate", {}), ("hold", "held", {"message-held": 1}), ("reject", "rejected", {})],
)
def test_the_same_control_numbers_with_other_content_are_treated_as_was_agreed(
    new_world: MakeWorld, action: str, account: str, alerts: dict[str, int]
) -> None:
    world = of_policy(new_world, numbers=action)
    world.drop("amazon", "first.850", orders("ORDER001", control=41))
    world.run()
    first = world.taken("amazon")
    world.drop("amazon", "other.850", orders("ORDER002", control=41))
    world.run()

    assert world.accounts() == {"delivered": 1, account: 1}
    assert len(world.taken("erp")) == 1
    assert world.alerts() == alerts
    again = world.taken("amazon")
    if action == "drop":
        assert [*again.values()] == [*first.values()]
    if action == "reject":
        refusal = b"".join(again.values())
        assert b"TA1*000000041*261103*0915*R*025~" in refusal, refusal
        assert b"AK5*R~" in refusal
        assert b"AK5*A~" not in refusal


@pytest.mark.parametrize(
    ("action", "account", "alerts"),
    [("drop", "duplicate", {}), ("hold", "held", {"message-held": 1}), ("reject", "rejected", {})],
)
def test_the_same_order_in_a_new_interchange_is_treated_as_was_agreed(
    new_world: MakeWorld, action: str, account: str, alerts: dict[str, int]
) -> None:
    world = of_policy(new_world, content=action)
    world.drop("amazon", "first.850", orders("ORDER001", control=41))
    world.run()
    world.taken("amazon")
    world.drop("amazon", "again.850", orders("ORDER001", control=42))
    world.run()

    assert world.accounts() == {"delivered": 1, account: 1}
    assert len(world.taken("erp")) == 1
    assert world.alerts() == alerts


def test_a_dropped_order_in_a_new_interchange_leaves_no_interchange_unanswered(world: World) -> None:
    world.drop("amazon", "first.850", orders("ORDER001", control=41))
    world.run()
    world.taken("amazon")
    world.drop("amazon", "again.850", orders("ORDER001", control=42))
    world.run()

    answered = b"".join(world.taken("amazon").values())
    assert b"AK1*PO*42~" in answered or b"AK1*PO*41~" in answered


def test_a_new_order_beside_a_repeated_one_goes_on(world: World) -> None:
    world.drop("amazon", "first.850", orders("ORDER001", control=41))
    world.run()
    world.taken("amazon")
    world.drop("amazon", "both.850", orders("ORDER001", "ORDER002", control=42))
    world.run()

    assert world.accounts() == {"delivered": 2, "duplicate": 1}
    assert len(world.taken("erp")) == 2
    assert b"AK1*PO*42~" in b"".join(world.taken("amazon").values())


def test_the_same_order_twice_in_one_file_is_one_order(world: World) -> None:
    world.drop("amazon", "twice.850", orders("ORDER001", "ORDER001"))
    world.run()

    assert world.accounts() == {"delivered": 1, "duplicate": 1}
    assert len(world.taken("erp")) == 1


def test_the_same_order_in_two_files_of_one_look_is_one_order(world: World) -> None:
    for control in range(41, 61):
        world.drop("amazon", f"{control}.850", orders("ORDER001", control=control))
    world.run()

    assert world.accounts() == {"delivered": 1, "duplicate": 19}
    assert len(world.taken("erp")) == 1


def revised(control: int = 42) -> bytes:
    """The order with another quantity."""
    return Interchange([("850", order("ORDER001", quantity=20))], control).data


def test_a_revised_order_goes_on_as_a_whole_where_that_was_agreed(new_world: MakeWorld) -> None:
    world = of_policy(new_world, revision="whole")
    world.drop("amazon", "first.850", orders("ORDER001", control=41))
    world.run()
    world.drop("amazon", "revised.850", revised())
    world.run()

    assert world.accounts() == {"delivered": 2}
    quantities = sorted(data.splitlines()[1].split(b",")[43] for data in world.taken("erp").values())
    assert quantities == [b"12", b"20"]
    assert world.records("document-queued", world.documents()[1].id)[0]["of"] == world.documents()[0].id


def test_a_revised_order_is_held_where_that_was_agreed(new_world: MakeWorld) -> None:
    world = of_policy(new_world, revision="hold")
    world.drop("amazon", "first.850", orders("ORDER001", control=41))
    world.run()
    world.drop("amazon", "revised.850", revised())
    world.run()

    assert world.accounts() == {"delivered": 1, "held": 1}
    assert len(world.taken("erp")) == 1
    assert world.alerts() == {"message-held": 1}


def test_an_order_that_says_again_what_it_said_before_its_revision_is_held(new_world: MakeWorld) -> None:
    world = of_policy(new_world, revision="whole")
    world.drop("amazon", "first.850", orders("ORDER001", control=41))
    world.run()
    world.drop("amazon", "revised.850", revised())
    world.run()
    world.drop("amazon", "late.850", orders("ORDER001", control=43))
    world.run()

    assert world.accounts() == {"delivered": 2, "held": 1}
    assert len(world.taken("erp")) == 2


def test_another_partner_may_use_the_same_numbers(world: World) -> None:
    world.drop("amazon", "order.850", orders("ORDER001", control=41))
    world.drop("corner", "order.850", orders("ORDER001", control=41, sender="CORNER"))
    world.run()

    assert world.accounts() == {"delivered": 2}
    assert len(world.taken("erp")) == len(world.taken("depot")) == 1
