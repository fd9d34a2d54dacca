"""Many processes take control numbers from one service: each is given once, and every gap has its reason.

With a key for each, what holds when the service is killed among them is exact: a client that got no answer
asks again by its key, and the numbers that were answered are the numbers that the store has as given. Without
a key a number whose answer got lost stays given, to nobody: it is no gap, and is not given again.
"""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import select
from sqlmodel import col

from gateway.store.control_numbers.history import Gap, gaps
from gateway.store.tables import ControlNumberUse
from tests.processes import Running, Starter
from tests.service.planted import looking, serving, started, workspace_on
from tests.thoroughness import TIMES

CLIENTS = "import sys; from tests.service.programs.numbers import main; sys.exit(main())"
PROCESSES = 8
EACH = 40 if TIMES == 1 else 5000
WITHIN = 60.0 * TIMES
FAULTY = 20  # numbers of each client are enough for a planted fault to show
LIVES = 20 if TIMES == 1 else EACH  # numbers of each client, where the service is killed
COMMIT = "commit of changed_once.keyed with take_number.change"
DEATHS = (f"before {COMMIT}:5", f"after {COMMIT}:5", "before answer in Listener._serve:20")


class Told(NamedTuple):
    """What the clients were told, and what the store has."""

    answered: Counter[int]
    given: Counter[int]
    gaps: tuple[Gap, ...]


@pytest.fixture(params=["sqlite", "postgresql"])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A workspace on each kind of database."""
    if request.param == "sqlite":
        return Path(request.getfixturevalue("root"))
    return workspace_on(tmp_path / "on-postgresql", request.getfixturevalue("postgresql_url"))


def clients(processes: Starter, root: Path, each: int) -> Running:
    (root.parent / "told").mkdir()
    return processes.python(CLIENTS, str(root), str(PROCESSES), str(each), str(root.parent / "told"))


def told(root: Path) -> Told:
    answered: Counter[int] = Counter()
    for file in (root.parent / "told").iterdir():
        answered.update(int(line.split()[1]) for line in file.read_text(encoding="ascii").splitlines())
    kept = select(col(ControlNumberUse.first)).where(col(ControlNumberUse.use) == "given")
    with looking(root) as connection:
        return Told(answered, Counter(connection.execute(kept).scalars()), gaps(connection))


def taken(processes: Starter, root: Path, words: str, each: int) -> Told:
    """All that came of many clients of one service."""
    running = serving(processes, root, words)
    asking = clients(processes, root, each)
    assert asking.wait(WITHIN) == 0, asking.err
    running.signal(signal.SIGTERM)
    assert running.wait() == 0
    return told(root)


@pytest.mark.one_in(2)
def test_no_number_is_given_twice_and_none_is_missing(processes: Starter, anywhere: Path) -> None:
    found = taken(processes, anywhere, "", EACH)
    assert found.answered == Counter(range(1, PROCESSES * EACH + 1))
    assert found.given == found.answered
    assert found.gaps == ()


@pytest.mark.one_in(2)
@pytest.mark.parametrize("fault", ["doubled", "skipped"])
def test_a_fault_that_is_planted_is_seen(processes: Starter, root: Path, fault: str) -> None:
    found = taken(processes, root, fault, FAULTY)
    assert found.answered != Counter(range(1, PROCESSES * FAULTY + 1))
    assert (max(found.answered.values()) > 1) == (fault == "doubled")
    assert (found.gaps != ()) == (fault == "skipped")


def killed_among(
    processes: Starter, root: Path, each: int, words: str, deaths: Sequence[str] = DEATHS
) -> Told:
    """The same, while the service is killed at each of these moments."""
    asking: Running | None = None
    for death in deaths:
        running = started(processes, root, f"{words},kill={death}" if words else f"kill={death}")
        asking = asking or clients(processes, root, each)
        assert running.wait() == -signal.SIGKILL, running.err
    running = serving(processes, root, words)
    assert asking is not None
    assert asking.wait(WITHIN) == 0, asking.err
    running.signal(signal.SIGTERM)
    assert running.wait() == 0
    return told(root)


@pytest.mark.one_in(2)
def test_a_service_that_is_killed_gives_no_number_twice(processes: Starter, anywhere: Path) -> None:
    found = killed_among(processes, anywhere, LIVES, "")
    assert found.answered == Counter(range(1, PROCESSES * LIVES + 1))
    assert found.given == found.answered
    assert found.gaps == ()


def test_a_service_that_forgets_keys_is_seen(processes: Starter, root: Path) -> None:
    """The numbers whose answer got lost are given, and nobody has them: no gap, no number twice."""
    found = killed_among(processes, root, FAULTY, "keyless", ["after commit of take_number.change:5"])
    assert max(found.answered.values()) == 1
    assert found.given > found.answered
    assert found.gaps == ()
