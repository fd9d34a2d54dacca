"""Wherever a test asks the evaluator, compiled code is asked too, and must agree."""

from __future__ import annotations

import msgspec
import pytest

from gateway.formats.x12.model import Delimiters
from gateway.mapping import evaluate
from gateway.mapping.bound import Plan
from gateway.mapping.evaluate import Source, Trace
from tests.mapping.agreement import Read, Written, differs_on_read, differs_on_write

MODULES = (
    *("test_x12_rules", "test_x12_both_ways", "test_json_both_ways", "test_csv_both_ways"),
    "test_properties",
)


@pytest.fixture(autouse=True)
def compiled_code_agrees(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small tables show the evaluator each construct there; compiled code must know them all."""
    if not request.module.__name__.endswith(MODULES):
        return

    def read(plan: Plan, source: Source, trace: Trace | None = None) -> Read:
        result, difference = differs_on_read(plan, source, trace)
        assert difference is None, difference
        return result

    def write(
        plan: Plan,
        document: msgspec.Struct,
        delimiters: Delimiters | None = None,
        trace: Trace | None = None,
    ) -> Written:
        result, difference = differs_on_write(plan, document, delimiters, trace)
        assert difference is None, difference
        return result

    monkeypatch.setattr(evaluate, "read", read)
    monkeypatch.setattr(evaluate, "write", write)
