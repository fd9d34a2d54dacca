"""Faults of a spreadsheet that tables, code lists and cross-references are checked in from."""

from __future__ import annotations

from gateway.codes.model import Code, Severity

_AGAIN = "Export again with `gateway mappings export`, and make the changes there."
_UNSAFE = (
    "A table is data; a file that runs or fetches something is none, and may not be what its sender saw."
)
_AS_TEXT = "Format the cell as text and type its value again, zeros at the start included."

CODES = (
    Code(
        code="sheet-unreadable",
        severity=Severity.ERROR,
        title="The spreadsheet cannot be read",
        message="the spreadsheet cannot be read: {reason}",
        why="Nothing in it was looked at.",
        remedy="Save it as .xlsx without a password, or export again with `gateway mappings export`.",
        ends_reading=True,
    ),
    Code(
        code="sheet-too-large",
        severity=Severity.ERROR,
        title="The spreadsheet is too large",
        message="{place} has more than {limit} {what}",
        why="A hostile file must not fill the memory; tables that people edit are far smaller.",
        remedy="Export fewer tables at once, and clear what stands outside of them; larger files of "
        "cross-references are edited as CSV.",
        ends_reading=True,
    ),
    Code(
        code="sheet-xml",
        severity=Severity.ERROR,
        title="A part of the spreadsheet is refused",
        message="the part {value} of the spreadsheet is refused: {reason}",
        why="No spreadsheet program writes it so: the file is damaged, or made to do harm.",
        remedy=_AGAIN,
        ends_reading=True,
    ),
    Code(
        code="sheet-macros",
        severity=Severity.ERROR,
        title="The spreadsheet holds macros",
        message="the spreadsheet holds macros or controls ({value})",
        why=_UNSAFE,
        remedy="Save it as .xlsx, which holds none. " + _AGAIN,
        ends_reading=True,
    ),
    Code(
        code="sheet-external",
        severity=Severity.ERROR,
        title="The spreadsheet is linked to other files",
        message="the spreadsheet holds links to other files, data connections or embedded files ({value})",
        why=_UNSAFE,
        remedy="Break the links and replace them by values. " + _AGAIN,
        ends_reading=True,
    ),
    Code(
        code="sheet-not-exported",
        severity=Severity.ERROR,
        title="The spreadsheet was not exported here",
        message="{place} does not say which file each sheet is: {reason}",
        why="The first sheet tells it, with the digest of each file as it was exported.",
        remedy="Begin with `gateway mappings export NAME -o FILE.xlsx`, and leave its first sheet as it is.",
        ends_reading=True,
    ),
    Code(
        code="sheet-unknown",
        severity=Severity.ERROR,
        title="Unknown sheet",
        message="the sheet {place} is no table that was exported: {reason}",
        why="What it says would be lost.",
        remedy="Take the sheet out, or give it its name back.",
    ),
    Code(
        code="sheet-missing",
        severity=Severity.ERROR,
        title="Sheet is missing",
        message="the sheet {place} is missing, which the first sheet names",
        why="It may have been renamed; whether its table is to stay cannot be told.",
        remedy="Give the sheet its name back, or export only the tables that you change.",
    ),
    Code(
        code="sheet-column",
        severity=Severity.ERROR,
        title="Columns are not those of the table",
        message="{place}: {reason}",
        why="The columns belong to the file; a sheet changes its rows.",
        remedy="Put the first row back as it was exported. A new column is written into the file itself, "
        "before it is exported.",
    ),
    Code(
        code="sheet-merged",
        severity=Severity.ERROR,
        title="Merged cells",
        message="the cells {place} are merged",
        why="Which rows and columns the value is for cannot be told.",
        remedy="Unmerge the cells, and fill each.",
    ),
    Code(
        code="sheet-formula",
        severity=Severity.ERROR,
        title="Formula in a cell",
        message="{place} holds a formula",
        why="A table is data; what a formula shows depends on the program that opens it.",
        remedy="Replace the formula by its value as text; a text that begins with = is typed into a cell "
        "that is formatted as text.",
    ),
    Code(
        code="sheet-not-text",
        severity=Severity.ERROR,
        title="Cell holds no text",
        message="{place} holds {what} ({value}), not a text",
        why="Spreadsheets take zeros from the start of numbers, round long ones, and make days of codes; "
        "what was typed cannot be told any more.",
        remedy=_AS_TEXT,
    ),
    Code(
        code="sheet-character",
        severity=Severity.ERROR,
        title="Character that no table holds",
        message="{place} holds the character {character} in {value}",
        why="Line breaks, tabs and control characters would part the row, or be read differently.",
        remedy="Take the character out of the cell.",
    ),
    Code(
        code="sheet-blanks",
        severity=Severity.WARNING,
        title="Blanks around a text",
        message="{place}: the blanks before or behind {value} were left out",
        why="They are no part of a cell, and nobody sees them.",
        remedy="Do nothing, or take them out of the cell.",
    ),
    Code(
        code="sheet-apostrophe",
        severity=Severity.WARNING,
        title="Text begins with an apostrophe",
        message="{place}: {value} begins with an apostrophe, which was kept",
        why="Typed to make a cell a text it is no part of it; pasted, it is.",
        remedy="Take the apostrophe out if it is no part of the value; the cells are texts without it.",
    ),
    Code(
        code="sheet-hidden",
        severity=Severity.WARNING,
        title="Hidden in the spreadsheet",
        message="{place}: {what} hidden, and was read like all else",
        why="What nobody sees is checked in all the same.",
        remedy="Show it, or clear the filter, and look at the difference.",
    ),
    Code(
        code="sheet-line",
        severity=Severity.ERROR,
        title="Column for lines of the file was changed",
        message="{place}: {value} {reason}",
        why="It tells which row of the file the row was, so that all else in the file stays.",
        remedy="Leave the column as it was exported, and blank for new rows, copied ones too.",
    ),
    Code(
        code="sheet-level",
        severity=Severity.ERROR,
        title="Level cannot stand here",
        message="{place}: {value} is no level of this row; {reason}",
        why="The level tells which block a row belongs to.",
        remedy="Write 0 for a head, 1 for a row below it, and one more for the rows of each block.",
    ),
    Code(
        code="sheet-file",
        severity=Severity.ERROR,
        title="No such file to check in to",
        message="{place}: {value} is no table, code list or cross-reference of this workspace",
        why="Only these are checked in; nothing else is ever written.",
        remedy="Run the command in the workspace the spreadsheet was exported from, or export again.",
    ),
    Code(
        code="sheet-file-changed",
        severity=Severity.ERROR,
        title="The file was changed since it was exported",
        message="{place}: {value} is not as it was when it was exported",
        why="Checking in would undo what somebody else changed in the meantime.",
        remedy=_AGAIN,
    ),
    Code(
        code="sheet-read-back",
        severity=Severity.ERROR,
        title="Row would be read differently",
        message="{place}: in the file the row would be read as {value}",
        why="What is written must be what is read.",
        remedy="In a table put the value into double quotes where it holds `: ` or ` #`, or begins with a "
        "sign of YAML; a row of a CSV file begins with # when it is a comment, which has one cell alone.",
    ),
    Code(
        code="sheet-mistake",
        severity=Severity.ERROR,
        title="Mistake in a table",
        message="{place}: {mistake}",
        why="It is what `gateway mappings check` would tell after the check-in. Nothing is written with a "
        "mistake in it, or with one that it makes elsewhere; what was wrong elsewhere before is a warning.",
        remedy="Correct the cell or the line; `docs/mappings.md` tells what it may hold.",
    ),
)
