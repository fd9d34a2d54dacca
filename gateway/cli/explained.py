"""Explanations as text for people and as JSON for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from itertools import groupby

import msgspec

from gateway.cli.screen import Screen, printable
from gateway.findings import Location
from gateway.formats.json_pointer import parts_of
from gateway.mapping.evaluate.trace import Kind
from gateway.mapping.explain.model import Coverage, Explanation, Output, Reading, Unfilled
from gateway.mapping.plan import Origin

SHOWN = 20  # characters of a value in the table; JSON and the page have all of it
MOST_READINGS = 3  # of one place of the target in the table
FOLDER = re.compile(r"^mappings/(codes/)?")  # left out in the table, where every row stands in one of them


def explanations_json(file: str, explanations: Sequence[Explanation]) -> str:
    """`gateway explain --json`: one object with `file` and `documents`, see docs/mappings.md."""
    return json.dumps({"file": file, "documents": [_document(each) for each in explanations]}, indent=2)


def _document(explanation: Explanation) -> dict[str, object]:
    coverage = explanation.coverage
    return {
        "document": explanation.document,
        "number": explanation.number,
        "location": msgspec.to_builtins(explanation.location),
        "source": explanation.source,
        "target": explanation.target,
        "places": [_output_json(each) for each in explanation.outputs],
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


def _output_json(output: Output) -> dict[str, object]:
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
                "sources": [_reading_json(each) for each in field.readings],
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
    }


def _origin_json(origin: Origin | None) -> dict[str, object] | None:
    return None if origin is None else {"file": origin.file, "line": origin.line}


def print_explanation(screen: Screen, explanation: Explanation) -> None:
    """One document: a table for each part of the target, then what is left over on both sides."""
    title = f"{explanation.document} {explanation.number}"
    screen.line()
    screen.line((printable(title), "bold"), f"  {explanation.source} to {explanation.target}")
    for group, outputs in groupby(explanation.outputs, key=lambda each: _group(each.location)):
        screen.line()
        screen.line((f"  {printable(group)}", "cyan"))
        rows = [_row(each) for each in outputs]
        screen.table(("Target", "Value", "From"), rows, indent=4, headed=False)
    _print_coverage(screen, explanation.coverage)


def _group(location: Location) -> str:
    """The segment, row or object that a place stands in."""
    if location.pointer is not None:
        return location.pointer.rpartition("/")[0] or "/"
    if location.line is not None:
        return f"row {location.line}"
    return f"segment {location.segment_in_set} {location.tag}"


def _row(output: Output) -> tuple[str, str, str]:
    readings = _telling(output)
    told = [] if output.kind is Kind.VALUE else [output.kind.value]
    told += [_place_read(reading) for reading in readings[:MOST_READINGS]]
    if len(readings) > MOST_READINGS:
        told.append(f"and {len(readings) - MOST_READINGS} more")
    told += [f"made by {field.made_by}" for field in output.fields if field.made_by]
    origins = [output.row, output.code]
    origins += [origin for reading in readings for origin in (reading.row, reading.code)]
    rows = dict.fromkeys(_origin(origin) for origin in origins if origin is not None)
    return (
        printable(_within(output.location)),
        printable(_cut(output.value)),
        printable("; ".join(word for word in (", ".join(told), " ".join(rows)) if word)),
    )


def _telling(output: Output) -> list[Reading]:
    """The places a value comes from; of a column that several rows repeat, the first."""
    told: dict[object, Reading] = {}
    for field in output.fields:
        for reading in field.readings:
            column = reading.location.column
            told.setdefault(reading if column is None else (column, reading.value), reading)
    return list(told.values())


def _within(location: Location) -> str:
    """A place in its group."""
    if location.pointer is not None:
        return parts_of(location.pointer)[-1] if location.pointer else "/"
    return f"column {location.column}" if location.line is not None else location.place


def _place_read(reading: Reading) -> str:
    if reading.kind is Kind.CONSTANT:
        return "constant of the table"
    where = reading.location
    place = f"{where.segment_in_set} {where.place}" if where.segment_in_set is not None else where.place
    return f"{place} = {_cut(reading.value)}" if reading.value else place


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _origin(origin: Origin) -> str:
    return FOLDER.sub("", str(origin))


def _print_coverage(screen: Screen, coverage: Coverage) -> None:
    for title, readings in (
        ("No row read these places of the source; they are kept in `ext`", coverage.unread),
        ("These places were read, and nothing of the target was made of them", coverage.unwritten),
    ):
        if readings:
            screen.line()
            screen.line((f"  {title}:", "bold"), hang=4)
            rows = [
                (_where(each), _cut(each.value), "" if each.row is None else _origin(each.row))
                for each in readings
            ]
            screen.table(("Source", "Value", "Row"), [tuple(map(printable, row)) for row in rows], indent=4)
    if coverage.unfilled:
        screen.line()
        screen.line(("  These places of the target are empty in this document:", "bold"), hang=4)
        empty = [_empty(each) for each in coverage.unfilled]
        screen.table(("Target", "Name", "", "Row"), [tuple(map(printable, row)) for row in empty], indent=4)


def _where(reading: Reading) -> str:
    where = reading.location
    return f"{where.segment_in_set} {where.place}" if where.segment_in_set is not None else where.place


def _empty(each: Unfilled) -> tuple[str, str, str, str]:
    return (
        each.place,
        each.name,
        "mandatory" if each.mandatory else "",
        "" if each.row is None else _origin(each.row),
    )
