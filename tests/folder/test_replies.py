"""Replies: every code in both languages, with the same placeholders, and each form readable by a program."""

from __future__ import annotations

import csv
import io
import string

import pytest
from lxml import etree

from gateway.agreements.channel import Language, Replies, ReplyForm
from gateway.codes import CATALOGUE, FAMILIES, Severity
from gateway.findings import Location, found
from gateway.transports.folder.chinese import CHINESE
from gateway.transports.folder.replies import WORDS, reply

ELSEWHERE = {code.code for family, codes in FAMILIES if family == "Spreadsheets of tables" for code in codes}
HOSTILE = "=<&'\"\n\x00\x1b]]>"
MISSING = found("fixed-field-missing", Location(line=7, column=3), field="数量")


def placeholders(template: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def test_every_code_that_can_befall_a_file_has_both_languages() -> None:
    assert set(CHINESE) == set(CATALOGUE) - ELSEWHERE


@pytest.mark.parametrize("code", sorted(CHINESE))
def test_the_chinese_text_says_what_the_english_says(code: str) -> None:
    english, chinese = CATALOGUE[code], CHINESE[code]
    assert placeholders(chinese.message) == placeholders(english.message)
    assert {name for name in english.remedy.split("`")[1::2] if name.startswith("gateway ")} <= set(
        chinese.remedy.split("`")[1::2]
    )
    for text in chinese:
        assert any("\u4e00" <= each <= "\u9fff" for each in text) or text.startswith("{")


def test_the_fixed_words_have_both_languages() -> None:
    assert set(WORDS) == set(Language)
    assert all(set(words.severities) == set(Severity) for words in WORDS.values())


def test_a_text_tells_line_fault_and_remedy() -> None:
    taken, made = reply("po.txt", "m1", [MISSING], Replies())
    assert not taken
    assert made.decode() == (
        "po.txt: refused\r\nmessage: m1\r\n\r\n"
        "[error] line 7: Mandatory field is blank (fixed-field-missing)\r\n"
        "  line 7, column 3: 数量 is blank\r\n  What to do: Fill the field.\r\n"
    )


def test_a_text_in_chinese() -> None:
    _, made = reply("po.txt", "m1", [MISSING], Replies(language=Language.CHINESE))
    text = made.decode()
    assert "[错误] 第 7 行: 必填字段为空 (fixed-field-missing)" in text
    assert "第 7 行第 3 列：数量 为空" in text
    assert "处理办法: 请填写该字段。" in text


def test_without_an_error_the_file_was_taken() -> None:
    taken, made = reply("po.txt", "m1", [found("no-documents")], Replies())
    assert taken
    assert made.startswith(b"po.txt: taken\r\nmessage: m1\r\n")


@pytest.mark.parametrize("language", Language)
def test_a_csv_is_read_by_programs_and_runs_nothing(language: Language) -> None:
    hostile = found("xml-value", Location(xpath=HOSTILE), HOSTILE, form=HOSTILE)
    replies = Replies(form=ReplyForm.CSV, language=language)
    _, made = reply("po.csv", "m1", [MISSING, hostile], replies)
    rows = list(csv.DictReader(io.StringIO(made.decode("utf-8-sig"), newline="")))
    assert [(row["message"], row["line"], row["code"]) for row in rows] == [
        ("m1", "7", "fixed-field-missing"),
        ("m1", "", "xml-value"),
    ]
    assert not any(cell.startswith("=") for row in rows for cell in row.values())


@pytest.mark.parametrize("language", Language)
def test_an_xml_is_well_formed_whatever_the_file_says(language: Language) -> None:
    hostile = found("xml-value", Location(xpath=HOSTILE, line=4), HOSTILE, form=HOSTILE)
    replies = Replies(form=ReplyForm.XML, language=language)
    root = etree.fromstring(reply(HOSTILE + "\udc80", "m1", [hostile], replies)[1])
    assert (root.get("result"), root.get("message"), root[0].get("line")) == ("err", "m1", "4")
    assert [child.tag for child in root[0]] == ["title", "problem", "remedy"]


def test_a_csv_without_findings_has_one_row() -> None:
    _, made = reply("po.csv", "m1", [], Replies(form=ReplyForm.CSV))
    assert len(made.splitlines()) == 2
