"""How reports look: as JSON for programs, as text for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

import msgspec
import typer

from gateway.cli.screen import Screen, printable, tied
from gateway.findings import Finding, Location, Severity
from gateway.formats.detect import Format
from gateway.report import FileReport, SetReport, Verdict

TOLD = 12  # columns before the words of a finding, so that the eye finds the codes
SEVERITY_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "dim"}
VERDICT_STYLES = {
    Verdict.ACCEPTED: "bold green",
    Verdict.ACCEPTED_WITH_ERRORS: "yellow",
    Verdict.PARTIALLY_ACCEPTED: "bold yellow",
    Verdict.REJECTED: "bold red",
    Verdict.NO_DEFINITION: "bold red",
    Verdict.UNREADABLE: "bold red",
}


X12_SET_KEYS = ("interchange", "group", "set", "type", "version", "isa13", "gs06", "st02", "verdict")


def report_json(
    reports: Sequence[FileReport], remark: str = "", more: Sequence[Mapping[str, object]] = ()
) -> str:
    """The report of `--json`: one object with `files`, and `remark` when there is one about the run.

    `more`: keys to add, for each of the files.
    """
    # In ASCII: a terminal must not obey what a document holds, and any terminal can show it.
    told = {"remark": remark} if remark else {}
    files = [_file(report) for report in reports]
    if more:
        files = [file | dict(keys) for file, keys in zip(files, more, strict=True)]
    return json.dumps({"files": files, **told}, indent=2)


def finding_json(finding: Finding) -> dict[str, object]:
    """One finding as the JSON reports show it."""
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "remedy": finding.remedy,
        "location": msgspec.to_builtins(finding.location),
    }


def _file(report: FileReport) -> dict[str, object]:
    return {
        "file": report.file,
        "format": report.format,
        "verdict": report.verdict.value,
        "complete": report.complete,
        "sets": [_set(each, report.format) for each in report.sets],
        "findings": [finding_json(finding) for finding in report.findings],
    }


def _set(each: SetReport, form: str) -> dict[str, object]:
    """A set with the keys of its format: those of the envelopes for X12, else the number of a document."""
    if form == Format.X12:
        return {name: getattr(each, name) for name in X12_SET_KEYS}
    number = {"number": each.number} if each.number else {}
    return {"set": each.set, "type": each.type, **number, "verdict": each.verdict}


def print_report(screen: Screen, report: FileReport) -> None:
    """One file: its verdict, its sets, and every finding with its place and remedy."""
    screen.line(
        (tied(printable(report.file)), "bold"),
        f"  {report.format}  ",
        (_words(report.verdict), VERDICT_STYLES[report.verdict]),
        "" if report.complete else "  (stopped early: not everything was looked at)",
        hang=4,
    )
    for each in report.sets:
        _print_set(screen, each)
    print_findings(screen, report.findings)


def print_findings(screen: Screen, findings: Iterable[Finding]) -> None:
    """Findings, each with its place and what to do."""
    for finding in findings:
        screen.line(
            "    ",
            (f"{finding.severity.value:<8}", SEVERITY_STYLES[finding.severity]),
            (f"{finding.code}  ", "bold"),
            (", ".join(tied(part) for part in _parts(finding.location)), "cyan"),
            hang=TOLD,
        )
        screen.line(" " * TOLD, finding.message, hang=TOLD)
        screen.line((" " * TOLD + finding.remedy, "dim"), hang=TOLD)


def where(location: Location) -> str:
    """The full address of a finding in a few words."""
    return ", ".join(_parts(location))


def _parts(location: Location) -> list[str]:
    parts = []
    if location.isa13 is not None:
        parts.append(f"interchange {location.isa13}")
    if location.gs06 is not None:
        parts.append(f"group {location.gs06}")
    if location.st02 is not None:
        parts.append(f"set {location.st02}")
    elif location.set is not None:
        parts.append(f"document {location.set}")
    if location.segment is not None:
        within = "" if location.segment_in_set is None else f" ({location.segment_in_set} in the set)"
        parts.append(f"segment {location.segment}{within}")
    if location.loop:
        parts.append(f"loop {location.loop}")
    named = (location.tag or None, location.pointer, location.line, location.xpath)
    if not parts or any(name is not None for name in named):
        parts.append(location.place)
    if location.field and parts[-1] != location.field:
        parts.append(location.field)
    return [printable(part) for part in parts]


def _print_set(screen: Screen, each: SetReport) -> None:
    screen.line(
        tied(printable(f"  {_name(each)}")),
        f"  {each.version}  " if each.version else "  ",
        (_words(each.verdict), VERDICT_STYLES[each.verdict]),
        hang=4,
    )


def _name(each: SetReport) -> str:
    """`850 0001` of a transaction set, `Invoice INV-20871` of another document, else its place."""
    return f"{each.type or 'document'} {each.st02 or each.number or each.set}"


def _words(verdict: Verdict) -> str:
    return verdict.value.replace("_", " ")


def mistakes_json(mistakes: Iterable[tuple[str, int, str]]) -> dict[str, object]:
    """Mistakes of data files as the JSON reports show them."""
    return {"mistakes": [{"file": file, "line": line, "mistake": text} for file, line, text in mistakes]}


def print_mistakes(mistakes: Iterable[tuple[str, int, str]]) -> None:
    """Mistakes of data files, each with its file and line."""
    for file, line, text in mistakes:
        typer.echo(printable(f"{file}:{line}: {text}"))
