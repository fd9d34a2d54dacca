"""The examples of XML in `docs/formats.md` are read as told there; the limits are those of the code."""

from __future__ import annotations

import re

from gateway.formats import xml, xml_schema, xml_text
from gateway.formats.detect import Format
from tests.docs.pages import DOCS
from tests.golden.cases import written
from tests.pipeline.knowledge import received

PAGE = (DOCS / "formats.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```xml\n(.*?)```", PAGE, re.DOTALL)


def test_the_good_example_is_accepted_and_written_as_it_stands() -> None:
    made = received(EXAMPLES[0].encode())
    assert made.report.findings == ()
    assert written([each.document for each in made.documents], Format.XML).data == EXAMPLES[0].encode()


def test_the_faulty_example_has_the_faults_that_are_shown() -> None:
    shown = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)[-1].splitlines()
    told = received(EXAMPLES[1].encode()).report.findings
    assert [f"{each.code}  {each.location.place}" for each in told] == shown


def test_the_limits_are_those_of_the_code() -> None:
    rows = dict(re.findall(r"^\| ([a-z ]+) \| ([0-9,]+(?: MiB)?) \|$", PAGE, re.MULTILINE))
    assert rows == {
        "bytes of a file": f"{xml_text.MAX_XML_BYTES // 2**20} MiB",
        "tags and attributes": f"{xml_text.MAX_XML_MARKS:,}",
        "attributes of one element": f"{xml_text.MAX_XML_ATTRIBUTES:,}",
        "elements within each other": f"{xml.MAX_XML_DEPTH:,}",
        "characters of one text": f"{xml.MAX_XML_TEXT:,}",
        "faults told of one document": f"{xml_schema.MAX_XML_VIOLATIONS:,}",
    }


def test_the_character_sets_are_those_of_the_code() -> None:
    (row,) = re.findall(r"^\| character set \| (.*?), as the first line says", PAGE, re.MULTILINE)
    assert {name.lower() for name in row.split(", ")} == set(xml_text.CHARSETS)
