"""Leaves with what they only commit to: read, opened, and held against their commitments.

Rows are read as the database has them, since a changed one may hold anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
from sqlalchemy import Connection, TextClause, bindparam, text

from gateway.errors import KeyDestroyedError, StoreError, TamperedError
from gateway.ledger.leaf import SALT_LENGTH, Leaf, commitment, read_leaf
from gateway.store.payloads.keys import WrappedKey
from gateway.store.payloads.message_keys import MessageKeys, read_with
from gateway.store.payloads.vault import Vault
from gateway.store.verifying.report import Doubt, Faults, Looked
from gateway.store.writing.books import RECORD

AT_ONCE = 500
Details = Mapping[str, str | int]

_DETAILS = msgspec.json.Decoder(dict[str, str | int])
_RECORDS = text("SELECT n, owner, sealed FROM ledger_record WHERE n IN :numbers").bindparams(
    bindparam("numbers", expanding=True)
)


@dataclass(frozen=True, slots=True)
class DeepMeans:
    """What opens what is sealed."""

    keys: MessageKeys
    vault: Vault


class OpenedLeaf(msgspec.Struct, frozen=True):
    """A leaf, and its side record where it has one that can be read."""

    leaf: Leaf
    details: Details | None


@dataclass(slots=True)
class Checking:
    """What the parts of a deep check share."""

    connection: Connection
    means: DeepMeans
    faults: Faults
    looked: Looked
    actors: set[str] = field(default_factory=set)
    wrapped: dict[str, WrappedKey] = field(default_factory=dict)  # of the messages that come next
    _owner: str | None = None
    _key: bytes = field(default=b"", repr=False)

    def key_of(self, owner: str) -> bytes:
        """The key of a message; that of the last one is at hand. Raises as `MessageKeys.of` does."""
        if self._owner != owner:
            wrapped = self.wrapped.get(owner)
            if wrapped is None:
                self._key = self.means.keys.of(self.connection, owner)
            else:
                self._key = self.means.keys.unwrapped(owner, wrapped)
            self._owner = owner
        return self._key

    def opened(self, rows: Sequence[tuple[object, ...]], owner: str) -> list[OpenedLeaf]:
        """Leaves that were read, with what they commit to; those of one owner, whose key opens them."""
        records = self._records([row[0] for row in rows])
        found = []
        for n, body in rows:
            try:
                leaf = read_leaf(body if isinstance(body, bytes) else b"")
            except TamperedError as fault:
                self.faults.add(Doubt.LEAF, f"leaf {n}", f"{fault}")
                continue
            if leaf.who not in self.actors:
                self.faults.add(Doubt.ACTOR, f"leaf {n}", "nobody is known by the id of who did it")
            found.append(OpenedLeaf(leaf, self._details(leaf, records.get(n), owner)))
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

    def _details(self, leaf: Leaf, row: tuple[object, ...] | None, owner: str) -> Details | None:
        place = f"leaf {leaf.n}"
        if leaf.record is None or row is None:
            if row is not None or leaf.record is not None:
                self.faults.add(Doubt.RECORD, place, "the leaf and what it tells beside do not fit")
            return None
        _, of, sealed = row
        try:
            if sealed is None:
                self.key_of(owner)  # it is gone, unless somebody took the record away
            if of != owner or not isinstance(sealed, bytes):
                raise TamperedError("what it tells beside is not kept as it was")
            plain = read_with(self.key_of(owner), RECORD, sealed)
        except KeyDestroyedError:
            return None
        except StoreError as fault:
            self.faults.add(Doubt.RECORD, place, f"{fault}")
            return None
        salt, record = plain[:SALT_LENGTH], plain[SALT_LENGTH:]
        if len(salt) != SALT_LENGTH or commitment(salt, record) != leaf.record:
            self.faults.add(Doubt.RECORD, place, "what it tells beside is not what the leaf commits to")
            return None
        self.looked.records += 1
        try:
            return _DETAILS.decode(record)
        except msgspec.DecodeError:
            self.faults.add(Doubt.RECORD, place, "what it tells beside is no record")
            return None
