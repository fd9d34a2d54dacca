"""What a witness decides: whether a checkpoint goes on from all it has seen, or shows a changed past.

A log signs what it likes, also a past that somebody rewrote with its key. Who remembers an earlier checkpoint
finds that out: no proof ties a rewritten log to it (RFC 6962, section 2.1.2; C2SP tlog-witness).
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import msgspec

from gateway.errors import TamperedError
from gateway.ledger.checkpoint import Checkpoint, log_and_epoch, open_checkpoint
from gateway.ledger.notes import PLAIN, Note, VerifierKey, parse_note
from gateway.ledger.proof import ConsistencyProof, parse_consistency_proof
from gateway.ledger.tree import verify_consistency

_EVIDENCE = "Keep this file and the memory of the witness: together they are the evidence."


class Standing(StrEnum):
    """How a checkpoint stands to what was seen before."""

    FIRST_SEEN = "first seen"
    UNCHANGED = "unchanged"
    GROWN = "grown"
    NEW_EPOCH = "new epoch"
    ROLLED_BACK = "rolled back"
    FORKED = "forked"
    UNPROVEN = "not proven"
    WITHHELD = "withheld"
    PAST_EPOCH = "past epoch"
    OTHER_LOG = "other log"
    OTHER_KEY = "other key"
    NOT_SIGNED = "not signed"
    UNREADABLE = "unreadable"


COUNTERSIGNED = frozenset({Standing.FIRST_SEEN, Standing.UNCHANGED, Standing.GROWN})
"""Everything else is refused."""


class Epoch(msgspec.Struct, frozen=True):
    """One epoch of a log as the witness knows it.

    `key` was pinned and is named `<log>/epoch-<number>`, `newest` is the largest checkpoint that was
    countersigned, and `ended` says that a later epoch was accepted.
    """

    key: VerifierKey
    newest: Checkpoint | None
    ended: bool


class Judgment(msgspec.Struct, frozen=True):
    """The standing of what was handed over, and in words what that means and what to do.

    `checkpoint` and `note` (its text with the signature of the log alone) are there when it may be
    countersigned.
    """

    standing: Standing
    words: str
    checkpoint: Checkpoint | None = None
    note: bytes = b""

    @property
    def refused(self) -> bool:
        """Whether it must not be countersigned, and somebody must look at it."""
        return self.standing not in COUNTERSIGNED


def read_log_key(text: str, epoch: int) -> VerifierKey:
    """The key of a log in this epoch from its text; TamperedError when it is no such key."""
    key = VerifierKey.from_text(text.strip("\n"))
    found = log_and_epoch(key.name)
    if key.kind != PLAIN or found is None or found[1] != epoch:
        raise TamperedError(f"{key.name!r} is not the name of a log's key for epoch {epoch}")
    return key


def judge(handed: bytes, epoch: Epoch, seen: Callable[[int], Checkpoint | None]) -> Judgment:
    """Decides on one checkpoint with its proof, in the form that tlog-witness sends (add-checkpoint).

    `seen` gives the checkpoint of a size that was countersigned in this epoch. Never raises, whatever the
    bytes are.
    """
    try:
        proof = parse_consistency_proof(handed)
        note = parse_note(proof.checkpoint)
    except TamperedError as fault:
        return Judgment(
            Standing.UNREADABLE, f"This is no checkpoint with its proof: {fault}. Ask for it anew."
        )
    foreign = _signed_by_others(note, epoch.key)
    if foreign:
        return foreign
    try:
        checkpoint = open_checkpoint(proof.checkpoint, epoch.key)
    except TamperedError as fault:
        return Judgment(
            Standing.NOT_SIGNED,
            f"The log did not sign this: {fault}. Ask for it anew; if it comes so again, somebody "
            f"changes it on its way.",
        )
    known = seen(checkpoint.size)
    if known:
        return _same_or_forked(checkpoint, note, known, epoch)
    return _later(checkpoint, note, proof, epoch)


def _signed_by_others(note: Note, key: VerifierKey) -> Judgment | None:
    origin = note.text.partition("\n")[0]
    if origin != key.name:
        return Judgment(
            Standing.OTHER_LOG,
            f"This is a checkpoint of {origin[:100]!r}, not of {key.name!r}. It does not belong here.",
        )
    ids = [one.key_id for one in note.signatures if one.name == key.name]
    if ids and key.key_id not in ids:
        return Judgment(
            Standing.OTHER_KEY,
            f"This is signed with another key ({ids[0].hex()}) than the pinned one ({key.key_id.hex()}). "
            f"A log keeps its key for a whole epoch: ask its operator who made another, and why.",
        )
    if not ids:
        return Judgment(
            Standing.NOT_SIGNED,
            "The log did not sign this, so it says nothing about the log. Ask for it anew.",
        )
    return None


def _same_or_forked(checkpoint: Checkpoint, note: Note, known: Checkpoint, epoch: Epoch) -> Judgment:
    if known.root != checkpoint.root:
        return Judgment(
            Standing.FORKED,
            f"The past of the log was rewritten: its first {checkpoint.size} entries are others than when "
            f"they were seen. The log signed both, so whoever did it had its key. {_EVIDENCE}",
        )
    return Judgment(
        Standing.UNCHANGED,
        f"The first {checkpoint.size} entries are those that were seen before.",
        checkpoint,
        _bare(note, epoch.key),
    )


def _later(checkpoint: Checkpoint, note: Note, proof: ConsistencyProof, epoch: Epoch) -> Judgment:
    newest, size = epoch.newest, checkpoint.size
    if epoch.ended:
        return Judgment(
            Standing.PAST_EPOCH,
            f"This epoch has ended, and a checkpoint of {size} entries was never seen of it. Nothing may be "
            f"added to an epoch that is over: ask the operator where this comes from.",
        )
    if newest is None:
        words = f"Nothing of this log was known before; from now on its first {size} entries may not change."
        return Judgment(Standing.FIRST_SEEN, words, checkpoint, _bare(note, epoch.key))
    if size < newest.size:
        return Judgment(
            Standing.ROLLED_BACK,
            f"The log had {newest.size} entries already, and here it says {size}, a size that was not seen "
            f"then. It was set back, as by a backup that was brought back without a new epoch; or this file "
            f"came late: then take it away and run this again.",
        )
    if proof.old != newest.size:
        return Judgment(
            Standing.UNPROVEN,
            f"The proof begins at {proof.old} entries, but the newest checkpoint that was seen has "
            f"{newest.size}. Either one between them is missing here, or the log was set back and went on "
            f"from there. Ask the operator for a proof from {newest.size} to {size}.",
        )
    if not verify_consistency(newest.size, newest.root, size, checkpoint.root, proof.hashes):
        return Judgment(
            Standing.FORKED,
            f"The log signed this, and the {newest.size} entries that were seen are not shown to be the "
            f"beginning of these {size}. Ask the operator for the proof anew. If there is none that holds, "
            f"the past was rewritten by somebody who had the key of the log. {_EVIDENCE}",
        )
    words = f"The log went from {newest.size} to {size} entries, and the earlier ones are as they were."
    return Judgment(Standing.GROWN, words, checkpoint, _bare(note, epoch.key))


def _bare(note: Note, key: VerifierKey) -> bytes:
    """The note with the signatures of the log alone; lines of others say nothing to the witness."""
    own = tuple(one for one in note.signatures if (one.name, one.key_id) == (key.name, key.key_id))
    return Note(note.text, own[:1]).data


def judge_epoch(number: int, current: int, accepted: int | None) -> Judgment | None:
    """Decides on an epoch that was never seen, after the epoch `current`; None when it is `accepted`."""
    if number < current:
        return Judgment(
            Standing.PAST_EPOCH,
            f"Epoch {number} comes before epoch {current}, which was seen, and nothing of it was seen then. "
            f"Ask the operator where it comes from.",
        )
    if accepted == number:
        return None
    return Judgment(
        Standing.NEW_EPOCH,
        f"The log begins epoch {number}: its operator brought back a backup, and what came after that backup "
        f"in epoch {current} may be missing from it. Ask why, and when; what was seen of epoch {current} "
        f"stays here for ever. To go on, run this again with --accept-epoch {number}.",
    )


def judge_missing(newest: Checkpoint) -> Judgment:
    """What it means that the newest checkpoint that was seen is not handed over now, nor a larger one."""
    return Judgment(
        Standing.WITHHELD,
        f"A checkpoint of {newest.size} entries was seen, and now neither it nor a larger one is handed "
        f"over. The log may have been set back: ask its operator for the newest checkpoint.",
    )
