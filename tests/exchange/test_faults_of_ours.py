"""A document on which our own code fails: it is put aside, and all others go on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pytest

from gateway.documents import PurchaseOrder
from gateway.exchange.writing import Prepared, prepare
from gateway.formats.detect import Format
from gateway.pipeline.knowledge import Knowledge
from gateway.pipeline.tables import Sourced
from gateway.service.exchange import planning_documents
from tests.exchange.files import orders
from tests.exchange.world import World
from tests.thoroughness import either

HARMFUL = "HARMFUL1"
MANY = either(60, 1000)


@pytest.fixture
def harmful(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a table does raises for one order."""

    def planted(documents: Sequence[Sourced], form: Format, knowledge: Knowledge, at: datetime) -> Prepared:
        if any(
            isinstance(each.document, PurchaseOrder) and each.document.number == HARMFUL for each in documents
        ):
            raise ZeroDivisionError("planted")
        return prepare(documents, form, knowledge, at)

    monkeypatch.setattr(planning_documents, "prepare", planted)


@pytest.mark.usefixtures("harmful")
def test_one_harmful_order_among_many_is_parked_and_the_others_finish(world: World) -> None:
    world.expected = (ZeroDivisionError,)
    world.buried_on_purpose.update({"take-up parked": 1})
    for place in range(MANY):
        number = HARMFUL if place == MANY // 2 else f"ORD{place:05d}"
        world.drop("amazon", f"{place:04d}.850", orders(number, control=place + 1))
    world.run()
    world.pass_time(600, stride=60)

    assert world.accounts() == {"delivered": MANY - 1, "open": 1}
    assert len(world.taken("erp")) == MANY - 1
    assert len(world.taken("amazon")) == MANY - 1
    assert world.alerts() == {"step-parked": 1}
    assert world.workers.worked["take-up"] <= MANY + 50 + 10, "the others were done again and again"


@pytest.mark.usefixtures("harmful")
@pytest.mark.xfail(strict=True, reason="a fault of ours in one document keeps back all others of its file")
def test_a_harmful_order_keeps_back_no_other_of_its_file(world: World) -> None:
    world.expected = (ZeroDivisionError,)
    world.buried_on_purpose.update({"take-up parked": 1})
    world.drop("amazon", "both.850", orders("ORDER001", HARMFUL, "ORDER002"))
    world.run()
    world.pass_time(600, stride=60)

    assert len(world.taken("erp")) == 2
