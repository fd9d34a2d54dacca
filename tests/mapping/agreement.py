"""The rule between the two ways a table runs: compiled code refuses exactly where the evaluator has findings,
and gives the same elsewhere; what it calls valid is accepted. (One remark a compiled writer makes itself:
what had nothing to complete.) And the evaluator does the same when it keeps a trace, which knows the author
of every place that was written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import msgspec

from gateway.documents.accept import accepts
from gateway.findings import Finding
from gateway.formats.x12.model import Delimiters
from gateway.mapping import compiled, evaluate
from gateway.mapping.bound import Plan
from gateway.mapping.compiled import Compiled, Doubt
from gateway.mapping.evaluate import CsvTarget, Source, Target, Trace, X12Target
from gateway.mapping.evaluate.trace import Written as WrittenPlace
from gateway.mapping.explain.lines import json_lines
from gateway.mapping.explain.model import key_of

__all__ = ["Difference", "compiled_of", "differs_on_read", "differs_on_write", "without_author"]

Read: TypeAlias = tuple[msgspec.Struct | None, tuple[Finding, ...]]
Written: TypeAlias = "tuple[Target | None, tuple[Finding, ...]]"
Difference: TypeAlias = str | None

TOLD = frozenset({"nothing-to-fill"})
PLANS_KEPT = 50

_read, _write = evaluate.read, evaluate.write  # the evaluator itself, whatever tests put in its place
_KEPT: dict[int, tuple[Plan, Compiled]] = {}


def compiled_of(plan: Plan) -> Compiled:
    """The compiled table, made once for each plan."""
    if id(plan) not in _KEPT:
        if len(_KEPT) >= PLANS_KEPT:
            _KEPT.clear()
        made = compiled.load(compiled.source(plan), plan)
        assert made is not None
        _KEPT[id(plan)] = (plan, made)
    return _KEPT[id(plan)][1]


def without_author(target: Target, written: Sequence[WrittenPlace]) -> list[str]:
    """The places of a target that no author wrote, and those that are told and are not there."""
    told = {key_of(each.place.location) for each in written if each.author is not None}
    if isinstance(target, X12Target):
        told = {".".join(key.split(".")[:2]) for key in told}
    return sorted(told ^ set(_places(target)))


def _places(target: Target) -> Iterator[str]:
    if isinstance(target, X12Target):
        for number, segment in enumerate(target.segments, 2):
            yield from (f"{number}.{element}" for element, text in enumerate(segment) if element and text)
    elif isinstance(target, CsvTarget):
        for number, row in enumerate(target.rows, 1):
            columns = enumerate(target.columns, 1)
            yield from (f"{number}.{position}" for position, column in columns if row.get(column))
    else:
        yield from (part.key for line in json_lines(target, "") for part in line.parts if part.key)


def differs_on_read(
    plan: Plan, source: Source, trace: Trace | None = None, made: Compiled | None = None
) -> tuple[Read, Difference]:
    """What the evaluator says, and how the compiled code (or other code `made`) differs from it."""
    document, findings = _read(plan, source, trace)
    if _read(plan, source, Trace(details=True)) != (document, findings):
        return (document, findings), "the evaluator reads otherwise when it keeps a trace"
    try:
        read, valid = (made or compiled_of(plan)).reading(source)
    except Doubt:
        return (document, findings), None if findings else "compiled code doubts what has no fault"
    if findings:
        return (document, findings), f"compiled code accepts: {[finding.message for finding in findings]}"
    if valid and not accepts(read):
        return (document, findings), f"compiled code calls valid: {read!r}"
    return (document, findings), None if read == document else f"read {read!r}\nnot {document!r}"


def differs_on_write(
    plan: Plan,
    document: msgspec.Struct,
    delimiters: Delimiters | None = None,
    trace: Trace | None = None,
    made: Compiled | None = None,
) -> tuple[Written, Difference]:
    """What the evaluator says, and how the compiled code (or other code `made`) differs from it."""
    target, findings = _write(plan, document, delimiters, trace)
    details = Trace(details=True)
    if _write(plan, document, delimiters, details) != (target, findings):
        return (target, findings), "the evaluator writes otherwise when it keeps a trace"
    nameless = without_author(target, details.written) if target is not None else []
    if nameless:
        return (target, findings), f"nobody knows who wrote {nameless}"
    explained = any(finding.code not in TOLD for finding in findings)
    try:
        written, remarks = (made or compiled_of(plan)).write(document, delimiters)
    except Doubt:
        return (target, findings), None if explained else "compiled code doubts what has no fault"
    if explained:
        return (target, findings), f"compiled code accepts: {[finding.message for finding in findings]}"
    same = written == target and str(written) == str(target) and remarks == findings
    return (target, findings), None if same else f"written {written!r} {remarks}\nnot {target!r} {findings}"
