"""Two files compared, as text for people and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby

import msgspec

from gateway.cli.screen import Screen, printable
from gateway.pipeline.comparing import MAX_DIFFERENCES, Comparison, Differing, Told
from gateway.report import FileReport

SHOWN = 60  # characters of a value


def print_differences(screen: Screen, reports: Sequence[FileReport], compared: Comparison) -> None:
    """What differs, document by document: the field, and what each file says of it and where."""
    first, second = reports
    for (document, number), differing in groupby(compared.differences, key=_name):
        screen.line((printable(f"{document} {number}"), "bold"))
        for each in differing:
            told = each.first or each.second
            assert told is not None
            screen.line(f"  {printable(told.pointer or 'the whole document')}", hang=6)
            screen.line(f"    {printable(first.file)}: {_said(each.first)}", hang=6)
            screen.line(f"    {printable(second.file)}: {_said(each.second)}", hang=6)
    if compared.cut:
        screen.line(f"There are more than {MAX_DIFFERENCES:,} differences; the others are not told.")
    if not compared.differences and not any(report.has_errors for report in reports):
        screen.line("Both files say the same.")


def _name(each: Differing) -> tuple[str, str]:
    return each.document, each.number


def _said(told: Told | None) -> str:
    if told is None:
        return "nothing"
    value = told.value if len(told.value) <= SHOWN else f"{told.value[:SHOWN]}…"
    where = told.location
    within = f"segment {where.segment_in_set}, " if where.segment_in_set is not None else ""
    known = any((where.tag, where.pointer is not None, where.line))
    return printable(f"{value}  ({within}{where.place})" if known else value)


def differences_json(reports: Sequence[FileReport], compared: Comparison) -> str:
    """`gateway diff --json`: one object with `files`, `equal`, `complete` and `differences`."""
    same = not compared.differences and not compared.cut
    equal = same and not any(report.has_errors for report in reports)
    tree = {
        "files": [report.file for report in reports],
        "equal": equal,
        "complete": not compared.cut,
        "differences": [
            {
                "document": each.document,
                "number": each.number,
                "first": msgspec.to_builtins(each.first),
                "second": msgspec.to_builtins(each.second),
            }
            for each in compared.differences
        ],
    }
    return json.dumps(tree, indent=2)
