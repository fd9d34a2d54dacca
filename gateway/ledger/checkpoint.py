"""Checkpoints (C2SP tlog-checkpoint): the size and root of a log at one moment, as the text of a note."""

from __future__ import annotations

import re

import msgspec

from gateway.errors import TamperedError
from gateway.ledger.notes import SigningKey, VerifierKey, from_base64, in_base64, open_note, sign_note
from gateway.ledger.tree import EMPTY_ROOT, HASH_LENGTH

DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
_ORIGIN = re.compile(r"(.+)/epoch-([1-9][0-9]{0,8})")
MAX_SIZE = 2**63 - 1


class Checkpoint(msgspec.Struct, frozen=True):
    """`size` leaves have this `root`. `extensions` are further lines, which mean nothing here."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size <= MAX_SIZE or len(self.root) != HASH_LENGTH:
            raise ValueError(f"a checkpoint has a size of 0 or more and a root of 32 bytes ({self.size})")
        if any(not line or "\n" in line for line in (self.origin, *self.extensions)):
            raise ValueError("the lines of a checkpoint are not empty, and each is one line")

    @property
    def text(self) -> str:
        """The text that is signed."""
        lines = (self.origin, str(self.size), in_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def origin_of(log: str, epoch: int) -> str:
    """The origin of the checkpoints of an epoch, which is also the name of its key."""
    return f"{log}/epoch-{epoch}"


def log_and_epoch(origin: str) -> tuple[str, int] | None:
    """The name of the log and the number of the epoch in an origin, or None."""
    match = _ORIGIN.fullmatch(origin)
    return (match[1], int(match[2])) if match else None


def epoch_of(origin: str) -> int:
    """The epoch of an origin; TamperedError when it has none."""
    found = log_and_epoch(origin)
    if found is None:
        raise TamperedError(f"{origin[:100]!r} is not the name of an epoch of a log")
    return found[1]


def parse_checkpoint(text: str) -> Checkpoint:
    """Reads the text of a note; TamperedError when it is no checkpoint, or one that cannot be."""
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() or not all(lines):
        raise TamperedError("a checkpoint has three lines or more, none of them empty: origin, size and root")
    size, root = decimal(lines[1]), from_base64(lines[2])
    if size is None or root is None or len(root) != HASH_LENGTH:
        raise TamperedError(f"the checkpoint of {lines[0]!r} has no size, or no root of 32 bytes in base64")
    if size == 0 and root != EMPTY_ROOT:
        raise TamperedError(f"the checkpoint of {lines[0]!r} gives a root to no leaves")
    return Checkpoint(lines[0], size, root, tuple(lines[3:]))


def sign_checkpoint(checkpoint: Checkpoint, key: SigningKey) -> bytes:
    """The signed note of a checkpoint. The key is named after the log: ValueError when it is not."""
    if key.name != checkpoint.origin:
        raise ValueError(f"the key {key.name!r} does not sign for the log {checkpoint.origin!r}")
    return sign_note(checkpoint.text, key)


def open_checkpoint(note: bytes, key: VerifierKey) -> Checkpoint:
    """The checkpoint that the log of this key signed; TamperedError when it did not."""
    checkpoint = parse_checkpoint(open_note(note, (key,)).text)
    if checkpoint.origin != key.name:
        raise TamperedError(f"the checkpoint is of the log {checkpoint.origin!r}, the key of {key.name!r}")
    return checkpoint


def decimal(text: str) -> int | None:
    """A number without leading zeroes below 2^63, or None."""
    number = int(text) if DECIMAL.fullmatch(text) else -1
    return number if 0 <= number <= MAX_SIZE else None
