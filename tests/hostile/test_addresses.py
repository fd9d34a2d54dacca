"""One fault in a file, from its bytes to its report: one finding, at its whole address."""

from __future__ import annotations

import pytest

from gateway.report import Verdict
from tests.hostile.samples import (
    addresses,
    group,
    interchange,
    order_file,
    ship_notice_file,
    take,
    transaction_set,
)

ORDER = order_file()
SHIP_NOTICE = ship_notice_file()
TWO_GROUPS = interchange(
    group(transaction_set(number="0001"), transaction_set(number="0002"), number=1),
    group(transaction_set(number="0003"), number=2),
)
TWO_INTERCHANGES = interchange(group(transaction_set()), number=1) + interchange(
    group(transaction_set()), number=2
)

Place = dict[str, int | str]


def in_interchange(segment: int, tag: str, **more: int | str) -> Place:
    return {"interchange": 1, "isa13": "000000001", "segment": segment, "tag": tag, **more}


def in_group(segment: int, tag: str, **more: int | str) -> Place:
    return in_interchange(segment, tag, **{"group": 1, "gs06": "1", **more})


def in_set(position: int, tag: str, **more: int | str) -> Place:
    return in_group(position + 2, tag, **{"set": 1, "st02": "0001", "segment_in_set": position, **more})


def line(position: int, element: int, **more: int | str) -> Place:
    return in_set(position, "PO1", loop="PO1", element=element, **more)


CASES: tuple[tuple[str, str, str, str, str, Place, str], ...] = (
    # what, the file, the sound text, the text instead, the code, the place, a text that begins at its byte
    ("SE01 too high", ORDER, "SE*6*", "SE*7*", "se-segment-count", in_set(6, "SE", element=1), "SE*7"),
    (
        "SE02 differs",
        ORDER,
        "SE*6*0001",
        "SE*6*0002",
        "se-control-number",
        in_set(6, "SE", element=2),
        "SE*6",
    ),
    ("GE01 too low", ORDER, "GE*1*", "GE*0*", "ge-set-count", in_group(9, "GE", element=1), "GE*0"),
    ("GE02 differs", ORDER, "GE*1*1", "GE*1*2", "ge-control-number", in_group(9, "GE", element=2), "GE*1"),
    (
        "IEA01 wrong",
        ORDER,
        "IEA*1*",
        "IEA*3*",
        "iea-group-count",
        in_interchange(10, "IEA", element=1),
        "IEA",
    ),
    (
        "IEA02 differs",
        ORDER,
        "IEA*1*000000001",
        "IEA*1*000000002",
        "iea-control-number",
        in_interchange(10, "IEA", element=2),
        "IEA",
    ),
    (
        "a segment no release has",
        ORDER,
        "CTT*",
        "QQQ*",
        "segment-unknown",
        in_set(5, "QQQ", loop="PO1"),
        "QQQ",
    ),
    (
        "a segment of other sets",
        ORDER,
        "CTT*2*16~",
        "BSN*00~CTT*2*16~",
        "segment-not-in-set",
        in_set(5, "BSN", loop="PO1"),
        "BSN",
    ),
    (
        "a segment that comes too late",
        ORDER,
        "CTT*2*16~",
        "CTT*2*16~FOB*CC~",
        "segment-out-of-order",
        in_set(6, "FOB"),
        "FOB",
    ),
    (
        "an empty segment",
        ORDER,
        "CTT*2*16~",
        "~CTT*2*16~",
        "segment-empty",
        in_set(5, "", loop="PO1"),
        "~CTT",
    ),
    (
        "a mandatory segment is missing",
        ORDER,
        "BEG*00*SA*4711**20261122~",
        "",
        "segment-missing",
        in_set(2, "BEG"),
        "PO1*1",
    ),
    (
        "no such day",
        ORDER,
        "20261122~PO1",
        "20260230~PO1",
        "element-date",
        in_set(2, "BEG", element=5),
        "BEG",
    ),
    ("too long", ORDER, "*4711*", f"*{'4' * 23}*", "element-too-long", in_set(2, "BEG", element=3), "BEG"),
    ("too short", ORDER, "*SA*", "*S*", "element-too-short", in_set(2, "BEG", element=2), "BEG"),
    ("no such code", ORDER, "BEG*00*", "BEG*99*", "element-code", in_set(2, "BEG", element=1), "BEG"),
    ("a letter in a number", ORDER, "*1*12*EA", "*1*1O*EA", "element-character", line(3, 2), "PO1*1"),
    ("a mandatory element", ORDER, "*4711*", "**", "element-missing", in_set(2, "BEG", element=3), "BEG"),
    (
        "one of a pair",
        ORDER,
        "BP*4006381333931",
        "BP",
        "element-conditional-missing",
        line(3, 7),
        "PO1*1",
    ),
    (
        "a NUL inside an element",
        ORDER,
        "*4711*",
        "*47\x0011*",
        "element-character",
        in_set(2, "BEG", element=3),
        "BEG",
    ),
    (
        "a line end inside an element",
        ORDER,
        "*4711*",
        "*47\r\n11*",
        "element-character",
        in_set(2, "BEG", element=3),
        "BEG",
    ),
    (
        "the component separator inside an element",
        ORDER,
        "*4711*",
        "*47>11*",
        "element-components",
        in_set(2, "BEG", element=3),
        "BEG",
    ),
    (
        "a byte that is not UTF-8",
        ORDER,
        "*4711*",
        "*47\xe411*",
        "charset-fallback",
        in_set(2, "BEG"),
        "BEG",
    ),
    (
        "a group of another kind",
        ORDER,
        "GS*PO*",
        "GS*IN*",
        "functional-id-mismatch",
        in_set(1, "ST", element=1),
        "ST",
    ),
    (
        "no such day in GS04",
        ORDER,
        "*20261122*1305*",
        "*20261322*1305*",
        "group-element",
        in_group(2, "GS", element=4),
        "GS",
    ),
    (
        "no such usage",
        ORDER,
        "*0*P*>",
        "*0*Q*>",
        "interchange-element",
        in_interchange(1, "ISA", element=15),
        "ISA",
    ),
    (
        "a segment between groups",
        ORDER,
        "IEA*",
        "REF*IA*1~IEA*",
        "segment-outside-group",
        in_interchange(10, "REF"),
        "REF",
    ),
    (
        "a segment between sets",
        ORDER,
        "GE*1*",
        "REF*IA*1~GE*1*",
        "segment-outside-set",
        in_group(9, "REF"),
        "REF",
    ),
    (
        "a level whose parent does not come before it",
        SHIP_NOTICE,
        "HL*3*2*",
        "HL*3*9*",
        "hl-parent",
        in_set(6, "HL", loop="HL", element=2),
        "HL*3",
    ),
    (
        "two levels that name each other",
        SHIP_NOTICE,
        "HL*2*1*",
        "HL*2*3*",
        "hl-parent",
        in_set(4, "HL", loop="HL", element=2),
        "HL*2",
    ),
    (
        "the number of a set twice",
        TWO_GROUPS,
        "ST*850*0002~",
        "ST*850*0001~",
        "st02-duplicate",
        in_group(9, "ST", set=2, st02="0001", segment_in_set=1, element=2),
        "ST*850*0001~BEG",
    ),
    (
        "the number of a group twice",
        TWO_GROUPS,
        "*1305*2*X",
        "*1305*1*X",
        "gs06-duplicate",
        in_group(16, "GS", group=2, gs06="1", element=6),
        "GS",
    ),
    (
        "the number of an interchange twice",
        TWO_INTERCHANGES,
        "*000000002*0*",
        "*000000001*0*",
        "isa13-duplicate",
        {**in_interchange(11, "ISA", element=13), "interchange": 2},
        "ISA",
    ),
)

# What a fault brings with it: another trailer that no longer agrees.
COMPANIONS = {
    "the number of a set twice": "se-control-number",
    "the number of a group twice": "ge-control-number",
    "the number of an interchange twice": "iea-control-number",
}
UNCOUNTED = ("a segment of other sets", "a segment that comes too late", "a mandatory segment is missing")
REMARKS = ("charset-fallback",)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_a_fault_is_told_once_at_its_whole_address(case: tuple[str, str, str, str, str, Place, str]) -> None:
    what, text, sound, instead, code, place, begins = case
    assert take(text.encode()).report.findings == ()
    broken = text.replace(sound, instead, 1)
    assert broken != text
    if what in UNCOUNTED:
        broken = broken.replace("SE*6*", f"SE*{6 + instead.count('~') - sound.count('~')}*")
    byte = broken.rindex(begins) if what in COMPANIONS else broken.index(begins)
    report = take(broken.encode("latin-1")).report
    told = [each for each in addresses(report.findings) if each[0] != COMPANIONS.get(what)]
    assert told == [(code, {**place, "byte": byte})]
    assert (report.verdict is Verdict.ACCEPTED) is (code in REMARKS)
    assert report.complete


def test_an_element_separator_inside_data_shifts_all_that_follows() -> None:
    report = take(ORDER.replace("*4711*", "*47*11*").encode()).report
    byte = ORDER.index("BEG")
    assert addresses(report.findings) == [("element-missing", {**in_set(2, "BEG", element=5), "byte": byte})]
    assert report.verdict is Verdict.REJECTED


def test_a_terminator_inside_data_makes_a_segment_of_the_rest() -> None:
    broken = ORDER.replace("*4006381333931~", "*40063~1333931~")
    report = take(broken.encode()).report
    assert addresses(report.findings) == [
        ("segment-unknown", {**in_set(4, "1333931", loop="PO1"), "byte": broken.index("1333931~PO1*2")}),
        ("se-segment-count", {**in_set(7, "SE", element=1), "byte": broken.index("SE*6")}),
    ]


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [
        (b"", "file-empty", {}),
        (b" \r\n\t\r\n", "file-empty", {}),
        (b"\x00" * 1000, "file-empty", {}),
        (b"\x7fELF\x02\x01\x01\x00" * 40, "not-an-interchange", {"byte": 0}),
        (b"PK\x03\x04" + bytes(range(256)) * 3, "not-an-interchange", {"byte": 0}),
        (b"UNA:+.? 'UNB+UNOA:1+SENDER+RECEIVER'", "not-an-interchange", {"byte": 0}),
        (b"ISA*00*", "isa-unreadable", {"interchange": 1, "segment": 1, "tag": "ISA", "byte": 0}),
        ("ISA*00*".encode("utf-16"), "not-an-interchange", {"byte": 0}),
    ],
)
def test_what_is_no_interchange_is_told_and_not_guessed_at(data: bytes, code: str, place: Place) -> None:
    report = take(data).report
    assert report.verdict is Verdict.UNREADABLE
    assert addresses(report.findings) == [(code, place)]


def test_junk_around_interchanges_is_told_and_they_are_read() -> None:
    text = f"junk before{ORDER}junk between{ORDER.replace('000000001', '000000002')}junk after"
    report = take(text.encode()).report
    assert addresses(report.findings) == [
        ("not-an-interchange", {"byte": 0}),
        ("data-outside-interchange", {"byte": text.index("junk between")}),
        ("data-outside-interchange", {"byte": text.index("junk after")}),
    ]
    assert [each.verdict for each in report.sets] == [Verdict.ACCEPTED, Verdict.ACCEPTED]
    assert report.has_errors
