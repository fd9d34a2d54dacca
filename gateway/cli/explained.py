"""Explanations as text for people and as JSON for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from itertools import groupby

import msgspec

from gateway.cli.explained_words import Names, Readings, how, how_read, made_by
from gateway.cli.screen import Screen, printable
from gateway.mapping.explain.model import Coverage, Explanation, Output, Reading, Unfilled
from gateway.mapping.plan import Origin

SHOWN = 20  # characters of a value in the table; JSON and the page have all of it
MOST_READINGS = 3  # of one place of the target in the table
FOLDER = re.compile(
    r"^mappings/(codes/|crossrefs/)?"
)  # left out in the table, where every row stands in one of them


def explanations_json(file: str, explanations: Sequence[Explanation]) -> str:
    """`gateway explain --json`: one object with `file` and `documents`, see docs/mappings.md."""
    return json.dumps({"file": file, "documents": [_document(each) for each in explanations]}, indent=2)


def _document(explanation: Explanation) -> dict[str, object]:
    coverage = explanation.coverage
    readings = Readings()
    return {
        "document": explanation.document,
        "number": explanation.number,
        "location": msgspec.to_builtins(explanation.location),
        "source": explanation.source,
        "target": explanation.target,
        "places": [_output_json(each, readings) for each in explanation.outputs],
        "coverage": {
            "unread": [_reading_json(each) for each in coverage.unread],
            "unwritten": [_reading_json(each) for each in coverage.unwritten],
            "implied": [_reading_json(each) for each in coverage.implied],
            "unfilled": [
                {
                    "place": each.place,
                    "name": each.name,
                    "mandatory": each.mandatory,
                    "row": _origin_json(each.row),
                }
                for each in coverage.unfilled
            ],
        },
    }


def _output_json(output: Output, readings: Readings) -> dict[str, object]:
    return {
        "location": msgspec.to_builtins(output.location),
        "value": output.value,
        "kind": output.kind.value,
        "row": _origin_json(output.row),
        "cell": output.text,
        "code": _origin_json(output.code),
        "fields": [
            {
                "pointer": field.pointer,
                "value": field.value,
                "made_by": field.made_by,
                "sources": [{**_reading_json(each), "rows": rows} for each, rows in readings.of([field])],
            }
            for field in output.fields
        ],
    }


def _reading_json(reading: Reading) -> dict[str, object]:
    return {
        "location": msgspec.to_builtins(reading.location),
        "value": reading.value,
        "kind": reading.kind.value,
        "row": _origin_json(reading.row),
        "code": _origin_json(reading.code),
        "crossref": _origin_json(reading.crossref),
        "order": None if reading.order is None else msgspec.to_builtins(reading.order),
    }


def _origin_json(origin: Origin | None) -> dict[str, object] | None:
    return None if origin is None else {"file": origin.file, "line": origin.line}


def print_explanation(screen: Screen, explanation: Explanation) -> None:
    """One document: a table for each part of the target, then what is left over on both sides."""
    title = f"{explanation.document} {explanation.number}"
    source, target = Names(explanation.source_lines), Names(explanation.target_lines)
    readings = Readings()
    screen.line()
    screen.line((printable(title), "bold"), f"  {explanation.source} to {explanation.target}")
    for group, outputs in groupby(explanation.outputs, key=lambda each: target.group(each.location)):
        screen.line()
        screen.line((f"  {printable(group)}", "cyan"))
        rows = [_row(each, source, target, readings) for each in outputs]
        screen.table(("Target", "Value", "From"), rows, indent=4, headed=False)
    _print_coverage(screen, explanation.coverage, source)


def _row(output: Output, source: Names, target: Names, all_readings: Readings) -> tuple[str, str, str]:
    readings = all_readings.of(output.fields)
    told = [how(output)] if how(output) else []
    told += [how_read(_cut_reading(each), source) for each, _ in readings[:MOST_READINGS]]
    if len(readings) > MOST_READINGS:
        told.append(f"and {len(readings) - MOST_READINGS} more")
    told += [made_by(field) for field in output.fields if field.made_by]
    rows = " ".join(dict.fromkeys(_origin(origin) for origin in all_readings.origins(output)))
    return (
        printable(target.within(output.location)),
        printable(_cut(output.value)),
        printable("; ".join(word for word in (", ".join(told), rows) if word)),
    )


def _cut_reading(reading: Reading) -> Reading:
    return msgspec.structs.replace(reading, value=_cut(reading.value))


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _origin(origin: Origin) -> str:
    return FOLDER.sub("", str(origin))


def _print_coverage(screen: Screen, coverage: Coverage, source: Names) -> None:
    for title, readings in (
        ("No row read these places of the source; they are kept in `ext`", coverage.unread),
        ("These places were read, and nothing of the target was made of them", coverage.unwritten),
    ):
        if readings:
            screen.line()
            screen.line((f"  {title}:", "bold"), hang=4)
            rows = [
                (source.of(each.location), _cut(each.value), "" if each.row is None else _origin(each.row))
                for each in readings
            ]
            screen.table(("Source", "Value", "Row"), [tuple(map(printable, row)) for row in rows], indent=4)
    if coverage.unfilled:
        screen.line()
        screen.line(("  These places of the target are empty in this document:", "bold"), hang=4)
        empty = [_empty(each) for each in coverage.unfilled]
        screen.table(("Target", "Name", "", "Row"), [tuple(map(printable, row)) for row in empty], indent=4)


def _empty(each: Unfilled) -> tuple[str, str, str, str]:
    return (
        each.place,
        each.name,
        "mandatory" if each.mandatory else "",
        "" if each.row is None else _origin(each.row),
    )
