"""Whether the places of findings lie in the document that they are about."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from gateway.findings import KEPT_VALUE_LENGTH, Location
from gateway.formats import json
from gateway.formats.json import Json
from gateway.formats.json_pointer import parts_of
from gateway.formats.xml import local_name, parse
from gateway.pipeline.told import MAX_FINDINGS
from gateway.report import FileReport, Verdict
from tests.soak.promise import expect

__all__ = ["Judge", "expect_bounded", "in_bytes", "in_json", "in_lines", "in_xml"]

MOST_MESSAGE = 8_000  # characters; a message repeats at most a few values and places of a limited length
MOST_OF_FILE = 100  # findings that are told beyond the limit: those that end the reading
MOST_BASE = 200_000  # characters that a report may have of any file
MOST_FOR_BYTE = 2_000  # and for each byte of it: one finding in full
LONGEST_RECORD = 2_000  # of the shipped layouts, in characters: a short record is told where it should end

Judge = Callable[[Location], str]
"""Says of a place what is wrong with it, "" when it lies in the document."""


def expect_bounded(report: FileReport, data: bytes, judge: Judge) -> None:
    """Each finding can be told, stands in the document, and there is an end to them."""
    expect(len(report.findings) <= MAX_FINDINGS + MOST_OF_FILE, "findings have an end", len(report.findings))
    said = 0
    for finding in report.findings:
        expect(bool(finding.message and finding.remedy), "a finding says what and how", finding)
        expect(len(finding.message) <= MOST_MESSAGE, "a message has an end", finding.code)
        expect(len(finding.value or "") <= KEPT_VALUE_LENGTH, "a value has an end", finding.code)
        said += len(finding.message) + len(str(finding.location))
        wrong = _common(finding.location) or judge(finding.location)
        expect(not wrong, "a finding stands in the document", f"{wrong}: {finding}")
    expect(said <= MOST_BASE + MOST_FOR_BYTE * len(data), "a report has an end", said)
    faulty = report.verdict in (Verdict.UNREADABLE, Verdict.REJECTED)
    expect(not faulty or bool(report.findings), "a refusal has a reason", report.verdict)


def _common(place: Location) -> str:
    counts = ("interchange", "group", "set", "segment", "segment_in_set", "line", "column", "element")
    for name in counts:
        count = getattr(place, name)
        if count is not None and count < (0 if name == "element" else 1):
            return f"{name} {count}"
    if place.field is not None and not place.field.startswith("/") and place.field:
        return f"field {place.field}"
    return ""


def in_bytes(data: bytes) -> Judge:
    """For X12: bytes and segments."""
    terminators = len(data)

    def judge(place: Location) -> str:
        if place.byte is not None and not 0 <= place.byte <= len(data):
            return f"byte {place.byte} of {len(data)}"
        if place.segment is not None and place.segment > terminators + 1:
            return f"segment {place.segment}"
        if place.segment_in_set is not None and place.segment is not None:
            late = place.segment_in_set > place.segment + 1
            return f"segment {place.segment_in_set} of a set" if late else ""
        return ""

    return judge


def in_lines(data: bytes) -> Judge:
    """For flat files: lines and columns. What is missing at the end stands one line further."""
    lines = data.count(b"\n") + data.count(b"\r") + 2
    longest = max(map(len, data.splitlines()), default=0)

    def judge(place: Location) -> str:
        if place.line is not None and place.line > lines:
            return f"line {place.line} of {lines}"
        if place.column is not None and place.column > max(longest, LONGEST_RECORD) + 1:
            return f"column {place.column}"
        return ""

    return judge


def in_json(data: bytes) -> Judge:
    """For JSON: pointers, of which the last steps may name what is missing."""
    tree, _ = json.parse(data)

    def judge(place: Location) -> str:
        if place.byte is not None and not 0 <= place.byte <= len(data):
            return f"byte {place.byte}"
        if place.line is not None and place.line > data.count(b"\n") + data.count(b"\r") + 1:
            return f"line {place.line}"
        return _lost(tree, place.pointer) if place.pointer and tree is not None else ""

    return judge


def _lost(tree: Json, pointer: str) -> str:
    held = tree
    for part in parts_of(pointer):
        if isinstance(held, dict):
            if part not in held:
                return ""  # missing, or cut in the pointer
            held = held[part]
        elif isinstance(held, list):
            if not part.isdecimal() or int(part) >= len(held):
                return f"{pointer} leads beyond a list of {len(held)}"
            held = held[int(part)]
        else:
            return f"{pointer} leads into a value"
    return ""


def in_xml(data: bytes) -> Judge:
    """For XML: lines and XPaths, of which the last steps may name what is missing."""
    root, _ = parse(data)
    lines = data.count(b"\n") + data.count(b"\r") + 1

    def judge(place: Location) -> str:
        if place.byte is not None and not 0 <= place.byte <= len(data):
            return f"byte {place.byte}"
        if place.line is not None and place.line > lines:
            return f"line {place.line} of {lines}"
        return _astray(root, place.xpath) if place.xpath is not None and root is not None else ""

    return judge


def _astray(root: etree._Element, xpath: str) -> str:
    steps = xpath.split("/")[1:]
    if not steps or steps[0] != local_name(root):
        return f"{xpath} does not begin at the root"
    node = root
    for step in steps[1:]:
        name, _, position = step.partition("[")
        number = int(position.removesuffix("]")) if position else 1
        same = [child for child in node if local_name(child) == name]
        if not same or name.startswith("@"):
            return "" if number == 1 else f"{xpath} counts what is not there"
        if number > len(same) + 1:
            return f"{xpath} counts beyond {len(same)}"
        if number > len(same):
            return ""
        node = same[number - 1]
    return ""
