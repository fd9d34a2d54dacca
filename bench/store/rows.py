"""The rows of messages that were received, in bulk: those that the store itself writes, many times faster.

A test holds them against what real receives leave, column by column.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from bench.store import content
from bench.store.content import Sent
from bench.store.opening import workspace_keys
from gateway import __version__
from gateway.ledger.leaf import (
    SALT_LENGTH,
    VERSION,
    Leaf,
    commitment,
    leaf_bytes,
    record_bytes,
    without_place,
)
from gateway.ledger.tree import leaf_hash
from gateway.store.columns import moment_text
from gateway.store.ids import new_id
from gateway.store.messages import USUAL
from gateway.store.payloads.message_keys import OWN_BYTES, record_key
from gateway.store.payloads.sealing import seal
from gateway.store.receiving import RAW
from gateway.store.writing.books import FIRST_EPOCH

Row = tuple[object, ...]


class Rows(NamedTuple):
    """Rows by table, with the columns that `COLUMNS` names, and the hashes of the leaves among them."""

    rows: Mapping[str, list[Row]]
    hashes: list[bytes]


COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "message": (
            *("id", "kind", "within", "direction", "channel", "partner", "usage", "state", "size"),
            *("arrived_at", "changed_at"),
        ),
        "message_key": ("message_id", "key_id", "wrapped"),
        "payload": ("id", "message_id", "role", "size", "sealed", "vault_name", "salt", "digest"),
        "search_key": ("normalised", "kind", "message_id", "written"),
        "ledger_leaf": ("n", "message_id", "body", "hash"),
        "ledger_record": ("n", "owner", "sealed"),
    }
)


class Numbered:
    """Randomness that a text decides: fast, the same at every run, and no good for keys."""

    def __init__(self, seed: str) -> None:
        self._source = random.Random(seed)

    def bytes(self, count: int) -> bytes:
        """So many bytes."""
        return self._source.randbytes(count)

    def below(self, limit: int) -> int:
        """A number from 0 to `limit` - 1."""
        return self._source.randrange(limit)


class Stretch(NamedTuple):
    """Messages to make: from number `first` of `all` on, one for each partner (by place) and its count.

    `leaf` is the number of the first leaf, `earlier` how many leaves each partner has before its
    first message.
    `ids` are those of the partners by place, `who` is the actor who received them.
    """

    seed: int
    first: int
    of: Sequence[tuple[int, int]]
    all: int
    leaf: int
    earlier: int
    ids: Mapping[str, str]
    who: str


def rows_of(stretch: Stretch) -> Rows:
    """All rows of these messages but the nodes of the tree."""
    made = Rows({table: [] for table in COLUMNS}, [])
    writing = _Writing(stretch, made)
    sent = content.sent(stretch.seed, stretch.first, stretch.of, stretch.all)
    for leaf, each in enumerate(sent, stretch.leaf):
        writing.add(leaf, each)
    return made


class _Writing:
    def __init__(self, stretch: Stretch, made: Rows) -> None:
        self._stretch = stretch
        self._made = made
        self._random = Numbered(f"{stretch.seed} {stretch.first} bytes")
        self._keys = workspace_keys(self._random)

    def add(self, number: int, sent: Sent) -> None:
        """The rows of one message, whose leaf has this number."""
        made, drawing = self._made.rows, self._random
        message, payload = new_id(sent.at, drawing), new_id(sent.at, drawing)
        partner, at = self._stretch.ids[sent.partner], moment_text(sent.at)
        key, salt = self._keys.new_message_key(), drawing.bytes(SALT_LENGTH)
        wrapped, size = self._keys.wrap(message, key), len(sent.data)
        sealed, digest = b"".join(seal(key, payload, (sent.data,), drawing)), commitment(salt, sent.data)
        made["message_key"].append((message, wrapped.key_id, wrapped.wrapped))
        made["message"].append(
            (message, USUAL["kind"], None, "in", sent.channel, partner, sent.usage, sent.state, size, at, at)
        )
        made["payload"].append((payload, message, RAW, size, sealed, None, salt, digest))
        made["search_key"].extend(
            (each.normalised, each.kind.value, message, each.written) for each in sent.keys
        )
        record_salt = drawing.bytes(SALT_LENGTH)
        record = record_bytes({"channel": sent.channel, "size": size, "file": sent.file})
        leaf = Leaf(
            at=at,
            build=__version__,
            digests={RAW: digest},
            epoch=FIRST_EPOCH,
            message=message,
            n=number,
            partner=partner,
            partner_n=self._stretch.earlier + sent.nth,
            record=commitment(record_salt, record),
            to=sent.state,
            version=VERSION,
            what="message-received",
            who=self._stretch.who,
        )
        body = leaf_bytes(leaf)
        hashed = leaf_hash(body)
        self._made.hashes.append(hashed)
        made["ledger_leaf"].append((number, message, body, hashed))
        made["ledger_record"].append((number, message, self._record(key, leaf, record_salt + record)))

    def _record(self, key: bytes, leaf: Leaf, data: bytes) -> bytes:
        """A side record, as `MessageKeys.sealed` seals it."""
        own = self._random.bytes(OWN_BYTES)
        of_this_record = record_key(key, own)
        return own + b"".join(seal(of_this_record, without_place(leaf), (data,), self._random))
