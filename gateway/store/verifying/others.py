"""What belongs to no message: people, partners, epochs, control numbers and alerts, against the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import text

from gateway.store.messages import REQUEST
from gateway.store.requests import FORGOTTEN
from gateway.store.search_keys import normalised
from gateway.store.verifying.configured import ConfiguredTold
from gateway.store.verifying.control_numbers import NumbersTold
from gateway.store.verifying.opened import AT_ONCE, Checking, OpenedLeaf
from gateway.store.verifying.report import Flaw
from gateway.store.verifying.requests import Told, check_requests

DIFFER = "its row and its leaf do not say the same"

_LEAVES = text(
    f"SELECT n, body FROM ledger_leaf WHERE message_id IS NULL AND n >= :start ORDER BY n LIMIT {AT_ONCE}"
)
_ALERTS = text("SELECT id, code, about, acknowledged_at, acknowledged_by FROM alert")


class _Told:
    """What the leaves say."""

    def __init__(self) -> None:
        self.actors: dict[object, tuple[object, object]] = {}
        self.partners: dict[object, object] = {}
        self.epochs: dict[object, tuple[int, str, object]] = {}
        self.alerts: dict[object, tuple[object, object]] = {}
        self.acknowledged: dict[object, tuple[str, str]] = {}
        self.requests: list[Told] = []
        self.forgotten = ""
        self.witnesses: list[tuple[object, object]] = []
        self._takers: dict[str, Callable[[OpenedLeaf], None]] = {
            "actor-added": self._actor,
            "partner-added": self._partner,
            "log-opened": self._epoch,
            "log-restored": self._epoch,
            "alert-raised": self._raised,
            "alert-acknowledged": self._acknowledged,
            "request-answered": self._answered,
            FORGOTTEN: self._forgotten,
            "witness-known": self._witness,
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

    def _answered(self, opened: OpenedLeaf) -> None:
        told = opened.details or {}
        self.requests.append(Told(str(told.get(REQUEST)), str(told.get("answer")), opened.leaf.at))

    def _forgotten(self, opened: OpenedLeaf) -> None:
        self.forgotten = max(self.forgotten, str((opened.details or {}).get("before")))

    def _witness(self, opened: OpenedLeaf) -> None:
        told = opened.details or {}
        self.witnesses.append((told.get("place"), told.get("key")))


def check_others(checking: Checking) -> None:
    """Both ways: rows without a leaf, and leaves without a row."""
    told, numbers, configured = _Told(), NumbersTold(checking), ConfiguredTold()
    for opened in _leaves(checking):
        told.take(opened)
        numbers.take(opened)
        configured.take(opened)
    _check_people(checking, told)
    _check_epochs(checking, told)
    numbers.finish()
    configured.check(checking)
    _check_alerts(checking, told)
    checking.forgotten = told.forgotten
    check_requests(checking, told.requests)
    checking.witnesses = told.witnesses


def _leaves(checking: Checking) -> Iterator[OpenedLeaf]:
    start = 0
    while rows := checking.select(_LEAVES, start=start):
        pairs = [(n, body) for n, body in rows if isinstance(n, int) and isinstance(body, bytes)]
        if len(pairs) < len(rows):
            checking.faults.add(Flaw.LEAF, f"leaf {start} and those after it", "one of them is no leaf")
        if not pairs:
            return
        yield from checking.opened(pairs)
        start = pairs[-1][0] + 1


def _check_people(checking: Checking, told: _Told) -> None:
    actors = {row[0]: row[1:] for row in checking.select(text("SELECT id, kind, name FROM actor"))}
    for actor in actors.keys() | told.actors.keys():
        if actors.get(actor) != told.actors.get(actor):
            checking.faults.add(Flaw.ACTOR, f"actor {actor}", DIFFER)
    rows = checking.select(text("SELECT id, name, normalised FROM partner"))
    partners = {row[0]: row[1] for row in rows}
    for partner in partners.keys() | told.partners.keys():
        if partners.get(partner) != told.partners.get(partner):
            checking.faults.add(Flaw.PARTNER, f"partner {partner}", DIFFER)
    for partner, name, normal in rows:
        if not isinstance(name, str) or normalised(name) != normal:
            checking.faults.add(Flaw.PARTNER, f"partner {partner}", "it is not found by its name")


def _check_epochs(checking: Checking, told: _Told) -> None:
    rows = checking.select(text("SELECT number, first_leaf, opened_at, why, key FROM epoch ORDER BY number"))
    for number, first, at, why, key in rows:
        leaf = told.epochs.pop(number, None)
        if number == 1:  # who opens it is entered before it
            fits = leaf is not None and (first, at, why) == (0, leaf[1], "init")
        else:  # the row is made a moment before its leaf, which is the first of the epoch
            fits = leaf is not None and (first, why) == (leaf[0], "restore") and str(at) <= leaf[1]
        if leaf is None or not fits or key != leaf[2]:
            checking.faults.add(Flaw.EPOCH, f"epoch {number}", DIFFER)
    for number in told.epochs:
        checking.faults.add(Flaw.EPOCH, f"epoch {number}", "a leaf opens it, and it has no row")


def _check_alerts(checking: Checking, told: _Told) -> None:
    rows = checking.select(_ALERTS)
    alerts = {row[0]: (row[1], row[2]) for row in rows}
    ended = {row[0]: (row[3], row[4]) for row in rows if row[3] is not None or row[4] is not None}
    for alert in alerts.keys() | told.alerts.keys() | told.acknowledged.keys():
        if alerts.get(alert) != told.alerts.get(alert) or ended.get(alert) != told.acknowledged.get(alert):
            checking.faults.add(Flaw.ALERT, f"alert {alert}", DIFFER)
