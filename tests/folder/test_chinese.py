"""Replies in Chinese say nothing in English: no sentence of ours in a detail is without its Chinese."""

from __future__ import annotations

import json
import re
import string

import pytest
from lxml import etree

from gateway.agreements.channel import Language
from gateway.codes import CATALOGUE
from gateway.documents.purchase_order import PurchaseOrder
from gateway.findings import NOWHERE, Location, found
from gateway.pipeline.written import not_valid
from gateway.transports.folder.chinese import CHINESE
from gateway.transports.folder.chinese.phrases import ELSEWHERE, NOTHING, PHRASES, in_chinese
from gateway.transports.folder.chinese.spoken import LISTED, MIXED, SPOKEN
from gateway.transports.folder.replies import tell
from tests.folder.spoken import ROOT, Spoken, every, of_module

ENGLISH = re.compile(r"[a-z]{2,} [a-z]{2,}")
NAMES_ALONE = {"UPC", "EAN", "GTIN", "GLN", "ISBN", "SCAC", "a {kind_name}", "{size} MiB"}  # alike in both
NEUTRAL = frozenset(
    """
    actual missing agreement agreements allowed before channel charset column count counted crossref
    crossrow day delivered earlier element end errors expected exponent field first format found
    gs06 isa13 kind layout layouts length limit list listed loop_name max min name names notes
    number order ordered other packed pair parameter place receiver record release row rule second
    sender sent set setting spot st02 start statement table text used value warnings word
    """.split()  # noqa: SIM905 - a list of strings would take a line for each
)
"""Placeholders that hold names, numbers, places or text of the file, where no table says otherwise."""


def unsaid(spoken: Spoken) -> bool:
    told = (*SPOKEN.get(spoken.code or "", ()), *MIXED.get(spoken.code or "", ()))
    if spoken.code is not None and spoken.detail not in (*told, *LISTED.get(spoken.code, ())):
        return True
    return not any(in_chinese(text) for text in spoken.texts)


def problem(code: str, place: Location = NOWHERE, value: str | None = None, **details: object) -> str:
    return tell(found(code, place, value, severity=None, **details), Language.CHINESE).problem


def test_no_words_of_ours_are_without_chinese() -> None:
    said = list(every())
    assert len(said) > 150
    assert [each for each in said if unsaid(each)] == []


@pytest.mark.parametrize(
    "planted",
    [
        "found('hl-id', problem='it is quite another thing')",
        "found('fixed-short', record='it is missing')",
        "def f():\n    found('x')\n    problem = f'{x} is quite another thing'",
        "refuse(value, f'it is another thing than {x}')",
    ],
)
def test_a_new_sentence_is_seen(planted: str) -> None:
    assert any(unsaid(each) for each in of_module("planted.py", planted))


def test_the_forms_of_our_schemas_have_chinese() -> None:
    common = etree.parse(ROOT / "schemas/xml/common.xsd")
    spaces = {"xs": "http://www.w3.org/2001/XMLSchema"}
    said = common.xpath("//xs:simpleType//xs:documentation/text()", namespaces=spaces)
    assert isinstance(said, list)
    forms = [str(each) for each in said]
    for folder, key in (("spapi", "title"), ("canonical", "description")):
        for path in (ROOT / "schemas" / folder).glob("*.json"):
            forms += _forms(json.loads(path.read_text()), key)
    assert len(set(forms)) > 8
    assert [each for each in sorted(set(forms)) if in_chinese(" ".join(each.split())) is None] == []


def _forms(tree: object, key: str) -> list[str]:
    """What a schema says of texts of a pattern."""
    if isinstance(tree, list):
        return [form for each in tree for form in _forms(each, key)]
    if not isinstance(tree, dict):
        return []
    inner = [form for each in tree.values() for form in _forms(each, key)]
    return [*inner, tree[key]] if "pattern" in tree and key in tree else inner


@pytest.mark.parametrize("code", sorted(CHINESE))
def test_every_detail_is_known_to_be_words_or_none(code: str) -> None:
    message = CATALOGUE[code].message
    names = {name for _, name, _, _ in string.Formatter().parse(message) if name is not None}
    spoken = {*SPOKEN.get(code, ()), *MIXED.get(code, ()), *LISTED.get(code, ())}
    assert names - spoken <= NEUTRAL
    assert spoken <= names


@pytest.mark.parametrize("english", sorted(PHRASES))
def test_a_phrase_is_chinese_and_fills_what_the_english_has(english: str) -> None:
    holes = re.compile(r"\{([a-z0-9_]+)\}")
    chinese = PHRASES[english]
    assert set(holes.findall(chinese)) <= set(holes.findall(english))
    assert english in NAMES_ALONE or any("\u4e00" <= each <= "\u9fff" for each in chinese)
    assert not ENGLISH.search(holes.sub("", chinese))


def test_the_words_of_a_detail_are_told_with_what_fills_them() -> None:
    place = Location(line=3, column=5)
    text = problem("fixed-field", place, "99", field="HDR.date", reason="a date is written as CCYYMMDD")
    assert text == "第 3 行第 5 列：HDR.date 中的 99：日期应写作 CCYYMMDD"
    rule = problem(
        "element-conditional-missing", name="Unit", rule="P0304 wants PO103, PO104 together or not at all"
    )
    assert rule.endswith("P0304 要求 PO103, PO104 同时出现或都不出现")
    assert NOTHING in problem("st02-duplicate")


def test_words_of_a_library_are_left_out_and_names_stay() -> None:
    syntax = problem("xml-syntax", Location(line=2), problem="Char 0x0 out of allowed range")
    assert syntax.endswith(ELSEWHERE)
    assert "required allowed range" not in syntax
    assert "{1}[A-Z]" in problem("json-pattern", Location(pointer="/a"), "x", form="{1}[A-Z]")


def test_what_stands_in_the_file_is_not_translated() -> None:
    assert "a box 12 rows" in problem("rows-differ", Location(line=2), "b", column="c", other="a box 12 rows")
    assert NOTHING in problem("rows-differ", Location(line=2), "b", column="c", other="nothing")


def test_a_refused_target_is_told_fault_by_fault() -> None:
    faults = (
        found(
            "xml-value",
            Location(xpath="/order/price"),
            "x",
            form="a decimal number with a point, such as 12.50",
        ),
        found("element-missing", Location(tag="PO1", element=4), name="Unit Price"),
    )
    told = tell(not_valid("XML", *faults, row="xml-order.yaml:9"), Language.CHINESE).problem
    assert "/order/price 处的 x 不是 带小数点的十进制数字，如 12.50；缺少 PO104（Unit Price）" in told
    assert told.endswith("（第 xml-order.yaml:9 行）")
    strange = found("written-not-valid", format="X12", problem="the tag cannot stand; choose another")
    assert ELSEWHERE in tell(strange, Language.CHINESE).problem


def test_a_hostile_detail_costs_little() -> None:
    hostile = " holds , with characters; at least are needed" * 40
    assert in_chinese(hostile) is None
    assert ELSEWHERE in problem("written-not-valid", format=PurchaseOrder.__name__, problem=hostile)
