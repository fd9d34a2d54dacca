"""What is answered, as was agreed: TA1, 997, 999, or nothing."""

from __future__ import annotations

from collections import Counter

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


A_GUIDE = """\
guide: 850
releases: "004010"
direction: inbound
about: retail orders
sources:
  OWN: written for this test
statements:
  - CSH required:
      source: OWN
"""


@pytest.mark.parametrize(
    ("rejects", "guide_refuses", "business_refuses"),
    [("standard", False, False), ("guide", True, False), ("business", True, True)],
)
def test_errors_reject_as_far_as_was_agreed(
    new_world: MakeWorld, rejects: str, guide_refuses: bool, business_refuses: bool
) -> None:
    """The standard lets all three through; the second is against the guide, and the third says no
    quantity, without which it is no order."""
    world = new_world(ALL | {"amazon": amazon(acknowledge=f"rejects: {rejects}")})
    folder = world.root / "partners" / "amazon" / "guides"
    folder.mkdir(exist_ok=True)
    (folder / "850.yaml").write_text(A_GUIDE)
    world.run()
    against = [each for each in order("AGAINST1") if not each.startswith("CSH")]
    unclear = [each.replace("*12*CA*", "***") for each in order("UNCLEAR1")]
    world.drop("amazon", "orders", Interchange([("850", GOOD), ("850", against), ("850", unclear)]).data)
    world.run()

    (answer,) = world.taken("amazon").values()
    verdicts = [line for line in answer.decode().split("\n") if line.startswith("AK5")]
    assert [each.startswith("AK5*R") for each in verdicts] == [False, guide_refuses, business_refuses]
    states = Counter(("delivered",))
    states["rejected" if guide_refuses else "delivered"] += 1
    states["rejected" if business_refuses else "failed"] += 1
    assert world.message_states() == states
