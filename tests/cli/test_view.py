"""`gateway view` in the words of people: labels of the trade, and the zone of a time once."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.command import GOOD, ROOT, run, saved

EXAMPLES = ROOT / "examples"


def viewed(path: Path) -> list[str]:
    return run("view", path).out.decode().splitlines()


def test_references_have_the_names_of_the_trade() -> None:
    lines = viewed(EXAMPLES / "ship-notice.csv")
    assert "Ship notice SH-20871  pick and pack" in lines
    assert "  Bill of lading  ACRN20871009" in lines
    assert "  PRO             448120967" in lines
    assert "  ARN             91870034" in lines
    assert "  Written         2026-11-09 15:30 UTC-08:00" in lines


def test_words_have_spaces_and_identifiers_their_names() -> None:
    text = "\n".join(viewed(EXAMPLES / "order-acknowledgment.csv"))
    assert "temporarily unavailable" in text
    assert "ASIN B0ACRN0001, vendor SKU ACS-100-12" in text
    assert "_" not in text


def test_a_code_that_no_list_knows_is_shown_as_one_of_its_standard(tmp_path: Path) -> None:
    path = saved(tmp_path, GOOD.replace("*EA*", "*CS*"))
    text = "\n".join(viewed(path))
    assert "CS (X12 code)" in text
    assert "x12:" not in text


def test_the_zone_of_a_window_is_told_once(tmp_path: Path) -> None:
    (order,) = json.loads(run("view", saved(tmp_path, GOOD), "--json").out)
    order["delivery_window"] = {
        "start": {"time": "2026-11-09T08:00:00-08:00"},
        "end": {"time": "2026-11-16T17:30:00-08:00"},
    }
    lines = viewed(saved(tmp_path, json.dumps([order]), "order.json"))
    assert "  Deliver         2026-11-09 08:00 to 2026-11-16 17:30 UTC-08:00" in lines
