"""Reading is the inverse of writing, for every document within the reach of a table."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.documents.parts import Freight, Moment
from gateway.documents.purchase_order import PurchaseOrder
from gateway.documents.ship_notice import ShipNotice
from gateway.formats.delimited import DelimitedRow
from gateway.mapping.bound import Plan
from gateway.mapping.evaluate import (
    CsvSource,
    CsvTarget,
    JsonSource,
    Source,
    Target,
    X12Source,
    X12Target,
    read,
    write,
)
from gateway.mapping.pairs.hl_tree import HL_TREE
from gateway.mapping.pairs.model import SILENT
from gateway.mapping.pairs.ship_levels import structure_to_write
from gateway.mapping.pairs.ship_rows import SHIP_ROWS, PackedRow, ShipRows
from gateway.mapping.parameters import Parameters
from tests.golden.notices import LEVELS, packed_rows, trees
from tests.golden.reach import plan_of
from tests.golden.within import documents
from tests.pipeline.knowledge import library
from tests.thoroughness import examples

TABLES = (
    *("x12-850", "x12-855", "x12-860", "x12-865", "x12-810"),
    *("spapi-order", "spapi-acknowledgment", "spapi-shipment", "spapi-invoice"),
    *("csv-order", "csv-acknowledgment", "csv-order-change", "csv-change-acknowledgment", "csv-invoice"),
    *("fixed-order", "fixed-acknowledgment", "fixed-invoice"),
    *("xml-order", "xml-acknowledgment", "xml-shipment", "xml-invoice"),
)


@pytest.mark.one_in(3)
@pytest.mark.parametrize("table", TABLES)
@settings(max_examples=examples(25), deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_a_table_writes_it_reads_as_it_was(table: str, data: st.DataObject) -> None:
    plan = plan_of(table)
    _holds(plan, _without_move(data.draw(documents(plan))))


@pytest.mark.one_in(3)
@pytest.mark.parametrize("levels", LEVELS)
@settings(max_examples=examples(15), deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_the_levels_of_a_ship_notice_come_back(levels: str, data: st.DataObject) -> None:
    plan = plan_of("x12-856")
    tree = data.draw(trees(plan, levels))
    notice, findings = HL_TREE.to_document(tree, SILENT, Parameters())
    assert [finding.message for finding in findings] == []
    assert isinstance(notice, ShipNotice)
    assert notice.levels == tuple(levels)
    again, findings = HL_TREE.to_shape(notice, SILENT, Parameters())
    assert [finding.message for finding in findings] == []
    assert again == msgspec.structs.replace(tree, structure=structure_to_write(notice, tree.nodes))
    _holds(plan, notice)


@pytest.mark.one_in(3)
@pytest.mark.parametrize("levels", LEVELS)
@settings(max_examples=examples(15), deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_the_rows_of_a_ship_notice_come_back(levels: str, data: st.DataObject) -> None:
    plan = plan_of("csv-shipment")
    rows = data.draw(packed_rows(plan, levels))
    notice, findings = SHIP_ROWS.to_document(rows, SILENT, Parameters())
    assert [finding.message for finding in findings] == []
    assert isinstance(notice, ShipNotice)
    again, findings = SHIP_ROWS.to_shape(notice, SILENT, Parameters())
    assert [finding.message for finding in findings] == []
    assert isinstance(again, ShipRows)
    numbers = [row.line for row in again.rows]
    numbered = [msgspec.structs.replace(row, line=n) for row, n in zip(rows.rows, numbers, strict=True)]
    assert again == msgspec.structs.replace(rows, rows=tuple(numbered))
    _holds(plan, notice)


def test_every_table_is_held_to_it() -> None:
    assert {*TABLES, "x12-856", "csv-shipment", "fixed-shipment"} == set(library().tables)


def _holds(plan: Plan, document: msgspec.Struct) -> None:
    """Written and read, the document is what it was."""
    target, findings = write(plan, document)
    assert [finding.message for finding in findings] == []
    again, findings = read(plan, _source(target, plan))
    assert [finding.message for finding in findings] == []
    assert again is not None
    assert _sorted(again) == _sorted(document)


def _without_move(document: msgspec.Struct) -> msgspec.Struct:
    """An order whose window does not move: the buyer does not pay the carriage."""
    if isinstance(document, PurchaseOrder) and document.freight is not None:
        return msgspec.structs.replace(document, freight=Freight(incoterm=document.freight.incoterm))
    return document


def _source(target: Target | None, plan: Plan) -> Source:
    if isinstance(target, X12Target):
        assert plan.definition is not None
        segments = [["ST", "000", "0001"], *target.segments, ["SE", "0", "0001"]]
        return X12Source(segments, [0, *target.rows, len(plan.definition.rows()) - 1])
    if isinstance(target, CsvTarget):
        rows = [tuple(row.get(column, "") for column in target.columns) for row in target.rows]
        return CsvSource(
            target.columns, tuple(DelimitedRow(line, cells) for line, cells in enumerate(rows, 2))
        )
    assert target is not None
    return JsonSource(target)


def _sorted(value: object) -> object:
    """Comparable: the items of lists that several blocks share stand in no order among the blocks."""
    if isinstance(value, msgspec.Struct):
        return type(value).__name__, {name: _sorted(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, tuple) and value and isinstance(value[0], msgspec.Struct):
        return sorted((_sorted(item) for item in value), key=_condition)
    return value


def _condition(item: object) -> str:
    assert isinstance(item, tuple)
    values = item[1]
    return " ".join(str(values.get(name)) for name in ("role", "kind", "type", "scheme") if name in values)


def test_a_case_size_of_zero_that_one_package_tells_comes_back() -> None:
    rows = tuple(
        PackedRow(quantity=Decimal(1), unit="each", line="1", case_size=size, carton=carton)
        for size, carton in ((Decimal("0.00"), "3"), (None, "4"))
    )
    shape = ShipRows(number="0", date=Moment(date=date(2020, 1, 1)), rows=rows)
    notice, findings = SHIP_ROWS.to_document(shape, SILENT, Parameters())
    assert isinstance(notice, ShipNotice), findings
    assert SHIP_ROWS.to_shape(notice, SILENT, Parameters()) == (shape, ())
