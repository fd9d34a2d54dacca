"""What cannot round-trip is listed, the list is true of the golden cases, and nothing else is lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

import msgspec
import pytest

from gateway.documents import Document, OrderAcknowledgment, OrderChangeAcknowledgment, PurchaseOrderChange
from gateway.formats.detect import Format
from tests.golden.cases import CASES, Case, read, written
from tests.golden.losses import entries, is_listed, merged_fields
from tests.golden.reach import documents_of_tables, filled_by
from tests.golden.reasons import REASONS
from tests.golden.write_losses import PAGE, page

SEATTLE = ZoneInfo("America/Los_Angeles")  # the zone of the partner amazon
PREFIXES = {
    Format.X12: "x12-",
    Format.SPAPI: "spapi-",
    Format.CSV: "csv-",
    Format.FIXED: "fixed-",
    Format.XML: "xml-",
}
TRIPS = [(case, form) for case in CASES for form, path in case.others.items() if path.exists()]
# An 850 has one pair of dates; whose it is depends on who pays the carriage.
MOVED = {"delivery_window": "ship_window"}

Leaves = dict[str, object]


def test_the_page_is_printed_from_the_tables() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


@pytest.mark.parametrize("table", [table for tables in documents_of_tables().values() for table in tables])
def test_every_loss_of_x12_and_sp_api_says_why_and_xml_has_none(table: str) -> None:
    if table.startswith(("csv-", "fixed-")):
        assert table not in REASONS
    elif table.startswith("xml-"):
        assert entries(table) == ()
    else:
        assert {entry.path for entry in entries(table)} == set(REASONS[table])
        assert all(REASONS[table].values())


@pytest.mark.one_in(3)
@pytest.mark.parametrize(("case", "form"), TRIPS, ids=[f"{case.name}-{form.value}" for case, form in TRIPS])
def test_nothing_is_lost_or_gained_but_what_is_listed(case: Case, form: Format) -> None:
    before = [each.document for each in read(case.source.read_bytes(), case.source_form).documents]
    data = written(before, form).data
    assert data is not None
    after = {_name(each.document): each.document for each in read(data, form).documents}
    for document in before:
        if _name(document) in after:
            table = _table(document, form)
            lost, gained = _differences(document, after[_name(document)])
            lost = [path for path in lost if path not in merged_fields(table)]
            assert [path for path in lost if not is_listed(path, table)] == []
            assert [path for path in gained if path not in _filled(table)] == []


def _filled(table: str) -> set[str]:
    moved = {f"{to}.{end}" for to in MOVED.values() for end in ("start", "end")}
    return {path for path, _ in filled_by(table)} | moved


def _name(document: Document) -> str:
    if isinstance(document, PurchaseOrderChange | OrderChangeAcknowledgment):
        return f"{document.order_number} {document.change_number}"
    return document.order_number if isinstance(document, OrderAcknowledgment) else document.number


def _table(document: Document, form: Format) -> str:
    tables = documents_of_tables()[type(document).__name__]
    return next(table for table in tables if table.startswith(PREFIXES[form]))


def _differences(before: Document, after: Document) -> tuple[list[str], list[str]]:
    """The paths of values that are there no more or differ, and of those that are new."""
    old, new = _said(before), _said(after)
    moved = {
        path: path.replace(source, to)
        for path in old
        for source, to in MOVED.items()
        if path.startswith(source)
    }
    lost = [path for path in old if new.get(path) != old[path] and new.get(moved.get(path, "")) != old[path]]
    return sorted({_plain(path) for path in lost}), sorted({_plain(path) for path in new if path not in old})


def _said(document: Document) -> Leaves:
    """Every value by path, but for what the content of a package says like its line."""
    tree = msgspec.to_builtins(document)
    lines = {line.get("number"): line for line in tree.get("lines", ())}
    for package in (*tree.get("cartons", ()), *tree.get("pallets", ())):
        for content in package.get("contents", ()):
            line = lines[content["line"]]
            for name in set(content) - {"line", "quantity", "unit"}:
                if content[name] == line.get(name):
                    del content[name]
    return dict(_leaves(tree, "", ""))


def _plain(path: str) -> str:
    """The path as tables have it: `lines[0].price` is `lines[].price`."""
    names = [name.partition("[") for name in path.split(".")]
    return ".".join(name + ("[]" if bracket else "") for name, bracket, _ in names)


def _leaves(value: object, path: str, name: str) -> Iterator[tuple[str, object]]:
    """Every value by path, items of lists by what tells them apart; a moment is its day."""
    if isinstance(value, dict) and value and set(value) <= {"date", "time"}:
        yield path, _day(value)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key not in ("ext", "document"):
                yield from _leaves(inner, f"{path}.{key}" if path else key, key)
    elif isinstance(value, list | tuple) and value and isinstance(value[0], dict):
        for place, item in enumerate(value):
            told = item.get("role") or item.get("type") or item.get("kind") or item.get("scheme") or place
            yield from _leaves(item, f"{path}[{told}]", name)
    elif isinstance(value, list | tuple):
        yield path, tuple(value)
    else:
        yield path, _number(value)


def _day(moment: Mapping[str, str]) -> str:
    if "date" in moment:
        return moment["date"]
    return datetime.fromisoformat(moment["time"]).astimezone(SEATTLE).date().isoformat()


def _number(value: object) -> object:
    if isinstance(value, str):
        try:
            return Decimal(value)
        except InvalidOperation:
            return value
    return value
