"""Faults found while a mapping table reads or writes a document.

Of their details, `row` is the file and line of the table's row, `field` the canonical path, `spot` the place
as the table has it.
"""

from __future__ import annotations

from gateway.codes.model import Code, Severity

CODES = (
    Code(
        code="mapping-required-missing",
        severity=Severity.ERROR,
        title="Required place has no value",
        message="{spot} is required, and there is no {field} for it (row {row})",
        why="The receiver needs the value, and nothing is made up to fill the place.",
        remedy="Supply the value at the source, or let the row take it from the agreement with `default=`.",
    ),
    Code(
        code="mapping-field-missing",
        severity=Severity.ERROR,
        title="The document lacks a field it must have",
        message="the document needs {field}, and nothing at {place} gives it (block {row})",
        why="A canonical document without its mandatory fields can be written in no format.",
        remedy="Ask the sender for the value, or let a row give it with `absent=` or a constant.",
    ),
    Code(
        code="mapping-value",
        severity=Severity.ERROR,
        title="Value cannot be translated",
        message="{value} at {place} does not fit the row `{field}: {spot}`: {reason} ({row})",
        why="A value that is cut, rounded or guessed would be another value.",
        remedy=(
            "Correct the value at its source. Where all values look so, correct the table: the settings of a "
            "flat file (`date`, `decimal`), or the codec of the row."
        ),
    ),
    Code(
        code="code-unknown",
        severity=Severity.ERROR,
        title="Format has no code for this word",
        message="{value} of {field} has no code at {spot}: list {list}, column {format} (row {row})",
        why="Another code would mean something else.",
        remedy="Add the word to the code list if the format can say it, or correct the document.",
    ),
    Code(
        code="places-differ",
        severity=Severity.ERROR,
        title="Places that must agree differ",
        message="{value} at {place} differs from {other}, but both say {field} (row {row})",
        why="The document has one field for both, and there is no telling which value is right.",
        remedy="Let the sender make them agree, or give the second place a field of its own.",
    ),
    Code(
        code="lines-differ",
        severity=Severity.ERROR,
        title="Items differ where the format says it once",
        message="{field} differs ({value} and {other}), and {spot} can say it only once for all (row {row})",
        why="The format has one place for all items, so one of them would be told wrongly.",
        remedy="Make the items agree, or send them as separate documents.",
    ),
    Code(
        code="rows-differ",
        severity=Severity.ERROR,
        title="Repeated column differs between rows",
        message="{column} holds {value} in {place}, but {other} in rows before that belong with it",
        why="The column belongs to the order or line as a whole; there is no telling which value is right.",
        remedy="Repeat the same value in all rows that belong together.",
    ),
    Code(
        code="rows-without-key",
        severity=Severity.ERROR,
        title="Row does not say what it belongs to",
        message="{place}: the row holds {value} but nothing in {column}, which tells the items apart",
        why="The row cannot be put with an item, and dropping it would lose data.",
        remedy="Fill the column in every row.",
    ),
    Code(
        code="rows-of-no-document",
        severity=Severity.ERROR,
        title="Faulty row may belong to any document",
        message="{place}: the row is to say in {column} which document it belongs to, but {reason}",
        why="A document of the file may lack this row; which one cannot be told, so none of them is taken.",
        remedy="Correct the row and send the whole file again.",
    ),
    Code(
        code="key-repeated",
        severity=Severity.ERROR,
        title="Two items have the same key",
        message="two items of {field} have {value} in {column}, so they would be read as one (row {row})",
        why="Rows with equal keys are one item; a quantity would be lost.",
        remedy="Number the items, so that each has a key of its own.",
    ),
    Code(
        code="constant-differs",
        severity=Severity.ERROR,
        title="The format cannot say this value",
        message="{field} is {value}, and this format means {other} and has no place to say so (row {row})",
        why="The receiver would take the document for another kind.",
        remedy="Send such documents in a format that can say it.",
    ),
    Code(
        code="total-differs",
        severity=Severity.WARNING,
        title="Total is not what the document adds up to",
        message="{spot} says {value}, the document adds up to {other} (row {row})",
        why="Part of the document may be missing. Some senders count differently.",
        remedy="Compare the lines with the sender's.",
    ),
    Code(
        code="several-items",
        severity=Severity.ERROR,
        title="More items than the format has places for",
        message="{field} holds more than one item, and {spot} can say one (block {row})",
        why="Writing one of them would drop the others in silence.",
        remedy="Decide which one is meant, or send the document in a format with room for all.",
    ),
    Code(
        code="place-taken",
        severity=Severity.ERROR,
        title="Place is taken by another value",
        message="{value} of {field} finds no room at {spot} (row {row})",
        why="Another row fills the segment, or the schema allows no more of them.",
        remedy="Leave one of the values out, or give the row another place in an overlay.",
    ),
    Code(
        code="no-room",
        severity=Severity.WARNING,
        title="Some keys found no room",
        message="{spot} has no room left for {value} of {field} (row {row})",
        why="The format has a fixed number of places for identifiers; the first ones were written.",
        remedy="Put the identifiers the receiver needs first, or give them rows of their own.",
    ),
    Code(
        code="nothing-to-fill",
        severity=Severity.WARNING,
        title="Value has no place by itself",
        message="{value} of {field} was left out: {spot} only completes what other rows write (row {row})",
        why="The place is part of a whole, such as an address, which is not valid with this value alone.",
        remedy="Complete the document if the receiver needs the value.",
    ),
    Code(
        code="parameter-unknown",
        severity=Severity.WARNING,
        title="No agreement tells what a row needs",
        message="{what}: ${parameter}, which the agreement with a partner tells, is not known (row {row})",
        why="The format leaves it to the agreement; without one an item has no number, a price no currency.",
        remedy="Name the partner with --partner; if one was named, tell the value in `terms:` of its file.",
    ),
    Code(
        code="ext-not-placed",
        severity=Severity.WARNING,
        title="Kept data could not be put back",
        message="{value}, kept from {spot}, could not be put back",
        why="It was kept because no row of the table names it; the document around it has changed since.",
        remedy="Give the place a row, or take it out of the document's `ext`.",
    ),
    Code(
        code="separator-in-component",
        severity=Severity.ERROR,
        title="Component holds a separator",
        message="{value} of {field} holds the component separator {other} (row {row})",
        why="The receiver would read two components.",
        remedy="Write with another component separator, or change the text.",
    ),
    Code(
        code="segment-not-placed",
        severity=Severity.ERROR,
        title="Segment has no place in the set",
        message="the segment {place} has no place in the set, so it was not translated",
        why="A segment in the wrong place may mean something else than in the right one.",
        remedy="Validate the file, and let the sender correct its structure.",
    ),
    Code(
        code="shape-refused",
        severity=Severity.ERROR,
        title="The structure cannot be turned into the document",
        message="{pair}: {problem}",
        why="Guessing how the parts belong together would move goods to the wrong place.",
        remedy="Correct the structure at the source.",
    ),
)
