"""The intake: bytes that arrive are durable, with their row and their leaf, before anyone is told so."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256

from sqlalchemy import select
from sqlmodel import col

from gateway.attempt import Failed, attempt
from gateway.errors import StorageDoubtError, StoreError, UnknownOutcomeError, UsageError
from gateway.ledger.leaf import SALT_LENGTH
from gateway.ports import Clock, Randomness
from gateway.store.columns import storable
from gateway.store.ids import new_id
from gateway.store.messages import CONTENT, REQUEST, USUAL, add_keys
from gateway.store.payloads.message_keys import MessageKeys
from gateway.store.payloads.sealing import seal
from gateway.store.payloads.vault import Spool, Spooled, Vault
from gateway.store.people import Who, actor_id, partner_id
from gateway.store.search_keys import LONGEST, Key, KeyKind
from gateway.store.tables import Message, Payload, Request
from gateway.store.writing.promise import Promise
from gateway.store.writing.transaction import Entry, Transaction
from gateway.store.writing.writer import Writer

RECEIVED = "received"
RAW = "raw"


Then = Callable[[Transaction, str], None]
"""Arranges what is to be done with a message that was kept, in the same change."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is known of bytes as they come: `request` is a key of the sender for asking twice.

    `asked_first` where nobody can have asked by this key before; what has the key then is not kept.
    """

    channel: str
    who: Who
    partner: str | None = None
    file_name: str | None = None
    request: str | None = None
    asked_first: bool = False


@dataclass(frozen=True, slots=True)
class Received:
    """The answer to an arrival; `again` when this is the stored answer to an earlier one."""

    message: str
    size: int
    again: bool = False


@dataclass(slots=True)
class _Measured:
    """Counts bytes and commits to them as they pass."""

    salt: bytes
    largest: int
    compared: bool  # whether `plain` is needed: a second hash of all bytes
    size: int = 0
    digest: str = ""
    plain: bytes = b""  # the digest without a salt; it is never kept

    def passing(self, parts: Iterable[bytes]) -> Iterator[bytes]:
        """The parts as they are. Raises `UsageError` when they are more than one file may have."""
        hashing, comparing = sha256(self.salt), sha256()
        for part in parts:
            self.size += len(part)
            if self.size > self.largest:
                raise UsageError(
                    f"The file is larger than {self.largest} bytes, the most this gateway takes; nothing "
                    f"was kept. Send it in parts, or raise limits.largest_file in gateway.yaml"
                )
            hashing.update(part)
            if self.compared:
                comparing.update(part)
            yield part
        self.digest, self.plain = hashing.hexdigest(), comparing.digest()


@dataclass(frozen=True, slots=True)
class Intake:
    """Where all that arrives comes in, by whatever way."""

    writer: Writer
    keys: MessageKeys
    vault: Vault
    spool: Spool
    clock: Clock
    random: Randomness
    largest: int
    then: Then

    def receive(self, arrival: Arrival, parts: Iterable[bytes]) -> Received:
        """Keep the bytes. When this returns they outlast a loss of power, once, whatever happens.

        Raises `StorageFullError`, `StoreBusyError` or `UsageError` when nothing was kept, also when the same
        request came before with other bytes. `UnknownOutcomeError`: it may be kept; ask again with the same
        request. `StorageDoubtError`: the same, and the gateway stops.
        """
        return self.begin(arrival, parts).result()

    def begin(self, arrival: Arrival, parts: Iterable[bytes]) -> Coming:
        """Begin to keep bytes; nothing is promised before `result`. Those of many share what a commit costs.

        Raises what `receive` raises of the bytes alone.
        """
        spooled = self._spooled(arrival, parts)
        answer = self.writer.submit(lambda transaction: self._entered(transaction, spooled))
        return Coming(self, spooled, answer)

    def ended(self, coming: _Spooled, answer: Promise[Received]) -> Received:
        """Wait until bytes are kept, or are not; see `receive`."""
        outcome = attempt(answer.result)
        if isinstance(outcome, Failed):
            if not isinstance(outcome.error, (UnknownOutcomeError, StorageDoubtError)):
                self._let_go(coming.spooled)
            raise outcome.error
        if outcome.value.again:
            self._let_go(coming.spooled)
        return outcome.value

    def _spooled(self, arrival: Arrival, parts: Iterable[bytes]) -> _Spooled:
        """What arrives, sealed and out of memory when it is large; nothing of it is promised yet."""
        self.vault.check_room()
        now = self.clock.now()
        payload = new_id(now, self.random)
        salt = self.random.bytes(SALT_LENGTH)
        key, measured = self.keys.new(), _Measured(salt, self.largest, arrival.request is not None)
        try:
            spooled = self.spool.keep(seal(key, payload, measured.passing(parts), self.random))
        except StorageDoubtError as doubt:
            self.writer.give_up(doubt)
            raise
        return _Spooled(arrival, payload, key, measured, spooled)

    def _entered(self, transaction: Transaction, coming: _Spooled) -> Received:
        arrival = coming.arrival
        if arrival.request is not None and not arrival.asked_first:
            earlier = self._answered(transaction, coming, arrival.request)
            if earlier is not None:
                return earlier
        who = actor_id(transaction, arrival.who)
        partner = partner_id(transaction, arrival.partner, who) if arrival.partner else None
        message = transaction.new_id()
        self.keys.keep(transaction, message, coming.key)
        _insert_rows(transaction, coming, message, partner)
        details = _details(arrival, coming.measured.size)
        if arrival.request is not None:
            details |= {
                REQUEST: _scoped(arrival, arrival.request),
                CONTENT: self._content(transaction, coming),
            }
            answer = request_answer(message, coming.measured.size, str(details[CONTENT]))
            row = {"key": details[REQUEST], "answer": answer, "made_at": transaction.now}
            transaction.insert(Request, row)
        digests = {RAW: coming.measured.digest}
        transaction.record(
            Entry("message-received", who, message, partner, after=RECEIVED, digests=digests, details=details)
        )
        self.then(transaction, message)
        return Received(message, coming.measured.size)

    def _let_go(self, spooled: Spooled) -> None:
        """Remove a file of the vault that no row will name; where that fails, the sweep at start does it."""
        if spooled.name is not None:
            try:
                self.vault.remove(spooled.name)
            except StorageDoubtError as doubt:
                self.writer.give_up(doubt)
            except StoreError:
                return

    def _answered(self, transaction: Transaction, coming: _Spooled, request: str) -> Received | None:
        kept = select(col(Request.answer)).where(col(Request.key) == _scoped(coming.arrival, request))
        answer = transaction.connection.execute(kept).scalar_one_or_none()
        if answer is None:
            return None
        told = json.loads(answer)
        if not told[CONTENT]:
            raise UsageError(
                f"The key {request[:LONGEST]!r} came before, as message {told['message']}, which was "
                f"erased since; nothing was kept. Give each file a key of its own"
            )
        if not hmac.compare_digest(told[CONTENT], self._content(transaction, coming)):
            raise UsageError(
                f"The key {request[:LONGEST]!r} came before with other bytes, as message "
                f"{told['message']}; nothing was kept. Give each file a key of its own"
            )
        return Received(told["message"], told["size"], again=True)

    def _content(self, transaction: Transaction, coming: _Spooled) -> str:
        """What tells whether bytes are the same, to nobody but who has the keys of the workspace."""
        key = self.keys.of_store(transaction)
        return hmac.new(key, b"acorn-request " + coming.measured.plain, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class _Spooled:
    arrival: Arrival
    payload: str
    key: bytes = field(repr=False)
    measured: _Measured
    spooled: Spooled


@dataclass(frozen=True, slots=True)
class Coming:
    """Bytes that are on their way into the store."""

    intake: Intake
    spooled: _Spooled
    answer: Promise[Received]

    def result(self) -> Received:
        """What was received, when it is durable; raises as `Intake.receive` does. Call it once."""
        return self.intake.ended(self.spooled, self.answer)


def _scoped(arrival: Arrival, request: str) -> str:
    """The key of a request: those of one channel have nothing to do with those of another."""
    scope = json.dumps([arrival.channel, storable(request)])
    return sha256(scope.encode()).hexdigest()


def _insert_rows(transaction: Transaction, coming: _Spooled, message: str, partner: str | None) -> None:
    row = {
        "id": message,
        **USUAL,
        "channel": coming.arrival.channel,
        "partner": partner,
        "state": RECEIVED,
        "size": coming.measured.size,
        "arrived_at": transaction.now,
        "changed_at": transaction.now,
    }
    transaction.insert(Message, row)
    payload = {
        "id": coming.payload,
        "message_id": message,
        "role": RAW,
        "size": coming.measured.size,
        "sealed": coming.spooled.inline,
        "vault_name": coming.spooled.name,
        "salt": coming.measured.salt,
        "digest": coming.measured.digest,
    }
    transaction.insert(Payload, payload)
    if coming.arrival.file_name:
        add_keys(transaction, message, (Key(KeyKind.FILE_NAME, coming.arrival.file_name),))


def _details(arrival: Arrival, size: int) -> dict[str, str | int]:
    """What the leaf only commits to."""
    details: dict[str, str | int] = {"channel": arrival.channel, "size": size}
    if arrival.file_name:
        details[KeyKind.FILE_NAME.value] = arrival.file_name
    return details


def request_answer(message: str, size: int, content: str) -> str:
    """What is kept to be answered again; no `content` when the message was erased."""
    return json.dumps({"message": message, "size": size, CONTENT: content})
