"""A restore that was begun and not finished: until it is, there is neither the old store nor the new."""

from __future__ import annotations

import os
from pathlib import Path

from gateway.errors import StoreError

STAGING = "restoring"


def refuse_unfinished(folder: Path) -> None:
    """`StoreError` when a restore into this `var/` was interrupted; asked only where there is no store."""
    if os.path.lexists(folder / STAGING):
        raise StoreError(
            "A backup was being restored here and the restore did not end; run it again, it starts over"
        )
