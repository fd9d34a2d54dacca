"""What holds for every file: reading never fails, chunks never matter, and writing is its inverse."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.findings import Location
from gateway.formats.x12.limits import Limits, ReadOptions
from gateway.formats.x12.model import Delimiters, Event, FileNote, TransactionSet
from gateway.formats.x12.places import byte_of
from gateway.formats.x12.reader import read
from gateway.formats.x12.writer import (
    Element,
    OutgoingGroup,
    OutgoingInterchange,
    OutgoingSet,
    Repeated,
    interchange_bytes,
    segment_text,
)
from tests.formats.x12.cases import CASES, CLEAN, ISA, ISA_501, WRAPPED
from tests.formats.x12.rebuild import rebuilt
from tests.thoroughness import examples

SAMPLES = (
    *(case.data for case in CASES),
    CLEAN.replace("~", "\n").encode(),
    CLEAN.replace("~", "\r\n").encode(),
    CLEAN.replace("~", "~ \r\n").encode(),
    CLEAN.replace(ISA, ISA_501).replace("~", "Ö").encode(),
    WRAPPED.encode(),
)
SYNTAX = (
    b"~",
    b"~~",
    b"*",
    b">",
    b"|",
    b"\n",
    b"\r\n",
    b"\r",
    b" ",
    b"\0",
    b"\xff",
    b"\xc3\x96",
    b"\xef\xbb\xbf",
)
TAGS = (b"ISA*00*", b"ISA", b"IEA*1*000000001~", b"GS*", b"~GE*1*1~", b"ST*850*", b"SE*", b"TA1*1~")
PIECES = st.sampled_from((*SYNTAX, *TAGS))


@st.composite
def mutations(draw: st.DrawFn) -> bytes:
    """A sample of a file with pieces of it cut out, repeated, or put in."""
    data = draw(st.sampled_from(SAMPLES)) + draw(st.sampled_from((b"", *SAMPLES)))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(data)))
        cut = at + draw(st.integers(0, 30))
        put = draw(st.one_of(PIECES, st.just(data[at:cut] * 2), st.binary(max_size=4)))
        data = data[:at] + put + data[cut:]
    return data


def chunks(data: bytes, cuts: list[int]) -> Iterator[bytes]:
    edges = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    yield b""
    for start, end in pairwise(edges):
        yield data[start:end]


def locations(events: list[Event]) -> Iterator[Location]:
    for event in events:
        if not isinstance(event, FileNote):
            yield event.location
        yield from (finding.location for finding in event.findings)


@given(st.binary(max_size=400), st.lists(st.integers(0, 400), max_size=6))
def test_any_bytes_can_be_read(data: bytes, cuts: list[int]) -> None:
    events = list(read(chunks(data, cuts)))
    assert events
    assert events == list(read([data]))


@settings(max_examples=examples(400))
@given(mutations(), st.lists(st.integers(0, 1000), max_size=6), st.integers(1, 60))
def test_chunks_and_blocks_never_matter(data: bytes, cuts: list[int], block: int) -> None:
    whole = list(read([data]))
    assert list(read(chunks(data, cuts))) == whole
    assert list(read([data], ReadOptions(limits=Limits(block_bytes=block)))) == whole


@settings(max_examples=examples(200))
@given(mutations(), st.integers(1, 60), st.integers(1, 40), st.integers(1, 120), st.integers(2, 5))
def test_limits_never_depend_on_blocks(data: bytes, block: int, segment: int, size: int, count: int) -> None:
    def limits(block_bytes: int) -> ReadOptions:
        return ReadOptions(
            limits=Limits(
                segment_bytes=segment,
                elements_per_segment=3,
                set_bytes=size,
                segments_per_set=count,
                remembered_numbers=1,
                block_bytes=block_bytes,
            )
        )

    assert list(read([data], limits(block))) == list(read([data], limits(100_000)))


@settings(max_examples=examples(200))
@given(mutations())
def test_every_place_is_one_of_the_file(data: bytes) -> None:
    events = list(read([data]))
    for place in locations(events):
        assert place.byte is None or 0 <= place.byte <= len(data)
        assert place.segment is None or place.segment >= 1
    for event in events:
        for finding in event.findings:
            assert finding.message


@settings(max_examples=examples(200))
@given(mutations())
def test_segments_stand_where_their_offsets_say(data: bytes) -> None:
    for event in read([data], ReadOptions(charset="latin-1")):
        if not isinstance(event, TransactionSet):
            continue
        assert len(event.offsets) == len(event.segments)
        for number, segment in enumerate(event.segments, 1):
            there = data[byte_of(event, number) :].decode("latin-1")
            unbroken = there.replace("\r", "").replace("\n", "")
            assert there.startswith(segment) or unbroken.startswith(segment)


SEPARATORS = "*|^>:~!'+\\§\x1c\x1d\x1e\x1f"


@st.composite
def delimiters(draw: st.DrawFn, *, with_repetition: bool) -> Delimiters:
    element, component, segment, repetition = draw(
        st.lists(st.sampled_from(SEPARATORS), min_size=4, max_size=4, unique=True)
    )
    if draw(st.integers(0, 4)) == 0:
        segment = draw(st.sampled_from("\n\r"))
    line_end = draw(st.sampled_from(["", "\n", "\r\n", " "])) if segment not in "\r\n" else ""
    return Delimiters(element, component, segment, repetition if with_repetition else None, line_end)


@st.composite
def interchanges(draw: st.DrawFn) -> tuple[OutgoingInterchange, Delimiters]:
    version = draw(st.sampled_from(["00200", "00401", "00402", "00501", "00801"]))
    used = draw(delimiters(with_repetition=version >= "00402"))
    plain = st.text(
        st.characters(
            codec="utf-8",
            exclude_characters=SEPARATORS + "\u2028\u2029",
            exclude_categories=("Cc", "Cs"),
        ),
        max_size=8,
    )
    name = st.text("ABCXYZ0189-", min_size=1, max_size=15)
    components = st.lists(plain, min_size=2, max_size=3).map(tuple)
    element: st.SearchStrategy[Element] = st.one_of(plain, components)
    if used.repetition:
        element = st.one_of(
            element, st.lists(plain, min_size=1, max_size=3).map(lambda o: Repeated(tuple(o)))
        )
    tags = st.sampled_from(["BEG", "N1", "PO1", "ISB", "TA1", "X"])
    segments = st.tuples(tags, st.lists(element, max_size=5)).map(lambda parts: (parts[0], *parts[1]))
    bodies = st.lists(segments, max_size=5).map(lambda body: [segment_text(each, used) for each in body])
    sets = st.builds(OutgoingSet, st.just("850"), st.text("0123456789AB", min_size=4, max_size=9), bodies)
    groups = st.builds(
        OutgoingGroup,
        functional_id=st.just("PO"),
        sender=name,
        receiver=name,
        date=st.just("20261122"),
        time=st.just("1305"),
        control_number=st.integers(1, 999_999_999).map(str),
        version=st.sampled_from(["004010", "004010VICS"]),
        sets=st.lists(sets, max_size=3, unique_by=lambda each: each.control_number).map(tuple),
    )
    numbers = st.integers(0, 999_999_999).map(lambda number: f"{number:09d}")
    interchange = st.builds(
        OutgoingInterchange,
        sender_qualifier=st.just("ZZ"),
        sender=name,
        receiver_qualifier=st.just("01"),
        receiver=name,
        date=st.just("261122"),
        time=st.just("1305"),
        control_number=numbers,
        version=st.just(version),
        acknowledgments=st.lists(st.just(("TA1", "000000009", "261122", "1305", "A", "000")), max_size=2).map(
            tuple
        ),
        groups=st.lists(groups, max_size=3, unique_by=lambda each: each.control_number).map(tuple),
    )
    return draw(interchange), used


def frozen(interchange: OutgoingInterchange) -> object:
    """The interchange with every list a tuple, so that it can be compared."""
    return [
        *(getattr(interchange, name) for name in interchange.__struct_fields__ if name != "groups"),
        [(group.control_number, group.sender, group.version, _sets(group)) for group in interchange.groups],
    ]


def _sets(group: OutgoingGroup) -> list[object]:
    return [(each.set_id, each.control_number, each.convention, tuple(each.body)) for each in group.sets]


@settings(max_examples=examples(150), deadline=None)
@given(interchanges())
def test_what_is_written_is_read_back(written: tuple[OutgoingInterchange, Delimiters]) -> None:
    interchange, used = written
    data = interchange_bytes(interchange, used)
    events = list(read([data]))
    assert not [finding for event in events for finding in event.findings]
    ((again, learned),) = rebuilt(events)
    assert learned == used
    assert frozen(again) == frozen(interchange)
    assert interchange_bytes(again, learned) == data
