"""Real processes that are killed in the middle of their work: no step is lost, and no effect comes twice."""

from __future__ import annotations

import contextlib
import signal
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from gateway.store.queue.steps import NewStep
from gateway.store.store import make_store, open_store
from gateway.store.tables import Step
from tests.processes import Starter
from tests.service.queue_child import parts_of
from tests.service.work import Desk
from tests.store.stores import ME

CHILD = "import runpy; runpy.run_module('tests.service.queue_child', run_name='__main__', alter_sys=False)"
# The store is open for reading here all the while, as it is when somebody looks at it by a command.
KILLS = {
    "sqlite": (("begin", 3), ("change", 20), ("kept", 40), ("change", 1)),
    "postgresql": (("change", 20), ("kept", 40)),
}


@pytest.mark.one_in(2)
@pytest.mark.parametrize("kind", KILLS)
def test_after_kills_each_of_200_steps_had_its_effect_once(
    request: pytest.FixtureRequest, processes: Starter, tmp_path: Path, kind: str
) -> None:
    url = request.getfixturevalue("postgresql_url") if kind == "postgresql" else ""
    parts = parts_of(tmp_path, url)
    make_store(parts, ME)
    store = open_store(parts, _no_doubt)
    ids = Desk(store).enqueue(
        *(NewStep("k", lane=f"lane-{n % 20}" if n % 3 == 0 else None) for n in range(200))
    )
    store.close()
    watcher = parts_of(tmp_path, url).database
    with contextlib.closing(watcher):
        for moment, times in (*KILLS[kind], ("never", 0)):
            child = processes.python(CHILD, str(tmp_path), url, moment, str(times))
            assert child.wait() == (0 if moment == "never" else -signal.SIGKILL), child.err
            with watcher.reading() as connection:
                connection.execute(select(func.count()).select_from(Step))
    assert child.out == "ended\n"
    store = open_store(parts_of(tmp_path, url), _no_doubt)
    try:
        assert Desk(store).states() == {"done": 200}
        assert Desk(store).effects() == Counter(ids)
    finally:
        store.close()


def _no_doubt(doubt: Exception) -> None:
    raise AssertionError(f"the disk of a test is in doubt: {doubt}")
