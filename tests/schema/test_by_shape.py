"""Sets accepted by their shape are right in the eyes of the general way, whatever is done to them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import msgspec
import pytest

from gateway.findings import has_errors
from gateway.formats.x12.definitions import Element, SetDefinition
from gateway.formats.x12.model import Delimiters
from gateway.formats.x12.shapes import Shape
from gateway.report import Verdict
from gateway.schema import by_shape
from gateway.schema.accept import FastPath, Followed
from gateway.schema.automaton import Automaton
from gateway.schema.by_shape import Known, KnownShapes
from gateway.schema.checker import FIRST_RELEASE_WITH_EXPONENTS, SetChecker
from gateway.schema.compile import segment_checks
from gateway.schema.sums import counted_tags
from tests.schema.definitions import RELEASES, release
from tests.schema.random_sets import MARKS, Draw, as_set, without_shape
from tests.schema.samples import GROUPS, ORDER, SHIP_NOTICE
from tests.thoroughness import examples

CHARACTERS = (*"*>^~\n\r\t\x00\x1d éı٣ Aa0.-:", "* ", " *", "**", "", "\u2028", "�")


@pytest.fixture(autouse=True)
def functions_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The function of a fold is made for the first set whose shape is known."""
    monkeypatch.setattr(by_shape, "_WORTH", 1)


def whole(kind: str, segments: Sequence[str]) -> list[str]:
    return [f"ST*{kind}*0001", *segments, f"SE*{len(segments) + 2}*0001"]


def fast_path(definition: SetDefinition, shapes: type[KnownShapes] = KnownShapes) -> FastPath:
    exponent = definition.release >= FIRST_RELEASE_WITH_EXPONENTS
    fast = FastPath(definition, Automaton(definition), exponent)
    known = fast._shapes
    fast._shapes = shapes(known._rows, known._checks, known._counted)
    return fast


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
    return changed


def same(known: Followed, other: Followed, definition: SetDefinition) -> bool:
    tags = counted_tags(definition.set) | {"HL"}
    picked = [[values for values in each.counted if values[0] in tags] for each in (known, other)]
    alike = (known.elements, known.rows, known.doubtful) == (other.elements, other.rows, other.doubtful)
    return alike and picked[0] == picked[1]


class NeverLearns(KnownShapes):
    """Leaves every set to the general way."""

    def learn(self, skeleton: bytes, rows: list[int], elements: list[list[str]]) -> None:
        del skeleton, rows, elements


class CountsNoSegments(KnownShapes):
    """Takes a line feed in the data for a joint between segments."""

    def find(self, skeleton: bytes, segments: int) -> Known | None:
        return super().find(skeleton, skeleton.count(b"\n") + 1)


class AnyTag(str):
    """A tag from which no other differs."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __ne__(self, other: object) -> bool:
        return False


def disagreements(
    fast: FastPath, definition: SetDefinition, seed: int
) -> Iterator[tuple[bool, Sequence[str] | None]]:
    """Random sets, each as often as it takes to be known, and their damaged likes: whether the shape was
    known, and the sets of which a fast path that knows shapes and one that does not say different things."""
    draw, rolls, tags = Draw(release(definition.release), seed), random.Random(seed), [*definition.segments]
    general = fast_path(definition, NeverLearns)
    tried = 0
    for _ in range(1_000):
        good = ["*".join(values) for values in draw.good(definition)]
        followed = general.follow(good, MARKS)
        unusual = any(mark in text for text in good for mark in ("* ", ">", "^"))
        if followed.rows is None or followed.doubtful or unusual:
            continue
        tried += 1
        for texts in [good] * 3 + [damaged(rolls, good, tags) for _ in range(30)]:
            known = fast.follow(texts, MARKS)
            assert known.shape is None or (known.shape.rows is known.rows and not known.doubtful)
            agreed = same(known, general.follow(texts, MARKS), definition)
            yield known.shape is not None, None if agreed else texts
        if tried == examples(20):
            return


@pytest.mark.parametrize(("name", "kind"), [(name, kind) for name in RELEASES for kind in release(name).sets])
def test_a_known_shape_changes_nothing(name: str, kind: str) -> None:
    definition = release(name).sets[kind]
    seen = list(disagreements(fast_path(definition), definition, 70))
    assert [texts for _, texts in seen if texts is not None] == []
    by_their_shape = sum(known for known, _ in seen)
    assert len(seen) > 150
    assert len(seen) / 14 < by_their_shape < len(seen) / 2


def careless_of_values(fast: FastPath, definition: SetDefinition) -> None:
    any_text = Element("0", "", "AN", 0, 99)
    segments = {
        tag: msgspec.structs.replace(
            segment, uses=tuple(msgspec.structs.replace(use, content=any_text) for use in segment.uses)
        )
        for tag, segment in definition.segments.items()
    }
    fast._shapes._checks = {tag: segment_checks(segment, False) for tag, segment in segments.items()}


def careless_of_tags(fast: FastPath, definition: SetDefinition) -> None:
    fast._shapes._rows = [msgspec.structs.replace(row, tag=AnyTag(row.tag)) for row in definition.rows()]


def careless_of_joints(fast: FastPath, definition: SetDefinition) -> None:
    fast._shapes = fast_path(definition, CountsNoSegments)._shapes


@pytest.mark.parametrize("careless", [careless_of_values, careless_of_tags, careless_of_joints])
def test_a_planted_difference_is_seen(careless: Callable[[FastPath, SetDefinition], None]) -> None:
    definition = release().sets["850"]
    fast = fast_path(definition)
    careless(fast, definition)
    try:
        seen = any(texts is not None for _, texts in disagreements(fast, definition, 71))
    except ValueError:  # the function unpacks as many elements as it expects
        seen = careless is careless_of_joints
    assert seen


@pytest.mark.parametrize(("kind", "segments"), [("850", ORDER), ("856", SHIP_NOTICE)])
def test_what_is_told_of_a_damaged_set_is_the_same(kind: str, segments: Sequence[str]) -> None:
    definition, rolls = release().sets[kind], random.Random(73)
    checker, good = SetChecker(release(), definition), whole(kind, segments)
    for _ in range(3):
        checked = checker.check(as_set([[text] for text in good]), GROUPS[kind], tolerant=False)
    assert checked.shape is not None
    verdicts: Counter[tuple[Verdict, bool]] = Counter()
    for _ in range(examples(1_500)):
        only = as_set([[text] for text in damaged(rolls, good, sorted(definition.segments))])
        checked = checker.check(only, GROUPS[kind], tolerant=False)
        assert without_shape(checked) == checker.explain(only, GROUPS[kind], tolerant=False)
        verdicts[checked.verdict, checked.shape is not None] += 1
        assert checked.shape is None or not checked.findings
    assert verdicts[Verdict.ACCEPTED, True] > 50 and verdicts[Verdict.REJECTED, False] > 200


def shape_of(checker: SetChecker, segments: Sequence[str], marks: Delimiters = MARKS) -> Shape | None:
    """The shape after three sights of an order that has no errors."""
    only = msgspec.structs.replace(as_set([[text] for text in whole("850", segments)]), delimiters=marks)
    for _ in range(3):
        checked = checker.check(only, "PO", tolerant=False)
        assert not has_errors(checked.findings)
    return checked.shape


def order_of(lines: int) -> list[str]:
    return ["BEG*00*NE*4500**20260105", *(f"PO1*{n}*1*EA*2" for n in range(lines)), f"CTT*{lines}"]


def test_sets_with_more_lines_have_shapes_of_the_same_fold() -> None:
    checker = SetChecker(release(), release().sets["850"])
    few, many = shape_of(checker, order_of(2)), shape_of(checker, order_of(30))
    assert few is not None
    assert many is not None
    assert few.fold == many.fold
    assert (few.spans, many.spans) == ((0, 2, 4, 5, 6), (0, 2, 32, 33, 34))
    wrong = order_of(30)
    wrong[17] = "PO1*16*one*EA*2"
    only = as_set([[text] for text in whole("850", wrong)])
    checked = checker.check(only, "PO", tolerant=False)
    assert [(each.code, each.location.segment_in_set) for each in checked.findings] == [
        ("element-character", 19),
    ]
    assert checked.shape is None


def test_a_loop_that_comes_too_often_is_never_accepted() -> None:
    """Charges may come 25 times: a set of 26 has the fold of one of 25, and is told again and again."""
    checker = SetChecker(release(), release().sets["850"])
    begin, *lines = order_of(2)
    assert shape_of(checker, [begin, *["SAC*A*C310***500"] * 25, *lines]) is not None
    for _ in range(4):
        only = as_set([[text] for text in whole("850", [begin, *["SAC*A*C310***500"] * 26, *lines])])
        checked = checker.check(only, "PO", tolerant=False)
        assert [finding.code for finding in checked.findings] == ["loop-too-many"]
        assert checked.shape is None


def test_the_same_set_with_other_separators_has_the_same_shape() -> None:
    checker = SetChecker(release(), release().sets["850"])
    shape = shape_of(checker, ORDER)
    assert shape is not None
    only = as_set([[text] for text in whole("850", ORDER)])
    for separator in ("|", "\x1d", "*"):
        texts = tuple(text.replace("*", separator) for text in only.segments)
        marks = Delimiters(element=separator, component=":")
        other = msgspec.structs.replace(only, segments=texts, delimiters=marks)
        assert checker.check(other, "PO", tolerant=False).shape is shape
    colon = [text.replace("HAMMER", "HAMMER: S") for text in ORDER]
    assert shape_of(checker, colon) is shape
    only = msgspec.structs.replace(
        as_set([[text] for text in whole("850", colon)]), delimiters=Delimiters(component=":")
    )
    checked = checker.check(only, "PO", tolerant=False)
    assert [finding.code for finding in checked.findings] == ["element-components"]


def test_not_every_shape_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither those of long sets, nor more than a number of sets and of segments."""
    checker = SetChecker(release(), release().sets["850"])
    assert shape_of(checker, order_of(150)) is not None
    assert shape_of(checker, order_of(1_000)) is None
    monkeypatch.setattr(by_shape, "_MOST_SHAPES", 3)
    assert [shape_of(checker, order_of(lines)) is not None for lines in (1, 2, 3, 1)] == [
        True,
        True,
        False,
        True,
    ]
    monkeypatch.undo()
    monkeypatch.setattr(by_shape, "_MOST_SEGMENTS", 170)
    checker = SetChecker(release(), release().sets["850"])
    assert [shape_of(checker, order_of(lines)) is not None for lines in (150, 20, 2)] == [True, False, True]


def test_a_fold_too_long_for_a_function_has_a_shape_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_shape, "_MOST_FORMS", 3)
    checker = SetChecker(release(), release().sets["850"])
    shape = shape_of(checker, ORDER)
    assert shape is not None
    assert shape_of(checker, ORDER) is shape


def test_shapes_seen_once_do_not_keep_others_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_shape, "_MOST_ONCE", 5)
    checker = SetChecker(release(), release().sets["850"])
    for lines in range(1, 20):
        checker.check(as_set([[text] for text in whole("850", order_of(lines))]), "PO", tolerant=False)
    assert shape_of(checker, ORDER) is not None
