"""A workspace for measuring: the shipped schemas and tables, and one partner who sends the orders."""

from __future__ import annotations

import shutil
from pathlib import Path

from gateway.workspace import shipped_data

PARTNER = "buyer"
AGREEMENT = """\
description: The buyer whose orders are measured.
partner: {qualifier: ZZ, id: BUYER}
own: {qualifier: ZZ, id: ACORNSUPPLY}
x12: {release: "004010", usage: T}
terms: {zone: America/Phoenix, currency: USD, vendor_item_id: upc}
"""


def make(folder: Path) -> Path:
    """A workspace in this folder, with copies of the shipped data files so that a run may change them."""
    for name in ("schemas", "mappings"):
        shutil.copytree(shipped_data() / name, folder / name)
    partner = folder / "partners" / PARTNER
    partner.mkdir(parents=True)
    (partner / "partner.yaml").write_text(AGREEMENT, encoding="utf-8")
    return folder
