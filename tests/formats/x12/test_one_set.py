"""A file of one set that is read at once is read as it would be batch by batch."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.formats.x12 import one_set, reader
from gateway.formats.x12.limits import Limits, ReadOptions
from gateway.formats.x12.model import Event, GroupEnd, TransactionSet
from gateway.formats.x12.one_set import MAX_LENGTH, events_of_one_set
from tests.formats.x12.cases import CLEAN, GE, GS, IEA, ISA, ISA_501, SE
from tests.formats.x12.test_properties import SAMPLES, mutations
from tests.thoroughness import examples

DEFAULT = Limits()
OTHER_LIMITS = Limits(envelopes=DEFAULT.envelopes - 1)  # no file comes near, but none is read at once

SEPARATORS = (
    "*>~",
    "*:'",
    "|>~",
    "+:'",
    "*~>",
    "*^~",
    "*>*",
    "**~",
    "*>>",
    "*>A",
    "*A~",
    "* ~",
    "*>\n",
    "*>\x1c",
)
LINE_ENDS = ("", "\n", "\r\n", "\r", " ", "\n ", "\n\n", " \r\n")


def with_separators(text: str, separators: str, line_end: str) -> str:
    element, component, segment = tuple(separators)
    return text.translate({ord("*"): element, ord(">"): component, ord("~"): segment + line_end})


def at_once(data: bytes) -> bool:
    return events_of_one_set(data.decode("latin-1"), DEFAULT) is not None


def disagree(data: bytes) -> bool:
    fast = list(reader.read([data]))
    careful = list(reader.read([data], ReadOptions(limits=OTHER_LIMITS)))
    return fast != careful or offsets(fast) != offsets(careful)


def offsets(events: list[Event]) -> list[list[int]]:
    return [each.offsets.tolist() for each in events if isinstance(each, TransactionSet)]


@st.composite
def spoiled(draw: st.DrawFn) -> bytes:
    """A file of one set with any separators, of which a few characters are others, gone or repeated."""
    text = draw(st.sampled_from((CLEAN, CLEAN.replace(ISA, ISA_501))))
    text = with_separators(text, draw(st.sampled_from(SEPARATORS)), draw(st.sampled_from(LINE_ENDS)))
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(text)))
        cut = at + draw(st.integers(0, 3))
        put = draw(
            st.sampled_from(("", text[at:cut] * 2, "*", "~", "~\n", " ", "0", "1", "A", "ST*", "\xc9", "\0"))
        )
        text = text[:at] + put + text[cut:]
    return text.encode("latin-1")


@settings(max_examples=examples(200))
@given(spoiled())
def test_a_spoiled_file_is_read_alike(data: bytes) -> None:
    assert not disagree(data)


@given(mutations())
def test_any_file_is_read_alike(data: bytes) -> None:
    assert not disagree(data)


@pytest.mark.parametrize("number", range(len(SAMPLES)))
def test_samples_are_read_alike(number: int) -> None:
    assert not disagree(SAMPLES[number])


@pytest.mark.parametrize("line_end", LINE_ENDS)
@pytest.mark.parametrize("separators", SEPARATORS)
def test_separators_are_those_of_the_careful_reading(separators: str, line_end: str) -> None:
    for text in (CLEAN, CLEAN.replace(ISA, ISA_501), CLEAN.replace(ISA, ISA_501.replace("*^*", "*>*"))):
        assert not disagree(with_separators(text, separators, line_end).encode())


@pytest.mark.parametrize("line_end", ["", "\n", "\r\n"])
@pytest.mark.parametrize("text", [CLEAN, CLEAN.replace(ISA, ISA_501)])
def test_usual_files_are_read_at_once(text: str, line_end: str) -> None:
    assert at_once(with_separators(text, "*>~", line_end).encode())


NEAR_MISSES = {
    "a count of sets": CLEAN.replace(GE, "GE*2*1~"),
    "a count of groups": CLEAN.replace(IEA, "IEA*2*000000001~"),
    "a count of segments": CLEAN.replace(SE, "SE*4*0001~"),
    "zeros before a count": CLEAN.replace(SE, "SE*03*0001~"),
    "another number in SE": CLEAN.replace(SE, "SE*3*0002~"),
    "another number in GE": CLEAN.replace(GE, "GE*1*2~"),
    "another number in IEA": CLEAN.replace(IEA, "IEA*1*000000002~"),
    "zeros before the number of GE": CLEAN.replace(GE, "GE*1*01~"),
    "no number in ST": CLEAN.replace("ST*850*0001", "ST*850").replace(SE, "SE*3*~"),
    "no number in GS": CLEAN.replace("*1305*1*", "*1305**").replace(GE, "GE*1*~"),
    "a long number in GS": CLEAN.replace("*1305*1*", f"*1305*{'7' * 50}*").replace(GE, f"GE*1*{'7' * 50}~"),
    "blanks around the number of GS": CLEAN.replace("*1305*1*", "*1305* 1*").replace(GE, "GE*1* 1~"),
    "blanks in the number of ISA": CLEAN.replace("000000001", "        1"),
    "letters in the number of ISA": CLEAN.replace("000000001", "00000000A"),
    "a segment before ST": CLEAN.replace(GS, GS + "REF*DP*0001~").replace(SE, "SE*4*0001~"),
    "a segment behind SE": CLEAN.replace(SE, "SE*4*0001~REF*DP~").replace("BEG*", "SE*4*0001~BEG*"),
    "a segment before GS": CLEAN.replace(GS, "REF*4*5*6*7*8*1~" + GS),
    "a segment behind GE": CLEAN.replace(GE, GE + "REF*DP~"),
    "two groups": CLEAN.replace(IEA, CLEAN[len(ISA) : -len(IEA)] + "IEA*2*000000001~"),
    "two interchanges": CLEAN + CLEAN,
    "text before it": " " + CLEAN,
    "text behind it": CLEAN + "\n",
    "no terminator at the end": CLEAN[:-1],
    "no IEA": CLEAN.replace(IEA, ""),
    "no GS": CLEAN.replace(GS, ""),
    "a TA1": CLEAN.replace(GS, "TA1*000000001*261122*1305*A*000~" + GS),
    "a TA1 in the set": CLEAN.replace("BEG*", "TA1*1~BEG*").replace(SE, "SE*4*0001~"),
    "an ISA in the set": CLEAN.replace("BEG*", "ISA|00|~BEG*").replace(SE, "SE*4*0001~"),
    "an ISA behind IEA": CLEAN.replace(IEA, "IEA*1*000000001" + CLEAN),
    "an ST of its tag alone": CLEAN.replace("BEG*", "ST~BEG*").replace(SE, "SE*4*0001~"),
    "an empty segment": CLEAN.replace("BEG*", "~BEG*").replace(SE, "SE*4*0001~"),
    "a blank before a segment": CLEAN.replace("BEG*", " BEG*"),
    "a terminator in ISA": CLEAN.replace("SENDER         *ZZ", "SENDER~        *ZZ"),
    "a separator in ISA": CLEAN.replace("SENDER         *ZZ", "SENDER*        *ZZ"),
    "a line end in ISA": CLEAN.replace("SENDER         *ZZ", "SENDER\n        *ZZ"),
    "a name that is not padded": CLEAN.replace("SENDER         *ZZ", "SENDER*ZZ"),
    "a letter of another character set": CLEAN.replace("4711", "47\xc91"),
    "one line end more": CLEAN.replace("~", "~\n").replace("BEG*", "\nBEG*"),
    "one line end less": CLEAN.replace("~", "~\n").replace("~\nBEG*", "~BEG*"),
    "a line end in ISA of lines": CLEAN.replace("~", "~\n").replace("SENDER         *", "SENDER~\n       *"),
}  # fmt: skip


@pytest.mark.parametrize("what", NEAR_MISSES)
def test_what_is_nearly_usual_is_read_alike(what: str) -> None:
    assert not disagree(NEAR_MISSES[what].encode("latin-1"))


def test_a_file_is_read_at_once_up_to_a_length() -> None:
    room = MAX_LENGTH - len(CLEAN) - len("MSG*~")
    for more in (0, 1):
        data = CLEAN.replace("BEG*", f"MSG*{'A' * (room + more)}~BEG*").replace(SE, "SE*4*0001~").encode()
        assert at_once(data) is (not more)
        assert not disagree(data)


def test_chunks_never_matter() -> None:
    data = CLEAN.encode()
    assert at_once(data)
    assert list(reader.read(data[at : at + 1] for at in range(len(data)))) == list(reader.read([data]))


def test_a_planted_difference_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A GE whose byte is off by one, counts that are not looked at, and a TA1 that is not seen."""

    def off_by_one(text: str, limits: Limits) -> tuple[Event, ...] | None:
        events = events_of_one_set(text, limits)
        return events and tuple(
            msgspec.structs.replace(
                each, location=msgspec.structs.replace(each.location, byte=(each.location.byte or 0) + 1)
            )
            if isinstance(each, GroupEnd)
            else each
            for each in events
        )

    with monkeypatch.context() as patch:
        patch.setattr(reader, "events_of_one_set", off_by_one)
        assert disagree(CLEAN.encode())
    with monkeypatch.context() as patch:
        patch.setattr(one_set, "_is_number", lambda _: True)
        assert disagree(NEAR_MISSES["a long number in GS"].encode())
    with monkeypatch.context() as patch:
        patch.setattr(one_set, "_ONE_SET", ["GS", "ST", "ISA", "SE", "GE", "IEA"])
        assert disagree(NEAR_MISSES["an ISA in the set"].encode())
