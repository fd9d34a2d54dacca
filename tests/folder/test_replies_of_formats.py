"""What is told beside a faulty file of each format: where it is wrong, and what to do about it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from typing import NamedTuple

import pytest
from lxml import etree

from gateway.agreements.channel import Language, Replies, ReplyForm
from gateway.codes import CATALOGUE
from gateway.findings import Finding
from gateway.formats.detect import Format
from gateway.transports.folder.chinese import CHINESE
from gateway.transports.folder.replies import reply
from tests.pipeline.knowledge import ROOT, example, judged, received

ORDERS = ROOT / "tests/golden/purchase-order"
ENGLISH = re.compile(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}")


class Faulty(NamedTuple):
    """A file with one thing put wrong: `old` was there and `new` is, at the place that is to be told."""

    form: Format
    data: bytes
    old: bytes
    new: bytes
    code: str

    def findings(self) -> Sequence[Finding]:
        data = self.data.replace(self.old, self.new, 1)
        assert data != self.data
        if self.form is Format.X12:
            return judged(data).report("file").findings
        return received(data, form=self.form).report.findings

    @property
    def line(self) -> int:
        """The line of the file, or the segment."""
        before = self.data[: self.data.index(self.old)]
        return before.count(b"~" if self.form is Format.X12 else b"\n") + 1


X12 = Faulty(Format.X12, example("purchase-orders.850"), b"*CA*42.5", b"*CA*x2.5", "element-character")
FILES = {
    "x12": X12,
    "csv": Faulty(Format.CSV, example("invoice.csv"), b",36,EA,", b",a lot,EA,", "mapping-value"),
    "fixed": Faulty(
        Format.FIXED,
        (ORDERS / "fixed-erp/source.fixed").read_bytes(),
        b"0000000048000",
        b"00000000x8000",
        "fixed-field",
    ),
    "xml": Faulty(
        Format.XML,
        (ORDERS / "xml-erp/source.xml").read_bytes(),
        b'unit="each">24<',
        b'unit="each">2x4<',
        "xml-value",
    ),
}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", FILES)
def test_an_err_tells_where_and_what_to_do_in_every_form(name: str, language: Language) -> None:
    faulty = FILES[name]
    findings = faulty.findings()
    remedy = (CATALOGUE if language is Language.ENGLISH else CHINESE)[faulty.code].remedy
    where = "segment" if faulty.form is Format.X12 else "line"

    taken, made = reply(name, "m1", findings, Replies(ReplyForm.CSV, language))
    assert not taken
    rows = list(csv.DictReader(io.StringIO(made.decode("utf-8-sig"), newline="")))
    told = {row["code"]: row for row in rows}[faulty.code]
    assert (told[where], told["remedy"]) == (str(faulty.line), remedy)
    assert all(row["line"] or row["segment"] for row in rows if row["severity"] == "error")

    root = etree.fromstring(reply(name, "m1", findings, Replies(ReplyForm.XML, language))[1])
    (finding,) = (each for each in root if each.get("code") == faulty.code)
    assert (finding.get(where), finding.findtext("remedy")) == (str(faulty.line), remedy)

    text = reply(name, "m1", findings, Replies(language=language))[1].decode()
    words = {"line": ("line {}", "第 {} 行"), "segment": ("segment {}", "第 {} 段")}[where]
    shown = words[language is Language.CHINESE].format(faulty.line)
    head = next(line for line in text.splitlines() if line.endswith(f"({faulty.code})"))
    assert shown in head
    assert remedy in text
    if language is Language.CHINESE:
        assert not ENGLISH.search(text), text
