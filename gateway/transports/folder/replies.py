"""The text of a reply beside a file, NAME.ok or NAME.err: as text, CSV or XML, in English or Chinese."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from gateway.agreements.channel import Language, Replies, ReplyForm
from gateway.codes import CATALOGUE
from gateway.findings import NOWHERE, Finding, Location, has_errors
from gateway.transports.folder.chinese import CHINESE
from gateway.transports.folder.chinese.phrases import details_in_chinese

UNPRINTABLE_IN_XML = {each: "?" for each in range(32) if chr(each) not in "\t\n\r"}
BYTE_ORDER_MARK = "\ufeff"  # spreadsheet programs take a CSV without it for their own character set
COLUMNS = ("message", "result", "severity", "code", "line", "column", "segment", "place", "problem", "remedy")
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet program would run instead of showing


class Words(NamedTuple):
    """The fixed words of a reply in one language."""

    accepted: str
    refused: str
    message: str
    line: str
    segment: str
    remedy: str
    severities: dict[str, str]


WORDS = {
    Language.ENGLISH: Words(
        "taken",
        "refused",
        "message",
        "line {}",
        "{}, segment {}",
        "What to do",
        {"error": "error", "warning": "warning", "note": "note"},
    ),
    Language.CHINESE: Words(
        "已接收",
        "已拒绝",
        "报文编号",
        "第 {} 行",
        "{}（第 {} 段）",
        "处理办法",
        {"error": "错误", "warning": "警告", "note": "提示"},
    ),
}


class Told(NamedTuple):
    """One finding in the words of a language. `line` and `column` count from 1, as does `segment` in X12."""

    severity: str
    code: str
    line: int | None
    column: int | None
    segment: int | None
    place: str
    title: str
    problem: str
    remedy: str


def reply(name: str, message: str, findings: Sequence[Finding], replies: Replies) -> tuple[bool, bytes]:
    """Whether the file of this name was taken, and the bytes of its reply. Without an error among the
    findings it is; `message` is the id it is asked about by."""
    taken = not has_errors(findings)
    told = [tell(finding, replies.language) for finding in findings]
    write = {ReplyForm.TEXT: _text, ReplyForm.CSV: _csv, ReplyForm.XML: _xml}[replies.form]
    return taken, write(name, message, taken, told, WORDS[replies.language]).encode()


def tell(finding: Finding, language: Language) -> Told:
    """The finding in this language, with the words of ours in its details."""
    code, place = CATALOGUE[finding.code], finding.location
    if language is Language.ENGLISH:
        where, title, remedy, problem = place.place, code.title, code.remedy, finding.message
    else:
        where, words = _chinese_place(place), CHINESE[finding.code]
        title, remedy = words.title, words.remedy
        problem = finding.told(words.message, where, details_in_chinese(finding))
    at = (place.line, place.column, place.segment)
    return Told(finding.severity.value, finding.code, *at, where, title, problem, remedy)


def _chinese_place(place: Location) -> str:
    """A line and column in Chinese words; names of elements and paths are alike in both languages."""
    if place.place in (NOWHERE.place, Location(pointer="").place):
        return "整个文件"
    if place.line is None or place.tag or place.pointer is not None or place.cell is not None:
        return place.place
    line = f"第 {place.line} 行" + (f"第 {place.column} 列" if place.column is not None else "")
    if place.xpath is not None:
        return f"{place.xpath}（{line}）"
    return f"{place.file}，{line}" if place.file is not None else line


def _text(name: str, message: str, taken: bool, told: Sequence[Told], words: Words) -> str:
    lines = [f"{name}: {words.accepted if taken else words.refused}", f"{words.message}: {message}"]
    for each in told:
        at = each.place if each.line is None else words.line.format(each.line)
        if each.segment is not None:
            at = words.segment.format(each.place, each.segment)
        lines += ["", f"[{words.severities[each.severity]}] {at}: {each.title} ({each.code})"]
        lines += [f"  {each.problem}", f"  {words.remedy}: {each.remedy}"]
    return "\r\n".join(lines) + "\r\n"


def _csv(name: str, message: str, taken: bool, told: Sequence[Told], words: Words) -> str:
    made = io.StringIO()
    rows = csv.writer(made)
    rows.writerow(COLUMNS)
    result = "ok" if taken else "err"
    for each in told:
        at = ("" if number is None else str(number) for number in (each.line, each.column, each.segment))
        cells = (message, result, each.severity, each.code, *at)
        rows.writerow((*cells, *(_harmless(text) for text in (each.place, each.problem, each.remedy))))
    if not told:
        rows.writerow((message, result, "", "", "", "", "", "", words.accepted, ""))
    return BYTE_ORDER_MARK + made.getvalue()


def _harmless(text: str) -> str:
    return "'" + text if text.startswith(FORMULA) else text


def _xml(name: str, message: str, taken: bool, told: Sequence[Told], words: Words) -> str:
    result = "ok" if taken else "err"
    head = f"<reply file={_attribute(name)} message={_attribute(message)} result={quoteattr(result)}>"
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', head]
    for each in told:
        where = "".join(
            f' {name}="{number}"'
            for name, number in (("line", each.line), ("column", each.column), ("segment", each.segment))
            if number is not None
        )
        lines.append(
            f'  <finding severity="{each.severity}" code="{each.code}"{where} place={_attribute(each.place)}>'
        )
        lines += [f"    <{tag}>{_content(text)}</{tag}>" for tag, text in _parts(each)]
        lines.append("  </finding>")
    return "\n".join([*lines, "</reply>", ""])


def _parts(each: Told) -> tuple[tuple[str, str], ...]:
    return ("title", each.title), ("problem", each.problem), ("remedy", each.remedy)


def _content(text: str) -> str:
    return escape(_allowed(text))


def _attribute(text: str) -> str:
    return quoteattr(_allowed(text))


def _allowed(text: str) -> str:
    return text.translate(UNPRINTABLE_IN_XML).encode("utf-8", "replace").decode()
