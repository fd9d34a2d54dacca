"""Places outside the gateway that are handed checkpoints: a folder, a program, a time stamp authority."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import msgspec

from gateway.errors import StoreError, TamperedError
from gateway.ledger.notes import VerifierKey, parse_note
from gateway.ledger.proof import ConsistencyProof, parse_consistency_proof
from gateway.ledger.stamps import StampError
from gateway.ports import Clock, Randomness
from gateway.programs import Limits, NotStartedError, run
from gateway.store.disk import Disk
from gateway.store.witnesses.folder import ANSWERED, READABLE_FILE, SIZE_DIGITS, WITNESS_KEY
from gateway.store.witnesses.memory import LOG_KEY, make_folders, read_file, sizes_in
from gateway.store.witnesses.stamping import request_stamp

STAMPED = "stamped"
SECONDS = 60.0
MOST_OUTPUT = 65_536  # bytes of what a program says that are kept


class ToHand(msgspec.Struct, frozen=True):
    """A checkpoint for a place: the epoch, its public key, and the note with the proof since the last one."""

    epoch: int
    size: int
    key: VerifierKey
    proof: ConsistencyProof


class Outcome(msgspec.Struct, frozen=True):
    """What came of it: a word for the table, and what the place answered."""

    word: str
    answer: bytes | None = None


class Place(Protocol):
    """Somewhere to hand checkpoints to."""

    @property
    def name(self) -> str:
        """What it is called in the table; no secret stands in it."""
        ...

    def hand(self, given: ToHand) -> Outcome:
        """Hand a checkpoint over; handing it again changes nothing. Raises `StoreError` or `UsageError`."""
        ...


@dataclass(frozen=True, slots=True)
class FolderPlace:
    """A folder on the disk of somebody else; what it holds is described in `witnesses.folder`."""

    folder: Path
    disk: Disk

    @property
    def name(self) -> str:
        """The folder."""
        return f"folder {self.folder}"

    def hand(self, given: ToHand) -> Outcome:
        """Write the checkpoint, unless it is there. The folder itself is not made: its disk may be away."""
        if not self.folder.is_dir():
            raise StoreError(f"{self.folder} is not there; see that it is mounted, or make it")
        place = self.folder / f"epoch-{given.epoch}"
        make_folders(place)
        self._write(place / LOG_KEY, f"{given.key.text}\n".encode())
        path = self._path(given.epoch, given.size)
        if self.disk.exists(path):
            there = parse_consistency_proof(read_file(self.disk, path))
            if parse_note(there.checkpoint).text != parse_note(given.proof.checkpoint).text:
                raise TamperedError(
                    f"{path} holds another checkpoint of this size than the one that was signed"
                )
        else:
            self.disk.replace(path, given.proof.data, READABLE_FILE)
        return Outcome("handed")

    def refuse_other_history(self, epoch: int, ours: Mapping[int, bytes]) -> None:
        """TamperedError where the folder holds a checkpoint of an epoch that is none of `ours`, by size.

        The text of the newest is compared; each was when it was handed.
        """
        sizes = sizes_in(self.disk, self.folder / f"epoch-{epoch}")
        strange = [size for size in sizes if size not in ours]
        if not strange and sizes:
            there = parse_consistency_proof(read_file(self.disk, self._path(epoch, sizes[-1])))
            if parse_note(there.checkpoint).text != parse_note(ours[sizes[-1]]).text:
                strange = sizes[-1:]
        if strange:
            raise TamperedError(
                f"{self.folder} holds a checkpoint of {strange[-1]} leaves of epoch {epoch} which this store "
                f"did not sign: another one goes on under the same name, as where a backup was restored "
                f"twice, or this one was set back. Stop one of them; `gateway restore --epoch-above {epoch}` "
                f"opens an epoch of its own"
            )

    def _path(self, epoch: int, size: int) -> Path:
        return self.folder / f"epoch-{epoch}" / f"{size:0{SIZE_DIGITS}d}"

    def witness_key(self) -> bytes | None:
        """The public key of the witness that answers in the folder, if there is one."""
        return self._read(self.folder / WITNESS_KEY)

    def answer(self, epoch: int, size: int) -> bytes | None:
        """What the witness answered to a checkpoint; nothing of it is checked."""
        return self._read(self.folder / f"epoch-{epoch}" / f"{size:0{SIZE_DIGITS}d}{ANSWERED}")

    def _read(self, path: Path) -> bytes | None:
        return read_file(self.disk, path) if self.disk.exists(path) else None

    def _write(self, path: Path, content: bytes) -> None:
        there = self._read(path)
        if there is None:
            self.disk.replace(path, content, READABLE_FILE)
        elif there != content:
            raise TamperedError(f"{path} holds another key than the log has; find out who put it there")


@dataclass(frozen=True, slots=True)
class CommandPlace:
    """A program that gets the checkpoint on its standard input, without a shell, and ends with 0 in time."""

    command: Sequence[str]
    folder: Path
    environment: Mapping[str, str]
    clock: Clock
    seconds: float = SECONDS

    @property
    def name(self) -> str:
        """The program; its arguments may hold a secret, so that a hash tells two apart."""
        told = sha256("\0".join(self.command).encode("utf-8", "replace")).hexdigest()[:8]
        return f"command {self.command[0]} {told}"

    def hand(self, given: ToHand) -> Outcome:
        """Run it; what it says is kept."""
        try:
            ended = run(
                self.command,
                given.proof.data,
                self.folder,
                self.environment,
                self.clock,
                Limits(self.seconds, MOST_OUTPUT),
            )
        except NotStartedError as fault:
            raise StoreError(f"{fault}") from fault
        if ended.complaint is not None:
            raise StoreError(f"{ended.complaint}: {ended.first_line}" if ended.said else ended.complaint)
        return Outcome("handed", ended.said or None)


@dataclass(frozen=True, slots=True)
class StampPlace:
    """A time stamp authority (RFC 3161), asked to stamp the SHA-256 of the note of the checkpoint."""

    url: str
    clock: Clock
    random: Randomness

    @property
    def name(self) -> str:
        """The address."""
        return f"timestamps {self.url}"

    def hand(self, given: ToHand) -> Outcome:
        """Ask for a stamp; the answer is the evidence."""
        digest = sha256(given.proof.checkpoint).digest()
        try:
            answer, _ = request_stamp(self.url, digest, self.clock, self.random)
        except StampError as fault:
            raise StoreError(f"{fault}") from fault
        return Outcome(STAMPED, answer)
