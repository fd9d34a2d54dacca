"""A command with a key is carried out once, however often it is given; and workspaces on other databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.errors import UsageError
from gateway.service.alone import opened
from gateway.service.around import real_surroundings
from gateway.service.commands.table import COMMANDS
from gateway.service.connection.frames import Answer, Json
from gateway.service.opened import Opened
from gateway.service.starting import make
from gateway.settings import read_settings
from gateway.store.people import Who
from tests.service.planted import workspace_on

STREAM: dict[str, Json] = {
    "sender": "ZZ/ACORN",
    "receiver": "ZZ/AMAZON",
    "function": "set",
    "reason": "by mail",
    "new": True,
}
ME = Who("user", "otto")


@pytest.fixture
def workspace(root: Path) -> Iterator[Opened]:
    with opened(root, real_surroundings()) as made:
        yield made


def give(workspace: Opened, command: str, **more: Json) -> Answer:
    return COMMANDS[command](workspace, {**STREAM, **more}, ME, ())


def test_the_same_key_gets_the_same_number(workspace: Opened) -> None:
    first = give(workspace, "take-number", key="letter 7")
    assert (first["number"], first["again"]) == (1, False)
    assert give(workspace, "take-number", key="letter 7") == {**first, "again": True}
    assert give(workspace, "take-number", key="letter 8")["number"] == 2
    assert give(workspace, "take-number")["number"] == 3
    assert "again" not in give(workspace, "take-number")


def test_a_key_of_another_command_or_of_other_arguments_is_another_matter(workspace: Opened) -> None:
    give(workspace, "take-number", key="k")
    with pytest.raises(UsageError, match="'k' came before with another command; nothing was changed"):
        give(workspace, "take-number", key="k", receiver="ZZ/OTHER")
    assert give(workspace, "set-numbers", key="k", next=40)["following"] == 40
    assert give(workspace, "take-number")["number"] == 40


def test_a_new_cycle_is_begun_once(workspace: Opened) -> None:
    give(workspace, "set-numbers", next=500)
    asked: dict[str, Json] = {"next": 5, "new_cycle": True, "key": "anew"}
    assert give(workspace, "set-numbers", **asked)["cycle"] == 2
    assert give(workspace, "set-numbers", **asked)["cycle"] == 2
    assert give(workspace, "take-number")["number"] == 5


def test_a_refused_command_leaves_its_key_free(workspace: Opened) -> None:
    give(workspace, "set-numbers", next=500)
    with pytest.raises(UsageError, match="stand at 500"):
        give(workspace, "set-numbers", next=5, key="back")
    assert give(workspace, "set-numbers", next=600, key="back")["following"] == 600


def test_a_workspace_is_made_on_the_database_that_is_named(tmp_path: Path, postgresql_url: str) -> None:
    root = workspace_on(tmp_path / "ws", postgresql_url)
    assert read_settings(root).store.database.startswith("postgresql://")
    assert not (root / "var" / "gateway.db").exists()
    with opened(root, real_surroundings()) as made:
        assert give(made, "take-number", key="k")["number"] == 1
        assert give(made, "take-number", key="k")["number"] == 1


def test_a_database_that_cannot_be_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"--database: `database` is `sqlite`.* nothing was made"):
        make(tmp_path / "ws", real_surroundings(), "mysql://x/y")
    assert not (tmp_path / "ws").exists()
