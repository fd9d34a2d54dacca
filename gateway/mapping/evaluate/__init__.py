"""The slow evaluator: interprets a plan, tells all that is wrong, and knows where each value comes from.

The compiled functions accept what it accepts and give the same; where they do not accept, this explains.
"""

from __future__ import annotations

import msgspec

from gateway.errors import GatewayError
from gateway.findings import Finding
from gateway.formats.x12.model import Delimiters
from gateway.mapping.bound import Plan
from gateway.mapping.evaluate.read_csv import CsvReader
from gateway.mapping.evaluate.read_json import JsonReader
from gateway.mapping.evaluate.read_x12 import X12Reader
from gateway.mapping.evaluate.reading import read_with
from gateway.mapping.evaluate.sources import (
    CsvSource,
    CsvTarget,
    JsonSource,
    Source,
    Target,
    X12Source,
    X12Target,
)
from gateway.mapping.evaluate.trace import Trace
from gateway.mapping.evaluate.write_csv import CsvWriter
from gateway.mapping.evaluate.write_json import JsonWriter
from gateway.mapping.evaluate.write_x12 import X12Writer
from gateway.mapping.evaluate.writing import write_with
from gateway.mapping.pairs.model import SILENT
from gateway.mapping.plan import FormatKind

__all__ = [
    "CsvSource",
    "CsvTarget",
    "JsonSource",
    "Source",
    "Target",
    "Trace",
    "X12Source",
    "X12Target",
    "read",
    "write",
]


def read(
    plan: Plan, source: Source, trace: Trace | None = None
) -> tuple[msgspec.Struct | None, tuple[Finding, ...]]:
    """The canonical document of a source, or None when a finding is an error.

    A pair that refuses asks the trace where the fault stands, so a table with a pair is always traced.
    """
    if trace is None and plan.pair is not None:
        trace = Trace()
    if isinstance(source, X12Source) and plan.definition is not None:
        return read_with(plan, X12Reader(source, plan.definition), trace)
    if isinstance(source, JsonSource) and plan.format.kind.is_tree:
        return read_with(plan, JsonReader(source), trace)
    if isinstance(source, CsvSource) and plan.format.kind is FormatKind.CSV:
        return read_with(plan, CsvReader(source, plan), trace)
    raise GatewayError(f"the table {plan.name} reads {plan.format}, not a {type(source).__name__}")


def write(
    plan: Plan, document: msgspec.Struct, delimiters: Delimiters | None = None, trace: Trace | None = None
) -> tuple[Target | None, tuple[Finding, ...]]:
    """The document in the plan's format, or None when a finding is an error.

    `delimiters`: those X12 is to be written with; only the component separator matters here.
    """
    if not isinstance(document, plan.document):
        raise GatewayError(
            f"the table {plan.name} writes {plan.document.__name__}, not {type(document).__name__}"
        )
    if plan.definition is not None:
        x12 = X12Writer(plan.definition, (delimiters or Delimiters()).component)
        good, findings = write_with(plan, document, x12, trace or SILENT)
        return (x12.finish() if good else None), findings
    if plan.format.kind.is_tree:
        json = JsonWriter()
        good, findings = write_with(plan, document, json, trace or SILENT)
        return (json.finish() if good else None), findings
    csv = CsvWriter(plan)
    good, findings = write_with(plan, document, csv, trace or SILENT)
    return (csv.finish() if good else None), findings
