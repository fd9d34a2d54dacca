"""The generated checks of guides accept exactly what the slow path has nothing to say about."""

from __future__ import annotations

import random
from collections import Counter

import msgspec

from gateway.schema.checker import CheckedSet, SetChecker
from gateway.schema.guides.judge import GuideJudge
from gateway.schema.guides.model import Kind
from gateway.schema.guides.narrow import Narrowed
from tests.schema.definitions import release
from tests.schema.guides import amazon, judge
from tests.schema.random_sets import Draw, as_set
from tests.thoroughness import examples

SETS = examples(1_200)
KINDS = {Kind.REQUIRED, Kind.NOT_USED, Kind.AT_MOST, Kind.LENGTH, Kind.CODES, Kind.IS}

# Every kind of statement at every kind of place: qualified and not, in loops in loops, components.
OF_850 = (
    "PO1/SAC not used",
    "PO1/SAC01 codes A C",
    "PO1/N1[ST]/N3 required",
    "PO1/N1[ST]/REF at most 1",
    "PO1/SLN/N1/N4 required",
    "N1[ST] required",
    "N1 at most 2",
    "N1[BT]/N402 is CA",
    "REF[CR] required",
    "REF04-01 codes CR PD",
    "REF04-04 not used",
    "CTP05-01 required",
    "AMT/FA1/FA2 at most 1",
    "PO102 length 1/3",
    "PO1[05=PE]07 required",
    "CTT required",
)


def judges() -> dict[str, list[GuideJudge]]:
    of_each = {name: [GuideJudge(narrowed, rejects=False)] for (_, name), narrowed in amazon().items()}
    of_each["850"].append(judge("850", *OF_850))
    return of_each


def disagreements(fast: GuideJudge, slow: GuideJudge, kind: str, count: int) -> tuple[int, Counter[bool]]:
    """How many random sets the fast path of one and the slow path of another judge differently."""
    checker, draw, rolls = SetChecker(release(), release().sets[kind]), Draw(release(), 50), random.Random(51)
    different, kept = 0, Counter[bool]()
    for _ in range(count):
        segments = draw.good(release().sets[kind])
        if rolls.random() < 0.3:
            draw.damage(segments)
        only = as_set(segments)
        checked = checker.check(only, release().sets[kind].group, tolerant=False)
        explained = slow.explain(checked, only)
        different += fast.judge(checked, only) != explained
        kept[explained == checked] += 1
    return different, kept


def test_both_paths_agree() -> None:
    kept = Counter[bool]()
    for kind, of_kind in judges().items():
        for each in of_kind:
            different, some = disagreements(each, each, kind, SETS // 5)
            assert different == 0, kind
            kept += some
    assert kept[False] > SETS / 10


def test_each_statement_alone_agrees_and_is_both_kept_and_broken_by_some() -> None:
    """Alone a statement is not hidden behind another one that breaks first."""
    for narrowed in (*amazon().values(), judge("850", *OF_850)._narrowed):
        kept = Counter[bool]()
        for bound in narrowed.bound:
            if bound.statement.kind in KINDS:
                alone = GuideJudge(msgspec.structs.replace(narrowed, bound=(bound,)), rejects=False)
                different, some = disagreements(alone, alone, narrowed.definition.set, 25)
                assert different == 0, str(bound.statement.place)
                kept += some
        assert min(kept[True], kept[False]) > 0


def test_a_planted_difference_is_seen() -> None:
    wide = judge("850", "BEG02 codes NE CN NP RO BK DS")
    narrow = judge("850", "BEG02 codes NE CN")
    assert disagreements(wide, narrow, "850", 300)[0]
    lax = judge("850", "REF at most 2")
    assert disagreements(lax, judge("850", "REF at most 1"), "850", 600)[0]


def test_without_statements_that_judge_nothing_is_generated() -> None:
    guide: Narrowed = judge("850", "FOB01 // note: in words")._narrowed
    only = as_set(Draw(release(), 52).good(release().sets["850"]))
    checked: CheckedSet = SetChecker(release(), release().sets["850"]).check(only, "PO", tolerant=False)
    assert GuideJudge(guide, rejects=True).judge(checked, only) is checked
