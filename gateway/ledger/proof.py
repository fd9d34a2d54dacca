"""Proofs as files: of one leaf (C2SP tlog-proof), and that a log only grew (the body of tlog-witness)."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from gateway.errors import TamperedError
from gateway.ledger.checkpoint import decimal
from gateway.ledger.notes import MAX_NOTE_LENGTH, from_base64, in_base64
from gateway.ledger.tree import HASH_LENGTH, MAX_PROOF_LENGTH

FIRST_LINE = "c2sp.org/tlog-proof@v1"
MAX_LENGTH = MAX_NOTE_LENGTH + 10_000


class InclusionProof(msgspec.Struct, frozen=True):
    """That a leaf stands at `index` of the log of a checkpoint, whose signed note is kept as it is.

    `extra` is not proven by anything; the gateway writes none.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    @property
    def data(self) -> bytes:
        """The file."""
        extra = [] if self.extra is None else [f"extra {in_base64(self.extra)}"]
        return _written([FIRST_LINE, *extra, f"index {self.index}"], self.hashes, self.checkpoint)


class ConsistencyProof(msgspec.Struct, frozen=True):
    """That the first `old` leaves of the log of a checkpoint are what they were at that size."""

    old: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes

    @property
    def data(self) -> bytes:
        """The file, as it is also sent to a witness (tlog-witness, add-checkpoint)."""
        return _written([f"old {self.old}"], self.hashes, self.checkpoint)


def parse_inclusion_proof(data: bytes) -> InclusionProof:
    """Reads the file; TamperedError when it is none. Neither proof nor checkpoint is checked."""
    lines, checkpoint = _split(data)
    if lines[:1] != [FIRST_LINE]:
        raise TamperedError(f"a proof starts with the line {FIRST_LINE}")
    extra = None
    if len(lines) > 1 and lines[1].startswith("extra "):
        extra = from_base64(lines.pop(1)[len("extra ") :])
        if extra is None:
            raise TamperedError("the extra data of the proof is not base64")
    index = _number(lines[1] if len(lines) > 1 else "", "index ")
    return InclusionProof(index, _hashes(lines[2:]), checkpoint, extra)


def parse_consistency_proof(data: bytes) -> ConsistencyProof:
    """Reads the file; TamperedError when it is none. Neither proof nor checkpoint is checked."""
    lines, checkpoint = _split(data)
    old = _number(lines[0] if lines else "", "old ")
    return ConsistencyProof(old, _hashes(lines[1:]), checkpoint)


def _written(head: list[str], hashes: Iterable[bytes], checkpoint: bytes) -> bytes:
    lines = (*head, *(in_base64(one) for one in hashes), "")
    return "".join(f"{line}\n" for line in lines).encode() + checkpoint


def _split(data: bytes) -> tuple[list[str], bytes]:
    if len(data) > MAX_LENGTH:
        raise TamperedError(f"a proof of {len(data)} bytes is longer than {MAX_LENGTH}")
    head, blank, checkpoint = data.partition(b"\n\n")
    if not blank or not head.isascii():
        raise TamperedError("a proof is lines of ASCII, an empty line and a checkpoint; this is none")
    return head.decode("ascii").split("\n"), checkpoint


def _number(line: str, word: str) -> int:
    number = decimal(line[len(word) :]) if line.startswith(word) else None
    if number is None:
        raise TamperedError(f"{line[:60]!r} stands where the proof must say `{word}` and a number")
    return number


def _hashes(lines: list[str]) -> tuple[bytes, ...]:
    hashes = [from_base64(line) for line in lines]
    if len(hashes) > MAX_PROOF_LENGTH or any(one is None or len(one) != HASH_LENGTH for one in hashes):
        raise TamperedError("a line of the proof is no hash of 32 bytes in base64, or there are more than 63")
    return tuple(one for one in hashes if one is not None)
