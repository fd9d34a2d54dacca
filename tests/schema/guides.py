"""Guides of our own for the tests, and the sets of `samples` judged by them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from gateway.errors import Mistake
from gateway.schema.checker import CheckedSet
from gateway.schema.guides.judge import GuideJudge
from gateway.schema.guides.load import load_guides
from gateway.schema.guides.narrow import Narrowed
from gateway.schema.validator import Validator
from tests.schema.definitions import ROOT, envelope, release
from tests.schema.samples import SETS, interchange, only_set

FILE = "partners/baker/guides/{}.yaml"


def guide_text(set_type: str, *statements: str) -> str:
    """A guide file; what stands under a statement follows it behind ` // `."""
    lines = [f"guide: {set_type}", 'releases: "004010"', "direction: inbound", "statements:"]
    for statement in statements:
        words, *under = statement.split(" // ")
        lines.append(f"  - {words}{':' if under else ''}")
        lines += [f"      {line}" for line in under]
    return "\n".join(lines) + "\n"


FIRST_LINE = 5  # of the first statement


def loaded(set_type: str, *statements: str) -> tuple[Narrowed | None, tuple[Mistake, ...]]:
    text = guide_text(set_type, *statements)
    guides, mistakes = load_guides({FILE.format(set_type): text}, {"004010": release()})
    return guides.get(("004010", set_type)), mistakes


def judge(set_type: str, *statements: str, rejects: bool = False) -> GuideJudge:
    narrowed, mistakes = loaded(set_type, *statements)
    assert narrowed is not None and mistakes == ()
    return GuideJudge(narrowed, rejects)


def checked(
    set_type: str, segments: Sequence[str], *statements: str, rejects: bool = False, tolerant: bool = False
) -> CheckedSet:
    """What comes of a set under a guide with these statements."""
    only, group = only_set(interchange(set_type, segments))
    judges = {("004010", set_type): judge(set_type, *statements, rejects=rejects)}
    validator = Validator({"004010": release()}, envelope(), judges)
    return validator.check_set(only, group.gs[8], group.gs[1], tolerant)


def changed(set_type: str, **changes: str | None) -> tuple[str, ...]:
    """The sample set with segments replaced by number (s3="REF*CR*1"), None: left out; the first is s1."""
    segments: list[str | None] = list(SETS[set_type])
    for name, segment in changes.items():
        segments[int(name[1:]) - 1] = segment
    return tuple(segment for segment in segments if segment is not None)


@cache
def amazon() -> dict[tuple[str, str], Narrowed]:
    """The guides we ship for Amazon, narrowing sets of 004010."""
    folder = ROOT / "partners" / "amazon" / "guides"
    files = {f"partners/amazon/guides/{path.name}": path.read_text() for path in sorted(folder.iterdir())}
    guides, mistakes = load_guides(files, {"004010": release(), "005010": release("005010")})
    assert mistakes == ()
    return {key: narrowed for key, narrowed in guides.items() if "004010" in key}


def told(result: CheckedSet) -> list[tuple[str, str, int | None, str, str | None]]:
    """Code, severity, segment in the set, place and loop of each finding."""
    return [
        (
            each.code,
            each.severity.value,
            each.location.segment_in_set,
            each.location.place,
            each.location.loop,
        )
        for each in result.findings
    ]
