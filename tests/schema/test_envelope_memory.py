"""What is remembered of an interchange header never hides a fault of the next one."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.formats.x12.model import InterchangeStart
from gateway.formats.x12.reader import read
from gateway.schema.envelope import InterchangeElements
from gateway.schema.validator import Validator
from tests.hostile.samples import isa
from tests.schema.definitions import envelope, release

GOOD = isa()


def checked(validator: Validator, header: str) -> list[tuple[str, int | None, str | None]]:
    (start,) = [event for event in read([header.encode()]) if isinstance(event, InterchangeStart)]
    found = validator.check_interchange(start)
    return [(finding.code, finding.location.element, finding.value) for finding in found]


@pytest.mark.parametrize(
    ("sound", "broken", "element"),
    [
        ("*261122*", "*269922*", 9),
        ("*1305*", "*2505*", 10),
        ("*000000001*", "*00000000A*", 13),
        ("*ZZ*SENDER ", "*Z!*SENDER ", 5),
        ("*SENDER  ", "*        ", 6),
        ("*U*00401*", "*9*00401*", 11),
        ("*00401*", "*00099*", 12),
        ("*0*P*", "*7*P*", 14),
        ("*0*P*", "*0*X*", 15),
    ],
)
def test_a_fault_is_told_whether_a_header_came_before_or_not(sound: str, broken: str, element: int) -> None:
    assert GOOD.count(sound) == 1
    faulty = GOOD.replace(sound, broken)
    fresh = checked(Validator({"004010": release()}, envelope()), faulty)
    assert [place for _, place, _ in fresh] == [element]
    used = Validator({"004010": release()}, envelope())
    for _ in range(2):
        assert checked(used, GOOD) == []
        assert checked(used, faulty) == fresh


def test_very_many_different_headers_are_judged_alike() -> None:
    validator = Validator({"004010": release()}, envelope())
    for number in range(1_100):
        assert checked(validator, GOOD.replace("*SENDER   ", f"*SENDER{number:03d}".ljust(10))) == []
    assert [place for _, place, _ in checked(validator, GOOD.replace("*1305*", "*2505*"))] == [10]


USED = Validator({"004010": release()}, envelope())
assert checked(USED, GOOD) == []
(START,) = [event for event in read([GOOD.encode()]) if isinstance(event, InterchangeStart)]
SPOILT = st.text("0123456789 -.A\t\u0660\xb2\xe9", max_size=10)


def differ(date: str, time: str, number: str) -> bool:
    """Whether a remembered header with these elements is judged otherwise than the first one ever."""
    isa = (*START.isa[:9], date, time, *START.isa[11:13], number, *START.isa[14:])
    start = msgspec.structs.replace(START, isa=isa)
    return USED.check_interchange(start) != Validator({}, envelope()).check_interchange(start)


@given(
    st.one_of(st.sampled_from(("261122", "260230", "000229", "010229")), SPOILT),
    st.one_of(st.sampled_from(("1305", "2359", "2400", "130560")), SPOILT),
    st.one_of(st.sampled_from(("000000001", "-00000001", "000000000")), SPOILT),
)
def test_what_differs_from_header_to_header_is_judged_anew(date: str, time: str, number: str) -> None:
    assert not differ(date, time, number)


def test_a_planted_difference_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(InterchangeElements, "_accepts_of_each", lambda *_: True)
    assert differ("260230", "1305", "000000001")
    assert differ("261122", "1305", "00000000\u0661")
