"""`gateway diff`: two files compared by what they mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.pipeline import comparing
from tests.cli.command import ROOT, run, saved

CASE = ROOT / "tests" / "golden" / "purchase-order" / "x12-retail"
SOURCE = CASE / "source.850"


def changed(folder: Path, old: str, new: str) -> Path:
    text = SOURCE.read_text(encoding="utf-8")
    assert old in text
    return saved(folder, text.replace(old, new, 1))


def test_a_file_and_its_translation_say_the_same() -> None:
    ran = run("diff", SOURCE, CASE / "target.csv", "--partner", "amazon")
    assert (ran.code, ran.out) == (0, b"Both files say the same.\n")


def test_canonical_and_source_say_the_same() -> None:
    assert run("diff", SOURCE, CASE / "canonical.json", "--partner", "amazon").code == 0


def test_the_way_of_writing_is_no_difference(tmp_path: Path) -> None:
    other = saved(tmp_path, SOURCE.read_text(encoding="utf-8").replace("\n", ""))
    assert run("diff", SOURCE, other, "--partner", "amazon").code == 0


def test_a_difference_names_field_values_and_both_places(tmp_path: Path) -> None:
    other = changed(tmp_path, "PO1*1*", "PO1*1*9")
    ran = run("diff", SOURCE, other, "--partner", "amazon", "--json")
    assert ran.code == 1
    tree = ran.json
    assert isinstance(tree, dict)
    assert (tree["equal"], tree["complete"]) == (False, True)
    quantity = next(each for each in tree["differences"] if each["first"]["pointer"] == "/lines/0/quantity")
    assert quantity["number"] == "6W2K9TQD"
    assert quantity["second"]["value"] == f"9{quantity['first']['value']}"
    for side in ("first", "second"):
        assert quantity[side]["location"].items() >= {"tag": "PO1", "element": 2}.items()


def test_text_tells_the_same(tmp_path: Path) -> None:
    other = changed(tmp_path, "PO1*1*", "PO1*1*9")
    ran = run("diff", SOURCE, other, "--partner", "amazon")
    assert ran.code == 1
    assert "/lines/0/quantity" in ran.out.decode()
    assert "PO102" in ran.out.decode()


def test_a_document_that_one_file_lacks_is_a_difference(tmp_path: Path) -> None:
    other = changed(tmp_path, "6W2K9TQD", "6W2K9TQX")
    ran = run("diff", SOURCE, other, "--partner", "amazon", "--json")
    tree = ran.json
    assert isinstance(tree, dict)
    assert [(each["number"], each["first"] is None) for each in tree["differences"]] == [
        ("6W2K9TQD", False),
        ("6W2K9TQX", True),
    ]


def test_what_no_row_reads_counts_between_files_of_one_format(tmp_path: Path) -> None:
    other = changed(tmp_path, "REF*CR*ACRN1~", "REF*CR*ACRN1*by hand~")
    ran = run("diff", SOURCE, other, "--partner", "amazon")
    assert ran.code == 1
    assert "by hand" in ran.out.decode()
    assert run("diff", other, CASE / "target.csv", "--partner", "amazon").code == 0


def test_more_differences_than_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "MAX_DIFFERENCES", 0)
    other = changed(tmp_path, "PO1*1*", "PO1*1*9")
    ran = run("diff", SOURCE, other, "--partner", "amazon", "--json")
    tree = ran.json
    assert isinstance(tree, dict)
    assert (tree["equal"], tree["complete"]) == (False, False)


def test_a_file_at_fault_is_never_equal(tmp_path: Path) -> None:
    broken = changed(tmp_path, "BEG*00", "BEG*99")
    ran = run("diff", broken, broken, "--partner", "amazon")
    assert ran.code == 1
    assert b"the same" not in ran.out


def test_standard_input_is_named_once() -> None:
    assert run("diff", "-", "-").code == 2
