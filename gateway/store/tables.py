"""The tables of the store.

A *message* is anything the gateway carries: a file as it arrived, one document of it, an interchange to send.
Its key, payloads, search keys, ledger leaves and steps hang on its id. `ledger_leaf` is never changed; what
must be erasable stands in tables of its own.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    text,
)
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from gateway.store.columns import Moment

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


LARGE = BigInteger().with_variant(
    Integer(), "sqlite"
)  # SQLite's own integers are as wide, and quicker as keys


def _some(name: str, rows: str, *columns: str, unique: bool = False) -> Index:
    """An index of the steps for which `rows` holds."""
    where = text(rows)
    return Index(f"ix_step_{name}", *columns, unique=unique, sqlite_where=where, postgresql_where=where)


class Table(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMING))):
    """What all tables of the store share: their names of constraints, and that they are found together."""


class Epoch(Table, table=True):
    """A stretch of the log's life. A restored backup opens a new one, so that the break can be seen."""

    __tablename__ = "epoch"

    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    opened_at: datetime = Field(sa_type=Moment)
    first_leaf: int = Field(sa_type=LARGE)
    key: str  # the public key of its checkpoints, 32 bytes in base64; its name is that of the log
    why: str  # "init" or "restore"


class Actor(Table, table=True):
    """Who did something: a user of the operating system, or a part of the gateway. Leaves name the id."""

    __tablename__ = "actor"

    id: str = Field(primary_key=True)
    kind: str
    name: str
    __table_args__ = (Index(None, "kind", "name", unique=True),)


class PartnerRow(Table, table=True):
    """A partner as leaves name it, and how many leaves of it there are: their numbers have no gap."""

    __tablename__ = "partner"

    id: str = Field(primary_key=True)
    name: str = Field(unique=True)
    normalised: str = Field(index=True)
    leaves: int = Field(default=0, sa_type=LARGE)


class Message(Table, table=True):
    """Anything carried, and where it stands in its life.

    The id is made in the change that adds the row, so it begins with the milliseconds of `arrived_at`: to
    search by time is to search by ids.
    """

    __tablename__ = "message"

    id: str = Field(primary_key=True)
    kind: str
    within: str | None = Field(default=None, foreign_key="message.id", index=True)
    direction: str
    channel: str
    partner: str | None = Field(default=None, foreign_key="partner.id")
    usage: str  # "production", "test" or "unknown"
    state: str
    size: int = Field(sa_type=LARGE)
    arrived_at: datetime = Field(sa_type=Moment)
    changed_at: datetime = Field(sa_type=Moment)
    __table_args__ = (
        Index(None, "partner", "id"),
        Index(None, "partner", "state", "id"),
        Index(None, "state", "id"),
        Index(None, "usage", "id"),
    )


class MessageKey(Table, table=True):
    """The key under which all that a message says is sealed, wrapped by the key of the workspace.

    Destroying it leaves the row, without the key: nobody can read that message again.
    """

    __tablename__ = "message_key"

    message_id: str = Field(primary_key=True)
    key_id: str | None = None
    wrapped: bytes | None = Field(default=None, sa_type=LargeBinary)
    destroyed_at: datetime | None = Field(default=None, sa_type=Moment)


class Payload(Table, table=True):
    """Bytes that belong to a message, sealed: in this row, or in the vault under `vault_name`."""

    __tablename__ = "payload"

    id: str = Field(primary_key=True)
    message_id: str = Field(foreign_key="message.id", index=True)
    role: str  # "raw", "translated", "receipt" …
    size: int = Field(sa_type=LARGE)
    sealed: bytes | None = Field(default=None, sa_type=LargeBinary)
    vault_name: str | None = Field(default=None, unique=True)
    salt: bytes | None = Field(default=None, sa_type=LargeBinary)
    digest: str  # the commitment to its bytes that the leaf has
    __table_args__ = (CheckConstraint("sealed IS NULL OR vault_name IS NULL", name="one_place"),)


class SearchKey(Table, table=True):
    """By what a message is found: as it was written, and so that spellings of it are equal."""

    __tablename__ = "search_key"

    normalised: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    message_id: str = Field(primary_key=True, foreign_key="message.id", index=True)
    written: str
    __table_args__ = {"sqlite_with_rowid": False}


class LedgerLeaf(Table, table=True):
    """One leaf of the log; `body` is what is hashed. Rows are only ever added."""

    __tablename__ = "ledger_leaf"

    n: int = Field(sa_column=Column(LARGE, primary_key=True, autoincrement=False))
    message_id: str | None = Field(default=None, index=True)
    body: bytes = Field(sa_type=LargeBinary)
    hash: bytes = Field(sa_type=LargeBinary)


class LedgerRecord(Table, table=True):
    """What a leaf only commits to: sealed under the key of its message, or of the workspace."""

    __tablename__ = "ledger_record"

    n: int = Field(
        sa_column=Column(LARGE, ForeignKey("ledger_leaf.n"), primary_key=True, autoincrement=False)
    )
    owner: str  # whose key it is sealed under
    sealed: bytes | None = Field(default=None, sa_type=LargeBinary)  # salt and record; None when erased


class LedgerNode(Table, table=True):
    """The root of a complete subtree of 16, 256, 4,096 … leaves (level 4, 8, 12 …): for proofs."""

    __tablename__ = "ledger_node"

    level: int = Field(primary_key=True)
    n: int = Field(sa_column=Column(LARGE, primary_key=True, autoincrement=False))
    hash: bytes = Field(sa_type=LargeBinary)
    __table_args__ = {"sqlite_with_rowid": False}  # so that neighbours in the tree stand on one page


class Checkpoint(Table, table=True):
    """A signed statement of how long the log is, and of its root."""

    __tablename__ = "checkpoint"

    epoch: int = Field(primary_key=True)
    size: int = Field(sa_column=Column(LARGE, primary_key=True, autoincrement=False))
    note: str = Field(sa_column=Column(Text, nullable=False))


class Witnessed(Table, table=True):
    """That a checkpoint was handed to a place outside, and what came of it."""

    __tablename__ = "witnessed"

    id: str = Field(primary_key=True)
    epoch: int
    size: int = Field(sa_type=LARGE)
    place: str
    at: datetime = Field(sa_type=Moment)
    outcome: str
    answer: bytes | None = Field(default=None, sa_type=LargeBinary)
    __table_args__ = (Index(None, "epoch", "size"),)


class Step(Table, table=True):
    """Work to do, once; `lane` keeps those of one key in order, `dedupe` lets one in of many alike.

    At most one of a lane is waiting or leased; the others are "behind". The indexes hold only what is still
    to do, so that what is done makes nothing slower.
    """

    __tablename__ = "step"

    n: int | None = Field(default=None, sa_column=Column(LARGE, primary_key=True))  # the order they came in
    id: str = Field(unique=True)
    kind: str
    dedupe: str | None = Field(default=None, unique=True)
    lane: str | None = None
    priority: int = 0  # the higher, the earlier
    run_at: datetime = Field(sa_type=Moment)
    state: str  # "waiting", "behind", "leased", "done", "dead" (tries used up), "parked" (harms), "cancelled"
    tries: int = 0  # how often it failed
    harms: int = 0  # how often its process died or our code failed
    deaths: int = 0  # how often its process died: it is then worked alone, so that others are not suspected
    leases: int = 0  # how often it was leased: who holds an earlier lease has lost it
    lease_by: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=Moment)
    message_id: str | None = Field(default=None, index=True)
    body: str = Field(sa_column=Column(Text, nullable=False))
    last_error: str | None = Field(default=None, sa_column=Column(Text))
    made_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    __table_args__ = (
        _some("due", "state = 'waiting' AND deaths = 0", "priority", "run_at", "n"),
        _some("suspect", "state = 'waiting' AND deaths > 0", "run_at", "n"),
        _some("leased", "state = 'leased'", "deaths"),
        _some("lane", "state IN ('waiting', 'leased') AND lane IS NOT NULL", "lane", unique=True),
        _some("behind", "state = 'behind'", "lane", "n"),
        _some("buried", "state IN ('dead', 'parked')", "state", "n"),
        _some("ended", "state IN ('done', 'cancelled')", "ended_at"),
    )


class ControlNumberStream(Table, table=True):
    """Where one sender counts its envelopes to one receiver: each function has a stream of its own."""

    __tablename__ = "control_number_stream"

    id: str = Field(primary_key=True)
    sender: str
    receiver: str
    function: str
    cycle: int = 1  # counts how often the numbers began anew
    following: int = Field(sa_type=LARGE)  # the number that is given next
    first: int = Field(sa_type=LARGE)
    last: int = Field(sa_type=LARGE)
    __table_args__ = (Index(None, "sender", "receiver", "function", unique=True),)


class ControlNumberUse(Table, table=True):
    """Numbers of a stream that are used up: given out, or never to be."""

    __tablename__ = "control_number_use"

    stream_id: str = Field(primary_key=True, foreign_key="control_number_stream.id")
    cycle: int = Field(primary_key=True)
    first: int = Field(sa_column=Column(LARGE, primary_key=True, autoincrement=False))
    last: int = Field(sa_type=LARGE)
    use: str  # "given", "void" where they were skipped, "turned" where the stream began anew
    message_id: str | None = Field(default=None, index=True)
    reason: str | None = Field(default=None, sa_column=Column(Text))
    at: datetime = Field(sa_type=Moment)
    __table_args__ = (CheckConstraint("last >= first", name="range"),)


class Alert(Table, table=True):
    """Something a person should know; the same thing again counts up, until somebody acknowledges it."""

    __tablename__ = "alert"

    id: str = Field(primary_key=True)
    severity: str
    code: str
    about: str
    text: str = Field(sa_column=Column(Text, nullable=False))
    times: int = 1
    opened_at: datetime = Field(sa_type=Moment)
    last_at: datetime = Field(sa_type=Moment)
    acknowledged_at: datetime | None = Field(default=None, sa_type=Moment)
    acknowledged_by: str | None = Field(default=None, foreign_key="actor.id")
    __table_args__ = (Index(None, "acknowledged_at", "code", "about"),)


class Request(Table, table=True):
    """The answer that was given under a key of the asker; for 30 days the same key again gets the same."""

    __tablename__ = "request"

    key: str = Field(sa_column=Column(String(200), primary_key=True))
    answer: str = Field(sa_column=Column(Text, nullable=False))
    made_at: datetime = Field(sa_type=Moment)


class LastBatch(Table, table=True):
    """The mark of the batch that was committed last, where a commit may get no answer; there is one row."""

    __tablename__ = "last_batch"

    id: int = Field(default=1, sa_column=Column(Integer, primary_key=True, autoincrement=False))
    mark: str = ""


class DocumentRow(Table, table=True):
    """What is known of a message that is a document: which, under what terms, and what keeps it.

    `configuration` is the digest of all that it was translated with, so that it can be done again alike.
    """

    __tablename__ = "document"

    message_id: str = Field(primary_key=True, foreign_key="message.id")
    place: int  # which of its file it is, from 1
    kind: str
    number: str | None = None  # as it was written; None when it was erased, or has none
    order_number: str | None = None  # normalised, of the first order that it is about
    agreement: str | None = None
    onward: str | None = None  # the agreement by which it goes out
    configuration: str | None = Field(default=None, foreign_key="configuration.digest")
    why: str | None = None  # the code of what keeps it, or was its end
    parent: str | None = Field(default=None, foreign_key="message.id")  # what it is another reading of
    __table_args__ = (
        Index(None, "order_number", "kind"),
        Index(None, "parent"),
        Index(None, "onward"),
        Index(None, "why"),
    )


class SendingRow(Table, table=True):
    """What is known of a message that is sent. `sender` and `receiver` are the names of its ISA.

    `due_at` is when its receipt is asked after; None when none is expected, or it has come.
    """

    __tablename__ = "sending"

    message_id: str = Field(primary_key=True, foreign_key="message.id")
    agreement: str | None = None
    document: str  # the kind of document in it, such as `PurchaseOrder` or `997`
    file_name: str
    sender: str | None = None
    receiver: str | None = None
    isa13: int | None = Field(default=None, sa_type=LARGE)
    written_at: str | None = None  # ISA09 and ISA10, by which a TA1 names it
    answers: str | None = Field(default=None, foreign_key="message.id")  # the arrival that it acknowledges
    configuration: str | None = Field(default=None, foreign_key="configuration.digest")
    due_at: datetime | None = Field(default=None, sa_type=Moment)
    delivered_at: datetime | None = Field(default=None, sa_type=Moment)
    receipt: str | None = Field(default=None, sa_column=Column(Text))  # all that was answered, as JSON
    __table_args__ = (
        Index(None, "receiver", "sender", "isa13"),
        Index(None, "due_at"),
        Index(None, "answers"),
    )


class Carried(Table, table=True):
    """One document, or acknowledgment, that a sending carries, by the numbers of its envelopes."""

    __tablename__ = "carried"

    sending_id: str = Field(primary_key=True, foreign_key="message.id")
    n: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    document_id: str | None = Field(default=None, foreign_key="message.id", index=True)
    gs01: str | None = None
    gs06: int | None = Field(default=None, sa_type=LARGE)
    st01: str | None = None
    st02: str | None = None
    verdict: str | None = None  # what its receipt said
    __table_args__ = (Index(None, "gs06"), {"sqlite_with_rowid": False})


class Seen(Table, table=True):
    """An identity of something that came, under a keyed digest: who has no key cannot guess what it is."""

    __tablename__ = "seen"

    digest: str = Field(primary_key=True)
    message_id: str = Field(primary_key=True, foreign_key="message.id", index=True)
    __table_args__ = {"sqlite_with_rowid": False}


class ConfigurationRow(Table, table=True):
    """All that documents were translated with at one time: the texts of files, each by its digest."""

    __tablename__ = "configuration"

    digest: str = Field(primary_key=True)
    made_at: datetime = Field(sa_type=Moment)
    build: str
    files: str = Field(sa_column=Column(Text, nullable=False))  # path → digest of its text, as JSON


class KeptText(Table, table=True):
    """The text of a file of a configuration, compressed; equal texts are kept once."""

    __tablename__ = "kept_text"

    digest: str = Field(primary_key=True)
    packed: bytes = Field(sa_type=LargeBinary)


class ChannelRow(Table, table=True):
    """What is remembered of a channel: that somebody paused it."""

    __tablename__ = "channel"

    id: str = Field(primary_key=True)
    paused_at: datetime | None = Field(default=None, sa_type=Moment)
    paused_by: str | None = Field(default=None, foreign_key="actor.id")
    reason: str | None = None


METADATA = Table.metadata
