"""What a check of the ledger comes to: what does not hold, and how much was looked at."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from gateway.store.verifying.known_keys import UsedKey

MOST_FAULTS = 1000


class Flaw(StrEnum):
    """Kinds of what may not hold."""

    LEAF = "leaf"
    NODE = "node"
    EPOCH = "epoch"
    PARTNER_NUMBER = "partner-number"
    CHECKPOINT = "checkpoint"
    OUTSIDE = "outside-checkpoint"
    SIGNED = "signed-file"
    STAMP = "time-stamp"
    RECORD = "record"
    PAYLOAD = "payload"
    KEY = "key"
    MESSAGE = "message"
    PARTNER = "partner"
    ACTOR = "actor"
    SEARCH_KEY = "search-key"
    CONTROL_NUMBER = "control-number"
    ALERT = "alert"
    REQUEST = "request"
    WITNESS = "witness"
    DOCUMENT = "document"
    SENDING = "sending"
    CONFIGURATION = "configuration"
    CHANNEL = "channel"
    TABLES = "tables"


class VerifyFault(msgspec.Struct, frozen=True):
    """What does not hold: its kind, where (`leaf 12`, `message 01J...`), and in words."""

    code: Flaw
    place: str
    text: str


class Faults:
    """Collects faults; of more than a thousand the rest is only counted."""

    def __init__(self) -> None:
        self.kept: list[VerifyFault] = []
        self.total = 0

    def add(self, code: Flaw, place: str, text: str) -> None:
        """One more."""
        self.total += 1
        if len(self.kept) < MOST_FAULTS:
            self.kept.append(VerifyFault(code, place, text))


class Looked(msgspec.Struct):
    """How much was looked at; `erased` counts messages whose key was destroyed on purpose.

    Of the `stamps` so many `stamp_signatures` were checked: all where there is a certificate, else none.
    """

    leaves: int = 0
    nodes: int = 0
    checkpoints: int = 0
    outside: int = 0
    stamps: int = 0
    stamp_signatures: int = 0
    records: int = 0
    payloads: int = 0
    messages: int = 0
    erased: int = 0


class VerifyReport(msgspec.Struct, frozen=True, kw_only=True):
    """`root` is that of all leaves as they are; `faults` holds the first thousand of `total`.

    `keys` has for each epoch the public key by which its checkpoints were checked, and where that came from.
    """

    origin: str
    size: int
    root: str
    deep: bool
    keys: tuple[UsedKey, ...]
    faults: tuple[VerifyFault, ...]
    total: int
    looked: Looked

    @property
    def holds(self) -> bool:
        """Whether everything that was looked at holds."""
        return self.total == 0
