"""The spreadsheet as a whole: a first sheet that says what the others are, and a sheet for each file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath

import msgspec

from gateway.errors import Mistake
from gateway.findings import Finding, Location, Severity, found
from gateway.formats.xlsx import MAX_FINDINGS, MAX_SHEETS, Sheet, SheetRow, cell_name
from gateway.mapping.sheets.csv_rows import CsvRows
from gateway.mapping.sheets.edit import Change, Deed, UnwritableError, Wanted, changed_text, difference
from gateway.mapping.sheets.rows import FileRows, Grammar
from gateway.mapping.sheets.yaml_rows import LEVEL, NAME, YamlRows

__all__ = [
    "CheckedIn",
    "Exported",
    "Listed",
    "PlainSheet",
    "check_in",
    "export",
    "grammar_of",
    "listed_files",
    "listing_cell",
    "sheets_to_write",
    "unlisted",
]

ABOUT = "About"
TITLE = "Mapping tables of the gateway"
LISTING = ("sheet", "file", "rows", "digest")
LINE = "file line"  # the column that says which line of the file a row was; new rows have none
LONGEST_NAME = 31  # of a sheet
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]|^'|'$")
_RESERVED = ("history",)

_EXPLAINED = (
    "Each sheet is one file. Change cells, add rows (the column `file line` stays blank), delete rows.",
    "Every cell is text: keep it so, then zeros at the start stay. Formulas and merged cells are refused.",
    "A row whose first cell begins with # is a comment.",
    "To see what would change:  gateway mappings import FILE.xlsx --check      To write it:  without --check",
    "Leave this sheet as it is. When one of the files was changed in the meantime, export again.",
)


class PlainSheet(msgspec.Struct, frozen=True):
    """A sheet to write: rows of texts. `header`: how many rows stay in sight. `levels` indent the texts of
    the column `indented` (from 0)."""

    name: str
    rows: tuple[tuple[str, ...], ...]
    header: int = 1
    indented: int | None = None
    levels: tuple[int, ...] = ()


class Exported(msgspec.Struct, frozen=True):
    """A file to export: its path in the workspace, its rows, the digest of its bytes."""

    file: str
    rows: FileRows
    digest: str


class Listed(msgspec.Struct, frozen=True):
    """What the first sheet says of one sheet; `row` is where it says it."""

    sheet: str
    file: str
    digest: str
    row: int


class CheckedIn(msgspec.Struct, frozen=True):
    """What a sheet makes of its file: the text, the changes, and the row of the sheet for each line."""

    sheet: str
    columns: tuple[str, ...]
    text: str
    changes: tuple[Change, ...]
    rows: Mapping[int, int]


def grammar_of(file: str) -> Grammar:
    """How the lines of this file are rows, by its name and folder."""
    path = PurePosixPath(file)
    if path.suffix != ".csv":
        return YamlRows()
    # as `mapping.crossrefs.model` and `mapping.code_lists` pass over lines
    return CsvRows(", ;\t\r") if path.parent.name == "crossrefs" else CsvRows(None)


def export(file: str, text: str, digest: str) -> tuple[Exported | None, tuple[Mistake, ...]]:
    """A file as it is exported, or the lines that no sheet can hold."""
    rows, mistakes = grammar_of(file).read(file, text)
    return (None, mistakes) if rows is None else (Exported(file, rows, digest), ())


def sheets_to_write(files: Sequence[Exported]) -> tuple[PlainSheet, ...]:
    """The sheets of a spreadsheet: what they are, then one for each file."""
    taken = {ABOUT.lower(), *_RESERVED}
    sheets = []
    listed: list[tuple[str, ...]] = []
    for each in files:
        name = _free_name(each.file, taken)
        listed.append((name, each.file, str(len(each.rows.rows)), each.digest))
        sheets.append(_sheet(name, each))
    top = ((TITLE,), *((text,) for text in _EXPLAINED), LISTING, *listed)
    return (PlainSheet(ABOUT, top, header=0), *sheets)


def _sheet(name: str, file: Exported) -> PlainSheet:
    rows = tuple((str(row.line), *row.cells) for row in file.rows.rows)
    header = (LINE, *file.rows.columns)
    if not isinstance(grammar_of(file.file), YamlRows):
        return PlainSheet(name, (header, *rows))
    levels = tuple(int(row.cells[LEVEL] or 0) for row in file.rows.rows)
    return PlainSheet(name, (header, *rows), indented=NAME + 1, levels=(0, *levels))


def _free_name(file: str, taken: set[str]) -> str:
    path = PurePosixPath(file)
    whole = f"{path.parts[1]} {path.stem}" if path.parts[0] == "partners" else path.stem
    base = _FORBIDDEN.sub("_", whole)[:LONGEST_NAME]
    name, number = base, 1
    while name.lower() in taken:
        number += 1
        mark = f" ({number})"
        name = base[: LONGEST_NAME - len(mark)] + mark
    taken.add(name.lower())
    return name


def listed_files(sheets: Sequence[Sheet]) -> tuple[tuple[Listed, ...], tuple[Finding, ...]]:
    """What the first sheet says of the others; none with a finding when it is not the one we write."""
    about = next((sheet for sheet in sheets if sheet.name == ABOUT), None)
    if about is None or not about.rows or about.rows[0].cells[0] != TITLE:
        place = Location(cell=sheets[0].name if sheets else "the spreadsheet")
        return (), (
            found("sheet-not-exported", place, reason=f"there is no sheet {ABOUT} as it is exported"),
        )
    heading = next((row.number for row in about.rows if row.cells == LISTING), None)
    rows = [row for row in about.rows if heading is not None and row.number > heading]
    wrong = next((row for row in rows if len(row.cells) != len(LISTING) or not all(row.cells)), None)
    if not 0 < len(rows) <= MAX_SHEETS or wrong is not None:
        place = Location(cell=cell_name(ABOUT, wrong.number) if wrong is not None else ABOUT)
        return (), (found("sheet-not-exported", place, reason="its list of sheets is not whole"),)
    listed = tuple(Listed(row.cells[0], row.cells[1], row.cells[3], row.number) for row in rows)
    for key in ("sheet", "file"):
        names = [getattr(each, key).lower() for each in listed]
        twice = next((each for each in listed if names.count(getattr(each, key).lower()) > 1), None)
        if twice is not None:
            place = Location(cell=cell_name(ABOUT, twice.row))
            return (), (found("sheet-not-exported", place, reason=f"it names a {key} twice"),)
    return listed, ()


def listing_cell(listed: Listed, column: str) -> Location:
    """Where the first sheet says this of a sheet: its `file`, its `digest`."""
    return Location(cell=cell_name(ABOUT, listed.row, LISTING.index(column) + 1))


def unlisted(sheets: Iterable[Sheet], listed: Sequence[Listed]) -> tuple[Finding, ...]:
    """Sheets that the first one does not name, and such that it names and that are not there."""
    names = {each.sheet for each in listed}
    there = {sheet.name for sheet in sheets}
    unknown = [
        found("sheet-unknown", Location(cell=name[:80]), reason=f"the sheet {ABOUT} does not name it")
        for name in sorted(there - names - {ABOUT})
    ]
    missing = [found("sheet-missing", Location(cell=name[:80])) for name in sorted(names - there)]
    return (*unknown, *missing)


def check_in(file: str, sheet: Sheet, rows: FileRows) -> tuple[CheckedIn | None, tuple[Finding, ...]]:
    """What a sheet makes of the rows of its file; None with every reason why it cannot."""
    findings: list[Finding] = []
    columns = _columns(sheet, rows, findings)
    if columns is None:
        return None, tuple(findings)
    wanted = _wanted(sheet, rows, columns, findings)
    if any(finding.severity == "error" for finding in findings):
        return None, tuple(findings)
    grammar = grammar_of(file)
    try:
        text, lines = changed_text(file, rows, wanted, grammar)
    except UnwritableError as fault:
        return None, (*findings, _unwritable(sheet.name, fault, columns[1]))
    changes = difference(rows, wanted)
    findings += _apostrophes(sheet.name, changes, columns)
    at = {line: each.number for line, each in zip(lines, wanted, strict=True)}
    return CheckedIn(sheet.name, rows.columns, text, changes, at), tuple(findings)


def _columns(sheet: Sheet, rows: FileRows, findings: list[Finding]) -> tuple[int, ...] | None:
    """Where in the sheet the line of the file and each column of the file stand (from 0)."""
    expected = (LINE, *rows.columns)
    first = sheet.rows[0] if sheet.rows and sheet.rows[0].number == 1 else SheetRow(1, ())

    def tell(column: int | None, reason: str) -> None:
        findings.append(found("sheet-column", Location(cell=cell_name(sheet.name, 1, column)), reason=reason))

    for at, name in enumerate(first.cells, 1):
        if name and name not in expected:
            tell(at, f"`{name[:40]}` is no column of the file")
        elif name and first.cells.index(name) != at - 1:
            tell(at, f"the column `{name[:40]}` stands twice")
    for name in expected:
        if name not in first.cells:
            tell(None, f"the column `{name[:40]}` is missing")
    return None if findings else tuple(first.cells.index(name) for name in expected)


def _wanted(
    sheet: Sheet, rows: FileRows, columns: tuple[int, ...], findings: list[Finding]
) -> tuple[Wanted, ...]:
    """The rows of a sheet. One with nothing in its columns is none, so that clearing it removes it."""
    by_line = {str(row.line): number for number, row in enumerate(rows.rows)}
    used: dict[str, int] = {}
    wanted = []
    width = max(columns) + 1
    for row in sheet.rows[1:]:
        if len(findings) >= MAX_FINDINGS:
            findings.append(found("file-too-many-faults", severity=Severity.ERROR, limit=MAX_FINDINGS))
            break
        findings += _beside(sheet.name, row, columns)
        held = (*row.cells, *("" for _ in range(width - len(row.cells))))
        line, *cells = (held[at] for at in columns)
        if not any(cells):
            continue
        if line and (line not in by_line or line in used):
            reason = (
                f"is that of row {used[line]} already" if line in used else "is no line of a row in the file"
            )
            place = Location(cell=cell_name(sheet.name, row.number, columns[0] + 1))
            findings.append(found("sheet-line", place, line, reason=reason))
        used[line] = row.number
        wanted.append(Wanted(row.number, by_line.get(line), tuple(cells)))
    return tuple(wanted)


def _beside(sheet: str, row: SheetRow, columns: tuple[int, ...]) -> Iterator[Finding]:
    """The cells of a row that stand in no column of the file."""
    for at, text in enumerate(row.cells):
        if text and at not in columns:
            place = Location(cell=cell_name(sheet, row.number, at + 1))
            yield found("sheet-column", place, reason="the cell stands in no column of the file")


def _unwritable(sheet: str, fault: UnwritableError, first: int) -> Finding:
    place = Location(cell=cell_name(sheet, fault.row, first + 1))
    if fault.level is not None:
        return found("sheet-level", place, fault.level, reason=fault.reason)
    return found("sheet-read-back", place, fault.reason)


def _apostrophes(sheet: str, changes: Iterable[Change], columns: tuple[int, ...]) -> Iterable[Finding]:
    for change in changes:
        if change.after is None or change.deed is Deed.MOVED or change.row is None:
            continue
        before = change.before or ("",) * len(change.after)
        for at, was, now in zip(columns[1:], before, change.after, strict=True):
            # in a table a value may stand in single quotes
            if now != was and now.startswith("'") and not (len(now) > 1 and now.endswith("'")):
                yield found("sheet-apostrophe", Location(cell=cell_name(sheet, change.row, at + 1)), now)
