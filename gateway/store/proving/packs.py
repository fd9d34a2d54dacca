"""What goes into a proof pack: which leaves, under which checkpoint, and what they commit to.

It is made in two parts. `prepare` changes: it sees to a checkpoint, and enters that somebody looked at raw
contents. `pack_of` only reads, so that a large pack keeps nobody waiting.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec
from sqlalchemy import Connection, func, select
from sqlmodel import col

import gateway.ledger
from gateway.errors import KeyDestroyedError, TamperedError, UsageError
from gateway.ledger.layout import PartnerRange
from gateway.ledger.leaf import Leaf, read_leaf
from gateway.ledger.notes import Note, VerifierKey, parse_note
from gateway.ledger.pack import Pack, ShownLeaf
from gateway.ledger.pack_words import Summary
from gateway.ledger.tree import inclusion_proof
from gateway.store.columns import moment_text
from gateway.store.people import Who, actor_id
from gateway.store.proving.shown import Room, shown_payloads, shown_record
from gateway.store.search_keys import KeyKind, normalised
from gateway.store.signing.handing import COUNTERSIGNED, kept_witness_key
from gateway.store.signing.signer import Signer
from gateway.store.store import Store
from gateway.store.tables import Actor, Checkpoint, LedgerLeaf, Message, PartnerRow, SearchKey, Witnessed
from gateway.store.verifying.opened import DeepMeans
from gateway.store.writing.books import tiles_of
from gateway.store.writing.leaf_rows import extent_of, leaf_batches
from gateway.store.writing.transaction import Entry, Transaction

EXPORTED = "pack-exported"
MOST_LEAVES = 20_000
AT_ONCE = 500
T = TypeVar("T")


class Wanted(msgspec.Struct, frozen=True):
    """What is to be proven: a message, all with a key, or all of a partner in a time (from, and before).

    The checkpoint of the pack has at least so many leaves as `least`.
    """

    message: str | None = None
    kind: KeyKind | None = None
    number: str | None = None
    partner: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    least: int = 0

    @property
    def words(self) -> str:
        """What it is, for people."""
        if self.message is not None:
            return f"message {self.message}"
        if self.number is not None:
            kind = "purchase order" if self.kind is KeyKind.PURCHASE_ORDER else self.kind
            return f"{kind} {self.number}"
        since = "the beginning" if self.since is None else _minute(self.since)
        until = "now" if self.until is None else _minute(self.until)
        return f"partner {self.partner}, from {since} to {until}"


class Chosen(msgspec.Struct, frozen=True):
    """The leaves of a pack, by their numbers, and the ranges of partners that are whole in it."""

    leaves: tuple[int, ...]
    ranges: tuple[PartnerRange, ...] = ()


class Prepared(msgspec.Struct, frozen=True):
    """What was chosen, and the checkpoint that covers it."""

    chosen: Chosen
    epoch: int
    size: int
    words: str


def prepare(store: Store, signer: Signer, wanted: Wanted, who: Who) -> Prepared:
    """Choose the leaves, see that a checkpoint covers them, and enter that they are given out.

    Raises `UsageError` when there are none, or too many.
    """
    with store.database.reading() as connection:
        chosen = choose(connection, wanted)
        epoch = extent_of(connection).epoch
        size = _covering(connection, epoch, max(chosen.leaves[-1], wanted.least - 1))
        messages = _messages_of(connection, chosen.leaves)
    if size is None:
        made = signer.make()
        epoch, size = made.epoch, made.size
    details: dict[str, str | int] = {"asked": wanted.words, "leaves": len(chosen.leaves), "checkpoint": size}
    shown: list[str | None] = [*messages] or [None]

    def change(transaction: Transaction) -> None:
        actor = actor_id(transaction, who)
        for message in shown:
            try:
                transaction.record(Entry(EXPORTED, actor, message, details=details))
            except KeyDestroyedError:  # nothing can be told under its key any more
                transaction.record(Entry(EXPORTED, actor, message))

    store.writer.do(change)
    return Prepared(chosen, epoch, size, wanted.words)


def choose(connection: Connection, wanted: Wanted) -> Chosen:
    """The leaves that are wanted. Raises `UsageError` when there are none, or more than 20,000."""
    if wanted.partner is not None:
        chosen = _of_partner(connection, wanted)
    else:
        found = _family(connection, _named(connection, wanted))
        leaves = select(col(LedgerLeaf.n)).where(col(LedgerLeaf.message_id).in_(found))
        numbers = connection.execute(leaves.order_by(col(LedgerLeaf.n)).limit(MOST_LEAVES + 1)).scalars()
        chosen = Chosen(tuple(numbers))
    if not chosen.leaves:
        raise UsageError(f"The ledger has nothing of {wanted.words}; check how it is written")
    if len(chosen.leaves) > MOST_LEAVES:
        raise UsageError(
            f"The ledger has more than {MOST_LEAVES:,} leaves of {wanted.words}; ask for a shorter time"
        )
    return chosen


def pack_of(
    connection: Connection, means: DeepMeans, prepared: Prepared, key: VerifierKey, now: datetime
) -> Pack:
    """The pack. Raises `TamperedError` when something in it is not what was recorded."""
    tiles = tiles_of(connection)
    room = Room()
    shown, names = [], dict[str, str]()
    for n, body in _bodies(connection, prepared.chosen.leaves):
        leaf = read_leaf(body)
        hashes = inclusion_proof(n, prepared.size, tiles.subtrees)
        payloads = shown_payloads(connection, means, leaf, room)
        shown.append(ShownLeaf(body, hashes, payloads, shown_record(connection, means, leaf)))
        _name(connection, leaf, names)
    note, witnesses = _note(connection, prepared.epoch, prepared.size)
    return Pack(
        leaves=tuple(shown),
        checkpoint=note,
        public_key=key.text,
        summary=Summary(f"Proof of {prepared.words}", _minute(now), names),
        program=verifier_program(),
        witness_keys=witnesses,
        ranges=prepared.chosen.ranges,
    )


def verifier_program() -> bytes:
    """The source of the verifier that stands alone."""
    return (Path(gateway.ledger.__file__).parent / "standalone" / "verify.py").read_bytes()


def _named(connection: Connection, wanted: Wanted) -> set[str]:
    if wanted.message is not None:
        known = select(col(Message.id)).where(col(Message.id) == wanted.message)
        return set(connection.execute(known).scalars())
    keyed = select(col(SearchKey.message_id)).where(
        col(SearchKey.normalised) == normalised(wanted.number or "")
    )
    if wanted.kind is not None:
        keyed = keyed.where(col(SearchKey.kind) == wanted.kind.value)
    return set(connection.execute(keyed.limit(MOST_LEAVES)).scalars())


def _family(connection: Connection, messages: set[str]) -> set[str]:
    """These messages, what they came within, and what came within them."""
    found = set(messages)
    for start in _some(sorted(messages)):
        above = select(col(Message.within)).where(
            col(Message.id).in_(start), col(Message.within).is_not(None)
        )
        below = select(col(Message.id)).where(col(Message.within).in_(start))
        found.update(str(each) for each in connection.execute(above).scalars())
        found.update(connection.execute(below).scalars())
    return found


def _of_partner(connection: Connection, wanted: Wanted) -> Chosen:
    """All leaves of a partner between the first and the last in the time, as they are numbered."""
    named = select(col(PartnerRow.id)).where(col(PartnerRow.normalised) == normalised(wanted.partner or ""))
    partner = connection.execute(named).scalars().first()
    if partner is None:
        raise UsageError(
            f"The ledger knows no partner {wanted.partner!r}; `gateway partners list` has their names"
        )
    since = "" if wanted.since is None else moment_text(wanted.since)
    until = "~" if wanted.until is None else moment_text(wanted.until)
    own = list(_leaves_of(connection, partner))
    inside = [number for number, _, at in own if since <= at < until]
    if not inside:
        return Chosen(())
    first, last = min(inside), max(inside)
    numbers = tuple(n for number, n, _ in own if first <= number <= last)
    return Chosen(numbers, (PartnerRange(first, last, partner),))


class _Own(msgspec.Struct, gc=False):
    at: str
    n: int
    partner: str | None = None
    partner_n: int = 0


_OWN = msgspec.json.Decoder(_Own)


def _leaves_of(connection: Connection, partner: str) -> Iterator[tuple[int, int, str]]:
    """Of each leaf of a partner its number there, that in the log, and its time; the whole log is read."""
    mark = partner.encode()
    for rows in leaf_batches(connection, 0, extent_of(connection).size):
        for _, _, body, _ in rows:
            if mark in body:
                own = _OWN.decode(body)
                if own.partner == partner:
                    yield own.partner_n, own.n, own.at


def _covering(connection: Connection, epoch: int, leaf: int) -> int | None:
    """The size of the newest checkpoint with this leaf: one that was countersigned, if there is any."""
    for table, also in ((Witnessed, [col(Witnessed.outcome) == COUNTERSIGNED]), (Checkpoint, [])):
        newest = select(func.max(col(table.size))).where(
            col(table.epoch) == epoch, col(table.size) > leaf, *also
        )
        size: int | None = connection.execute(newest).scalar_one_or_none()
        if size is not None:
            return size
    return None


def _messages_of(connection: Connection, leaves: Sequence[int]) -> list[str]:
    found: set[str] = set()
    for some in _some(leaves):
        named = select(col(LedgerLeaf.message_id)).where(
            col(LedgerLeaf.n).in_(some), col(LedgerLeaf.message_id).is_not(None)
        )
        found.update(str(each) for each in connection.execute(named).scalars())
    return sorted(found)


def _bodies(connection: Connection, leaves: Sequence[int]) -> Iterator[tuple[int, bytes]]:
    for some in _some(leaves):
        kept = select(col(LedgerLeaf.n), col(LedgerLeaf.body)).where(col(LedgerLeaf.n).in_(some))
        rows = {row.n: row.body for row in connection.execute(kept)}
        for n in some:
            if n not in rows:
                raise TamperedError(f"Leaf {n} is missing; run `gateway ledger verify --deep`")
            yield n, rows[n]


def _name(connection: Connection, leaf: Leaf, names: dict[str, str]) -> None:
    if leaf.who not in names:
        who = connection.execute(
            select(col(Actor.name)).where(col(Actor.id) == leaf.who)
        ).scalar_one_or_none()
        names[leaf.who] = who or leaf.who
    if leaf.partner is not None and leaf.partner not in names:
        named = select(col(PartnerRow.name)).where(col(PartnerRow.id) == leaf.partner)
        names[leaf.partner] = connection.execute(named).scalar_one_or_none() or leaf.partner


def _note(connection: Connection, epoch: int, size: int) -> tuple[bytes, tuple[str, ...]]:
    """The checkpoint with the lines of all witnesses that countersigned it, and their keys."""
    kept = select(col(Checkpoint.note)).where(col(Checkpoint.epoch) == epoch, col(Checkpoint.size) == size)
    note = parse_note(connection.execute(kept).scalar_one().encode())
    answers = select(col(Witnessed.place), col(Witnessed.answer)).where(
        col(Witnessed.epoch) == epoch, col(Witnessed.size) == size, col(Witnessed.outcome) == COUNTERSIGNED
    )
    lines, keys = list(note.signatures), []
    for place, answer in connection.execute(answers.order_by(col(Witnessed.id))):
        key = VerifierKey.from_text((kept_witness_key(connection, place) or b"").decode().strip("\n"))
        own = [
            one
            for one in parse_note(answer or b"").signatures
            if (one.name, one.key_id) == (key.name, key.key_id)
        ]
        if own and key.text not in keys:
            lines += own[:1]
            keys.append(key.text)
    return Note(note.text, tuple(lines)).data, tuple(keys)


def _minute(moment: datetime) -> str:
    return f"{moment_text(moment)[:16].replace('T', ' ')} UTC"


def _some(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """A few at a time."""
    return (items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE))
