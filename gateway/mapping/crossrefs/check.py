"""What is wrong with cross-references: against the tables that use them, row by row, and cell by cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import islice
from pathlib import PurePosixPath

from gateway.errors import Mistake
from gateway.mapping.bound import CompletionPlan, Plan
from gateway.mapping.crossrefs.damage import damage_of
from gateway.mapping.crossrefs.model import MAX_MISTAKES, VALID_FROM, VALID_UNTIL, CrossReference

__all__ = ["Uses", "check_crossrefs", "missing_in_crossrefs"]

Uses = Sequence[Plan]
"""The tables of one partner, or of none, bound."""

_FIRST, _LAST = date.min.isoformat(), date.max.isoformat()


def missing_in_crossrefs(plan: Plan, name: str, layers: Sequence[CrossReference]) -> Iterator[Mistake]:
    """What the files of a cross-reference lack that the table needs: a file, or a column of each of them."""
    for completion in plan.completions:
        if completion.crossref != name:
            continue
        problem = "" if layers else f"there is no mappings/crossrefs/{name}.csv"
        for layer in layers:
            problem = problem or layer.missing(completion.columns)
        if problem:
            yield (completion.origin.file, completion.origin.line, problem)


def check_crossrefs(
    shared: Mapping[str, str],
    plans: Uses,
    own: Iterable[tuple[Mapping[str, str], Uses]],
    units: frozenset[str] | None,
) -> tuple[Mistake, ...]:
    """The mistakes of all cross-references.

    `shared`: the files for all partners (texts by path), with the tables as they are without one; `own`: the
    files of each partner, with the tables as they are for it. `units`: the words of the code list of units.
    """
    held, mistakes = _parsed(shared)
    used: dict[str, list[CompletionPlan]] = {each.file: [] for each in held.values()}
    everyone = [(held, dict[str, CrossReference](), plans)]
    for texts, of_partner in own:
        its_own, more = _parsed(texts)
        mistakes += more
        used |= {each.file: [] for each in its_own.values()}
        everyone.append((held, its_own, of_partner))
    unusable = {PurePosixPath(file).stem for file, *_ in mistakes}
    for for_all, its_own, of_partner in everyone:
        for plan in of_partner:
            for name in dict.fromkeys(each.crossref for each in plan.completions):
                layers = [files[name] for files in (its_own, for_all) if name in files]
                if layers or name not in unusable:
                    mistakes += missing_in_crossrefs(plan, name, layers)
                for layer in layers:
                    used[layer.file] += [each for each in plan.completions if each.crossref == name]
    for files in (held, *(its_own for _, its_own, _ in everyone)):
        for crossref in files.values():
            mistakes += islice(_of_file(crossref, used[crossref.file], units), MAX_MISTAKES)
    return tuple(sorted(dict.fromkeys(mistakes)))


def _parsed(texts: Mapping[str, str]) -> tuple[dict[str, CrossReference], list[Mistake]]:
    held: dict[str, CrossReference] = {}
    mistakes: list[Mistake] = []
    for file, text in texts.items():
        path = PurePosixPath(file)
        if path.suffix != ".csv":
            mistakes.append((file, 0, "a cross-reference is a CSV file; its name ends in .csv"))
            continue
        crossref, found = CrossReference.parsed(file, text)
        mistakes += found
        if crossref is not None and not found:
            held[path.stem] = crossref
    return held, mistakes


def _of_file(
    crossref: CrossReference, completions: Sequence[CompletionPlan], units: frozenset[str] | None
) -> Iterator[Mistake]:
    if not completions:
        yield (crossref.file, 1, "no table uses this cross-reference")
    yield from _damaged(crossref, units)
    yield from _backwards(crossref)
    told: set[tuple[int, int]] = set()
    for completion in completions:
        wanted = [name for _, name in completion.fills if name in crossref.columns]
        for _, columns in completion.keys:
            if set(columns) <= set(crossref.columns):
                for first, second, mistake in _against_each_other(crossref, columns, wanted):
                    if (first, second) not in told:
                        told.add((first, second))
                        yield mistake


def _damaged(crossref: CrossReference, units: frozenset[str] | None) -> Iterator[Mistake]:
    for row, line in zip(crossref.rows, crossref.lines, strict=True):
        for column, cell in zip(crossref.columns, row, strict=True):
            problem = damage_of(column, cell.strip(), units) if cell else ""
            if problem:
                yield (crossref.file, line, f"`{cell.strip()[:40]}` in the column `{column}`: {problem}")


def _backwards(crossref: CrossReference) -> Iterator[Mistake]:
    if VALID_FROM not in crossref.columns or VALID_UNTIL not in crossref.columns:
        return
    for number, line in enumerate(crossref.lines):
        start, end = crossref.validity(number)
        if start and end and start > end:
            yield (crossref.file, line, f"`{VALID_FROM}` {start} is after `{VALID_UNTIL}` {end}")


def _against_each_other(
    crossref: CrossReference, columns: tuple[str, ...], wanted: Sequence[str]
) -> Iterator[tuple[int, int, Mistake]]:
    """Rows of one key that hold on the same day and tell it differently, or twice, or leave days without."""
    positions = [crossref.columns.index(name) for name in wanted]
    for key, at in crossref.index(columns).items():
        if isinstance(at, int):
            continue
        shown = " + ".join(key.split("\x1f"))[:60]
        rows = sorted((crossref.validity(number)[0] or _FIRST, number) for number in at)
        latest, end = rows[0][1], crossref.validity(rows[0][1])[1] or _LAST
        for start, number in rows[1:]:
            line, other = crossref.lines[number], crossref.lines[latest]
            until = crossref.validity(number)[1] or _LAST
            told = [[crossref.rows[each][place].strip() for place in positions] for each in (latest, number)]
            if crossref.rows[latest] == crossref.rows[number]:
                yield latest, number, (crossref.file, line, f"says the same as line {other}")
            elif start <= end and told[0] != told[1]:
                what = " or ".join(wanted)
                both = f"`{shown}` stands in line {other} too, with another {what} on the same days"
                remedy = f"bound them by `{VALID_FROM}` and `{VALID_UNTIL}`, or take one away"
                yield latest, number, (crossref.file, line, f"{both}; {remedy}")
            elif end != _LAST and _day_after(end) < start:
                gap = f"no row of `{shown}` holds from {_day_after(end)} on until this one from {start} on"
                yield latest, number, (crossref.file, line, f"{gap}; line {other} ends before")
            if until >= end:
                latest, end = number, until


def _day_after(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat() if day != _LAST else _LAST
