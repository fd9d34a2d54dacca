"""Faults of fixed-width files, with line and column."""

from __future__ import annotations

from gateway.codes.model import Code, Severity

_HELD_BACK = (
    "What follows in the record may stand in the wrong place. Its document is held back, the others go."
)

CODES = (
    Code(
        code="fixed-record-unknown",
        severity=Severity.ERROR,
        title="Record has an unknown tag",
        message="{place}: {value} is no tag of the layout {layout}{hint}",
        why="What the record says is not known, so that its document is held back.",
        remedy="Correct the tag, or give the layout a record of this name.",
    ),
    Code(
        code="fixed-record-order",
        severity=Severity.ERROR,
        title="Record out of order",
        message="{place}: the record {value} cannot stand here; {reason}",
        why="Which header or line it belongs to cannot be told.",
        remedy="Write the records in the order of the layout; `docs/formats.md` tells it.",
    ),
    Code(
        code="fixed-record-missing",
        severity=Severity.ERROR,
        title="Record is missing",
        message="{place}: what begins here has no record {value}, which the layout {layout} requires",
        why="A file without its last record is often one that was cut off.",
        remedy="Send the file again, complete.",
    ),
    Code(
        code="fixed-short",
        severity=Severity.ERROR,
        title="Record is too short",
        message="{place}: the record {record} ends after {value} characters and has {expected} in the layout",
        why="The record was cut off, or blanks at its end were taken away. Its document is held back.",
        remedy="Send whole records, or set `trimmed: true` in the layout where end blanks may be missing.",
    ),
    Code(
        code="fixed-long",
        severity=Severity.ERROR,
        title="Record is too long",
        message="{place}: the record {record} goes on behind its {expected} characters with {value}",
        why="Two records may have lost the line end between them. The document is held back.",
        remedy="Compare the record with the layout, and look for a missing line end.",
    ),
    Code(
        code="fixed-field",
        severity=Severity.ERROR,
        title="Field holds something else",
        message="{place}: {value} in {field}: {reason}",
        why=_HELD_BACK,
        remedy="Correct the value; where many are wrong, compare start and length with the layout.",
    ),
    Code(
        code="fixed-field-missing",
        severity=Severity.ERROR,
        title="Mandatory field is blank",
        message="{place}: {field} is blank",
        why="The layout requires it; the document is held back.",
        remedy="Fill the field.",
    ),
    Code(
        code="fixed-constant-differs",
        severity=Severity.ERROR,
        title="Field does not hold its fixed value",
        message="{place}: {field} holds {value}; it is always {expected}",
        why="The file may be of another kind or version than its layout.",
        remedy="Send a file of the agreed kind, or correct the layout.",
    ),
    Code(
        code="fixed-count-differs",
        severity=Severity.ERROR,
        title="Trailer counts something else",
        message="{place}: {field} says {value}, and there are {expected}",
        why="A record was lost or doubled on the way.",
        remedy="Send the file again, complete; the count includes every record of the kind.",
    ),
    Code(
        code="fixed-between-fields",
        severity=Severity.ERROR,
        title="Text where the layout has no field",
        message="{place}: {value} stands in {record} where the layout {layout} has no field",
        why="It would be lost; often a value was shifted, and the field beside it lacks its sign or a digit.",
        remedy="Correct the record, or give the layout a field for it.",
    ),
    Code(
        code="fixed-not-written",
        severity=Severity.ERROR,
        title="Value does not fit its field",
        message="{place} of the file to write: {value} does not go into {field}: {reason}{row}",
        why="Cut or rounded it would mean something else.",
        remedy="Shorten the value in the source, or widen the field in the layout if the receiver agrees.",
    ),
    Code(
        code="fixed-file-differs",
        severity=Severity.ERROR,
        title="Documents say different things for the file",
        message="{field} stands once in the file, and its documents say {value} and {other}",
        why="One of them would be lost.",
        remedy="Write the documents to files of their own.",
    ),
    Code(
        code="fixed-not-in-layout",
        severity=Severity.WARNING,
        title="Kept value has no field",
        message="the layout {layout} has no place for {value}, which was kept under {field}",
        why="It was read with another version of the layout, and is left out.",
        remedy="Give the layout a field for it if the receiver needs it.",
    ),
    Code(
        code="layout-unclear",
        severity=Severity.ERROR,
        title="No layout fits",
        message="the records are those of no one layout; there are {layouts}",
        why="Where the fields stand cannot be told.",
        remedy="Name the table with --mapping, or see that the first record has the tag of its layout.",
    ),
)
