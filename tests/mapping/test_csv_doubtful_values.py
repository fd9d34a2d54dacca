"""Values of delimited files that cannot be read, and codes that no list knows: each is told once."""

from __future__ import annotations

import pytest

from gateway.findings import Severity
from gateway.formats.detect import Format
from gateway.mapping.bound import Plan
from gateway.mapping.engine import COMPILE_AFTER
from tests.mapping.small import plan_of
from tests.mapping.test_csv_both_ways import read
from tests.pipeline.knowledge import example, received, translated

WEIGHTS = """\
settings: {document_key: order, date: YYYY-MM-DD}
rows:
  number: order required
  date: order_date date
  lines[]:
    at: rows by line
    number: line
    unit: unit code(unit)
    weight.value: weight decimal
    weight.unit: weight_unit
    taxes[]:
      at: "."
      type: tax code(unit)
"""
HEADER = "order,order_date,line,unit,weight,weight_unit\n"


def told(rows: str, plan: Plan | None = None) -> list[tuple[str, int | None, int | None]]:
    _, findings = read(plan or plan_of("csv", WEIGHTS), HEADER + rows)
    return [(each.code, each.location.line, each.location.column) for each in findings]


def test_a_refused_value_of_a_field_that_must_be_there_is_told_once() -> None:
    assert told("A,,1,EA,heavy,LB\nA,,2,EA,3,LB\n") == [("mapping-value", 2, 5)]


def test_a_field_that_is_not_given_is_told_still() -> None:
    assert told("A,,1,EA,,LB\n") == [("mapping-field-missing", 2, None)]


def test_a_date_of_another_pattern_is_told_with_the_setting() -> None:
    _, (finding,) = read(plan_of("csv", WEIGHTS), HEADER + "A,11/9/2026,1,EA,,\n")
    assert finding.message == (
        "11/9/2026 at line 2, column 2 does not fit the row `date: order_date date`: "
        "it is not written as YYYY-MM-DD, the `date` of the table's settings (t.yaml:7)"
    )
    assert "settings" in finding.remedy


def test_a_code_that_no_list_knows_is_a_warning_with_a_suggestion() -> None:
    documents, findings = read(plan_of("csv", WEIGHTS), HEADER + "A,,1,Case,,\nA,,2,Case,,\nA,,3,EA,,\n")
    assert [line.unit for line in documents[0].lines] == ["csv:Case", "csv:Case", "each"]
    (finding,) = findings
    assert (finding.code, finding.severity) == ("flat-code-unknown", Severity.WARNING)
    assert (finding.location.line, finding.location.column, finding.value) == (2, 4, "Case")
    assert finding.message == (
        "line 2, column 4: Case is no csv code of mappings/codes/unit.csv for unit; did you mean CA? "
        "(row t.yaml:11)"
    )


SHIPPED = (
    ("Case", "; did you mean CA?"),
    ("Cases", "; did you mean CA?"),
    ("kilograms", "; did you mean KG?"),
    ("pcs", "; its codes are EA, UN, CA, CT, PK, BX, PR, DZ, …"),
)


@pytest.mark.parametrize(("code", "hint"), SHIPPED)
def test_the_list_tells_what_may_be_meant(code: str, hint: str) -> None:
    source = received(example("invoice.csv").replace(b",CA,", b",%b," % code.encode(), 1))
    (finding,) = source.report.findings
    assert (finding.code, finding.location.line, finding.location.column) == ("flat-code-unknown", 2, 25)
    assert f"{code} is no csv code of mappings/codes/unit.csv for unit{hint} (row " in finding.message
    assert len(source.documents) == 2


def test_compiled_code_leaves_the_warning_to_the_evaluator() -> None:
    head, _, rows = example("invoice.csv").partition(b"\n")
    whole = rows.splitlines()[2]
    many = [whole.replace(b"INV-", b"INV-%d-" % number) for number in range(COMPILE_AFTER * 2)]
    source = received(b"\n".join((head, *many, whole.replace(b",EA,", b",Case,"))))
    assert [(each.code, each.location.line) for each in source.report.findings] == [
        ("flat-code-unknown", len(many) + 2)
    ]


def test_a_word_without_a_code_is_refused_with_its_list_and_what_may_be_meant() -> None:
    data = example("invoice.csv").replace(b",CA,", b",Case,", 1)
    (finding,) = [each for each in translated(data, Format.X12).findings if each.code == "code-unknown"]
    assert finding.value == "csv:Case"
    assert finding.message.startswith(
        "unit is Case (csv), and mappings/codes/unit.csv has no x12 code for it; did you mean CA? (row "
    )
