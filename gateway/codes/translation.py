"""Faults of a translation as a whole: what was assumed, and what the target made of the document."""

from __future__ import annotations

from gateway.codes.model import Code, Severity

CODES = (
    Code(
        code="identities-assumed",
        severity=Severity.NOTE,
        title="Envelope identities assumed",
        message="no partner was named, so the interchange is written from {sender} to {receiver}",
        why="A receiver routes by these identities; assumed ones are right by luck only.",
        remedy="Name the partner with --partner, or describe it in partners/<name>/partner.yaml.",
    ),
    Code(
        code="partner-differs",
        severity=Severity.WARNING,
        title="Interchange of another partner",
        message="the interchange goes from {names}, and the partner that was named is {expected}",
        why="The terms of the wrong partner may give other time zones, currencies and item numbers.",
        remedy="Name the partner whose file it is with --partner, or correct the names in its partner.yaml.",
    ),
    Code(
        code="control-numbers-assumed",
        severity=Severity.NOTE,
        title="Control numbers start at 1",
        message="interchange, group and set are numbered from 1 (ISA13, GS06, ST02), as none were given",
        why="A receiver may refuse a number it has seen, and its acknowledgment could mean either file.",
        remedy="Give the next numbers yourself with --control-numbers, such as 1042,1042,0001.",
    ),
    Code(
        code="documents-mixed",
        severity=Severity.ERROR,
        title="Documents of different kinds",
        message="{place} is a {value}, but the output holds {other}; this format takes one kind in one file",
        why="An SP-API operation and a flat file carry documents of one kind.",
        remedy="Translate the kinds one by one, or to canonical or X12, which take any.",
    ),
    Code(
        code="no-mapping",
        severity=Severity.ERROR,
        title="No mapping table",
        message="no mapping table connects {document} with {format}",
        why="Without a table nobody has said what the fields mean in that format.",
        remedy="`gateway mappings list` shows the tables; add one to mappings/, or choose another format.",
    ),
    Code(
        code="mapping-unclear",
        severity=Severity.ERROR,
        title="The table to use is not clear",
        message="{problem}",
        why="A flat file does not say what it is; its header row must tell one table from the others.",
        remedy=(
            "Correct the header row, or add a table for such files to mappings/. `gateway mappings list` "
            "shows the tables; `gateway translate --mapping NAME` reads the file by the one that is named."
        ),
    ),
    Code(
        code="mapping-column-missing",
        severity=Severity.ERROR,
        title="Header lacks a column of the table it looks like",
        message="the header looks like {table}, but its column {value} is missing{stands}",
        why="A table that fits by less of the header would make another kind of document of the file.",
        remedy=(
            "Correct the header row, or name the column in the table as the file has it. `gateway translate "
            "--mapping NAME` reads the file by the table that is named."
        ),
    ),
    Code(
        code="written-not-valid",
        severity=Severity.ERROR,
        title="What would be written is not valid",
        message="the {format} for this document would not be valid, so it was not written: {problem}",
        why="A receiver would refuse it, which may cost a chargeback.",
        remedy="Complete the document or the mapping table so that the target has what it needs.",
    ),
    Code(
        code="read-back-differs",
        severity=Severity.ERROR,
        title="Written document reads back differently",
        message="the {format} that was written does not read back as the same document, so it is held back",
        why="A document that changes on its way must never leave silently.",
        remedy="Report the document and the mapping table; one of the two directions of a row is wrong.",
    ),
    Code(
        code="filled-by-default",
        severity=Severity.NOTE,
        title="Places filled by the mapping table",
        message="{format} has places that the documents leave open; these were filled by the table: {places} "
        "(rows {rows})",
        why="The receiver takes such a value for one of yours; it is the table's.",
        remedy="See that these values are meant. If not, send them with the documents, or change the default "
        "of the row, for one partner in an overlay.",
    ),
    Code(
        code="not-carried",
        severity=Severity.NOTE,
        title="Fields that stay behind",
        message="{format} has no place for everything in {documents}; left out: {fields}",
        why="Not every format can say everything; what stays behind must be known, not found out.",
        remedy="If the receiver needs it, add a row to the mapping table of that format, or send it another "
        "way; docs/round-trip.md lists what each format leaves out, and why. Otherwise do nothing.",
    ),
    Code(
        code="explanation-too-big",
        severity=Severity.NOTE,
        title="Document too big to be explained",
        message="the document has more than {limit} places, so its places are not explained one by one",
        why="Nobody reads that many, and all of them together could fill the memory.",
        remedy="Explain a smaller document of the same kind; the same rows of the tables read it.",
    ),
    Code(
        code="explanation-documents",
        severity=Severity.NOTE,
        title="Not all documents are explained",
        message="the first {limit} of {count} documents are explained",
        why="Nobody reads that many, and all of them together could fill the memory.",
        remedy="Put the documents you want explained into a file of their own.",
    ),
)
