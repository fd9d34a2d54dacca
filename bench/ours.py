"""Our validation, as the command line runs it, behind one call."""

from __future__ import annotations

from collections.abc import Callable

from gateway.bootstrap import Library
from gateway.formats.x12.reader import read
from gateway.pipeline.intake import Intake
from gateway.report import Verdict
from gateway.workspace import Workspace


def validator() -> Callable[[bytes], int]:
    """A function that validates the bytes of one file and returns how many transaction sets were accepted."""
    checks = Library(Workspace()).validator

    def validate(data: bytes) -> int:
        intake = Intake(checks)
        for event in read([data]):
            intake.take(event)
        return sum(each.verdict is Verdict.ACCEPTED for each in intake.report("").sets)

    return validate
