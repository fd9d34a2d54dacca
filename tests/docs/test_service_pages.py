"""The pages about the service are read by somebody who types every command, one page after the other."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest
import typer

from gateway.cli.application import application
from gateway.codes.alerts import ALERTS
from gateway.ledger.leaf import Leaf
from tests.docs.console import Reader, follow, told
from tests.docs.test_readme import FOLDERS, README, ROOT

OPERATIONS, LEDGER, RELIABILITY, ARCHITECTURE = (
    (ROOT / f"docs/{name}.md").read_text(encoding="utf-8")
    for name in ("operations", "ledger", "reliability", "architecture")
)
FIRST = README.partition("## First result")[2].partition("\n### ")[0]
KEEPING = README.partition("### Keep what arrives")[2].partition("\n## ")[0]
NAME = "edi.example.com/acorn"


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    """Somebody with a checkout, who has read the README up to its commands."""
    checkout = tmp_path / "checkout"
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, checkout / folder)

    def named() -> None:
        settings = checkout / "acorn/gateway.yaml"
        text, count = re.subn(r"(?m)^  name: .*$", f"  name: {NAME}", settings.read_text("utf-8"))
        assert count == 1
        settings.write_text(text, "utf-8")

    with Reader(checkout, tmp_path / "notes") as reading:
        assert follow(reading, KEEPING, before={"cp -r partners": named}) >= 6
        yield reading


def test_a_first_reader_sees_an_order_go_to_the_erp_and_its_answer_come_back(tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, checkout / folder)
    with Reader(checkout, tmp_path / "notes") as reading:
        assert follow(reading, FIRST) >= 10


def test_who_operates_it_can_do_as_the_page_says(reader: Reader) -> None:
    assert follow(reader, OPERATIONS) >= 8


def test_an_auditor_and_who_restores_a_backup_can_do_as_the_pages_say(reader: Reader) -> None:
    assert follow(reader, LEDGER) >= 8
    assert follow(reader, RELIABILITY, codes={"gateway restore": 1}) >= 8


def test_every_command_is_in_the_table_of_the_readme() -> None:
    in_table = {
        f"gateway {group} {name}"
        for group, names in re.findall(r"`gateway ([a-z-]+) ([a-z-]+(?:\\\|[a-z-]+)*)(?= [A-Z]|`)", README)
        for name in names.split("\\|")
    }
    in_table |= {f"gateway {name}" for name in re.findall(r"`gateway ([a-z-]+)(?= [A-Z-]|`)", README)}
    assert set(_commands(typer.main.get_command(application), "gateway")) <= in_table


def _commands(command: object, name: str) -> Iterator[str]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield name
    else:
        for word, each in inner.items():
            yield from _commands(each, f"{name} {word}")


def test_operators_are_told_of_each_alert_of_the_catalogue_with_its_severity() -> None:
    alerts = OPERATIONS.partition("## Alerts")[2].partition("\n## ")[0]
    named = re.findall(r"^\| `([a-z-]+)` \| (error|warning|note) \|", alerts, re.MULTILINE)
    assert sorted(code for code, _ in named) == sorted(ALERTS)
    assert all(ALERTS[code].severity.value == severity for code, severity in named)
    assert all(code in ALERTS for code in re.findall(r"alert `([a-z-]+)`", RELIABILITY + LEDGER))


def test_every_event_of_the_log_is_told() -> None:
    written = re.compile(r"""(?:log\.(?:info|warning|error)|\bwrite)\(\s*"([a-z-]+)\"""")
    sources = (ROOT / "gateway/service").rglob("*.py")
    events = {event for path in sources for event in written.findall(path.read_text(encoding="utf-8"))}
    table = OPERATIONS.partition("| event | level |")[2].partition("\n\n")[0]
    told_of = {
        event
        for row in re.findall(r"^\| (.*?) \|", table, re.MULTILINE)
        for event in re.findall(r"`([a-z-]+)`", row)
    }
    assert events == told_of


def test_every_key_of_a_leaf_is_told() -> None:
    table = LEDGER.partition("| key | says |")[2].partition("\n\n")[0]
    keys = {
        key for row in re.findall(r"^\| (.*?) \|", table, re.MULTILINE) for key in re.findall(r"`(\w+)`", row)
    }
    assert keys == set(Leaf.__struct_encode_fields__)


def test_the_tests_that_pages_name_are_there() -> None:
    text = RELIABILITY + LEDGER
    named = set(re.findall(r"`(tests/[\w/.]+)`", text))
    files = set(re.findall(r"`(test_\w+\.py)`", text))
    assert named
    assert all((ROOT / each).exists() for each in named), sorted(named)
    there = {path.name for path in (ROOT / "tests").rglob("test_*.py")}
    assert files <= there, sorted(files - there)


@pytest.mark.parametrize(
    "page", [OPERATIONS, LEDGER, RELIABILITY], ids=["operations", "ledger", "reliability"]
)
def test_every_command_that_a_page_shows_is_one_of_ours_or_of_any_shell(page: str) -> None:
    known = {"gateway", "ls", "cd", "cp", "mkdir", "rm", "kill", "install", "python3", "sed"}
    known |= {
        "LOG_KEY=../witness/epoch-1/log.vkey",
        "LATEST=../witness/epoch-1/00000000000000000007.cosigned",
    }
    assert {command.split()[0] for command, _ in told(page)} <= known


@pytest.mark.parametrize(
    "package", ["store", "service", "service/exchange", "exchange", "transports/folder", "ledger"]
)
def test_every_module_has_its_reason_to_change(package: str) -> None:
    table = ARCHITECTURE.partition(f"| module of `{package}/` |")[2].partition("\n\n")[0]
    cells = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `")]
    told = [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]
    folder = ROOT / "gateway" / package
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    parts = {f"{path.parent.name}/" for path in folder.glob("*/__init__.py")}
    assert {each for each in modules | parts if not any(fnmatch(each, name) for name in told)} == set()
    named = [name for name in told if not name.endswith(".py")]
    assert [name for name in named if not any(fnmatch(each, name) for each in modules | parts)] == []
