"""How reports look: as JSON for programs, as text for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized
from itertools import islice

import msgspec

from gateway.cli.screen import Screen, echo, printable, tied
from gateway.findings import Finding, Location, Severity
from gateway.formats.detect import Format
from gateway.report import FileReport, SetReport, Verdict

INDENT = "  "
PIECES_TOGETHER = 10_000  # of a report as JSON, written at once: some hundred kilobytes
NAMED_SETS = 1_000  # of each verdict, for people; a file may hold a million
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
) -> Iterator[str]:
    """The report of `--json` in pieces: an object with `files`, and `remark` when there is one on the run.

    `more`: keys to add, for each of the files. A report of a million sets is never held as a whole.
    """
    # In ASCII: a terminal must not obey what a document holds, and any terminal can show it.
    told = {"remark": remark} if remark else {}
    added = more or [{}] * len(reports)
    files = (_file(report, keys) for report, keys in zip(reports, added, strict=True))
    yield from _object_text({"files": files, **told}, 0)


def print_json(
    reports: Sequence[FileReport],
    remark: str = "",
    more: Sequence[Mapping[str, object]] = (),
    *,
    stderr: bool = False,
) -> None:
    """Write the report of `--json`."""
    pieces = report_json(reports, remark, more)
    while text := "".join(islice(pieces, PIECES_TOGETHER)):
        echo(text, err=stderr, end="")
    echo(err=stderr)


def _text(value: object, depth: int) -> Iterator[str]:
    """A value as `json.dumps` has it with an indent of two; what an iterator gives becomes an array."""
    if isinstance(value, dict):
        yield from _object_text(value, depth)
    elif isinstance(value, Iterator):
        yield from _array_text(value, depth)
    else:
        yield _dumped(value).replace("\n", "\n" + INDENT * depth)


def _dumped(value: object) -> str:
    import json

    return json.dumps(value, indent=2)


def _object_text(value: Mapping[str, object], depth: int) -> Iterator[str]:
    before = "{"
    for key, held in value.items():
        yield f"{before}\n{INDENT * (depth + 1)}{_dumped(key)}: "
        yield from _text(held, depth + 1)
        before = ","
    yield f"\n{INDENT * depth}}}" if value else "{}"


def _array_text(items: Iterator[object], depth: int) -> Iterator[str]:
    before = "["
    for held in items:
        yield f"{before}\n{INDENT * (depth + 1)}"
        yield from _text(held, depth + 1)
        before = ","
    yield "[]" if before == "[" else f"\n{INDENT * depth}]"


def finding_json(finding: Finding) -> dict[str, object]:
    """One finding as the JSON reports show it."""
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "remedy": finding.remedy,
        "location": msgspec.to_builtins(finding.location),
    }


def _file(report: FileReport, more: Mapping[str, object]) -> dict[str, object]:
    return {
        "file": report.file,
        "format": report.format,
        "verdict": report.verdict.value,
        "complete": report.complete,
        "sets": (_set(each, report.format) for each in report.sets),
        "findings": (finding_json(finding) for finding in report.findings),
        **more,
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
    _print_sets(screen, report.sets)
    print_findings(screen, report.findings)


def _print_sets(screen: Screen, sets: Iterable[SetReport]) -> None:
    """The sets, of each verdict so many that somebody may read them, and how many more there are."""
    seen: Counter[Verdict] = Counter()
    for each in sets:
        seen[each.verdict] += 1
        if seen[each.verdict] <= NAMED_SETS:
            _print_set(screen, each)
    for verdict, count in seen.items():
        if count > NAMED_SETS:
            more = f"  and {count - NAMED_SETS:,} more, which --json names  "
            screen.line(more, (_words(verdict), VERDICT_STYLES[verdict]), hang=4)


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
        echo(printable(f"{file}:{line}: {text}"))


def print_checked(files: int, mistakes: Sized) -> None:
    """How many data files were checked, and how many mistakes were found."""
    count = len(mistakes)
    echo(f"{files} files checked, {count} {'mistake' if count == 1 else 'mistakes'} found.")


def tell(report: FileReport, *, as_json: bool, on_stdout: bool, remark: str = "") -> None:
    """The report, and a remark for people about the run as a whole."""
    if as_json:
        print_json([report], remark, stderr=not on_stdout)
        return
    screen = Screen(stderr=True)
    print_findings(screen, report.findings)
    if remark:
        screen.line(remark)
