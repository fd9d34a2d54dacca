"""What the signer signed last, in a file of its own beside the database: `var/ledger/signed`.

Whoever brings back an old database, or changes what was signed, does not bring the signer to sign a second
history. The file is a note that is signed with the key of the log, so that nobody without it can write one:

    acorn-gateway/signed@v1
    <origin of the log>
    <size>
    <how many checkpoints of this epoch were signed>
    <SHA-256 over their notes: that before and the note>
    <root of each complete subtree of the tree of that size, the largest first>
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import msgspec

from gateway.errors import TamperedError
from gateway.ledger.checkpoint import Checkpoint, decimal, epoch_of, sign_checkpoint
from gateway.ledger.notes import (
    SigningKey,
    VerifierKey,
    from_base64,
    in_base64,
    open_note,
    parse_note,
    sign_note,
)
from gateway.ledger.tree import HASH_LENGTH, Frontier
from gateway.store.disk import Disk

FOLDER, FILE, LOCK = "ledger", "signed", "lock"
FIRST_LINE = "acorn-gateway/signed@v1"
NO_CHAIN = bytes(HASH_LENGTH)
MOST_BYTES = 1 << 16


class Signed(msgspec.Struct, frozen=True):
    """The tree that was signed last in an epoch; `count` and `chain` are over all checkpoints of it."""

    origin: str
    frontier: Frontier
    count: int = 0
    chain: bytes = NO_CHAIN

    @property
    def epoch(self) -> int:
        """The number of the epoch."""
        return epoch_of(self.origin)

    @property
    def checkpoint(self) -> Checkpoint:
        """The checkpoint that was signed last."""
        return Checkpoint(self.origin, self.frontier.size, self.frontier.root)

    def signed(self, frontier: Frontier, key: SigningKey) -> tuple[bytes, Signed]:
        """The note of a tree that goes on from this one, and what is remembered then."""
        note = sign_checkpoint(Checkpoint(self.origin, frontier.size, frontier.root), key)
        return note, Signed(self.origin, frontier, self.count + 1, chained(self.chain, note))


def chained(chain: bytes, note: bytes) -> bytes:
    """The hash over all notes up to this one."""
    return sha256(chain + note).digest()


def signed_path(folder: Path) -> Path:
    """The file in the `var/` of a workspace."""
    return folder / FOLDER / FILE


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Only one signs at a time, whichever thread it is."""
    handle = os.open(folder / FOLDER / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def at_rest(folder: Path) -> Iterator[None]:
    """Nothing is being signed: what is remembered and what the database has belong together."""
    if not (folder / FOLDER).is_dir():
        yield
        return
    with alone(folder):
        yield


def read_signed_file(disk: Disk, folder: Path) -> bytes | None:
    """The bytes of the file; None when there is none."""
    path = signed_path(folder)
    return disk.read_small(path, MOST_BYTES) if disk.exists(path) else None


def write_signed(disk: Disk, folder: Path, signed: Signed, key: SigningKey) -> None:
    """Remember it; when this returns it outlasts a loss of power."""
    disk.replace(signed_path(folder), sign_note(_text(signed), key))


def parse_signed(data: bytes) -> Signed:
    """What a file says, without looking at its signature; TamperedError when it is no such file."""
    lines = parse_note(data).text[:-1].split("\n")
    if len(lines) < 5 or lines[0] != FIRST_LINE:
        raise TamperedError(f"it does not begin with {FIRST_LINE}")
    size, count, chain = decimal(lines[2]), decimal(lines[3]), from_base64(lines[4])
    hashes = [from_base64(line) for line in lines[5:]]
    whole = tuple(each for each in (chain, *hashes) if each is not None and len(each) == HASH_LENGTH)
    if size is None or count is None or len(whole) != len(lines) - 4:
        raise TamperedError("a number or a hash in it is none")
    epoch_of(lines[1])
    try:
        return Signed(lines[1], Frontier(size, whole[1:]), count, whole[0])
    except ValueError as fault:
        raise TamperedError(str(fault)) from None


def open_signed(data: bytes, keys: tuple[VerifierKey, ...]) -> Signed:
    """What a file says that was signed with one of these keys; TamperedError for any other."""
    signed = parse_signed(data)
    verified = open_note(data, keys).verified
    if all(each.key.name != signed.origin for each in verified):
        raise TamperedError(f"it is of {signed.origin!r}, and signed for another log")
    return signed


def _text(signed: Signed) -> str:
    hashes = [in_base64(each) for each in (signed.chain, *signed.frontier.hashes)]
    lines = (FIRST_LINE, signed.origin, str(signed.frontier.size), str(signed.count), *hashes)
    return "".join(f"{line}\n" for line in lines)
