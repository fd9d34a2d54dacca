"""When folders are looked at: at once after a change, once more after it, and every second in any case."""

from __future__ import annotations

from pathlib import Path

from gateway.transports.folder.watching import Watching, last_change

PATHS = {"acorn/edi": "in"}


def test_a_folder_is_due_after_a_change_once_more_and_then_each_second() -> None:
    changes: dict[str, int | None] = {"in": 1}
    watching = Watching(changes.get)
    assert [bool(watching.due(PATHS, now)) for now in (0.0, 0.25, 0.5, 0.75)] == [True, True, False, False]
    changes["in"] = 2
    assert [bool(watching.due(PATHS, now)) for now in (1.0, 1.25, 1.5, 2.25)] == [True, True, False, True]


def test_a_folder_that_takes_long_is_looked_at_more_seldom() -> None:
    watching = Watching({"in": 1}.get)
    watching.due(PATHS, 0.0)
    watching.due(PATHS, 0.25)
    watching.took("acorn/edi", 0.5)
    watching.took("gone", 0.5)
    assert [bool(watching.due(PATHS, now)) for now in (5.0, 5.25)] == [False, True]


def test_a_folder_that_is_not_there_is_no_fault(tmp_path: Path) -> None:
    before = last_change(str(tmp_path))
    assert last_change(str(tmp_path / "none")) is None
    assert before is not None
