"""The generated ship notice is a good one of as many cartons and items as it says."""

from __future__ import annotations

from bench import notices
from bench.ours import Ours


def test_each_carton_has_its_own_mark_and_two_items() -> None:
    data = notices.notice(7, 40)
    levels = [segment.split(b"*") for segment in data.split(b"~\n") if segment.startswith(b"HL*")]
    assert [level[3] for level in levels].count(b"P") == 40
    assert [level[3] for level in levels].count(b"I") == 80
    marks = {segment for segment in data.split(b"~\n") if segment.startswith(b"MAN*")}
    assert len(marks) == 40
    assert notices.notice(7, 40) == data != notices.notice(8, 40)


def test_it_is_accepted_and_made_canonical(ours: Ours) -> None:
    data = notices.notice(850, 25)
    assert ours.validate(data) == ours.canonical(data) == 1
    assert ours.canonical(data.replace(b"HL*3*2*P", b"HL*3*99*P", 1)) == 0
