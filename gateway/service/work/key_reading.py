"""The first step with what arrived: which documents it holds, so that it is found by their numbers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import chain
from typing import TypeVar

from sqlalchemy import select
from sqlmodel import col
from structlog.typing import FilteringBoundLogger

from gateway.bootstrap import Library
from gateway.formats.detect import HEAD_BYTES, Format, detect
from gateway.formats.fixed_width import format_by_layouts
from gateway.formats.x12.reader import read
from gateway.pipeline.sources import receive
from gateway.ports import Clock
from gateway.service.work.document_keys import keys_of_document
from gateway.service.work.handling import Retry
from gateway.service.work.x12_numbers import OPTIONS, numbers_of
from gateway.store.messages import add_keys, enter_keys, is_erased
from gateway.store.payloads.reading import read_payload
from gateway.store.queue.steps import Leased
from gateway.store.search_keys import Key
from gateway.store.store import Store
from gateway.store.tables import Message, PartnerRow
from gateway.store.writing.transaction import Change, Transaction

READ_KEYS = "read-keys"
MOST_KEYS = 10_000  # of one file; it has more when it holds thousands of orders
MOST_FAULTS = 10_000  # of envelopes; a file that has more gets no better
MOST_SECONDS = 20.0
LIBRARY_SECONDS = 10.0  # so long what a workspace knows is not read again: it takes longer than most files
LARGEST_WHOLE = 2 << 20  # bytes; X12 is read as it comes, however large it is, other formats as a whole


T = TypeVar("T")


class _Enough(Exception):  # noqa: N818 - that no more is read is no fault
    """The rest of a file is not read; says why."""


class KeyReader:
    """The handler of steps `read-keys`. What it reads of a file is bounded, in time and in memory."""

    def __init__(
        self,
        store: Store,
        library: Callable[[], Library],
        clock: Clock,
        stopping: threading.Event,
        log: FilteringBoundLogger,
    ) -> None:
        """`library` reads what the workspace knows. When `stopping` is set, a file is read another time."""
        self._store = store
        self._library = library
        self._clock = clock
        self._stopping = stopping
        self._log = log
        self._known: tuple[float, Library] | None = None

    def __call__(self, step: Leased) -> Change[object]:
        """Read the file of a step's message. A file that nobody can read has no numbers: that is no fault."""
        message = str(step.message)
        keys: dict[Key, None] = {}
        try:
            for key in self._keys(message):
                keys[key] = None
                _refuse_more(keys)
        except _Enough as enough:
            read = len(keys)
            self._log.warning("keys-not-read", message=message, why=str(enough), keys=read, step=step.id)

        def noted(transaction: Transaction) -> None:
            if is_erased(transaction.connection, message):  # since it was read
                return
            add_keys(transaction, message, tuple(keys))
            enter_keys(transaction, message)

        return noted

    def _keys(self, message: str) -> Iterator[Key]:
        until = self._clock.monotonic() + MOST_SECONDS
        with self._store.database.reading() as connection:
            wanted = select(col(Message.size), col(PartnerRow.name)).join(PartnerRow, isouter=True)
            size, partner = connection.execute(wanted.where(col(Message.id) == message)).one()
            if is_erased(connection, message):
                return
            pieces = read_payload(connection, self._store.keys, self._store.vault, message, "raw")
            first = next(pieces, b"")  # for what comes behind it the database is not asked
        data = self._in_time(chain((first,), pieces), until)
        form = detect(first[:HEAD_BYTES])
        if form is Format.X12:
            yield from self._of_x12(data, until)
        elif size <= LARGEST_WHOLE:
            yield from self._of_whole([*data], form, partner)
        else:
            raise _Enough(f"it is larger than {LARGEST_WHOLE:,} bytes, and no X12")

    def _of_x12(self, data: Iterable[bytes], until: float) -> Iterator[Key]:
        faults = 0
        for event in self._in_time(read(data, OPTIONS), until):
            yield from numbers_of(event)
            faults += len(event.findings)
            if faults > MOST_FAULTS:
                raise _Enough(f"its envelopes have more than {MOST_FAULTS:,} faults")

    def _of_whole(self, parts: list[bytes], form: Format, partner: str | None) -> Iterator[Key]:
        library, head = self._recent_library(), parts[0][:HEAD_BYTES]
        whole = len(parts[0]) < HEAD_BYTES
        form = format_by_layouts(head, form, library.layouts.values(), whole=whole)
        for sourced in receive("", parts, form, library.knowledge(partner, None)).documents:
            yield from keys_of_document(sourced.document)

    def _recent_library(self) -> Library:
        now = self._clock.monotonic()
        if self._known is None or now > self._known[0] + LIBRARY_SECONDS:
            self._known = (now, self._library())
        return self._known[1]

    def _in_time(self, each: Iterable[T], until: float) -> Iterator[T]:
        """What is read, until it takes too long or the service stops."""
        for one in each:
            if self._stopping.is_set():
                raise Retry("the service stopped while the file was read")
            if self._clock.monotonic() > until:
                raise _Enough(f"it takes more than {MOST_SECONDS:g} seconds to read it")
            yield one


def _refuse_more(keys: Collection[Key]) -> None:
    if len(keys) == MOST_KEYS:
        raise _Enough(f"it has {MOST_KEYS:,} numbers or more")
