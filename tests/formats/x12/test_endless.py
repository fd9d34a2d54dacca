"""Input without end: the reading stops at a named limit, with a finding at its place, and closes all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, count, repeat

import pytest

from gateway.findings import Finding, Location
from gateway.formats.x12.limits import Limits, ReadOptions
from gateway.formats.x12.model import Event, FileNote, GroupEnd, InterchangeEnd, TransactionSet
from gateway.formats.x12.reader import read
from tests.formats.x12.cases import CLEAN, GE, GS, IEA, ISA, SE, ST

BLOCK = 50
SMALL = Limits(
    bytes_outside=10_000,
    bytes_without_envelope=20_000,
    segments_without_envelope=5_000,
    envelopes=50,
    segment_bytes=1_000,
    segments_per_set=100,
    block_bytes=BLOCK,
)
OPENED = (ISA + GS + ST).encode()
INTERCHANGE = Location(interchange=1, isa13="000000001", segment=1, byte=0)
GROUP = Location(interchange=1, isa13="000000001", group=1, gs06="1", segment=2, byte=len(ISA))


class Endless:
    """Bytes without end; `size` is how many of them were asked for."""

    def __init__(self, piece: bytes, opened: bytes = b"") -> None:
        self._chunks = chain([opened], repeat(piece))
        self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.size += len(chunk)
            yield chunk


def events(chunks: Iterable[bytes], limits: Limits = SMALL) -> list[Event]:
    return list(read(chunks, ReadOptions(limits=limits)))


def findings(every: Iterable[Event]) -> list[Finding]:
    return [finding for event in every for finding in event.findings]


@pytest.mark.parametrize(
    ("piece", "codes"),
    [
        (b"\0", ["interchange-not-found"]),
        (b" \r\n", ["interchange-not-found"]),
        (b"\xef\xbb\xbf", ["interchange-not-found"]),
        (b"junk ", ["not-an-interchange", "interchange-not-found"]),
        (b"ISA", ["not-an-interchange", "interchange-not-found"]),
        (b"GS*PO*A*B*20261122*1305*1*X*004010~", ["not-an-interchange", "interchange-not-found"]),
    ],
)
def test_what_holds_no_interchange_is_read_to_the_limit(piece: bytes, codes: list[str]) -> None:
    endless = Endless(piece)
    every = events(endless)
    assert [finding.code for finding in findings(every)] == codes
    (told,) = [finding for finding in findings(every) if finding.code == "interchange-not-found"]
    assert told.location == Location(byte=0)
    assert "10,000 bytes" in told.message
    assert every[-1] == FileNote((told,), stopped=True)
    assert endless.size < SMALL.bytes_outside + 2 * BLOCK + len(piece)


def test_an_endless_run_of_isa_is_read_to_the_limit() -> None:
    endless = Endless(b"ISA*")
    every = events(endless)
    assert findings(every)[-1].code == "interchange-not-found"
    assert findings(every)[-1].location == Location(byte=0)
    assert endless.size < SMALL.bytes_outside + 2 * BLOCK


def test_padding_behind_an_interchange_is_told_where_it_begins() -> None:
    every = events(chain([CLEAN.encode()], repeat(b"\0")))
    (told,) = findings(every)
    assert (told.code, told.location) == ("interchange-not-found", Location(byte=CLEAN.rindex("~") + 1))


def test_padding_within_the_limit_counts_anew_for_each_interchange() -> None:
    padding = b"\0" * (SMALL.bytes_outside - 10 * BLOCK)
    assert not findings(events([CLEAN.encode(), padding, CLEAN.replace("000000001", "2".zfill(9)).encode()]))


def test_a_file_that_ends_at_the_limit_is_read_whole() -> None:
    (note,) = events([b"\0" * SMALL.bytes_outside])
    assert [finding.code for finding in note.findings] == ["file-empty"]
    (note,) = events([b"\0" * (SMALL.bytes_outside + 1)])
    assert [finding.code for finding in note.findings] == ["interchange-not-found"]


@pytest.mark.parametrize(
    ("opened", "piece", "place", "limit"),
    [
        (ISA.encode(), b"x" * 10, INTERCHANGE, "20,000 bytes"),
        ((ISA + GS).encode(), b"REF*DP*1~", GROUP, "20,000 bytes"),
        ((ISA + GS).encode(), b"X~", GROUP, "5,000 segments"),
        (OPENED, b" ", GROUP, "20,000 bytes"),
        (OPENED, b"PO1*1*12*EA*3.5~", GROUP, "20,000 bytes"),
        (OPENED, b"~", GROUP, "5,000 segments"),
        (OPENED.replace(b"~", b"\n"), b"\n", GROUP, "5,000 segments"),
        (OPENED.replace(b"~", b"\n"), b"\r\n" + b" " * 30, GROUP, "20,000 bytes"),
    ],
)
def test_an_interchange_without_end_is_read_to_the_limit(
    opened: bytes, piece: bytes, place: Location, limit: str
) -> None:
    endless = Endless(piece, opened)
    every = events(endless)
    (told,) = [finding for finding in findings(every) if finding.code == "envelope-without-end"]
    assert told.location == place
    assert limit in told.message
    assert isinstance(every[-2], InterchangeEnd)
    assert every[-2].findings == (told,)
    assert every[-1] == FileNote((), stopped=True)
    most = place.byte or 0
    assert endless.size <= most + SMALL.bytes_without_envelope + SMALL.segment_bytes + 2 * BLOCK


def test_a_set_that_is_open_when_the_reading_stops_is_refused() -> None:
    every = events(Endless(b"PO1*1*12*EA*3.5~", OPENED))
    (cut,) = [event for event in every if isinstance(event, TransactionSet)]
    assert [finding.code for finding in cut.findings] == ["set-too-large", "se-missing"]
    assert not cut.complete
    assert len(cut.segments) == SMALL.segments_per_set
    (closed,) = [event for event in every if isinstance(event, GroupEnd)]
    assert closed.sets == 1


def test_the_limit_begins_anew_behind_each_set() -> None:
    body = "REF*DP*1~" * 80
    text = f"{ISA}{GS}" + "".join(f"ST*850*{number:04d}~{body}SE*82*{number:04d}~" for number in range(1, 41))
    data = f"{text}{GE.replace('*1*', '*40*', 1)}{IEA}".encode()
    assert len(data) > SMALL.bytes_without_envelope
    assert not findings(events([data]))


def test_a_set_beyond_its_limit_is_passed_over_and_what_follows_is_read() -> None:
    first = f"{ST}{'REF*DP*1~' * 500}SE*502*0001~"
    second = f"{ST}{SE}".replace("0001", "0002")
    every = events([f"{ISA}{GS}{first}{second}{GE.replace('*1*', '*2*', 1)}{IEA}".encode()])
    assert [event.complete for event in every if isinstance(event, TransactionSet)] == [False, True]
    assert [finding.code for finding in findings(every)][:1] == ["set-too-large"]
    assert "envelope-without-end" not in [finding.code for finding in findings(every)]


@pytest.mark.parametrize(
    "piece", [b"TA1*x~", b"~X~", b"ST*850*1~", b"SE*1*1~", b"GE*1*1~", b"GS*PO~", b"ISA*00*~"]
)
def test_endless_segments_between_sets_are_read_to_the_limit_of_envelopes(piece: bytes) -> None:
    endless = Endless(piece, ISA.encode() if piece.startswith(b"GS") else (ISA + GS).encode())
    every = events(endless)
    assert "file-too-many-envelopes" in [finding.code for finding in findings(every)]
    assert isinstance(every[-1], FileNote)
    assert every[-1].stopped
    assert endless.size < 5_000


def test_one_file_may_not_be_larger_than_a_limit() -> None:
    limits = Limits(file_bytes=30_000, block_bytes=BLOCK)
    sets = (f"ST*850*{number:04d}~SE*2*{number:04d}~".encode() for number in count(1))
    every = events(chain([(ISA + GS).encode()], sets), limits)
    told = findings(every)[-1]
    assert (told.code, told.location.interchange, told.location.byte) == ("file-too-large", 1, 30_000)
    assert "30,000 bytes" in told.message
    every = events(repeat(b"\0"), limits)
    assert [(told.code, told.location) for told in findings(every)] == [
        ("file-too-large", Location(byte=30_000))
    ]


@pytest.mark.parametrize("opened", [b"", ISA.encode(), OPENED])
@pytest.mark.parametrize("piece", [b"\0", b"X~", b"ISA*", b"ISA*00*~", b"TA1*x~"])
def test_where_it_stops_does_not_depend_on_the_chunks(opened: bytes, piece: bytes) -> None:
    chunk = piece * 1_000
    assert events(chain([opened], repeat(piece))) == events(chain([opened], repeat(chunk)))
