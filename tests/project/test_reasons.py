"""An exception from the checks stands only with its reason beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.project.reasons import unreasoned, unreasoned_below

ROOT = Path(__file__).resolve().parents[2]
IGNORE = "# type" + ": ignore"
NO_CHECK = "# no" + "qa"


def test_every_exception_in_the_project_has_its_reason() -> None:
    found = unreasoned_below(ROOT)
    assert not found, "\n" + "\n".join(str(one) for one in found)


@pytest.mark.parametrize(
    ("source", "line", "text"),
    [
        (f"a = f()  {IGNORE}", 1, "`type: ignore` names no code"),
        (f"a = f()  {IGNORE}  # the stubs are wrong", 1, "`type: ignore` names no code"),
        (f"\na = f()  {IGNORE}[arg-type]", 2, "`type: ignore` has no reason beside it"),
        (f"a = f()  {IGNORE}[arg-type]  # stubs", 1, "`type: ignore` has no reason beside it"),
        (f"a = f()  {NO_CHECK}", 1, "`noqa` names no code"),
        (f"a = f()  {NO_CHECK}: PLR0912", 1, "`noqa` has no reason beside it"),
        (f"a = f()  {NO_CHECK}: PLR0912, E501", 1, "`noqa` has no reason beside it"),
        ("from typing import Any\n\nx: Any = 1", 3, "`Any` has no reason beside it"),
        ("import typing\nx: dict[str, typing.Any] = {}", 2, "`Any` has no reason beside it"),
        ("def f(\n    a: int,\n    b: Any,\n) -> None: ...", 3, "`Any` has no reason beside it"),
    ],
)
def test_an_exception_without_a_reason_is_named(source: str, line: int, text: str) -> None:
    (found,) = unreasoned("module.py", source)
    assert (found.file, found.line, found.text) == ("module.py", line, text)


@pytest.mark.parametrize(
    "source",
    [
        f"a = f()  {IGNORE}[arg-type]  # the stubs name the old signature",
        f"a = f()  {NO_CHECK}: PLR0912 - one branch for each kind of segment",
        f"a = f()  {NO_CHECK}: PLR0912, E501  # a table reads best whole",
        "from typing import Any, NamedTuple",
        "from typing import (\n    Any,\n)",
        "x: Any = f()  # the library hands out whatever the file holds",
        '"""Any text may say Any."""',
        "Anything = 1",
    ],
)
def test_an_exception_with_its_reason_is_let_through(source: str) -> None:
    assert list(unreasoned("module.py", source)) == []
