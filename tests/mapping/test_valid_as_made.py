"""Ship notices that are said to be valid by the way they were made are accepted; those of the usual form are
said to be."""

from __future__ import annotations

import random
from collections.abc import Iterator

import msgspec
import pytest

from bench.notices import notice
from gateway.documents.accept import accepts
from gateway.mapping import compiled
from gateway.mapping.bound import RowPlan, SayingPlan
from gateway.mapping.compiled import Compiled, Doubt, x12_forms, x12_runtime
from gateway.mapping.compiled.validity import Checks, Validity
from gateway.mapping.evaluate import X12Source
from tests.mapping.damage import damaged_segments
from tests.mapping.test_compiled_agreement import plan_of, sets, source_of
from tests.mapping.test_whole_levels import source
from tests.thoroughness import examples

CARTONS = 3
ROUNDS = examples(300)
CHANGES = {  # to see that a fault is planted: whether the notice is valid, and what is sent
    "nothing": (b"BSN*", b"BSN*", True),
    "a word of a list that no list has": (b"*EA~", b"*QQ~", True),
    "a count below nothing": (b"TD1*CTN*3", b"TD1*CTN*-3", False),
    "a count of an order": (b"HL*3*2*P", b"TD1*CTN*-1~\nHL*3*2*P", False),
    "no country": (b"N1*ST*", b"N4*HERE***u1~\nN1*ST*", False),
    "a country": (b"N1*ST*", b"N4*HERE***US~\nN1*ST*", True),
    "a carton with more to it": (b"MAN*GM*006141400000000020", b"MAN*GM*006141400000000020*7", True),
    "a long number": (b"SN1**", b"SN1**1234567890123456789", False),
}


@pytest.fixture
def by_form(monkeypatch: pytest.MonkeyPatch) -> None:
    """Levels get functions for their forms at once."""
    monkeypatch.setattr(x12_forms, "MADE_AFTER", 2)


def made() -> Compiled:
    """The table of 856s, compiled anew."""
    plan = plan_of("x12-856")
    found = compiled.load(compiled.source(plan), plan)
    assert found is not None
    return found


def changed(old: bytes, new: bytes) -> Iterator[bytes]:
    """A notice of which nothing is left over, and one of which something is, with a change."""
    whole = notice(1, CARTONS)
    for data in (whole.replace(b"TD5*B*2*", b"TD5**2*"), whole):
        assert old in data
        yield data.replace(old, new, 1)


@pytest.mark.usefixtures("by_form")
@pytest.mark.parametrize("change", CHANGES)
def test_notices_are_known_to_be_valid_when_they_are(change: str) -> None:
    old, new, valid = CHANGES[change]
    table = made()
    for data in changed(old, new):
        for _ in range(4):
            document, known = table.reading(source(data))
            assert (known, accepts(document)) == (valid, valid)


def wrongly_valid(table: Compiled, rounds: int) -> tuple[int, int]:
    """How many changed notices are said to be valid and are not; how many are said to be."""
    draw, wrong, known = random.Random(856), 0, 0
    goldens = sets("x12-856")
    for _ in range(rounds):
        if draw.random() < 0.5:
            held = draw.choice(goldens)
            given = source_of("x12-856", held, damaged_segments(held.split()[1:-1], draw))
        else:
            given = drawn(draw)
        try:
            document, valid = table.reading(given)
        except Doubt:
            continue
        known += valid
        wrong += valid and not accepts(document)
    return wrong, known


def drawn(draw: random.Random) -> X12Source:
    """A notice with one or two of the changes."""
    data = draw.choice([*changed(b"BSN", b"BSN")])
    for old, new, _ in draw.sample([*CHANGES.values()], 2):
        data = data.replace(old, new, 1)
    return source(data)


@pytest.mark.usefixtures("by_form")
def test_what_is_said_to_be_valid_is_accepted() -> None:
    wrong, known = wrongly_valid(made(), ROUNDS)
    assert wrong == 0
    assert known > ROUNDS // 10


def look_away(self: x12_runtime.Exact, record: msgspec.Struct) -> msgspec.Struct:
    return record


def of_anything(self: Validity, row: RowPlan, saying: SayingPlan) -> Checks | None:
    found = CHECKS(self, row, saying)
    return found and Checks((lambda _: True,) * len(found.fields), numbers=True)


CHECKS = Validity.checks
FAULTS = {
    "values are not checked": (Validity, "checks", of_anything),
    "levels are not that are read one by one": (x12_runtime.Exact, "judged", look_away),
}


@pytest.mark.usefixtures("by_form")
@pytest.mark.parametrize("fault", FAULTS)
def test_a_check_that_is_left_out_is_noticed(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*FAULTS[fault])
    assert wrongly_valid(made(), ROUNDS)[0]
