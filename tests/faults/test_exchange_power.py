"""Power is lost under a running folder exchange: nothing that was dropped is lost, and nothing comes twice.

Two peers trade with the service, all of them recorded. No step in a folder may come before what it rests on;
and from images of what a loss of power leaves, the gateway and the peers go on until all is settled and all
accounts are drawn up.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.exchange import PATIENCE, Traded, is_note, peers_in, traded, unsynced, wrong
from tests.faults.folder_order import Found, early_in_folders
from tests.faults.powerloss import images
from tests.faults.tracing import needs_strace
from tests.kills.services import Zygote
from tests.thoroughness import TIMES, Tell, either, either_of

ORDERS = 4
IN_SOAK = 20  # images of a run with a planted fault
WITH_A_FAULT = 3.0  # seconds, after which nothing comes any more
KINDS = {
    "kept, and claimed before",
    "archived, and kept before",
    "replied, and processed before",
    "ended, and replied before",
    "handed over, and queued before",
    "delivered, and handed over before",
    "settled, and delivered before",
}
PLANTED = {
    "drop-folders-unsynced": {
        "kept, and claimed before",
        "ended, and replied before",
        "delivered, and handed over before",
    },
    "archived-early": {"archived, and kept before"},
    "commits-normal": {
        "archived, and kept before",
        "replied, and processed before",
        "handed over, and queued before",
        "settled, and delivered before",
    },
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> list[Traded]:
    """Recordings of the gateway as it is."""
    folder = tmp_path_factory.mktemp("sound")
    sizes = either_of([ORDERS], [ORDERS, 6, 9, 12])
    return [traded(folder / str(orders), "none", orders) for orders in sizes]


def found_in(run: Traded) -> Found:
    """What was early in a run."""
    return early_in_folders(run.recording, peers_in(run))


def kinds_of(found: Found) -> set[str]:
    """The kinds of what was early."""
    return {each.partition(":")[0] for each in found.early}


def wrong_images(
    run: Traded, count: int, zygote: Zygote, folder: Path, patience: float
) -> dict[int, list[str]]:
    """The seeds of images from which not all came as it should, with what is amiss."""
    looked = images(run.recording, range(count), is_note)
    told = {image.seed: wrong(zygote, image, run.notes, folder, patience) for image in looked}
    assert len(told) == count
    return {seed: faults for seed, faults in told.items() if faults}


@needs_strace
def test_each_step_in_a_folder_waits_for_what_it_rests_on(sound: list[Traded], tell: Tell) -> None:
    for run in sound:
        found = found_in(run)
        tell(f"{dict(found.held)}: {len(found.early)} early")
        assert {*found.held} == KINDS
        assert found.early == ()


@needs_strace
def test_all_that_was_dropped_outlasts_a_loss_of_power(
    sound: list[Traded], zygote: Zygote, tmp_path: Path, tell: Tell
) -> None:
    each = either(2, 25 * TIMES // len(sound))
    for run in sound:
        broken = wrong_images(run, each, zygote, tmp_path / "image", PATIENCE)
        tell(
            f"{each} losses of power under {run.notes.parent.name} orders, {len(broken)} with something amiss"
        )
        assert broken == {}


LEFT_OUT: dict[str, Callable[[str], bool]] = {
    "drop-folders-unsynced": lambda path: (
        path.startswith(("ws/inbound", "ws/outbound")) and not path.endswith(".part")
    ),
    "commits-normal": lambda path: path.endswith("-wal"),
    "vault-unsynced": lambda path: path.startswith("ws/var/vault"),
}


@needs_strace
@pytest.mark.parametrize("fault", either_of([*LEFT_OUT][:2], [*LEFT_OUT]))
def test_syncs_that_are_left_out_are_found(
    fault: str, sound: list[Traded], zygote: Zygote, tmp_path: Path
) -> None:
    """The same run, held to be one in which these syncs were never asked for."""
    run = unsynced(sound[0], LEFT_OUT[fault])
    assert kinds_of(found_in(run)) == PLANTED.get(fault, set())
    looked = images(run.recording, range(IN_SOAK), is_note)
    assert any(wrong(zygote, image, run.notes, tmp_path / "image", WITH_A_FAULT) for image in looked)


@pytest.mark.one_in(3)
@pytest.mark.skipif(TIMES == 1, reason="builds with planted faults are recorded in `make soak-faults` alone")
@needs_strace
@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found(fault: str, zygote: Zygote, tmp_path: Path, tell: Tell) -> None:
    run = traded(tmp_path / "run", fault, ORDERS)
    early = kinds_of(found_in(run))
    assert PLANTED[fault] <= early
    broken = wrong_images(run, IN_SOAK, zygote, tmp_path / "image", WITH_A_FAULT)
    tell(f"{fault}: {len(broken)} of {IN_SOAK} images with something amiss; early: {sorted(early)}")
    assert broken
