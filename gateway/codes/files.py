"""Faults of a file as a whole: what it is, whether it can be read at all."""

from __future__ import annotations

from gateway.codes.model import Code, Severity

CODES = (
    Code(
        code="format-unknown",
        severity=Severity.ERROR,
        title="The format was not recognised",
        message="the file is none of the formats the gateway reads",
        why="Nothing can be checked or translated before the format is known.",
        remedy=(
            "Check that the file is complete and not compressed or encrypted. `gateway view --from FORMAT` "
            "and `gateway translate --from FORMAT` read it as the format that is named."
        ),
    ),
    Code(
        code="file-empty",
        severity=Severity.ERROR,
        title="The file is empty",
        message="the file holds no data",
        why="An empty file usually means that the export or the transfer failed.",
        remedy="Send the file again.",
    ),
    Code(
        code="file-cut",
        severity=Severity.ERROR,
        title="The file stayed cut",
        message="the end of the file {value} never came, as long as it was waited for",
        why="A part of a file may be a part of an order; nothing of it is processed.",
        remedy="Send the whole file again: write it under another name, and rename it when it is whole.",
    ),
    Code(
        code="no-documents",
        severity=Severity.NOTE,
        title="No documents in the file",
        message="the file holds no documents, so there is nothing to check, to show or to translate",
        why="It is sound and empty, as the answer of an interface is when there is nothing new.",
        remedy="Do nothing; or, if documents were expected, look where the file was written.",
    ),
    Code(
        code="findings-limit",
        severity=Severity.NOTE,
        title="Not all findings are shown",
        message="the report stops after {limit} findings; there may be more",
        why="A report without an end helps nobody, and a hostile file must not fill the memory.",
        remedy="Mend what is listed and check again.",
    ),
    Code(
        code="findings-left-out",
        severity=Severity.NOTE,
        title="Not all findings of the file are shown",
        message=(
            "the report stops after {limit} findings; it leaves out {errors} errors, {warnings} warnings and "
            "{notes} notes"
        ),
        why="A report without an end helps nobody; errors come into it before warnings and notes.",
        remedy="Mend what is listed and check again.",
    ),
    Code(
        code="file-too-many-faults",
        severity=Severity.ERROR,
        title="Too many faults in a file",
        message="the reading stopped here: more than {limit} findings were made about the file",
        why="A file with so many faults is not what its sender meant; the rest of it would tell nothing new.",
        remedy="See that it is the right file, mend what is listed first, and check again.",
        ends_reading=True,
    ),
    Code(
        code="charset-fallback",
        severity=Severity.NOTE,
        title="Text was not in the declared character set",
        message="the text at {place} is not {charset}; it was read as {used}",
        why="Names and addresses may show wrong characters.",
        remedy="Agree on a character set with the sender, set it as `x12.charset` in the partner file, and "
        "name the partner with --partner.",
    ),
)
