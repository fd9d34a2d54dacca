"""Whatever was received, the answer has no fault; whatever was answered, it can be read."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.acknowledgments.answer import AnswerKind, acknowledge
from gateway.acknowledgments.answered import AcknowledgedGroup
from gateway.acknowledgments.read import read_acknowledgments
from gateway.acknowledgments.received import ControlNumbers, ReceivedGroup, ReceivedInterchange, ReceivedSet
from gateway.codes import CATALOGUE
from gateway.findings import Finding, Location, found
from gateway.formats.x12.model import Delimiters
from gateway.formats.x12.reader import read
from gateway.report import Verdict
from tests.acknowledgments.samples import AT, gs, isa
from tests.acknowledgments.second_opinion import SecondOpinion
from tests.thoroughness import examples

ANY_TEXT = st.text(max_size=20) | st.sampled_from(
    ["", " ", "0001", "77", "850", "A>B", "A*B~C", "\x00", "1" * 30]
)
# Three letters or digits are copied whatever they are; pyx12 knows only some of the sets there are.
IDENTIFIERS = st.sampled_from(["850", "856", "810"]) | ANY_TEXT.filter(lambda text: len(text.strip()) != 3)
SEPARATORS = st.sampled_from(list("*|~^>:<'!\n\x1d\x1fAZ §"))
POSITION = st.none() | st.integers(1, 2_000_000)


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    place = Location(
        segment_in_set=draw(POSITION),
        tag=draw(st.none() | ANY_TEXT),
        loop=draw(st.sampled_from([None, "", "PO1", "PO1/LS/LDT", "LS", "PO1/LS"])),
        element=draw(st.none() | st.integers(1, 200)),
        component=draw(st.none() | st.integers(1, 200)),
        repetition=draw(st.none() | st.integers(1, 20_000)),
    )
    code = draw(st.sampled_from(sorted(CATALOGUE)))
    return found(code, place, draw(st.none() | ANY_TEXT), severity=None, number=draw(ANY_TEXT))


def several(strategy: st.SearchStrategy[Finding]) -> st.SearchStrategy[tuple[Finding, ...]]:
    return st.lists(strategy, max_size=6).map(tuple)


SETS = st.builds(
    ReceivedSet,
    st01=IDENTIFIERS,
    st02=ANY_TEXT,
    verdict=st.sampled_from(list(Verdict)),
    findings=several(findings()),
)


def changed(usual: tuple[str, ...], first: int = 1) -> st.SearchStrategy[tuple[str, ...]]:
    """The segment with some elements, from the first on, replaced by anything."""
    return st.dictionaries(st.integers(first, len(usual) - 1), ANY_TEXT, max_size=4).map(
        lambda new: tuple(new.get(position, text) for position, text in enumerate(usual))
    )


GROUPS = st.builds(
    ReceivedGroup,
    gs=st.just(gs()) | changed(gs(), first=2) | st.just(("GS", "PO")),
    ge01=ANY_TEXT,
    sets=st.lists(SETS, max_size=4).map(tuple),
    findings=several(findings()),
)
INTERCHANGES = st.builds(
    ReceivedInterchange,
    isa=st.just(isa()) | changed(isa()),
    delimiters=st.just(Delimiters()) | st.builds(Delimiters, SEPARATORS, SEPARATORS, SEPARATORS),
    groups=st.lists(GROUPS, max_size=4).map(tuple),
    findings=several(findings()),
    carries_ta1=st.booleans(),
)
DECLARED = INTERCHANGES.map(
    lambda received: msgspec.structs.replace(
        received, isa=(*received.isa[:16], received.delimiters.component)
    )
)


@settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(received=st.lists(DECLARED, max_size=2), kind=st.sampled_from(list(AnswerKind)))
def test_every_answer_is_sound(
    second_opinion: SecondOpinion, received: list[ReceivedInterchange], kind: AnswerKind
) -> None:
    written = list(acknowledge(received, kind=kind, control_numbers=ControlNumbers(), at=AT))
    for one in written:
        assert second_opinion.faults(one) == [], one.decode()
    told = list(read_acknowledgments(read(written)))
    assert all(one.findings == () for one in told)
    owed = sum(group.is_owed_an_answer for one in received for group in one.groups)
    assert sum(isinstance(one, AcknowledgedGroup) for one in told) == (0 if kind is AnswerKind.TA1 else owed)


TEXTS = st.lists(
    st.lists(
        st.sampled_from(["AK1", "AK2", "AK3", "AK4", "AK5", "AK9", "SE", "", "1", "A", ">", "X" * 50]),
        max_size=6,
    ),
    max_size=20,
)


@settings(max_examples=examples(200), deadline=None)
@given(segments=TEXTS)
def test_reading_an_answer_never_raises(segments: Sequence[Sequence[str]]) -> None:
    content = "".join("*".join(segment) + "~" for segment in segments)
    envelope = "*".join(isa()) + "~" + "*".join(gs(e1="FA")) + "~ST*997*0001~"
    data = f"{envelope}{content}GE*1*77~IEA*1*000000042~".encode()
    assert all(len(one.findings) >= 1 for one in read_acknowledgments(read([data])))
