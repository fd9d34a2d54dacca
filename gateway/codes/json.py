"""Faults of JSON documents, with the place as a JSON pointer."""

from __future__ import annotations

from gateway.codes.model import Code, Severity

CODES = (
    Code(
        code="json-syntax",
        severity=Severity.ERROR,
        title="Not valid JSON",
        message="the text is no JSON: {problem}",
        why="Nothing after the fault can be read.",
        remedy="Correct the text, or ask the sender for it again.",
    ),
    Code(
        code="json-too-deep",
        severity=Severity.ERROR,
        title="JSON nested too deeply",
        message="the JSON is nested deeper than {limit} levels",
        why="No document of ours nests this deep; deep nesting is used to exhaust memory.",
        remedy="Ask the sender what this file is.",
    ),
    Code(
        code="json-duplicate-key",
        severity=Severity.ERROR,
        title="Key stands twice",
        message="the key {value} stands twice in one object",
        why="Readers differ in which of the two they take.",
        remedy="Send each key once.",
    ),
    Code(
        code="json-number",
        severity=Severity.ERROR,
        title="Not a number of JSON",
        message="{value} is no number",
        why="NaN and Infinity are not part of JSON.",
        remedy="Send a number or leave the field out.",
    ),
)
