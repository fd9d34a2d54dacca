"""The fast way to read whole sets accepts only what the careful one reads alike."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.formats.x12.framing import Framer
from gateway.formats.x12.limits import Limits, ReadOptions
from gateway.formats.x12.model import Event, TransactionSet
from gateway.formats.x12.numbers import Remembered
from gateway.formats.x12.reader import read
from gateway.formats.x12.whole_sets import WholeSets
from tests.formats.x12.cases import CLEAN
from tests.formats.x12.test_properties import SAMPLES, mutations

DEFAULT = Limits()
SMALL = Limits(segment_bytes=200, set_bytes=300, segments_per_set=12, remembered_numbers=2, block_bytes=48)
FEW_ELEMENTS = Limits(elements_per_segment=24)  # whole files in a batch, and headers of sets beyond the limit
LIMITS = st.sampled_from((DEFAULT, SMALL, FEW_ELEMENTS))
LONG = CLEAN.replace("~ST*850*", "~" + "ST" + "*1" * 30 + "~ST*850*").encode()

HEAD, TAIL = CLEAN[: CLEAN.index("ST*850*")], CLEAN[CLEAN.index("GE*") :]
SET = "ST*850*0001~BEG*00*SA*4711**20260105~SE*3*0001~"


def of_sets(sets: str) -> bytes:
    """An interchange with these sets, which its GE may count wrongly."""
    return f"{HEAD}{sets}{TAIL}".encode()


def events_of(data: bytes, limits: Limits) -> list[Event]:
    return list(read([data], ReadOptions(limits=limits)))


def careful_events(data: bytes, limits: Limits, monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """The events when no batch is even and no set is taken whole."""
    with monkeypatch.context() as patch:
        patch.setattr(Framer, "_even", lambda _framer, _text: None)
        patch.setattr(WholeSets, "sound_set", lambda *_: None)
        return events_of(data, limits)


def disagree(data: bytes, limits: Limits = DEFAULT) -> bool:
    with pytest.MonkeyPatch.context() as patch:
        careful = careful_events(data, limits, patch)
    fast = events_of(data, limits)
    offsets = [each.offsets for each in fast if isinstance(each, TransactionSet)]
    return fast != careful or offsets != [
        each.offsets for each in careful if isinstance(each, TransactionSet)
    ]


@given(mutations(), LIMITS)
def test_both_readings_agree(data: bytes, limits: Limits) -> None:
    assert not disagree(data, limits)


@pytest.mark.parametrize("number", range(len(SAMPLES)))
def test_both_readings_agree_about_samples(number: int) -> None:
    assert not disagree(SAMPLES[number])
    assert not disagree(SAMPLES[number], SMALL)


def test_both_readings_agree_about_segments_beyond_the_limits() -> None:
    assert not disagree(LONG, FEW_ELEMENTS)


def test_a_planted_difference_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A set whose byte is off by one, and a batch that lets blanks pass, do not go unnoticed."""
    sound_set = WholeSets.sound_set

    def off_by_one(*taken: object) -> TransactionSet | None:
        made = sound_set(*taken)  # type: ignore[arg-type]  # passed on as it came
        if made is None:
            return None
        place = msgspec.structs.replace(made.location, byte=(made.location.byte or 0) + 1)
        return msgspec.structs.replace(made, location=place)

    monkeypatch.setattr(WholeSets, "sound_set", off_by_one)
    assert any(map(disagree, SAMPLES))


def test_a_planted_difference_of_batches_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Framer, "_is_dense", lambda *_: True)
    assert disagree(LONG, FEW_ELEMENTS)


@pytest.mark.parametrize(
    "sets",
    [
        SET + SET,  # the same control number twice
        SET.replace("0001", "0009") + SET,  # in falling order
        SET.replace("SE*3", "SE*03") + SET.replace("SE*3", "SE*\xb2").replace("0001", "0002"),
        SET.replace("SE*3", "SE*5") + "REF*DP~SE*5*0001~",  # where SE would have to stand there is its like
        SET.replace("BEG", "SE~BEG"),
        SET.replace("BEG", "ISA|00|~BEG") + SET,
        SET.replace("BEG", "TA1*1~BEG") + SET,
        SET.replace("BEG", "REF*A\nST*B~BEG") + SET.replace("0001", "0002"),
        SET.replace("0001", "ABC1") + SET.replace("0001", "ABC2") + SET,
    ],
)
@pytest.mark.parametrize("line_end", ["", "\n", "\r\n"])
def test_both_readings_agree_about_doubtful_sets(sets: str, line_end: str) -> None:
    data = of_sets(sets).replace(b"~", f"~{line_end}".encode())
    assert not disagree(data)
    assert not disagree(data.replace(b"~" + line_end.encode() + b"SE", b"~SE", 1))
    assert not disagree(data, SMALL)


def test_a_planted_difference_of_numbers_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Remembered, "takes_next", lambda *_: True)
    assert disagree(of_sets(SET + SET))


def test_usual_sets_are_taken_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both readings agree about them; here it is told that the fast one is in use."""
    taken = []
    sound_set = WholeSets.sound_set

    def noted(*given: object) -> TransactionSet | None:
        taken.append(sound_set(*given))  # type: ignore[arg-type]  # passed on as it came
        return taken[-1]

    monkeypatch.setattr(WholeSets, "sound_set", noted)
    sets = "".join(SET.replace("0001", f"{number:04d}") for number in range(1, 4))
    for line_end in ("", "\n", "\r\n"):
        taken.clear()
        events_of(of_sets(sets).replace(b"~", f"~{line_end}".encode()), DEFAULT)
        assert sum(each is not None for each in taken) == 3
