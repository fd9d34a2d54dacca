"""One run of a witness over a folder of checkpoints, on the machine of an auditor; no workspace is needed.

The gateway hands over, and the witness answers in the same folder or in another:

    epoch-<number>/log.vkey                        the public key of the log
    epoch-<number>/<20 digits>                     a checkpoint, named by its size, below `old <size>` and
                                                   the proof from that size (the body of add-checkpoint
                                                   in C2SP tlog-witness)
    epoch-<number>/<20 digits>-from-<20 digits>    the same with a proof from another size, on request
    epoch-<number>/<20 digits>.cosigned            the answer: the checkpoint, countersigned
    witness.vkey                                   the public key of the witness
"""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import msgspec

from gateway.errors import TamperedError, UsageError
from gateway.ledger.checkpoint import Checkpoint, log_and_epoch
from gateway.ledger.notes import VerifierKey, cosign
from gateway.ledger.witness import (
    Judgment,
    Standing,
    judge,
    judge_epoch,
    judge_missing,
    read_log_key,
)
from gateway.ports import Clock, Randomness
from gateway.store.disk import Disk
from gateway.store.witnesses.memory import (
    LOG_KEY,
    MOST_BYTES,
    Memory,
    epochs_in,
    make_folders,
    opened_memory,
    read_file,
)

ANSWERED = ".cosigned"
WITNESS_KEY = "witness.vkey"
SIZE_DIGITS = 20
MOST_HANDED = MOST_BYTES // 2  # an answer, with one line more, must still fit where it is remembered
READABLE_FILE = 0o644  # what is given out is public; the gateway may run as another user

_HANDED = re.compile(r"([0-9]{20})(?:-from-[0-9]{20})?")


class Judged(msgspec.Struct, frozen=True):
    """What was decided on one file, named as it stands below the folder."""

    file: str
    standing: Standing
    words: str
    refused: bool


class WitnessReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a run came to. `witness` is the public key of the witness, `keys` are the pinned ones of the log.

    `newly_pinned` holds those of `keys` that were believed in this run because they stood in the folder.
    `judged` leaves out the files that show nothing new; `unchanged` counts them.
    """

    witness: str
    keys: tuple[str, ...]
    newly_pinned: tuple[str, ...]
    judged: tuple[Judged, ...]
    unchanged: int

    @property
    def exit_code(self) -> int:
        """1 when something was refused, else 0."""
        return int(any(one.refused for one in self.judged))


def run(
    directory: Path,
    memory: Path,
    *,
    disk: Disk,
    clock: Clock,
    randomness: Randomness,
    answers: Path | None = None,
    key: str | None = None,
    name: str | None = None,
    accept_epoch: int | None = None,
) -> WitnessReport:
    """Checks and countersigns every checkpoint in `directory` that goes on from what `memory` holds.

    `key` is the public key of the log, got another way than by the folder; without it the one in the folder
    is pinned when it is first seen. `name` is that of the witness. Raises UsageError for what cannot be
    asked, TamperedError for a damaged memory.
    """
    if not directory.is_dir():
        raise UsageError(
            f"{directory}: there is no such folder; name the one where the checkpoints are handed over"
        )
    given = _given(key)
    with opened_memory(memory, disk, randomness, name) as opened:
        numbers = epochs_in(disk, directory)
        if not numbers and opened.log is None:
            raise UsageError(
                f"{directory}: no checkpoint was handed over here yet; there is no folder epoch-1"
            )
        _check_given(opened, given, numbers)
        working = _Run(directory, answers or directory, disk, clock, opened, accept_epoch)
        return working.report(numbers, given)


def _given(key: str | None) -> tuple[int, VerifierKey] | None:
    if key is None:
        return None
    try:
        found = log_and_epoch(VerifierKey.from_text(key).name)
        if found:
            return found[1], read_log_key(key, found[1])
    except TamperedError as fault:
        raise UsageError(f"the key that was given is none of a log: {fault}") from fault
    raise UsageError("the key that was given is not named <log>/epoch-<number>, so it is none of a log")


def _check_given(memory: Memory, given: tuple[int, VerifierKey] | None, numbers: list[int]) -> None:
    if given is None:
        return
    pinned = memory.epoch(given[0]).key if memory.knows(given[0]) else given[1]
    if pinned != given[1]:
        raise UsageError(
            f"the key that was given for epoch {given[0]} is not the pinned one, {pinned.text}. A pinned "
            f"key is never changed: find out which one is right; a new memory folder begins anew"
        )
    if memory.current is None and given[0] != numbers[0]:
        raise UsageError(
            f"the first epoch here is epoch {numbers[0]}, the key that was given is of epoch {given[0]}; "
            f"give that of epoch {numbers[0]} first"
        )


class _Run:
    """The state of one run over the epochs of a folder, from the first to the last."""

    def __init__(
        self,
        directory: Path,
        answers: Path,
        disk: Disk,
        clock: Clock,
        memory: Memory,
        accept_epoch: int | None,
    ) -> None:
        self._directory, self._answers, self._disk, self._clock = directory, answers, disk, clock
        self._memory, self._accept_epoch = memory, accept_epoch
        self._judged: list[Judged] = []
        self._newly_pinned: list[str] = []
        self._unchanged = 0

    def report(self, numbers: list[int], given: tuple[int, VerifierKey] | None) -> WitnessReport:
        self._answer(self._answers / WITNESS_KEY, f"{self._memory.key.verifier.text}\n".encode())
        for number in numbers:
            key = given[1] if given and given[0] == number else None
            if self._is_known(number, key):
                self._judge_files(number)
        self._judge_newest()
        return WitnessReport(
            witness=self._memory.key.verifier.text,
            keys=tuple(key.text for key in self._memory.keys),
            newly_pinned=tuple(self._newly_pinned),
            judged=tuple(self._judged),
            unchanged=self._unchanged,
        )

    def _is_known(self, number: int, given: VerifierKey | None) -> bool:
        """Whether the key of the epoch is pinned, be it now; what stands against it is reported."""
        name = f"epoch-{number}"
        current = self._memory.current
        known = self._memory.epoch(number) if self._memory.knows(number) else None
        if known is None and current is not None:
            refusal = judge_epoch(number, current, self._accept_epoch)
            if refusal:
                self._add(name, refusal)
                return False
        key = given or self._handed_key(number)
        if known:
            if key and key != known.key:
                self._refuse(
                    f"{name}/{LOG_KEY}",
                    Standing.OTHER_KEY,
                    f"The key that is handed over, {key.text}, is not the pinned one, {known.key.text}. "
                    f"The pinned one holds; ask the operator who made another, and why.",
                )
            return True
        if key is None:
            return False
        log = log_and_epoch(key.name)
        if self._memory.log is not None and log != (self._memory.log, number):
            words = (
                f"This is the key of {key.name!r}; the log that is witnessed here is {self._memory.log!r}."
            )
            self._refuse(f"{name}/{LOG_KEY}", Standing.OTHER_LOG, words)
            return False
        self._memory.pin(number, key)
        if given is None:
            self._newly_pinned.append(key.text)
        return True

    def _handed_key(self, number: int) -> VerifierKey | None:
        """The key that stands in the folder; one that is missing matters only before it is pinned."""
        name = f"epoch-{number}"
        if LOG_KEY not in self._disk.entries(self._directory / name).files:
            if not self._memory.knows(number):
                words = "The key of the log is not here, so nothing can be checked. Ask for it, or use --key."
                self._refuse(f"{name}/{LOG_KEY}", Standing.UNREADABLE, words)
            return None
        text = read_file(self._disk, self._directory / name / LOG_KEY).decode("utf-8", "replace")
        try:
            return read_log_key(text, number)
        except TamperedError as fault:
            self._refuse(f"{name}/{LOG_KEY}", Standing.UNREADABLE, f"This is no key of the log: {fault}.")
            return None

    def _judge_files(self, number: int) -> None:
        for size, name in self._handed(number):
            file = f"epoch-{number}/{name}"
            content, epoch = read_file(self._disk, self._directory / file), self._memory.epoch(number)
            judgment = judge(content, epoch, partial(self._memory.seen, number))
            if len(content) > MOST_HANDED:
                words = f"The file is longer than the {MOST_HANDED} bytes that a checkpoint may have."
                self._refuse(file, Standing.UNREADABLE, words)
            elif judgment.checkpoint is None:
                self._add(file, judgment)
            elif judgment.checkpoint.size != size:
                words = f"The file is named after {size} entries, and its checkpoint has another size."
                self._refuse(file, Standing.UNREADABLE, words)
            else:
                self._countersign(number, file, judgment.checkpoint, judgment)

    def _handed(self, number: int) -> list[tuple[int, str]]:
        """Sizes and names of the files of an epoch; of one size, those with a proof on request come first.

        So the first proof that fits makes the size known, and the others show nothing new.
        """
        names = self._disk.entries(self._directory / f"epoch-{number}").files
        found = [(int(match[1]), name) for name in names if (match := _HANDED.fullmatch(name))]
        return sorted(found, key=lambda one: (one[0], len(one[1]) == SIZE_DIGITS, one[1]))

    def _countersign(self, number: int, file: str, checkpoint: Checkpoint, judgment: Judgment) -> None:
        """Remembers, then answers; what was remembered before is answered as it was then."""
        countersigned = self._memory.countersigned(number, checkpoint.size)
        if countersigned is None:
            now = int(self._clock.now().timestamp())
            countersigned = cosign(judgment.note, self._memory.key, now)
            self._memory.remember(number, checkpoint, countersigned)
        self._answer(self._answers / (file + ANSWERED), countersigned)
        if judgment.standing is Standing.UNCHANGED:
            self._unchanged += 1
        else:
            self._add(file, judgment)

    def _judge_newest(self) -> None:
        current = self._memory.current
        newest = self._memory.epoch(current).newest if current is not None else None
        if newest and all(size < newest.size for size, _ in self._handed(current or 0)):
            self._add(f"epoch-{current}/{newest.size:0{SIZE_DIGITS}d}", judge_missing(newest))

    def _answer(self, path: Path, content: bytes) -> None:
        if path.is_file() and not path.is_symlink() and read_file(self._disk, path) == content:
            return
        make_folders(path.parent)
        self._disk.replace(path, content, READABLE_FILE)

    def _refuse(self, file: str, standing: Standing, words: str) -> None:
        self._add(file, Judgment(standing, words))

    def _add(self, file: str, judgment: Judgment) -> None:
        self._judged.append(Judged(file, judgment.standing, judgment.words, judgment.refused))
