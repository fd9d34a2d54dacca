"""What could not be placed at first is answered when it was placed or refused: each group once."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from gateway.lifecycle import State
from gateway.service.commands.again import QueuedAgain
from gateway.service.commands.deeds import DEEDS, Doing
from gateway.service.exchange.names import ANSWER
from gateway.store.lives import standing_of
from gateway.store.people import SERVICE, actor_id
from gateway.store.queue.steps import NewStep
from gateway.store.writing.transaction import Transaction
from tests.exchange.conftest import MakeWorld
from tests.exchange.files import Interchange, order
from tests.exchange.partners import ALL, amazon, erp
from tests.exchange.world import World

UNKNOWN_SET = ["BTP*00*4711*20261103*0900", "N1*ST**92*PHX3"]
MIXED = Interchange([("753", UNKNOWN_SET), ("850", order("GOODONE1"))]).data
MEANT = Interchange([("850", order("MEANT001")), ("850", order("MEANT002"))], usage="P").data


def do(world: World, deed: str, messages: Sequence[str]) -> None:
    """A person does something to messages, and the service goes on."""

    def change(transaction: Transaction) -> None:
        doing = Doing(
            transaction, QueuedAgain(world.opened.queue), actor_id(transaction, SERVICE), deed, "mended"
        )
        for message in messages:
            DEEDS[deed](doing, standing_of(transaction, [message])[message])

    world.store.writer.do(change)
    world.run()


def waiting(world: World) -> list[str]:
    """The documents in quarantine."""
    return [each.id for each in world.documents() if each.state is State.QUARANTINED]


def answers(world: World) -> list[bytes]:
    """What the customer finds in his folder now."""
    return [*world.taken("amazon").values()]


def write(world: World, partners: dict[str, str]) -> None:
    """Partner files are mended."""
    for name, text in partners.items():
        world.write_partner(name, text)
    world.run()


PRODUCTION = {"amazon": amazon(usage="production"), "erp": erp(usage="production")}


def test_a_group_is_answered_once_when_the_last_of_its_sets_was_placed(world: World) -> None:
    world.drop("amazon", "order.850", MEANT)
    world.run()
    first, second = waiting(world)
    write(world, PRODUCTION)
    assert answers(world) == []

    do(world, "replay", [first])
    assert answers(world) == [], "one of its sets waits still"
    world.restart()
    do(world, "replay", [second])
    (answer,) = answers(world)
    assert answer.count(b"AK1*PO*41~") == 1
    assert answer.count(b"AK2*850*") == answer.count(b"AK5*A~") == 2
    assert b"AK9*A*2*2*2~" in answer


def test_a_late_answer_is_given_again_as_it_was_and_never_anew(new_world: MakeWorld) -> None:
    ended = amazon().replace("to: [erp/orders]", "to: [erp/orders], until: 2026-01-31")
    world = new_world(ALL | {"amazon": ended})
    data = Interchange([("850", order("GOODONE1"))]).data
    for name in ("order.850", "while-it-waits.850"):
        world.drop("amazon", name, data)
        world.run()
    assert answers(world) == []
    write(world, {"amazon": amazon()})
    do(world, "replay", waiting(world))
    (answer,) = answers(world)
    assert b"AK9*A*1*1*1~" in answer

    (arrival, _) = world.arrivals()
    step = NewStep(ANSWER, message=arrival.id)
    world.store.writer.do(lambda change: world.opened.queue.enqueue(change, step))
    world.run()
    assert answers(world) == [], "it was answered"
    world.drop("amazon", "order-again.850", data)
    world.run()
    assert answers(world) == [answer], "the same bytes, under the same number"
    assert len(world.sendings("997")) == 1


def test_sets_that_are_placed_at_once_are_answered_together(world: World) -> None:
    world.drop("amazon", "order.850", MEANT)
    world.run()
    write(world, PRODUCTION)
    do(world, "replay", waiting(world))
    (answer,) = answers(world)
    assert b"AK9*A*2*2*2~" in answer


def test_nothing_is_said_of_a_group_while_a_set_without_definition_waits_in_it(world: World) -> None:
    world.drop("amazon", "order.850", MIXED)
    world.run()
    assert answers(world) == []
    assert world.message_states() == {"quarantined": 1, "delivered": 1}
    do(world, "replay", waiting(world))
    assert answers(world) == [], "it waits as before"

    do(world, "cancel", waiting(world))
    (answer,) = answers(world)
    assert b"AK2*753*0001~AK5*R*1~AK2*850*0002~AK5*A~AK9*P*2*2*1~" in answer.replace(b"\n", b"")


def test_a_set_is_rejected_when_that_is_agreed_later(world: World) -> None:
    world.drop("amazon", "order.850", MIXED)
    world.run()
    write(world, {"amazon": amazon(acknowledge="undefined: reject")})
    do(world, "replay", waiting(world))
    (answer,) = answers(world)
    assert b"AK5*R*1~" in answer
    assert world.message_states() == {"rejected": 1, "delivered": 1}


def test_an_interchange_beside_one_that_waits_is_answered_at_once(world: World) -> None:
    good = Interchange([("850", order("GOODONE1"))], 42, asks="1").data
    waits = Interchange([("753", UNKNOWN_SET)], 43, asks="1").data
    world.drop("amazon", "orders.850", good + waits)
    world.run()
    said = answers(world)
    assert sorted(b"TA1*" in each for each in said) == [False, True, True], "envelopes are answered at once"
    assert [b"AK1*PO*42~" in each for each in said].count(True) == 1
    assert not any(b"AK1*PO*43~" in each for each in said)

    do(world, "cancel", waiting(world))
    (answer,) = answers(world)
    assert b"AK1*PO*43~" in answer
    assert b"TA1*" not in answer


def test_who_named_another_is_answered_only_when_he_is_known(world: World) -> None:
    known = amazon().replace("id: AMAZON", "id: AMAZON2")
    data = Interchange([("850", order("GOODONE1"))], sender="AMAZON2", asks="1").data
    world.drop("amazon", "order.850", data)
    world.drop("amazon", "other.850", Interchange([("850", order())], 44, sender="STRANGER").data)
    world.run()
    own, stranger = waiting(world)
    do(world, "cancel", [stranger])
    assert answers(world) == [], "what names another is never answered"

    write(world, {"amazon": known})
    do(world, "replay", [own])
    said = b"".join(answers(world))
    assert said.count(b"TA1*000000041*") == 1
    assert said.count(b"AK1*PO*41~") == said.count(b"AK9*A*1*1*1~") == 1


@pytest.mark.parametrize(("policy", "owed"), [("errors", False), ("never", False), ("always", True)])
def test_a_late_answer_is_sent_as_was_agreed(new_world: MakeWorld, policy: str, owed: bool) -> None:
    terms = f"functional: {policy}"
    world = new_world(ALL | {"amazon": amazon(acknowledge=terms)})
    world.drop("amazon", "order.850", MEANT)
    world.run()
    write(world, {"amazon": amazon(acknowledge=terms, usage="production"), "erp": erp(usage="production")})
    do(world, "replay", waiting(world))
    assert world.message_states() == {"delivered": 2}
    assert bool(answers(world)) == owed


def test_what_came_twice_while_it_waited_is_answered_for_both_by_one_verdict_each(world: World) -> None:
    first = Interchange([("850", order("MEANT001"))], usage="P").data
    world.drop("amazon", "first.850", first)
    world.drop("amazon", "second.850", first.replace(b"\n", b""))
    world.run()
    assert answers(world) == []
    write(world, PRODUCTION)
    one, other = waiting(world)
    do(world, "replay", [one])
    (answer,) = answers(world)
    assert b"AK5*A~" in answer
    do(world, "replay", [other])
    (refusal,) = answers(world)
    assert b"AK5*R" in refusal
    assert world.message_states() == {"delivered": 1, "rejected": 1}
