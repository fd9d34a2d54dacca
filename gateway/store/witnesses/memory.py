"""What a witness remembers, on its own machine: its key, the pinned keys of the log, all it countersigned.

    witness.key                 its secret key, for its owner alone
    newest                      a copy of the last countersigned checkpoint, so that its loss is found
    epoch-<number>/log.vkey     the pinned key of the log
    epoch-<number>/<20 digits>  a countersigned checkpoint, named by its size

Every countersigned checkpoint carries the signature of the witness itself, so a changed one is found.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from gateway.errors import StoreBusyError, TamperedError, UsageError
from gateway.ledger.checkpoint import Checkpoint, log_and_epoch, parse_checkpoint
from gateway.ledger.ed25519 import KEY_LENGTH, public_key
from gateway.ledger.notes import COSIGNATURE, SigningKey, VerifierKey, is_key_name, open_note
from gateway.ledger.witness import Epoch, read_log_key
from gateway.ports import Randomness
from gateway.store.disk import Disk

LOG_KEY = "log.vkey"
MOST_BYTES = 1 << 16
MOST_NAME = 100
EPOCH_FOLDER = re.compile(r"epoch-([1-9][0-9]{0,8})")
SIZE_NAME = re.compile(r"[0-9]{20}")

_KEY, _NEWEST, _LOCK = "witness.key", "newest", "lock"


def default_memory(directory: Path, environment: Mapping[str, str]) -> Path:
    """Where the memory for the log that is handed over in `directory` is kept unless somebody says where.

    It goes by the folder and not by the name of the log, which the log itself could change.
    """
    state = environment.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    name = hashlib.sha256(os.fsencode(directory.resolve())).hexdigest()[:16]
    return Path(state) / "acorn-gateway" / "witness" / name


class Memory:
    """The folder of a memory, held by `opened_memory` for as long as it is used."""

    def __init__(self, folder: Path, disk: Disk, key: SigningKey) -> None:
        self._folder, self._disk = folder, disk
        self.key = key
        self._keys = self._pinned_keys()
        self._newest = {number: self._newest_of(number) for number in self._keys}
        self._check_newest()

    @property
    def log(self) -> str | None:
        """The name of the log; None before anything was pinned."""
        found = log_and_epoch(next(iter(self._keys.values())).name) if self._keys else None
        return found[0] if found else None

    @property
    def current(self) -> int | None:
        """The number of the last epoch that was accepted."""
        return max(self._keys, default=None)

    @property
    def keys(self) -> tuple[VerifierKey, ...]:
        """The pinned keys of the log, one for each epoch, in their order."""
        return tuple(self._keys[number] for number in sorted(self._keys))

    def knows(self, number: int) -> bool:
        """Whether the key of this epoch is pinned."""
        return number in self._keys

    def epoch(self, number: int) -> Epoch:
        """What is remembered of an epoch that is known."""
        return Epoch(self._keys[number], self._newest[number], number != self.current)

    def pin(self, number: int, key: VerifierKey) -> None:
        """Remembers the key of the log in an epoch, for ever."""
        self._disk.make_folder(self._place(number))
        self._disk.replace(self._place(number) / LOG_KEY, f"{key.text}\n".encode())
        self._keys[number] = key
        self._newest[number] = None

    def countersigned(self, number: int, size: int) -> bytes | None:
        """The countersigned checkpoint of this size, as it was given out."""
        path = self._path(number, size)
        return read_file(self._disk, path) if self._disk.exists(path) else None

    def seen(self, number: int, size: int) -> Checkpoint | None:
        """The checkpoint of this size, when it was countersigned."""
        note = self.countersigned(number, size)
        return self._opened(note, number, size) if note is not None else None

    def remember(self, number: int, checkpoint: Checkpoint, countersigned: bytes) -> None:
        """Keeps a countersigned checkpoint. Only after this may it be given out."""
        self._disk.replace(self._path(number, checkpoint.size), countersigned)
        self._newest[number] = checkpoint
        self._disk.replace(self._folder / _NEWEST, countersigned)

    def _place(self, number: int) -> Path:
        return self._folder / f"epoch-{number}"

    def _path(self, number: int, size: int) -> Path:
        return self._place(number) / f"{size:020d}"

    def _pinned_keys(self) -> dict[int, VerifierKey]:
        found: dict[int, VerifierKey] = {}
        for number in epochs_in(self._disk, self._folder):
            names = self._disk.entries(self._place(number)).files
            if LOG_KEY in names:
                text = read_file(self._disk, self._place(number) / LOG_KEY).decode("utf-8", "replace")
                try:
                    found[number] = read_log_key(text, number)
                except TamperedError as fault:
                    raise self._damaged(f"epoch-{number}/{LOG_KEY}: {fault}") from fault
            elif any(map(SIZE_NAME.fullmatch, names)):
                raise self._damaged(f"epoch-{number}/{LOG_KEY} is missing")
        return found

    def _newest_of(self, number: int) -> Checkpoint | None:
        sizes = sizes_in(self._disk, self._place(number))
        return self.seen(number, sizes[-1]) if sizes else None

    def _check_newest(self) -> None:
        """A checkpoint is kept before the copy of it is: the copy may be one behind, never ahead."""
        kept = [number for number in self._keys if self._newest[number]]
        if not self._disk.exists(self._folder / _NEWEST):
            if sum(self._count(number) for number in kept) > 1:
                raise self._damaged(f"{_NEWEST} is missing")
            return
        copy = read_file(self._disk, self._folder / _NEWEST)
        origin = copy.partition(b"\n")[0].decode("utf-8", "replace")
        number = (log_and_epoch(origin) or ("", 0))[1]
        if number not in self._keys:
            raise self._damaged(f"{_NEWEST} is changed, or the folder of its epoch is missing")
        size = self._opened(copy, number, None).size
        if self.countersigned(number, size) != copy:
            raise self._damaged(f"epoch-{number}/{size:020d} is missing or changed")

    def _count(self, number: int) -> int:
        return len(sizes_in(self._disk, self._place(number)))

    def _opened(self, note: bytes, number: int, size: int | None) -> Checkpoint:
        """The checkpoint of a remembered note, which both the log and the witness must have signed."""
        keys = (self._keys[number], self.key.verifier)
        try:
            opened = open_note(note, keys)
            checkpoint = parse_checkpoint(opened.text)
        except TamperedError as fault:
            raise self._damaged(f"a checkpoint in epoch-{number}: {fault}") from fault
        signers = {one.key for one in opened.verified}
        if signers != set(keys) or checkpoint.origin != keys[0].name or size not in (None, checkpoint.size):
            raise self._damaged(f"a checkpoint in epoch-{number} is not the one that was countersigned")
        return checkpoint

    def _damaged(self, how: str) -> TamperedError:
        return damaged(self._folder, how)


def damaged(folder: Path, how: str) -> TamperedError:
    """The fault that what is remembered cannot be relied on."""
    return TamperedError(
        f"The memory of the witness in {folder} is damaged: {how}. Nothing was countersigned. Bring the "
        f"folder back from a backup of it. Only when there is none, begin with a new folder: a log that was "
        f"rewritten before that moment is then not found any more."
    )


@contextmanager
def opened_memory(folder: Path, disk: Disk, randomness: Randomness, name: str | None) -> Iterator[Memory]:
    """The memory in this folder, made on first use, while no other run uses it."""
    make_folders(folder.parent)
    disk.make_folder(folder)
    try:
        number = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as fault:
        raise UsageError(f"{folder / _LOCK} cannot be opened: {fault.strerror}") from fault
    try:
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            raise StoreBusyError(
                f"{folder} is used by another run; wait for it to end, then try again"
            ) from fault
        yield Memory(folder, disk, _own_key(folder, disk, randomness, name))
    finally:
        os.close(number)


def _own_key(folder: Path, disk: Disk, randomness: Randomness, name: str | None) -> SigningKey:
    if name is not None and not (is_key_name(name) and len(name) <= MOST_NAME):
        raise UsageError(f"{name!r} cannot be the name of a witness: no blanks, no +, {MOST_NAME} characters")
    path = folder / _KEY
    if not disk.exists(path):
        if disk.exists(folder / _NEWEST) or epochs_in(disk, folder):
            raise damaged(folder, f"{_KEY} is missing")
        seed = randomness.bytes(KEY_LENGTH)
        usual = f"witness-{hashlib.sha256(public_key(seed)).hexdigest()[:8]}"
        disk.replace(path, f"{SigningKey(name or usual, seed, COSIGNATURE).text}\n".encode())
    try:
        key = SigningKey.from_text(read_file(disk, path).decode("utf-8", "replace").strip("\n"))
    except TamperedError as fault:
        raise damaged(folder, f"{_KEY}: {fault}") from fault
    if key.kind != COSIGNATURE:
        raise damaged(folder, f"{_KEY} is not the key of a witness")
    if name not in (None, key.name):
        raise UsageError(
            f"this witness is called {key.name!r} since its first run, not {name!r}; leave the name out"
        )
    return key


def epochs_in(disk: Disk, folder: Path) -> list[int]:
    """The numbers of the folders `epoch-<number>` in a folder, rising."""
    found = (EPOCH_FOLDER.fullmatch(name) for name in disk.entries(folder).folders)
    return sorted(int(match[1]) for match in found if match)


def sizes_in(disk: Disk, folder: Path) -> list[int]:
    """The sizes of the checkpoints that the folder of an epoch holds, rising; none where it is missing."""
    return sorted(int(name) for name in disk.entries(folder).files if SIZE_NAME.fullmatch(name))


def make_folders(folder: Path) -> None:
    """Makes a folder, and those above it, where they are missing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise UsageError(f"the folder {folder} cannot be made: {fault.strerror}; name another one") from fault


def read_file(disk: Disk, path: Path) -> bytes:
    """The content of a small file; of a larger one no more than is needed to see that."""
    content = bytearray()
    for piece in disk.read(path):
        content += piece
        if len(content) > MOST_BYTES:
            break
    return bytes(content[: MOST_BYTES + 1])
