"""Templates get documents as they are only where a table would take them so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from gateway.bootstrap import Library
from gateway.documents import DOCUMENTS, Document, Invoice, OrderAcknowledgment, PurchaseOrder, ShipNotice
from gateway.pipeline import templates
from gateway.pipeline.knowledge import Knowledge
from gateway.pipeline.tables import MappingTable
from gateway.workspace import Workspace
from tests.golden.cases import CASES
from tests.pipeline.knowledge import ROOT, library, received
from tests.pipeline.test_proofs import written
from tests.pipeline.test_templates import ORDER

OVERLAY = "overlay: spapi-order\ncrossrefs:\n  lines[]: items(ids.vendor_sku -> ids.upc) write-only\n"
ITEMS = "vendor_sku,upc\nTHE-ONE,012345678905\n"


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "AFTER", 1)


def of_kind(kind: type[Document]) -> list[Document]:
    sources = [case for case in CASES if case.source.suffix != ".json"]
    plain = [each.document for case in sources for each in received(case.source.read_bytes()).documents]
    return [each for each in plain if type(each) is kind]


def completing(tmp_path: Path) -> Knowledge:
    """Fills in a number of one item when an order is written."""
    texts = {"mappings/spapi-order.yaml": OVERLAY, "crossrefs/items.csv": ITEMS}
    for name, text in texts.items():
        path = tmp_path / "partners" / "amazon" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Library(Workspace(tmp_path, ROOT)).knowledge("amazon", None)


def test_a_table_takes_documents_as_they_are_where_it_finds_all_of_them_ready() -> None:
    known = library().knowledge("amazon", None)
    found = {kind: known.written_json_table(kind) for kind in DOCUMENTS}
    tables = {kind: table for kind, table in found.items() if table is not None}
    taking = {kind for kind, table in tables.items() if table.takes_all_as_they_are}
    assert taking == {PurchaseOrder, OrderAcknowledgment}
    assert tables.keys() - taking == {ShipNotice, Invoice}
    for kind in taking:
        documents = of_kind(kind)
        assert documents
        for document in documents:
            made, findings = tables[kind].ready(document)
            assert made is document
            assert not findings


def with_id(document: Document, **ids: str) -> Document:
    line = msgspec.structs.replace(document.lines[0], ids=ids)
    return msgspec.structs.replace(document, lines=(line,))


def filled_in(tmp_path: Path) -> bool:
    """Whether a line gets its number from a cross-reference, though a template has written others like it."""
    known = completing(tmp_path)
    written([with_id(ORDER, vendor_sku="OTHER")], known)
    done = written([with_id(ORDER, vendor_sku="THE-ONE")], known)
    assert done.data is not None
    return b"012345678905" in done.data


def held_back(_: Path) -> bool:
    """Whether an invoice with a number that is none is not sent, though a template has written others."""
    invoice = next(each for each in of_kind(Invoice) if each.lines)
    known = library().knowledge("amazon", None)
    written([with_id(invoice, upc="012345678905")], known)
    done = written([with_id(invoice, upc="012345678905"), with_id(invoice, upc="X2345678905")], known)
    return any(each.code == "identifier-malformed" for each in done.findings)


@pytest.mark.parametrize("holds", [filled_in, held_back])
def test_templates_leave_nothing_out_that_comes_before_writing(
    holds: Callable[[Path], bool], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert holds(tmp_path)
    monkeypatch.setattr(MappingTable, "takes_all_as_they_are", True)
    assert not holds(tmp_path)
