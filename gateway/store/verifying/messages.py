"""Each message with its leaves: its state, what arrived, its payloads, and what it is found by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import cast

from sqlalchemy import TextClause, bindparam, text

from gateway.errors import KeyDestroyedError, StoreError, TamperedError
from gateway.ledger.leaf import SALT_LENGTH, commitment_of
from gateway.store.payloads.keys import WrappedKey
from gateway.store.payloads.sealing import unseal
from gateway.store.search_keys import KeyKind, normalised
from gateway.store.verifying.opened import AT_ONCE, Checking, OpenedLeaf
from gateway.store.verifying.report import Doubt

Values = tuple[object, ...]
FILE = KeyKind.FILE_NAME.value
KINDS = frozenset(kind.value for kind in KeyKind)
RECEIVED = "message-received"
ERASED = "message-erased"
"""The leaf without which a destroyed key is no erasure but damage."""

_MESSAGES = "SELECT id, partner, state, size, arrived_at, changed_at, channel FROM message"
_FIRST_MESSAGES = text(f"{_MESSAGES} ORDER BY id LIMIT {AT_ONCE}")
_MORE_MESSAGES = text(f"{_MESSAGES} WHERE id > :after ORDER BY id LIMIT {AT_ONCE}")


def _of_messages(columns: str, table: str, order: str) -> TextClause:
    wanted = f"SELECT message_id, {columns} FROM {table} WHERE message_id IN :ids ORDER BY {order}"
    return text(wanted).bindparams(bindparam("ids", expanding=True))


_LEAVES = _of_messages("n, body", "ledger_leaf", "n")
_PAYLOADS = _of_messages("id, role, size, sealed, vault_name, salt, digest", "payload", "id")
_KEYS = _of_messages("destroyed_at, wrapped, key_id", "message_key", "message_id")
_SEARCH = _of_messages("kind, normalised, written", "search_key", "kind, normalised")


def check_messages(checking: Checking) -> None:
    """All messages, some hundred at a time."""
    rows = checking.select(_FIRST_MESSAGES)
    while rows:
        ids = [row[0] for row in rows if isinstance(row[0], str)]
        if len(ids) < len(rows):
            checking.faults.add(Doubt.MESSAGE, "messages", "the id of one is no text; no more are read")
            return
        leaves, payloads = _grouped(checking, _LEAVES, ids), _grouped(checking, _PAYLOADS, ids)
        keys, search = _grouped(checking, _KEYS, ids), _grouped(checking, _SEARCH, ids)
        checking.wrapped = {
            message: WrappedKey(key_id, wrapped)
            for message, rows_of_key in keys.items()
            for destroyed, wrapped, key_id in rows_of_key
            if destroyed is None and isinstance(key_id, str) and isinstance(wrapped, bytes)
        }
        for message, row in zip(ids, rows, strict=True):
            found = checking.opened(leaves[message], message)
            one = _Message(checking, message, found, is_destroyed=_is_destroyed(keys[message]))
            one.check_row(row)
            one.check_key(keys[message])
            one.check_payloads(payloads[message])
            one.check_search(search[message])
        checking.looked.messages += len(ids)
        rows = checking.select(_MORE_MESSAGES, after=ids[-1])


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

    def check_row(self, row: Values) -> None:
        """Where it stands, when, and whose it is."""
        _, partner, state, size, arrived_at, changed_at, channel = row
        leaves = [each.leaf for each in self._leaves]
        if not leaves:
            self._fault(Doubt.MESSAGE, "no leaf tells of it")
            return
        now, changed = None, None
        for leaf in leaves:
            if leaf.to is not None:
                if leaf.from_ != now:
                    self._fault(Doubt.MESSAGE, f"leaf {leaf.n} takes it from {leaf.from_}, and it was {now}")
                now, changed = leaf.to, leaf.at
            if leaf.partner not in (None, partner):
                self._fault(Doubt.PARTNER, f"leaf {leaf.n} says another partner than its row")
        if state != now:
            self._fault(Doubt.MESSAGE, f"its row says {state!r}, and its leaves {now!r}")
        if partner is not None and all(leaf.partner is None for leaf in leaves):
            self._fault(Doubt.PARTNER, "its row says a partner, and no leaf does")
        if (arrived_at, changed_at) != (leaves[0].at, changed):
            self._fault(Doubt.MESSAGE, "its row says other times than its leaves")
        told = self._leaves[0].details
        if (
            leaves[0].what == RECEIVED
            and told is not None
            and (told.get("size"), told.get("channel"))
            != (
                size,
                channel,
            )
        ):
            self._fault(Doubt.MESSAGE, "its row says another size or channel than was recorded")

    def check_key(self, keys: Sequence[Values]) -> None:
        """That a key is there, or its end is told of."""
        told = any(each.leaf.what == ERASED for each in self._leaves)
        self._checking.looked.erased += told and self._is_destroyed
        if not keys:
            self._fault(Doubt.KEY, "its key is missing")
        elif self._is_destroyed and not told:
            self._fault(Doubt.KEY, "its key was destroyed, and no leaf says that somebody erased it")
        elif told and not self._is_destroyed:
            self._fault(Doubt.KEY, "a leaf says that it was erased, and its key is there")

    def check_payloads(self, payloads: Sequence[Values]) -> None:
        """That each is what its leaf commits to, and none is missing."""
        told = {pair for each in self._leaves for pair in (each.leaf.digests or {}).items()}
        for payload, role, size, sealed, vault_name, salt, digest in payloads:
            place = f"payload {payload}"
            if (role, digest) not in told:
                self._checking.faults.add(Doubt.PAYLOAD, place, "no leaf commits to it as this")
            told.discard((str(role), str(digest)))
            if self._is_destroyed:
                continue
            try:
                found = self._measured(str(payload), sealed, vault_name, salt)
            except KeyDestroyedError:
                continue
            except StoreError as fault:
                self._checking.faults.add(Doubt.PAYLOAD, place, f"{fault}")
                continue
            if found != (digest, size):
                self._checking.faults.add(Doubt.PAYLOAD, place, "its bytes are not those that were recorded")
            self._checking.looked.payloads += 1
        for role, _ in sorted(told):
            self._fault(Doubt.PAYLOAD, f"a leaf commits to {role!r} bytes that are not kept")

    def check_search(self, keys: Sequence[Values]) -> None:
        """That it is found by what its leaves say, and by no other name of a file."""
        kept = {(kind, normal) for kind, normal, _ in keys}
        told = {
            (kind.value, normalised(str(each.details[kind.value])))
            for each in self._leaves
            if each.details is not None
            for kind in KeyKind
            if each.details.get(kind.value)
        }
        for kind, normal, written in keys:
            if kind not in KINDS or not isinstance(written, str) or normalised(written) != normal:
                self._fault(Doubt.SEARCH_KEY, f"its key {normal!r} is not the form of what was written")
        for kind, normal in sorted(told - kept):
            self._fault(Doubt.SEARCH_KEY, f"it is not found by its {kind} {normal!r}")
        if not self._is_destroyed:
            for _, normal in sorted((each for each in kept - told if each[0] == FILE), key=repr):
                self._fault(Doubt.SEARCH_KEY, f"no leaf says that its file is called {normal!r}")

    def _measured(self, payload: str, sealed: object, vault_name: object, salt: object) -> tuple[str, int]:
        """The commitment to the bytes of a payload, and how many there are."""
        means, size = self._checking.means, 0
        if not isinstance(salt, bytes) or len(salt) != SALT_LENGTH:
            raise TamperedError("its salt is not kept as it was")
        if (sealed is None) == (vault_name is None):
            raise TamperedError("it is kept at no place, or at two")
        coming = means.vault.open(str(vault_name)) if sealed is None else (sealed,)
        if sealed is not None and not isinstance(sealed, bytes):
            raise TamperedError("it is not kept as it was")

        def counted() -> Iterator[bytes]:
            nonlocal size
            key = self._checking.key_of(self._id)
            for part in unseal(key, payload, cast("Iterable[bytes]", coming)):
                size += len(part)
                yield part

        digest = commitment_of(salt, counted())
        return digest, size

    def _fault(self, code: Doubt, words: str) -> None:
        self._checking.faults.add(code, f"message {self._id}", words)
