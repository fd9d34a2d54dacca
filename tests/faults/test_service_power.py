"""Power is lost under the real service: no answer left before what it promises would outlast that.

The harness is held against faults that are planted: each of them must be found.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.order import early, early_by_token
from tests.faults.powerloss import images
from tests.faults.service import Recorded, harmless, is_answer, message_of, recorded, token_of, wrong
from tests.faults.tracing import needs_strace
from tests.thoroughness import TIMES, Tell, either, either_of

PLANTED = ["commits-normal", "folders-unsynced", "answers-early"]
ONLY_IN_SOAK = ["commits-off", "files-unsynced"]


def _early_alone(found: Recorded) -> int:
    """How many answers to the client that waits for each left while a file of the vault was in doubt."""
    told = {str(each.answer["message"]) for each in found.alone if each.answer is not None}
    return len(
        early(
            found.recording,
            lambda event: is_answer(event) and message_of(event.data) in told,
            harmless,
        )
    )


def _early_together(found: Recorded) -> int:
    return len(early_by_token(found.recording, token_of, is_answer))


def _wrong_images(found: Recorded, folder: Path, count: int) -> dict[int, list[str]]:
    told = {
        image.seed: wrong(image, folder / "image")
        for image in images(found.recording, range(count), is_answer)
    }
    assert len(told) == count
    return {seed: faults for seed, faults in told.items() if faults}


@needs_strace
def test_every_answer_outlasts_a_loss_of_power(tmp_path: Path, tell: Tell) -> None:
    found = recorded(tmp_path, "none", 12, 32, killed=True)
    assert _early_alone(found) == 0
    assert _early_together(found) == 0
    for alone, together in either_of([], [(500, 0), (0, 500)]):
        _none_is_early(tmp_path / f"order-{alone}", alone, together, tell)
    count = either(15, 1000)
    broken = _wrong_images(found, tmp_path, count)
    tell(f"{count} losses of power, {len(broken)} with something wrong")
    assert broken == {}, f"python -m tests.faults.look {tmp_path} SEED makes the image of a seed again"


def _none_is_early(folder: Path, alone: int, together: int, tell: Tell) -> None:
    found = recorded(folder, "none", alone, together)
    early_ones = _early_alone(found), _early_together(found)
    tell(f"{alone} answers one by one, {together} at once: {early_ones[0]} and {early_ones[1]} early")
    assert early_ones == (0, 0)


@pytest.mark.one_in(3)
@needs_strace
@pytest.mark.parametrize("fault", PLANTED + (ONLY_IN_SOAK if TIMES > 1 else []))
def test_a_planted_fault_is_found(fault: str, tmp_path: Path, tell: Tell) -> None:
    found = recorded(tmp_path, fault, 8, 12)
    alone, together = _early_alone(found), _early_together(found)
    count = either(5, 100)
    broken = _wrong_images(found, tmp_path, count)
    tell(
        f"{fault}: {alone} of 8 and {together} of 12 + 8 answers early, {len(broken)} of {count} images wrong"
    )
    vault = fault in {"folders-unsynced", "files-unsynced"}
    assert alone >= (2 if vault else 0)
    assert together >= (0 if vault else 18)
    assert broken
