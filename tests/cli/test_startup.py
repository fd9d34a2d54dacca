"""A command loads what it uses: what spreadsheets need is no part of the way of a document.

What parses arguments and YAML is none of the usual way of a small document either.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.cli.plain_words import plain_command
from tests.cli.command import GOOD, ROOT, run, saved

LOADED = """
import sys
sys.argv = ["gateway", *{arguments}]
from gateway.cli import main
try:
    main()
except SystemExit as ended:
    assert not ended.code, ended.code
print(sorted(name for name in sys.modules if name.startswith({prefixes})), file=sys.stderr)
"""
OF_SPREADSHEETS = (
    "openpyxl",
    "et_xmlfile",
    "gateway.spreadsheets",
    "gateway.mapping.sheets",
    "gateway.formats.xlsx",
)


@pytest.mark.parametrize(
    "arguments",
    [("validate", "examples/purchase-orders.850"), ("mappings", "list"), ("--help",)],
    ids=lambda arguments: arguments[0],
)
def test_nothing_of_spreadsheets_is_loaded(arguments: tuple[str, ...]) -> None:
    assert loaded(arguments, OF_SPREADSHEETS, ROOT) == "[]"


def loaded(arguments: tuple[str, ...], prefixes: tuple[str, ...], folder: Path) -> str:
    """The modules with these prefixes that a command has loaded when it ends well."""
    program = LOADED.format(arguments=arguments, prefixes=prefixes)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stderr.splitlines()[-1]


TRANSLATED = ("translate", "order.850", "--to", "spapi", "--partner", "buyer", "-o", "order.json")
SLOW_TO_LOAD = ("typer", "pydantic", "rich", "ruamel.yaml", "jsonschema", "lxml", "gateway.mapping.compiled")
AGREEMENT = """\
partner: {qualifier: ZZ, id: BUYER}
own: {qualifier: ZZ, id: SELLER}
terms: {zone: America/Phoenix, currency: USD, vendor_item_id: upc}
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "mappings").mkdir()
    partner = tmp_path / "partners" / "buyer"
    partner.mkdir(parents=True)
    (partner / "partner.yaml").write_text(AGREEMENT, encoding="utf-8")
    saved(tmp_path, GOOD, "order.850")
    assert run(*TRANSLATED, cwd=tmp_path).code == 0
    assert run("validate", "order.json", "--partner", "buyer", cwd=tmp_path).code == 0
    return tmp_path


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    "arguments",
    [
        ("validate", "order.850"),
        ("validate", "order.850", "--partner", "buyer"),
        ("validate", "order.json"),
        ("validate", "order.json", "--partner", "buyer", "--json"),
        ("view", "order.850", "--partner", "buyer"),
        TRANSLATED,
    ],
    ids=" ".join,
)
def test_a_second_start_loads_no_parser(workspace: Path, arguments: tuple[str, ...]) -> None:
    assert loaded(arguments, SLOW_TO_LOAD, workspace) == "[]"


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("plain", "parsed"),
    [
        (("validate", "order.850"), ("validate", "--", "order.850")),
        (
            ("validate", "order.json", "--partner", "buyer", "order.850"),
            ("validate", "--partner=buyer", "order.json", "order.850"),
        ),
        (
            ("validate", "--json", "--partner", "nobody", "order.850"),
            ("validate", "--json", "--partner=nobody", "order.850"),
        ),
        (("view", "order.850"), ("view", "--", "order.850")),
        (
            ("view", "--json", "order.json", "--partner", "buyer"),
            ("view", "--json", "order.json", "--partner=buyer"),
        ),
        (("validate", "missing", "order.850"), ("validate", "--", "missing", "order.850")),
        (
            ("translate", "--to", "canonical", "order.850", "--partner", "buyer"),
            ("translate", "--to=canonical", "order.850", "--partner", "buyer"),
        ),
        (
            (
                "translate",
                "order.850",
                "--to",
                "x12",
                "--at",
                "2026-11-03T09:15",
                "--control-numbers",
                "7,8,9",
            ),
            ("translate", "order.850", "--to=x12", "--at=2026-11-03T09:15", "--control-numbers=7,8,9"),
        ),
        (
            ("translate", "order.850", "--to", "x12", "--at", "noon", "--json"),
            ("translate", "order.850", "--to=x12", "--at", "noon", "--json"),
        ),
        (
            ("translate", "order.850", "--to", "x12", "--output", "nowhere/file"),
            ("translate", "order.850", "--to=x12", "-o", "nowhere/file"),
        ),
    ],
    ids=lambda each: " ".join(each[:6]),
)
def test_plain_words_do_what_the_parser_would(
    workspace: Path, plain: tuple[str, ...], parsed: tuple[str, ...]
) -> None:
    assert plain_command(plain) is not None
    assert plain_command(parsed) is None
    assert run(*plain, cwd=workspace) == run(*parsed, cwd=workspace)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("validate",),
        ("validate", "--json"),
        ("validate", "-"),
        ("validate", "file", "--tolerant"),
        ("validate", "file", "--partner"),
        ("validate", "file", "--partner", ""),
        ("validate", "file", "--partner", "--json"),
        ("validate", "file", "--partner", "one", "--partner", "other"),
        ("validate", "file", "--to", "x12"),
        ("translate", "file"),
        ("translate", "--to", "x12"),
        ("translate", "file", "--to", "nonsense"),
        ("translate", "file", "--to", "x12", "-o", "one", "--output", "other"),
        ("translate", "file", "--to", "x12", "--mapping", "x12-850"),
        ("view", "file", "other"),
        ("view", "file", "--from", "x12"),
        ("--json", "validate", "file"),
    ],
    ids=" ".join,
)
def test_all_other_words_are_left_to_the_parser(arguments: tuple[str, ...]) -> None:
    assert plain_command(arguments) is None
