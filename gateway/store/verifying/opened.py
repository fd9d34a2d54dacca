"""Leaves with what they only commit to: read, opened, and held against their commitments.

Rows are read as the database has them, since a changed one may hold anything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
from sqlalchemy import Connection, TextClause, bindparam, text

from gateway.errors import KeyDestroyedError, StoreError, TamperedError
from gateway.ledger.leaf import Leaf, read_leaf
from gateway.store.payloads.keys import WrappedKey
from gateway.store.payloads.message_keys import STORE, MessageKeys
from gateway.store.payloads.vault import Vault
from gateway.store.verifying.report import Faults, Flaw, Looked
from gateway.store.writing.books import ERASED, may_own, open_record

AT_ONCE = 500
Details = Mapping[str, str | int]

_KEYS = text(
    "SELECT message_id, destroyed_at, wrapped, key_id FROM message_key WHERE message_id IN :ids"
).bindparams(bindparam("ids", expanding=True))
_RECORDS = text("SELECT n, owner, sealed FROM ledger_record WHERE n IN :numbers").bindparams(
    bindparam("numbers", expanding=True)
)


@dataclass(frozen=True, slots=True)
class DeepMeans:
    """What opens what is sealed."""

    keys: MessageKeys
    vault: Vault


class OpenedLeaf(msgspec.Struct, frozen=True):
    """A leaf, and its side record unless that cannot be read."""

    leaf: Leaf
    details: Details | None

    @property
    def erases(self) -> bool:
        """Whether it says who erased its message, and why: only who has the workspace key lets it say so."""
        told = self.details or {}
        said = all(isinstance(told.get(name), str) and told[name] for name in ("who", "reason"))
        return said and self.leaf.what == ERASED


@dataclass(slots=True)
class Checking:
    """What the parts of a deep check share."""

    connection: Connection
    means: DeepMeans
    faults: Faults
    looked: Looked
    requests: int = 0  # how many of their rows a leaf tells of
    forgotten: str = ""  # requests that were answered before this time may be forgotten
    witnesses: list[tuple[object, object]] = field(default_factory=list)  # their places and keys, as told
    actors: set[str] | None = None  # all that are known; None where that does not matter
    wrapped: dict[str, WrappedKey] = field(default_factory=dict)  # of the messages that come next
    _last: tuple[str, bytes] = field(default=("", b""), repr=False)

    def key_of(self, owner: str) -> bytes:
        """The key of a message; that of the last one is at hand. Raises as `MessageKeys.of` does."""
        if owner == STORE:
            return self.means.keys.of(self.connection, owner)
        if self._last[0] != owner:
            wrapped = self.wrapped.get(owner)
            if wrapped is None:
                key = self.means.keys.of(self.connection, owner)
            else:
                key = self.means.keys.unwrapped(owner, wrapped)
            self._last = owner, key
        return self._last[1]

    def learn_keys(self, messages: Sequence[str]) -> dict[str, list[tuple[object, ...]]]:
        """Read the keys of the messages that come next at once; gives their rows, by message."""
        found: dict[str, list[tuple[object, ...]]] = defaultdict(list)
        for row in self.select(_KEYS, ids=messages) if messages else ():
            found[str(row[0])].append(row[1:])
        self.wrapped = {
            message: WrappedKey(key_id, wrapped)
            for message, rows in found.items()
            for destroyed, wrapped, key_id in rows
            if destroyed is None and isinstance(key_id, str) and isinstance(wrapped, bytes)
        }
        return found

    def opened(self, rows: Sequence[tuple[object, ...]]) -> list[OpenedLeaf]:
        """Leaves that were read, by number and body, with what they commit to."""
        records = self._records([row[0] for row in rows])
        found = []
        for n, body in rows:
            try:
                leaf = read_leaf(body if isinstance(body, bytes) else b"")
            except TamperedError as fault:
                self.faults.add(Flaw.LEAF, f"leaf {n}", f"{fault}")
                continue
            if self.actors is not None and leaf.who not in self.actors:
                self.faults.add(Flaw.ACTOR, f"leaf {n}", "nobody is known by the id of who did it")
            found.append(OpenedLeaf(leaf, self._details(leaf, records.get(n))))
        return found

    def select(self, statement: TextClause, **values: object) -> Sequence[tuple[object, ...]]:
        """Rows as the driver gives them."""
        return [tuple(row) for row in self.connection.execute(statement, values)]

    def _records(self, numbers: Sequence[object]) -> dict[object, tuple[object, ...]]:
        found: dict[object, tuple[object, ...]] = {}
        for start in range(0, len(numbers), AT_ONCE):
            some = list(numbers[start : start + AT_ONCE])
            found |= {row[0]: row for row in self.select(_RECORDS, numbers=some)}
        return found

    def _details(self, leaf: Leaf, row: tuple[object, ...] | None) -> Details | None:
        """What a leaf tells beside. There is always something, so that nobody adds a leaf without a key."""
        place = f"leaf {leaf.n}"
        if leaf.record is None or row is None:
            self.faults.add(Flaw.RECORD, place, "what every leaf tells beside is missing: who added it?")
            return None
        _, owner, sealed = row
        try:
            if not may_own(owner, leaf):
                raise TamperedError("what it tells beside is not kept as it was")
            key = self.key_of(str(owner))
            if not isinstance(sealed, bytes):
                raise TamperedError("what it tells beside is not kept as it was")
            details = open_record(key, leaf, sealed).details
        except KeyDestroyedError:
            if sealed is not None:
                self.faults.add(Flaw.RECORD, place, "its key was destroyed, and not what it tells beside")
            return None
        except StoreError as fault:
            self.faults.add(Flaw.RECORD, place, f"{fault}")
            return None
        self.looked.records += 1
        return details
