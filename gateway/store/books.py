"""The ledger as it is written: entries of a batch become leaves at its end, in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace
from sqlalchemy import Connection, func, insert, select, update
from sqlmodel import col

from gateway import __version__
from gateway.ledger.leaf import SALT_LENGTH, VERSION, Leaf, commitment, leaf_bytes, record_bytes
from gateway.ledger.tree import Frontier, Node, Tiles, leaf_hashes
from gateway.store.columns import moment_text
from gateway.store.message_keys import WORKSPACE, MessageKeys
from gateway.store.tables import Epoch, LedgerLeaf, LedgerNode, LedgerRecord, PartnerRow
from gateway.store.transaction import Entry, Pending, Transaction

RECORD = "record"
FIRST_EPOCH = 1


@dataclass(frozen=True, slots=True)
class _End:
    """Where the log ends: its tree, and how many leaves each partner has."""

    epoch: int
    frontier: Frontier
    partners: dict[str, int]


class LedgerBooks:
    """Used by the writer's thread alone."""

    def __init__(self, keys: MessageKeys) -> None:
        self._keys = keys
        self._end: _End | None = None
        self._next: _End | None = None

    def load(self, connection: Connection) -> None:
        """Learn from the database where the log ends."""
        self._end = _loaded(connection)

    def prepare(self, transaction: Transaction, entry: Entry) -> Pending:
        """Make an entry ready: what it says beside the leaf is sealed, and the leaf will commit to it."""
        leaf = Leaf(
            epoch=FIRST_EPOCH,
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
        if not entry.details:
            return Pending(leaf)
        owner = entry.message or WORKSPACE
        salt, record = transaction.random.bytes(SALT_LENGTH), record_bytes(entry.details)
        sealed = self._keys.sealed(transaction.connection, owner, RECORD, salt + record)
        return Pending(replace(leaf, record=commitment(salt, record)), owner, sealed)

    def append(self, connection: Connection, pending: Sequence[Pending]) -> None:
        """Write the leaves of a batch. The log ends there when `committed` is called."""
        self._next = self._end
        if not pending:
            return
        end = self._end or _loaded(connection)
        leaves, partners = _numbered(end, pending)
        bodies = [leaf_bytes(leaf) for leaf in leaves]
        hashes = leaf_hashes(bodies)
        frontier, nodes = end.frontier.extended(hashes)
        rows = [
            {"n": leaf.n, "message_id": leaf.message, "body": body, "hash": hashed}
            for leaf, body, hashed in zip(leaves, bodies, hashes, strict=True)
        ]
        connection.execute(insert(LedgerLeaf), rows)
        _write_records(connection, leaves, pending)
        _write_nodes(connection, nodes)
        for partner, count in partners.items() - end.partners.items():
            connection.execute(update(PartnerRow).where(col(PartnerRow.id) == partner).values(leaves=count))
        self._next = _End(end.epoch, frontier, partners)

    def committed(self) -> None:
        """The batch that was appended last is durable."""
        self._end = self._next


def _loaded(connection: Connection) -> _End:
    epoch = connection.execute(select(func.max(col(Epoch.number)))).scalar_one()
    last = connection.execute(select(func.max(col(LedgerLeaf.n)))).scalar_one_or_none()
    partners = connection.execute(select(col(PartnerRow.id), col(PartnerRow.leaves))).all()
    size = 0 if last is None else last + 1
    return _End(epoch or FIRST_EPOCH, frontier_of(connection, size), dict(partners))


def frontier_of(connection: Connection, size: int) -> Frontier:
    """The tree of the first leaves of the log, from what is kept of it."""
    tiles = tiles_of(connection)
    levels = [level for level in range(size.bit_length() - 1, -1, -1) if size >> level & 1]
    return Frontier(size, tuple(tiles.subtree(level, (size >> level) - 1) for level in levels))


def tiles_of(connection: Connection) -> Tiles:
    """The hashes of the log as the database has them; none that is read is checked here."""

    def read(level: int, first: int, count: int) -> Sequence[bytes]:
        if level:
            kept = select(col(LedgerNode.hash)).where(
                col(LedgerNode.level) == level, col(LedgerNode.n) >= first, col(LedgerNode.n) < first + count
            )
            return connection.execute(kept.order_by(col(LedgerNode.n))).scalars().all()
        leaves = select(col(LedgerLeaf.hash)).where(
            col(LedgerLeaf.n) >= first, col(LedgerLeaf.n) < first + count
        )
        return connection.execute(leaves.order_by(col(LedgerLeaf.n))).scalars().all()

    return Tiles(read)


def _numbered(end: _End, pending: Sequence[Pending]) -> tuple[list[Leaf], dict[str, int]]:
    """The leaves, each with its place in the log and among those of its partner."""
    partners, leaves = dict(end.partners), []
    for n, each in enumerate(pending, end.frontier.size):
        partner, number = each.leaf.partner, None
        if partner is not None:
            number = partners[partner] = partners.get(partner, 0) + 1
        leaves.append(replace(each.leaf, epoch=end.epoch, n=n, partner_n=number))
    return leaves, partners


def _write_records(connection: Connection, leaves: Sequence[Leaf], pending: Sequence[Pending]) -> None:
    rows = [
        {"n": leaf.n, "owner": ready.owner, "sealed": ready.sealed}
        for leaf, ready in zip(leaves, pending, strict=True)
        if ready.sealed is not None
    ]
    if rows:
        connection.execute(insert(LedgerRecord), rows)


def _write_nodes(connection: Connection, nodes: Sequence[Node]) -> None:
    rows = [{"level": node.level, "n": node.index, "hash": node.hash} for node in nodes]
    if rows:
        connection.execute(insert(LedgerNode), rows)
