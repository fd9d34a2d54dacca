"""The rings of the package point inwards, and the check that says so catches what it must."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.project.layers import Breach, breaches

ROOT = Path(__file__).resolve().parents[2]


def plant(folder: Path, files: dict[str, str]) -> list[Breach]:
    """The breaches of a small package made of these files, beside modules for them to import."""
    bystanders = {
        "findings.py": "",
        "schema/__init__.py": "",
        "mapping/__init__.py": "",
        "store/__init__.py": "",
    }
    for name, text in {"__init__.py": "", **bystanders, **files}.items():
        path = folder / "gateway" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return breaches(folder / "gateway")


def test_no_module_of_the_gateway_breaks_the_direction_of_the_rings() -> None:
    found = breaches(ROOT / "gateway")
    assert not found, "\n" + "\n".join(str(breach) for breach in found)


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("import gateway.store", 1, "import gateway.store"),
        ("from gateway import store", 1, "from gateway import store"),
        (
            "\nfrom gateway.store.writing.writer import write",
            2,
            "from gateway.store.writing.writer import write",
        ),
        ("from .. import store", 1, "from .. import store"),
        ("from ..store import write", 1, "from ..store import write"),
        ("def late():\n    from gateway.pipeline import run", 2, "from gateway.pipeline import run"),
    ],
)
def test_an_inner_ring_that_imports_an_outer_one_is_named(
    tmp_path: Path, text: str, line: int, what: str
) -> None:
    (found,) = plant(tmp_path, {"schema/load.py": text})
    assert (found.module, found.line, found.what) == ("gateway.schema.load", line, what)
    assert "ring 2 imports ring" in found.why


def test_words_may_not_know_syntax(tmp_path: Path) -> None:
    (found,) = plant(tmp_path, {"errors.py": "from gateway.formats.x12 import reader"})
    assert str(found) == ("gateway.errors:1: `from gateway.formats.x12 import reader`: ring 0 imports ring 1")


@pytest.mark.parametrize("text", ["from gateway import mapping", "from ..mapping import plan"])
def test_siblings_of_the_knowledge_ring_may_not_meet(tmp_path: Path, text: str) -> None:
    (found,) = plant(tmp_path, {"schema/load.py": text})
    assert found.module == "gateway.schema.load"
    assert "siblings" in found.why


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import os", "outside world"),
        ("import os.path", "outside world"),
        ("from pathlib import Path", "outside world"),
        ("from pathlib import PurePosixPath, Path", "outside world"),
        ("import pathlib", "outside world"),
        ("from io import FileIO", "outside world"),
        ("import io\nio.open('a')", "outside world"),
        ("text = open('a').read()", "outside world"),
        ("import sys\nsys.stdout.write('a')", "outside world"),
        ("import time", "outside world"),
        ("from datetime import datetime\nat = datetime.now()", "reads the clock"),
        ("import datetime as dt\nday = dt.date.today()", "reads the clock"),
        ("import typer", "no library but"),
    ],
)
def test_the_pure_middle_may_not_reach_outside(tmp_path: Path, text: str, reason: str) -> None:
    (found,) = plant(tmp_path, {"formats/csv.py": text})
    assert found.module == "gateway.formats.csv"
    assert found.line == text.count("\n") + 1
    assert reason in found.why


def test_what_is_allowed_is_let_through(tmp_path: Path) -> None:
    files = {
        "formats/csv.py": "import io, csv, msgspec\nfrom pathlib import PurePosixPath\nio.StringIO()",
        "schema/load.py": "from gateway.findings import Finding\nfrom . import rules",
        "schema/rules.py": "",
        "store/disk.py": "import os, time\nfrom gateway import schema, mapping\nopen('a')",
        "cli_extras.py": "import typer\nfrom gateway.store import disk",
    }
    assert plant(tmp_path, files) == []


def test_a_module_without_a_ring_is_named(tmp_path: Path) -> None:
    (found,) = plant(tmp_path, {"helpers.py": ""})
    assert found.module == "gateway.helpers"
    assert "has no ring" in found.why


def test_a_program_that_stands_alone_may_reach_outside_but_needs_nothing_of_ours(tmp_path: Path) -> None:
    files = {
        "ledger/standalone/verify.py": "import os, sys\nopen(sys.argv[1])",
        "ledger/standalone/other.py": "from gateway import findings\nimport cryptography",
        "ledger/pack.py": "from gateway.ledger.standalone import verify",
    }
    found = plant(tmp_path, files)
    assert [(breach.module, breach.line) for breach in found] == [
        ("gateway.ledger.pack", 1),
        ("gateway.ledger.standalone.other", 1),
        ("gateway.ledger.standalone.other", 2),
    ]
    assert "not imported" in found[0].why
    assert "Python and nothing else" in found[1].why
