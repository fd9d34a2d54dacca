"""Beside a service a command starts without the store, and without the parser of arguments."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.cli.plain_words import plain_command
from tests.cli.command import run
from tests.cli.test_startup import SLOW_TO_LOAD, loaded
from tests.service.listeners import Listening

OF_THE_STORE = (
    "sqlalchemy",
    "sqlmodel",
    "alembic",
    "sqlite3",
    "cryptography",
    "structlog",
    "gateway.store.tables",
)


@pytest.mark.parametrize(
    "arguments",
    [("receive", "gateway.yaml", "--channel", "amazon", "--key", "k"), ("status",), ("status", "--json")],
    ids=" ".join,
)
def test_the_service_has_loaded_the_store_already(
    root: Path, listening: Listening, arguments: tuple[str, ...]
) -> None:
    assert loaded(arguments, (*SLOW_TO_LOAD, *OF_THE_STORE), root) == "[]"
    assert listening.told("command-refused", "command-failed") == []


@pytest.mark.parametrize(
    ("plain", "parsed"),
    [
        (("receive", "x.850", "--channel", "a", "--key", "k"),
         ("receive", "--channel=a", "x.850", "--key=k")),
        (("receive", "x.850", "--channel", "?"), ("receive", "--channel=?", "x.850")),
        (("receive", "missing", "--channel", "a", "--json"), ("receive", "--channel=a", "missing", "--json")),
        (("receive", "x.850", "--channel", "a", "--key", "k", "--json"),
         ("receive", "--channel=a", "x.850", "--key=k", "--json")),
    ],
    ids=" ".join,
)  # fmt: skip
def test_plain_words_do_what_the_parser_would(
    root: Path, listening: Listening, plain: tuple[str, ...], parsed: tuple[str, ...]
) -> None:
    (root / "x.850").write_bytes(b"abc")
    with listening.link():  # one that says nothing is no hindrance
        run("receive", "x.850", "--channel", "a", "--key", "k", cwd=root)
        assert plain_command(plain) is not None
        assert plain_command(parsed) is None
        assert run(*plain, cwd=root) == run(*parsed, cwd=root)


@pytest.mark.parametrize(
    "arguments",
    [
        ("receive",),
        ("receive", "x.850"),
        ("receive", "--channel", "a"),
        ("receive", "-", "--channel", "a"),
        ("receive", "x", "y", "--channel", "a"),
        ("receive", "x", "--channel", "a", "--channel", "b"),
        ("receive", "x", "--channel", ""),
        ("status", "x"),
        ("status", "--help"),
    ],
    ids=" ".join,
)
def test_all_other_words_are_left_to_the_parser(arguments: tuple[str, ...]) -> None:
    assert plain_command(arguments) is None
