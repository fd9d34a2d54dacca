"""Each message with its leaves: its state, what arrived, its payloads, and what it is found by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import TextClause, bindparam, text

from gateway.errors import KeyDestroyedError, StoreError
from gateway.store.messages import CONTENT, KEYS, REQUEST, USUAL, keys_digest
from gateway.store.payloads.reading import KeptPayload, opened_payload
from gateway.store.receiving import request_answer
from gateway.store.search_keys import LONGEST, KeyKind, normalised
from gateway.store.verifying.documents import (
    CARRIED_ROWS,
    DOCUMENTS,
    SENDINGS,
    check_document,
    check_sending,
)
from gateway.store.verifying.opened import AT_ONCE, Checking, OpenedLeaf
from gateway.store.verifying.report import Flaw
from gateway.store.verifying.requests import Told, check_no_more_requests, check_requests

Values = tuple[object, ...]
Row = Mapping[str, object]
KINDS = frozenset(kind.value for kind in KeyKind)
RECEIVED = "message-received"

_MESSAGES = (
    "SELECT id, partner, state, size, arrived_at, changed_at, channel, kind, within, direction, usage "
    "FROM message"
)
_FIRST_MESSAGES = text(f"{_MESSAGES} ORDER BY id LIMIT {AT_ONCE}")
_MORE_MESSAGES = text(f"{_MESSAGES} WHERE id > :after ORDER BY id LIMIT {AT_ONCE}")


def _of_messages(columns: str, table: str, order: str) -> TextClause:
    wanted = f"SELECT message_id, {columns} FROM {table} WHERE message_id IN :ids ORDER BY {order}"
    return text(wanted).bindparams(bindparam("ids", expanding=True))


_LEAVES = _of_messages("n, body", "ledger_leaf", "n")
_PAYLOADS = _of_messages("id, role, size, sealed, vault_name, salt, digest", "payload", "id")
_SEARCH = _of_messages("kind, normalised, written", "search_key", "kind, normalised")


def check_messages(checking: Checking) -> None:
    """All messages, some hundred at a time; behind all else that leaves tell of."""
    rows = checking.select(_FIRST_MESSAGES)
    while rows:
        ids = [row[0] for row in rows if isinstance(row[0], str)]
        if len(ids) < len(rows):
            checking.faults.add(Flaw.MESSAGE, "messages", "the id of one is no text; no more are read")
            return
        leaves, payloads = _grouped(checking, _LEAVES, ids), _grouped(checking, _PAYLOADS, ids)
        keys, search = checking.learn_keys(ids), _grouped(checking, _SEARCH, ids)
        documents = _grouped(checking, DOCUMENTS, ids)
        sendings, carried = _grouped(checking, SENDINGS, ids), _grouped(checking, CARRIED_ROWS, ids)
        requests: list[Told] = []
        for message, row in zip(ids, rows, strict=True):
            found = checking.opened(leaves[message])
            one = _Message(checking, message, found, is_destroyed=_is_destroyed(keys[message]))
            one.check_row(row)
            one.check_key(keys[message])
            one.check_payloads(payloads[message])
            one.check_search(search[message])
            check_document(checking, message, row[7], documents[message], found)
            check_sending(checking, message, row[7], sendings[message], carried[message], found)
            requests += one.requests()
        check_requests(checking, requests)
        checking.looked.messages += len(ids)
        rows = checking.select(_MORE_MESSAGES, after=ids[-1])
    check_no_more_requests(checking)


def _grouped(checking: Checking, statement: TextClause, ids: Sequence[str]) -> dict[str, list[Values]]:
    """The rows of each message, without its id."""
    found: dict[str, list[Values]] = defaultdict(list)
    for row in checking.select(statement, ids=ids):
        found[str(row[0])].append(row[1:])
    return found


def _is_destroyed(keys: Sequence[Values]) -> bool:
    return any(destroyed is not None or wrapped is None for destroyed, wrapped, _ in keys)


class _Message:
    """One message, whose leaves were opened."""

    def __init__(
        self, checking: Checking, message: str, leaves: Sequence[OpenedLeaf], *, is_destroyed: bool
    ) -> None:
        self._checking, self._id, self._leaves = checking, message, leaves
        self._is_destroyed = is_destroyed
        self._erased = next((each for each in leaves if each.erases), None)

    def check_row(self, row: Values) -> None:
        """Where it stands, when, and whose it is."""
        _, partner, state, size, arrived_at, changed_at, channel, kind, within, direction, usage = row
        leaves = [each.leaf for each in self._leaves]
        if not leaves:
            self._fault(Flaw.MESSAGE, "no leaf tells of it")
            return
        now, changed = None, None
        for leaf in leaves:
            if leaf.to is not None:
                if leaf.from_ != now:
                    self._fault(Flaw.MESSAGE, f"leaf {leaf.n} takes it from {leaf.from_}, and it was {now}")
                now, changed = leaf.to, leaf.at
            if leaf.partner not in (None, partner):
                self._fault(Flaw.PARTNER, f"leaf {leaf.n} says another partner than its row")
        for each in self._leaves:
            if self._erased and each.details is None and each.leaf.n > self._erased.leaf.n:
                self._fault(Flaw.RECORD, f"leaf {each.leaf.n} came after it was erased, and tells nothing")
        if state != now:
            self._fault(Flaw.MESSAGE, f"its row says {state!r}, and its leaves {now!r}")
        if partner is not None and all(leaf.partner is None for leaf in leaves):
            self._fault(Flaw.PARTNER, "its row says a partner, and no leaf does")
        if (arrived_at, changed_at) != (leaves[0].at, changed):
            self._fault(Flaw.MESSAGE, "its row says other times than its leaves")
        kept = {"size": size, "channel": channel}
        kept |= {"kind": kind, "within": within, "direction": direction, "usage": usage}
        for name in sorted(_differing(kept, self._recorded())):
            self._fault(Flaw.MESSAGE, f"its row says another {name} than was recorded")

    def check_key(self, keys: Sequence[Values]) -> None:
        """That a key is there, or its end is told of."""
        told = self._erased is not None
        self._checking.looked.erased += told and self._is_destroyed
        if not keys:
            self._fault(Flaw.KEY, "its key is missing")
        elif self._is_destroyed and not told:
            words = "its key was destroyed, and no leaf of the gateway's own says who erased it and why"
            self._fault(Flaw.KEY, words)
        elif told and not self._is_destroyed:
            self._fault(Flaw.KEY, "a leaf says that it was erased, and its key is there")
        elif self._erased is not None:
            gone = [(self._erased.leaf.at, None, None)]
            if [*keys] != gone:
                self._fault(Flaw.KEY, "its key was erased, and its row says more, or another time")

    def check_payloads(self, payloads: Sequence[Values]) -> None:
        """That each is what its leaf commits to, and none is missing; of what was erased, that it is gone."""
        told = {pair for each in self._leaves for pair in (each.leaf.digests or {}).items()}
        for payload, role, size, sealed, vault_name, salt, digest in payloads:
            place = f"payload {payload}"
            if (role, digest) not in told:
                self._checking.faults.add(Flaw.PAYLOAD, place, "no leaf commits to it as this")
            told.discard((str(role), str(digest)))
            if not self._is_destroyed:
                row = KeptPayload(payload, sealed, vault_name, salt, digest)  # type: ignore[arg-type] # see there
                self._check_bytes(place, row, size)
            elif self._erased is not None and (sealed, vault_name, salt) != (None, None, None):
                self._checking.faults.add(Flaw.PAYLOAD, place, "it was erased, and is still kept")
        for role, _ in sorted(told):
            self._fault(Flaw.PAYLOAD, f"a leaf commits to {role!r} bytes that are not kept")

    def check_search(self, keys: Sequence[Values]) -> None:
        """That it is found by what its leaves say, and by nothing else."""
        for kind, normal, written in keys:
            if kind not in KINDS or not isinstance(written, str) or normalised(written) != normal:
                self._fault(Flaw.SEARCH_KEY, f"its key {normal!r} is not the form of what was written")
                return
        if self._is_destroyed:
            if keys and self._erased is not None:
                self._fault(Flaw.SEARCH_KEY, "it was erased, and is still found")
            return
        kept = {(str(kind), str(normal)): str(written) for kind, normal, written in keys}
        told, committed = self._told_keys()
        for key in sorted(told.keys() - kept.keys()):
            self._fault(Flaw.SEARCH_KEY, f"it is not found by its {key[0]} {key[1]!r}")
        if committed is not None:
            if committed != keys_digest((*key, written) for key, written in kept.items()):
                self._fault(Flaw.SEARCH_KEY, "it is found by other keys than were read of it")
            return
        for key in sorted(kept.keys() - told.keys()):
            self._fault(Flaw.SEARCH_KEY, f"no leaf says that its {key[0]} is {key[1]!r}")
        for key in sorted(kept.keys() & told.keys()):
            if not told[key].startswith(kept[key]) or len(kept[key]) < min(LONGEST, len(told[key])):
                self._fault(Flaw.SEARCH_KEY, f"its {key[0]} {key[1]!r} was written otherwise")

    def requests(self) -> list[Told]:
        """What is to be answered when it is sent again under its key."""
        for each in self._leaves:
            told = each.details or {}
            request, size = told.get(REQUEST), told.get("size")
            if isinstance(request, str) and isinstance(size, int):
                content = "" if self._is_destroyed else str(told.get(CONTENT))
                answer = request_answer(self._id, size, content)
                return [Told(request, answer, self._leaves[0].leaf.at)]
        return []

    def _recorded(self) -> Row | None:
        """What its row says but for its state and partner, as its leaves have it; None when none can tell."""
        recorded: dict[str, object] = {}
        for each in self._leaves:
            told = each.details or {}
            recorded |= {name: told[name] for name in ("size", "channel", *USUAL) if name in told}
        return {**USUAL, **recorded} if "size" in recorded else None

    def _told_keys(self) -> tuple[dict[tuple[str, str], str], str | None]:
        """The keys that its leaves spell out, as written; and the commitment to all, if there is one."""
        told: dict[tuple[str, str], str] = {}
        committed: str | None = None
        for each in self._leaves:
            details = each.details or {}
            for kind in KeyKind:
                written = details.get(kind.value)
                if written:
                    told.setdefault((kind.value, normalised(str(written))), str(written))
            if KEYS in details:
                committed = str(details[KEYS])
        return told, committed

    def _check_bytes(self, place: str, row: KeptPayload, size: object) -> None:
        means = self._checking.means
        try:
            found = sum(map(len, opened_payload(self._checking.key_of(self._id), row, means.vault)))
        except KeyDestroyedError:
            return
        except StoreError as fault:
            self._checking.faults.add(Flaw.PAYLOAD, place, f"{fault}")
            return
        if found != size:
            self._checking.faults.add(Flaw.PAYLOAD, place, "its row says another size than it has")
        self._checking.looked.payloads += 1

    def _fault(self, code: Flaw, words: str) -> None:
        self._checking.faults.add(code, f"message {self._id}", words)


def _differing(kept: Row, told: Row | None) -> set[str]:
    return set() if told is None else {name for name, value in kept.items() if told.get(name) != value}
