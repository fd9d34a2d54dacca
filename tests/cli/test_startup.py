"""A command loads what it uses: what spreadsheets need is no part of the way of a document."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.cli.command import ROOT

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
    program = LOADED.format(arguments=arguments, prefixes=OF_SPREADSHEETS)
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr.splitlines()[-1] == "[]"
