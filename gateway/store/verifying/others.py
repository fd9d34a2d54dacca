"""What belongs to no message: people, partners, epochs, control numbers and alerts, against the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from sqlalchemy import text

from gateway.store.control_numbers.allotting import HIGHEST, TURNED
from gateway.store.payloads.message_keys import WORKSPACE
from gateway.store.search_keys import normalised
from gateway.store.verifying.opened import AT_ONCE, Checking, OpenedLeaf
from gateway.store.verifying.report import Doubt

DIFFER = "its row and its leaf do not say the same"

_LEAVES = text(
    f"SELECT n, body FROM ledger_leaf WHERE message_id IS NULL AND n >= :start ORDER BY n LIMIT {AT_ONCE}"
)
_STREAMS = text("SELECT id, sender, receiver, function, cycle, following FROM control_number_stream")
_USES = text(
    "SELECT cycle, first, last, use, reason FROM control_number_use "
    "WHERE stream_id = :stream AND (cycle, first) > (:cycle, :first) "
    f"ORDER BY cycle, first LIMIT {AT_ONCE}"
)
_ALERTS = text("SELECT id, code, about, acknowledged_at, acknowledged_by FROM alert")

Void = tuple[object, ...]
"""Sender, receiver, function, cycle, first and last number."""


class _Told:
    """What the leaves say."""

    def __init__(self) -> None:
        self.actors: dict[object, tuple[object, object]] = {}
        self.partners: dict[object, object] = {}
        self.epochs: dict[object, tuple[int, str, object]] = {}
        self.alerts: dict[object, tuple[object, object]] = {}
        self.acknowledged: dict[object, tuple[str, str]] = {}
        self.voids: Counter[Void] = Counter()
        self._takers: dict[str, Callable[[OpenedLeaf], None]] = {
            "actor-added": self._actor,
            "partner-added": self._partner,
            "log-opened": self._epoch,
            "log-restored": self._epoch,
            "control-numbers-opened": self._opened,
            "control-numbers-skipped": self._skipped,
            "alert-raised": self._raised,
            "alert-acknowledged": self._acknowledged,
        }

    def take(self, opened: OpenedLeaf) -> None:
        """Remember what one leaf says; one that says nothing of these is passed over."""
        taker = self._takers.get(opened.leaf.what)
        if taker is not None and opened.details is not None:
            taker(opened)

    def _actor(self, opened: OpenedLeaf) -> None:
        told = opened.details or {}
        self.actors[told.get("actor")] = (told.get("kind"), told.get("name"))

    def _partner(self, opened: OpenedLeaf) -> None:
        told = opened.details or {}
        if told.get("partner") == opened.leaf.partner:
            self.partners[told.get("partner")] = told.get("name")

    def _epoch(self, opened: OpenedLeaf) -> None:
        details = opened.details or {}
        self.epochs[details.get("epoch")] = (opened.leaf.n, opened.leaf.at, details.get("key"))

    def _raised(self, opened: OpenedLeaf) -> None:
        told = opened.details or {}
        self.alerts[told.get("alert")] = (told.get("code"), told.get("about"))

    def _acknowledged(self, opened: OpenedLeaf) -> None:
        self.acknowledged[(opened.details or {}).get("alert")] = (opened.leaf.at, opened.leaf.who)

    def _opened(self, opened: OpenedLeaf) -> None:
        self._void(opened, 1, 1, _number(opened, "following") - 1)

    def _skipped(self, opened: OpenedLeaf) -> None:
        cycle, before, following = (_number(opened, name) for name in ("cycle", "before", "following"))
        voided = _number(opened, "voided")
        if before <= following and voided == following - before:
            self._void(opened, cycle, before, following - 1)
        else:
            self._void(opened, cycle - 1, before, HIGHEST)
            self._void(opened, cycle, 1, following - 1)

    def _void(self, opened: OpenedLeaf, cycle: int, first: int, last: int) -> None:
        if first <= last:
            told = opened.details or {}
            stream = (told.get("sender"), told.get("receiver"), told.get("function"))
            self.voids[(*stream, cycle, first, last)] += 1


def check_others(checking: Checking) -> None:
    """Both ways: rows without a leaf, and leaves without a row."""
    told = _Told()
    for opened in _leaves(checking):
        told.take(opened)
    _check_people(checking, told)
    _check_epochs(checking, told)
    _check_numbers(checking, told)
    _check_alerts(checking, told)


def _leaves(checking: Checking) -> Iterator[OpenedLeaf]:
    start = 0
    while rows := checking.select(_LEAVES, start=start):
        pairs = [(n, body) for n, body in rows if isinstance(n, int) and isinstance(body, bytes)]
        if len(pairs) < len(rows):
            checking.faults.add(Doubt.LEAF, f"leaf {start} and those after it", "one of them is no leaf")
        if not pairs:
            return
        yield from checking.opened(pairs, WORKSPACE)
        start = pairs[-1][0] + 1


def _check_people(checking: Checking, told: _Told) -> None:
    actors = {row[0]: row[1:] for row in checking.select(text("SELECT id, kind, name FROM actor"))}
    for actor in actors.keys() | told.actors.keys():
        if actors.get(actor) != told.actors.get(actor):
            checking.faults.add(Doubt.ACTOR, f"actor {actor}", DIFFER)
    rows = checking.select(text("SELECT id, name, normalised FROM partner"))
    partners = {row[0]: row[1] for row in rows}
    for partner in partners.keys() | told.partners.keys():
        if partners.get(partner) != told.partners.get(partner):
            checking.faults.add(Doubt.PARTNER, f"partner {partner}", DIFFER)
    for partner, name, normal in rows:
        if not isinstance(name, str) or normalised(name) != normal:
            checking.faults.add(Doubt.PARTNER, f"partner {partner}", "it is not found by its name")


def _check_epochs(checking: Checking, told: _Told) -> None:
    rows = checking.select(text("SELECT number, first_leaf, opened_at, why, key FROM epoch ORDER BY number"))
    for number, first, at, why, key in rows:
        leaf = told.epochs.pop(number, None)
        if number == 1:  # who opens it is entered before it
            fits = leaf is not None and (first, at, why) == (0, leaf[1], "init")
        else:  # the row is made a moment before its leaf, which is the first of the epoch
            fits = leaf is not None and (first, why) == (leaf[0], "restore") and str(at) <= leaf[1]
        if leaf is None or not fits or key != leaf[2]:
            checking.faults.add(Doubt.EPOCH, f"epoch {number}", DIFFER)
    for number in told.epochs:
        checking.faults.add(Doubt.EPOCH, f"epoch {number}", "a leaf opens it, and it has no row")


def _check_numbers(checking: Checking, told: _Told) -> None:
    """That the numbers of each stream have no gap, and that what is void was said to be."""
    voids: Counter[Void] = Counter()
    for stream, sender, receiver, function, cycle, following in checking.select(_STREAMS):
        place = f"{function} numbers from {sender} to {receiver}"
        due = (1, 1)
        for within, first, last, use, reason in _uses(checking, stream):
            if use == "void" and reason not in TURNED:
                voids[(sender, receiver, function, within, first, last)] += 1
            if (within, first) != due:
                words = f"there is a gap or a double before {first} of cycle {within}"
                checking.faults.add(Doubt.CONTROL_NUMBER, place, words)
            due = (within, last + 1) if last < HIGHEST else (within + 1, 1)
        if due != (cycle, following):
            words = f"{following} of cycle {cycle} would be given next, and {due[1]} of cycle {due[0]} is due"
            checking.faults.add(Doubt.CONTROL_NUMBER, place, words)
    for void in (voids - told.voids) + (told.voids - voids):
        checking.faults.add(
            Doubt.CONTROL_NUMBER,
            f"control numbers {void[4]} to {void[5]} from {void[0]} to {void[1]}",
            "that they are void stands in the rows alone, or in the ledger alone",
        )


def _check_alerts(checking: Checking, told: _Told) -> None:
    rows = checking.select(_ALERTS)
    alerts = {row[0]: (row[1], row[2]) for row in rows}
    ended = {row[0]: (row[3], row[4]) for row in rows if row[3] is not None or row[4] is not None}
    for alert in alerts.keys() | told.alerts.keys() | told.acknowledged.keys():
        if alerts.get(alert) != told.alerts.get(alert) or ended.get(alert) != told.acknowledged.get(alert):
            checking.faults.add(Doubt.ALERT, f"alert {alert}", DIFFER)


def _uses(checking: Checking, stream: object) -> Iterator[tuple[int, int, int, object, object]]:
    """The rows of a stream, some hundred at a time; they end where one is not what it must be."""
    cycle, first = 0, 0
    while rows := checking.select(_USES, stream=stream, cycle=cycle, first=first):
        for cycle, first, last, use, reason in rows:  # type: ignore[assignment] # told apart below
            if not (isinstance(cycle, int) and isinstance(first, int) and isinstance(last, int)):
                checking.faults.add(Doubt.CONTROL_NUMBER, f"stream {stream}", "one of them is no number")
                return
            yield cycle, first, last, use, reason


def _number(opened: OpenedLeaf, name: str) -> int:
    value = (opened.details or {}).get(name)
    return value if isinstance(value, int) else 0
