"""The commands of the ledger that change something: a checkpoint, and the giving out of a proof."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import cast

import msgspec

from gateway.errors import UsageError
from gateway.service.connection.frames import Answer, Json
from gateway.service.ledger import signer_of
from gateway.service.opened import Opened
from gateway.store.people import Who
from gateway.store.proving.packs import Wanted, prepare
from gateway.store.signing.signer import Signer


def checkpoint(opened: Opened, arguments: Mapping[str, Json], who: Who, parts: Iterable[bytes]) -> Answer:
    """Sign the log as it is."""
    made = _signer(opened).make()
    return {
        "epoch": made.epoch,
        "size": made.size,
        "root": made.root.hex(),
        "note": made.note.decode(),
        "new": made.new,
    }


def prove(opened: Opened, arguments: Mapping[str, Json], who: Who, parts: Iterable[bytes]) -> Answer:
    """Choose the leaves of a pack, see that a checkpoint covers them, and enter that it is given out."""
    try:
        wanted = msgspec.convert(arguments, Wanted)
    except msgspec.ValidationError as fault:
        raise UsageError(f"This is nothing that can be proven: {fault}") from fault
    for moment in (wanted.since, wanted.until):
        _check_zone(moment)
    return cast("Answer", msgspec.to_builtins(prepare(opened.store, _signer(opened), wanted, who)))


def _signer(opened: Opened) -> Signer:
    return signer_of(opened.store, opened.settings, opened.around.environment, opened.notices)


def _check_zone(moment: datetime | None) -> None:
    if moment is not None and moment.tzinfo is None:
        raise UsageError(f"{moment} names no time zone; write it with Z")
