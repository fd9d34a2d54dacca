"""What is written, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from gateway.errors import NotInCharsetError, SeparatorInDataError, UnwritableEnvelopeError, UsageError
from gateway.formats.x12.model import Delimiters
from gateway.formats.x12.reader import read
from gateway.formats.x12.writer import (
    Element,
    OutgoingGroup,
    OutgoingInterchange,
    OutgoingSet,
    Repeated,
    group_date_time,
    interchange_bytes,
    interchange_date_time,
    joined_segment_text,
    segment_text,
)
from tests.formats.x12.cases import CLEAN, ISA, ISA_501
from tests.formats.x12.rebuild import rebuilt

PLAIN = Delimiters()
REPEATING = Delimiters(repetition="^")
ONE_SET = OutgoingSet("850", "0001", ["BEG*00*SA*4711**20261122"])
GROUP = OutgoingGroup(
    functional_id="PO",
    sender="SENDER",
    receiver="RECEIVER",
    date="20261122",
    time="1305",
    control_number="1",
    version="004010",
    sets=(ONE_SET,),
)
INTERCHANGE = OutgoingInterchange(
    sender_qualifier="ZZ",
    sender="SENDER",
    receiver_qualifier="ZZ",
    receiver="RECEIVER",
    date="261122",
    time="1305",
    control_number="1",
    groups=(GROUP,),
)


def changed(**fields: str | tuple[str, ...]) -> OutgoingInterchange:
    return msgspec.structs.replace(INTERCHANGE, **fields)


@pytest.mark.parametrize(
    ("elements", "text"),
    [
        (("BEG", "00", "SA"), "BEG*00*SA"),
        (("BEG", "00", "", "X", "", ""), "BEG*00**X"),
        (("BEG", "", ""), "BEG"),
        (("SLN", ("1", "EA")), "SLN*1>EA"),
        (("SLN", ("1", "", "")), "SLN*1"),
        (("SLN", ("", "")), "SLN"),
        (("SLN", ("", "2"), "X"), "SLN*>2*X"),
        (("REF", Repeated(("A", "B"))), "REF*A^B"),
        (("REF", Repeated((("A", "1"), "B"))), "REF*A>1^B"),
        (("REF", Repeated(("A", ""))), "REF*A"),
        (("N1", "ST", "Größe ☃"), "N1*ST*Größe ☃"),
        (("N1", "no\u00a0break"), "N1*no\u00a0break"),
    ],
)
def test_a_segment_is_written(elements: tuple[Element, ...], text: str) -> None:
    assert segment_text(elements, REPEATING) == text


@pytest.mark.parametrize(
    "bad", ["*", ">", "~", "^", "\n", "\r", "\t", "\0", "\x1f", "\x7f", "\x85", "\u2028"]
)
@pytest.mark.parametrize("where", ["plain", "component", "repeated"])
def test_data_that_would_be_read_back_as_something_else_is_refused(bad: str, where: str) -> None:
    value = f"a{bad}b"
    places: dict[str, Element] = {
        "plain": value,
        "component": ("x", value),
        "repeated": Repeated(("x", value)),
    }
    with pytest.raises(SeparatorInDataError) as refused:
        segment_text(("REF", "DP", places[where]), REPEATING)
    assert (refused.value.tag, refused.value.element) == ("REF", 2)
    assert (refused.value.value, refused.value.character) == (value, bad)
    assert "REF02" in str(refused.value)


def test_the_repetition_separator_is_data_where_there_is_none() -> None:
    assert segment_text(("REF", "A^B"), PLAIN) == "REF*A^B"


def test_a_repeated_element_needs_a_repetition_separator() -> None:
    with pytest.raises(UnwritableEnvelopeError, match="REF01"):
        segment_text(("REF", Repeated(("A", "B"))), PLAIN)


@pytest.mark.parametrize("tag", ["", " BEG", "B*G", "\n"])
def test_a_tag_must_be_one(tag: str) -> None:
    with pytest.raises((UnwritableEnvelopeError, SeparatorInDataError)):
        segment_text((tag, "1"), PLAIN)


def test_joined_elements_may_hold_component_and_repetition_separators_only() -> None:
    controls = Delimiters(element="\x1d", component="\x1f", segment="\x1c", repetition="\x1e")
    assert joined_segment_text(("AK4", "5>1", "A^B"), REPEATING) == "AK4*5>1*A^B"
    assert joined_segment_text(("AK4", "5\x1f1", "A\x1eB"), controls) == "AK4\x1d5\x1f1\x1dA\x1eB"
    for bad in "*~\n":
        with pytest.raises(SeparatorInDataError):
            joined_segment_text(("AK4", f"5{bad}1"), REPEATING)


def test_an_interchange_is_written_whole() -> None:
    assert interchange_bytes(INTERCHANGE, PLAIN) == CLEAN.encode()


def test_the_line_end_follows_each_terminator() -> None:
    written = interchange_bytes(INTERCHANGE, Delimiters(line_end="\r\n"))
    assert written == CLEAN.replace("~", "~\r\n").encode()


def test_isa11_is_the_repetition_separator_from_00402() -> None:
    written = interchange_bytes(changed(version="00501"), REPEATING)
    assert written == CLEAN.replace(ISA, ISA_501).encode()
    with pytest.raises(UnwritableEnvelopeError, match="00402"):
        interchange_bytes(INTERCHANGE, REPEATING)


def test_counts_are_those_of_what_is_written() -> None:
    sets = (ONE_SET, OutgoingSet("850", "0002", ["BEG*00", "CTT*1"], "GUIDE"), OutgoingSet("850", "0003", []))
    groups = (
        msgspec.structs.replace(GROUP, sets=sets),
        msgspec.structs.replace(GROUP, control_number="2", sets=()),
    )
    data = interchange_bytes(msgspec.structs.replace(INTERCHANGE, groups=groups), PLAIN)
    assert not [finding for event in read([data]) for finding in event.findings]
    assert b"ST*850*0002*GUIDE~BEG*00~CTT*1~SE*4*0002~ST*850*0003~SE*2*0003~GE*3*1~" in data
    assert data.endswith(b"GE*0*2~IEA*2*000000001~")


def test_acknowledgments_stand_before_the_groups_or_alone() -> None:
    ta1 = ("TA1", "000000009", "261122", "1305", "A", "000")
    both = interchange_bytes(msgspec.structs.replace(INTERCHANGE, acknowledgments=(ta1, ta1)), PLAIN)
    assert both == CLEAN.replace("GS*", "TA1*000000009*261122*1305*A*000~" * 2 + "GS*").encode()
    alone = interchange_bytes(msgspec.structs.replace(INTERCHANGE, acknowledgments=(ta1,), groups=()), PLAIN)
    assert alone == f"{ISA}TA1*000000009*261122*1305*A*000~IEA*0*000000001~".encode()


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("sender", "A NAME THAT IS TOO LONG", "ISA06"),
        ("control_number", "1234567890", "ISA13"),
        ("usage", "TEST", "ISA15"),
        ("version", "004010", "ISA12"),
        ("date", "20261122", "ISA09"),
    ],
)
def test_a_value_too_long_for_the_header_is_refused(field: str, value: str, told: str) -> None:
    with pytest.raises(UnwritableEnvelopeError, match=told):
        interchange_bytes(changed(**{field: value}), PLAIN)


@pytest.mark.parametrize("value", ["A*B", "A>B", "A~B", "A\nB"])
def test_a_separator_in_the_header_is_refused(value: str) -> None:
    with pytest.raises(SeparatorInDataError) as refused:
        interchange_bytes(changed(sender=value), PLAIN)
    assert (refused.value.tag, refused.value.element) == ("ISA", 6)


@pytest.mark.parametrize(
    "delimiters",
    [
        Delimiters(element="~"),
        Delimiters(component="*"),
        Delimiters(segment=">"),
        Delimiters(repetition="~"),
        Delimiters(element="A"),
        Delimiters(segment="1"),
        Delimiters(component=" "),
        Delimiters(segment=""),
        Delimiters(segment="\r\n"),
        Delimiters(line_end="x"),
    ],
)
def test_separators_that_cannot_be_read_back_are_refused(delimiters: Delimiters) -> None:
    with pytest.raises(UnwritableEnvelopeError):
        interchange_bytes(changed(version="00501"), delimiters)


@pytest.mark.parametrize(
    "text", ["REF*A~B", "REF*A\nB", "", " REF*A", "SE*3*0001", "GE*1*1", "ISA", "ST*850"]
)
def test_a_text_that_would_break_the_set_is_refused(text: str) -> None:
    broken = msgspec.structs.replace(GROUP, sets=(msgspec.structs.replace(ONE_SET, body=["N9*1", text]),))
    with pytest.raises((SeparatorInDataError, UnwritableEnvelopeError)):
        interchange_bytes(msgspec.structs.replace(INTERCHANGE, groups=(broken,)), PLAIN)


def test_a_character_outside_the_character_set_is_refused() -> None:
    named = msgspec.structs.replace(GROUP, sets=(msgspec.structs.replace(ONE_SET, body=["N1*ST*5 €"]),))
    interchange = msgspec.structs.replace(INTERCHANGE, groups=(named,))
    assert "5 €".encode("cp1252") in interchange_bytes(interchange, PLAIN, "cp1252")
    with pytest.raises(NotInCharsetError) as refused:
        interchange_bytes(interchange, PLAIN, "latin-1")
    assert refused.value.character == "€"
    assert "N1*ST" in str(refused.value)
    with pytest.raises(UsageError):
        interchange_bytes(interchange, PLAIN, "utf-16")


@pytest.mark.parametrize("terminator", ["~", "\n", "'", "\x1c"])
@pytest.mark.parametrize("line_end", ["", "\n", "\r\n"])
def test_a_clean_file_is_written_as_it_was_read(terminator: str, line_end: str) -> None:
    body = "N1*ST*NAME~SLN*1>EA*A~MSG*Text with blanks ~"
    clean = CLEAN.replace("SE*3*", body + "SE*6*").replace("~", terminator + line_end)
    ((interchange, delimiters),) = rebuilt(read([clean.encode()]))
    assert interchange_bytes(interchange, delimiters) == clean.encode()


def test_dates_and_times_come_from_outside() -> None:
    at = datetime(2026, 11, 22, 13, 5, 59, tzinfo=UTC)
    assert interchange_date_time(at) == ("261122", "1305")
    assert group_date_time(at, "004010") == ("20261122", "1305")
    assert group_date_time(at, "003060") == ("261122", "1305")
