"""Places outside the gateway that are handed checkpoints: a folder, a program, a time stamp authority."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile
from typing import Protocol

import msgspec

from gateway.errors import StoreError, TamperedError
from gateway.ledger.notes import VerifierKey, parse_note
from gateway.ledger.proof import ConsistencyProof, parse_consistency_proof
from gateway.ledger.stamps import StampError
from gateway.ports import Clock, Randomness
from gateway.store.disk import Disk
from gateway.store.witnesses.folder import ANSWERED, READABLE_FILE, SIZE_DIGITS, WITNESS_KEY
from gateway.store.witnesses.memory import LOG_KEY, make_folders, read_file, sizes_in
from gateway.store.witnesses.stamping import request_stamp

SECONDS = 60.0
MOST_OUTPUT = 65_536  # bytes of what a program says that are kept
LOOK = 0.1
PIECE = 65_536
PASSED_ON = ("HOME", "LANG", "LC_ALL", "LC_CTYPE", "LOGNAME", "PATH", "TZ", "USER")
"""Variables that a program gets; of all others one might hold a secret of ours."""


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
        """Hand a checkpoint over; handing it again changes nothing. Raises `StoreError`, `StampError`."""
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
        with TemporaryFile() as handed:
            handed.write(given.proof.data)
            handed.seek(0)
            try:
                process = subprocess.Popen(
                    [*self.command],
                    cwd=self.folder,
                    env={name: self.environment[name] for name in PASSED_ON if name in self.environment},
                    stdin=handed,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,  # so that what it starts can be ended with it
                )
            except (OSError, ValueError) as fault:
                why = fault.strerror if isinstance(fault, OSError) else "that is no name of a program"
                raise StoreError(f"The program {self.command[0]} could not be started: {why}") from fault
        with process:
            said = self._watched(process)
        if process.returncode:
            shown = "".join(
                each if each.isprintable() else " " for each in said[:300].decode("utf-8", "replace")
            )
            raise StoreError(f"The program {self.command[0]} ended with {process.returncode}: {shown}")
        return Outcome("handed", said or None)

    def _watched(self, process: subprocess.Popen[bytes]) -> bytes:
        """The beginning of what it said; when it takes too long it is killed with its group."""
        until, said = self.clock.monotonic() + self.seconds, bytearray()
        assert process.stdout is not None
        with selectors.DefaultSelector() as ready:
            ready.register(process.stdout, selectors.EVENT_READ)
            silent = False
            while (left := until - self.clock.monotonic()) > 0:
                if not silent and ready.select(min(left, LOOK)):
                    part = os.read(process.stdout.fileno(), PIECE)
                    said += part[: MOST_OUTPUT - len(said)]
                    silent = not part
                elif silent:
                    with suppress(subprocess.TimeoutExpired):
                        process.wait(left)
                if process.poll() is not None and (silent or not ready.select(0)):
                    return bytes(said)  # what it left running may hold its output open for long
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        raise StoreError(
            f"The program {self.command[0]} did not end within {self.seconds:g} s; it was killed"
        )


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
        return Outcome("stamped", answer)
