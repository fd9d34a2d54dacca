"""The examples of docs/formats.md are true: the layout, its file, its table, and the commands."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import msgspec

from gateway.documents import PurchaseOrder
from gateway.formats.fixed_layout import Layout
from gateway.formats.fixed_layout_parse import parse_layout
from gateway.formats.fixed_width import read_fixed
from gateway.formats.fixed_width_writer import write_fixed
from gateway.mapping import evaluate
from gateway.mapping.evaluate import JsonSource
from gateway.mapping.parse import parse_table
from gateway.mapping.resolve import resolve
from tests.cli.command import run
from tests.docs.test_readme import FOLDERS, commands, console_blocks
from tests.pipeline.knowledge import ROOT, library

TEXT = (ROOT / "docs/formats.md").read_text(encoding="utf-8")
LAYOUT, TABLE, _ = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
SAMPLE, _ = re.findall(r"```text\n(.*?)```", TEXT, re.DOTALL)


def layout() -> Layout:
    made, mistakes = parse_layout("schemas/flat/order.yaml", LAYOUT)
    assert made is not None, mistakes
    return made


def sample() -> bytes:
    return "".join(f"{line:<40}\r\n" for line in SAMPLE.splitlines()).encode()


def test_the_sample_is_of_the_layout_and_is_written_as_it_stands() -> None:
    (document,), whole = read_fixed(sample(), layout())
    assert (whole, document.findings) == ((), ())
    assert write_fixed([document.tree], layout()) == (sample(), ())


def test_the_table_reads_the_sample_and_keeps_the_rest() -> None:
    (document,), _ = read_fixed(sample(), layout())
    table, mistakes = parse_table("mappings/fixed-small.yaml", TABLE)
    assert table is not None, mistakes
    known = msgspec.structs.replace(library().mapping_library, layouts=lambda: {"order": layout()})
    plan, mistakes = resolve(table, known)
    assert plan is not None, mistakes
    order, findings = evaluate.read(plan, JsonSource(document.tree))
    assert findings == ()
    assert isinstance(order, PurchaseOrder)
    assert [(line.ids["vendor_sku"], str(line.quantity), str(line.price)) for line in order.lines] == [
        ("ACS-100", "12", "42.5"),
        ("ACS-205", "36", "6.15"),
    ]
    kept = order.lines[0].ext["fixed"]["LOT"]
    assert kept == '[{"LOT":{"lot":"L26-1014"}},{"LOT":{"lot":"L26-1015"}}]'
    assert evaluate.write(plan, order) == (document.tree, ())


def test_every_type_word_and_use_is_told() -> None:
    for name in ("document", "once", "many", "file", "text", "number", "date(", "count(", "constant("):
        assert f"`{name}" in TEXT
    for word in ("required", "sign=leading", "sign=trailing", "sign=overpunch", "fill=", "zeros-empty"):
        assert f"`{word}" in TEXT


def test_the_commands_of_the_page_run(tmp_path: Path) -> None:
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / "var").mkdir()
    for block in console_blocks(TEXT):
        for command, _ in commands(block):
            ran = run(*command.split()[1:], cwd=tmp_path)
            assert ran.code == 0, f"{command}\n{ran.err}"
    assert (tmp_path / "var/orders.x12").read_bytes().startswith(b"ISA")
