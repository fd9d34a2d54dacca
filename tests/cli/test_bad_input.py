"""JSON and flat files that are broken or made to break a reader: each found at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import ROOT, run, saved
from tests.cli.test_validate import validated

INVOICES = (ROOT / "examples" / "invoice.csv").read_bytes()

Place = dict[str, int | str]
AT_RENO: Place = {"line": 2, "column": 11}

CASES: dict[str, tuple[bytes, str, Place]] = {
    "a key twice": (
        b'{"orders":[{"a":1,"a":2}]}',
        "json-duplicate-key",
        {"byte": 18, "pointer": "/orders/0/a"},
    ),
    "NaN": (b'{"orders":[{"a":NaN}]}', "json-number", {"byte": 16, "pointer": "/orders/0/a"}),
    "lists 10,000 deep": (
        b"[" * 10_000 + b"]" * 10_000,
        "json-too-deep",
        {"byte": 100, "pointer": "/0" * 100},
    ),
    "objects 10,000 deep": (
        b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        "json-too-deep",
        {"byte": 500, "pointer": "/a" * 100},
    ),
    "a number of 100,000 digits": (
        b'{"orders":[{"a":' + b"9" * 100_000 + b"}]}",
        "json-number-too-large",
        {"byte": 16, "pointer": "/orders/0/a"},
    ),
    "a number with a monstrous exponent": (
        b'{"orders":[{"a":1e999999999}]}',
        "json-number-too-large",
        {"byte": 16, "pointer": "/orders/0/a"},
    ),
    "JSON that is cut off": (
        b'{"orders":[',
        "json-syntax",
        {"byte": 11, "pointer": "/orders/0", "line": 1, "column": 12},
    ),
    "JSON that is not UTF-8": (b'{"orders":"\xff"}', "json-charset", {"byte": 11}),
    "JSON in UTF-16": ('{"orders":[]}'.encode("utf-16"), "json-charset", {"byte": 0}),
    "JSON of another kind": (b'{"orders":5}', "json-type", {"pointer": "/orders"}),
    "JSON of nothing known": (b'[null,1,"x"]', "format-unknown", {}),
    "half a character": (
        b'{"orders":[{"purchaseOrderNumber":"\\ud800"}]}',
        "json-half-character",
        {"pointer": "/orders/0/purchaseOrderNumber"},
    ),
    "a NUL in a flat file": (
        INVOICES.replace(b"INV-20871", b"INV\0", 1),
        "flat-nul",
        {"line": 2, "column": 2, "byte": INVOICES.index(b"INV-20871") + 3},
    ),
    "a flat file that is not UTF-8": (
        INVOICES.replace(b"Reno", b"Ren\xf6", 1),
        "flat-charset",
        {**AT_RENO, "byte": INVOICES.index(b"Reno") + 3},
    ),
    "quotes that do not end": (INVOICES.replace(b"Reno", b'"Reno', 1), "flat-quote", AT_RENO),
    "a cell of two million characters": (
        INVOICES.replace(b"Reno", b"R" * 2_000_000, 1),
        "flat-cell-too-long",
        AT_RENO,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_fault_is_told_at_its_place(tmp_path: Path, name: str) -> None:
    content, code, place = CASES[name]
    ended, (file,) = validated(saved(tmp_path, content))
    assert ended == 1
    assert file.verdict in ("rejected", "unreadable", "partially_accepted")
    first = file.findings[0]
    assert (first.code, first.location) == (code, place)


@pytest.mark.parametrize("command", [("translate", "--to", "x12"), ("view",)])
@pytest.mark.parametrize("name", ["objects 10,000 deep", "half a character", "a NUL in a flat file"])
def test_no_command_writes_anything_for_it(tmp_path: Path, command: tuple[str, ...], name: str) -> None:
    ran = run(*command, saved(tmp_path, CASES[name][0]))
    assert (ran.code, ran.out) == (1, b"")
    assert " error " in ran.err
