"""Sets accepted by their shape are right in the eyes of the general way, whatever is done to them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import msgspec
import pytest

from gateway.findings import has_errors
from gateway.formats.x12.definitions import ElementUse, SetDefinition
from gateway.formats.x12.model import Delimiters, TransactionSet
from gateway.formats.x12.shapes import Shape, ShapedSet
from gateway.report import Verdict
from gateway.schema import by_shape, taking
from gateway.schema.checker import CheckedSet, SetChecker
from gateway.schema.patterns import SegmentPattern, Separators
from gateway.schema.sums_by_shape import FoldTotals
from tests.schema.definitions import RELEASES, release
from tests.schema.random_sets import MARKS, Draw, as_set, without_shape
from tests.schema.samples import ACKNOWLEDGMENT, GROUPS, ORDER
from tests.shaped import values_of
from tests.thoroughness import examples

TOTALS = ("CTT", "AMT")  # most of those that are drawn do not agree
CHARACTERS = (*"*>^~\n\r\t\x00\x1d éı٣ Aa0.-:", "* ", " *", "**", "", "\u2028", "�")


@pytest.fixture(autouse=True)
def functions_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The function of a fold is made for the first set whose shape is known."""
    monkeypatch.setattr(by_shape, "_WORTH", 1)


def whole(kind: str, segments: Sequence[str]) -> list[str]:
    return [f"ST*{kind}*0001", *segments, f"SE*{len(segments) + 2}*0001"]


def damaged(rolls: random.Random, texts: Sequence[str], tags: Sequence[str]) -> list[str]:
    """The segments with one thing done to them, which some are none the worse for."""
    changed = list(texts)
    place = rolls.randrange(len(changed))
    text = changed[place]
    at = rolls.randrange(len(text) + 1)
    match rolls.randrange(8):
        case 0 | 1:
            changed[place] = text[:at] + rolls.choice(CHARACTERS) + text[at + 1 :]
        case 2:
            changed[place] = text[:at] + rolls.choice(CHARACTERS) + text[at:]
        case 3:
            changed[place] = "*".join([rolls.choice(tags), *text.split("*")[1:]])
        case 4:
            other = rolls.randrange(len(changed))
            changed[place], changed[other] = changed[other], text
        case 5:
            changed[place : place + 2] = ["\n".join(changed[place : place + 2])]
        case 6:
            elements, others = text.split("*"), rolls.choice(changed).split("*")
            elements[rolls.randrange(len(elements))] = rolls.choice(others)
            changed[place] = "*".join(elements)
        case _:
            changed[place:place] = changed[place : place + rolls.randint(1, 3)]
    return "~".join(changed).split("~")  # as a reader would cut it


def usual(value: str) -> str:
    """A value as most are: numbers without a sign and with decimals behind a point, texts without a blank
    before them."""
    if value.removeprefix("-").rstrip(".").isdecimal():
        return value.removeprefix("-").rstrip(".")
    return f"A{value[1:]}" if value.startswith(" ") else value


def checker_of(definition: SetDefinition) -> SetChecker:
    return SetChecker(release(definition.release), definition)


def without_shapes(definition: SetDefinition) -> SetChecker:
    """A checker that leaves every set to the general way."""
    checker = checker_of(definition)
    checker._fast.learn = lambda *_: None  # type: ignore[method-assign]  # nothing is learned
    return checker


def disagreements(
    checker: SetChecker, definition: SetDefinition, seed: int
) -> Iterator[tuple[bool, Sequence[str] | None]]:
    """Random sets, each as often as it takes to be known, and their damaged likes: whether the shape was
    known, and the sets of which a checker that knows shapes and one that does not say different things."""
    draw, rolls, tags = Draw(release(definition.release), seed), random.Random(seed), [*definition.segments]
    general = without_shapes(definition)
    tried = 0
    for _ in range(1_000):
        drawn = [values for values in draw.good(definition) if values[0] not in TOTALS]
        good = as_set([[usual(value) for value in values] for values in drawn])
        if general.check(good, definition.group, False).verdict is not Verdict.ACCEPTED or good.findings:
            continue
        tried += 1
        changed = [damaged(rolls, good.segments, tags) for _ in range(30)]
        for only in [good] * 3 + [as_set([[text] for text in texts]) for texts in changed]:
            known = checker.check(only, definition.group, False)
            agreed = without_shape(known) == general.check(only, definition.group, False)
            if known.shaped is not None:
                agreed &= is_said(known.shaped, only)
            yield known.shaped is not None, None if agreed else only.segments
        if tried == examples(20):
            return


def is_said(shaped: ShapedSet, only: TransactionSet) -> bool:
    """Whether a wording and what it leaves open are what a set says."""
    shape, wording, segments = shaped.shape, shaped.wording, only.split()
    at = place = 0
    for step, count in zip(shape.fold, shape.counts, strict=True):
        for _ in range(count):
            for number in range(place, place + len(step.forms)):
                elements = segments[at][1:]
                fixed = wording.fixed[number]
                if any(text not in (None, each) for text, each in zip(fixed, elements, strict=True)):
                    return False
                if not all(elements[position - 1] for position in wording.filled[number]):
                    return False
                at += 1
        place += len(step.forms)
    return at == len(segments) and shaped.values == values_of(shape, wording, segments)


@pytest.mark.parametrize(("name", "kind"), [(name, kind) for name in RELEASES for kind in release(name).sets])
def test_a_known_shape_changes_nothing(name: str, kind: str) -> None:
    definition = release(name).sets[kind]
    seen = list(disagreements(checker_of(definition), definition, 70))
    assert [texts for _, texts in seen if texts is not None] == []
    by_their_shape = sum(known for known, _ in seen)
    assert len(seen) > 150
    if kind != "856":  # levels are judged in general
        assert len(seen) / 70 < by_their_shape < len(seen) / 2


def any_text_will_do(checker: SetChecker, monkeypatch: pytest.MonkeyPatch) -> None:
    del checker
    monkeypatch.setattr(SegmentPattern, "_judging", lambda self, _element: f"{self._any}*")


def codes_are_not_looked_at(checker: SetChecker, monkeypatch: pytest.MonkeyPatch) -> None:
    del checker
    monkeypatch.setattr(SegmentPattern, "_refuse", lambda _self, _condition: None)


def totals_are_not_looked_at(checker: SetChecker, monkeypatch: pytest.MonkeyPatch) -> None:
    del checker
    monkeypatch.setattr(FoldTotals, "of", lambda _self, _spot: [])


def any_character_will_do(checker: SetChecker, monkeypatch: pytest.MonkeyPatch) -> None:
    del checker
    monkeypatch.setattr(Separators, "data", lambda _self, *_more: "[^*~]")


def texts_are_not_fixed(checker: SetChecker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Codes that were always the same are taken for granted, and not looked for."""
    del checker
    pattern = SegmentPattern._element

    def element(self: SegmentPattern, position: int, use: ElementUse) -> None:
        pattern(self, position, use)
        if self._fixed[position - 1]:
            self._patterns[-1] = f"{self._any}*"

    monkeypatch.setattr(SegmentPattern, "_element", element)


@pytest.mark.parametrize(
    "careless",
    [
        any_text_will_do,
        codes_are_not_looked_at,
        totals_are_not_looked_at,
        any_character_will_do,
        texts_are_not_fixed,
    ],
)
def test_a_planted_difference_is_seen(
    careless: Callable[[SetChecker, pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    checker = checker_of(release().sets["850"])
    careless(checker, monkeypatch)
    assert not all(agreed for _, agreed in told_of_damaged(checker, "850", ORDER))


def told_of_damaged(
    checker: SetChecker, kind: str, segments: Sequence[str]
) -> Iterator[tuple[CheckedSet, bool]]:
    """What is told of a damaged set whose shape is known, and whether it is what the slow path tells."""
    definition, rolls = release().sets[kind], random.Random(73)
    good = whole(kind, segments)
    for _ in range(3):
        checked = checker.check(as_set([[text] for text in good]), GROUPS[kind], tolerant=False)
    assert checked.shaped is not None
    for _ in range(examples(1_500)):
        only = as_set([[text] for text in damaged(rolls, good, sorted(definition.segments))])
        checked = checker.check(only, GROUPS[kind], tolerant=False)
        agreed = without_shape(checked) == checker.explain(only, GROUPS[kind], tolerant=False)
        yield checked, agreed and (checked.shaped is None or is_said(checked.shaped, only))


@pytest.mark.parametrize(("kind", "segments"), [("850", ORDER), ("855", ACKNOWLEDGMENT)])
def test_what_is_told_of_a_damaged_set_is_the_same(kind: str, segments: Sequence[str]) -> None:
    verdicts: Counter[tuple[Verdict, bool]] = Counter()
    for checked, agreed in told_of_damaged(checker_of(release().sets[kind]), kind, segments):
        assert agreed
        verdicts[checked.verdict, checked.shaped is not None] += 1
        assert checked.shaped is None or not checked.findings
    assert verdicts[Verdict.ACCEPTED, True] > 50 and verdicts[Verdict.REJECTED, False] > 200


def separated(segments: Sequence[str], marks: Delimiters) -> TransactionSet:
    """An order with other separators."""
    only = as_set([[text.replace("*", marks.element)] for text in whole("850", segments)])
    raw = only.raw.replace(MARKS.segment, marks.segment + marks.line_end).removesuffix(marks.line_end)
    return msgspec.structs.replace(only, delimiters=marks, raw=raw, raw_terminator=marks.segment)


def shape_of(checker: SetChecker, segments: Sequence[str], marks: Delimiters = MARKS) -> Shape | None:
    """The shape after three sights of an order that has no errors."""
    for _ in range(3):
        checked = checker.check(separated(segments, marks), "PO", tolerant=False)
        assert not has_errors(checked.findings)
    return None if checked.shaped is None else checked.shaped.shape


def order_of(lines: int) -> list[str]:
    return ["BEG*00*NE*4500**20260105", *(f"PO1*{n}*1*EA*2" for n in range(lines)), f"CTT*{lines}"]


def test_sets_with_more_lines_have_shapes_of_the_same_fold() -> None:
    checker = SetChecker(release(), release().sets["850"])
    few, many = shape_of(checker, order_of(2)), shape_of(checker, order_of(30))
    assert few is not None
    assert many is not None
    assert few.fold == many.fold
    assert (few.counts, many.counts) == ((1, 2, 1), (1, 30, 1))
    wrong = order_of(30)
    wrong[17] = "PO1*16*one*EA*2"
    only = as_set([[text] for text in whole("850", wrong)])
    checked = checker.check(only, "PO", tolerant=False)
    assert [(each.code, each.location.segment_in_set) for each in checked.findings] == [
        ("element-character", 19),
    ]
    assert checked.shaped is None


def test_a_loop_that_comes_too_often_is_never_accepted() -> None:
    """Charges may come 25 times: a set of 26 has the fold of one of 25, and is told again and again."""
    checker = SetChecker(release(), release().sets["850"])
    begin, *lines = order_of(2)
    assert shape_of(checker, [begin, *["SAC*A*C310***500"] * 25, *lines]) is not None
    for _ in range(4):
        only = as_set([[text] for text in whole("850", [begin, *["SAC*A*C310***500"] * 26, *lines])])
        checked = checker.check(only, "PO", tolerant=False)
        assert [finding.code for finding in checked.findings] == ["loop-too-many"]
        assert checked.shaped is None


@pytest.mark.parametrize(
    "marks",
    [
        Delimiters(element="|", component=":"),
        Delimiters(element="\x1d", component=">", segment="\x1c"),
        Delimiters(element="*", component=":", segment="\n"),
        Delimiters(element="*", component=":", segment="^", line_end="\r\n"),
        Delimiters(element="(", component="\\", segment="]", repetition="["),
        Delimiters(element="+", component=":", segment="'", line_end="\n"),
    ],
)
def test_sets_with_other_separators_have_shapes(marks: Delimiters) -> None:
    checker = SetChecker(release(), release().sets["850"])
    assert shape_of(checker, ORDER, MARKS) is not None
    assert shape_of(checker, ORDER, marks) is not None
    parts = [text.replace("HAMMER", f"HAMMER{marks.component} S") for text in ORDER]
    checked = checker.check(separated(parts, marks), "PO", tolerant=False)
    assert [finding.code for finding in checked.findings] == ["element-components"]


@pytest.mark.parametrize(
    "marks",
    [
        Delimiters(element="*", component="*"),
        Delimiters(element="*", component=""),
        Delimiters(element="\n", component=">"),
        Delimiters(element="\xa6", component=">"),
    ],
)
def test_sets_that_are_separated_badly_have_none(marks: Delimiters) -> None:
    checker = SetChecker(release(), release().sets["850"])
    for _ in range(4):
        assert checker.check(separated(ORDER, marks), "PO", tolerant=False).shaped is None


def test_another_wording_is_learned() -> None:
    """Codes that were always the same, and elements that were always there, need not stay so."""
    checker = SetChecker(release(), release().sets["850"])
    first = shape_of(checker, order_of(2))
    assert first is not None
    others = [
        text.replace("*EA*", "*CA*").replace("*NE*", "*RO*").replace("PO1*0*", "PO1**")
        for text in order_of(2)
    ]
    shaped = [checker.check(separated(others, MARKS), "PO", tolerant=False).shaped for _ in range(2)]
    assert shaped[0] is None
    assert shaped[1] is not None
    assert shaped[1].shape is first
    assert checker.check(separated(order_of(2), MARKS), "PO", tolerant=False).shaped is not None


def test_wordings_are_not_learned_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_shape, "_MOST_ANEW", 1)
    checker = SetChecker(release(), release().sets["850"])
    begin, *lines = order_of(2)
    assert shape_of(checker, [begin, *lines]) is not None
    assert shape_of(checker, [begin.replace("NE", "RO"), *lines]) is not None
    assert shape_of(checker, [begin.replace("*00*", "*05*"), *lines]) is None
    assert shape_of(checker, [begin.replace("NE", "SA"), *lines]) is not None


def test_not_every_shape_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither those of long sets, nor more than a number of sets and of segments."""
    checker = SetChecker(release(), release().sets["850"])
    assert shape_of(checker, order_of(150)) is not None
    assert shape_of(checker, order_of(1_800)) is None
    with monkeypatch.context() as limited:
        limited.setattr(by_shape, "_MOST_SHAPES", 3)
        known = [shape_of(checker, order_of(lines)) is not None for lines in (1, 2, 3, 1)]
    assert known == [True, True, False, True]
    monkeypatch.setattr(by_shape, "_MOST_SEGMENTS", 170)
    checker = SetChecker(release(), release().sets["850"])
    assert [shape_of(checker, order_of(lines)) is not None for lines in (150, 20, 2)] == [True, False, True]


def test_there_is_no_function_for_a_fold_that_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "_MOST_FORMS", 3)
    checker = SetChecker(release(), release().sets["850"])
    assert shape_of(checker, ORDER) is None
    assert shape_of(checker, ORDER) is None


def test_shapes_seen_once_do_not_keep_others_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_shape, "_MOST_ONCE", 5)
    checker = SetChecker(release(), release().sets["850"])
    for lines in range(1, 20):
        checker.check(as_set([[text] for text in whole("850", order_of(lines))]), "PO", tolerant=False)
    assert shape_of(checker, ORDER) is not None


def test_a_component_of_blanks_is_told() -> None:
    """The checks of composites take for granted that there is none."""
    checker = SetChecker(release(), release().sets["850"])
    begin, *lines = order_of(2)
    assert shape_of(checker, [begin, "REF*CR*A**CR>B", *lines]) is not None
    for blanks in (" ", "   "):
        faulty = whole("850", [begin, f"REF*CR*A**CR>{blanks}", *lines])
        only = as_set([[text] for text in faulty])
        checked = checker.check(only, "PO", tolerant=False)
        assert checked.verdict is Verdict.REJECTED
        assert without_shape(checked) == checker.explain(only, "PO", tolerant=False)


def test_digits_are_not_shared_out_in_all_ways() -> None:
    """A set that is refused for its end would take years if each number in it could be matched anew."""
    checker = SetChecker(release(), release().sets["850"])
    lines = [f"PO1*{n}*1234567*EA*1234567{'*PE' * (n % 2)}" for n in range(40)]  # they do not fold
    begin = "BEG*00*NE*4500**20260105"
    assert shape_of(checker, [begin, *lines, "CTT*40"]) is not None
    only = as_set([[text] for text in whole("850", [begin, *lines, "CTT*xx"])])
    checked = checker.check(only, "PO", tolerant=False)
    assert [(each.code, each.location.segment_in_set) for each in checked.findings] == [
        ("element-character", 43)
    ]


@pytest.mark.parametrize(
    ("marks", "code"),
    [
        (Delimiters(component="."), "element-components"),
        (Delimiters(repetition="."), "element-repetitions"),
    ],
)
def test_a_point_that_separates_stands_in_no_number(marks: Delimiters, code: str) -> None:
    checker = SetChecker(release(), release().sets["850"])
    assert shape_of(checker, order_of(2), marks) is not None
    faulty = [text.replace("PO1*1*1*EA*2", "PO1*1*1*EA*2.5") for text in order_of(2)]
    checked = checker.check(separated(faulty, marks), "PO", tolerant=False)
    assert [(each.code, each.location.segment_in_set) for each in checked.findings] == [(code, 4)]
    assert checked.shaped is None
