"""What the reader hands over: separators, segments, places, for every way a file may be laid out."""

from __future__ import annotations

import itertools

import msgspec
import pytest

from gateway.errors import UsageError
from gateway.findings import Location
from gateway.formats.x12.limits import ReadOptions
from gateway.formats.x12.model import (
    Delimiters,
    Event,
    FileNote,
    GroupEnd,
    GroupStart,
    InterchangeEnd,
    InterchangeNote,
    InterchangeStart,
    TransactionSet,
)
from gateway.formats.x12.places import byte_of, location_of
from gateway.formats.x12.reader import read
from tests.formats.x12.cases import CLEAN, GE, GS, IEA, ISA, ISA_501, SE, ST, WRAPPED

SEGMENTS = ("ST*850*0001", "BEG*00*SA*4711**20261122", "SE*3*0001")


def sets(data: str | bytes, charset: str = "utf-8") -> list[TransactionSet]:
    raw = data if isinstance(data, bytes) else data.encode("latin-1")
    return [e for e in read([raw], ReadOptions(charset=charset)) if isinstance(e, TransactionSet)]


def start(data: str | bytes) -> InterchangeStart:
    raw = data if isinstance(data, bytes) else data.encode("latin-1")
    return next(event for event in read([raw]) if isinstance(event, InterchangeStart))


def codes(events: list[Event]) -> list[str]:
    return [finding.code for event in events for finding in event.findings]


def test_the_events_of_a_clean_interchange() -> None:
    events = list(read([CLEAN.encode()]))
    inner = {"interchange": 1, "isa13": "000000001"}
    grouped = {**inner, "group": 1, "gs06": "1"}
    placed = [(type(event), msgspec.to_builtins(event.location)) for event in events]  # type: ignore[union-attr]  # no FileNote among them
    assert placed == [
        (InterchangeStart, {**inner, "segment": 1, "tag": "ISA", "byte": 0}),
        (GroupStart, {**grouped, "segment": 2, "tag": "GS", "byte": 106}),
        (
            TransactionSet,
            {
                **grouped,
                "set": 1,
                "st02": "0001",
                "segment": 3,
                "segment_in_set": 1,
                "tag": "ST",
                "byte": 153,
            },
        ),
        (GroupEnd, {**grouped, "segment": 6, "tag": "GE", "byte": 200}),
        (InterchangeEnd, {**inner, "segment": 7, "tag": "IEA", "byte": 207}),
    ]
    assert not codes(events)
    assert events[2].segments == SEGMENTS  # type: ignore[union-attr]  # its type was looked at above
    assert events[2].split()[1][3] == "4711"  # type: ignore[union-attr]  # its type was looked at above


@pytest.mark.parametrize("terminator", ["~", "'", "!", "\x1c", "\x85", "\n", "\r"])
@pytest.mark.parametrize("line_end", ["", "\n", "\r\n", "\r", "  ", " \n"])
def test_terminators_and_what_follows_them(terminator: str, line_end: str) -> None:
    data = CLEAN.replace("~", terminator + line_end)
    (found,) = sets(data)
    assert found.segments == SEGMENTS
    assert not codes(list(read([data.encode("latin-1")])))
    assert start(data).delimiters == Delimiters(segment=terminator, line_end=line_end)


def test_lines_may_end_in_different_ways_when_they_end_segments() -> None:
    lines = CLEAN.split("~")
    data = "".join(line + end for line, end in zip(lines, itertools.cycle(["\n", "\r\n", "\r", "\n\n"])))
    (found,) = sets(data)
    assert found.segments == SEGMENTS
    assert [byte_of(found, number) for number in (1, 2, 3)] == [
        data.index(text) for text in ("ST*", "BEG", "SE*")
    ]


@pytest.mark.parametrize("element", ["*", "|", "\x1d", "\t", "^", "+", "§", "\x00", "\xff"])
@pytest.mark.parametrize("component", [">", ":", "\x1f", "\\"])
def test_separators_are_learned_from_the_header(element: str, component: str) -> None:
    data = CLEAN.replace("*", element).replace(">", component)
    (found,) = sets(data)
    assert found.delimiters == Delimiters(element=element, component=component)
    assert found.split() == [text.split("*") for text in SEGMENTS]


@pytest.mark.parametrize("place", ["*", ">", "~", "^"])
def test_a_separator_outside_ascii_may_have_two_bytes(place: str) -> None:
    text = CLEAN.replace(ISA, ISA_501).replace("4711", "Größe^Maß").replace(place, "§")
    (found,) = sets(text.encode())
    assert found.segments == tuple(
        segment.replace("4711", "Größe^Maß").replace(place, "§") for segment in SEGMENTS
    )
    assert "§" in (
        found.delimiters.element,
        found.delimiters.component,
        found.delimiters.segment,
        found.delimiters.repetition,
    )
    assert byte_of(found, 3) == text.encode().index("SE§3".encode() if place == "*" else b"SE*")


@pytest.mark.parametrize(
    ("isa11", "isa12", "expected"),
    [
        ("^", "00402", "^"),
        ("!", "00501", "!"),
        ("|", "00801", "|"),
        ("U", "00501", None),
        ("a", "00501", None),
        ("7", "00501", None),
        (" ", "00501", None),
        ("^", "00401", None),
        ("^", "00200", None),
        ("^", "ABCDE", None),
    ],
)
def test_isa11_is_the_repetition_separator_from_00402(isa11: str, isa12: str, expected: str | None) -> None:
    data = CLEAN.replace("*U*00401*", f"*{isa11}*{isa12}*")
    assert start(data).delimiters.repetition == expected
    assert not codes(list(read([data.encode()])))


@pytest.mark.parametrize("before", ["\ufeff", "  ", "\r\n\r\n", "\ufeff \n", "\0"])
def test_what_may_stand_before_the_first_isa(before: str) -> None:
    data = before.encode() + CLEAN.encode()
    events = list(read([data]))
    assert not codes(events)
    assert isinstance(events[0], InterchangeStart)
    assert events[0].location.byte == len(before.encode())


def test_interchanges_with_separators_of_their_own() -> None:
    others = [
        CLEAN,
        CLEAN.replace("*", "|").replace("~", "\n").replace("000000001", "000000002"),
        CLEAN.replace("*", "^").replace("~", "'\r\n").replace("000000001", "000000003"),
    ]
    events = list(read(["\n".join(others).encode()]))
    assert not codes(events)
    found = [event for event in events if isinstance(event, TransactionSet)]
    assert [(event.location.interchange, event.location.segment) for event in found] == [
        (1, 3),
        (2, 10),
        (3, 17),
    ]
    assert [event.delimiters.element for event in found] == ["*", "|", "^"]
    assert [event.split()[1][3] for event in found] == ["4711"] * 3


def test_groups_and_sets_are_counted_and_located() -> None:
    data = (
        ISA
        + GS
        + ST
        + SE
        + ST.replace("0001", "0002")
        + SE.replace("0001", "0002")
        + "GE*2*1~"
        + GS.replace("*1*X*", "*2*X*")
        + ST
        + SE
        + "GE*1*2~IEA*2*000000001~"
    )
    events = list(read([data.encode()]))
    assert not codes(events)
    places = [event.location for event in events if isinstance(event, TransactionSet)]
    assert [(place.group, place.set, place.gs06, place.st02, place.segment) for place in places] == [
        (1, 1, "1", "0001", 3),
        (1, 2, "1", "0002", 6),
        (2, 1, "2", "0001", 11),
    ]
    assert [event.sets for event in events if isinstance(event, GroupEnd)] == [2, 1]
    assert [event.groups for event in events if isinstance(event, InterchangeEnd)] == [2]


def test_an_interchange_of_acknowledgments_only() -> None:
    data = ISA + "TA1*000000009*261122*1305*A*000~TA1*000000010*261122*1305*R*024~IEA*0*000000001~"
    events = list(read([data.encode()]))
    assert not codes(events)
    notes = [event for event in events if isinstance(event, InterchangeNote)]
    assert [note.segment[4] for note in notes] == ["A", "R"]
    assert [note.location.segment for note in notes] == [2, 3]


def test_a_wrapped_file_is_read_as_if_it_were_not() -> None:
    (plain,), (wrapped,) = sets(CLEAN), sets(WRAPPED)
    assert wrapped.segments == plain.segments
    assert [byte_of(wrapped, number) for number in (1, 2, 3)] == [
        byte_of(plain, number) + byte_of(plain, number) // 80 for number in (1, 2, 3)
    ]


@pytest.mark.parametrize("width", [7, 40, 79, 80, 100])
def test_wrapped_at_any_width_below_that_of_the_header(width: int) -> None:
    lines = "\r\n".join(CLEAN[at : at + width] for at in range(0, len(CLEAN), width))
    (found,) = sets(lines)
    assert found.segments == SEGMENTS


def test_line_ends_inside_data_stay_when_the_header_is_whole() -> None:
    (found,) = sets(CLEAN.replace("4711", "47\n11"))
    assert found.segments[1] == "BEG*00*SA*47\n11**20261122"


def test_trailing_empty_elements_stay() -> None:
    (found,) = sets(CLEAN.replace("**20261122", "**20261122***"))
    assert found.segments[1] == "BEG*00*SA*4711**20261122***"


def test_an_empty_segment_keeps_its_place() -> None:
    (found,) = sets(CLEAN.replace(SE, "~  ~REF*DP*1~SE*4*0001~"))
    assert found.segments == (*SEGMENTS[:2], "", "", "REF*DP*1", "SE*4*0001")
    assert location_of(found, 5).tag == "REF"
    assert byte_of(found, 5) == CLEAN.index("SE*") + 4


def test_isa16_missing_leaves_data_uncut() -> None:
    (found,) = sets(CLEAN.replace("*T*>~", "*T*~").replace("4711", "47:11>"))
    assert found.delimiters.segment == "~"
    assert found.delimiters.component not in "47:11>"
    assert start(CLEAN.replace("*T*>~", "*T*~")).isa[15:] == ("T", "")


def test_the_header_as_elements() -> None:
    isa = start(CLEAN).isa
    assert len(isa) == 17
    assert isa[0] == "ISA"
    assert isa[6] == "SENDER         "
    assert isa[13] == "000000001"
    assert isa[16] == ">"


def test_the_declared_character_set_is_used() -> None:
    data = CLEAN.replace("4711", "\x80uro")
    (found,) = sets(data, charset="cp1252")
    assert found.split()[1][3] == "€uro"
    assert not found.findings


def test_text_that_is_not_in_the_character_set_is_taken_for_latin_1() -> None:
    (found,) = sets(CLEAN.replace("4711", "M\xfcller"))
    assert found.split()[1][3] == "Müller"
    assert [(note.code, note.severity) for note in found.findings] == [("charset-fallback", "note")]


@pytest.mark.parametrize("charset", ["utf-16", "shift_jis", "cp037", "no such set", "base64", "idna", "a\0b"])
def test_a_character_set_that_cannot_be_used_is_our_fault(charset: str) -> None:
    with pytest.raises(UsageError):
        read([b""], ReadOptions(charset=charset))


def test_a_location_inside_a_set() -> None:
    (found,) = sets(CLEAN.replace("~", "~\r\n"))
    assert location_of(found, 2, loop="N1", element=3, component=1, repetition=2) == Location(
        interchange=1,
        group=1,
        set=1,
        isa13="000000001",
        gs06="1",
        st02="0001",
        segment=4,
        segment_in_set=2,
        tag="BEG",
        loop="N1",
        element=3,
        component=1,
        repetition=2,
        byte=CLEAN.replace("~", "~\r\n").index("BEG"),
    )


def test_the_location_of_a_segment_that_is_missing_after_the_last_one() -> None:
    (found,) = sets(ISA + GS + ST + GE + IEA)
    place = location_of(found, 3, tag="SE")
    assert (place.tag, place.segment, place.segment_in_set) == ("SE", 5, 3)
    assert place.byte == len(ISA + GS + ST)


def test_separators_that_cannot_be_used_end_the_interchange_at_once() -> None:
    data = CLEAN.replace("*T*>~", "*T*>*") + CLEAN.replace("000000001", "000000002")
    events = list(read([data.encode()]))
    assert [type(event) for event in events[:3]] == [InterchangeStart, InterchangeEnd, InterchangeStart]
    assert codes(events) == ["isa-separators-clash"]


def test_a_long_run_of_stray_segments_is_one_note() -> None:
    data = ISA + GS + "REF*DP*1~" * 1000 + GE.replace("1*1", "0*1") + IEA
    events = list(read([data.encode()]))
    (note,) = [event for event in events if isinstance(event, InterchangeNote)]
    assert note.segment == ("REF", "DP", "1")
    assert "and 999 more" in note.findings[0].message


def test_junk_is_told_once() -> None:
    (note,) = read([b"\x93\x00\xff junk " * 100_000])
    assert isinstance(note, FileNote)
    assert codes([note]) == ["not-an-interchange"]
