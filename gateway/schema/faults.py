"""A fault as the checks of one set see it: by its segment and element, not yet by its place in the file."""

from __future__ import annotations

import msgspec

# A report without an end helps nobody: so many faults of a kind are kept of a set, the rest are only judged.
MAX_FAULTS_PER_SET = 1_000

Details = tuple[tuple[str, object], ...]  # what fills the message of a code: name and value


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """A code of the catalogue and where it applies; None for parts that do not.

    `index` is that of the segment in the set, from 0; elements, components and repetitions count from 1.
    `tag` is given when it is not that of the segment (one that is missing), `row` when it tells the loop.
    """

    code: str
    index: int = 0
    tag: str | None = None
    row: int | None = None
    element: int | None = None
    component: int | None = None
    repetition: int | None = None
    value: str | None = None
    details: Details = ()

    @property
    def place(self) -> tuple[int, int, int, int]:
        """What orders faults within their set."""
        return self.index, self.element or 0, self.repetition or 0, self.component or 0
