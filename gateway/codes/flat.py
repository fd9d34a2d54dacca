"""Faults of delimited flat files, with line and column."""

from __future__ import annotations

from gateway.codes.model import Code, Severity

CODES = (
    Code(
        code="flat-charset",
        severity=Severity.ERROR,
        title="Text is not in the declared character set",
        message="{place} holds the byte {value}, which is no character of {charset}",
        why="Read in another character set, names and amounts could change.",
        remedy="Set `charset` in the table's settings to what the sender writes, or ask for the file again.",
    ),
    Code(
        code="flat-charset-marked",
        severity=Severity.ERROR,
        title="File is in another character set",
        message="the file begins with the byte order mark of {value}, but its table reads {charset}",
        why="Read in another character set, not even the names of the columns can be found.",
        remedy=(
            "Save the file as CSV UTF-8; or, where it always comes as UTF-16, set `charset: utf-16` in the "
            "table's settings."
        ),
    ),
    Code(
        code="flat-delimiter",
        severity=Severity.ERROR,
        title="File has another delimiter than its table",
        message=(
            "the header is separated by {value}, but the table {table} uses {expected}: "
            "set `delimiter: {setting}` in its settings"
        ),
        why="Cut at the wrong sign, a row is one cell, and no column is found.",
        remedy=(
            "Set the delimiter in the settings of the table, or of an overlay for the sender; or export "
            "the file with the delimiter of the table."
        ),
    ),
    Code(
        code="flat-unwritable",
        severity=Severity.ERROR,
        title="Character set cannot say a character",
        message="{place} of the file to write holds {value}, which {charset} cannot say",
        why="Another character in its place would change a name or address.",
        remedy="Set `charset` in the table's settings to utf-8, if the receiver reads it.",
    ),
    Code(
        code="flat-blanks",
        severity=Severity.ERROR,
        title="Blanks around a text would be lost",
        message="the column {column} would hold '{value}', and blanks around a text are not read",
        why="What is written must be what is read; a text without its blanks may be another one.",
        remedy="Take the blanks out of the document where it comes from; SP-API JSON and XML carry them.",
    ),
    Code(
        code="flat-key-held",
        severity=Severity.ERROR,
        title="File to write holds a document of this key already",
        message="the file to write holds {other} already; the rows of both would be read as one document, "
        "so this one was left out",
        why="The columns of `document_key` alone tell whose a row of a delimited file is.",
        remedy="Write this document to a file of its own, or give it a number of its own.",
    ),
    Code(
        code="flat-nul",
        severity=Severity.ERROR,
        title="NUL character in the text",
        message="{place} holds a NUL character",
        why="No text file holds one; the file is binary, damaged or in another character set such as UTF-16.",
        remedy="Ask the sender for a text file in the agreed character set.",
    ),
    Code(
        code="flat-quote",
        severity=Severity.ERROR,
        title="Quotes do not match",
        message="{place}: {problem}",
        why="Where a quoted cell ends cannot be told, so the cells after it cannot be trusted.",
        remedy="Close the quote, and double each quote inside a quoted cell.",
    ),
    Code(
        code="flat-ragged",
        severity=Severity.ERROR,
        title="Row has more cells than the header",
        message="{place}: the row has {value} cells, the header names {expected}",
        why=(
            "The cells cannot be told apart; often a delimiter stands unquoted in a text. The row's document "
            "is held back, the others go."
        ),
        remedy="Put texts that hold the delimiter in quotes.",
    ),
    Code(
        code="flat-too-few-cells",
        severity=Severity.ERROR,
        title="Row has fewer cells than the header",
        message="{place}: the row ends after {value} of the {expected} cells that the header names",
        why=(
            "Which cells are missing cannot be told; often the file was cut short, or a text holds a line "
            "end without quotes. The row's document is held back, the others go."
        ),
        remedy=(
            "Complete the row: a cell without a value needs its delimiter too, and a text with a line end "
            "stands in quotes."
        ),
    ),
    Code(
        code="flat-cell-too-long",
        severity=Severity.ERROR,
        title="Cell is too long",
        message="{place}: a cell has more than {limit} characters",
        why="No field of a business document is this long; often a quote was never closed.",
        remedy="Look for an opening quote without a closing one before this place.",
    ),
    Code(
        code="flat-too-large",
        severity=Severity.ERROR,
        title="File is too large",
        message="the file has more than {limit}",
        why="A delimited file is held in memory as a whole.",
        remedy="Send several smaller files.",
    ),
    Code(
        code="flat-too-many-columns",
        severity=Severity.ERROR,
        title="Too many columns",
        message="{place}: more than {limit} columns",
        why="No table has this many columns; the delimiter in the settings may be wrong.",
        remedy="Compare the delimiter in the table's settings with the file.",
    ),
    Code(
        code="flat-no-header",
        severity=Severity.ERROR,
        title="No header row",
        message="the file has no row with the names of its columns",
        why="Columns are found by name, so that their order may change.",
        remedy="Send the names of the columns in the first row.",
    ),
    Code(
        code="flat-column-repeated",
        severity=Severity.ERROR,
        title="Column stands twice",
        message="{place}: the column {value} stands twice in the header",
        why="There is no telling which of the two is meant.",
        remedy="Name each column once.",
    ),
    Code(
        code="flat-column-unnamed",
        severity=Severity.ERROR,
        title="Column has no name",
        message="{place}: the header names no column here",
        why="A column without a name cannot be mapped.",
        remedy="Name the column, or take the empty one out.",
    ),
    Code(
        code="flat-column-missing",
        severity=Severity.ERROR,
        title="Column is missing",
        message="the header has no column {value}, which row {row} of the table requires{hint}",
        why="The document cannot be made without it.",
        remedy="Add the column, or correct its name.",
    ),
    Code(
        code="flat-column-unknown",
        severity=Severity.WARNING,
        title="Column is not known",
        message="{place}: no row of the table names the column {value}{hint}",
        why="Its values are kept in the document, but nothing is done with them.",
        remedy="Correct the name, or give the column a row.",
    ),
    Code(
        code="files-key-missing",
        severity=Severity.ERROR,
        title="One of two files lacks the column that joins them",
        message="{place}: the header has no column {value}, which tells whose a row is",
        why="The rows of the two files belong together by it.",
        remedy="Add the column to both files.",
    ),
    Code(
        code="files-column-in-both",
        severity=Severity.ERROR,
        title="Column stands in both files",
        message="{place}: the column {value} stands in {other} too",
        why="Only the key stands in both; of another column it cannot be told which one is meant.",
        remedy="Rename the column, or take it out of one of the files.",
    ),
    Code(
        code="files-key-repeated",
        severity=Severity.ERROR,
        title="Document stands twice in its file",
        message="{place}: {value} stands in line {other} already",
        why="Whose its lines are cannot be told.",
        remedy="Give each document a number of its own.",
    ),
    Code(
        code="files-no-document",
        severity=Severity.ERROR,
        title="Line without a document",
        message="{place}: no row of {other} has {value}",
        why="A document may lack this line; which one cannot be told, so none of them is taken.",
        remedy="Correct the key, and send both files of one export together.",
    ),
    Code(
        code="files-no-items",
        severity=Severity.ERROR,
        title="Document without lines",
        message="{place}: no row of {other} has {value}",
        why="A document without lines usually lost them; it is held back.",
        remedy="Send both files of one export together.",
    ),
    Code(
        code="files-unclear",
        severity=Severity.ERROR,
        title="Two files do not belong together",
        message="{problem}",
        why="Two delimited files are read as one: a row for each document, and the rows of its lines.",
        remedy="Name the files of documents and of their lines, and --mapping where several tables fit.",
    ),
)
