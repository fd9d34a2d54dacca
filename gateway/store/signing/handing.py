"""Hands checkpoints to all places outside, by steps of the queue, and keeps what comes back.

Each place is told of each checkpoint in their order, with a proof from the one that it had before, so that a
witness can follow the log without asking. What fails is tried again by the queue, and people are told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import Connection, func, select
from sqlmodel import col

from gateway.errors import StoreError, TamperedError, UsageError
from gateway.ledger.notes import COSIGNATURE, VerifierKey, open_note, parse_note
from gateway.ledger.proof import ConsistencyProof
from gateway.ledger.tree import consistency_proof
from gateway.store.alerts import Telling, alert, raise_alert
from gateway.store.people import SERVICE, actor_id
from gateway.store.queue.leased_table import StepQueue
from gateway.store.queue.steps import Leased, NewStep
from gateway.store.signing.signer import MadeCheckpoint, Signer
from gateway.store.store import Store
from gateway.store.tables import Checkpoint, Witnessed
from gateway.store.witnesses.places import STAMPED, FolderPlace, Outcome, Place, ToHand
from gateway.store.writing.books import tiles_of
from gateway.store.writing.transaction import Change, Entry, Transaction

MAKE, HAND = "make-checkpoint", "hand-checkpoint"
"""Kinds of steps: make a checkpoint when the log grew, and hand one to a place."""
WITNESS, COUNTERSIGNED = "witness-key", "countersigned"
TAKEN = ("handed", STAMPED)
MOST_LOOKED_FOR = 50  # answers of a witness that are looked for at a time


class HandingOver:
    """The handlers of both kinds of steps. They work outside of any transaction."""

    def __init__(
        self,
        store: Store,
        signer: Signer,
        places: Sequence[Place],
        queue: StepQueue,
        telling: Telling | None = None,
    ) -> None:
        self._store, self._signer, self._queue, self._telling = store, signer, queue, telling
        self._places: Mapping[str, Place] = {place.name: place for place in places}

    def make(self, step: Leased) -> Change[object]:
        """For `make-checkpoint`: sign, read what witnesses answered, and hand over what is new or due."""
        made = self._signer.make()
        answers = [kept for place in self._places.values() for kept in self._collected(place)]

        def change(transaction: Transaction) -> None:
            self._write(transaction, answers)
            for wanted in self.steps(made, transaction.now.date().isoformat()):
                self._queue.enqueue(transaction, wanted)

        return change

    def hand(self, step: Leased) -> Change[object]:
        """For `hand-checkpoint`: hand one to its place. Raises `StoreError` where it is to be tried again."""
        name, epoch, size = _asked(step)
        place = self._places.get(name)
        if place is None:  # it was taken out of the settings meanwhile
            return lambda transaction: None
        try:
            row = self._handed(place, epoch, size)
        except (StoreError, UsageError) as fault:
            text = f"The checkpoint of {size} leaves could not be handed to {name}: {fault}"
            told = alert("witness-failed", name, text)
            self._store.writer.do(lambda transaction: raise_alert(transaction, told, self._telling))
            raise
        return lambda transaction: self._write(transaction, [] if row is None else [row])

    def steps(self, made: MadeCheckpoint, day: str) -> list[NewStep]:
        """The steps for a checkpoint: one for each place, and of the same checkpoint at most one a day."""
        found = []
        for name in self._places:
            lane = f"{HAND}/{sha256(name.encode()).hexdigest()[:16]}"
            body = {"place": name, "epoch": made.epoch, "size": made.size}
            dedupe = f"{lane}/{made.epoch}/{made.size}/{day}"
            found.append(NewStep(HAND, body, dedupe=dedupe, lane=lane))
        return found

    def _handed(self, place: Place, epoch: int, size: int) -> _Row | None:
        """What is kept of handing it over; None when a later one was handed over already."""
        with self._store.database.reading() as connection:
            kept = select(col(Checkpoint.note)).where(
                col(Checkpoint.epoch) == epoch, col(Checkpoint.size) == size
            )
            note = connection.execute(kept).scalar_one_or_none()
            if note is None:
                raise TamperedError(f"The checkpoint of {size} leaves of epoch {epoch} is not kept any more")
            if isinstance(place, FolderPlace):
                place.refuse_other_history(epoch, _kept_notes(connection, epoch))
            newest = _newest_handed(connection, place.name, epoch, None)
            if newest is not None and newest > size:
                return None
            before = _newest_handed(connection, place.name, epoch, size) or 0
            hashes = consistency_proof(before, size, tiles_of(connection).subtrees)
        proof = ConsistencyProof(before, hashes, note.encode())
        outcome = place.hand(ToHand(epoch, size, self._signer.verifier_of(epoch), proof))
        return _Row(epoch, size, place.name, outcome)

    def _collected(self, place: Place) -> Iterable[_Row]:
        """What the witness of a folder answered since, when it countersigned what we handed over."""
        if not isinstance(place, FolderPlace):
            return
        try:
            yield from self._answers(place)
        except StoreError as fault:
            told = alert("witness-failed", place.name, f"The answer of the witness in {place.name}: {fault}")
            self._store.writer.do(lambda transaction: raise_alert(transaction, told, self._telling))

    def _answers(self, place: FolderPlace) -> Iterable[_Row]:
        text = place.witness_key()
        if text is None:
            return
        with self._store.database.reading() as connection:
            known = kept_witness_key(connection, place.name)
            waiting = _unanswered(connection, place.name)
        if known is None:
            yield _Row(0, 0, place.name, Outcome(WITNESS, text))
        elif known != text:
            raise TamperedError("the witness has another key than before; ask it why, and which one is right")
        key = read_witness_key(text)
        for epoch, size, note in waiting:
            answer = place.answer(epoch, size)
            if answer is not None:
                yield _Row(epoch, size, place.name, Outcome(COUNTERSIGNED, checked_answer(answer, note, key)))

    @staticmethod
    def _write(transaction: Transaction, rows: Sequence[_Row]) -> None:
        for epoch, size, place, outcome in rows:
            row = {"epoch": epoch, "size": size, "place": place, "outcome": outcome.word}
            kept = {"id": transaction.new_id(), "at": transaction.now, "answer": outcome.answer}
            transaction.insert(Witnessed, {**row, **kept})
            if outcome.word == WITNESS:
                key = (outcome.answer or b"").decode("utf-8", "replace")
                details = {"place": place, "key": key}
                transaction.record(Entry("witness-known", actor_id(transaction, SERVICE), details=details))


class _Row(NamedTuple):
    """What is kept of a checkpoint at a place."""

    epoch: int
    size: int
    place: str
    outcome: Outcome


def _asked(step: Leased) -> tuple[str, int, int]:
    name, epoch, size = (step.body.get(key) for key in ("place", "epoch", "size"))
    if not isinstance(name, str) or not isinstance(epoch, int) or not isinstance(size, int):
        raise TypeError(f"the step {step.id} names no place, epoch and size")
    return name, epoch, size


def _newest_handed(connection: Connection, place: str, epoch: int, below: int | None) -> int | None:
    """The largest size that a place was handed, below another where one is given."""
    found = select(func.max(col(Witnessed.size))).where(
        col(Witnessed.place) == place, col(Witnessed.epoch) == epoch, col(Witnessed.outcome).in_(TAKEN)
    )
    if below is not None:
        found = found.where(col(Witnessed.size) < below)
    newest: int | None = connection.execute(found).scalar_one_or_none()
    return newest


def _kept_notes(connection: Connection, epoch: int) -> dict[int, bytes]:
    """The checkpoints of an epoch that this store signed, by their size."""
    kept = select(col(Checkpoint.size), col(Checkpoint.note)).where(col(Checkpoint.epoch) == epoch)
    return {row.size: row.note.encode() for row in connection.execute(kept)}


def kept_witness_key(connection: Connection, place: str) -> bytes | None:
    """The public key that the witness of a place gave, as it gave it."""
    kept = select(col(Witnessed.answer)).where(
        col(Witnessed.place) == place, col(Witnessed.outcome) == WITNESS
    )
    return connection.execute(kept.order_by(col(Witnessed.id)).limit(1)).scalar_one_or_none()


def _unanswered(connection: Connection, place: str) -> list[tuple[int, int, bytes]]:
    """The newest checkpoints that a place was handed and has not answered, as far as is known."""
    answered = select(col(Witnessed.size)).where(
        col(Witnessed.place) == place,
        col(Witnessed.outcome) == COUNTERSIGNED,
        col(Witnessed.epoch) == col(Checkpoint.epoch),
    )
    handed = select(col(Witnessed.size)).where(
        col(Witnessed.place) == place,
        col(Witnessed.outcome).in_(TAKEN),
        col(Witnessed.epoch) == col(Checkpoint.epoch),
    )
    wanted = (
        select(col(Checkpoint.epoch), col(Checkpoint.size), col(Checkpoint.note))
        .where(col(Checkpoint.size).in_(handed), col(Checkpoint.size).not_in(answered))
        .order_by(col(Checkpoint.epoch).desc(), col(Checkpoint.size).desc())
        .limit(MOST_LOOKED_FOR)
    )
    return [(row.epoch, row.size, row.note.encode()) for row in connection.execute(wanted)]


def read_witness_key(text: bytes) -> VerifierKey:
    """The key of a witness, as it gave it. Raises `TamperedError`."""
    key = VerifierKey.from_text(text.decode("utf-8", "replace").strip("\n"))
    if key.kind != COSIGNATURE:
        raise TamperedError("what it gives as its key is not the key of a witness")
    return key


def checked_answer(answer: bytes, note: bytes, key: VerifierKey) -> bytes:
    """The answer, when it is our note with the signature of the witness; else TamperedError."""
    if open_note(answer, (key,)).text != parse_note(note).text:
        raise TamperedError("it countersigned another text than the one that it was handed")
    return answer
