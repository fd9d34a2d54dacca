"""Mistakes in the files of a workspace end with 2: whoever runs the gateway mends them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.command import ROOT, run

ORDERS = ROOT / "examples/purchase-orders.850"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace with tables and partners of its own."""
    for folder in ("mappings", "partners"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def changed(workspace: Path, name: str, old: str, new: str) -> int:
    """Change a file of the workspace; the number of the (first) line that was changed."""
    path = workspace / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_a_typo_in_a_partner_file(workspace: Path) -> None:
    line = changed(workspace, "partners/amazon/partner.yaml", "zone: America", "zonne: America")
    ran = run("translate", ORDERS, "--to", "csv", "--partner", "amazon", cwd=workspace)
    assert (ran.code, ran.out) == (2, b"")
    assert f"partners/amazon/partner.yaml:{line}: unknown key `zonne`; did you mean `zone`?" in ran.err


def test_a_typo_in_a_mapping_table(workspace: Path) -> None:
    line = changed(workspace, "mappings/csv-order.yaml", "  date:  ", "  dat:  ")
    ran = run("translate", ORDERS, "--to", "csv", cwd=workspace)
    assert (ran.code, ran.out) == (2, b"")
    assert f"mappings/csv-order.yaml:{line}: PurchaseOrder has no field `dat`" in ran.err
