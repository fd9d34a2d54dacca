"""Carries tables, code lists and cross-references to a spreadsheet and back.

Only its two commands load this module: a spreadsheet is no part of the way of a document.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import typer

from gateway.cli.files import head, name_of, replace_together, write_output
from gateway.cli.output import finding_json, print_findings
from gateway.cli.reading import workspace_library
from gateway.cli.screen import Screen, printable
from gateway.cli.table_files import (
    TableFile,
    check_changed,
    files_named,
    known_files,
    place_to_write,
    table_file,
)
from gateway.errors import DataFileError, Mistake, UsageError
from gateway.findings import Finding, Location, Severity, found, has_errors
from gateway.formats.xlsx import Sheet, cell_name, read_xlsx
from gateway.formats.xlsx_package import MAX_BYTES
from gateway.mapping.sheets.edit import Change, Deed
from gateway.mapping.sheets.workbook import (
    CheckedIn,
    Exported,
    Listed,
    check_in,
    export,
    listed_files,
    listing_cell,
    sheets_to_write,
    unlisted,
)
from gateway.spreadsheets.write import write_xlsx

if TYPE_CHECKING:
    from gateway.bootstrap import Library

FOUND_MISTAKES = 1
SUFFIX = ".xlsx"


def export_tables(names: list[str], output: Path, partner: str | None, *, as_json: bool) -> None:
    """`gateway mappings export`."""
    if output.suffix.lower() != SUFFIX:
        raise UsageError(f"{output} is no name of a spreadsheet; name a file that ends with {SUFFIX}")
    library = workspace_library()
    files = [_exported(table_file(library, each)) for each in files_named(library, names, partner)]
    sheets = sheets_to_write(files)
    write_output(write_xlsx(sheets), output)
    listed = [
        {"sheet": sheet.name, "file": file.file, "rows": len(file.rows.rows)}
        for sheet, file in zip(sheets[1:], files, strict=True)
    ]
    if as_json:
        typer.echo(json.dumps({"spreadsheet": str(output), "sheets": listed}, indent=2))
        return
    Screen().table(
        ("sheet", "file", "rows"),
        [tuple(printable(str(value)) for value in each.values()) for each in listed],
        numeric=frozenset({"rows"}),
        indent=0,
    )
    typer.echo(printable(f"{_files(len(listed))} written to {output}."))


def _exported(file: TableFile) -> Exported:
    exported, mistakes = export(file.file, file.text, file.digest)
    if exported is None:
        raise DataFileError(mistakes)
    return exported


class _Outcome(msgspec.Struct, frozen=True):
    """What came of a spreadsheet: what each sheet makes of its file, the bytes these have, what was found."""

    checked: tuple[tuple[TableFile, CheckedIn], ...]
    findings: tuple[Finding, ...]

    @property
    def changed(self) -> tuple[tuple[TableFile, CheckedIn], ...]:
        """Those that differ from their file."""
        return tuple((file, each) for file, each in self.checked if each.text != file.text)


def import_tables(file: Path, *, check: bool, as_json: bool) -> None:
    """`gateway mappings import`; with `check` nothing is written."""
    library = workspace_library()
    outcome = _outcome(library, head(file, MAX_BYTES + 1))
    refused = has_errors(outcome.findings)
    write = bool(outcome.changed) and not check and not refused
    if write:
        _write(library, outcome)
    if as_json:
        typer.echo(json.dumps(_as_json(name_of(file), outcome, written=write), indent=2))
    else:
        _print(outcome, check=check, refused=refused)
    if refused:
        raise typer.Exit(FOUND_MISTAKES)


def _outcome(library: Library, data: bytes) -> _Outcome:
    sheets, findings = read_xlsx(data)
    if has_errors(findings):
        return _Outcome((), findings)
    listed, wrong = listed_files(sheets)
    findings += (*wrong, *(unlisted(sheets, listed) if listed else ()))
    if has_errors(findings):
        return _Outcome((), findings)
    known = frozenset(known_files(library))
    by_name = {sheet.name: sheet for sheet in sheets}
    checked = []
    for each in listed:
        pair, more = _checked(library, each, by_name[each.sheet], known)
        findings += more
        checked += [pair] if pair is not None else []
    outcome = _Outcome(tuple(checked), findings)
    if has_errors(findings) or not outcome.changed:
        return outcome
    return _Outcome(outcome.checked, (*findings, *_mistakes(library, outcome)))


def _checked(
    library: Library, listed: Listed, sheet: Sheet, known: frozenset[str]
) -> tuple[tuple[TableFile, CheckedIn] | None, tuple[Finding, ...]]:
    """What one sheet makes of its file, when that is still the file that was exported."""
    if listed.file not in known:
        return None, (found("sheet-file", listing_cell(listed, "file"), listed.file),)
    held = table_file(library, listed.file)
    if held.digest != listed.digest:
        return None, (found("sheet-file-changed", listing_cell(listed, "digest"), listed.file),)
    checked, findings = check_in(listed.file, sheet, _exported(held).rows)
    return (None if checked is None else (held, checked)), findings


def _mistakes(library: Library, outcome: _Outcome) -> Iterable[Finding]:
    """The mistakes that the workspace would have, those of rows with the place of the row in its sheet."""
    sheets = {file.file: each for file, each in outcome.checked}
    changed = {file.file: each.text for file, each in outcome.changed}
    mistakes = check_changed(library, changed)
    before = frozenset(check_changed(library, {})) if mistakes else frozenset()
    for mistake in mistakes:
        elsewhere = mistake[0] not in changed and mistake in before
        yield found(
            "sheet-mistake",
            _place(mistake, sheets.get(mistake[0])),
            severity=Severity.WARNING if elsewhere else None,
            mistake=mistake[2],
        )


def _place(mistake: Mistake, checked: CheckedIn | None) -> Location:
    file, line, _ = mistake
    if checked is not None and line in checked.rows:
        return Location(cell=cell_name(checked.sheet, checked.rows[line], 1), file=file, line=line)
    return Location(cell=checked.sheet if checked is not None else None, file=file, line=line)


def _write(library: Library, outcome: _Outcome) -> None:
    for file, _ in outcome.changed:
        if table_file(library, file.file).data != file.data:
            raise UsageError(f"{file.file} was changed just now; nothing was written, export again")
    replace_together(
        [(place_to_write(library, file.file), each.text.encode()) for file, each in outcome.changed]
    )


def _as_json(name: str, outcome: _Outcome, *, written: bool) -> dict[str, object]:
    return {
        "spreadsheet": name,
        "written": written,
        "files": [
            {
                "sheet": each.sheet,
                "file": file.file,
                "columns": each.columns,
                "changes": [msgspec.to_builtins(change) for change in each.changes],
            }
            for file, each in outcome.checked
        ],
        "findings": [finding_json(finding) for finding in outcome.findings],
    }


def _print(outcome: _Outcome, *, check: bool, refused: bool) -> None:
    for file, each in outcome.changed:
        counts = {deed: sum(change.deed is deed for change in each.changes) for deed in Deed}
        told = ", ".join(f"{count} {deed.value}" for deed, count in counts.items() if count)
        typer.echo(printable(f"{file.file}: {told}"))
        Screen().table(
            ("row", "was line", "cell", "before", "after"),
            [tuple(map(printable, row)) for change in each.changes for row in _shown(each, change)],
        )
    print_findings(Screen(), outcome.findings)
    number = len(outcome.changed)
    if refused:
        typer.echo("Nothing was written.")
    elif not number:
        typer.echo("Nothing was changed, so there is nothing to check in.")
    elif check:
        typer.echo(f"{_files(number)} would be written; nothing was, because of --check.")
    else:
        typer.echo(f"{_files(number)} written.")


def _files(number: int) -> str:
    return "1 file" if number == 1 else f"{number} files"


def _shown(checked: CheckedIn, change: Change) -> Iterable[tuple[str, ...]]:
    """The lines that show one change: one for each cell that differs, one for a whole row."""
    row = f"{change.deed.value} {change.row}" if change.row is not None else change.deed.value
    line = str(change.line or "")
    if change.deed is Deed.CHANGED and change.before is not None and change.after is not None:
        for column, was, now in zip(checked.columns, change.before, change.after, strict=True):
            if was != now:
                yield row, line, column, was or "(blank)", now or "(blank)"
        return
    before = "" if change.deed is Deed.MOVED else _joined(change.before)
    yield row, line, "", before, _joined(change.after)


def _joined(cells: Sequence[str] | None) -> str:
    return "" if cells is None else " | ".join(cells).rstrip(" |")
