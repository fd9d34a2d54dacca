"""What came back from places outside: the signatures of witnesses are checked anew, by the keys of leaves."""

from __future__ import annotations

from sqlalchemy import text

from gateway.errors import StoreError
from gateway.store.signing.handing import COUNTERSIGNED, TAKEN, WITNESS, checked_answer, read_witness_key
from gateway.store.verifying.opened import Checking
from gateway.store.verifying.report import Flaw

_ROWS = text(
    "SELECT w.place, w.epoch, w.size, w.outcome, w.answer, c.note FROM witnessed w "
    "LEFT JOIN checkpoint c ON c.epoch = w.epoch AND c.size = w.size ORDER BY w.id"
)


def check_witnessed(checking: Checking) -> None:
    """That nothing is said of a witness that it did not say, and that each speaks of a checkpoint."""
    known = dict(checking.witnesses)
    told = sorted(checking.witnesses, key=repr)
    kept: list[tuple[object, object]] = []
    for place, epoch, size, outcome, answer, note in checking.select(_ROWS):
        if outcome == WITNESS:
            kept.append((place, answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer))
            continue
        fault = _fault(outcome, answer, note, known.get(place))
        if fault is not None:
            checking.faults.add(Flaw.WITNESS, f"checkpoint {size} of epoch {epoch} at {place}", fault)
    if sorted(kept, key=repr) != told:
        checking.faults.add(
            Flaw.WITNESS, "keys of witnesses", "they stand in the rows alone, or in the ledger alone"
        )


def _fault(outcome: object, answer: object, note: object, key: object) -> str | None:
    if not isinstance(note, str):
        return "no such checkpoint is kept"
    if outcome in TAKEN:
        return None
    if outcome != COUNTERSIGNED or not isinstance(answer, bytes) or not isinstance(key, str):
        return "what came of it is nothing that can be"
    try:
        checked_answer(answer, note.encode("utf-8", "replace"), read_witness_key(key.encode()))
    except StoreError as fault:
        return f"its witness did not countersign it: {fault}"
    return None
