"""What is taken to be right at first sight, sums and levels, is right in the eyes of the careful checks."""

from __future__ import annotations

import random
from collections.abc import Callable

import msgspec
import pytest

from gateway.formats.x12.definitions import Element
from gateway.formats.x12.model import Delimiters
from gateway.schema.accept import FastPath
from gateway.schema.automaton import Automaton
from gateway.schema.checker import SetChecker
from gateway.schema.compile import GoodDays
from gateway.schema.hierarchy import hierarchy_faults, levels_agree
from gateway.schema.sums import LINES, counted_tags, sum_faults
from gateway.schema.sums_agree import Totals
from tests.schema.definitions import release
from tests.schema.random_sets import MARKS, as_set, without_shape

ORDER = (
    "ST*850*0001",
    "BEG*00*SA*A:1**20260105",
    "PO1**1*EA*2*PE*UP*012345678905",
    "CTT*1*1",
    "SE*5*0001",
)
NUMBERS = ("1", "2", "24", "007", "0", "", "-3", "1.5", ".5", "5.", "1.2345", "1.23456", "1E2", "12.50")
PRICES = (*NUMBERS, "9.99", "0.005")


def drawn_totals(rolls: random.Random, kind: str) -> list[list[str]]:
    """The lines of a set and its totals, which agree, or nearly, or not."""
    lines = LINES[kind]
    segments = [["ST", kind, "1"]]
    whole = rolls.random() < 0.7
    quantity, price = (NUMBERS[:3], ("2", "9.99", "1.2345")) if whole else (NUMBERS, PRICES)
    for number in range(rolls.randint(0, 4)):
        values = [lines.hashed, str(number), "", "", "", "", "", ""]
        values[lines.quantity] = rolls.choice(quantity)
        if lines.price:
            values[lines.price] = rolls.choice(price)
            values[lines.price + 1] = rolls.choice(("", "PE", "PE", "HP"))
        if lines.counted != lines.hashed:
            segments.append([lines.counted, str(number)])
        segments.append(values[: rolls.choice((8, 8, 8, 5, 3))])
    if rolls.random() < 0.2:
        segments.append(["SAC", "C", "", "", "", "500"])
    counted = [values[0] for values in segments].count(lines.counted)
    whole_numbers = [
        int(text) for values in segments for text in values[lines.quantity :][:1] if text.isdecimal()
    ]
    total = sum(whole_numbers[1:]) if segments[0][lines.quantity :] else sum(whole_numbers)
    segments.append(["CTT", str(counted + rolls.choice((0, 0, 0, 1)))])
    segments[-1] += rolls.choice(([], [str(total)], [str(total)], [""], ["3.5"], [str(total + 1)]))
    amount = rolls.choice(("0.02", "20.5", "19.98", "2", "4", "11.99", "", "1.5"))
    segments.append(["AMT", rolls.choice(("TT", "1")), amount])
    segments.append(["TDS", rolls.choice(("200", "1998", "1199", "20.5", ""))])
    return [*segments, ["SE", "9", "1"]]


TOTALS = {kind: Totals(kind) for kind in (*LINES, "997")}


def tell_only(kind: str, segments: list[list[str]]) -> bool:
    """Whether the totals of a set are taken to tell the number of its lines, and no more."""
    totals = [values for values in segments if values[0] in LINES[kind].totals]
    number = [values[0] for values in segments].count(LINES[kind].counted)
    return TOTALS[kind].tell_only(totals, number)


def agree_at_first_sight(kind: str, segments: list[list[str]]) -> bool:
    """What is said of a set, of which the checks see just what the totals are made of."""
    whole = TOTALS[kind].agree(segments) or tell_only(kind, segments)
    counted = [values for values in segments if values[0] in counted_tags(kind)]
    assert TOTALS[kind].agree(counted) <= (whole or not list(sum_faults(kind, segments)))
    return whole


def sum_disagreements(agree: Callable[[str, list[list[str]]], bool], count: int) -> tuple[int, int]:
    """How many drawn sets are taken to agree that do not, and how many agree at first sight."""
    rolls = random.Random(53)
    wrong = accepted = 0
    for number in range(count):
        kind = sorted(LINES)[number % len(LINES)]
        segments = drawn_totals(rolls, kind)
        if agree(kind, segments):
            accepted += 1
            wrong += bool(list(sum_faults(kind, segments)))
    return wrong, accepted


def test_sums_that_agree_at_first_sight_have_no_fault() -> None:
    wrong, accepted = sum_disagreements(agree_at_first_sight, 6_000)
    assert wrong == 0
    assert accepted > 600


def test_a_planted_difference_of_sums_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.schema.sums_agree.ALLOWED", 10_000)
    assert sum_disagreements(agree_at_first_sight, 6_000)[0]


@pytest.mark.parametrize(
    ("kind", "segments", "agree"),
    [
        ("850", ["ST*850*1", "PO1**2**3.5*PE", "CTT*1*2", "AMT*TT*7"], True),
        ("850", ["ST*850*1", "PO1**2**3.5*PE", "CTT*1*2", "AMT*TT*7.03"], False),
        ("850", ["ST*850*1", "PO1**2**3.5*PE", "CTT*2"], False),
        ("850", ["ST*850*1", "PO1**2**3.5*HP", "CTT*1*2", "AMT*TT*7"], False),
        ("850", ["ST*850*1", "PO1**2.5**3.5*PE", "CTT*1*25"], False),
        ("810", ["ST*810*1", "IT1**2**3.5*PE", "TDS*700", "CTT*1"], True),
        ("856", ["ST*856*1", "HL*1**S", "HL*2*1*I", "SN1**3*EA", "CTT*2*3"], True),
        ("856", ["HL*1**S", "HL*2*1*I", "SN1**3*EA", "CTT*2"], True),
        ("856", ["HL*1**S", "HL*2*1*I", "SN1**3*EA", "CTT*3"], False),
        ("856", ["HL*1**S", "CTT*2", "CTT*1"], False),
        ("856", ["HL*1**S", "CTT*x"], False),
        ("997", ["ST*997*1"], True),
    ],
)
def test_what_agrees_at_first_sight(kind: str, segments: list[str], agree: bool) -> None:
    assert Totals(kind).agree([text.split("*") for text in segments]) is agree


@pytest.mark.parametrize(
    ("segments", "told"),
    [
        (["HL*1**S", "HL*2*1*I", "CTT*2"], True),
        (["HL*1**S", "HL*2*1*I"], True),
        (["HL*1**S", "HL*2*1*I", "CTT*3"], False),
        (["HL*1**S", "CTT*1", "CTT*1"], False),
        (["HL*1**S", "SN1**3*EA", "CTT*1*3"], False),
    ],
)
def test_totals_that_tell_only_the_number_of_lines(segments: list[str], told: bool) -> None:
    assert tell_only("856", [text.split("*") for text in segments]) is told


def drawn_levels(rolls: random.Random) -> list[list[str]]:
    """The levels of a ship notice; in most a few things are wrong."""
    levels: list[list[str]] = []
    path: list[str] = []
    kinds = rolls.choice(("SOI", "SOPI", "SOTPI"))
    wrong = rolls.choice((0.0, 0.05, 0.2))
    for number in range(1, rolls.randint(2, 9)):
        depth = min(rolls.randint(len(path), len(path) + 1) if path else 0, len(kinds) - 1)
        path[depth:] = [str(number)]
        values = ["HL", str(number), path[depth - 1] if depth else "", kinds[depth]]
        while rolls.random() < wrong:
            values[rolls.randint(1, 3)] = rolls.choice(("", "1", "2", "9", "S", "I", "X", "SO"))
        levels.append(values + rolls.choice(([], [], ["1" if depth < len(kinds) - 1 else "0"])))
        if rolls.random() < wrong:
            levels[-1] = values + rolls.choice((["0"], ["1"], [""], ["2"], ["1", ""]))
    return levels


def level_disagreements(count: int) -> tuple[int, int]:
    """How many drawn trees are taken for good that are not, and how many of the good ones are not."""
    rolls = random.Random(54)
    wrong = doubted = 0
    for _ in range(count):
        levels = drawn_levels(rolls)
        good = not list(hierarchy_faults("856", enumerate(levels)))
        agrees = levels_agree("856", levels)
        wrong += agrees and not good
        doubted += good and not agrees
    return wrong, doubted


def test_levels_that_agree_at_first_sight_have_no_fault() -> None:
    wrong, doubted = level_disagreements(6_000)
    assert wrong == 0
    assert doubted < 1_000


def test_a_planted_difference_of_levels_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    steps: dict[str, object] = {"S": {"O": {"I": {}}}, "O": {}, "I": {}}
    monkeypatch.setattr("gateway.schema.hierarchy._BELOW", {"856": steps})
    rolls = random.Random(55)
    every = [drawn_levels(rolls) for _ in range(2_000)]
    taken = [levels for levels in every if levels_agree("856", levels)]
    monkeypatch.undo()
    assert any(list(hierarchy_faults("856", enumerate(levels))) for levels in taken)


@pytest.mark.parametrize(("addresses", "rounds", "accepted"), [(2, 1, True), (2, 40, True), (3, 40, False)])
def test_what_comes_again_in_every_round_is_counted_anew(addresses: int, rounds: int, accepted: bool) -> None:
    """N3 may stand twice in a loop: forty loops may have eighty, but not one of them three."""
    names = [["N1", "ST", "HALL"], *[["N3", "QUAY 1"]] * 2] * (rounds - 1)
    segments = [text.split("*") for text in ORDER]
    segments[2:2] = [*names, ["N1", "ST", "HALL"], *[["N3", "QUAY 1"]] * addresses]
    segments[-1][1] = str(len(segments))
    definition = release().sets["850"]
    order = as_set(segments)
    fast = FastPath(definition, Automaton(definition), Totals("850"), exponent=False)
    assert (fast.follow(order.segments, order.delimiters).rows is not None) is accepted
    checker = SetChecker(release(), definition)
    checked = checker.check(order, "PO", tolerant=False)
    assert checked == checker.explain(order, "PO", tolerant=False)
    assert [finding.code for finding in checked.findings] == ([] if accepted else ["segment-too-many"])


def test_days_found_good_are_kept_but_not_all() -> None:
    element = release().sets["850"].segments["DTM"].uses[1].content
    assert isinstance(element, Element)
    days = GoodDays(element)
    every = [
        f"{year}{month:02d}{day:02d}"
        for year in (2025, 2026)
        for month in range(1, 13)
        for day in range(1, 29)
    ]
    assert all(days.takes(day) for day in every)
    assert every[-1] in days
    assert len(days) < len(every)
    kept = set(days)
    assert not any(days.takes(day) for day in ("20260229", "20261301", "2026010", "", "2026O101"))
    assert days == kept


def test_the_separators_of_each_set_count() -> None:
    """A character that separates components in one interchange is text in another."""
    orders = SetChecker(release(), release().sets["850"])
    segments = [text.split("*") for text in ORDER]
    codes = []
    for marks in (MARKS, Delimiters(component=":"), MARKS, Delimiters(component=":")):
        order = msgspec.structs.replace(as_set(segments), delimiters=marks)
        checked = orders.check(order, "PO", tolerant=False)
        assert without_shape(checked) == orders.explain(order, "PO", tolerant=False)
        codes.append([finding.code for finding in checked.findings])
    assert codes == [[], ["element-components"], [], ["element-components"]]
