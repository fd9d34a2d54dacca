"""The ledger as it is written: entries of a batch become leaves at its end, in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import NamedTuple

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, bindparam, func, select, update
from sqlmodel import col

from gateway import __version__
from gateway.errors import TamperedError
from gateway.ledger.leaf import (
    SALT_LENGTH,
    VERSION,
    Leaf,
    commitment,
    leaf_bytes,
    placed_bytes,
    record_bytes,
    without_place,
)
from gateway.ledger.tiles import Range, Tiles
from gateway.ledger.tree import Frontier, Node, complete_subtrees, leaf_hashes
from gateway.store.columns import moment_text, storable
from gateway.store.payloads.message_keys import STORE, MessageKeys, read_with
from gateway.store.tables import Epoch, LedgerLeaf, LedgerNode, LedgerRecord, PartnerRow
from gateway.store.writing.rows import Rows
from gateway.store.writing.transaction import Entry, Pending, Transaction

ERASED = "message-erased"
"""The leaf without which a destroyed key is no erasure but damage."""
FIRST_EPOCH = 1
_COUNT = (
    update(PartnerRow).where(col(PartnerRow.id) == bindparam("partner_id")).values(leaves=bindparam("count"))
)

_DETAILS = msgspec.json.Decoder(dict[str, str | int])


class OpenedRecord(NamedTuple):
    """What a leaf tells beside, and the salt with which it commits to that."""

    salt: bytes
    details: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class _End:
    """Where the log ends: its tree, and how many leaves each partner has that is named here."""

    epoch: int
    frontier: Frontier
    partners: dict[str, int]


class LedgerBooks:
    """Used by the writer's thread alone."""

    def __init__(self, keys: MessageKeys) -> None:
        self._keys = keys
        self._rows = Rows()
        self._end = _End(FIRST_EPOCH, Frontier(), {})
        self._next: _End | None = None

    def load(self, connection: Connection) -> None:
        """Learn from the database where the log ends."""
        self._end, self._next = _loaded(connection), None

    def have_keys(self, transaction: Transaction, messages: Sequence[str]) -> None:
        """Have the keys of these messages at hand, by one look: entries about them need them."""
        missing = [each for each in messages if each not in transaction.keys]
        if missing:
            transaction.keys.update(self._keys.of_many(transaction.connection, missing))

    def prepare(self, transaction: Transaction, entry: Entry) -> Pending:
        """Make an entry ready: what it says beside the leaf is sealed, and the leaf will commit to it.

        Also where it says nothing: who has no key cannot add a leaf that anybody takes for one of ours.
        Raises `ValueError` for what cannot be a leaf, such as one of a partner that is not in the books.
        """
        leaf = Leaf(
            epoch=self._end.epoch,
            n=0,
            at=moment_text(transaction.now),
            who=entry.who,
            what=entry.what,
            message=entry.message,
            partner=entry.partner,
            partner_n=1 if entry.partner else None,
            from_=entry.before,
            to=entry.after,
            digests=dict(entry.digests) or None,
            build=__version__,
            version=VERSION,
        )
        leaf_bytes(leaf)
        if entry.partner is not None:
            self._check_partner(transaction, entry.partner)
        owner = entry.message if entry.message and entry.details and entry.what != ERASED else STORE
        said = {
            name: storable(value) if isinstance(value, str) else value
            for name, value in entry.details.items()
        }
        salt, record = transaction.random.bytes(SALT_LENGTH), record_bytes(said)
        sealed = self._keys.sealed(transaction, owner, without_place(leaf), salt + record)
        return Pending(replace(leaf, record=commitment(salt, record)), owner, sealed)

    def append(self, connection: Connection, pending: Sequence[Pending]) -> None:
        """Write the leaves of a batch. The log ends there when `committed` is called."""
        self._next = None
        if not pending:
            return
        leaves, partners = _numbered(self._end, pending)
        bodies = [placed_bytes(leaf) for leaf in leaves]
        hashes = leaf_hashes(bodies)
        frontier, nodes = self._end.frontier.extended(hashes)
        rows = [
            {"n": leaf.n, "message_id": leaf.message, "body": body, "hash": hashed}
            for leaf, body, hashed in zip(leaves, bodies, hashes, strict=True)
        ]
        self._rows.insert(connection, LedgerLeaf, rows)
        self._write_records(connection, leaves, pending)
        self._write_nodes(connection, nodes)
        for partner, count in partners.items():
            connection.execute(_COUNT, {"partner_id": partner, "count": count})
        self._next = _End(self._end.epoch, frontier, partners)

    def committed(self) -> None:
        """The batch that was appended last is durable."""
        if self._next is not None:
            self._end.partners.update(self._next.partners)
            self._end = _End(self._next.epoch, self._next.frontier, self._end.partners)
            self._next = None

    def _check_partner(self, transaction: Transaction, partner: str) -> None:
        """Numbers of a partner that no row counts would begin anew at the next start."""
        if partner in self._end.partners:
            return
        there = select(col(PartnerRow.id)).where(col(PartnerRow.id) == partner)
        if transaction.connection.execute(there).first() is None:
            raise ValueError(f"{partner} is no partner in the books; enter it with `partner_id` first")

    def _write_records(
        self, connection: Connection, leaves: Sequence[Leaf], pending: Sequence[Pending]
    ) -> None:
        rows = [
            {"n": leaf.n, "owner": ready.owner, "sealed": ready.sealed}
            for leaf, ready in zip(leaves, pending, strict=True)
            if ready.sealed is not None
        ]
        if rows:
            self._rows.insert(connection, LedgerRecord, rows)

    def _write_nodes(self, connection: Connection, nodes: Sequence[Node]) -> None:
        rows = [{"level": node.level, "n": node.index, "hash": node.hash} for node in nodes]
        if rows:
            self._rows.insert(connection, LedgerNode, rows)


def may_own(owner: object, leaf: Leaf) -> bool:
    """Whether the side record of a leaf may be sealed under this key.

    It is that of the message, but where nothing is said, and where it has to outlast that key.
    """
    return owner == STORE or (owner == leaf.message and leaf.what != ERASED)


def open_record(key: bytes, leaf: Leaf, sealed: bytes) -> OpenedRecord:
    """The side record of a leaf, opened with the key of its owner; TamperedError when it is not its own."""
    try:
        plain = read_with(key, without_place(leaf), sealed)
    except TamperedError:
        raise TamperedError(f"What leaf {leaf.n} tells beside is not what was kept; do not use it") from None
    salt, record = plain[:SALT_LENGTH], plain[SALT_LENGTH:]
    if len(salt) != SALT_LENGTH or commitment(salt, record) != leaf.record:
        raise TamperedError(f"What leaf {leaf.n} tells beside is not what it commits to; do not use it")
    try:
        return OpenedRecord(salt, _DETAILS.decode(record))
    except msgspec.DecodeError:
        raise TamperedError(f"What leaf {leaf.n} tells beside is no record; do not use it") from None


def _loaded(connection: Connection) -> _End:
    epoch = connection.execute(select(func.max(col(Epoch.number)))).scalar_one()
    last = connection.execute(select(func.max(col(LedgerLeaf.n)))).scalar_one_or_none()
    partners = connection.execute(select(col(PartnerRow.id), col(PartnerRow.leaves))).all()
    size = 0 if last is None else last + 1
    counts: dict[str, int] = {row.id: row.leaves for row in partners}
    return _End(epoch or FIRST_EPOCH, frontier_of(connection, size), counts)


def frontier_of(connection: Connection, size: int) -> Frontier:
    """The tree of the first leaves of the log, from what is kept of it."""
    return Frontier(size, tuple(tiles_of(connection).subtrees(complete_subtrees(0, size))))


def tiles_of(connection: Connection) -> Tiles:
    """The hashes of the log as the database has them; none that is read is checked here."""

    def read(ranges: Sequence[Range]) -> list[list[bytes]]:
        found = connection.exec_driver_sql(" UNION ALL ".join(map(_kept, ranges)))
        kept: dict[tuple[int, int], bytes] = {(level, n): hashed for level, n, hashed in found}
        return [_unbroken(kept, *each) for each in ranges]

    return Tiles(read)


def _kept(wanted: Range) -> str:
    """The hashes of a range: one statement for all that a proof needs, as each costs more than it reads."""
    level, first, count = wanted
    table, where = ("ledger_node", f"level = {level:d} AND ") if level else ("ledger_leaf", "")
    return f"SELECT {level:d}, n, hash FROM {table} WHERE {where}n >= {first:d} AND n < {first + count:d}"


def _unbroken(kept: Mapping[tuple[int, int], bytes], level: int, first: int, count: int) -> list[bytes]:
    """The hashes of a range up to the first that is missing."""
    places = [(level, n) for n in range(first, first + count)]
    return [kept[place] for place in takewhile(kept.__contains__, places)]


def _numbered(end: _End, pending: Sequence[Pending]) -> tuple[list[Leaf], dict[str, int]]:
    """The leaves, each with its place in the log and among those of its partner; and the new counts."""
    counts: dict[str, int] = {}
    leaves = []
    for n, each in enumerate(pending, end.frontier.size):
        partner, number = each.leaf.partner, None
        if partner is not None:
            number = counts[partner] = counts.get(partner, end.partners.get(partner, 0)) + 1
        leaves.append(replace(each.leaf, epoch=end.epoch, n=n, partner_n=number))
    return leaves, counts
