"""The words of ours in the details of a finding, in Chinese: each is found by the template that made it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from gateway.codes import CATALOGUE
from gateway.findings import KEPT_VALUE_LENGTH, Finding, shown
from gateway.transports.folder.chinese import CHINESE, sentences_exchange, sentences_files, sentences_values
from gateway.transports.folder.chinese import sentences_x12 as x12
from gateway.transports.folder.chinese.spoken import LISTED, MIXED, SPOKEN

__all__ = ["ELSEWHERE", "NOTHING", "PHRASES", "details_in_chinese", "in_chinese"]

ELSEWHERE = "（原因详见 `gateway messages show`）"  # for words that are not ours, such as those of a library
NOTHING = "空值"
PHRASES: Mapping[str, str] = (
    sentences_exchange.PHRASES | sentences_files.PHRASES | sentences_values.PHRASES | x12.PHRASES
)
"""English templates and Chinese ones. What fills `{name}` stands as it is, what fills `{name_words}` must be
a phrase itself, `{a_name}` has no blanks and `{count}` is a number; a Chinese template may leave some out."""

LEAST_LITERAL = 8  # of a message: a template with less of its own would fit anything
_HOLE = re.compile(r"\{([a-z0-9_]+)\}")
OF_THE_FILE = frozenset({"value", "other", "side"})  # but for these words
OWN_WORDS = frozenset(
    {"nothing", "us", "a file", "a record", "a list", "the envelope", "a text", "text", "a number"}
    | {"a whole number", "a decimal number", "true or false"}
)
OF_OTHERS = "written-not-valid"  # tells the messages of other findings
_MORE = re.compile(r" and ([0-9,]+) more\Z")
_WORDS = "_words"


class _Template(NamedTuple):
    fits: re.Pattern[str]
    chinese: str
    spoken: frozenset[str]  # what must be a phrase itself


def details_in_chinese(finding: Finding) -> dict[str, str]:
    """What fills the Chinese message of a finding in place of the words of the English one."""
    told = {"value": NOTHING} if finding.value is None else {}
    held = {**dict(finding.details), **({} if finding.value is None else {"value": finding.value})}
    for name in held.keys() & set(SPOKEN.get(finding.code, ())):
        told[name] = _told(finding.code, held[name])
    for name in held.keys() & set(MIXED.get(finding.code, ())):
        if name not in OF_THE_FILE or held[name] in OWN_WORDS:
            told[name] = in_chinese(held[name]) or held[name]
    for name in held.keys() & set(LISTED.get(finding.code, ())):
        told[name] = _MORE.sub(r" 等（另有 \1 项）", held[name]).replace(" and ", "、")
    return {name: text if name != "value" else shown(text) for name, text in told.items()}


def _told(code: str, text: str) -> str:
    """What always is words of ours; where it is not, a single word is a name, and more are left out."""
    told = in_chinese(text) if code != OF_OTHERS else in_chinese(text) or _messages_in_chinese(text)
    return told or (ELSEWHERE if " " in text.strip() else text)


def in_chinese(text: str) -> str | None:
    """The Chinese for words of ours; None for all else."""
    return None if len(text) > KEPT_VALUE_LENGTH else _phrase(text, _phrases())


def _messages_in_chinese(text: str) -> str | None:
    """The messages of other findings, and the row of the table that they are about."""
    body, row = text, ""
    if text.endswith(")") and " (row " in text:
        body, _, row = text[:-1].rpartition(" (row ")
    told = [_phrase(each, _messages()) for each in body[:KEPT_VALUE_LENGTH].split("; ")]
    if None in told:
        return None
    return "；".join(each or "" for each in told) + (f"（第 {row} 行）" if row else "")


def _phrase(text: str, templates: tuple[_Template, ...]) -> str | None:
    """By the first template that fits, those with the most words of their own first."""
    for template in templates:
        match = template.fits.fullmatch(text)
        if match is not None:
            held = match.groupdict()
            for name in template.spoken & held.keys():
                chinese = in_chinese(held[name])
                if chinese is None:
                    break
                held[name] = chinese
            else:
                return template.chinese.format_map(held)
    return None


@cache
def _phrases() -> tuple[_Template, ...]:
    return tuple(
        _template(english, chinese, frozenset(name for name in _HOLE.findall(english) if _is_words(name)))
        for english, chinese in sorted(PHRASES.items(), key=lambda each: -_literal(each[0]))
    )


@cache
def _messages() -> tuple[_Template, ...]:
    """The messages of all findings: one may tell of others, as when something written is refused."""
    return tuple(
        _template(message, CHINESE[code].message, frozenset(SPOKEN.get(code, ())))
        for code, message in sorted(_catalogued(), key=lambda each: -_literal(each[1]))
    )


def _catalogued() -> Iterator[tuple[str, str]]:
    for code in CHINESE:
        if _literal(CATALOGUE[code].message) >= LEAST_LITERAL:
            yield code, CATALOGUE[code].message


def _template(english: str, chinese: str, spoken: frozenset[str]) -> _Template:
    parts = _HOLE.split(english)
    pattern = "".join(
        f"(?P<{part}>{_filling(part)})" if index % 2 else re.escape(part) for index, part in enumerate(parts)
    )
    return _Template(re.compile(pattern, re.DOTALL), chinese, spoken)


def _filling(name: str) -> str:
    if name == "count":
        return "[0-9,]+"
    return r"\S+" if name.endswith("_name") and name != "loop_name" else ".*?"


def _literal(english: str) -> int:
    return len(_HOLE.sub("", english))


def _is_words(name: str) -> bool:
    return name.endswith(_WORDS)
