"""How reports look: as JSON for programs, as text for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import msgspec
import typer
from rich.console import Console
from rich.text import Text

from gateway.findings import Finding, Location, Severity
from gateway.report import FileReport, SetReport, Verdict

SEVERITY_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "dim"}
VERDICT_STYLES = {
    Verdict.ACCEPTED: "bold green",
    Verdict.ACCEPTED_WITH_ERRORS: "yellow",
    Verdict.PARTIALLY_ACCEPTED: "bold yellow",
    Verdict.REJECTED: "bold red",
    Verdict.NO_DEFINITION: "bold red",
    Verdict.UNREADABLE: "bold red",
}


def terminal(*, stderr: bool = False) -> Console:
    """Standard output or error, where text is text: no markup, no emoji, no guessed colours."""
    return Console(stderr=stderr, markup=False, highlight=False, emoji=False)


def printable(text: str) -> str:
    """Text of a document for a terminal, which must not obey control characters in it."""
    return "".join(character if character.isprintable() else f"\\x{ord(character):02x}" for character in text)


def report_json(reports: Sequence[FileReport]) -> str:
    """The report of `--json`: one object with `files`."""
    # In ASCII: a terminal must not obey what a document holds, and any terminal can show it.
    return json.dumps({"files": [_file(report) for report in reports]}, indent=2)


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
        "sets": [msgspec.to_builtins(each) for each in report.sets],
        "findings": [finding_json(finding) for finding in report.findings],
    }


def print_report(console: Console, report: FileReport) -> None:
    """One file: its verdict, its sets, and every finding with its place and remedy."""
    console.print(
        Text.assemble(
            (printable(report.file), "bold"),
            f"  {report.format}  ",
            (_words(report.verdict), VERDICT_STYLES[report.verdict]),
            "" if report.complete else "  (stopped early: not everything was looked at)",
        ),
        soft_wrap=True,
    )
    for each in report.sets:
        console.print(_set_line(each), soft_wrap=True)
    print_findings(console, report.findings)


def print_findings(console: Console, findings: Iterable[Finding]) -> None:
    """Findings, each with its place and what to do."""
    for finding in findings:
        console.print(
            Text.assemble(
                "    ",
                (f"{finding.severity.value:<8}", SEVERITY_STYLES[finding.severity]),
                (f"{finding.code}  ", "bold"),
                (printable(where(finding.location)), "cyan"),
            ),
            soft_wrap=True,
        )
        console.print(Text(f"            {finding.message}"), soft_wrap=True)
        console.print(Text(f"            {finding.remedy}", style="dim"), soft_wrap=True)


def where(location: Location) -> str:
    """The full address of a finding in a few words."""
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
    if location.tag or not parts or location.pointer is not None or location.line is not None:
        parts.append(location.place)
    return ", ".join(parts)


def _set_line(each: SetReport) -> Text:
    return Text.assemble(
        printable(f"  {each.type} {each.st02 or each.set}  {each.version}  "),
        (_words(each.verdict), VERDICT_STYLES[each.verdict]),
    )


def _words(verdict: Verdict) -> str:
    return verdict.value.replace("_", " ")


def mistakes_json(mistakes: Iterable[tuple[str, int, str]]) -> dict[str, object]:
    """Mistakes of data files as the JSON reports show them."""
    return {"mistakes": [{"file": file, "line": line, "mistake": text} for file, line, text in mistakes]}


def print_mistakes(mistakes: Iterable[tuple[str, int, str]]) -> None:
    """Mistakes of data files, each with its file and line."""
    for file, line, text in mistakes:
        typer.echo(printable(f"{file}:{line}: {text}"))
