"""Definitions shown to people."""

from __future__ import annotations

from gateway.schema.show import codes_text, element_rows, segment_text, set_rows, set_text
from tests.schema.definitions import envelope, release


def test_a_set_is_shown_in_order_with_its_loops() -> None:
    rows = set_rows(release().sets["856"])
    level = next(row for row in rows if row.tag == "HL")
    assert (level.area, level.loop, level.opens_loop, level.loop_maximum) == ("detail", "HL", True, 200000)
    name = [row.loop for row in rows if row.tag == "N3"]
    assert name == ["HL/N1"]
    assert [row.tag for row in rows] == [row.tag for row in release().sets["856"].rows()]
    lines = set_text(release().sets["856"]).splitlines()
    assert lines[0] == "856 Ship notice (release 004010, group SH)"
    assert "  loop HL, mandatory, up to 200000" in lines
    assert [line.split()[-2:] for line in lines if line.strip().startswith("BSN ")] == [
        ["mandatory,", "once"]
    ]
    assert any(line.startswith("    MAN ") and line.endswith("optional, any number") for line in lines)


def test_a_segment_is_shown_with_its_components_lists_and_notes() -> None:
    rows = {row.place: row for row in element_rows(release().segments["REF"])}
    assert (rows["REF01"].codes, rows["REF04"].type, rows["REF04-02"].element) == ("partial", "", "127")
    text = segment_text(release().segments["REF"])
    assert "R0203: at least one of 02 and 03 is sent" in text.splitlines()
    assert "C040 P0304: 03 and 04 are sent together or not at all" in text.splitlines()
    assert "C0807: with 08 also 07 must be sent" in segment_text(release().segments["CUR"])
    assert "at least one of 11 and 12 must be sent" in segment_text(release().segments["CUR"])
    assert "I05" in segment_text(envelope().segments["ISA"])


def test_codes_are_shown_with_our_words() -> None:
    lines = codes_text(release().elements["478"]).splitlines()
    assert lines == ["478 Credit or debit, whole list of 2 codes", "", "C     Credit", "D     Debit"]
    assert codes_text(release().elements["324"]) == "324 Purchase order number has no code list"
