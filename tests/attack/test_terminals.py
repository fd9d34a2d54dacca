"""Nothing that stands in a document, a data file or a name is obeyed by a terminal, or makes it run over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.command import GOOD, run, saved

HOSTILE = "\x1b[2J\x9b31m\u202e\x07"
OBEYED = frozenset("\x1b\x9b\u202e\x07")
COLUMNS = "order_number,order_date,line_number,quantity,unit,vendor_sku"


def order(number: str, lines: int, item: str) -> dict[str, object]:
    return {
        "document": "PurchaseOrder",
        "number": number,
        "type": "regular",
        "date": {"date": "2026-01-31"},
        "lines": [
            {
                "number": str(at),
                "ids": {"vendor_sku": item if at == 0 else "A"},
                "quantity": "1",
                "unit": "each",
            }
            for at in range(lines)
        ],
    }


DOCUMENTS = {
    "a segment's tag": GOOD.replace("PO1*", f"P{HOSTILE}O1*").encode(),
    "an element": GOOD.replace("BEG*00", f"BEG*{HOSTILE}").encode(),
    "a control number": GOOD.replace("*0001~", f"*{HOSTILE}~").encode(),
    "a key": json.dumps({"document": "PurchaseOrder", HOSTILE: {HOSTILE: 1}}, ensure_ascii=False).encode(),
    "a name of a document": json.dumps({"document": HOSTILE}, ensure_ascii=False).encode(),
    "a column": f"{COLUMNS},x{HOSTILE}\r\n1,2026-01-31,1,1,EA,A,\r\n".encode(),
    "a cell": f"{COLUMNS}\r\n1,{HOSTILE},1,{HOSTILE},EA,A\r\n".encode(),
    "an order": json.dumps([order(HOSTILE, 1, HOSTILE)], ensure_ascii=False).encode(),
}


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize(
    "command",
    [("validate",), ("validate", "--json"), ("view",), ("translate", "--to", "csv", "-o", "output")],
)
def test_a_document_cannot_give_orders_to_a_terminal(
    tmp_path: Path, name: str, command: tuple[str, ...]
) -> None:
    done = run(*command, saved(tmp_path, DOCUMENTS[name], f"file{HOSTILE}"), cwd=tmp_path)
    assert done.code in (0, 1)
    assert not OBEYED & set(done.out.decode() + done.err)


def test_a_name_cannot_give_orders_to_a_terminal(tmp_path: Path) -> None:
    path = saved(tmp_path, GOOD)
    for options in ((tmp_path / HOSTILE,), (path, "--partner", HOSTILE), (path, "--mapping", HOSTILE)):
        done = run("translate", *options, "--to", "csv")
        assert done.code == 2
        assert not OBEYED & set(done.err)


def test_one_huge_cell_does_not_widen_every_row_of_a_view(tmp_path: Path) -> None:
    text = json.dumps([order("1", 500, "A" * 100_000)])
    done = run("view", saved(tmp_path, text))
    assert done.code == 0
    assert len(done.out) < 300_000
