"""`gateway view` in the words of people: labels of the trade, and the zone of a time once."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.cli.command import GOOD, ROOT, run, saved

EXAMPLES = ROOT / "examples"
GOLDEN = ROOT / "tests" / "golden"


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


def test_a_change_of_an_order() -> None:
    lines = viewed(GOLDEN / "order-change" / "x12-lines" / "source.860")
    assert lines[1:6] == [
        "Change of order 6W2K9TQD  change",
        "  Change          1",
        "  Changed         2026-11-05",
        "  Ordered         2026-11-02",
        "  Deliver         … to 2026-11-23",
    ]
    assert [line.split("  ")[1:] for line in map(narrowed, lines[-5:])] == [
        ["1", "quantity lowered", "ASIN B0ACRN0001", "6", "6", "case", "42.5"],
        ["2", "price", "ASIN B0ACRN0002", "48", "12", "each", "5.95"],
        ["3", "deleted", "ASIN B0ACRN0003"],
        [
            *("4", "added", "ASIN B0ACRN0004, EAN 4006381333931", "10", "10", "each", "15"),
            *("delivery requested 2026-11-20", "Field guide"),
        ],
        ["5", "dates", "deliver 2026-11-18 to 2026-11-25"],
    ]


def narrowed(line: str) -> str:
    """The line with two blanks between its cells."""
    return re.sub(" {2,}", "  ", line)


def test_the_answer_to_a_change() -> None:
    lines = viewed(GOLDEN / "change-acknowledgment" / "x12-answer" / "source.865")
    assert lines[1] == "Answer to the change of order 6W2K9TQD  accepted with changes"
    assert [line.split("  ")[1:] for line in map(narrowed, lines[-3:])] == [
        [
            *("2", "change rejected", "ASIN B0ACRN0002", "48", "6.15"),
            *("rejected", "48", "each", "temporarily unavailable"),
        ],
        ["4", "added", "ASIN B0ACRN0004", "10", "15", "accepted", "4", "each", "2026-11-12"],
        ["backordered", "6", "each", "2026-12-01"],
    ]


def test_a_change_that_the_seller_asks_for() -> None:
    lines = viewed(GOLDEN / "change-acknowledgment" / "x12-request" / "source.865")
    assert lines[1:3] == [
        "Change the seller asks for, of order 7XQ4RT2B  change",
        "  Asked           2026-11-12",
    ]
    assert [narrowed(line).split("  ")[1:] for line in lines[-2:]] == [
        ["1", "dates", "ASIN B0ACRN0001", "12", "9.25", "each"],
        ["2", "price", "ASIN B0ACRN0005", "5", "31.4", "case"],
    ]
