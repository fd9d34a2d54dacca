"""Input made to break a reader: each limit is met with a finding at its place, in bounded memory and time."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Iterable, Iterator
from itertools import chain, repeat

import pytest

from gateway.findings import Finding
from gateway.formats.x12.limits import (
    MAX_ELEMENTS_PER_SEGMENT,
    MAX_SEGMENT_BYTES,
    MAX_SEGMENTS_PER_SET,
    Limits,
    ReadOptions,
)
from gateway.formats.x12.model import Event, InterchangeEnd, TransactionSet
from gateway.formats.x12.reader import read
from tests.formats.x12.cases import CLEAN, GE, GS, IEA, ISA, SE, ST

OPENED = (ISA + GS + ST).encode()
CLOSED = (SE + GE + IEA).encode()
MEGABYTE = 1_000_000


def filled(piece: bytes, size: int) -> Iterator[bytes]:
    """A size of repeated pieces, in chunks, without holding them."""
    chunk = piece * max(1, 2**18 // len(piece))
    return repeat(chunk, -(-size // len(chunk)))


def findings(chunks: Iterable[bytes], limits: Limits | None = None) -> list[Finding]:
    options = ReadOptions(limits=limits or Limits())
    return [finding for event in read(chunks, options) for finding in event.findings]


def the_set(events: Iterable[Event]) -> TransactionSet:
    (found,) = [event for event in events if isinstance(event, TransactionSet)]
    return found


def peak_memory(chunks: Iterable[bytes]) -> int:
    tracemalloc.start()
    try:
        for _ in read(chunks):
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_segment_of_200_megabytes() -> None:
    events = list(read(chain([OPENED, b"MSG*"], filled(b"x", 200 * MEGABYTE), [b"~", CLOSED])))
    found = the_set(events)
    assert [segment[:3] for segment in found.segments] == ["ST*", "BEG"]
    assert not found.complete
    (first, second) = found.findings
    assert (first.code, first.location.segment, first.location.segment_in_set) == ("segment-too-long", 5, 3)
    assert (first.location.tag, first.location.byte) == ("MSG", len(OPENED))
    # The set is counted to its end: only SE01 is wrong, and everything after it is read.
    assert (second.code, second.location.segment_in_set) == ("se-segment-count", 4)
    assert isinstance(events[-1], InterchangeEnd)
    assert not events[-1].findings


@pytest.mark.parametrize("fill", [b"x", b" ", b"\n", b"*", b"\xff"])
def test_a_segment_without_end_needs_little_memory(fill: bytes) -> None:
    assert peak_memory(chain([OPENED], filled(fill, 20 * MEGABYTE))) < 8 * MEGABYTE


@pytest.mark.parametrize("fill", [b" ", b"\0", b"\r\n", b"\xef\xbb\xbf", b"junk "])
def test_what_stands_before_an_interchange_needs_little_memory(fill: bytes) -> None:
    chunks = chain(filled(fill, 20 * MEGABYTE), [CLEAN.encode()])
    assert peak_memory(chunks) < 4 * MEGABYTE


def test_many_sets_need_no_more_memory_than_one() -> None:
    sets = (f"ST*850*{number:09d}~BEG*00*SA*1~SE*3*{number:09d}~".encode() for number in range(20_000))
    assert peak_memory(chain([(ISA + GS).encode()], sets)) < 16 * MEGABYTE


def test_a_million_elements() -> None:
    wide = "REF" + "*" * (MAX_ELEMENTS_PER_SEGMENT + 1) + "~"
    found = the_set(read([(ISA + GS + ST + wide + "SE*4*0001~" + GE + IEA).encode()]))
    (finding,) = found.findings
    assert (finding.code, finding.location.segment_in_set) == ("segment-too-many-elements", 3)
    assert finding.location.tag == "REF"
    assert findings([OPENED + b"REF" + b"*" * 999_999 + b"~SE*4*0001~GE*1*1~" + IEA.encode()])[0].code == (
        "segment-too-many-elements"
    )


def test_a_segment_at_the_limit_is_read() -> None:
    longest = "REF*" + "x" * (MAX_SEGMENT_BYTES - 4)
    widest = "REF" + "*" * MAX_ELEMENTS_PER_SEGMENT
    data = f"{ISA}{GS}{ST}{longest}~{widest}~SE*5*0001~{GE}{IEA}".encode()
    found = the_set(read([data]))
    assert found.complete
    assert found.segments[2:4] == (longest, widest)
    assert findings([data.replace(b"REF*x", b"REF*xx", 1)])[0].code == "segment-too-long"


def test_a_set_larger_than_the_limit_is_cut_and_counted_on() -> None:
    data = (ISA + GS + ST + "REF*DP*1~" * 100 + "SE*103*0001~" + GE + IEA).encode()
    found = the_set(read([data], ReadOptions(limits=Limits(set_bytes=400))))
    (finding,) = found.findings
    assert finding.code == "set-too-large"
    assert finding.location.segment_in_set == len(found.segments) + 1
    assert finding.location.byte == len(OPENED) + 9 * (len(found.segments) - 2)
    assert "400 bytes" in finding.message
    assert not found.complete
    assert len(found.raw) <= 400


def test_a_set_with_too_many_segments_is_cut() -> None:
    data = (ISA + GS + ST + "X~" * 10 + "SE*13*0001~" + GE + IEA).encode()
    found = the_set(read([data], ReadOptions(limits=Limits(segments_per_set=5))))
    assert [finding.code for finding in found.findings] == ["set-too-large"]
    assert found.segments[2:] == ("X", "X", "X")
    assert f"{MAX_SEGMENTS_PER_SET:,}" in Limits().shown("segments-per-set")


def test_a_stray_segment_beyond_the_limit_is_told() -> None:
    data = (ISA + GS + "REF*" + "x" * 80 + "~" + GE.replace("1*1", "0*1") + IEA).encode()
    (finding,) = findings([data], Limits(segment_bytes=80))
    assert (finding.code, finding.location.segment) == ("segment-too-long", 3)


def test_only_so_many_control_numbers_are_remembered_and_that_is_told() -> None:
    sets = "".join(f"ST*850*{number:04d}~SE*2*{number:04d}~" for number in (1, 2, 3, 3, 1))
    told = findings([(ISA + GS + sets + "GE*5*1~" + IEA).encode()], Limits(remembered_numbers=2))
    assert [(finding.code, finding.location.set) for finding in told] == [
        ("duplicate-check-limit", 3),
        ("st02-duplicate", 5),
    ]


TINY = (ISA + "TA1*000000009*261122*1305*A*000~IEA*0*000000001~").encode()


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    "piece",
    [
        b"~",
        b"A~",
        b"\n",
        b"N1*VISA*IEA*~",
        b" ISA* IEA* ~",
        b"ST*850*1~",
        b"GS*PO*A*B*1*1*1*X*1~",
        b"ISA*00*~",
        b"ISA",
        ISA.encode(),
        ISA.replace("*", "|").encode() + ISA.replace("~", "!").encode(),
        TINY,
        TINY[:-1],
        b"\xc3\x96~",
        b"\xff*",
    ],
)
@pytest.mark.parametrize("opened", [b"", ISA.encode(), OPENED, OPENED.replace(b"~", b"\n")])
def test_the_time_is_in_proportion_to_the_bytes(opened: bytes, piece: bytes) -> None:
    """A run that grows with the square of the size would take hours here."""
    began = time.process_time()
    for _ in read(chain([opened], filled(piece, MEGABYTE // 2))):
        pass
    assert time.process_time() - began < 20


def test_bytes_one_at_a_time() -> None:
    data = (ISA + GS + ST + "REF*DP*1~" * 30_000 + "SE*30003*0001~" + GE + IEA).encode()
    assert not findings(data[at : at + 1] for at in range(len(data)))
