"""What can be seen in a store: messages and where they stand, leaves, alerts and steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import col

from gateway.ledger.leaf import read_leaf
from gateway.lifecycle import ACCOUNTS, Kind, State
from gateway.store.payloads.reading import read_payload
from gateway.store.store import Store
from gateway.store.tables import (
    Alert,
    Carried,
    DocumentRow,
    LedgerLeaf,
    LedgerRecord,
    Message,
    SendingRow,
    Step,
)
from gateway.store.writing.books import open_record


@dataclass(frozen=True)
class Told:
    """A message with what is known of it."""

    id: str
    kind: Kind
    state: State
    channel: str
    within: str | None
    document: str | None
    number: str | None
    why: str | None
    file_name: str | None
    isa13: int | None
    onward: str | None
    configuration: str | None


class Sight:
    """Looks into a store, and changes nothing."""

    store: Store

    def messages(self, kind: Kind | None = None) -> list[Told]:
        """All messages, in the order in which they came to be."""
        columns = (Message.id, Message.kind, Message.state, Message.channel, Message.within)
        document = (DocumentRow.kind, DocumentRow.number, DocumentRow.why, DocumentRow.onward)
        sending = (SendingRow.document, SendingRow.file_name, SendingRow.isa13, SendingRow.configuration)
        wanted = (
            select(
                *map(col, columns), *map(col, document), *map(col, sending), col(DocumentRow.configuration)
            )
            .outerjoin(DocumentRow, col(DocumentRow.message_id) == col(Message.id))
            .outerjoin(SendingRow, col(SendingRow.message_id) == col(Message.id))
            .order_by(col(Message.id))
        )
        with self.store.database.reading() as connection:
            rows = [tuple(row) for row in connection.execute(wanted)]
        told = [
            Told(
                row[0],
                Kind(row[1]),
                State(row[2]),
                row[3],
                row[4],
                row[5] or row[9],
                row[6],
                row[7],
                row[10],
                row[11],
                row[8],
                row[12] or row[13],
            )
            for row in rows
        ]
        return [each for each in told if kind is None or each.kind is kind]

    def arrivals(self) -> list[Told]:
        """The files that came."""
        return self.messages(Kind.ARRIVAL)

    def documents(self) -> list[Told]:
        """The documents in them."""
        return self.messages(Kind.DOCUMENT)

    def sendings(self, document: str | None = None) -> list[Told]:
        """What was sent, or what of it is of a kind."""
        return [each for each in self.messages(Kind.SENDING) if document in (None, each.document)]

    def message_states(self, kind: Kind = Kind.DOCUMENT) -> Counter[str]:
        """How many messages of a kind stand where."""
        return Counter(each.state.value for each in self.messages(kind))

    def accounts(self) -> Counter[str]:
        """How many of what was accepted are in each account: a file by its documents, if there are any."""
        counted: Counter[str] = Counter()
        messages = self.messages()
        split = Counter(each.within for each in messages if each.kind is Kind.DOCUMENT)
        for each in messages:
            if each.kind is Kind.DOCUMENT or (
                each.kind is Kind.ARRIVAL and (each.state is not State.PROCESSED or not split[each.id])
            ):
                counted[ACCOUNTS[each.state].value] += 1
        return counted

    def alerts(self) -> Counter[str]:
        """The alerts that are open, by their code, each as often as it came."""
        with self.store.database.reading() as connection:
            rows = connection.execute(select(col(Alert.code), col(Alert.times)))
            counted: Counter[str] = Counter()
            for row in rows:
                counted[row.code] += row.times
            return counted

    def payload(self, message: str, role: str) -> bytes:
        """Bytes of a message."""
        with self.store.database.reading() as connection:
            return b"".join(read_payload(connection, self.store.keys, self.store.vault, message, role))

    def leaves(self, message: str | None = None) -> list[str]:
        """What the leaves of the ledger say happened, to one message or at all."""
        wanted = select(col(LedgerLeaf.body)).order_by(col(LedgerLeaf.n))
        if message is not None:
            wanted = wanted.where(col(LedgerLeaf.message_id) == message)
        with self.store.database.reading() as connection:
            return [read_leaf(body).what for body in connection.execute(wanted).scalars()]

    def records(self, what: str, message: str | None = None) -> list[Mapping[str, str | int]]:
        """What the leaves of a kind tell beside."""
        wanted = select(
            col(LedgerLeaf.n), col(LedgerLeaf.body), col(LedgerRecord.owner), col(LedgerRecord.sealed)
        )
        wanted = wanted.join(LedgerRecord, col(LedgerRecord.n) == col(LedgerLeaf.n)).order_by(
            col(LedgerLeaf.n)
        )
        with self.store.database.reading() as connection:
            found = []
            for row in connection.execute(wanted):
                leaf = read_leaf(row.body)
                if leaf.what == what and message in (None, leaf.message):
                    key = self.store.keys.of(connection, row.owner)
                    found.append(open_record(key, leaf, row.sealed).details)
            return found

    def steps(self) -> Counter[str]:
        """How many steps stand where, such as `deliver waiting`."""
        with self.store.database.reading() as connection:
            counted = select(col(Step.kind), col(Step.state), func.count()).group_by(
                col(Step.kind), col(Step.state)
            )
            return Counter({f"{row[0]} {row[1]}": row[2] for row in connection.execute(counted)})

    def carried(self) -> list[tuple[str, str]]:
        """Documents with the sendings that carry them."""
        wanted = select(col(Carried.document_id), col(Carried.sending_id))
        with self.store.database.reading() as connection:
            rows = connection.execute(wanted.where(col(Carried.document_id).is_not(None)))
            return [(row.document_id, row.sending_id) for row in rows]

    def numbers_of(self, sending: str) -> tuple[tuple[int, int, int], str | None]:
        """ISA13, GS06 and ST02 of the first set of a sending, 0 where it has none; when it was written."""
        wanted = (
            select(col(SendingRow.isa13), col(Carried.gs06), col(Carried.st02), col(SendingRow.written_at))
            .join(Carried, col(Carried.sending_id) == col(SendingRow.message_id))
            .where(col(SendingRow.message_id) == sending, col(Carried.n) == 1)
        )
        with self.store.database.reading() as connection:
            row = connection.execute(wanted).one()
            return (row.isa13 or 0, row.gs06 or 0, int(row.st02 or 0)), row.written_at

    def taken_in(self, partner: str) -> int:
        """How many files of a partner were taken."""
        return len(self.raw_of(partner))

    def raw_of(self, partner: str) -> list[bytes]:
        """The bytes of all files of a partner, as they were taken, sorted."""
        own = [each for each in self.arrivals() if each.channel.startswith(f"{partner}/")]
        return sorted(self.payload(each.id, "raw") for each in own)

    def arrived(self) -> int:
        """How many files came."""
        with self.store.database.reading() as connection:
            counted = select(func.count()).select_from(Message).where(col(Message.kind) == Kind.ARRIVAL.value)
            return connection.execute(counted).scalar_one()

    def next_due(self) -> datetime | None:
        """When the next of the steps that wait is due."""
        with self.store.database.reading() as connection:
            wanted = select(func.min(col(Step.run_at))).where(col(Step.state) == "waiting")
            return connection.execute(wanted).scalar_one_or_none()
