"""Files cut off anywhere and changed anywhere: always a verdict, never an exception or silence."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.acknowledgments.answer import AnswerKind, acknowledge
from gateway.acknowledgments.received import ControlNumbers
from gateway.findings import Severity
from gateway.report import Verdict
from tests.hostile.samples import Taken, order_file, ship_notice_file, take

AT = datetime(2026, 11, 22, 13, 5, tzinfo=UTC)
SEED = 850
SECONDS = 8
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def wrapped(text: str) -> str:
    """The text in lines of 80 characters."""
    return "\n".join(text[at : at + 80] for at in range(0, len(text), 80)) + "\n"


FILES = {
    "an order": order_file(),
    "an order in lines": order_file().replace("~", "~\r\n"),
    "an order whose terminator is the line end": order_file().replace("~", "\n"),
    "an order wrapped at 80 columns": wrapped(order_file()),
    "a ship notice": ship_notice_file(),
    "two orders": order_file() + order_file().replace("000000001", "000000002"),
}


def answers(taken: Taken, kind: AnswerKind) -> list[bytes]:
    return list(acknowledge(taken.interchanges, kind=kind, control_numbers=ControlNumbers(), at=AT))


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_a_file_cut_off_at_any_byte_is_told(text: str) -> None:
    data = text.encode()
    whole = take(data)
    assert (whole.report.verdict, [f for f in whole.report.findings if f.severity is not Severity.NOTE]) == (
        Verdict.ACCEPTED,
        [],
    )
    content = len(data.rstrip(b"\r\n"))
    for length in range(len(data)):
        taken = take(data[:length])
        if length >= content or at_the_end_of_an_interchange(text, length):
            continue
        assert taken.report.findings, length
        refused = taken.report.verdict in (Verdict.REJECTED, Verdict.UNREADABLE, Verdict.PARTIALLY_ACCEPTED)
        assert refused or only_the_terminator_is_lost(text, length) or taken.report.has_errors, length


def at_the_end_of_an_interchange(text: str, length: int) -> bool:
    """Whether what is left is whole interchanges."""
    before = text[:length].rstrip("\r\n")
    return before.endswith(("IEA*1*000000001~", "IEA*1*000000002~"))


def only_the_terminator_is_lost(text: str, length: int) -> bool:
    return text[:length].replace("\n", "").endswith(("IEA*1*000000001", "IEA*1*000000002"))


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_a_file_that_is_cut_off_is_never_acknowledged_as_accepted(text: str) -> None:
    data = text.encode()
    first = text.replace("\n", "").replace("\r", "").find("IEA*1*000000001")
    for length in range(0, len(data), 3):
        taken = take(data[:length])
        for kind in AnswerKind:
            written = b"".join(answers(taken, kind))
            if len(text[:length].replace("\n", "").replace("\r", "")) < first:
                assert b"AK5*A" not in written, length


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_a_lost_beginning_is_told(text: str) -> None:
    data = text.encode()
    for start in range(1, 120):
        report = take(data[start:]).report
        assert report.has_errors, start


Damage = Callable[[random.Random, bytearray], None]


def change_a_byte(chance: random.Random, data: bytearray) -> None:
    data[chance.randrange(len(data))] = chance.randrange(256)


def lose_a_piece(chance: random.Random, data: bytearray) -> None:
    start = chance.randrange(len(data))
    del data[start : start + chance.randrange(1, 40)]


def double_a_piece(chance: random.Random, data: bytearray) -> None:
    start = chance.randrange(len(data))
    piece = data[start : start + chance.randrange(1, 60)]
    data[start:start] = piece


def move_a_segment(chance: random.Random, data: bytearray) -> None:
    segments = bytes(data).split(b"~")
    segments.insert(chance.randrange(len(segments)), segments.pop(chance.randrange(len(segments))))
    data[:] = b"~".join(segments)


def put_in_a_mark(chance: random.Random, data: bytearray) -> None:
    marks = (b"~", b"*", b">", b"^", b"\n", b"\0", b"\x1b[2J", b"ISA*", b"IEA*", b"ST*", b"SE*", b"\xff\xfe")
    at = chance.randrange(len(data))
    data[at:at] = chance.choice(marks)


# What an answer repeats of a file for its sender to know it again may be wrong there: identities, GS01, GS08,
# ST01.
REPEATED = {"interchange-element", "group-version-unknown", "no-definition", "element-code"}

DAMAGES: tuple[Damage, ...] = (change_a_byte, lose_a_piece, double_a_piece, move_a_segment, put_in_a_mark)


def test_random_damage_never_raises_and_never_contradicts_itself() -> None:
    chance = random.Random(SEED)
    samples = [path.read_bytes() for path in sorted(EXAMPLES.glob("*.850"))]
    samples += [text.encode() for text in FILES.values()]
    assert len(samples) > len(FILES)
    ends = time.process_time() + SECONDS / 2
    rounds = 0
    while rounds < 3_000 and time.process_time() < ends:
        rounds += 1
        data = bytearray(chance.choice(samples))
        for _ in range(chance.randrange(1, 4)):
            if data:
                chance.choice(DAMAGES)(chance, data)
        look_at(take(bytes(data), tolerant=bool(rounds % 2)), bytes(data))
    assert rounds > 200


def look_at(taken: Taken, data: bytes) -> None:
    report = taken.report
    verdicts = [each.verdict for each in report.sets]
    assert report.verdict is not Verdict.UNREADABLE or report.findings, data
    if Verdict.REJECTED in verdicts:
        assert any(finding.severity is Severity.ERROR for finding in report.findings), data
    for finding in report.findings:
        assert finding.message
        location = finding.location
        assert location.byte is None or 0 <= location.byte <= len(data), data
    for kind in AnswerKind:
        for one in answers(taken, kind):
            told = {
                finding.code for finding in take(one).report.findings if finding.severity is Severity.ERROR
            }
            assert told <= REPEATED, data
