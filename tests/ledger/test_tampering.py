"""Whatever somebody changes in the files of a store is found, and what only a checkpoint outside can show.

`make test` tries 48 tamperings and 6 histories that were written anew; `GATEWAY_SOAK_TIMES=34` makes them
5,100 and 1,020.
"""

from __future__ import annotations

import random
from itertools import islice
from pathlib import Path

import pytest

from gateway.store import schema
from gateway.store.verifying import log as verifying
from gateway.store.verifying import messages as verify_messages
from gateway.store.verifying import others as verify_others
from gateway.store.verifying import state as verify_state
from gateway.store.verifying.configured import ConfiguredTold
from gateway.store.verifying.control_numbers import NumbersTold
from gateway.store.verifying.log import _Checking
from gateway.store.verifying.messages import _Message
from gateway.store.verifying.report import Flaw
from gateway.store.writing import leaf_rows
from tests.ledger.tampered_store import ARRIVALS, ERASED, EXCHANGED, Hands, World, make_world
from tests.ledger.tampering import Thief, tamper
from tests.ledger.tampering_deeds import (
    CONFIGURED,
    DOCUMENTS,
    KEYS_OF_ERASED,
    KINDS,
    LONE,
    MESSAGES,
    NODES,
    NUMBERS,
    NUMBERS_COUNTED,
    PARTNERS,
    PAYLOADS,
    RECORDS,
    REHASHED,
    REORDERED,
    REQUEST_ADDED,
    SEARCH,
    SENDINGS,
    SIGNED,
    TABLES,
    WITNESSES,
    Deed,
)
from tests.thoroughness import examples

SHARES = 6
DOCUMENTS_READ = 4  # messages that have no bytes of their own, and were not erased
ALL = [deed for kind in (*KINDS, REHASHED) for deed in kind]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """One store for all tests, which work on copies."""
    return make_world(tmp_path_factory.mktemp("world"))


def test_a_store_that_nobody_touched_holds_against_all_its_checkpoints(world: World, tmp_path: Path) -> None:
    report = world.check(world.copy(tmp_path / "copy"), [each.note for each in world.snapshots])
    assert report.faults == ()
    assert report.holds
    looked = report.looked
    assert (looked.leaves, looked.outside) == (report.size, len(world.snapshots))
    assert looked.nodes == report.size // 16 + report.size // 256
    assert (looked.messages, looked.erased) == (ARRIVALS + EXCHANGED, 6 + ERASED)
    assert looked.payloads == looked.messages - looked.erased - DOCUMENTS_READ


@pytest.mark.one_in(3)
@pytest.mark.parametrize("deed", ALL, ids=lambda deed: deed.__name__)
def test_each_kind_of_tampering_is_found(world: World, tmp_path: Path, deed: Deed) -> None:
    hands = Hands(world.copy(tmp_path / "copy"), random.Random(850))
    deed(hands)
    hands.close()
    assert not world.check(tmp_path / "copy", [world.snapshots[-1].note]).holds


@pytest.mark.parametrize("deed", NUMBERS_COUNTED, ids=lambda deed: deed.__name__)
def test_tamperings_with_the_count_of_numbers_are_found_with_nothing_opened(
    world: World, tmp_path: Path, deed: Deed
) -> None:
    hands = Hands(world.copy(tmp_path / "copy"), random.Random(850))
    deed(hands)
    hands.close()
    report = world.check(tmp_path / "copy", [world.snapshots[-1].note], deep=False)
    assert {fault.code for fault in report.faults} == {Flaw.CONTROL_NUMBER}


@pytest.mark.parametrize("share", range(SHARES))
def test_tamperings_by_chance_are_all_found(world: World, tmp_path: Path, share: int) -> None:
    each = examples(150) // SHARES
    assert list(tamper(world, tmp_path / "copy", range(share * each, (share + 1) * each))) == []


@pytest.mark.parametrize("share", range(SHARES))
def test_what_is_signed_anew_is_found_against_an_earlier_checkpoint_and_not_without(
    world: World, tmp_path: Path, share: int
) -> None:
    each = examples(30) // SHARES
    for number in range(share * each, (share + 1) * each):
        chance = random.Random(f"thief/{number}")
        done, first = Thief(world, tmp_path / "copy", chance).rewrite()
        without = world.check(tmp_path / "copy", [])
        assert without.faults == (), done
        earlier = chance.choice([one for one in world.snapshots if one.size > first])
        assert not world.check(tmp_path / "copy", [earlier.note]).holds, done


@pytest.mark.parametrize(
    ("owner", "check", "kind"),
    [
        (_Message, "check_payloads", PAYLOADS),
        (_Message, "check_row", MESSAGES),
        (_Message, "check_search", SEARCH),
        (_Message, "check_key", KEYS_OF_ERASED),
        (leaf_rows, "nodes_differ", NODES),
        (NumbersTold, "finish", NUMBERS),
        (_Checking, "_compare", REORDERED),
        (_Checking, "_signed", SIGNED),
        (verify_others, "_check_people", PARTNERS),
        (verify_messages, "check_no_more_requests", REQUEST_ADDED),
        (verify_state, "check_witnessed", WITNESSES),
        (schema, "damage", TABLES),
        (verify_state, "check_messages", RECORDS),
        (verify_messages, "check_document", DOCUMENTS),
        (verify_messages, "check_sending", SENDINGS),
        (ConfiguredTold, "check", CONFIGURED),
        (verify_state, "_lone", LONE),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_verifier_that_skips_one_check_is_caught(
    world: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    owner: object,
    check: str,
    kind: tuple[Deed, ...],
) -> None:
    """Else the tests above would show nothing of that check."""
    monkeypatch.setattr(owner, check, lambda *given: ())
    assert any(tamper(world, tmp_path / "copy", range(12), kinds=(kind,), rehashed=()))


def test_the_leaves_alone_show_nothing_of_a_rewriting_that_hashes_all_anew(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is found of it is found by checkpoints, or by the state."""
    monkeypatch.setattr(_Checking, "_compare", lambda *given: None)
    for check in ("check_counted", "check_state"):
        monkeypatch.setattr(verifying, check, lambda *given: None)
    missed = tamper(world, tmp_path / "copy", range(15), kinds=(REHASHED,))
    assert len(list(islice(missed, 6))) == 6
