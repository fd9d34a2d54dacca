"""What the commands know: the workspace around the current folder, and how X12 is read by it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from gateway.formats.x12.limits import DEFAULT_OPTIONS, ReadOptions
from gateway.schema.validator import Validator
from gateway.standards import Standards
from gateway.workspace import Workspace

if TYPE_CHECKING:
    from gateway.bootstrap import Library


def workspace_library() -> Library:
    """What is known in the workspace around the current folder."""
    from gateway.bootstrap import Library

    return Library(Workspace.around(Path.cwd()))


def workspace_standards() -> Standards:
    """The X12 definitions of the workspace around the current folder, without its tables."""
    return Standards(Workspace.around(Path.cwd()))


class Reading(msgspec.Struct, frozen=True):
    """How X12 is read and judged, and what else is known; both are put together when they are asked for."""

    options: ReadOptions
    validator: Callable[[], Validator]
    library: Callable[[], Library]


def x12_reading(partner: str | None) -> Reading:
    """How X12 of a partner is read and judged; `UsageError` when no such partner is described."""
    if partner is None:
        standards = workspace_standards()
        return Reading(DEFAULT_OPTIONS, lambda: standards.validator, cache(workspace_library))
    library = workspace_library()
    options = ReadOptions(charset=library.partner(partner).x12.charset)
    return Reading(options, lambda: library.received_validator(partner), lambda: library)
