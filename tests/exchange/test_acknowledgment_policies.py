"""What is answered, as was agreed: TA1, 997, 999, or nothing."""

from __future__ import annotations

import pytest

from tests.exchange.conftest import MakeWorld
from tests.exchange.files import FAULTY_DAY, Interchange, Sent, order
from tests.exchange.partners import ALL, amazon
from tests.exchange.world import World

GOOD, FAULTY = order("GOODONE1"), order("FAULTY01", day=FAULTY_DAY)


def answered(new_world: MakeWorld, policy: str, data: bytes, x12: str = "") -> bytes:
    """What a file is answered with under a policy."""
    world = new_world(ALL | {"amazon": amazon(acknowledge=policy, x12=x12)})
    world.drop("amazon", "order.850", data)
    world.run()
    return b"".join(world.taken("amazon").values())


@pytest.mark.parametrize(
    ("policy", "asks", "is_broken", "owed"),
    [
        ("asked", "0", False, False),
        ("asked", "1", False, True),
        ("asked", "0", True, True),
        ("refused", "1", False, False),
        ("refused", "0", True, True),
        ("never", "1", False, False),
        ("never", "0", True, False),
    ],
)
def test_a_ta1_is_sent_when_it_was_agreed(
    new_world: MakeWorld, policy: str, asks: str, is_broken: bool, owed: bool
) -> None:
    data = Interchange([("850", GOOD)], asks=asks).data
    if is_broken:
        data = data.replace(b"IEA*1*000000041~", b"IEA*1*000000077~")
    answer = answered(new_world, f"ta1: {policy}", data)
    assert (b"TA1*000000041*261103*0915" in answer) == owed, answer
    if owed:
        assert (b"*R*" if is_broken else b"*A*000") in answer


@pytest.mark.parametrize(
    ("policy", "body", "owed"),
    [
        ("always", GOOD, True),
        ("always", FAULTY, True),
        ("errors", GOOD, False),
        ("errors", FAULTY, True),
        ("never", GOOD, False),
        ("never", FAULTY, False),
    ],
)
def test_a_997_is_sent_when_it_was_agreed(
    new_world: MakeWorld, policy: str, body: list[str], owed: bool
) -> None:
    answer = answered(new_world, f"functional: {policy}", Interchange([("850", body)]).data)
    assert (b"ST*997*" in answer) == owed
    assert not owed or (b"AK5*A~" if body is GOOD else b"AK5*R") in answer


@pytest.mark.parametrize(
    ("agreed", "release", "expected"),
    [("999", "005010", b"ST*999*"), ("997", "005010", b"ST*997*"), ("999", "004010", b"ST*997*")],
)
def test_999_answers_groups_of_005010_and_later_where_agreed(
    new_world: MakeWorld, agreed: str, release: str, expected: bytes
) -> None:
    data = Interchange([("850", GOOD)], version="00501", release=release).data
    answer = answered(new_world, "", data, x12=f'acknowledge: "{agreed}"')
    assert expected in answer, answer
    assert b"*A~" in answer


@pytest.mark.parametrize("asks", ["0", "1"])
def test_acknowledgments_are_never_acknowledged(world: World, asks: str) -> None:
    world.drop("amazon", "order.850", Interchange([("850", GOOD)]).data)
    world.run()
    ((_, answer),) = world.taken("amazon").items()
    body = ["AK1*FA*1", "AK2*997*0001", "AK5*A", "AK9*A*1*1*1"]
    assert Sent(answer).sets == [("997", "0001")]
    world.drop("amazon", "answer.997", Interchange([("997", body)], 42, group="FA", asks=asks).data)
    world.run()

    sent = b"".join(world.taken("amazon").values())
    assert b"ST*997" not in sent
    assert (b"TA1*000000042" in sent) == (asks == "1"), "only the envelope is told of, and only when it asks"
