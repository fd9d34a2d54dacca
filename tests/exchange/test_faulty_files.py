"""Files with something wrong: each is told to whom it belongs, and what is right in it goes on."""

from __future__ import annotations

import pytest

from gateway.lifecycle import State
from gateway.store.people import Who
from gateway.store.receiving import Arrival
from tests.exchange.conftest import MakeWorld
from tests.exchange.files import FAULTY_DAY, Interchange, acknowledgment, order, orders
from tests.exchange.partners import ALL, amazon, erp
from tests.exchange.world import World


def told(world: World, partner: str = "amazon") -> bytes:
    """All that a partner was answered."""
    return b"".join(world.taken(partner).values())


def test_a_good_set_goes_on_beside_a_faulty_one(world: World) -> None:
    sets = [
        ("850", order("GOODONE1")),
        ("850", order("FAULTY01", day=FAULTY_DAY)),
        ("850", order("GOODONE2")),
    ]
    world.drop("amazon", "three.850", Interchange(sets).data)
    world.run()

    states = {each.number: each.state for each in world.documents()}
    assert states == {"GOODONE1": "delivered", None: "rejected", "GOODONE2": "delivered"}
    answer = told(world)
    assert answer.count(b"AK5*A~") == 2
    assert answer.count(b"AK5*R") == 1
    assert b"AK9*P*3*3*2~" in answer
    assert b"AK3*BEG*2" in answer
    assert len(world.taken("erp")) == 2
    assert world.accounts() == {"delivered": 2, "rejected": 1}
    assert not world.alerts(), "their fault was told to them, and is no alert of ours"


def test_an_interchange_of_another_sender_is_quarantined_and_its_neighbour_goes_on(world: World) -> None:
    world.drop(
        "amazon", "two.850", orders("OTHERS01", control=41, sender="EVIL") + orders("OURS0001", control=42)
    )
    world.run()

    states = {each.number: (each.state, each.why) for each in world.documents()}
    assert states == {None: ("quarantined", "identity-mismatch"), "OURS0001": ("delivered", None)}
    answer = told(world)
    assert b"AK1*PO*42~" in answer
    assert b"AK1*PO*41~" not in answer, "whoever claims another's identity is not answered"
    assert b"EVIL" not in answer
    assert len(world.taken("erp")) == 1
    assert world.accounts() == {"delivered": 1, "open": 1}
    assert world.alerts() == {"message-quarantined": 1}


@pytest.mark.parametrize("first_is_foreign", [True, False])
def test_answers_belong_to_their_own_interchange_of_a_file(
    new_world: MakeWorld, first_is_foreign: bool
) -> None:
    """Answered only on errors, the faulty interchange is, wherever a foreign one stands."""
    world = new_world(ALL | {"amazon": amazon(acknowledge="functional: errors")})
    faulty = Interchange([("850", order("FAULTY01", day=FAULTY_DAY))], number=42).data
    foreign = orders("OTHERS01", control=41, sender="EVIL")
    world.drop("amazon", "two.850", foreign + faulty if first_is_foreign else faulty + foreign)
    world.run()

    answer = told(world)
    assert b"AK1*PO*42~" in answer
    assert b"AK5*R" in answer
    assert b"AK1*PO*41~" not in answer


@pytest.mark.parametrize(
    ("sender", "receiver"), [("EVIL", "ACORNSUPPLY"), ("AMAZON", "SOMEONEELSE"), ("CORNER", "ACORNSUPPLY")]
)
def test_who_is_not_the_partner_or_does_not_mean_us_is_quarantined(
    world: World, sender: str, receiver: str
) -> None:
    data = Interchange([("850", order())], sender=sender, receiver=receiver).data
    world.drop("amazon", "order.850", data)
    world.run()

    (document,) = world.documents()
    assert (document.state, document.why) == ("quarantined", "identity-mismatch")
    assert not world.taken("amazon")
    assert not world.taken("erp")
    assert world.accounts() == {"open": 1}
    assert world.alerts() == {"message-quarantined": 1}


@pytest.mark.parametrize(("channel", "isa15"), [("test", "P"), ("production", "T"), ("production", "I")])
def test_tests_and_what_is_meant_never_meet(new_world: MakeWorld, channel: str, isa15: str) -> None:
    world = new_world({"amazon": amazon(usage=channel), "erp": erp(usage=channel)})
    world.drop("amazon", "order.850", Interchange([("850", order())], usage=isa15).data)
    world.run()

    (document,) = world.documents()
    assert (document.state, document.why) == ("quarantined", "wrong-usage")
    assert not world.taken("erp")
    assert world.alerts() == {"message-quarantined": 1}


def test_what_is_meant_goes_on_where_it_is_meant(new_world: MakeWorld) -> None:
    world = new_world({"amazon": amazon(usage="production"), "erp": erp(usage="production")})
    world.drop("amazon", "order.850", Interchange([("850", order())], usage="P").data)
    world.run()

    assert world.message_states() == {"delivered": 1}
    assert b"*0*P*>~" in told(world)


WAITS_FOR_AN_AGREEMENT = {
    "usage": Interchange([("850", order())], usage="P").data,
    "definition": Interchange([("753", ["BTP*00*4711*20261103*0900"])]).data,
}


@pytest.mark.parametrize("lacking", WAITS_FOR_AN_AGREEMENT)
def test_what_waits_for_an_agreement_is_not_answered_yet(world: World, lacking: str) -> None:
    world.drop("amazon", "order", WAITS_FOR_AN_AGREEMENT[lacking])
    world.run()

    assert world.message_states() == {"quarantined": 1}
    assert not world.taken("amazon")


@pytest.mark.parametrize(("amazon_is", "erp_is"), [("test", "production"), ("production", "test")])
def test_terms_by_which_a_test_could_reach_what_is_meant_are_refused(
    new_world: MakeWorld, amazon_is: str, erp_is: str
) -> None:
    world = new_world(ALL)
    world.write_partner("amazon", amazon(usage=amazon_is))
    world.write_partner("erp", erp(usage=erp_is))
    world.run()

    assert world.alerts() == {"configuration-refused": 1}


UNKNOWN_SET = ["BTP*00*4711*20261103*0900", "N1*ST**92*PHX3"]


def test_a_set_without_a_definition_waits_in_quarantine(world: World) -> None:
    world.drop("amazon", "two", Interchange([("753", UNKNOWN_SET), ("850", order("GOODONE1"))]).data)
    world.run()

    states = {each.document: (each.state, each.why) for each in world.documents()}
    assert states["753"] == ("quarantined", "no-definition")
    assert states["PurchaseOrder"] == ("delivered", None)
    assert world.alerts() == {"message-quarantined": 1}


def test_a_set_without_a_definition_is_refused_where_that_was_agreed(new_world: MakeWorld) -> None:
    world = new_world(ALL | {"amazon": amazon(acknowledge="undefined: reject")})
    world.drop("amazon", "two", Interchange([("753", UNKNOWN_SET), ("850", order("GOODONE1"))]).data)
    world.run()

    states = {each.document: (each.state, each.why) for each in world.documents()}
    assert states["753"] == ("rejected", "no-definition")
    assert states["PurchaseOrder"] == ("delivered", None)
    answer = told(world)
    assert b"AK2*753*0001~\nAK5*R*1" in answer
    assert b"AK2*850*0002~\nAK5*A" in answer


UNREADABLE = {
    "empty": b"",
    "blank": b" \r\n\r\n  ",
    "a word": b"hello",
    "half a header": b"ISA*00*          *00*   ",
    "nonsense": bytes(range(256)) * 40,
    "a picture": b"\x89PNG\r\n\x1a\n" + b"\0" * 5000,
    "HTML": b"<html><body>502 Bad Gateway</body></html>",
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_kept_and_told(world: World, name: str) -> None:
    world.drop("amazon", "a file", UNREADABLE[name])
    world.run()

    if name == "half a header":
        assert world.waiting("amazon"), "it may still grow"
        world.pass_time(25 * 3600)
        assert world.alerts() == {"file-refused": 1}
        assert not world.waiting("amazon")
        return
    (arrival,) = world.arrivals()
    assert arrival.state in (State.QUARANTINED, State.REJECTED), arrival
    assert world.accounts().keys() <= {"open", "rejected"}
    assert world.alerts(), "nobody knows of it"
    assert world.payload(arrival.id, "raw") == UNREADABLE[name]
    assert not world.taken("erp")


def test_a_huge_file_of_nonsense_is_kept_and_told(world: World) -> None:
    world.drop("amazon", "huge", b"ISA*" + b"x" * 12_000_000)
    world.drop("erp", "huge.csv", b"a,b,c\n" + b"1,2,3\n" * 1_500_000)
    world.run()
    world.pass_time(25 * 3600)

    assert not world.taken("erp")
    assert not world.documents()
    assert world.alerts()


FAULTY_CSV = {
    "a quantity": (b",12,CA,42.50", b",twelve,CA,42.50"),
    "a date": (b"2026-11-04", b"2026-13-04"),
    "a column": (b"order_number,", b"order_no,"),
}


@pytest.mark.parametrize("name", FAULTY_CSV)
def test_a_faulty_file_of_the_erp_gets_its_findings_beside_it(world: World, name: str) -> None:
    world.drop("amazon", "order.850", orders("7XQ4RT2B"))
    world.run()
    world.taken("amazon")
    old, new = FAULTY_CSV[name]
    assert old in acknowledgment()
    world.drop("erp", "answer.csv", acknowledgment().replace(old, new))
    world.run()

    assert [*world.replies("erp")] == ["answer.csv.err"]
    reply = world.replies("erp")["answer.csv.err"]
    assert world.arrivals()[-1].id in reply
    assert len(reply.splitlines()) > 1, reply
    assert not world.taken("amazon")
    assert world.accounts() == {"delivered": 1, "rejected": 1}


def test_a_file_of_a_channel_that_nobody_described_waits_for_one(world: World) -> None:
    arrival = Arrival(channel="stranger/edi", who=Who("user", "otto"), partner=None, file_name="order.850")
    world.store.intake.receive(arrival, [orders("ORDER001")])
    world.handed_in["stranger"] += 1
    world.run()

    (arrived,) = world.arrivals()
    assert arrived.state is State.QUARANTINED
    assert world.records("arrival-quarantined", arrived.id)[0]["why"] == "no-agreement"
    assert world.alerts() == {"message-quarantined": 1}
    assert world.accounts() == {"open": 1}
